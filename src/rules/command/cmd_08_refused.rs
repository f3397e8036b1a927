//! CMD-08 refused
//!
//! ## What it does
//! Reports what the server refused, in its own words. That is an `_error` to `connect`, `createStream`, `publish` or
//! `play`, or an `onStatus` that says so by its code or its level. What goes wrong without ending anything (a seek that
//! failed) is a warning.
//!
//! ## Why it matters
//! This is why there is no stream, and encoders often do not show it.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.1, 7.2.2
//!
//! ## Tolerance
//! A refused `releaseStream`, `FCPublish` or other command that clients ignore is an info; so are a redirect to another
//! server, as SRS sends it, and the first steps of a login with challenge (`authmod=`), which are refusals by design. A
//! request to reconnect is no refusal. Success with the level of an error is left to CMD-07.
//!
//! ## How to fix
//! Go by the code: `NetStream.Publish.BadName` is a name that is in use or not allowed,
//! `NetStream.Play.StreamNotFound` a name that nobody publishes, `NetConnection.Connect.InvalidApp` an application
//! that the server does not have. What a description leaves open, the server's log tells.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

use super::asked::AskedFor;
use super::codes::{Meaning, advice, is_failure, meaning};
use super::login::Login;
use super::refusal::{description, redirect, refusal, said};
use super::shared::{is_optional, short, span_of};

pub(super) static RULE: Rule = Rule {
    code: "CMD-08",
    name: "refused",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1, 7.2.2",
    subject: "answers of the server",
    help: "the server's log says more; check address, stream name and credentials first",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("cmd_08_refused.rs"),
    new: || Box::new(Refused::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct Refused {
    asked: AskedFor,
}

impl Check for Refused {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        match (event.dir, it.command.name.as_str()) {
            (Dir::ClientToServer, name) => self.asked.ask(event, it, name),
            (_, "_error") => self.error(event, it, cx),
            (_, "_result") => cx.judged(),
            (_, "onStatus") => self.status(event, it, cx),
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        self.asked.held_bytes()
    }
}

impl Refused {
    fn error(&self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        cx.judged();
        let call = it.answers.map(|call| call.name);
        let what = match call {
            _ if it.name == "nc.connect_error" => "connect",
            Some("createStream") => "create-stream",
            Some("publish") => "publish",
            Some("play" | "play2") => "play",
            Some(name) => {
                let (case, sense) =
                    if is_optional(name) { ("optional", ", which it may") } else { ("call", "") };
                return cx.find(Found::at(event).case(case).info(), |words| {
                    let name = short(&words.word(name));
                    Said::new(format!("the server answers {name} with an error{sense}"))
                        .actual(said(it, words))
                        .help("nothing to do as long as the client goes on")
                });
            }
            // Of what, is not known.
            None => return,
        };
        self.report(event, it, what, cx);
    }

    fn status(&self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        cx.judged();
        let code = it.command.code().unwrap_or_default();
        let level = it.command.arguments.last().and_then(|info| info.get("level")).and_then(Value::as_str);
        if meaning(code) == Meaning::Trouble {
            return cx.find(Found::at(event).case("trouble").warning(), |words| {
                Said::new("the server could not do what was asked for, and goes on")
                    .actual(said(it, words))
                    .help("seek inside of the recording only; for want of bandwidth lower the bit rate")
            });
        }
        if !is_failure(code, level) {
            return;
        }
        let what = match code.split('.').take(2).collect::<Vec<_>>().as_slice() {
            ["NetConnection", "Connect"] => "connect",
            ["NetStream", "Publish" | "Record"] => "publish",
            ["NetStream", "Play"] => "play",
            _ => "status",
        };
        self.report(event, it, what, cx);
    }

    fn report(&self, event: &Event<'_>, it: &CommandEvent<'_>, what: &'static str, cx: &mut Cx<'_>) {
        let code = it.command.code().unwrap_or_default();
        let stream_id = event.message.map(|header| header.stream_id);
        let asked = self.asked.newest(what, stream_id);
        let of = asked.map_or(0, |asked| asked.stream_id);
        let found = Found::at(event).of(of);
        if let Some(to) = redirect(it) {
            return cx.find(found.case("redirect").info(), |words| {
                let said = Said::new("the server sends the client to another server");
                said.actual(short(&words.url(to)))
                    .help("nothing to do if the client follows; else give it that address")
            });
        }
        let login = Login::of(description(it)).filter(|_| what == "connect");
        let found = match login {
            Some(Login::Asks) => found.case("login").info(),
            Some(Login::Fails) => found.case("login-failed"),
            None => found.case(what),
        };
        let was_on =
            it.stream.and_then(|index| cx.seen.stream(index)).is_some_and(|seen| seen.started.is_some())
                || (what == "connect" && cx.seen.connected.is_some());
        cx.find(found, |words| {
            let took = asked.filter(|_| !was_on).map(|asked| event.at.ts.since(asked.at.ts));
            let took = took.map_or_else(String::new, |ns| format!(", {} after the command", span_of(ns)));
            let actual = format!("{}{took}", said(it, words));
            let (message, help) = match login {
                Some(login) => (login.message().to_owned(), Some(login.help())),
                None => (refusal(what, asked.map(|asked| asked.name.as_str()), was_on, words), advice(code)),
            };
            let said = Said::new(message).actual(actual);
            match help {
                Some(help) => said.help(help),
                None => said,
            }
        });
    }
}
