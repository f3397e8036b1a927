//! Sequence headers to what they say, and whether they say something new.

use std::hash::{DefaultHasher, Hasher};

use crate::base::limits::Limits;
use crate::media::codec::Codec;
use crate::media::config::{Description, describe};

use super::event::{CodecName, ConfigChange, TrackConfig};

/// The last sequence header of a track, to tell a repeated one from a changed one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenConfig {
    codec: Codec,
    len: usize,
    /// The record itself may be long. Whoever makes two of one fingerprint hides a change of their own stream.
    fingerprint: u64,
}

fn fingerprint(record: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(record);
    hasher.finish()
}

/// Decodes a configuration record and compares it with the one before.
pub(crate) fn decode(
    codec: Codec,
    record: &[u8],
    seen: &mut Option<SeenConfig>,
    limits: &Limits,
) -> (TrackConfig, ConfigChange) {
    let kept = record.get(..limits.command_bytes).unwrap_or(record);
    let now = SeenConfig { codec, len: kept.len(), fingerprint: fingerprint(kept) };
    let change = match seen.replace(now) {
        None => ConfigChange::First,
        Some(before) if Some(before) == *seen => ConfigChange::Repeated,
        Some(_) => ConfigChange::Changed,
    };
    let base = TrackConfig {
        codec: CodecName::new(&codec.name()),
        bytes: u32::try_from(record.len()).unwrap_or(u32::MAX),
        ..TrackConfig::default()
    };
    let config = match describe(codec, record) {
        Some(Description::Video(v)) => TrackConfig {
            profile: v.profile.map(Into::into),
            level: v.level,
            width: v.width,
            height: v.height,
            frame_rate: v.fps,
            ..base
        },
        Some(Description::Audio(a)) => TrackConfig {
            profile: a.profile.map(Into::into),
            sample_rate: a.sample_rate,
            channels: a.channels.map(u32::from),
            frame_samples: a.frame_samples.map(u32::from),
            ..base
        },
        None => base,
    };
    (config, change)
}
