//! One sentence per connection: what it was for, how far it got, who ended it.
//!
//! Takes the finished entry of a connection and what was collected of it. The sentence begins in lower case and
//! has no full stop, so that a writer can put it anywhere.

mod encrypted;

use crate::base::text::Printable;
use crate::base::time::ns_to_s;

use super::collect::{Collected, Refusal};
use super::model::{Closing, Connection, Messages, Opening, Role, Stream, Transport};

/// What TCP knows that the entry does not show.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Opened {
    /// The server answered the SYN.
    pub(crate) answered: bool,
    /// This side was not heard any more while the other one repeated its data, from so many seconds on.
    pub(crate) silent: Option<(Side, f64)>,
    /// No packet of this side was captured.
    pub(crate) missing_side: Option<Side>,
    /// Seconds for which the capture goes on behind the last packet.
    pub(crate) quiet_s: f64,
}

/// One end of the connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

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
    if c.transport == Transport::Rtmpe {
        return encrypted::what_happened(c, collected.handshake_bytes, opened);
    }
    if let Some(what) = opaque(c) {
        let unanswered = c.tcp.server_to_client.unique_bytes == 0 && opened.missing_side.is_none();
        let unanswered = if unanswered { "; the server did not answer" } else { "" };
        return format!("{what}{unanswered}; {}", ending(c, opened));
    }
    if let Some((client, server)) = collected.handshake_bytes.filter(|_| opened.missing_side.is_none()) {
        return format!(
            "the handshake was not completed: the client sent {client} and the server {server} of 3073 bytes; {}",
            ending(c, opened)
        );
    }
    let decoded = c.messages.client_to_server.total + c.messages.server_to_client.total;
    if c.opening == Opening::MidStream && decoded == 0 && c.handshake.is_none() && c.streams.is_empty() {
        return format!("no RTMP chunks were found in {payload} bytes; {}", ending(c, opened));
    }
    if c.streams.is_empty() {
        return before_streams(c, collected, opened);
    }
    let mut parts: Vec<String> = c.streams.iter().map(|s| stream(s, c, collected, opened)).collect();
    if parts.len() > MAX_STREAMS {
        let more = parts.len() - MAX_STREAMS;
        parts.truncate(MAX_STREAMS);
        parts.push(format!("{more} more streams"));
    }
    let parts = parts.join(", ");
    if let Some((side, since_s)) = opened.silent {
        let other = side.other().name();
        return format!(
            "{parts}; the {} stopped answering at {since_s:.1} s while the {other} kept retransmitting until {:.1} s; {}",
            side.name(),
            c.end_s,
            ending(c, opened)
        );
    }
    let stopped =
        c.streams.iter().filter(|s| has_media(s)).all(|s| collected.has_stopped(s.id.saturating_sub(1)));
    let stopped = stopped && collected.client_stopped;
    if !c.streams.iter().any(has_media) {
        let told = c.streams.iter().take(MAX_STREAMS).any(|s| ended_instead(s, c, collected, opened));
        let unheard = unheard(c, collected);
        return if told { parts } else { format!("{parts}{unheard}; {}", ending(c, opened)) };
    }
    match c.closing {
        Closing::ClientFin if stopped => format!("{parts} and closed cleanly"),
        Closing::ClientRst if stopped => format!("{parts} and closed cleanly, with a reset"),
        // What the client said last may be what is missing.
        _ if collected.is_lost(Role::Publish) => {
            format!("{parts}{}; {}", unheard(c, collected), ending(c, opened))
        }
        Closing::ClientFin => format!("{parts} and closed the connection without ending the stream"),
        Closing::ClientRst => format!("{parts} and reset the connection without ending the stream"),
        Closing::Open => format!("{parts}; {}", ending(c, opened)),
        Closing::ServerFin | Closing::ServerRst if !stopped && !collected.server_stopped => {
            format!("{parts} until {} in mid-stream", ending(c, opened))
        }
        Closing::ServerFin | Closing::ServerRst => format!("{parts} until {}", ending(c, opened)),
    }
}

/// That commands of the client may be missing, unless it is told of a stream that it published.
fn unheard(c: &Connection, collected: &Collected) -> String {
    let told = |s: &Stream| has_media(s) || collected.granted.contains(&s.id.saturating_sub(1));
    let told = c.streams.iter().any(|s| s.role == Role::Publish && told(s));
    match collected.losses_of(Role::Publish).words() {
        Some(lost) if !told => format!("; of what the client sent, {lost}"),
        _ => String::new(),
    }
}

/// Streams named in the sentence.
const MAX_STREAMS: usize = 3;

fn opaque(c: &Connection) -> Option<&'static str> {
    Some(match c.transport {
        Transport::Rtmp | Transport::Rtmpe => return None,
        Transport::Rtmpt | Transport::Rtmpte => {
            "RTMP tunnelled in HTTP (RTMPT): what is inside is not decoded"
        }
        Transport::Rtmps | Transport::Rtmpts => "encrypted by TLS (RTMPS): what is inside is not visible",
    })
}

fn nothing_sent(c: &Connection, opened: Opened) -> String {
    match c.closing {
        Closing::ServerRst if !opened.answered => "the server refused the connection".to_owned(),
        _ if !opened.answered => match c.tcp.client_to_server.segments {
            0 | 1 => "the server did not answer".to_owned(),
            n => format!(
                "the server did not answer: the client asked {n} times in {:.1} s",
                c.end_s - c.start_s
            ),
        },
        _ => format!("neither side sent anything; {}", ending(c, opened)),
    }
}

/// A connection that never got to a stream.
fn before_streams(c: &Connection, collected: &Collected, opened: Opened) -> String {
    // A request to reconnect alone does not tell of the command.
    let connect = c.connect.as_ref().filter(|it| it.reconnect_requests.is_empty() || it.is_told());
    let app = connect.and_then(|c| c.app.as_deref());
    let app = app.map_or_else(String::new, |app| format!(" to app \"{}\"", short(app)));
    let what = match (connect, &collected.refused_connect) {
        (_, Some(refusal)) => format!("the server refused to connect the client{app}{}", reason(refusal)),
        (Some(connect), None) if connect.result.is_none() => {
            return match c.closing {
                Closing::ServerFin | Closing::ServerRst if !collected.may_have_answered() => {
                    format!("{} without answering connect{app}", ending(c, opened))
                }
                _ if collected.may_have_answered() => {
                    format!("no answer to connect{app} could be decoded; {}", ending(c, opened))
                }
                _ => format!("the server did not answer connect{app}; {}", ending(c, opened)),
            };
        }
        (Some(_), None) if collected.client_stopped && c.closing == Closing::ClientFin => {
            return format!("the client connected{app}, {} and closed cleanly", without_media(c, collected));
        }
        (Some(_), None) => format!("the client connected{app} and {}", without_media(c, collected)),
        (None, None) if collected.is_cut(Role::Publish) || c.tcp.client_to_server.segments == 0 => {
            "the commands are missing from the capture".to_owned()
        }
        (None, None) if c.handshake.as_ref().is_some_and(|h| h.complete) => {
            "the handshake was completed, but no connect command followed".to_owned()
        }
        (None, None) => "no command and no media could be decoded".to_owned(),
    };
    format!("{what}; {}", ending(c, opened))
}

/// What a connected client did that never published or played.
fn without_media(c: &Connection, collected: &Collected) -> String {
    let create = c.commands.iter().find(|command| command.name == "createStream");
    if create.is_some_and(|command| command.response.is_none()) {
        let decoded = if collected.may_have_answered() { " that could be decoded" } else { "" };
        return format!("got no answer{decoded} to createStream");
    }
    let created = create.is_some();
    let data = |m: &Messages| {
        let of = |kind: &str| m.by_type.0.iter().find(|(name, _)| name == kind).map_or(0, |(_, n)| n.count);
        of("data_amf0") + of("data_amf3")
    };
    let data = data(&c.messages.client_to_server) + data(&c.messages.server_to_client);
    match (created, data) {
        (false, 0) => "used no stream".to_owned(),
        (true, 0) => "created a stream, but neither published nor played".to_owned(),
        (false, n) => format!("sent or got {n} data message{}", if n == 1 { "" } else { "s" }),
        (true, n) => format!("created a stream for {n} data message{}", if n == 1 { "" } else { "s" }),
    }
}

fn has_media(s: &Stream) -> bool {
    s.video.is_some() || s.audio.is_some()
}

fn stream(s: &Stream, c: &Connection, collected: &Collected, opened: Opened) -> String {
    let name = short(s.name.as_deref().unwrap_or_else(|| unnamed(c, collected, opened))).to_string();
    let (did, to_do, doing) = match s.role {
        Role::Publish => ("published", "publish", "publishing"),
        Role::Play => ("played", "play", "playing"),
    };
    let index = s.id.saturating_sub(1);
    let refusal = collected.refusal(index);
    let granted = collected.granted.contains(&index);
    match (has_media(s), refusal) {
        (true, refusal) => {
            let but =
                refusal.map_or_else(String::new, |r| format!(" (the server reported an error{})", reason(r)));
            let lost =
                collected.losses_of(s.role).words().map_or_else(String::new, |lost| format!(" ({lost})"));
            format!("client {did} {name} for {}{lost}{but}", duration(s, collected.is_lost(s.role)))
        }
        (false, Some(r)) => format!("the server refused {doing} {name}{}", reason(r)),
        (false, None) if granted && opened.missing_side == Some(Side::Client) => {
            format!("the server let the client {to_do} {name}")
        }
        (false, None) if granted && (collected.is_cut(s.role) || collected.is_lost(s.role)) => {
            let why = collected.losses_of(s.role).words();
            let what = why.map_or_else(
                || "what followed is not whole in the capture".to_owned(),
                |why| format!("of what followed, {why}"),
            );
            format!("the server let the client {to_do} {name}; {what}")
        }
        (false, None) if granted => match s.role {
            Role::Publish => format!("the server let the client publish {name}, but no media followed"),
            Role::Play => format!("the server let the client play {name}, but sent no media"),
        },
        (false, None) if opened.missing_side == Some(Side::Server) => {
            format!("client asked to {to_do} {name}")
        }
        (false, None) if ended_instead(s, c, collected, opened) => {
            format!("client asked to {to_do} {name}, and {} instead of answering", ending(c, opened))
        }
        (false, None) if collected.may_have_answered() => {
            format!("client asked to {to_do} {name}; no answer could be decoded")
        }
        (false, None) => format!("client asked to {to_do} {name} and got no answer"),
    }
}

/// A stream of no name, or one whose name the capture lacks.
fn unnamed(c: &Connection, collected: &Collected, opened: Opened) -> &'static str {
    let client = collected.losses_of(Role::Publish);
    let heard = matches!(c.opening, Opening::Syn) && !matches!(opened.missing_side, Some(Side::Client));
    if heard && !client.is_cut() && !client.is_lost() {
        "an unnamed stream"
    } else {
        "a stream whose name was not captured"
    }
}

/// Whether the server ended the connection instead of answering a command for this stream.
fn ended_instead(s: &Stream, c: &Connection, collected: &Collected, opened: Opened) -> bool {
    let index = s.id.saturating_sub(1);
    let answered = has_media(s) || collected.refusal(index).is_some() || collected.granted.contains(&index);
    let heard = opened.missing_side.is_none() && !collected.may_have_answered();
    !answered && heard && matches!(c.closing, Closing::ServerFin | Closing::ServerRst)
}

/// How long a stream lasted, how much media that was where it differs, and stalls.
fn duration(s: &Stream, lost: bool) -> String {
    let wall_s = (s.end_s - s.start_s).max(0.0);
    let mut text = format!("{wall_s:.1} s");
    match media_s(s) {
        Some(media_s) if wall_s == 0.0 => text = format!("{media_s:.1} s of media"),
        Some(media_s) if (media_s - wall_s).abs() > 1.0 && !lost => {
            let silent = s.silent_at_end_s.filter(|silent_s| *silent_s >= QUIET_S);
            let silent =
                silent.map_or_else(String::new, |silent_s| format!(", none in the last {silent_s:.1} s"));
            text = format!("{wall_s:.1} s ({media_s:.1} s of media{silent})");
        }
        _ => {}
    }
    match s.pacing.map_or(0, |p| p.stalls) {
        0 => text,
        1 => text + " with a stall",
        n => format!("{text} with {n} stalls"),
    }
}

/// Seconds of media by its timestamps.
fn media_s(s: &Stream) -> Option<f64> {
    let video = s.video.as_ref().map(|v| (v.first_timestamp_ms, v.last_timestamp_ms));
    let audio = s.audio.as_ref().map(|a| (a.first_timestamp_ms, a.last_timestamp_ms));
    let of_track =
        |(first, last): (Option<i64>, Option<i64>)| Some(ns_to_s((last? - first?).max(0) * 1_000_000));
    match s.pacing {
        Some(pacing) => Some(pacing.media_s),
        None => video.and_then(of_track).or(audio.and_then(of_track)),
    }
}

fn reason(refusal: &Refusal) -> String {
    let code = refusal.code.as_deref().unwrap_or("no code given");
    match &refusal.description {
        Some(text) if !text.is_empty() => format!(": {} ({})", short(code), short(text)),
        _ => format!(": {}", short(code)),
    }
}

/// Wire text, so short that the rest of the sentence is still read.
fn short(text: &str) -> Printable<'_> {
    Printable::new(text, 200)
}

/// A connection that is quiet for so long at the end of the capture may have ended unseen.
const QUIET_S: f64 = 5.0;

fn ending(c: &Connection, opened: Opened) -> String {
    let told = match c.closing {
        Closing::ClientFin => "the client closed the connection",
        Closing::ServerFin => "the server closed the connection",
        Closing::ClientRst => "the client reset the connection",
        Closing::ServerRst => "the server reset the connection",
        Closing::Open if opened.quiet_s >= QUIET_S => {
            return format!("no end of it was captured, nor anything in the last {:.1} s", opened.quiet_s);
        }
        Closing::Open => "the capture ended with the connection open",
    };
    told.to_owned()
}
