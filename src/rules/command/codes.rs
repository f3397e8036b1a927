//! Status codes: what each one means for the session, and what to do about those that end it.

/// What a status code says of the session, whatever its level.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It goes on as asked.
    Good,
    /// The level tells.
    Open,
    /// Something was not done, and the session goes on.
    Trouble,
    /// What was asked for failed.
    Failure,
    /// The same, of a kind that servers send with the level of a mere notice.
    Notice,
}

/// The codes known, by what they mean.
const CODES: &[(Meaning, &[&str])] = &[
    (
        Meaning::Good,
        &[
            "NetConnection.Connect.Success",
            "NetConnection.Connect.ReconnectRequest",
            "NetStream.Publish.Start",
            "NetStream.Publish.Idle",
            "NetStream.Unpublish.Success",
            "NetStream.Play.Reset",
            "NetStream.Play.Start",
            "NetStream.Play.Stop",
            "NetStream.Play.Complete",
            "NetStream.Play.Switch",
            "NetStream.Play.Transition",
            "NetStream.Play.TransitionComplete",
            "NetStream.Play.PublishNotify",
            "NetStream.Play.UnpublishNotify",
            "NetStream.Pause.Notify",
            "NetStream.Unpause.Notify",
            "NetStream.Seek.Notify",
            "NetStream.Data.Start",
            "NetStream.Buffer.Empty",
            "NetStream.Buffer.Full",
            "NetStream.Buffer.Flush",
            "NetStream.Record.Start",
            "NetStream.Record.Stop",
            "NetStream.Clear.Success",
            "NetStream.Step.Notify",
        ],
    ),
    (Meaning::Open, &["NetConnection.Connect.Closed", "NetConnection.Connect.NetworkChange"]),
    (
        Meaning::Trouble,
        &["NetStream.Play.InsufficientBW", "NetStream.Seek.Failed", "NetStream.Seek.InvalidTime"],
    ),
    (
        Meaning::Failure,
        &[
            "NetConnection.Connect.Rejected",
            "NetConnection.Connect.Failed",
            "NetConnection.Connect.InvalidApp",
            "NetConnection.Connect.AppShutdown",
            "NetConnection.Call.Failed",
            "NetConnection.Call.BadVersion",
            "NetConnection.Call.Prohibited",
            "NetConnection.Proxy.NotResponding",
            "NetStream.Publish.BadName",
            "NetStream.Publish.Denied",
            "NetStream.Publish.Rejected",
            "NetStream.Publish.Unauthorized",
            "NetStream.Play.StreamNotFound",
            "NetStream.Play.Failed",
            "NetStream.Play.FileStructureInvalid",
            "NetStream.Record.NoAccess",
            "NetStream.Record.Failed",
            "NetStream.Failed",
            "NetStream.InvalidArg",
            "NetStream.Clear.Failed",
            "SharedObject.NoReadAccess",
            "SharedObject.NoWriteAccess",
            "SharedObject.ObjectCreationFailed",
            "SharedObject.BadPersistence",
            "SharedObject.UriMismatch",
        ],
    ),
    (Meaning::Notice, &["NetConnection.Connect.IdleTimeout", "NetStream.Play.NoSupportedTrackFound"]),
];

/// What a code means; [`Meaning::Open`] of one that is not known.
pub(super) fn meaning(code: &str) -> Meaning {
    let known = CODES.iter().find(|(_, codes)| codes.contains(&code));
    known.map_or(Meaning::Open, |(meaning, _)| *meaning)
}

/// Whether what was asked for failed, by a status with this code and level.
pub(super) fn is_failure(code: &str, level: Option<&str>) -> bool {
    match meaning(code) {
        Meaning::Failure | Meaning::Notice => true,
        Meaning::Open => level == Some("error"),
        Meaning::Good | Meaning::Trouble => false,
    }
}

/// What to do about a code that ends the session.
pub(super) fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "NetStream.Publish.BadName" => {
            "the name is in use or not allowed: look for an earlier session that still holds it and end \
             it, or wait until the server drops it (its idle timeout); let the encoder retry with growing \
             pauses, or use another stream name"
        }
        "NetStream.Publish.Denied" | "NetStream.Publish.Unauthorized" | "NetStream.Record.NoAccess" => {
            "check the stream key, and any user, password or token in it; then the server's rules on who \
             may publish from which address"
        }
        "NetStream.Publish.Rejected" => {
            "check the stream key and the codecs sent; the server's log has the reason (a callback that \
             said no, an address or a codec it does not accept)"
        }
        "NetStream.Play.StreamNotFound" => {
            "nothing is published under this name: check application and stream name, letter by letter, \
             against those of the publisher, and that it is live"
        }
        "NetConnection.Connect.InvalidApp" => {
            "the server has no such application: check the first part of the URL's path; the stream key \
             does not belong there"
        }
        "NetConnection.Connect.Rejected" | "NetConnection.Connect.Failed" => {
            "check the application in the URL, and the user, password or token that the server asks for; \
             the description and the server's log say which"
        }
        "NetConnection.Connect.AppShutdown" => {
            "the application was stopped on the server: connect again once it is back"
        }
        "NetConnection.Connect.IdleTimeout" => {
            "the server drops clients without traffic: send without long pauses, or raise its idle timeout"
        }
        "NetStream.Play.FileStructureInvalid" | "NetStream.Play.NoSupportedTrackFound" => {
            "the server cannot read the file: check it with a player, and make it again with codecs that \
             the server knows"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_listed_twice() {
        let mut all: Vec<_> = CODES.iter().flat_map(|(_, codes)| *codes).collect();
        let listed = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), listed);
    }

    #[test]
    fn the_level_tells_of_unknown_codes_only() {
        let cases = [
            ("NetStream.Publish.BadName", "status", true),
            ("NetStream.Publish.Start", "error", false),
            ("NetStream.Seek.Failed", "error", false),
            ("Vendor.Whatever", "error", true),
            ("Vendor.Whatever", "status", false),
        ];
        for (code, level, failed) in cases {
            assert_eq!(is_failure(code, Some(level)), failed, "{code} {level}");
        }
        assert!(!is_failure("Vendor.Whatever", None));
    }
}
