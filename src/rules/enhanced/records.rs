//! What is wrong with a configuration record, beyond what can be read of it.

use crate::base::read::{Reader, Truncated};
use crate::media::audio::AudioTag;
use crate::media::codec::Codec;
use crate::media::obu;
use crate::media::tag::{Role, Tag};
use crate::media::video::VideoTag;
use crate::rules::Severity;
use crate::session::event::MediaKind;

/// What is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) case: &'static str,
    pub(super) severity: Severity,
    /// What the record should be like.
    pub(super) expected: &'static str,
    pub(super) actual: String,
}

impl Fault {
    fn error(case: &'static str, expected: &'static str, actual: impl Into<String>) -> Self {
        Self { case, severity: Severity::Error, expected, actual: actual.into() }
    }

    fn cut(cut: Truncated) -> Self {
        let Truncated { what, at, need, have } = cut;
        Self::error(
            "cut",
            "all that the record announces",
            format!("{what} of {need} bytes at byte {at}, {have} left"),
        )
    }

    fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    fn info(self) -> Self {
        Self { severity: Severity::Info, ..self }
    }
}

/// The record of a track in the body of a sequence header; none where it is the descriptor of a transport stream.
pub(super) fn record(media: MediaKind, track: u8, body: &[u8]) -> Option<&[u8]> {
    let tag: Tag<'_> = match media {
        MediaKind::Video => VideoTag::parse(body).tag,
        MediaKind::Audio => AudioTag::parse(body).tag,
    };
    if tag.role == Role::TsSequenceHeader {
        return None;
    }
    match tag.tracks(body, body.len()) {
        Some(mut tracks) => tracks.find(|part| part.id == track).map(|part| part.body),
        None => tag.config(),
    }
}

/// Whether records of a codec are judged here.
pub(super) const fn is_judged(codec: Codec) -> bool {
    matches!(codec, Codec::Hevc | Codec::Av1 | Codec::Vp8 | Codec::Vp9 | Codec::Opus | Codec::Flac)
}

/// The first thing that is wrong.
pub(super) fn fault(codec: Codec, record: &[u8]) -> Option<Fault> {
    let mut r = Reader::new(record);
    match codec {
        Codec::Hevc => hevc(&mut r),
        Codec::Av1 => av1(&mut r),
        Codec::Vp8 | Codec::Vp9 => return vpx(record),
        Codec::Opus => opus(&mut r),
        Codec::Flac => flac(&mut r),
        _ => return None,
    }
    .unwrap_or_else(|cut| Some(Fault::cut(cut)))
}

fn hevc(r: &mut Reader<'_>) -> Result<Option<Fault>, Truncated> {
    if matches!(r.rest(), [0, 0, 1, ..] | [0, 0, 0, 1, ..]) {
        return Ok(Some(Fault::error("form", "a record (hvcC)", "NAL units with start codes (Annex B)")));
    }
    let version = r.u8("version")?;
    r.take(20, "fields of the record")?;
    let length_size = (r.u8("NAL length size")? & 3) + 1;
    let mut kinds = [false; 3];
    for _ in 0..r.u8("array count")? {
        let kind = r.u8("array header")? & 0x3F;
        let count = r.u16("array size")?;
        for _ in 0..count {
            let len = r.u16("NAL unit size")?;
            r.take(usize::from(len), "NAL unit")?;
        }
        if let Some(seen) = kinds.get_mut(usize::from(kind.wrapping_sub(32))) {
            *seen |= count > 0;
        }
    }
    if version != 1 {
        let fault = Fault::error("version", "version 1", format!("version {version}"));
        // Written by early muxers, with the same layout.
        return Ok(Some(if version == 0 { fault.warning() } else { fault }));
    }
    if length_size == 3 {
        return Ok(Some(Fault::error("length-size", "NAL lengths of 1, 2 or 4 bytes", "3 bytes")));
    }
    let missing: Vec<_> = ["VPS", "SPS", "PPS"]
        .into_iter()
        .zip(kinds)
        .filter(|(_, there)| !there)
        .map(|(name, _)| name)
        .collect();
    let fault = |names: String| Fault::error("sets", "VPS, SPS and PPS", format!("no {names}")).warning();
    Ok((!missing.is_empty()).then(|| fault(missing.join(", no "))))
}

fn av1(r: &mut Reader<'_>) -> Result<Option<Fault>, Truncated> {
    let first = r.u8("marker")?;
    if first != 0x81 {
        return Ok(Some(Fault::error("version", "0x81 as the first byte", format!("0x{first:02x}"))));
    }
    r.take(3, "fields of the record")?;
    while r.left() > 0 {
        let (_, len) = obu::begin(r)?;
        r.take(len, "OBU")?;
    }
    Ok(None)
}

fn vpx(record: &[u8]) -> Option<Fault> {
    const EXPECTED: &str = "12 bytes: version 1, flags, and the 8 bytes of the record";
    let short = |fields: &[u8]| match fields {
        [_, _, _, _, _, _, a, b, rest @ ..] => rest.len() == usize::from(u16::from_be_bytes([*a, *b])),
        _ => false,
    };
    match record {
        [1, 0, 0, 0, fields @ ..] if short(fields) => None,
        fields if short(fields) => {
            Some(Fault::error("bare", EXPECTED, "the 8 bytes of the record alone").info())
        }
        [version, _, _, _, fields @ ..] if short(fields) => {
            Some(Fault::error("version", EXPECTED, format!("version {version}")))
        }
        other => Some(Fault::error("cut", EXPECTED, format!("{} bytes", other.len()))),
    }
}

fn opus(r: &mut Reader<'_>) -> Result<Option<Fault>, Truncated> {
    if r.left() == 0 {
        return Ok(None);
    }
    if r.take(8, "name")? != b"OpusHead" {
        return Ok(Some(Fault::error("form", "OpusHead, or nothing", "other bytes")));
    }
    let version = r.u8("version")?;
    if version & 0xF0 != 0 {
        return Ok(Some(Fault::error("version", "version 0 to 15", format!("version {version}"))));
    }
    let channels = r.u8("channels")?;
    if channels == 0 {
        return Ok(Some(Fault::error("channels", "1 channel or more", "0")));
    }
    r.take(2 + 4 + 2, "pre-skip, rate and gain")?;
    // Of the ambisonic families with a matrix only the counts are sure.
    match r.u8("mapping family")? {
        0 => {}
        3 => drop(r.take(2, "stream counts")?),
        _ => drop(r.take(2 + usize::from(channels), "channel mapping")?),
    }
    Ok(None)
}

fn flac(r: &mut Reader<'_>) -> Result<Option<Fault>, Truncated> {
    const BLOCK: usize = 34;
    const EXPECTED: &str = "fLaC and the block STREAMINFO";
    let bare = r.left() == BLOCK;
    let has_marker = r.rest().starts_with(b"fLaC");
    if has_marker {
        r.take(4, "marker")?;
    }
    if bare && !has_marker {
        return Ok(Some(Fault::error("bare", EXPECTED, "the 34 bytes of STREAMINFO alone").warning()));
    }
    let kind = r.u8("block type")? & 0x7F;
    if kind != 0 {
        return Ok(Some(Fault::error("form", EXPECTED, format!("a block of type {kind}"))));
    }
    r.u24("block size")?;
    r.take(BLOCK, "STREAMINFO")?;
    Ok((!has_marker).then(|| Fault::error("bare", EXPECTED, "the block without fLaC").warning()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(codec: Codec, record: &[u8]) -> Option<(&'static str, Severity)> {
        fault(codec, record).map(|fault| (fault.case, fault.severity))
    }

    #[test]
    fn vpcc_in_both_forms() {
        let short = [1, 10, 0x82, 1, 1, 1, 0, 0];
        let long = |version| [&[version, 0, 0, 0][..], &short].concat();
        assert_eq!(case(Codec::Vp9, &long(1)), None);
        assert_eq!(case(Codec::Vp9, &short), Some(("bare", Severity::Info)));
        assert_eq!(case(Codec::Vp9, &long(2)), Some(("version", Severity::Error)));
        assert_eq!(case(Codec::Vp8, &short[..7]), Some(("cut", Severity::Error)));
        assert_eq!(case(Codec::Vp8, &[&short[..7], &[1]].concat()), Some(("cut", Severity::Error)));
    }

    #[test]
    fn opus_and_flac() {
        let head = b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0";
        assert_eq!((case(Codec::Opus, head), case(Codec::Opus, b"")), (None, None));
        assert_eq!(case(Codec::Opus, &head[..18]), Some(("cut", Severity::Error)));
        assert_eq!(case(Codec::Opus, b"OpusTags........."), Some(("form", Severity::Error)));
        let block = [[0x80, 0, 0, 34].as_slice(), &[0; 34]].concat();
        assert_eq!(case(Codec::Flac, &[b"fLaC", &block[..]].concat()), None);
        assert_eq!(case(Codec::Flac, &block), Some(("bare", Severity::Warning)));
        assert_eq!(case(Codec::Flac, &block[4..]), Some(("bare", Severity::Warning)));
        assert_eq!(case(Codec::Flac, b"fLaC\x84\0\0\x22"), Some(("form", Severity::Error)));
    }

    #[test]
    fn av1_units_end_with_the_record() {
        let record = |units: &[u8]| [&[0x81, 0, 0, 0][..], units].concat();
        assert_eq!(case(Codec::Av1, &record(&[0x0A, 2, 7, 7])), None);
        assert_eq!(case(Codec::Av1, &record(&[0x0A, 3, 7, 7])), Some(("cut", Severity::Error)));
        assert_eq!(case(Codec::Av1, &[0x01, 0, 0, 0]), Some(("version", Severity::Error)));
    }
}
