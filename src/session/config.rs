//! Sequence headers to what they say, and whether they say something new; frames that describe themselves.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use crate::base::limits::Limits;
use crate::media::codec::Codec;
use crate::media::config;

use super::event::{ConfigChange, FrameFormat, MediaKind, TrackConfig};

/// The last sequence header of a track, to tell a repeated one from a changed one.
#[derive(Clone, Debug)]
pub(crate) struct SeenConfig {
    codec: Codec,
    /// Bytes of the record, of which not all may have been kept.
    len: u32,
    /// Of what was kept, which may be long. Whoever makes two of one fingerprint hides a change of their own stream.
    fingerprint: u64,
    /// Shared with whoever keeps it as well.
    decoded: Arc<TrackConfig>,
}

impl SeenConfig {
    /// What it says.
    pub(crate) const fn decoded(&self) -> &Arc<TrackConfig> {
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
    let decoded = Arc::new(TrackConfig { codec, description: config::describe(codec, record), bytes: len });
    let before = seen.replace(SeenConfig { codec, len, fingerprint, decoded });
    (if before.is_some() { ConfigChange::Changed } else { ConfigChange::First }, before)
}

/// The last format that frames of a track stated.
#[derive(Debug, Default)]
pub(crate) struct SeenFrame {
    said: Option<Box<FrameFormat>>,
    /// The bits of its header that say it, of audio.
    key: Option<u32>,
}

impl SeenFrame {
    /// Takes the first bytes of a frame's body; gives what it says and what was said before, when that is another. Video
    /// says it with key frames; audio with each frame, of which little is looked at while nothing changes. Behind frames
    /// of a codec that has records it is said anew.
    pub(crate) fn describe(
        &mut self,
        (codec, key_frame): (Codec, bool),
        media: MediaKind,
        head: &[u8],
    ) -> Option<(&FrameFormat, Option<Box<FrameFormat>>)> {
        if !config::frames_describe(codec) {
            if self.said.is_some() {
                *self = Self::default();
            }
            return None;
        }
        let same_codec = self.said.as_ref().is_some_and(|said| said.codec == codec);
        if media == MediaKind::Audio {
            let key = config::frame_key(codec, head)?;
            if self.key.replace(key) == Some(key) && same_codec {
                return None;
            }
        } else if same_codec && !key_frame {
            return None;
        }
        let description = config::describe_frame(codec, head)?;
        if same_codec && self.said.as_ref().is_some_and(|said| said.description.is_alike(&description)) {
            return None;
        }
        let before = self.said.take();
        Some((self.said.insert(Box::new(FrameFormat { codec, description })), before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_say_what_they_are_again_behind_those_of_another_codec() {
        let mut seen = SeenFrame::default();
        let mp3 = [0xFF, 0xFB, 0x90, 0x64];
        assert!(seen.describe((Codec::Mp3, false), MediaKind::Audio, &mp3).is_some());
        assert!(seen.describe((Codec::Mp3, false), MediaKind::Audio, &mp3).is_none());
        assert!(seen.describe((Codec::Aac, false), MediaKind::Audio, &[0x21, 0x10]).is_none());
        assert!(seen.describe((Codec::Mp3, false), MediaKind::Audio, &mp3).is_some());
    }
}
