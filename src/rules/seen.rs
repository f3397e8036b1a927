//! What a passive observer knows of a connection so far: shared by all rules, so that each needs to remember only what is
//! its own.

use crate::base::pos::{Dir, PacketRef, PerDir, Span};
use crate::base::time::CaptureTime;
use crate::rtmp::chunk::fact::{Fact, LossCause};
use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::session::event::{CommandEvent, Event, Kind, StreamRole};

use super::clocks::Clocks;
use super::context::Doubt;
use super::per::push;

/// The chunk stream of control messages (RTMP 1.0, 5.4).
pub(super) const CONTROL_CSID: u32 = 2;

/// Message stream ids remembered at most.
const MOST_IDS: usize = 256;
/// Streams remembered at most.
const MOST_STREAMS: usize = 256;

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The SYN and its answer were captured.
    pub(crate) opening: PerDir<bool>,
    /// The packet of the SYN's answer.
    answered: Option<PacketRef>,
    /// Why each direction is not whole up to here, and since when.
    broken: PerDir<Option<(Doubt, PacketRef)>>,
    /// Whether anything came in a direction.
    pub(crate) heard: PerDir<bool>,
    /// Stream bytes of each direction that have been decoded.
    pub(crate) sent: PerDir<u64>,
    /// Bytes that are encrypted or tunnelled.
    pub(crate) unreadable: bool,
    /// The first connect command: the end of its message.
    pub(crate) connect: Option<Span>,
    /// The server accepted it: where the answer ends.
    pub(crate) connected: Option<Span>,
    /// Message stream ids that createStream gave, and where its answer ends.
    granted: Vec<(u32, Span)>,
    /// More ids were given than are remembered.
    granted_more: bool,
    streams: Vec<SeenStream>,
    /// Chunk size of each direction.
    pub(crate) chunk_size: PerDir<Option<u32>>,
    /// Of the messages of each direction so far the one that ends last.
    pub(crate) last: PerDir<Option<LastMessage>>,
    /// What each side said last, by the name of the event, and when.
    pub(crate) said: PerDir<Option<(&'static str, CaptureTime)>>,
    /// The present message began before that one ended.
    interleaved: bool,
    /// The clocks of tracks.
    pub(crate) clocks: Clocks,
    /// Step of a clock that is long, by the profile.
    long_step_ms: i64,
    /// Window Ack Size that each side announced last.
    pub(crate) window: PerDir<Option<u32>>,
}

/// The message that ends last.
#[derive(Copy, Clone, Debug)]
pub(crate) struct LastMessage {
    pub(crate) kind: MessageType,
    pub(crate) csid: u32,
    pub(crate) end: u64,
    pub(crate) packet: u64,
    /// Body bytes it still lacked.
    pub(crate) missing: u32,
    pub(crate) extended: bool,
}

/// A stream: what is published or played on a message stream.
#[derive(Copy, Clone, Debug)]
pub(crate) struct SeenStream {
    pub(crate) role: StreamRole,
    /// Its message stream id.
    pub(crate) id: u32,
    /// Its publish or play command was captured (or the status that accepts it), not only media.
    pub(crate) commanded: bool,
    /// Where it began.
    pub(crate) began: Span,
    /// The server's `Publish.Start` or `Play.Start`: where it ends.
    pub(crate) started: Option<Span>,
    /// It ended, and by whom.
    pub(crate) ended: Option<(Option<Dir>, PacketRef)>,
    /// Both directions were whole, from the opening on, when it began (G-FRESH).
    pub(crate) fresh: bool,
}

impl Seen {
    /// Nothing yet; `unreadable` when all bytes are encrypted or tunnelled.
    pub(super) fn new(unreadable: bool, long_step_ms: i64) -> Self {
        Self { unreadable, long_step_ms, ..Self::default() }
    }

    /// Takes the next event, before the rules hear it.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        let dir = event.dir;
        let sent = self.sent.get_mut(dir);
        *sent = (*sent).max(event.span.end);
        match &event.kind {
            // A stream is told of in the direction of its media, whoever asked for it.
            Kind::SessionEnd { .. }
            | Kind::StreamStarted { .. }
            | Kind::StreamStopped { by: None, .. }
            | Kind::HandshakeFailed { .. } => {}
            _ => *self.heard.get_mut(dir) = true,
        }
        if let Some(header) = event.message {
            self.message(dir, header);
            if event.kind.is_primary() {
                let name = event.kind.name(dir);
                let said = self.said.get_mut(dir);
                *said = name.map(|name| (name, event.at.ts)).or(*said);
            }
        }
        self.kind(event);
        if self.is_whole(dir) {
            self.clocks.event(event, self.long_step_ms);
        } else {
            self.clocks.pass();
        }
    }

    fn kind(&mut self, event: &Event<'_>) {
        let dir = event.dir;
        match &event.kind {
            Kind::TcpSyn => self.opening.c2s = true,
            Kind::TcpSynAck => {
                self.opening.s2c = true;
                self.answered.get_or_insert(event.at);
            }
            Kind::TcpGap { .. } => self.breaks(dir, Doubt::Hole, event.at),
            Kind::Fact(Fact::LostSync { why, .. }) => {
                let doubt = match why {
                    LossCause::Hole => Doubt::Hole,
                    LossCause::MidStream => Doubt::MidStream,
                    LossCause::UnknownChunkStream | LossCause::ImplausibleHeader => Doubt::LostSync,
                };
                self.breaks(dir, doubt, event.at);
            }
            Kind::Fact(Fact::NoPriorHeader { csid, .. }) if *csid != CONTROL_CSID => {
                self.breaks(dir, Doubt::Unsaid, event.at);
            }
            Kind::SetChunkSize { size, .. } => *self.chunk_size.get_mut(dir) = Some(*size),
            Kind::WindowAckSize { size } => *self.window.get_mut(dir) = Some(*size),
            Kind::Command(command) => self.command(command, event),
            Kind::StreamStarted { role, stream_id, .. } if self.streams.len() < MOST_STREAMS => {
                let fresh = self.is_open() && Dir::BOTH.iter().all(|dir| self.is_whole(*dir));
                push(
                    &mut self.streams,
                    SeenStream {
                        role: *role,
                        id: *stream_id,
                        commanded: false,
                        began: event.span,
                        started: None,
                        ended: None,
                        fresh,
                    },
                );
            }
            Kind::StreamStopped { stream, by } => {
                if let Some(seen) = self.stream_mut(*stream) {
                    seen.ended = Some((*by, event.at));
                }
            }
            _ => {}
        }
    }

    fn message(&mut self, dir: Dir, header: &MessageHeader) {
        let last = self.last.get_mut(dir);
        self.interleaved = last.is_some_and(|last| header.span.start < last.end);
        if last.is_none_or(|last| last.end <= header.span.end) {
            *last = Some(LastMessage {
                kind: header.kind,
                csid: header.csid,
                end: header.span.end,
                packet: header.span.last.no,
                missing: header.length.saturating_sub(header.received),
                extended: header.extended,
            });
        }
    }

    fn command(&mut self, it: &CommandEvent<'_>, event: &Event<'_>) {
        match it.name {
            "nc.connect" => {
                self.connect.get_or_insert(event.span);
            }
            "nc.connect_result" => {
                self.connected.get_or_insert(event.span);
            }
            "ns.create_stream_result" => {
                let id = it.command.arguments.first().and_then(crate::amf::Value::as_u32);
                if let Some(id) = id.filter(|id| !self.has_granted(*id)) {
                    if self.granted.len() < MOST_IDS {
                        push(&mut self.granted, (id, event.span));
                    } else {
                        self.granted_more = true;
                    }
                }
            }
            "ns.publish" | "ns.play" | "ns.play2" => {
                if let Some(stream) = it.stream.and_then(|stream| self.stream_mut(stream)) {
                    stream.commanded = true;
                }
            }
            "ns.publish_start" | "ns.play_start" => {
                if let Some(stream) = it.stream.and_then(|stream| self.stream_mut(stream)) {
                    stream.commanded = true;
                    stream.started.get_or_insert(event.span);
                }
            }
            _ => {}
        }
    }

    fn breaks(&mut self, dir: Dir, why: Doubt, at: PacketRef) {
        self.broken.get_mut(dir).get_or_insert((why, at));
    }

    /// Why a direction is not whole from its beginning up to here, if it is not.
    pub(crate) fn doubt(&self, dir: Dir) -> Option<Doubt> {
        self.broken.get(dir).map(|(why, _)| why)
    }

    /// Why the directions are not both whole, if they are not.
    pub(super) fn any_doubt(&self) -> Option<Doubt> {
        Dir::BOTH.iter().find_map(|dir| self.doubt(*dir))
    }

    /// Whether nothing is missing of a direction so far, and all chunk headers were found.
    pub(crate) fn is_whole(&self, dir: Dir) -> bool {
        self.broken.get(dir).is_none()
    }

    /// Whether what the client had acknowledged with a packet is known: not where the capture shows it in front of the
    /// server's opening.
    pub(crate) fn knows_acked(&self, packet: PacketRef) -> bool {
        self.answered.is_some_and(|answered| answered.no < packet.no)
    }

    /// Whether the present message began before one in front of it ended.
    pub(super) const fn is_interleaved(&self) -> bool {
        self.interleaved
    }

    /// Whether no guard has anything to withhold so far.
    pub(super) const fn lacks_nothing(&self) -> bool {
        self.is_open()
            && self.heard.c2s
            && self.heard.s2c
            && self.broken.c2s.is_none()
            && self.broken.s2c.is_none()
    }

    /// Whether the opening was captured, of both sides.
    pub(crate) const fn is_open(&self) -> bool {
        self.opening.c2s && self.opening.s2c
    }

    /// Whether a createStream result gave this message stream id. Where more came than are remembered, each may be one.
    pub(crate) fn has_granted(&self, id: u32) -> bool {
        self.granted_at(id).is_some() || self.granted_more
    }

    /// Where the answer ends that gave this message stream id.
    pub(crate) fn granted_at(&self, id: u32) -> Option<Span> {
        self.granted.iter().find(|(granted, _)| *granted == id).map(|(_, span)| *span)
    }

    /// The message stream ids given so far, in order.
    pub(crate) fn granted(&self) -> impl Iterator<Item = u32> {
        self.granted.iter().map(|(id, _)| *id)
    }

    /// The stream at an index, as events name it.
    pub(crate) fn stream(&self, index: u32) -> Option<&SeenStream> {
        self.streams.get(usize::try_from(index).ok()?)
    }

    fn stream_mut(&mut self, index: u32) -> Option<&mut SeenStream> {
        self.streams.get_mut(usize::try_from(index).ok()?)
    }

    /// All streams so far, in order of first sight.
    pub(crate) fn streams(&self) -> &[SeenStream] {
        &self.streams
    }

    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        self.granted.capacity() * size_of::<(u32, Span)>()
            + self.streams.capacity() * size_of::<SeenStream>()
            + self.clocks.held_bytes()
    }
}
