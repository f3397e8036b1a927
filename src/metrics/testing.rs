//! Synthetic media and seeded numbers for the tests of the metrics.

use crate::base::time::CaptureTime;
use crate::session::event::{CodecName, MediaKind, MediaMessage, MediaRole};

/// 2024-01-01, so that no test works only near zero.
const EPOCH_NS: i64 = 1_704_067_200_000_000_000;

/// A linear congruential generator (Knuth's constants): seeded, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// The capture time `ms` after the tests' epoch.
pub(crate) const fn time(ms: i64) -> CaptureTime {
    CaptureTime(EPOCH_NS + ms * 1_000_000)
}

/// A video message of 5 + 995 bytes on stream 0.
pub(crate) fn video(role: MediaRole, dts_ms: i64) -> MediaMessage<'static> {
    let (header_bytes, payload_bytes) = if role.is_coded() { (5, 995) } else { (1000, 0) };
    MediaMessage {
        stream: 0,
        media: MediaKind::Video,
        role,
        codec: CodecName::new("h264"),
        header_bytes,
        payload_bytes,
        complete: true,
        dts_ms,
        composition_ms: 0,
        head: &[],
    }
}

/// An audio message of 2 + 98 bytes on stream 0.
pub(crate) fn audio(role: MediaRole, dts_ms: i64) -> MediaMessage<'static> {
    let (header_bytes, payload_bytes) = if role.is_coded() { (2, 98) } else { (100, 0) };
    let codec = CodecName::new("aac");
    MediaMessage { media: MediaKind::Audio, codec, header_bytes, payload_bytes, ..video(role, dts_ms) }
}
