//! NET-04 media-silent
//!
//! ## What it does
//! Looks for pauses in media, by the time of the packets. It reports a publisher that sends no audio and no video for
//! five seconds; a stream of which audio or video stops for two seconds while the other goes on; a connection on which
//! nobody says anything for a minute.
//!
//! ## Why it matters
//! Viewers see a still picture or hear nothing, and servers drop publishers that stay silent (nginx-rtmp after 60 s, or
//! 30 s after a ping). One kind that stops alone is a fault of the encoder or of its input, not of the network.
//!
//! ## Spec
//! Practice
//!
//! ## Tolerance
//! After a pause, an empty audio message (which means silence), an end of sequence or `receiveAudio(false)` and
//! `receiveVideo(false)` nothing is expected. A kind whose messages are rare by nature may be silent for ten of its
//! usual steps. The first ten seconds of a play are the server's to fill. The time that a message itself takes on the
//! way does not count: a pause is from the last byte of a message to the first of the next.
//!
//! ## How to fix
//! Look at the encoder's input and load at this time. Keep sending (black frames, silence) when the source has nothing,
//! or stop the stream.

use crate::base::pos::Dir;
use crate::base::time::{CaptureTime, ns_to_s};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Place, Said};
use crate::rules::per::Few;
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Closing, Event, Kind, MediaKind, MediaMessage, StreamRole};

mod pulse;

use pulse::Pulse;

pub(super) static RULE: Rule = Rule {
    code: "NET-04",
    name: "media-silent",
    severity: Severity::Warning,
    spec: "practice",
    subject: "streams with media",
    help: "look at the encoder's input and load at this time; send black frames or silence when the source has nothing",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[
        Threshold { name: "quiet_s", default: 5.0, about: "how long a publisher may send no media" },
        Threshold { name: "alone_s", default: 2.0, about: "how long one kind may go on without the other" },
        Threshold { name: "idle_s", default: 60.0, about: "how long nobody may say anything" },
        Threshold { name: "play_start_s", default: 10.0, about: "the start of a play that is not looked at" },
    ],
    hears: &[Topic::Stream, Topic::Message],
    source: include_str!("net_04_media_silent.rs"),
    new: || Box::new(MediaSilent::default()),
    ..Rule::BASE
};

/// Streams followed at most.
const MOST: usize = 64;

#[derive(Default)]
struct MediaSilent {
    streams: Few<Live>,
    /// The last byte of either side.
    heard: Option<CaptureTime>,
    limits: Option<Limits>,
}

/// The figures of the profile, in nanoseconds.
#[derive(Copy, Clone)]
struct Limits {
    quiet: i64,
    alone: i64,
    idle: i64,
    play_start: i64,
}

impl Limits {
    fn of(cx: &Cx<'_>) -> Self {
        Self {
            quiet: cx.threshold_ns("quiet_s"),
            alone: cx.threshold_ns("alone_s"),
            idle: cx.threshold_ns("idle_s"),
            play_start: cx.threshold_ns("play_start_s"),
        }
    }
}

/// A stream and its media.
struct Live {
    stream: u32,
    role: StreamRole,
    began: CaptureTime,
    /// The last byte of media; where it was granted before there was any.
    last: Option<CaptureTime>,
    paused: bool,
    audio: Pulse,
    video: Pulse,
}

impl Check for MediaSilent {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let now = event.at.ts;
        let limits = *self.limits.get_or_insert_with(|| Limits::of(cx));
        if let Some(heard) = self.heard {
            let ns = now.since(heard);
            if ns > limits.idle {
                idle(ns, Found::at(event), cx);
            }
        }
        self.heard = self.heard.max(Some(now));
        match &event.kind {
            Kind::StreamStarted { stream, role, .. } if self.streams.len() < MOST => {
                self.streams.push(Live::new(*stream, *role, now));
            }
            Kind::StreamStopped { stream, by: Some(_) } => {
                if let Some(live) = self.find(*stream) {
                    live.quiet(now, limits, || Found::at(event), cx);
                    live.paused = true;
                }
            }
            Kind::Media(m) => {
                if let Some(live) = self.find(m.stream) {
                    live.media(m, event, limits, cx);
                }
            }
            Kind::Aggregate(_) => self.streams.iter_mut().for_each(|live| live.last = Some(now)),
            Kind::Command(it) => {
                for live in self.streams.iter_mut().filter(|s| it.stream.is_none_or(|n| n == s.stream)) {
                    live.command(it.name, &it.command.arguments, now);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let (_, last) = end.tcp.packets();
        let limits = Limits::of(cx);
        let open = end.closing == Closing::Open;
        let until =
            if open { end.latest } else { end.tcp.first_close().map_or(last.ts, |close| close.at.ts) };
        if let Some(ns) = self.heard.map(|heard| until.since(heard))
            && ns > limits.idle
        {
            idle(ns, Found::in_place(Place::packet(Dir::ClientToServer, last)), cx);
        }
        // A path that broke is told as such.
        let captured = end.tcp.stats(Dir::ClientToServer).segments > 0;
        if !captured || end.tcp.fell_silent().is_some() || !cx.seen.is_whole(Dir::ClientToServer) {
            return;
        }
        for live in self.streams.iter_mut() {
            let found = || Found::in_place(Place::packet(Dir::ClientToServer, last));
            live.quiet(until, limits, found, cx);
        }
    }

    fn held_bytes(&self) -> usize {
        self.streams.held_bytes()
    }
}

impl MediaSilent {
    fn find(&mut self, stream: u32) -> Option<&mut Live> {
        self.streams.iter_mut().rev().find(|live| live.stream == stream)
    }
}

impl Live {
    fn new(stream: u32, role: StreamRole, began: CaptureTime) -> Self {
        let (audio, video) = (Pulse::default(), Pulse::default());
        Self { stream, role, began, last: None, paused: false, audio, video }
    }

    fn media(&mut self, m: &MediaMessage, event: &Event<'_>, limits: Limits, cx: &mut Cx<'_>) {
        self.quiet(event.span.first.ts, limits, || Found::at(event), cx);
        self.last = Some(event.at.ts);
        self.paused = false;
        let now = event.at.ts;
        let (own, other) = match m.media {
            MediaKind::Audio => (&mut self.audio, &mut self.video),
            MediaKind::Video => (&mut self.video, &mut self.audio),
        };
        if !m.role.is_coded() {
            return own.says(m.role);
        }
        let stalled = own.beat(now);
        let early = self.role == StreamRole::Play && now.since(self.began) < limits.play_start;
        if early {
            other.restart();
            return;
        }
        let Some(ns) = other.alone(now, stalled, limits.alone) else { return };
        let (silent, going) = match m.media {
            MediaKind::Audio => ("video", "audio"),
            MediaKind::Video => ("audio", "video"),
        };
        let found =
            Found::at(event).case("alone").of(u64::from(self.stream) * 2 + u64::from(silent == "video"));
        cx.find(found, |_| {
            Said::new(format!("{silent} stopped while {going} went on"))
                .expected(format!("{silent} at least every {} s", ns_to_s(ns.1)))
                .actual(format!("none for {:.1} s so far", ns_to_s(ns.0)))
        });
    }

    /// Whether there was no media for too long, up to `now`.
    fn quiet(&self, now: CaptureTime, limits: Limits, found: impl FnOnce() -> Found, cx: &mut Cx<'_>) {
        let Some(last) = self.last.filter(|_| self.role == StreamRole::Publish && !self.paused) else {
            return;
        };
        cx.judged();
        let (ns, most) = (now.since(last), limits.quiet);
        if ns > most {
            cx.find(found().case("quiet").of(self.stream), |_| {
                Said::new("the publisher sent no audio and no video for a while")
                    .expected(format!("media at least every {} s", ns_to_s(most)))
                    .actual(format!("none for {:.1} s", ns_to_s(ns)))
            });
        }
    }

    fn command(&mut self, name: &str, arguments: &[crate::amf::Value], now: CaptureTime) {
        let on = |n: usize| matches!(arguments.get(n), Some(crate::amf::Value::Boolean(true)));
        match name {
            "ns.publish_start" => self.last = self.last.or(Some(now)),
            "ns.pause" if on(0) => {
                self.paused = true;
                (self.audio, self.video) = (Pulse::default(), Pulse::default());
            }
            "ns.receive_audio" => self.audio.expect(on(0)),
            "ns.receive_video" => self.video.expect(on(0)),
            "ns.pause" | "ns.fc_unpublish" | "ns.unpublish" | "ns.play_stop" | "ns.status" => {
                self.paused |= matches!(name, "ns.fc_unpublish" | "ns.unpublish");
                self.audio.restart();
                self.video.restart();
            }
            _ => {}
        }
    }
}

fn idle(ns: i64, found: Found, cx: &mut Cx<'_>) {
    cx.find(found.case("idle").info(), |_| {
        Said::new(format!("neither side sent anything for {:.0} s", ns_to_s(ns)))
            .help("servers close idle connections (nginx-rtmp after 60 s); send pings, or close")
    });
}
