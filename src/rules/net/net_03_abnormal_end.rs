//! NET-03 abnormal-end
//!
//! ## What it does
//! Says who ended the connection, where that was in the middle of something. Such an end is a reset while a stream was
//! published or played; a server that closes while it is published to, without a word about it; a side that closes
//! inside a message of its own; a side that falls silent while the other one keeps sending its data again. Connections
//! that never came about count too: a server that refuses, or never answers; connections on which nobody said anything.
//!
//! ## Why it matters
//! "Disconnected" is all that most programs log. Who closed, and what went on just before, tells whose log is worth
//! reading: a server that closes has a reason for it (idle timer, codec, key, limit), a reset often is a program that
//! ended, silence is the path.
//!
//! ## Spec
//! RFC 9293, 3.6 and 3.5.2
//!
//! ## Tolerance
//! The end of the capture is no end of the connection. Resets after a regular close say nothing, and a player that
//! leaves with data unread resets (Linux does that on close): an info. What stays unfinished because the other side
//! went first (ffmpeg writes header and body of a message apart) is not held against its sender.
//!
//! ## How to fix
//! Look into the log of the side that closed, at this time. When the server closed without a status, let it send an
//! `onStatus` first, so that clients know whether to try again.

mod ending;

use crate::base::pos::{Dir, PerDir};
use crate::base::time::CaptureTime;
use crate::rtmp::message::user_control::UserControl;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{CommandEvent, Event, Kind, StreamRole};

pub(super) static RULE: Rule = Rule {
    code: "NET-03",
    name: "abnormal-end",
    severity: Severity::Warning,
    spec: "RFC 9293, 3.6",
    subject: "connections that ended",
    help: "look into the log of the side that closed, at this time",
    guards: &[Guard::Tail, Guard::Holes],
    thresholds: &[Threshold {
        name: "answer_s",
        default: 3.0,
        about: "how long the answer to a SYN may take",
    }],
    hears: &[Topic::Transport, Topic::Stream, Topic::Message],
    skips_alike: true,
    source: include_str!("net_03_abnormal_end.rs"),
    new: || Box::new(AbnormalEnd::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct AbnormalEnd {
    /// SYN segments of the client.
    syns: u64,
    /// Media came since the last stream in this direction began.
    media: PerDir<bool>,
    /// The server said that the stream ends, or the client that it will.
    told: bool,
    unpublished: bool,
    /// What each side had said last when one closed, and what was going on then.
    closed: Option<PerDir<Option<(&'static str, CaptureTime)>>>,
    live: Option<Live>,
    /// What was left of the message that its sender had begun when it closed, if that was first: bytes that came, and all.
    unfinished: PerDir<Option<(u32, u32)>>,
}

/// A stream that was going on.
#[derive(Copy, Clone)]
struct Live {
    role: StreamRole,
    since: CaptureTime,
}

impl Check for AbnormalEnd {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::TcpSyn => self.syns += 1,
            Kind::TcpFin | Kind::TcpRst if self.closed.is_none() => {
                (self.closed, self.live) = (Some(cx.seen.said), self.going_on(cx));
            }
            Kind::StreamStarted { role, .. } => {
                (self.told, self.unpublished) = (false, false);
                *self.media.get_mut(role.dir()) = false;
            }
            _ if event.message.is_some() => self.message(event),
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        self.judge(end, cx);
    }
}

impl AbnormalEnd {
    fn message(&mut self, event: &Event<'_>) {
        let Some(header) = event.message else { return };
        if self.closed.is_some() {
            if header.unfinished && header.lost == 0 {
                *self.unfinished.get_mut(event.dir) = Some((header.received, header.length));
            }
            return;
        }
        match &event.kind {
            Kind::Media(_) | Kind::Aggregate(_) => *self.media.get_mut(event.dir) = true,
            Kind::Command(command) => self.command(command, event.dir),
            Kind::Data(data) if data.name == "ns.play_complete" => self.told = true,
            Kind::UserControl(UserControl::StreamEof { .. }) => self.told = true,
            _ => {}
        }
    }

    fn command(&mut self, it: &CommandEvent<'_>, dir: Dir) {
        match (dir, it.name) {
            (Dir::ClientToServer, "ns.fc_unpublish") => self.unpublished = true,
            (Dir::ClientToServer, "nc.close") => (self.told, self.unpublished) = (true, true),
            (Dir::ServerToClient, "ns.publish_start" | "ns.play_start") => self.told = false,
            (Dir::ServerToClient, "ns.unpublish" | "ns.play_stop" | "nc.reconnect_request" | "nc.error") => {
                self.told = true;
            }
            (Dir::ServerToClient, "ns.status" | "nc.status") => self.told |= says_end(it),
            _ => {}
        }
    }

    /// The stream that is going on, if one is: accepted or with media, and ended by nobody.
    fn going_on(&self, cx: &Cx<'_>) -> Option<Live> {
        let of = |role: StreamRole| {
            let media = *self.media.get(role.dir());
            cx.seen
                .streams()
                .iter()
                .rev()
                .find(|s| s.role == role && !matches!(s.ended, Some((Some(_), _))))
                .filter(|s| s.started.is_some() || media)
                .map(|s| Live { role, since: s.began.last.ts })
        };
        of(StreamRole::Publish).filter(|_| !self.unpublished).or_else(|| of(StreamRole::Play))
    }
}

/// Whether a status says that something ended, or failed.
fn says_end(it: &CommandEvent<'_>) -> bool {
    const ENDS: [&str; 7] =
        ["UnpublishNotify", ".Complete", ".Closed", "AppShutdown", "IdleTimeout", ".Failed", "Publish.Idle"];
    let level =
        it.command.status().and_then(|status| status.get("level")).and_then(crate::amf::Value::as_str);
    let code = it.command.code().unwrap_or_default();
    level == Some("error") || ENDS.iter().any(|end| code.ends_with(end))
}
