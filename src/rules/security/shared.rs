//! Where names and URLs stand in commands, and what in them is secret.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::session::event::{Event, Kind};

/// A text that a client says.
#[derive(Copy, Clone, Debug)]
pub(super) struct Said<'a> {
    pub(super) field: Field,
    pub(super) text: &'a str,
}

/// What it is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    App,
    TcUrl,
    PageUrl,
    /// The name of a stream.
    Name,
}

impl Field {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::TcUrl => "tcUrl",
            Self::PageUrl => "pageUrl",
            Self::Name => "the stream name",
        }
    }
}

/// The name of the command, and the names and URLs in it; none if it is no command of a client that has any.
pub(super) fn said<'a>(event: &Event<'a>) -> Option<(&'a str, impl Iterator<Item = Said<'a>> + Clone)> {
    let Kind::Command(it) = event.kind else { return None };
    let command = it.command;
    let field = |field, key: &str| {
        let text = command.object.as_ref().and_then(|object| object.get(key)).and_then(Value::as_str);
        text.map(|text| Said { field, text })
    };
    let fields = match command.name.as_str() {
        _ if event.dir == Dir::ServerToClient => return None,
        "connect" => {
            [field(Field::App, "app"), field(Field::TcUrl, "tcUrl"), field(Field::PageUrl, "pageUrl")]
        }
        "publish" | "play" | "releaseStream" | "FCPublish" | "FCSubscribe" => {
            [command.text(0).map(|text| Said { field: Field::Name, text }), None, None]
        }
        _ => return None,
    };
    Some((&command.name, fields.into_iter().flatten()))
}

/// What stands in front of the query and fragment of a text.
pub(super) fn path(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or(text)
}

/// The keys and values in the query and fragment of a text.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let behind = text.get(path(text).len()..).unwrap_or_default();
    behind.split(['?', '#', '&', ';']).filter_map(|pair| pair.split_once('='))
}

/// The scheme of a challenge login that a text names: `authmod=adobe`.
pub(super) fn login(text: &str) -> Option<&'static str> {
    let (_, scheme) = pairs(text).find(|(key, _)| *key == "authmod")?;
    ["adobe", "llnw"].into_iter().find(|known| *known == scheme)
}

/// The scheme and the authority of a URL.
pub(super) fn authority(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme, rest.split(['/', '?', '#']).next().unwrap_or(rest)))
}

/// Words that say in any part of a key that its value is secret, and such that do as its last word.
const PARTS: [&str; 6] = ["token", "secret", "passw", "passphrase", "signature", "credential"];
const LAST: [&str; 7] = ["pass", "pwd", "sign", "sig", "auth", "key", "jwt"];
/// Keys written as one word.
const WHOLE: [&str; 6] = ["streamkey", "authkey", "accesskey", "apikey", "publishkey", "secretkey"];

/// Whether the key of a query says that its value is secret.
pub(super) fn is_secret(key: &str) -> bool {
    if key.len() > 64 {
        return false;
    }
    let lower = key.to_ascii_lowercase();
    let last = key.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(key);
    // The last word of `streamKey` begins with its capital.
    let from = last
        .rfind(|c: char| c.is_ascii_uppercase())
        .filter(|_| last.contains(|c: char| c.is_ascii_lowercase()));
    let last = last.get(from.unwrap_or(0)..).unwrap_or(last);
    PARTS.iter().any(|part| lower.contains(part))
        || LAST.iter().any(|word| last.eq_ignore_ascii_case(word))
        || WHOLE.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets() {
        for key in [
            "token",
            "wsSecret",
            "auth_key",
            "authKey",
            "streamKey",
            "KEY",
            "pass",
            "sign",
            "X-Amz-Signature",
        ] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["monkey", "keyframe", "vhost", "design", "user", "", "passage", "authmod"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn queries_and_authorities() {
        let keys = |text| pairs(text).map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys("rtmp://a/b?c=1&d=2;e=3#f=4"), ["c", "d", "e", "f"]);
        assert!(keys("name").is_empty());
        assert_eq!(login("live?authmod=adobe&user=a"), Some("adobe"));
        assert_eq!(login("live?authmod=other"), None);
        assert_eq!(authority("rtmp://u:p@host:1/app"), Some(("rtmp", "u:p@host:1")));
        assert_eq!(authority("rtmp://host?x"), Some(("rtmp", "host")));
        assert_eq!(authority("app"), None);
    }
}
