//! Figures of one connection, from its events alone.
//!
//! [`ConnectionMetrics`] takes every [`Event`] of a connection in capture order and keeps aggregates: nothing
//! grows with the length of a capture, nothing is allocated per event once a stream is under way, and a
//! connection without media costs under a kilobyte. It gives plain structs in which `None` means not known.
//! Units are in the names. It holds no opinion and formats nothing; masking of names is the report's work.
//!
//! | module | figures |
//! |---|---|
//! | [`messages`] | messages by type |
//! | [`ledger`] | bytes by class |
//! | [`chunk_sizes`] | chunk sizes over time |
//! | [`timestamps`] | extended timestamps, and those that can be read in two ways |
//! | [`commands`] | calls and their responses |
//! | [`ack`] | windows and acknowledgements |
//! | [`latency`] | steps of setting up, pings |
//! | [`stream`] | one stream: [`track`] (with [`gop`] and [`units`]), [`sync`], [`pacing`] |
//!
//! [`num`] and [`step`] are what these share. Capture time may go back: differences are signed,
//! and no figure is infinite or not a number.

pub(crate) mod ack;
pub(crate) mod chunk_sizes;
pub(crate) mod commands;
pub(crate) mod gop;
pub(crate) mod latency;
pub(crate) mod ledger;
pub(crate) mod messages;
pub(crate) mod num;
pub(crate) mod pacing;
pub(crate) mod step;
pub(crate) mod stream;
pub(crate) mod sync;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod timestamps;
pub(crate) mod track;
pub(crate) mod units;

use crate::base::limits::Limits;
use crate::base::pos::{Dir, PerDir};
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::handshake::Form;
use crate::rtmp::message::kind::MessageType;
use crate::session::event::{CommandEvent, Event, Kind, StreamRole};
use ack::{AckSummary, Acks};
use chunk_sizes::ChunkSizes;
use commands::Commands;
use latency::{ConnectionLatency, PingSummary, Pings};
use ledger::{Ledger, LedgerBytes};
use messages::MessageCounts;
use stream::StreamMetrics;
use timestamps::Timestamps;

/// What the figures are for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// To be told, all of them.
    Full,
    /// Verdicts: of frames their times and their pace, and nothing of what each track is like.
    Verdict,
}

/// All figures of one connection.
#[derive(Debug)]
pub(crate) struct ConnectionMetrics {
    depth: Depth,
    most_commands: usize,
    most_streams: usize,
    most_tracks: usize,
    messages: PerDir<MessageCounts>,
    ledger: PerDir<Ledger>,
    chunk_sizes: PerDir<ChunkSizes>,
    timestamps: PerDir<Timestamps>,
    acks: PerDir<Acks>,
    pings: PerDir<Pings>,
    commands: Commands,
    latency: ConnectionLatency,
    /// In order of index.
    streams: Vec<StreamMetrics>,
    omitted_streams: u64,
    /// Memory of what grows with single events: rows of commands, samples of quantiles.
    grown: usize,
}

impl ConnectionMetrics {
    /// Nothing seen.
    pub(crate) fn new(limits: &Limits, depth: Depth) -> Self {
        Self {
            depth,
            most_commands: limits.commands,
            most_streams: limits.streams,
            most_tracks: limits.tracks,
            messages: PerDir::default(),
            ledger: PerDir::default(),
            chunk_sizes: PerDir::default(),
            timestamps: PerDir::default(),
            acks: PerDir::default(),
            pings: PerDir::default(),
            commands: Commands::default(),
            latency: ConnectionLatency::default(),
            streams: Vec::new(),
            omitted_streams: 0,
            grown: 0,
        }
    }

    /// Takes the next event.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        let dir = event.dir;
        let full = self.depth == Depth::Full;
        if full {
            self.acks.get_mut(dir).sent(event.span.end);
        }
        self.ledger.get_mut(dir).event(event);
        if let Some(header) = event.message.filter(|_| event.kind.is_primary()) {
            self.messages.get_mut(dir).add(header);
            if full {
                self.timestamps.get_mut(dir).add(header);
            }
        }
        match &event.kind {
            Kind::Hello(hello) => {
                self.acks.get_mut(dir).hello(event.span.end);
                if !matches!(hello.form, Some(Form::Encrypted(_))) {
                    self.chunk_sizes.get_mut(dir).hello(event.at);
                }
            }
            Kind::SetChunkSize { size, .. } => self.chunk_sizes.get_mut(dir).announced(event.at, *size),
            Kind::Fact(fact) => self.fact(event, *fact),
            Kind::Acknowledgement { value, sent } if full => {
                self.grown += self.acks.get_mut(dir.opposite()).ack(*value, *sent);
            }
            Kind::WindowAckSize { size } => self.acks.get_mut(dir).window(*size),
            Kind::Pong { rtt_ns: Some(rtt), .. } => self.grown += self.pings.get_mut(dir).add(*rtt),
            Kind::Command(command) => self.command(event, command),
            Kind::StreamStarted { stream, role, name, stream_id } => {
                self.started(event, *stream, *role, *name, *stream_id);
            }
            Kind::StreamStopped { stream, .. } => self.with_stream(event, *stream, |s| s.stop(event.at)),
            Kind::Media(media) => {
                let (mut grown, most, depth) = (0, self.most_tracks, self.depth);
                self.with_stream(event, media.stream, |s| grown = s.media(media, event.at, most, depth));
                self.grown += grown;
            }
            Kind::Config { stream, media, track, config, change, .. } => {
                let most = self.most_tracks;
                self.with_stream(event, *stream, |s| {
                    if let Some(track) = s.track_mut(*media, *track, most).filter(|_| full) {
                        track.config(config, *change);
                    }
                });
            }
            Kind::FrameFormat { stream, media, track, format, previous } => {
                let most = self.most_tracks;
                self.with_stream(event, *stream, |s| {
                    if let Some(track) = s.track_mut(*media, *track, most).filter(|_| full) {
                        track.frame_format(&format.description, previous.is_some());
                    }
                });
            }
            kind => self.latency.transport(kind, event.at.ts),
        }
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) const fn held_bytes(&self) -> usize {
        let rest = self.streams.capacity() * size_of::<StreamMetrics>();
        self.grown + rest + self.streams.len() * stream::HELD
    }

    /// About the memory of what there is to tell; looks at each stream.
    pub(crate) fn told_bytes(&self) -> usize {
        self.grown + self.streams.iter().map(StreamMetrics::told_bytes).sum::<usize>()
    }

    /// Messages of one direction by type.
    pub(crate) const fn messages(&self, dir: Dir) -> &MessageCounts {
        self.messages.get(dir)
    }

    /// Message bytes of one direction by class.
    pub(crate) const fn ledger(&self, dir: Dir) -> &LedgerBytes {
        self.ledger.get(dir).bytes()
    }

    /// Chunk sizes of one direction.
    pub(crate) const fn chunk_sizes(&self, dir: Dir) -> &ChunkSizes {
        self.chunk_sizes.get(dir)
    }

    /// Timestamp fields of one direction.
    pub(crate) const fn timestamps(&self, dir: Dir) -> &Timestamps {
        self.timestamps.get(dir)
    }

    /// How the bytes of one direction were acknowledged.
    pub(crate) fn acknowledgement(&self, dir: Dir) -> Option<AckSummary> {
        self.acks.get(dir).summary()
    }

    /// Pings answered in one direction.
    pub(crate) fn pings(&self, dir: Dir) -> Option<PingSummary> {
        self.pings.get(dir).summary()
    }

    /// Calls and responses.
    pub(crate) const fn commands(&self) -> &Commands {
        &self.commands
    }

    /// Steps of setting up the connection.
    pub(crate) const fn latency(&self) -> &ConnectionLatency {
        &self.latency
    }

    /// The streams, in order of index.
    pub(crate) fn streams(&self) -> &[StreamMetrics] {
        &self.streams
    }

    /// Streams beyond the limit.
    pub(crate) const fn omitted_streams(&self) -> u64 {
        self.omitted_streams
    }

    fn command(&mut self, event: &Event<'_>, command: &CommandEvent<'_>) {
        self.grown += self.commands.event(event, command, self.most_commands);
        self.latency.response(command, event.at.ts, self.most_streams);
        match command.name {
            "ns.publish" => self.called(event, command.stream, StreamRole::Publish),
            "ns.play" => self.called(event, command.stream, StreamRole::Play),
            "ns.publish_start" => self.confirmed(event, command.stream, StreamRole::Publish),
            "ns.play_start" => self.confirmed(event, command.stream, StreamRole::Play),
            "ns.pause" | "ns.seek" => {
                if let Some(stream) = command.stream.and_then(|index| self.find(index)) {
                    stream.cut();
                }
            }
            _ => {}
        }
    }

    /// A stream began: on its command, or with the first media of one that never said.
    fn fact(&mut self, event: &Event<'_>, fact: Fact) {
        let sizes = self.chunk_sizes.get_mut(event.dir);
        match fact {
            Fact::ChunkSizeInferred { size } => sizes.inferred(event.at, size),
            Fact::Resync { chunk_size, chunk_size_known: true, .. } if sizes.list().is_empty() => {
                sizes.inferred(event.at, chunk_size);
            }
            _ => {}
        }
    }

    fn started(
        &mut self,
        event: &Event<'_>,
        index: u32,
        role: StreamRole,
        name: Option<&str>,
        stream_id: u32,
    ) {
        let Some(stream) = self.stream(event, index) else {
            self.omitted_streams += 1;
            return;
        };
        stream.begin(role, name, stream_id);
        self.grown += name.map_or(0, |name| name.len().min(stream::NAME_BYTES));
        if matches!(
            event.message.map(|m| m.kind),
            Some(MessageType::COMMAND_AMF0 | MessageType::COMMAND_AMF3)
        ) {
            self.called(event, Some(index), role);
        }
    }

    /// `publish` or `play`; its event and that of the stream's start come in either order.
    fn called(&mut self, event: &Event<'_>, index: Option<u32>, role: StreamRole) {
        let at = index.and_then(|index| self.streams.binary_search_by_key(&index, StreamMetrics::index).ok());
        let Some(stream) = at.and_then(|at| self.streams.get_mut(at)) else { return };
        if stream.role() != role {
            return;
        }
        stream.latency.command(event.at);
        if stream.latency.create_ns.is_none()
            && let Some(header) = event.message
        {
            stream.latency.create_ns = self.latency.take_created(header.stream_id);
        }
    }

    /// Publish.Start or Play.Start: of the stream it names, else of the latest that waits for one.
    fn confirmed(&mut self, event: &Event<'_>, index: Option<u32>, role: StreamRole) {
        let waits = |s: &&mut StreamMetrics| {
            s.role() == role && !s.latency.has_started() && index.is_none_or(|index| s.index() == index)
        };
        if let Some(stream) = self.streams.iter_mut().rev().find(waits) {
            stream.latency.started(event.at.ts);
        }
    }

    fn find(&mut self, index: u32) -> Option<&mut StreamMetrics> {
        let at = self.streams.binary_search_by_key(&index, StreamMetrics::index).ok()?;
        self.streams.get_mut(at)
    }

    /// The stream with this index, made when the limit allows.
    fn stream(&mut self, event: &Event<'_>, index: u32) -> Option<&mut StreamMetrics> {
        let at = match self.streams.binary_search_by_key(&index, StreamMetrics::index) {
            Ok(at) => at,
            Err(_) if self.streams.len() >= self.most_streams => return None,
            Err(at) => {
                let role = match event.dir {
                    Dir::ClientToServer => StreamRole::Publish,
                    Dir::ServerToClient => StreamRole::Play,
                };
                if self.streams.is_empty() {
                    // Most connections have one.
                    self.streams.reserve_exact(1);
                }
                let mut stream = StreamMetrics::new(index, role, event.at);
                stream.joined(role, event.message.map(|m| m.stream_id));
                self.streams.insert(at, stream);
                at
            }
        };
        self.streams.get_mut(at)
    }

    fn with_stream(&mut self, event: &Event<'_>, index: u32, act: impl FnOnce(&mut StreamMetrics)) {
        if let Some(stream) = self.stream(event, index) {
            act(stream);
        }
    }
}
