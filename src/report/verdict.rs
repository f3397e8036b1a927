//! One sentence per connection: what it was for, how far it got, who ended it.
//!
//! Takes the finished entry of a connection and what was collected of it. The sentence begins in lower case and
//! has no full stop, so that a writer can put it anywhere.

use super::collect::{Collected, Refusal};
use super::model::{Closing, Connection, Role, Stream, Transport};

/// What TCP knows that the entry does not show.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Opened {
    /// The server answered the SYN.
    pub(crate) answered: bool,
    /// No packet of one of the directions was captured.
    pub(crate) one_way: bool,
}

/// The sentence.
pub(crate) fn verdict(c: &Connection, collected: &Collected, opened: Opened) -> String {
    if let Some(sentence) = opaque(c) {
        return sentence;
    }
    let payload = c.tcp.client_to_server.unique_bytes + c.tcp.server_to_client.unique_bytes;
    if payload == 0 {
        return nothing_sent(c, opened);
    }
    if let Some((client, server)) = collected.handshake_bytes.filter(|_| !opened.one_way) {
        return format!(
            "the handshake was not completed: the client sent {client} and the server {server} of 3073 bytes; {}",
            ending(c)
        );
    }
    let mut parts: Vec<String> = c.streams.iter().map(|s| stream(s, c, collected)).collect();
    if parts.len() > MAX_STREAMS {
        let more = parts.len() - MAX_STREAMS;
        parts.truncate(MAX_STREAMS);
        parts.push(format!("{more} more streams"));
    }
    if parts.is_empty() {
        parts.push(before_streams(c, collected));
    }
    let clean = collected.client_stopped && c.closing == Closing::ClientFin;
    let end = if clean { "closed cleanly".to_owned() } else { ending(c) };
    let sentence = format!("{} {} {end}", parts.join(", "), if clean { "and" } else { "until" });
    let sentence = if clean { sentence } else { sentence.replacen(" until the capture", "; the capture", 1) };
    match c.opening {
        super::model::Opening::MidStream => format!("joined in the middle: {sentence}"),
        super::model::Opening::Syn => sentence,
    }
}

/// Streams named in the sentence.
const MAX_STREAMS: usize = 3;

fn opaque(c: &Connection) -> Option<String> {
    let what = match c.transport {
        Transport::Rtmp => return None,
        Transport::Rtmpt | Transport::Rtmpte => {
            "RTMP tunnelled in HTTP (RTMPT): what is inside is not decoded"
        }
        Transport::Rtmps | Transport::Rtmpts => "encrypted by TLS (RTMPS): what is inside is not visible",
        Transport::Rtmpe => "encrypted RTMP (RTMPE): what is behind the handshake is not visible",
    };
    Some(format!("{what}; {}", ending(c)))
}

fn nothing_sent(c: &Connection, opened: Opened) -> String {
    match c.closing {
        Closing::ServerRst if !opened.answered => "the server refused the connection".to_owned(),
        _ if !opened.answered => "the server did not answer".to_owned(),
        Closing::Open => "opened, but neither side sent anything".to_owned(),
        _ => format!("opened, but neither side sent anything; {}", ending(c)),
    }
}

/// A connection that never got to a stream.
fn before_streams(c: &Connection, collected: &Collected) -> String {
    let app = || {
        c.connect
            .as_ref()
            .and_then(|c| c.app.as_deref())
            .map_or(String::new(), |a| format!(" to app \"{a}\""))
    };
    match (&c.connect, &collected.refusal) {
        (_, Some(refusal)) => format!("the server refused{}{}", app(), reason(refusal)),
        (Some(connect), None) if connect.result.is_none() => {
            format!("the client asked to connect{} and got no answer", app())
        }
        (Some(_), None) => format!("the client connected{} and used no stream", app()),
        (None, None) if c.handshake.as_ref().is_some_and(|h| h.complete) => {
            "the handshake was completed, but no connect command followed,".to_owned()
        }
        (None, None) => "no command and no media could be decoded".to_owned(),
    }
}

fn stream(s: &Stream, c: &Connection, collected: &Collected) -> String {
    let name = s.name.as_deref().unwrap_or("an unnamed stream");
    let (did, wanted) = match s.role {
        Role::Publish => ("published", "publish"),
        Role::Play => ("played", "play"),
    };
    let index = s.id.saturating_sub(1);
    let refusal = collected.refusal.as_ref().filter(|r| r.stream == Some(index));
    let media = s.video.is_some() || s.audio.is_some();
    match (media, refusal) {
        (true, None) => format!("client {did} {name} for {:.1} s", (s.end_s - s.start_s).max(0.0)),
        (true, Some(r)) => format!("client {did} {name}, but the server reported an error{}", reason(r)),
        (false, Some(r)) => format!("client wanted to {wanted} {name}, but the server refused{}", reason(r)),
        (false, None) if collected.granted.contains(&index) => {
            format!("client may {wanted} {name}, but no media followed")
        }
        (false, None) if c.tcp.server_to_client.segments == 0 => {
            format!("client wanted to {wanted} {name}; the server's side was not captured")
        }
        (false, None) => format!("client wanted to {wanted} {name} and got no answer"),
    }
}

fn reason(refusal: &Refusal) -> String {
    let code = refusal.code.as_deref().unwrap_or("no code given");
    match &refusal.description {
        Some(text) if !text.is_empty() => format!(": {code} ({text})"),
        _ => format!(": {code}"),
    }
}

fn ending(c: &Connection) -> String {
    match c.closing {
        Closing::ClientFin => "the client closed the connection",
        Closing::ServerFin => "the server closed the connection",
        Closing::ClientRst => "the client reset the connection",
        Closing::ServerRst => "the server reset the connection",
        Closing::Open => "the capture ended with the connection open",
    }
    .to_owned()
}
