//! The words for what a server refused: ours for what it was, and its own.

use crate::amf::Value;
use crate::rules::context::Words;
use crate::session::event::CommandEvent;

use super::shared::short;

/// What was refused, or broken off.
pub(super) fn refusal(what: &str, name: Option<&str>, was_on: bool, words: &mut dyn Words) -> String {
    let name = name.filter(|name| !name.is_empty());
    let stream =
        |words: &mut dyn Words| name.map_or_else(|| "the stream".to_owned(), |name| words.name(name));
    match (what, was_on) {
        ("connect", true) => "the server ends the connection, which it had accepted".to_owned(),
        ("connect", false) => {
            let app = name.map_or_else(String::new, |app| format!(" to application \"{}\"", words.app(app)));
            format!("the server refused to connect the client{app}")
        }
        ("create-stream", _) => "the server refused to create a stream".to_owned(),
        ("publish", false) => format!("the server refused to let {} be published", stream(words)),
        ("publish", true) => {
            format!("the server ends the publishing of {}, which it had accepted", stream(words))
        }
        ("play", false) => format!("the server refused to play {}", stream(words)),
        ("play", true) => format!("the server ends the playing of {}, which it had begun", stream(words)),
        _ => "the server reports a failure".to_owned(),
    }
}

/// The server's own words.
pub(super) fn said(it: &CommandEvent<'_>, words: &mut dyn Words) -> String {
    let code = it.command.code().map_or_else(|| "no code".to_owned(), |code| short(&words.word(code)));
    match description(it) {
        "" => code,
        description => format!("{code} \"{}\"", short(&words.text(description))),
    }
}

/// What the server adds to its code.
pub(super) fn description<'c>(it: &CommandEvent<'c>) -> &'c str {
    it.command.status().and_then(|info| info.get("description")).and_then(Value::as_str).unwrap_or_default()
}

/// Where the server sends the client instead.
pub(super) fn redirect<'c>(it: &CommandEvent<'c>) -> Option<&'c str> {
    let ex = it.command.status()?.get("ex")?;
    ex.get("code").and_then(Value::as_u32).filter(|code| *code == 302)?;
    ex.get("redirect").and_then(Value::as_str)
}
