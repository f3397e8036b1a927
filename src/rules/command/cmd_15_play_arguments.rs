//! CMD-15 play-arguments
//!
//! ## What it does
//! Looks at the start of `play`, which is -2 (live, else recorded), -1 (live), or seconds from 0 on. Other negative
//! numbers are a warning. Multiples of -1000 are an info, and so is a `NetStream.Play.Reset` that was not asked for, or
//! was and did not come.
//!
//! ## Why it matters
//! Servers read other starts differently: as live, as a recording that is not there, or as an error.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.1
//!
//! ## Tolerance
//! -1000 and -2000 come from rtmpdump and ffmpeg, which count in milliseconds, and servers know them. SRS and
//! gortmplib send `NetStream.Play.Reset` always, nginx-rtmp never.
//!
//! ## How to fix
//! Send -2, -1 or seconds from 0 on as the start.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "CMD-15",
    name: "play-arguments",
    severity: Severity::Info,
    spec: "RTMP 7.2.2.1",
    subject: "play commands",
    help: "send -2, -1 or seconds as start",
    guards: &[Guard::Clear, Guard::NoGapEither],
    hears: &[Topic::Command],
    source: include_str!("cmd_15_play_arguments.rs"),
    new: || Box::new(PlayArguments::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct PlayArguments {
    /// Of the last play: its message stream, whether it asked for a reset, and whether that came.
    last: Option<(u32, bool, bool)>,
}

impl Check for PlayArguments {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        let id = event.message.map_or(0, |header| header.stream_id);
        match (it.name, event.dir) {
            ("ns.play", Dir::ClientToServer) => {
                cx.judged();
                start(event, it, cx);
                self.last = Some((id, asks_reset(it), false));
            }
            ("ns.play_reset", Dir::ServerToClient) => self.reset(event, id, cx),
            ("ns.play_start", Dir::ServerToClient) => self.started(event, id, cx),
            _ => {}
        }
    }
}

impl PlayArguments {
    fn reset(&mut self, event: &Event<'_>, id: u32, cx: &mut Cx<'_>) {
        let Some((of, asked, came)) = &mut self.last else { return };
        if *of == id && !std::mem::replace(came, true) && !*asked {
            cx.find(Found::at(event).case("reset-unasked").info(), |_| {
                Said::new("the server says NetStream.Play.Reset, though play did not ask for a reset")
                    .help("nothing to do: clients ignore it")
            });
        }
    }

    fn started(&mut self, event: &Event<'_>, id: u32, cx: &mut Cx<'_>) {
        if self.last.take_if(|(of, asked, came)| *of == id && *asked && !*came).is_some() {
            cx.find(Found::at(event).case("reset-missing").info(), |_| {
                Said::new("play asked for a reset, and the server does not say NetStream.Play.Reset")
                    .expected("NetStream.Play.Reset in front of NetStream.Play.Start")
                    .help("nothing to do unless the client waits for it")
            });
        }
    }
}

/// Whether a play asks to drop the playlist: the fourth argument, a boolean or a number.
fn asks_reset(it: &CommandEvent<'_>) -> bool {
    match it.command.arguments.get(3) {
        Some(Value::Boolean(reset)) => *reset,
        Some(Value::Number(reset)) => *reset != 0.0,
        _ => false,
    }
}

fn start(event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
    let Some(start) = it.command.number(1) else { return };
    #[expect(clippy::float_cmp, reason = "these very numbers stand for something")]
    let known = start >= 0.0 || start == -1.0 || start == -2.0;
    if known {
        return;
    }
    if start % 1000.0 == 0.0 {
        return cx.find(Found::at(event).case("milliseconds").info(), |_| {
            Said::new("the start of play is in milliseconds")
                .expected("-2, -1 or seconds")
                .actual(start.to_string())
                .help("nothing to do for a server that knows rtmpdump and ffmpeg")
        });
    }
    cx.find(Found::at(event).case("start").warning(), |_| {
        Said::new("the start of play is no time")
            .expected("-2, -1 or seconds from 0 on")
            .actual(start.to_string())
    });
}
