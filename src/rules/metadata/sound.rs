//! What metadata may say of audio.

use crate::media::codec::Codec;
use crate::media::config::AudioFormat;

/// The highest rate of a core coder with spectral band replication.
const MOST_CORE_RATE: u32 = 24_000;

/// What the audio says of itself.
#[derive(Copy, Clone)]
pub(super) struct Actual {
    /// Rates that it may be said to have.
    pub(super) rates: [Option<u32>; 2],
    /// Channels that it may be said to have.
    pub(super) channels: [Option<u8>; 2],
}

impl Actual {
    /// That of a format.
    pub(super) fn of(codec: Codec, format: &AudioFormat) -> Self {
        let core = format.core_sample_rate.or(format.sample_rate);
        let low = codec == Codec::Aac && core.is_some_and(|rate| rate <= MOST_CORE_RATE);
        // Band replication and parametric stereo may not be signalled.
        let doubled = format.sbr == Some(true) || (low && format.sbr.is_none());
        let second = format.ps == Some(true) || (low && format.ps.is_none() && format.sbr != Some(false));
        let rates = match codec {
            Codec::Opus => [None; 2],
            _ if doubled => [core, core.and_then(|rate| rate.checked_mul(2))],
            _ => [format.sample_rate; 2],
        };
        let channels = match format.channels.filter(|channels| *channels > 0) {
            Some(1 | 2) if second => [Some(1), Some(2)],
            channels => [channels; 2],
        };
        Self { rates, channels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actual(format: &AudioFormat) -> Actual {
        Actual::of(Codec::Aac, format)
    }

    #[test]
    fn what_high_efficiency_audio_may_be_said_to_be() {
        let base = AudioFormat { sample_rate: Some(24_000), channels: Some(1), ..AudioFormat::default() };
        let implicit = actual(&base.clone());
        assert_eq!((implicit.rates, implicit.channels), ([Some(24_000), Some(48_000)], [Some(1), Some(2)]));
        let plain = actual(&AudioFormat { sbr: Some(false), ..base.clone() });
        assert_eq!((plain.rates, plain.channels), ([Some(24_000); 2], [Some(1); 2]));
        let signalled =
            AudioFormat { sample_rate: Some(48_000), core_sample_rate: Some(24_000), ..base.clone() };
        let signalled = actual(&AudioFormat { sbr: Some(true), ..signalled });
        assert_eq!(signalled.rates, [Some(24_000), Some(48_000)]);
        let mp3 = Actual::of(Codec::Mp3, &base);
        assert_eq!((mp3.rates, mp3.channels), ([Some(24_000); 2], [Some(1); 2]));
        let usual = actual(&AudioFormat { sample_rate: Some(44_100), ..base });
        assert_eq!((usual.rates, usual.channels), ([Some(44_100); 2], [Some(1); 2]));
    }
}
