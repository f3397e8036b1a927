//! The words by which a secret, or what is none, is known.

/// What a key says about its value.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyClass {
    /// Not to be shown.
    Secret,
    /// A URL.
    Url,
    /// An application path.
    App,
    /// A stream name.
    Name,
    /// A stream name, or a sentence.
    Detail,
    /// A word of the protocol.
    Word,
    /// Anything else.
    Text,
}

/// What the key of a decoded value says about the value.
pub(super) fn class_of(key: &str) -> KeyClass {
    let plain = Plain::of(key);
    match plain.as_bytes() {
        b"tcurl" | b"swfurl" | b"pageurl" | b"redirect" | b"url" | b"referer" | b"referrer" | b"rtmpurl" => {
            KeyClass::Url
        }
        b"app" => KeyClass::App,
        b"streamname" | b"stream" | b"playpath" | b"publishname" | b"playname" => KeyClass::Name,
        b"details" => KeyClass::Detail,
        b"code" | b"level" => KeyClass::Word,
        _ if is_secret(key, &plain) => KeyClass::Secret,
        _ => KeyClass::Text,
    }
}

/// A longer key is no key.
const MAX_KEY: usize = 128;

/// The letters and digits of a key, in lower case.
struct Plain {
    bytes: [u8; MAX_KEY],
    len: usize,
}

impl Plain {
    fn of(key: &str) -> Self {
        let mut plain = Self { bytes: [0; MAX_KEY], len: 0 };
        for byte in key.bytes() {
            if byte.is_ascii_alphanumeric()
                && let Some(to) = plain.bytes.get_mut(plain.len)
            {
                *to = byte.to_ascii_lowercase();
                plain.len += 1;
            }
        }
        plain
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }
}

/// Words that, alone or at the end of a key, say that its value is secret.
const SECRET_ENDS: [&str; 19] = [
    "auth",
    "challenge",
    "cnonce",
    "hmac",
    "jwt",
    "key",
    "nonce",
    "opaque",
    "pass",
    "pwd",
    "response",
    "salt",
    "sig",
    "sign",
    "ticket",
    "user",
    "username",
    "login",
    "hash",
];
/// Words that say so anywhere in a key.
const SECRET_PARTS: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "signature",
    "credential",
    "authorization",
    "apikey",
];
/// Keys written as one word.
const SECRET_WHOLE: [&str; 5] = ["streamkey", "authkey", "accesskey", "authcode", "publishkey"];

/// Whether a key says that its value is secret: `token`, `streamKey`, `X-Auth-Signature`.
pub(super) fn is_secret_key(key: &str) -> bool {
    is_secret(key, &Plain::of(key))
}

fn is_secret(key: &str, plain: &Plain) -> bool {
    if key.is_empty() || key.len() > MAX_KEY {
        return false;
    }
    let begins = |rest: &[u8]| {
        // The first letters of all parts: most keys have few of them.
        matches!(rest, [b'a' | b'c' | b'p' | b's' | b't', ..])
            && SECRET_PARTS.iter().any(|part| rest.starts_with(part.as_bytes()))
    };
    (0..plain.len).any(|at| plain.as_bytes().get(at..).is_some_and(begins))
        || SECRET_WHOLE.iter().any(|whole| whole.as_bytes() == plain.as_bytes())
        || is_secret_end(last_word(key))
}

fn is_secret_end(word: &str) -> bool {
    SECRET_ENDS.iter().any(|end| end.eq_ignore_ascii_case(word))
}

/// The last word of `lastWord`, `last_word` or `last-word`.
fn last_word(key: &str) -> &str {
    let mut start = 0;
    let mut lower_before = false;
    for (at, c) in key.char_indices() {
        if !c.is_alphanumeric() {
            start = at + c.len_utf8();
        } else if c.is_uppercase() && lower_before {
            start = at;
        }
        lower_before = c.is_lowercase();
    }
    key.get(start..).unwrap_or(key)
}

/// Values of an authentication exchange that say how it goes and give nothing away.
const PUBLIC: [&str; 11] = [
    "adobe",
    "llnw",
    "needauth",
    "authfailed",
    "nosuchuser",
    "noaccess",
    "badauth",
    "required",
    "invalid",
    "missing",
    "expired",
];

/// Whether a value gives nothing away.
pub(super) fn is_public(value: &str) -> bool {
    PUBLIC.contains(&value)
}

/// Formats that stand before a name: `mp4:name`.
const FORMATS: [&str; 9] = ["mp4:", "flv:", "mp3:", "id3:", "f4v:", "raw:", "slist:", "amlst:", "smil:"];

/// The format before a name, and the name.
pub(super) fn split_format(name: &str) -> (&str, &str) {
    let format = FORMATS.iter().find(|f| name.starts_with(**f)).map_or(0, |f| f.len());
    name.split_at_checked(format).unwrap_or(("", name))
}

/// Phrases of servers with a stream name after them.
const BEFORE_NAME: [&str; 9] = [
    "Publishing ",
    "Started publishing ",
    "Start publishing ",
    "Stopped publishing ",
    "Playing and resetting ",
    "Started playing ",
    "Start playing ",
    "Stopped playing ",
    "Failed to play ",
];
/// Phrases of servers with a stream name before them.
const AFTER_NAME: [&str; 5] =
    [" is now published", " is now unpublished", " is already publish", " not found", " does not exist"];

/// The stream name in a server's description, when it is one of the usual sentences.
pub(super) fn name_in(text: &str) -> Option<&str> {
    let after = BEFORE_NAME
        .iter()
        .find_map(|phrase| text.strip_prefix(phrase))
        .and_then(|rest| rest.split([' ', ';']).next());
    let before = || {
        AFTER_NAME.iter().find_map(|phrase| before_phrase(text, phrase)).and_then(|b| b.rsplit(' ').next())
    };
    let name =
        after.or_else(before)?.trim_matches(|c: char| matches!(c, '.' | ',' | '\'' | '"' | '[' | ']' | ':'));
    may_be_name(name).then_some(name)
}

/// What stands in front of a phrase that begins with a space.
fn before_phrase<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let mut spaces = text.match_indices(' ').map(|(at, _)| text.split_at(at));
    spaces.find(|(_, behind)| behind.starts_with(phrase)).map(|(before, _)| before)
}

/// Whether a server means a stream's name and not just some word.
pub(super) fn may_be_name(text: &str) -> bool {
    const WORDS: [&str; 9] =
        ["stream", "live", "the", "file", "status", "publish", "play", "application", "app"];
    !text.is_empty()
        && text.len() <= 512
        && !text.contains(char::is_whitespace)
        && !text.starts_with("Net")
        && !WORDS.iter().any(|w| w.eq_ignore_ascii_case(text))
}

/// Whether the neighbours of a match leave it a word of its own.
pub(super) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let mut after = text.get(end..).unwrap_or_default().chars();
    let next = after.next();
    !before.is_some_and(|c| part(c) || c == '.')
        && !next.is_some_and(|c| part(c) || (c == '.' && after.next().is_some_and(part)))
}

/// Words of status codes, in order.
const CODE_WORDS: [&str; 58] = [
    "AppShutdown",
    "BadName",
    "BadPersistence",
    "BadVersion",
    "Buffer",
    "Call",
    "Clear",
    "Closed",
    "Complete",
    "Connect",
    "Data",
    "Denied",
    "Empty",
    "Failed",
    "FileStructureInvalid",
    "Flush",
    "Full",
    "Idle",
    "IdleTimeout",
    "InsufficientBW",
    "InvalidApp",
    "InvalidArg",
    "InvalidTime",
    "NetConnection",
    "NetStream",
    "NetworkChange",
    "NoAccess",
    "NoReadAccess",
    "NoSupportedTrackFound",
    "NoWriteAccess",
    "NotResponding",
    "Notify",
    "ObjectCreationFailed",
    "Pause",
    "Play",
    "Prohibited",
    "Proxy",
    "Publish",
    "PublishNotify",
    "ReconnectRequest",
    "Record",
    "Rejected",
    "Reset",
    "Seek",
    "SharedObject",
    "Start",
    "Step",
    "Stop",
    "StreamNotFound",
    "Success",
    "Switch",
    "Transition",
    "TransitionComplete",
    "Unauthorized",
    "Unpause",
    "Unpublish",
    "UnpublishNotify",
    "UriMismatch",
];
/// Names of commands and handlers, and levels, in order.
const WORDS: [&str; 47] = [
    "@clearDataFrame",
    "@setDataFrame",
    "FCPublish",
    "FCSubscribe",
    "FCUnpublish",
    "FCUnsubscribe",
    "_checkbw",
    "_error",
    "_onbwcheck",
    "_onbwdone",
    "_result",
    "append",
    "call",
    "checkBandwidth",
    "close",
    "closeStream",
    "connect",
    "createStream",
    "deleteStream",
    "error",
    "getStreamLength",
    "initStream",
    "live",
    "onBWCheck",
    "onBWDone",
    "onCuePoint",
    "onFCPublish",
    "onFCSubscribe",
    "onFCUnpublish",
    "onFCUnsubscribe",
    "onMetaData",
    "onPlayStatus",
    "onStatus",
    "onTextData",
    "pause",
    "play",
    "play2",
    "publish",
    "receiveAudio",
    "receiveVideo",
    "record",
    "releaseStream",
    "seek",
    "setPeerInfo",
    "status",
    "warning",
    "|RtmpSampleAccess",
];

/// A longer status code is none.
const MAX_CODE: usize = 80;

/// Whether it is a word of the protocol: a command, a level, a status code made of known words.
pub(super) fn is_protocol(text: &str) -> bool {
    let is_code =
        || text.contains('.') && text.split('.').all(|word| CODE_WORDS.binary_search(&word).is_ok());
    WORDS.binary_search(&text).is_ok() || (text.len() <= MAX_CODE && is_code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_searched_are_in_order() {
        assert!(WORDS.is_sorted() && CODE_WORDS.is_sorted());
    }

    #[test]
    fn every_word_makes_a_key_secret() {
        for word in SECRET_PARTS {
            assert!(is_secret_key(&format!("my{word}s")), "{word}");
        }
        for word in SECRET_ENDS {
            assert!(is_secret_key(&format!("my-{word}")) && !is_secret_key(&format!("my{word}y")), "{word}");
        }
        assert!(SECRET_WHOLE.iter().all(|word| is_secret_key(word)));
    }
}
