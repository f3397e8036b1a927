//! What several rules on commands share: kinds of commands, waiting for answers that do not come, words for times.

use crate::base::pos::{Dir, PacketRef};
use crate::base::text::clip;
use crate::base::time::ns_to_ms;
use crate::rtmp::message::kind::MessageType;
use crate::rules::context::{Cx, Doubt};
use crate::rules::rule::{End, Threshold};
use crate::session::event::{Closing, Event, Kind};

/// Bytes kept of a name.
pub(super) const NAME_BYTES: usize = 256;

/// Commands that many servers leave unanswered or refuse, which does no harm.
pub(super) fn is_optional(name: &str) -> bool {
    matches!(
        name,
        "releaseStream"
            | "FCPublish"
            | "FCUnpublish"
            | "FCSubscribe"
            | "FCUnsubscribe"
            | "getStreamLength"
            | "_checkbw"
            | "closeStream"
            | "deleteStream"
    )
}

/// Commands that are answered by `onStatus`, if at all.
pub(super) fn is_answered_by_status(name: &str) -> bool {
    matches!(
        name,
        "publish" | "play" | "play2" | "pause" | "pauseRaw" | "seek" | "receiveAudio" | "receiveVideo"
    )
}

/// Whether it is a command that could not be read: the answer somebody waits for may have been that.
pub(super) fn is_unread_command(event: &Event<'_>) -> bool {
    let command = |kind| matches!(kind, MessageType::COMMAND_AMF0 | MessageType::COMMAND_AMF3);
    matches!(event.kind, Kind::Other) && event.message.is_some_and(|header| command(header.kind))
}

/// How long a client has to have waited before it hangs up.
pub(super) const PATIENCE: Threshold = Threshold {
    name: "patience_s",
    default: 1.0,
    about: "time that a client has to have waited when it hangs up itself, in seconds",
};

/// A server that did not answer.
pub(super) struct Unanswered {
    /// `closed` when it hung up instead, else `silent`.
    pub(super) case: &'static str,
    /// What it did instead, and when.
    pub(super) how: String,
}

/// What became of a command that nobody had answered at the end; none where that is no fault of the server, or cannot
/// be told.
pub(super) fn unanswered(
    asked: PacketRef,
    timeout_ns: i64,
    end: &End<'_>,
    cx: &mut Cx<'_>,
) -> Option<Unanswered> {
    let closed = end.tcp.first_close().map(|close| close.at.ts);
    let waited = closed.unwrap_or(end.latest).since(asked.ts);
    // The path went away, which is another matter.
    let gone = end.tcp.fell_silent().filter(|(dir, _)| *dir == Dir::ServerToClient);
    if gone.is_some_and(|(_, heard)| heard.ts.since(asked.ts) < timeout_ns) {
        cx.doubt(Doubt::TooLittle);
        return None;
    }
    let after = span_of(waited);
    let (case, how) = match end.closing {
        Closing::ServerFin | Closing::ServerRst if waited < 0 => {
            ("closed", "the server had closed the connection already".to_owned())
        }
        Closing::ServerFin => ("closed", format!("the server closed the connection {after} later")),
        Closing::ServerRst => ("closed", format!("the server reset the connection {after} later")),
        Closing::ClientFin | Closing::ClientRst
            if waited >= cx.threshold_ns("patience_s").min(timeout_ns) =>
        {
            ("silent", format!("nothing for {after}, then the client hung up"))
        }
        Closing::ClientFin | Closing::ClientRst => {
            cx.doubt(Doubt::TooLittle);
            return None;
        }
        Closing::Open if end.is_late(asked.ts, timeout_ns) => ("silent", format!("nothing for {after}")),
        Closing::Open => {
            cx.doubt(Doubt::CaptureEnds);
            return None;
        }
    };
    Some(Unanswered { case, how })
}

/// Wire text that is fit to be shown, not too long.
pub(super) fn short(shown: &str) -> String {
    clip(shown, NAME_BYTES).to_owned()
}

/// A time span in words.
pub(super) fn span_of(ns: i64) -> String {
    let ms = ns_to_ms(ns);
    if ms < 1000.0 { format!("{ms:.1} ms") } else { format!("{:.1} s", ms / 1000.0) }
}

/// A number of AMF as people write it.
pub(super) fn number_of(number: Option<f64>) -> String {
    number.map_or_else(|| "no number".to_owned(), |number| number.to_string())
}

/// The name of a stream without what tells the server how to take it: leading slashes, a format in front, a query
/// behind.
pub(super) fn bare_name(name: &str) -> &str {
    let name = name.split_once('?').map_or(name, |(name, _)| name).trim_matches('/');
    match name.split_once(':') {
        Some(("mp4" | "flv" | "mp3" | "f4v" | "id3" | "raw", rest)) => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_format_and_query() {
        for name in ["cam1", "cam1?token=x", "mp4:cam1", "flv:cam1?x", "/cam1/"] {
            assert_eq!(bare_name(name), "cam1");
        }
        assert_eq!(bare_name("a:b"), "a:b");
    }
}
