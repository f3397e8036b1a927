//! What the two sides say to each other: messages to events.
//!
//! Takes the output of both chunk decoders in capture order. Each message gives one event of its own kind;
//! turning points that follow from it are events of their own behind it.

use crate::amf::{self, Value};
use crate::base::limits::Limits;
use crate::base::pos::{Dir, PacketRef};
use crate::media::units::TrackUnits;
use crate::rtmp::chunk::output::Output;
use crate::rtmp::message::command::Command;
use crate::rtmp::message::form::Form;
use crate::rtmp::message::kind::{MessageHeader, MessageType};
use crate::rtmp::message::shared_object::SharedObject;

use super::calls::Calls;
use super::control::{Pings, control};
use super::event::{Answered, CommandEvent, DataEvent, Event, Kind, StreamRole};
use super::media::{self, MediaIn};
use super::streams::Streams;
use super::{Out, names};

/// The state of the conversation.
#[derive(Debug, Default)]
pub(super) struct Talk {
    calls: Calls,
    pub(super) streams: Streams,
    pub(super) pings: Pings,
}

/// One message on its way to an event.
#[derive(Copy, Clone)]
pub(super) struct Message<'a> {
    pub(super) dir: Dir,
    pub(super) at: PacketRef,
    pub(super) header: &'a MessageHeader,
    pub(super) body: &'a [u8],
    /// Those of a video frame.
    pub(super) units: &'a TrackUnits,
}

impl Message<'_> {
    /// Whether all of the body that came is here.
    fn is_kept(&self) -> bool {
        usize::try_from(self.header.received).is_ok_and(|received| received == self.body.len())
    }

    /// Whether the chunk decoder acts on it, for which its first bytes are enough.
    fn is_obeyed(&self) -> bool {
        matches!(self.header.kind, MessageType::SET_CHUNK_SIZE | MessageType::ABORT) && self.body.len() >= 4
    }

    pub(super) fn emit(&self, kind: Kind<'_>, out: &mut Out<'_>) {
        (out.sink)(&Event {
            connection: out.connection,
            at: self.at,
            dir: self.dir,
            span: self.header.span,
            message: Some(self.header),
            part: None,
            body: self.body,
            kind,
        });
    }
}

impl Talk {
    /// The limits that were reached, by name.
    pub(super) fn limits_hit(&self) -> impl Iterator<Item = &'static str> {
        let streams = [(self.streams.dropped, "streams"), (self.streams.dropped_tracks, "tracks")];
        streams
            .into_iter()
            .chain([(self.calls.dropped, "open_calls")])
            .filter_map(|(dropped, name)| (dropped > 0).then_some(name))
    }

    /// Memory held beside the structure itself, or more.
    pub(super) fn held_bytes(&self) -> usize {
        self.calls.held_bytes() + self.pings.held_bytes() + self.streams.held_bytes()
    }

    /// The connection ends.
    pub(super) fn finish(&mut self, at: PacketRef, out: &mut Out<'_>) {
        self.streams.stop_all(at, out);
    }

    /// Takes one output of the decoder of `dir`; `peer_sent` is how much the other side had sent by then.
    pub(super) fn output(
        &mut self,
        dir: Dir,
        peer_sent: u64,
        output: Output<'_>,
        limits: &Limits,
        out: &mut Out<'_>,
    ) {
        match output {
            Output::Fact { fact, span } => out.at(dir, span, Kind::Fact(fact)),
            Output::ChunkSize { size, previous, header } => {
                let message = Message { dir, at: header.span.last, header, body: &[], units: &[] };
                message.emit(Kind::SetChunkSize { size, previous }, out);
            }
            Output::Aborted { csid, dropped, header } => {
                let message = Message { dir, at: header.span.last, header, body: &[], units: &[] };
                message.emit(Kind::Abort { csid, discarded: dropped }, out);
            }
            Output::Message { header, body, units } => {
                let message = Message { dir, at: header.span.last, header, body, units };
                self.message(message, peer_sent, limits, out);
            }
        }
    }

    fn message(&mut self, m: Message<'_>, peer_sent: u64, limits: &Limits, out: &mut Out<'_>) {
        match m.header.kind {
            MessageType::AUDIO | MessageType::VIDEO => self.media(m, limits, out),
            _ if !m.header.complete => m.emit(Kind::Other, out),
            MessageType::COMMAND_AMF0 | MessageType::COMMAND_AMF3 => self.command(m, limits, out),
            MessageType::DATA_AMF0 | MessageType::DATA_AMF3 => self.data(m, limits, out),
            MessageType::SHARED_OBJECT_AMF0 | MessageType::SHARED_OBJECT_AMF3 => {
                shared_object(m, limits, out);
            }
            MessageType::AGGREGATE => self.aggregate(m, limits, out),
            kind if kind.is_control() && !m.is_kept() && !m.is_obeyed() => m.emit(Kind::Other, out),
            MessageType::USER_CONTROL => self.user_control(m, out),
            _ => {
                if let Some(kind) = control(&m, peer_sent) {
                    m.emit(kind, out);
                }
            }
        }
    }

    fn command(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let Some(command) = Command::parse(m.header.kind, m.body, limits) else {
            return m.emit(Kind::Other, out);
        };
        let is_response = matches!(command.name.as_str(), "_result" | "_error");
        let call = match command.transaction_id {
            Some(id) if is_response => self.calls.answered(m.dir, id),
            Some(id) => {
                self.calls.made(m.dir, id, &command.name, m.at);
                None
            }
            None => None,
        };
        let answers = call.as_ref().map(|call| Answered { name: &call.name, at: call.at });
        let started = self.starts(&m, &command, limits, out);
        let stream = started.or_else(|| self.streams.active(m.header.stream_id));
        let name = names::command(&command.name, answers.map(|a| a.name), command.code());
        m.emit(Kind::Command(CommandEvent { name, command: &command, answers, stream }), out);
        self.stops(&m, &command, out);
    }

    /// A publish or play command begins a stream.
    fn starts(
        &mut self,
        m: &Message<'_>,
        command: &Command,
        limits: &Limits,
        out: &mut Out<'_>,
    ) -> Option<u32> {
        let role = match (command.name.as_str(), m.dir) {
            ("publish", Dir::ClientToServer) => StreamRole::Publish,
            ("play" | "play2", Dir::ClientToServer) => StreamRole::Play,
            // The command was not captured, but its answer was.
            ("onStatus", Dir::ServerToClient) if self.streams.active(m.header.stream_id).is_none() => {
                match command.code() {
                    Some("NetStream.Publish.Start") => StreamRole::Publish,
                    Some("NetStream.Play.Start") => StreamRole::Play,
                    _ => return None,
                }
            }
            _ => return None,
        };
        if m.dir == Dir::ServerToClient {
            return self.streams.start_answered(m.header.stream_id, role, m.header.span, limits.streams, out);
        }
        // publish(false) ends what is published.
        if role == StreamRole::Publish && matches!(command.arguments.first(), Some(Value::Boolean(false))) {
            return None;
        }
        self.streams.start(m.header.stream_id, role, command.text(0), m.header.span, limits.streams, out)
    }

    fn stops(&mut self, m: &Message<'_>, command: &Command, out: &mut Out<'_>) {
        let id = match command.name.as_str() {
            "deleteStream" => command.arguments.first().and_then(Value::as_u32),
            "closeStream" => Some(m.header.stream_id),
            _ => None,
        };
        if let Some(stream) = id.and_then(|id| self.streams.active(id)) {
            self.streams.stop(stream, Some(m.dir), m.at, out);
        }
    }

    pub(super) fn data(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let form = Form::of(m.header.kind, m.body);
        let decoded = amf::decode(form.encoding, form.body, limits);
        let text = |i: usize| decoded.values.get(i).and_then(Value::as_str);
        let set = text(0) == Some("@setDataFrame");
        let handler = text(usize::from(set));
        let skip = usize::from(set) + usize::from(handler.is_some());
        let values = decoded.values.get(skip..).unwrap_or(&[]);
        let stream = self.streams.of_message(m.header.stream_id, m.dir);
        let name = names::data(handler, set, m.dir);
        let event = DataEvent {
            name,
            handler,
            set_data_frame: set,
            values,
            stream,
            error: decoded.error,
            undecoded: decoded.rest,
            amf3: decoded.amf3 || m.header.kind == MessageType::DATA_AMF3,
            format_byte: form.format_byte,
            notes: &decoded.notes,
        };
        m.emit(Kind::Data(event), out);
    }

    fn media(&mut self, m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
        let Some(stream) = self.stream_of(&m, limits, out) else { return m.emit(Kind::Other, out) };
        let input = MediaIn {
            kind: m.header.kind,
            timestamp: m.header.timestamp,
            body: m.body,
            units: m.units,
            length: m.header.length,
            received: m.header.received,
            complete: m.header.complete,
            message: Some(m.header),
            span: m.header.span,
            dir: m.dir,
            at: m.at,
        };
        media::message(&mut self.streams, stream, &input, limits, out);
    }

    /// The stream of a media message; one that never said what it is begins here.
    pub(super) fn stream_of(&mut self, m: &Message<'_>, limits: &Limits, out: &mut Out<'_>) -> Option<u32> {
        let id = m.header.stream_id;
        if let Some(stream) = self.streams.of_message(id, m.dir) {
            return Some(stream);
        }
        let role = match m.dir {
            Dir::ClientToServer => StreamRole::Publish,
            Dir::ServerToClient => StreamRole::Play,
        };
        if let Some(stream) = self.streams.waiting(role) {
            self.streams.moved(stream, id);
            return Some(stream);
        }
        self.streams.begin(id, role, None, m.header.span, limits.streams, out)
    }
}

/// A shared object message, then each of its events, which are no messages of their own.
fn shared_object(m: Message<'_>, limits: &Limits, out: &mut Out<'_>) {
    let object = &SharedObject::parse(m.header.kind, m.body, limits);
    m.emit(Kind::SharedObject(object), out);
    for event in &object.events {
        out.at(m.dir, m.header.span, Kind::SharedObjectEvent { object, event });
    }
}

#[cfg(test)]
mod tests;
