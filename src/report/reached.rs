//! The limits that one connection reached, as far as its events tell.
//!
//! Takes events, gives the names of limits, each once.

use crate::amf::AmfError;
use crate::base::limits::Limits;
use crate::rtmp::chunk::fact::Fact;
use crate::rtmp::message::kind::MessageType;
use crate::session::event::{Event, Kind, MediaRole};

/// Names of limits.
#[derive(Debug, Default)]
pub(crate) struct Reached(Vec<&'static str>);

impl Reached {
    /// Takes the next event.
    pub(super) fn event(&mut self, event: &Event<'_>, limits: &Limits) {
        let limit = match &event.kind {
            Kind::Command(command) => command.command.error.and_then(AmfError::limit),
            Kind::Data(data) => data.error.and_then(AmfError::limit),
            Kind::SharedObject(object) => object.limit,
            Kind::ColorInfo { problem, .. } => problem.and_then(AmfError::limit),
            Kind::Fact(Fact::TooManyChunkStreams { .. }) => return self.add("chunk_streams"),
            _ => None,
        };
        if let Some(limit) = limit {
            self.add(limit);
        }
        if let Some(message) = event.message
            && usize::try_from(message.received).is_ok_and(|len| len > limits.command_bytes)
        {
            let decoded = match &event.kind {
                Kind::Media(media) => {
                    matches!(media.role, MediaRole::SequenceHeader | MediaRole::Metadata)
                }
                _ => !matches!(message.kind, MessageType::AUDIO | MessageType::VIDEO),
            };
            if decoded {
                self.add("command_bytes");
            }
        }
    }

    /// A limit was reached.
    pub(super) fn add(&mut self, limit: &'static str) {
        if !self.0.contains(&limit) {
            self.0.push(limit);
        }
    }

    /// The names, in order of first sight.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.0
    }
}
