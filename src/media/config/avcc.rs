//! The AVC decoder configuration record, `avcC` (ISO/IEC 14496-15, 5.3.3.1).
//!
//! ```text
//! version u8, profile u8, compatibility u8, level u8
//! 111111 length size − 1 2 bits;  111 SPS count 5 bits, (size u16, SPS)*;  PPS count u8, (size u16, PPS)*
//! of High profiles, and often left out:  chroma format u8, luma and chroma depth u8, SPS extensions
//! ```
//!
//! Gives what is there of it, and the field at which it ends when it is cut.

use super::color::chroma_name;
use super::parameter_set;
use super::sps::{self, HIGH_PROFILES, Sps};
use super::{Description, Format, VideoFormat, ends};
use crate::base::read::{Reader, Truncated};

/// An `avcC` record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AvcConfig<'a> {
    /// Should be 1; 0 here is often the start code of a stream that is not in this format at all.
    pub(crate) version: Option<u8>,
    /// `profile_idc` of the stream.
    pub(crate) profile_idc: Option<u8>,
    /// The constraint flags.
    pub(crate) compatibility: u8,
    /// `level_idc` of the stream.
    pub(crate) level_idc: Option<u8>,
    /// Bytes of the length in front of each NAL unit: 1, 2 or 4 (3 is not allowed).
    pub(crate) nal_length_size: Option<u8>,
    /// Sequence parameter sets, with their NAL header.
    pub(crate) sps: Vec<&'a [u8]>,
    /// Picture parameter sets, with their NAL header.
    pub(crate) pps: Vec<&'a [u8]>,
    /// What follows them.
    pub(crate) extension: &'a [u8],
    /// The field at which the record ends too early.
    pub(crate) cut: Option<Truncated>,
}

impl<'a> AvcConfig<'a> {
    /// Reads a record.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut config = Self::default();
        let mut reader = Reader::new(bytes);
        config.cut = config.fill(&mut reader).err();
        config
    }

    fn fill(&mut self, r: &mut Reader<'a>) -> Result<(), Truncated> {
        self.version = Some(r.u8("version")?);
        self.profile_idc = Some(r.u8("profile")?);
        self.compatibility = r.u8("compatibility")?;
        self.level_idc = Some(r.u8("level")?);
        self.nal_length_size = Some((r.u8("NAL length size")? & 0x03) + 1);
        let count = r.u8("SPS count")? & 0x1F;
        parameter_set::array(r, count.into(), "SPS", |nal| self.sps.push(nal))?;
        for _ in 0..r.u8("PPS count")? {
            self.pps.push(nal(r, "PPS")?);
        }
        self.extension = r.rest();
        Ok(())
    }

    /// The first sequence parameter set, read.
    pub(crate) fn first_sps(&self) -> Option<Sps> {
        self.sps.first().map(|nal| Sps::parse(nal))
    }

    /// The format: by the first sequence parameter set, or as far as the record itself says.
    pub(crate) fn format(&self) -> VideoFormat {
        let nal_length_bytes = self.nal_length_size;
        if let Some(Ok(format)) = self.first_sps().map(|sps| sps.format()) {
            return VideoFormat { nal_length_bytes, ..format };
        }
        let profile = self.profile_idc.map(|idc| sps::profile_name(idc, self.compatibility));
        let level = match (self.profile_idc, self.level_idc) {
            (Some(profile), Some(level)) => Some(sps::level_name(profile, self.compatibility, level)),
            _ => None,
        };
        let format = VideoFormat { profile, level, nal_length_bytes, ..VideoFormat::default() };
        match (self.extension, self.profile_idc) {
            ([chroma, luma_bits, ..], Some(idc)) if HIGH_PROFILES.contains(&idc) => VideoFormat {
                chroma: chroma_name(chroma & 0x03),
                bit_depth: Some((luma_bits & 0x07) + 8),
                ..format
            },
            _ => format,
        }
    }

    /// What is wrong with the record or its first parameter set.
    fn problem(&self) -> Option<String> {
        if let Some(cut) = &self.cut {
            return Some(ends("avcC", cut));
        }
        match self.version {
            Some(1) => {
                parameter_set::problem("avcC", self.first_sps().map(|sps| sps.error.map_or(Ok(()), Err)))
            }
            version => Some(format!("avcC of version {}", version.unwrap_or(0))),
        }
    }
}

/// Describes a record.
pub(super) fn describe(record: &[u8]) -> Description {
    let config = AvcConfig::parse(record);
    Description { record: Some("avcC"), format: Format::Video(config.format()), problem: config.problem() }
}

fn nal<'a>(r: &mut Reader<'a>, what: &'static str) -> Result<&'a [u8], Truncated> {
    let len = r.u16(what)?;
    r.take(usize::from(len), what)
}
