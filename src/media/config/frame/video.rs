//! Sorenson H.263, Screen Video, VP6 (Video File Format 10.1, E.4.3), VP8 (RFC 6386, 9.1) and VP9 key frames.

use super::super::VideoFormat;
use super::super::color::{Color, chroma_name};
use crate::base::read::{Reader, Truncated};
use crate::media::bits::Bits;

/// Sorenson H.263, of any frame.
///
/// ```text
/// start code 17 bits (1), version 5, time 8, size 3;  by size  width and height, of 8 or 16 bits each
/// ```
pub(in super::super) fn h263(head: &[u8]) -> Option<VideoFormat> {
    let mut bits = Bits::new(head);
    let b = &mut bits;
    if b.u(17, "start code").ok()? != 1 {
        return None;
    }
    b.u(5 + 8, "version and time").ok()?;
    let (width, height) = match b.u8(3, "size").ok()? {
        0 => (b.u(8, "width").ok()?, b.u(8, "height").ok()?),
        1 => (b.u(16, "width").ok()?, b.u(16, "height").ok()?),
        2 => (352, 288),
        3 => (176, 144),
        4 => (128, 96),
        5 => (320, 240),
        6 => (160, 120),
        _ => return None,
    };
    Some(sized(width, height))
}

/// Screen Video of either version, of any frame: each side is the block size in 4 bits and the picture's in 12.
pub(in super::super) fn screen(head: &[u8]) -> Option<VideoFormat> {
    let mut r = Reader::new(head);
    let width = r.u16("width").ok()? & 0x0FFF;
    let height = r.u16("height").ok()? & 0x0FFF;
    Some(sized(width.into(), height.into()))
}

/// VP6 whose frame begins at `frame_at`, behind the byte of what is to be cut off right and below.
///
/// ```text
/// right 4 bits, below 4 bits;  [offset of the alpha frame u24]
/// inter 1 (0), quantizer 6, separated 1;  version 5, profile 2, interlaced 1;  [offset u16]
/// coded rows u8, columns u8, rows shown u8, columns shown u8, in blocks of 16
/// ```
pub(in super::super) fn vp6(head: &[u8], frame_at: usize) -> Option<VideoFormat> {
    let cut_off = *head.first()?;
    let mut r = Reader::new(head.get(frame_at..)?);
    let first = r.u8("quantizer").ok()?;
    let second = r.u8("version").ok()?;
    let (inter, separated) = (first & 0x80 != 0, first & 0x01 != 0);
    let (version, profile) = (second >> 3, second & 0x06);
    if inter || version > 8 {
        return None;
    }
    if separated || profile == 0 {
        r.u16("offset").ok()?;
    }
    let rows = u32::from(r.u8("rows").ok()?);
    let columns = u32::from(r.u8("columns").ok()?);
    let width = (16 * columns).checked_sub(u32::from(cut_off >> 4))?;
    let height = (16 * rows).checked_sub(u32::from(cut_off & 0x0F))?;
    let interlaced = Some(second & 0x01 != 0);
    Some(VideoFormat { interlaced, ..sized(width, height) })
}

/// VP8, of a key frame.
///
/// ```text
/// inter 1 bit (0), version 3, … 24 bits, little-endian;  9d 01 2a;  width 14 bits, height 14 bits, little-endian
/// ```
pub(in super::super) fn vp8(head: &[u8]) -> Option<VideoFormat> {
    let mut r = Reader::new(head);
    let [first, ..] = r.array::<3>("frame tag").ok()?;
    if first & 1 != 0 || r.array("start code").ok()? != [0x9D, 0x01, 0x2A] {
        return None;
    }
    let width = u16::from_le_bytes(r.array("width").ok()?) & 0x3FFF;
    let height = u16::from_le_bytes(r.array("height").ok()?) & 0x3FFF;
    let format = sized(width.into(), height.into());
    let profile = match first >> 1 & 0x07 {
        0 => "0",
        1 => "1",
        2 => "2",
        3 => "3",
        _ => return Some(format),
    };
    Some(VideoFormat { profile: Some(profile.into()), ..format })
}

/// VP9, of a key frame (bitstream specification 0.6, 6.2).
pub(in super::super) fn vp9(head: &[u8]) -> Option<VideoFormat> {
    vp9_header(&mut Bits::new(head)).ok()?
}

fn vp9_header(b: &mut Bits<'_>) -> Result<Option<VideoFormat>, Truncated> {
    let marker = b.u8(2, "frame marker")?;
    let profile = b.u8(1, "profile")? | b.u8(1, "profile")? << 1;
    let reserved = profile == 3 && b.bit("reserved")?;
    let existing = b.bit("show_existing_frame")?;
    let inter = b.bit("frame_type")?;
    b.u(2, "show_frame")?;
    if marker != 2 || reserved || existing || inter || b.u(24, "sync")? != 0x0049_8342 {
        return Ok(None);
    }
    let bit_depth = match profile >= 2 {
        false => 8,
        true if b.bit("ten_or_twelve_bit")? => 12,
        true => 10,
    };
    let matrix = matrix(b.u8(3, "color_space")?);
    let free_chroma = profile & 1 != 0;
    let rgb = matrix == Some(0);
    let full_range = rgb || b.bit("color_range")?;
    let (x, y) = match (rgb, free_chroma) {
        (true, _) => (false, false),
        (false, true) => (b.bit("subsampling_x")?, b.bit("subsampling_y")?),
        (false, false) => (true, true),
    };
    if free_chroma {
        b.bit("reserved")?;
    }
    let width = b.u(16, "width")? + 1;
    let height = b.u(16, "height")? + 1;
    Ok(Some(VideoFormat {
        profile: Some(
            match profile {
                0 => "Profile 0",
                1 => "Profile 1",
                2 => "Profile 2",
                _ => "Profile 3",
            }
            .into(),
        ),
        bit_depth: Some(bit_depth),
        chroma: match (x, y) {
            (true, true) => chroma_name(1),
            (true, false) => chroma_name(2),
            (false, true) => Some("4:4:0"),
            (false, false) => chroma_name(3),
        },
        color: Color { matrix, full_range: Some(full_range), ..Color::default() },
        ..sized(width, height)
    }))
}

/// The code point of a VP9 colour space.
const fn matrix(color_space: u8) -> Option<u8> {
    match color_space {
        1 => Some(5),
        2 => Some(1),
        3 => Some(6),
        4 => Some(7),
        5 => Some(9),
        7 => Some(0),
        _ => None,
    }
}

fn sized(width: u32, height: u32) -> VideoFormat {
    VideoFormat { width: Some(width), height: Some(height), ..VideoFormat::default() }
}
