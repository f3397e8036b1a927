//! One sentence per connection: what it was for, how far it got, who ended it.
//!
//! Takes the finished entry of a connection and what was collected of it. The sentence begins in lower case and
//! has no full stop, so that a writer can put it anywhere.

use super::collect::{Collected, Refusal};
use super::model::{Closing, Connection, Opening, Role, Stream, Transport};

/// What TCP knows that the entry does not show.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Opened {
    /// The server answered the SYN.
    pub(crate) answered: bool,
    /// No packet of this side was captured.
    pub(crate) missing_side: Option<Side>,
}

/// One end of the connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    /// The other side, in the genitive.
    const fn captured(self) -> &'static str {
        match self {
            Self::Client => "server's",
            Self::Server => "client's",
        }
    }
}

/// The sentence.
pub(crate) fn verdict(c: &Connection, collected: &Collected, opened: Opened) -> String {
    let seen_from = match (c.opening, opened.missing_side) {
        (_, Some(side)) => format!("only the {} side was captured: ", side.captured()),
        (Opening::MidStream, None) => "joined in the middle: ".to_owned(),
        (Opening::Syn, None) => String::new(),
    };
    seen_from + &what_happened(c, collected, opened)
}

fn what_happened(c: &Connection, collected: &Collected, opened: Opened) -> String {
    let payload = c.tcp.client_to_server.unique_bytes + c.tcp.server_to_client.unique_bytes;
    if payload == 0 {
        return nothing_sent(c, opened);
    }
    if let Some(what) = opaque(c) {
        return format!("{what}; {}", ending(c));
    }
    if let Some((client, server)) = collected.handshake_bytes.filter(|_| opened.missing_side.is_none()) {
        return format!(
            "the handshake was not completed: the client sent {client} and the server {server} of 3073 bytes; {}",
            ending(c)
        );
    }
    if c.streams.is_empty() {
        return before_streams(c, collected);
    }
    let mut parts: Vec<String> = c.streams.iter().map(|s| stream(s, c, collected, opened)).collect();
    if parts.len() > MAX_STREAMS {
        let more = parts.len() - MAX_STREAMS;
        parts.truncate(MAX_STREAMS);
        parts.push(format!("{more} more streams"));
    }
    let parts = parts.join(", ");
    let stopped = collected.client_stopped;
    if !c.streams.iter().any(has_media) {
        return format!("{parts}; {}", ending(c));
    }
    match c.closing {
        Closing::ClientFin if stopped => format!("{parts} and closed cleanly"),
        Closing::ClientRst if stopped => format!("{parts} and closed cleanly, with a reset"),
        Closing::ClientFin => format!("{parts} and closed the connection without ending the stream"),
        Closing::ClientRst => format!("{parts} and reset the connection without ending the stream"),
        Closing::Open => format!("{parts}; {}", ending(c)),
        _ => format!("{parts} until {}", ending(c)),
    }
}

/// Streams named in the sentence.
const MAX_STREAMS: usize = 3;

fn opaque(c: &Connection) -> Option<&'static str> {
    Some(match c.transport {
        Transport::Rtmp => return None,
        Transport::Rtmpt | Transport::Rtmpte => {
            "RTMP tunnelled in HTTP (RTMPT): what is inside is not decoded"
        }
        Transport::Rtmps | Transport::Rtmpts => "encrypted by TLS (RTMPS): what is inside is not visible",
        Transport::Rtmpe => "encrypted RTMP (RTMPE): what is behind the handshake is not visible",
    })
}

fn nothing_sent(c: &Connection, opened: Opened) -> String {
    match c.closing {
        Closing::ServerRst if !opened.answered => "the server refused the connection".to_owned(),
        _ if !opened.answered => "the server did not answer".to_owned(),
        _ => format!("neither side sent anything; {}", ending(c)),
    }
}

/// A connection that never got to a stream.
fn before_streams(c: &Connection, collected: &Collected) -> String {
    let app = c.connect.as_ref().and_then(|c| c.app.as_deref());
    let app = app.map_or_else(String::new, |app| format!(" to app \"{app}\""));
    let what = match (&c.connect, &collected.refusal) {
        (_, Some(refusal)) => format!("the server refused to connect the client{app}{}", reason(refusal)),
        (Some(connect), None) if connect.result.is_none() => {
            return match c.closing {
                Closing::ServerFin | Closing::ServerRst => {
                    format!("{} without answering connect{app}", ending(c))
                }
                _ => format!("the server did not answer connect{app}; {}", ending(c)),
            };
        }
        (Some(_), None) => format!("the client connected{app} and used no stream"),
        (None, None) if c.handshake.as_ref().is_some_and(|h| h.complete) => {
            "the handshake was completed, but no connect command followed".to_owned()
        }
        (None, None) => "no command and no media could be decoded".to_owned(),
    };
    format!("{what}; {}", ending(c))
}

fn has_media(s: &Stream) -> bool {
    s.video.is_some() || s.audio.is_some()
}

fn stream(s: &Stream, c: &Connection, collected: &Collected, opened: Opened) -> String {
    let name = s.name.as_deref().unwrap_or("an unnamed stream");
    let (did, to_do, doing) = match s.role {
        Role::Publish => ("published", "publish", "publishing"),
        Role::Play => ("played", "play", "playing"),
    };
    let index = s.id.saturating_sub(1);
    let refusal = collected.refusal.as_ref().filter(|r| r.stream == Some(index));
    let granted = collected.granted.contains(&index);
    match (has_media(s), refusal) {
        (true, refusal) => {
            let but =
                refusal.map_or_else(String::new, |r| format!(" (the server reported an error{})", reason(r)));
            format!("client {did} {name} for {}{but}", duration(s))
        }
        (false, Some(r)) => format!("the server refused {doing} {name}{}", reason(r)),
        (false, None) if granted => match s.role {
            Role::Publish => format!("the server let the client publish {name}, but no media followed"),
            Role::Play => format!("the server let the client play {name}, but sent no media"),
        },
        (false, None) if opened.missing_side == Some(Side::Server) => {
            format!("client asked to {to_do} {name}")
        }
        (false, None) if matches!(c.closing, Closing::ServerFin | Closing::ServerRst) => {
            format!(
                "client asked to {to_do} {name}, and the server ended the connection instead of answering"
            )
        }
        (false, None) => format!("client asked to {to_do} {name} and got no answer"),
    }
}

/// How long a stream lasted, and how much media that was where it differs.
fn duration(s: &Stream) -> String {
    let wall_s = (s.end_s - s.start_s).max(0.0);
    match s.pacing.map(|p| p.media_s) {
        Some(media_s) if (media_s - wall_s).abs() > 1.0 => format!("{wall_s:.1} s ({media_s:.1} s of media)"),
        _ => format!("{wall_s:.1} s"),
    }
}

fn reason(refusal: &Refusal) -> String {
    let code = refusal.code.as_deref().unwrap_or("no code given");
    match &refusal.description {
        Some(text) if !text.is_empty() => format!(": {code} ({text})"),
        _ => format!(": {code}"),
    }
}

fn ending(c: &Connection) -> &'static str {
    match c.closing {
        Closing::ClientFin => "the client closed the connection",
        Closing::ServerFin => "the server closed the connection",
        Closing::ClientRst => "the client reset the connection",
        Closing::ServerRst => "the server reset the connection",
        Closing::Open => "the capture ended with the connection open",
    }
}
