//! The MPEG-4 `AudioSpecificConfig` of AAC (ISO/IEC 14496-3, 1.6.2.1 and 4.4.1).
//!
//! ```text
//! object type 5 (31: +6);  frequency index 4 (15: +24);  channels 4
//! object type 5 or 29:  frequency index of SBR 4 (15: +24), object type of the core 5
//! then the core's own part, and perhaps  0x2B7 11 bits, 5, SBR 1, frequency index 4, [0x548 11 bits, PS 1]
//! ```
//!
//! Gives what is there of it, and the field at which it ends when it is cut. SBR and PS that a decoder would only
//! find in the frames (implicit signalling) are not known here.

use std::borrow::Cow;

use super::{AudioFormat, Description, Format, ends, layout};
use crate::base::read::Truncated;
use crate::media::bits::Bits;

const SBR: u8 = 5;
const PS: u8 = 29;
const ER_BSAC: u8 = 22;
const ER_AAC_LD: u8 = 23;
const ER_AAC_ELD: u8 = 39;
const USAC: u8 = 42;

const FREQUENCIES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// An audio configuration.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AudioSpecificConfig {
    /// Audio object type of the core coder: 2 is AAC LC.
    pub(crate) object_type: Option<u8>,
    /// Samples per second of the core coder, of xHE-AAC after decoding; none also for a reserved frequency index.
    pub(crate) core_rate: Option<u32>,
    /// Channel configuration; 0 means that an element list says it.
    pub(crate) channel_config: Option<u8>,
    /// Channels of the core coder.
    pub(crate) core_channels: Option<u8>,
    /// Spectral band replication: signalled, signalled as absent, or not signalled.
    pub(crate) sbr: Option<bool>,
    /// Samples per second with SBR.
    pub(crate) sbr_rate: Option<u32>,
    /// Parametric stereo: signalled, signalled as absent, or not signalled.
    pub(crate) ps: Option<bool>,
    /// Samples per channel in a frame of the core coder.
    pub(crate) frame_len: Option<u16>,
    /// The field at which the configuration ends too early.
    pub(crate) cut: Option<Truncated>,
}

impl AudioSpecificConfig {
    /// Reads a configuration.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut config = Self::default();
        config.cut = config.fill(&mut Bits::new(bytes)).err();
        config
    }

    fn fill(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        let mut object_type = object_type(b)?;
        self.object_type = Some(object_type);
        self.core_rate = frequency(b)?;
        let channels = b.u8(4, "channel configuration")?;
        self.channel_config = Some(channels);
        self.core_channels = channel_count(channels);
        let hierarchical = matches!(object_type, SBR | PS);
        if hierarchical {
            self.sbr = Some(true);
            self.ps = (object_type == PS).then_some(true);
            self.sbr_rate = frequency(b)?;
            object_type = self::object_type(b)?;
            self.object_type = Some(object_type);
            if object_type == ER_BSAC {
                b.u(4, "extension channel configuration")?;
            }
        }
        match object_type {
            1..=4 | 6 | 7 | 17 | 19..=ER_AAC_LD => self.general_audio(b, object_type, channels)?,
            ER_AAC_ELD => self.low_delay(b)?,
            USAC => return self.unified(b),
            // Other coders have parts of their own; nothing can be found behind them.
            _ => return Ok(()),
        }
        if !hierarchical {
            self.sync_extension(b)?;
        }
        Ok(())
    }

    /// `GASpecificConfig`, and the error protection field behind it.
    fn general_audio(&mut self, b: &mut Bits<'_>, object_type: u8, channels: u8) -> Result<(), Truncated> {
        let short = b.bit("frameLengthFlag")?;
        self.frame_len = Some(match (object_type, short) {
            (ER_AAC_LD, false) => 512,
            (ER_AAC_LD, true) => 480,
            (_, false) => 1024,
            (_, true) => 960,
        });
        if b.bit("dependsOnCoreCoder")? {
            b.u(14, "coreCoderDelay")?;
        }
        let extension = b.bit("extensionFlag")?;
        if channels == 0 {
            self.core_channels = Some(program_config(b)?);
        }
        if matches!(object_type, 6 | 20) {
            b.u(3, "layerNr")?;
        }
        if extension {
            match object_type {
                ER_BSAC => b.u(16, "BSAC layers")?,
                17 | 19 | 20 | ER_AAC_LD => b.u(3, "resilience flags")?,
                _ => 0,
            };
            b.bit("extensionFlag3")?;
        }
        if matches!(object_type, 17 | 19..=ER_AAC_LD) {
            b.u(2, "epConfig")?;
        }
        Ok(())
    }

    /// The start of `ELDSpecificConfig`; SBR of its own kind doubles the rate or keeps it.
    fn low_delay(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        self.frame_len = Some(if b.bit("frameLengthFlag")? { 480 } else { 512 });
        b.u(3, "resilience flags")?;
        let sbr = b.bit("ldSbrPresentFlag")?;
        self.sbr = Some(sbr);
        if sbr {
            let double = b.bit("ldSbrSamplingRate")?;
            self.sbr_rate = self.core_rate.map(|rate| if double { rate.saturating_mul(2) } else { rate });
        }
        Ok(())
    }

    /// The start of `UsacConfig` (ISO/IEC 23003-3, 5.2): the rate is that of the output.
    fn unified(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        if b.u8(5, "usacSamplingFrequencyIndex")? == 31 {
            self.core_rate = Some(b.u(24, "usacSamplingFrequency")?);
        }
        let index = b.u8(3, "coreSbrFrameLengthIndex")?;
        self.frame_len = match index {
            0 => Some(768),
            1 => Some(1024),
            2 | 3 => Some(2048),
            4 => Some(4096),
            _ => None,
        };
        self.sbr = Some(index >= 2);
        let channels = b.u8(5, "channelConfigurationIndex")?;
        self.core_channels = match channels {
            8 => Some(2),
            9 => Some(3),
            10 => Some(4),
            12 => Some(8),
            _ => channel_count(channels),
        }
        .or(self.core_channels);
        Ok(())
    }

    /// Backward compatible signalling behind the core's part.
    fn sync_extension(&mut self, b: &mut Bits<'_>) -> Result<(), Truncated> {
        if self.object_type == Some(ER_AAC_ELD) || b.left() < 16 || b.u(11, "syncExtensionType")? != 0x2B7 {
            return Ok(());
        }
        let extension = object_type(b)?;
        if !matches!(extension, SBR | ER_BSAC) {
            return Ok(());
        }
        let sbr = b.bit("sbrPresentFlag")?;
        self.sbr = Some(sbr);
        if sbr {
            self.sbr_rate = frequency(b)?;
            if extension == SBR && b.left() >= 12 && b.u(11, "syncExtensionType")? == 0x548 {
                self.ps = Some(b.bit("psPresentFlag")?);
            }
        }
        Ok(())
    }

    /// The first number in it that stands for nothing.
    fn reserved(&self) -> Option<String> {
        let channels = self.channel_config.filter(|&config| config != 0);
        match (self.object_type, channels) {
            (Some(0), _) => Some("ASC of object type 0".to_owned()),
            _ if self.core_rate.is_none() => Some("ASC with a reserved frequency index".to_owned()),
            (_, Some(config)) if self.core_channels.is_none() => {
                Some(format!("ASC with the reserved channel configuration {config}"))
            }
            _ => None,
        }
    }

    /// The profile as it is commonly called.
    pub(crate) fn profile_name(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self.object_type? {
            2 if self.ps == Some(true) => "HE v2",
            2 if self.sbr == Some(true) => "HE",
            1 => "Main",
            2 => "LC",
            3 => "SSR",
            4 => "LTP",
            6 => "Scalable",
            17 => "ER LC",
            19 => "ER LTP",
            20 => "ER Scalable",
            ER_BSAC => "ER BSAC",
            ER_AAC_LD => "LD",
            ER_AAC_ELD => "ELD",
            USAC => "xHE",
            other => return Some(Cow::Owned(format!("unknown_{other}"))),
        }))
    }

    /// Samples per second after decoding.
    pub(crate) const fn sample_rate(&self) -> Option<u32> {
        match (self.sbr, self.sbr_rate) {
            (Some(true), Some(rate)) => Some(rate),
            _ => self.core_rate,
        }
    }

    /// Channels after decoding; parametric stereo makes two of one.
    pub(crate) const fn channels(&self) -> Option<u8> {
        match (self.ps, self.core_channels) {
            (Some(true), Some(1)) => Some(2),
            (_, channels) => channels,
        }
    }

    /// Samples per channel and frame after decoding.
    pub(crate) fn frame_samples(&self) -> Option<u16> {
        let frame_len = self.frame_len?;
        match (self.sbr, self.sbr_rate, self.core_rate) {
            (Some(true), Some(rate), Some(core)) if rate == core.saturating_mul(2) => Some(frame_len * 2),
            _ => Some(frame_len),
        }
    }

    /// The words of the report.
    pub(crate) fn format(&self) -> AudioFormat {
        let layout = self.channel_config.and_then(layout::aac);
        AudioFormat {
            profile: self.profile_name(),
            sample_rate: self.sample_rate(),
            core_sample_rate: self.core_rate.filter(|_| self.sbr == Some(true) && self.sbr_rate.is_some()),
            channels: self.channels(),
            channel_layout: if self.channels() == self.core_channels { layout } else { Some("stereo") },
            frame_samples: self.frame_samples(),
            sbr: self.sbr,
            ps: self.ps,
            ..AudioFormat::default()
        }
    }
}

/// Describes a configuration.
pub(super) fn describe(record: &[u8]) -> Description {
    let config = AudioSpecificConfig::parse(record);
    Description {
        record: Some("ASC"),
        format: Format::Audio(config.format()),
        problem: config.cut.map(|cut| ends("ASC", &cut)).or_else(|| config.reserved()),
    }
}

fn object_type(b: &mut Bits<'_>) -> Result<u8, Truncated> {
    Ok(match b.u8(5, "audio object type")? {
        31 => 32 + b.u8(6, "audio object type")?,
        other => other,
    })
}

/// A frequency by its index or in full; none for an index without a meaning.
fn frequency(b: &mut Bits<'_>) -> Result<Option<u32>, Truncated> {
    Ok(match b.u8(4, "frequency index")? {
        15 => Some(b.u(24, "frequency")?),
        index => FREQUENCIES.get(usize::from(index)).copied(),
    })
}

const fn channel_count(config: u8) -> Option<u8> {
    match config {
        1..=6 => Some(config),
        7 | 12 | 14 => Some(8),
        11 => Some(7),
        13 => Some(24),
        _ => None,
    }
}

/// Passes over a `program_config_element` (4.4.1.1) and counts its channels.
fn program_config(b: &mut Bits<'_>) -> Result<u8, Truncated> {
    b.u(4 + 2 + 4, "program config")?;
    let mut elements = [0_u8; 3];
    for count in &mut elements {
        *count = b.u8(4, "element count")?;
    }
    let low_frequency = b.u8(2, "LFE count")?;
    let data = b.u8(3, "data element count")?;
    let coupling = b.u8(4, "coupling element count")?;
    for (flag, len) in [("mono mixdown", 4), ("stereo mixdown", 4), ("matrix mixdown", 3)] {
        if b.bit(flag)? {
            b.u(len, flag)?;
        }
    }
    // At most 3 × 15 pairs and 3 single channels.
    let mut channels = low_frequency;
    for _ in 0..elements.iter().sum::<u8>() {
        channels += if b.bit("element is a pair")? { 2 } else { 1 };
        b.u(4, "element tag")?;
    }
    for _ in 0..low_frequency + data {
        b.u(4, "element tag")?;
    }
    for _ in 0..coupling {
        b.u(5, "element tag")?;
    }
    b.align();
    for _ in 0..b.u8(8, "comment length")? {
        b.u(8, "comment")?;
    }
    Ok(channels)
}
