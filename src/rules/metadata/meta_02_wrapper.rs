//! META-02 wrapper
//!
//! ## What it does
//! Looks at the wrapper of metadata: `@setDataFrame` from publishers, and none towards players. After `@setDataFrame`
//! come a name and a value; `@clearDataFrame` needs the name.
//!
//! ## Why it matters
//! The wrapper is an order to the server: keep this, and send it to each player. Without it a server of the Flash kind
//! sends the metadata on once and forgets it; a player does not know it at all.
//!
//! ## Spec
//! RTMP 1.0, 7.1.2; the convention of Flash Media Server
//!
//! ## Tolerance
//! Metadata without the wrapper is an info: nginx-rtmp and SRS accept both forms, and servers that push to others send
//! it so. ffmpeg reads the wrapper also as a player.
//!
//! ## How to fix
//! As a publisher send `@setDataFrame`, `onMetaData` and the facts as three values of one data message. As a server
//! send the last two to players.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

pub(super) static RULE: Rule = Rule {
    code: "META-02",
    name: "wrapper",
    severity: Severity::Info,
    spec: "RTMP 7.1.2; convention of Flash Media Server",
    subject: "data messages with metadata",
    help: "as a publisher send @setDataFrame, onMetaData and the facts in one data message; as a server send players the \
           last two",
    guards: &[Guard::Clear],
    hears: &[Topic::Data],
    source: include_str!("meta_02_wrapper.rs"),
    new: || Box::new(Wrapper),
    ..Rule::BASE
};

struct Wrapper;

impl Check for Wrapper {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Data(it) = &event.kind else { return };
        let is_clear = it.handler == Some("@clearDataFrame");
        if !(it.set_data_frame || is_clear || it.handler == Some("onMetaData")) {
            return;
        }
        cx.judged();
        let found = Found::at(event);
        if is_clear {
            if it.values.first().and_then(|value| value.as_str()).is_none() {
                cx.find(found.case("clear").warning(), |_| {
                    Said::new("@clearDataFrame does not say what to clear")
                        .expected("a name, onMetaData mostly")
                });
            }
        } else if event.dir == Dir::ServerToClient {
            if it.set_data_frame {
                cx.find(found.case("to-player").warning(), |_| {
                    Said::new("@setDataFrame is sent to a player, which is no order for it")
                        .expected("onMetaData and the facts alone")
                });
            }
        } else if !it.set_data_frame {
            cx.find(found.case("bare"), |_| {
                Said::new("a publisher sends onMetaData without @setDataFrame")
                    .expected("@setDataFrame in front of it")
            });
        } else if (it.handler.is_none() || it.values.is_empty()) && it.error.is_none() {
            cx.find(found.case("set").error(), |_| {
                let actual = if it.handler.is_none() { "no name" } else { "no value" };
                Said::new("@setDataFrame is not followed by a name and a value")
                    .expected("a name and a value")
                    .actual(actual)
            });
        }
    }
}
