//! CMD-17 media-after-close
//!
//! ## What it does
//! Reports media on a stream that its sender has ended. A client ends it by `deleteStream`, `closeStream` or
//! `FCUnpublish`, a server by `NetStream.Play.UnpublishNotify`. A publisher that leaves without ending its stream is an
//! info.
//!
//! ## Why it matters
//! Such media is thrown away, or confuses what comes next under the same id. Whoever leaves without a word leaves the
//! name in use until the server notices, and the next try is refused.
//!
//! ## Spec
//! RTMP 1.0, 7.2.2.3; practice for the FC commands
//!
//! ## Tolerance
//! Media of the server that was under way when the client closed does not count, nor does what a server sends within
//! two round trips, and at least a second. ffmpeg that is killed leaves without a word. For media after Stream EOF see
//! UC-06.
//!
//! ## How to fix
//! Stop the encoder first, then send `FCUnpublish` and `deleteStream`, then close the connection.

use crate::amf::Value;
use crate::base::pos::{Dir, PacketRef};
use crate::base::text::clip;
use crate::rtmp::message::user_control::UserControl;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::push;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Closing, CommandEvent, Event, Kind, StreamRole};

use super::closed::Closed;
use super::shared::{NAME_BYTES, bare_name};

pub(super) static RULE: Rule = Rule {
    code: "CMD-17",
    name: "media-after-close",
    severity: Severity::Warning,
    spec: "RTMP 7.2.2.3; practice",
    subject: "streams that were ended",
    help: "stop the encoder first, then send FCUnpublish and deleteStream, then close the connection",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "grace_s",
        default: 1.0,
        about: "time for which a server may send on after it said that the publisher is gone, at least, in \
                seconds",
    }],
    hears: &[Topic::Transport, Topic::Control, Topic::Command, Topic::Media],
    skips_alike: true,
    source: include_str!("cmd_17_media_after_close.rs"),
    new: || Box::new(MediaAfterClose::default()),
    ..Rule::BASE
};

/// Streams remembered.
const MOST: usize = 16;

#[derive(Default)]
struct MediaAfterClose {
    rtt_ns: i64,
    /// What is published, and on which message stream.
    published: Vec<(u32, String)>,
    closed: Vec<Closed>,
}

impl Check for MediaAfterClose {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Media(_) if self.closed.is_empty() => {}
            Kind::Media(media) => {
                let of_stream = || cx.seen.stream(media.stream).map(|seen| seen.id);
                let id = event.message.map(|header| header.stream_id).or_else(of_stream);
                self.media(event, id.unwrap_or_default(), cx);
            }
            Kind::TcpEstablished { rtt_ns } => self.rtt_ns = *rtt_ns,
            Kind::UserControl(UserControl::StreamBegin { stream_id }) => self.open(*stream_id, event.dir, cx),
            Kind::Command(it) if event.dir == Dir::ClientToServer => self.client(event, it, cx),
            Kind::Command(it) => self.server(event, it, cx),
            _ => {}
        }
        if self.closed.is_empty() { cx.sleep() } else { cx.wake() }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let leaves = matches!(end.closing, Closing::ClientFin | Closing::ClientRst);
        if leaves && cx.seen.is_whole(Dir::ClientToServer) {
            self.left(end, cx);
        }
        for closed in self.closed.drain(..) {
            closed.report(cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.published.capacity() * (size_of::<(u32, String)>() + NAME_BYTES)
            + self.closed.capacity() * size_of::<Closed>()
    }
}

impl MediaAfterClose {
    fn client(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        let id = event.message.map_or(0, |header| header.stream_id);
        match it.command.name.as_str() {
            "publish" if matches!(it.command.arguments.first(), Some(Value::Boolean(false))) => {
                self.published.retain(|(open, _)| *open != id);
            }
            "publish" => {
                self.open(id, Dir::ClientToServer, cx);
                self.published.retain(|(open, _)| *open != id);
                if self.published.len() < MOST {
                    self.published
                        .push((id, clip(it.command.text(0).unwrap_or_default(), NAME_BYTES).to_owned()));
                }
            }
            "closeStream" => self.close(event, id, "closeStream", cx),
            "deleteStream" => {
                let id = it.command.arguments.first().and_then(Value::as_u32).unwrap_or(id);
                self.close(event, id, "deleteStream", cx);
            }
            "FCUnpublish" => {
                let name = bare_name(clip(it.command.text(0).unwrap_or_default(), NAME_BYTES));
                let only = self.published.len() == 1;
                let ended = self.published.iter().filter(|(_, open)| only || bare_name(open) == name);
                for id in ended.map(|(id, _)| *id).collect::<Vec<_>>() {
                    self.close(event, id, "FCUnpublish", cx);
                }
            }
            _ => {}
        }
    }

    fn server(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, cx: &mut Cx<'_>) {
        let id = event.message.map_or(0, |header| header.stream_id);
        match it.command.code().unwrap_or_default() {
            "NetStream.Play.UnpublishNotify" => self.close(event, id, "NetStream.Play.UnpublishNotify", cx),
            "NetStream.Play.PublishNotify" | "NetStream.Play.Start" | "NetStream.Play.Reset" => {
                self.open(id, event.dir, cx);
            }
            _ => {}
        }
    }

    /// A stream begins, perhaps under the id of one that was ended.
    fn open(&mut self, id: u32, by: Dir, cx: &mut Cx<'_>) {
        if let Some(index) = self.closed.iter().position(|closed| closed.id == id && closed.by == by) {
            self.closed.remove(index).report(cx);
        }
    }

    fn close(&mut self, event: &Event<'_>, id: u32, how: &'static str, cx: &mut Cx<'_>) {
        cx.judged();
        self.published.retain(|(open, _)| *open != id);
        let known = self.closed.iter().any(|closed| closed.id == id && closed.by == event.dir);
        if !known && self.closed.len() < MOST {
            push(&mut self.closed, Closed { id, by: event.dir, how, at: event.span, late: None });
        }
    }

    fn media(&mut self, event: &Event<'_>, id: u32, cx: &mut Cx<'_>) {
        let grace = self.rtt_ns.saturating_mul(2).max(cx.threshold_ns("grace_s"));
        let Some(closed) = self.closed.iter_mut().find(|it| it.id == id && it.by == event.dir) else {
            return;
        };
        closed.media(event, grace);
    }

    /// Publishers that left without a word.
    fn left(&self, end: &End<'_>, cx: &mut Cx<'_>) {
        let by_nobody = |ended: Option<(Option<Dir>, PacketRef)>| ended.is_none_or(|(by, _)| by.is_none());
        let left = cx.seen.streams().iter().any(|seen| {
            let here = self.published.iter().any(|(id, _)| *id == seen.id);
            seen.role == StreamRole::Publish && seen.started.is_some() && by_nobody(seen.ended) && here
        });
        let Some(close) = end.tcp.first_close().filter(|_| left) else { return };
        cx.find(Found::in_place(Place::packet(close.by, close.at)).case("left").info(), |_| {
            let how = if close.reset { "resets" } else { "closes" };
            Said::new(format!("the publisher {how} the connection without ending its stream"))
                .expected("FCUnpublish and deleteStream before it")
                .help("end the stream before closing: until the server notices, the name is in use")
        });
    }
}
