//! How long the audio in a message lasts.

/// Samples of a message, and their rate.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Samples {
    pub(super) samples: u32,
    pub(super) rate: u32,
}

impl Samples {
    pub(super) fn new(samples: u32, rate: u32) -> Option<Self> {
        (samples > 0 && rate > 0).then_some(Self { samples, rate })
    }

    pub(super) fn ms(self) -> f64 {
        f64::from(self.samples) * 1_000.0 / f64::from(self.rate)
    }
}

/// Opus always counts at 48 kHz.
const OPUS_RATE: u32 = 48_000;

/// An Opus packet, by its first byte: configuration 5 bits, stereo 1, frames 2 (RFC 6716, 3.1).
pub(super) fn opus(packet: &[u8]) -> Option<Samples> {
    let (toc, rest) = packet.split_first()?;
    let tenths_ms = match toc >> 3 {
        n @ 0..=11 => [100, 200, 400, 600].get(usize::from(n % 4)).copied()?,
        n @ 12..=15 => [100, 200].get(usize::from(n % 2)).copied()?,
        n => [25, 50, 100, 200].get(usize::from(n % 4)).copied()?,
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(rest.first()? & 0x3F),
    };
    Samples::new(frames * tenths_ms * OPUS_RATE / 10_000, OPUS_RATE)
}

/// MPEG audio: a message may hold several frames of the same length.
pub(super) fn mp3(format: Samples, payload: &[u8], bytes: u32) -> Option<Samples> {
    let len = frame_len(format, payload)?;
    let frames = (f64::from(bytes) / len).round().max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates")]
    let frames = frames as u32;
    Samples::new(format.samples.saturating_mul(frames), format.rate)
}

/// Bytes of a frame, by the bitrate in its header; layer III only.
fn frame_len(format: Samples, payload: &[u8]) -> Option<f64> {
    const MPEG_1: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const MPEG_2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[0xFF, version, rates, ..] = payload else { return None };
    if version & 0xE6 != 0xE2 {
        return None;
    }
    let index = usize::from(rates >> 4).checked_sub(1)?;
    let table = if version & 0x18 == 0x18 { MPEG_1 } else { MPEG_2 };
    let kbps = table.get(index)?;
    Some(f64::from(format.samples) * f64::from(*kbps) * 125.0 / f64::from(format.rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opus_packets_by_their_first_byte() {
        let samples = |bytes: &[u8]| opus(bytes).map(|s| s.samples);
        // SILK 20 ms, hybrid 10 ms, CELT 2.5 ms and 20 ms; two frames; six of 10 ms.
        assert_eq!(samples(&[0x08]), Some(960));
        assert_eq!(samples(&[0x60]), Some(480));
        assert_eq!(samples(&[0x80]), Some(120));
        assert_eq!(samples(&[0xFC]), Some(960));
        assert_eq!(samples(&[0xFD]), Some(1920));
        assert_eq!(samples(&[0xF3, 0x06]), Some(6 * 480));
        assert_eq!(samples(&[0xF3]), None);
        assert_eq!(samples(&[]), None);
    }

    #[test]
    fn several_mp3_frames_in_a_message() {
        let format = Samples::new(1_152, 44_100).unwrap();
        // Layer III, 128 kb/s: 417.96 bytes.
        let head = [0xFF, 0xFB, 0x90, 0x00];
        assert_eq!(mp3(format, &head, 418), Some(format));
        assert_eq!(mp3(format, &head, 836).map(|s| s.samples), Some(2_304));
        assert_eq!(mp3(format, &[0xFF, 0xFB], 418), None);
    }
}
