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
    let plain: String =
        key.chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "tcurl" | "swfurl" | "pageurl" | "redirect" | "url" | "referer" | "referrer" | "rtmpurl" => {
            KeyClass::Url
        }
        "app" => KeyClass::App,
        "streamname" | "stream" | "playpath" | "publishname" | "playname" => KeyClass::Name,
        "details" => KeyClass::Detail,
        "code" | "level" => KeyClass::Word,
        _ if is_secret_key(key) => KeyClass::Secret,
        _ => KeyClass::Text,
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
    // A key this long is no key.
    if key.is_empty() || key.len() > 128 {
        return false;
    }
    let lower = key.to_ascii_lowercase();
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    SECRET_PARTS.iter().any(|part| plain.contains(part))
        || SECRET_WHOLE.contains(&plain.as_str())
        || SECRET_ENDS.contains(&last_word(key).to_ascii_lowercase().as_str())
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
        AFTER_NAME.iter().find_map(|phrase| text.split_once(phrase)).and_then(|(b, _)| b.rsplit(' ').next())
    };
    let name =
        after.or_else(before)?.trim_matches(|c: char| matches!(c, '.' | ',' | '\'' | '"' | '[' | ']' | ':'));
    may_be_name(name).then_some(name)
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

/// Words of status codes.
const CODE_WORDS: &str = " NetConnection NetStream SharedObject Connect Call Proxy Publish Unpublish Play Pause \
    Unpause Seek Data Buffer Record Clear Step Success Rejected Failed InvalidApp AppShutdown Closed IdleTimeout \
    NetworkChange ReconnectRequest BadVersion Prohibited NotResponding Start BadName Idle Denied Unauthorized Reset \
    Stop Complete Switch Transition TransitionComplete PublishNotify UnpublishNotify StreamNotFound InsufficientBW \
    FileStructureInvalid NoSupportedTrackFound Notify InvalidTime Empty Full Flush NoAccess InvalidArg NoReadAccess \
    NoWriteAccess ObjectCreationFailed BadPersistence UriMismatch ";
/// Names of commands and handlers, and levels.
const WORDS: &str = " connect _result _error onStatus close call createStream releaseStream FCPublish FCUnpublish \
    FCSubscribe FCUnsubscribe onFCPublish onFCUnpublish onFCSubscribe onFCUnsubscribe publish play play2 pause seek \
    deleteStream closeStream receiveAudio receiveVideo getStreamLength onBWDone _checkbw checkBandwidth onBWCheck \
    _onbwcheck _onbwdone initStream setPeerInfo onPlayStatus onMetaData @setDataFrame @clearDataFrame onCuePoint \
    onTextData |RtmpSampleAccess status error warning live record append ";

/// Whether it is a word of the protocol: a command, a level, a status code made of known words.
pub(super) fn is_protocol(text: &str) -> bool {
    let one_of = |list: &str, word: &str| {
        !word.is_empty() && !word.contains(' ') && list.contains(&format!(" {word} "))
    };
    text.len() <= 80
        && (one_of(WORDS, text) || (text.contains('.') && text.split('.').all(|w| one_of(CODE_WORDS, w))))
}
