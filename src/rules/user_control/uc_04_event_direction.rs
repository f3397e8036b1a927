//! UC-04 event-direction
//!
//! ## What it does
//! Reports user control events that come from the wrong side. Servers tell of streams (`StreamBegin`, `StreamEOF`,
//! `StreamDry`, `StreamIsRecorded`, `BufferEmpty`, `BufferReady`) and ask for SWF verification; clients set the buffer
//! length and answer. The other way round is a warning. A client that pings the server, or tells it that a stream
//! begins or ends, is an info.
//!
//! ## Why it matters
//! Receivers ignore an event from the wrong side, or close the connection. It shows that the peers take each other for
//! something else: roles swapped in a relay, or messages sent back as they came.
//!
//! ## Spec
//! RTMP 1.0, 7.1.7
//!
//! ## Tolerance
//! Some clients ping their server, which answers: that is reported once, and never as a warning. nginx-rtmp as a relay
//! pushes a stream to another server as it would to a player, with `StreamBegin` and `StreamEOF`. The client is the
//! side that opened the connection.
//!
//! ## How to fix
//! Send each event from the side that has it in the list above; in a relay, do not pass on the events of the other
//! connection.

use super::shared::{Message, MessageCheck, name};
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::finding::Said;
use crate::rules::held::Told;
use crate::rules::rule::{Guard, Rule};
use crate::rules::topic::Topic;

pub(super) static RULE: Rule = Rule {
    code: "UC-04",
    name: "event-direction",
    severity: Severity::Warning,
    spec: "RTMP 7.1.7",
    subject: "user control messages",
    help: "send each event from the side that the specification names",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::NotMedia],
    on_call: &[Topic::Message],
    source: include_str!("uc_04_event_direction.rs"),
    new: || MessageCheck::boxed(judge),
    ..Rule::BASE
};

const BEGIN: u16 = 0;
const EOF: u16 = 1;
const PING: u16 = 6;

fn judge(it: &Message<'_>, told: &mut Told) -> bool {
    let Some(number) = it.number else { return false };
    let usual = match number {
        BEGIN | EOF | 2 | 4 | PING | 26 | 31 | 32 => Dir::ServerToClient,
        3 | 27 => Dir::ClientToServer,
        // An answer goes where its question came from; one without a question is judged elsewhere.
        _ => return false,
    };
    let dir = it.event.dir;
    if dir == usual {
        return true;
    }
    let found = it.found().of(number);
    let found = match number {
        PING => found.case("ping").info(),
        BEGIN | EOF => found.case("relay").info(),
        _ => found.case("direction"),
    };
    let name = name(number).unwrap_or("user control event");
    let side = |dir| if dir == Dir::ClientToServer { "the client" } else { "the server" };
    let said = Said::new(format!("{} sends {name}, which {} usually sends", side(dir), side(usual)))
        .expected(format!("from {}", side(usual)))
        .actual(format!("from {}", side(dir)));
    told.push((found, said));
    true
}
