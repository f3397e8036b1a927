//! Sequence headers to what they say, and whether they say something new; frames that describe themselves.

use std::hash::{DefaultHasher, Hasher};

use crate::base::limits::Limits;
use crate::media::codec::Codec;
use crate::media::config::{self, Description};

use super::event::{CodecName, ConfigChange, TrackConfig};

/// The last sequence header of a track, to tell a repeated one from a changed one.
#[derive(Clone, Debug)]
pub(crate) struct SeenConfig {
    codec: Codec,
    /// Bytes of the record, of which not all may have been kept.
    len: u32,
    /// Of what was kept, which may be long. Whoever makes two of one fingerprint hides a change of their own stream.
    fingerprint: u64,
    decoded: Box<TrackConfig>,
}

impl SeenConfig {
    /// What it says.
    pub(crate) fn decoded(&self) -> &TrackConfig {
        &self.decoded
    }
}

fn fingerprint(record: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(record);
    hasher.finish()
}

/// Decodes a configuration record of `len` bytes, of which `record` was kept, and compares it with the one before, which
/// `seen` held and is given back.
pub(crate) fn decode(
    codec: Codec,
    (record, len): (&[u8], u32),
    seen: &mut Option<SeenConfig>,
    limits: &Limits,
) -> (ConfigChange, Option<SeenConfig>) {
    let kept = record.get(..limits.command_bytes).unwrap_or(record);
    let fingerprint = fingerprint(kept);
    let same =
        |before: &SeenConfig| (before.codec, before.len, before.fingerprint) == (codec, len, fingerprint);
    if seen.as_ref().is_some_and(same) {
        return (ConfigChange::Repeated, None);
    }
    let decoded = Box::new(TrackConfig {
        codec: CodecName::new(&codec.name()),
        description: config::describe(codec, record),
        bytes: len,
    });
    let before = seen.replace(SeenConfig { codec, len, fingerprint, decoded });
    (if before.is_some() { ConfigChange::Changed } else { ConfigChange::First }, before)
}

/// What the frames of a track say of themselves, where its codec has no record for that.
#[derive(Debug, Default)]
pub(crate) struct SeenFrame {
    codec: Option<Codec>,
    said: Option<Box<Description>>,
}

impl SeenFrame {
    /// Takes the first bytes of a frame's body; gives what it says, when that is new. Audio says it once, video
    /// with each key frame.
    pub(crate) fn describe(&mut self, codec: Codec, key: bool, head: &[u8]) -> Option<&Description> {
        if !config::frames_describe(codec) {
            return None;
        }
        if self.codec != Some(codec) {
            *self = Self { codec: Some(codec), said: None };
        }
        if self.said.is_some() && !key {
            return None;
        }
        let now = config::describe_frame(codec, head)?;
        if self.said.as_deref() == Some(&now) {
            return None;
        }
        Some(self.said.insert(Box::new(now)))
    }
}
