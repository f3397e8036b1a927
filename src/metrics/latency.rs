//! How long each step of setting up took, by the capture's clock where it was taken.
//!
//! Takes transport, handshake, command and media events; gives plain milliseconds, `None` for a step that was
//! not seen whole. A time is negative when the capture's clock stepped back. The first occurrence counts.
//!
//! | figure | from | to |
//! |---|---|---|
//! | tcp | SYN | ACK of the SYN/ACK: the round trip at the capture point |
//! | handshake | first byte of C0 | end of the handshake |
//! | connect | `connect` | its `_result` or `_error` |
//! | create stream | `createStream` | its `_result` with this stream's id |
//! | publish, play | the command | `NetStream.Publish.Start`, `NetStream.Play.Start` |
//! | first audio, video, key frame | player: `play`; publisher: Publish.Start if it was seen by then, else `publish` | that coded frame |
//! | setup | SYN | Publish.Start or Play.Start |

use crate::base::pos::PacketRef;
use crate::base::quantile::Quantiles;
use crate::base::time::{CaptureTime, ns_to_ms};
use crate::session::event::{CommandEvent, Kind, MediaKind, MediaMessage, MediaRole, StreamRole};

/// Round trip times in milliseconds.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct PingSummary {
    pub(crate) count: u64,
    pub(crate) min: f64,
    pub(crate) p50: f64,
    pub(crate) max: f64,
}

/// Time from a ping to its pong, by the direction of the pong.
#[derive(Debug, Default)]
pub(crate) struct Pings(Option<Box<Quantiles>>);

impl Pings {
    /// Takes one round trip; gives by how much the memory held has grown.
    pub(crate) fn add(&mut self, rtt_ns: i64) -> usize {
        self.0.get_or_insert_with(|| Box::new(Quantiles::default())).add(rtt_ns)
    }

    /// The figures, once there is one.
    pub(crate) fn summary(&self) -> Option<PingSummary> {
        let q = self.0.as_ref()?;
        Some(PingSummary {
            count: q.count(),
            min: ns_to_ms(q.min()?),
            p50: ns_to_ms(q.percentile(50)?),
            max: ns_to_ms(q.max()?),
        })
    }
}

/// Steps of the connection.
#[derive(Debug, Default)]
pub(crate) struct ConnectionLatency {
    syn: Option<CaptureTime>,
    tcp_ns: Option<i64>,
    handshake_ns: Option<i64>,
    connect_ns: Option<i64>,
    /// Message stream ids that `createStream` gave and no stream took yet, and how long that took.
    created: Vec<(f64, i64)>,
}

impl ConnectionLatency {
    /// Takes a transport or handshake event.
    pub(crate) fn transport(&mut self, kind: &Kind<'_>, at: CaptureTime) {
        match *kind {
            Kind::TcpSyn => {
                self.syn.get_or_insert(at);
            }
            Kind::TcpEstablished { rtt_ns } => {
                self.tcp_ns.get_or_insert(rtt_ns);
            }
            Kind::HandshakeDone { duration_ns, .. } => {
                self.handshake_ns.get_or_insert(duration_ns);
            }
            _ => {}
        }
    }

    /// Takes a response; at most `most` streams are remembered that were made and not used.
    pub(crate) fn response(&mut self, event: &CommandEvent<'_>, at: CaptureTime, most: usize) {
        let Some(call) = event.answers else { return };
        let took = at.since(call.at.ts);
        match call.name {
            "connect" => {
                self.connect_ns.get_or_insert(took);
            }
            "createStream" if event.command.name == "_result" && self.created.len() < most => {
                self.created.extend(event.command.number(0).map(|id| (id, took)));
            }
            _ => {}
        }
    }

    /// How long the making of message stream `id` took, for the first stream that uses it.
    pub(crate) fn take_created(&mut self, id: u32) -> Option<i64> {
        let at = self.created.iter().position(|c| c.0.total_cmp(&f64::from(id)).is_eq())?;
        Some(self.created.remove(at).1)
    }

    /// Round trip of the TCP handshake in milliseconds.
    pub(crate) fn tcp_ms(&self) -> Option<f64> {
        self.tcp_ns.map(ns_to_ms)
    }

    /// Duration of the RTMP handshake in milliseconds.
    pub(crate) fn handshake_ms(&self) -> Option<f64> {
        self.handshake_ns.map(ns_to_ms)
    }

    /// Time from `connect` to its answer in milliseconds.
    pub(crate) fn connect_ms(&self) -> Option<f64> {
        self.connect_ns.map(ns_to_ms)
    }
}

/// Steps of a stream and of the connection it is on, in milliseconds.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the unit is in the name, as in the report")]
pub(crate) struct LatencySummary {
    pub(crate) tcp_ms: Option<f64>,
    pub(crate) handshake_ms: Option<f64>,
    pub(crate) connect_ms: Option<f64>,
    pub(crate) create_stream_ms: Option<f64>,
    pub(crate) publish_ms: Option<f64>,
    pub(crate) play_ms: Option<f64>,
    pub(crate) first_audio_ms: Option<f64>,
    pub(crate) first_video_ms: Option<f64>,
    pub(crate) first_keyframe_ms: Option<f64>,
    pub(crate) setup_total_ms: Option<f64>,
}

/// Steps of a stream.
#[derive(Debug, Default)]
pub(crate) struct StreamLatency {
    pub(crate) create_ns: Option<i64>,
    /// When `publish` or `play` came.
    command: Option<CaptureTime>,
    /// When Publish.Start or Play.Start came.
    start: Option<CaptureTime>,
    first_audio_ns: Option<i64>,
    first_video_ns: Option<i64>,
    first_keyframe_ns: Option<i64>,
}

impl StreamLatency {
    /// `publish` or `play` came.
    pub(crate) fn command(&mut self, at: PacketRef) {
        self.command.get_or_insert(at.ts);
    }

    /// Publish.Start or Play.Start came.
    pub(crate) fn started(&mut self, at: CaptureTime) {
        self.start.get_or_insert(at);
    }

    /// Whether Publish.Start or Play.Start came.
    pub(crate) const fn has_started(&self) -> bool {
        self.start.is_some()
    }

    /// Takes a media message.
    pub(crate) fn media(&mut self, role: StreamRole, media: &MediaMessage, at: CaptureTime) {
        if !media.role.is_coded() || media.unfinished {
            return;
        }
        let base = match role {
            StreamRole::Publish => self.start.or(self.command),
            StreamRole::Play => self.command,
        };
        let Some(took) = base.map(|base| at.since(base)) else { return };
        match media.media {
            MediaKind::Audio => self.first_audio_ns.get_or_insert(took),
            MediaKind::Video => self.first_video_ns.get_or_insert(took),
        };
        if media.media == MediaKind::Video && media.role == MediaRole::KeyFrame {
            self.first_keyframe_ns.get_or_insert(took);
        }
    }

    /// The figures, with those of the connection.
    pub(crate) fn summary(&self, role: StreamRole, connection: &ConnectionLatency) -> LatencySummary {
        let started = |from: Option<CaptureTime>| Some(ns_to_ms(self.start?.since(from?)));
        let start_ms = started(self.command);
        LatencySummary {
            tcp_ms: connection.tcp_ms(),
            handshake_ms: connection.handshake_ms(),
            connect_ms: connection.connect_ms(),
            create_stream_ms: self.create_ns.map(ns_to_ms),
            publish_ms: start_ms.filter(|_| role == StreamRole::Publish),
            play_ms: start_ms.filter(|_| role == StreamRole::Play),
            first_audio_ms: self.first_audio_ns.map(ns_to_ms),
            first_video_ms: self.first_video_ns.map(ns_to_ms),
            first_keyframe_ms: self.first_keyframe_ns.map(ns_to_ms),
            setup_total_ms: started(connection.syn),
        }
    }
}
