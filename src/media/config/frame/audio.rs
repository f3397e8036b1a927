//! MPEG audio (ISO/IEC 11172-3 and 13818-3), AC-3 and E-AC-3 (ATSC A/52).

use super::super::{AudioFormat, layout};
use crate::base::read::Truncated;
use crate::media::bits::Bits;

/// Kilobits a second by index, of MPEG-1 layers I to III, then of MPEG-2 layer I and of its other layers.
const MPEG_RATES: [[u16; 15]; 5] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// Kilobits a second of AC-3 by half the frame size code.
const AC3_RATES: [u16; 19] =
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const AC3_SYNC: u32 = 0x0B77;
const AC3_BLOCK: u16 = 256;
const DEPENDENT: u8 = 1;

/// MPEG audio.
///
/// ```text
/// sync 11 bits, version 2, layer 2, protection 1;  bitrate 4, rate 2, padding 1, private 1;  mode 2
/// ```
pub(in super::super) fn mpeg_audio(head: &[u8]) -> Option<AudioFormat> {
    let mut bits = Bits::new(head);
    let b = &mut bits;
    if b.u(11, "sync").ok()? != 0x7FF {
        return None;
    }
    let (version, halvings) = match b.u8(2, "version").ok()? {
        3 => ("MPEG-1", 0),
        2 => ("MPEG-2", 1),
        0 => ("MPEG-2.5", 2),
        _ => return None,
    };
    let mpeg_1 = halvings == 0;
    let (layer, samples, rates) = match (b.u8(2, "layer").ok()?, mpeg_1) {
        (3, mpeg_1) => ("I", 384, if mpeg_1 { 0 } else { 3 }),
        (2, mpeg_1) => ("II", 1152, if mpeg_1 { 1 } else { 4 }),
        (1, true) => ("III", 1152, 2),
        (1, false) => ("III", 576, 4),
        _ => return None,
    };
    b.bit("protection").ok()?;
    let bitrate = *MPEG_RATES.get(rates)?.get(usize::from(b.u8(4, "bitrate").ok()?))?;
    let rate = [44_100_u32, 48_000, 32_000].get(usize::from(b.u8(2, "rate").ok()?))? >> halvings;
    b.u(2, "padding").ok()?;
    let (channels, channel_layout) = match b.u8(2, "mode").ok()? {
        2 => (2, "dual mono"),
        3 => (1, "mono"),
        _ => (2, "stereo"),
    };
    Some(AudioFormat {
        profile: Some(format!("{version} Layer {layer}").into()),
        sample_rate: Some(rate),
        channels: Some(channels),
        channel_layout: Some(channel_layout),
        frame_samples: Some(samples),
        // 0 is a free format.
        bitrate_bps: (bitrate > 0).then_some(u32::from(bitrate) * 1000),
        ..AudioFormat::default()
    })
}

/// The bits that say the format: version, layer, rate and mode.
pub(in super::super) fn mpeg_key(head: &[u8]) -> Option<u32> {
    match *head {
        [0xFF, b @ 0xE0..=0xFF, c, d, ..] => Some(u32::from_be_bytes([0, b & 0xFE, c & 0x0C, d & 0xC0])),
        _ => None,
    }
}

/// AC-3 or E-AC-3, by the stream's own number of its syntax.
pub(in super::super) fn ac3(head: &[u8]) -> Option<AudioFormat> {
    let mut bits = Bits::new(head);
    if bits.u(16, "sync").ok()? != AC3_SYNC {
        return None;
    }
    match head.get(5)? >> 3 {
        bsid @ 0..=10 => ac3_header(&mut bits, bsid).ok()?,
        11..=16 => eac3_header(&mut bits).ok()?,
        _ => None,
    }
}

/// The bits that say the format: rate, blocks, the number of the syntax, mode and low frequency. None of an E-AC-3
/// substream that only adds to another.
pub(in super::super) fn ac3_key(head: &[u8]) -> Option<u32> {
    let [0x0B, 0x77, substream, _, rate, syntax, mode, ..] = *head else { return None };
    match syntax >> 3 {
        0..=10 => Some(u32::from_be_bytes([0, rate & 0xC0, syntax & 0xF8, mode])),
        _ if substream >> 6 == DEPENDENT || substream >> 3 & 7 != 0 => None,
        _ => Some(u32::from_be_bytes([0, rate, syntax & 0xF8, 0])),
    }
}

/// ```text
/// crc 16, rate code 2, frame size code 6;  bsid 5, bsmod 3;  mode 3, [mix levels], low frequency 1
/// ```
fn ac3_header(b: &mut Bits<'_>, bsid: u8) -> Result<Option<AudioFormat>, Truncated> {
    b.u(16, "crc1")?;
    let rate = sampling(b.u8(2, "fscod")?);
    let bitrate = AC3_RATES.get(usize::from(b.u8(6, "frmsizecod")? / 2));
    b.u(5 + 3, "bsid")?;
    let mode = b.u8(3, "acmod")?;
    if mode & 1 != 0 && mode != 1 {
        b.u(2, "cmixlev")?;
    }
    if mode & 4 != 0 {
        b.u(2, "surmixlev")?;
    }
    if mode == 2 {
        b.u(2, "dsurmod")?;
    }
    let (channels, channel_layout) = layout::ac3(mode, b.bit("lfeon")?);
    // 9 and 10 are streams at a half and a quarter of the rate.
    let halvings = bsid.saturating_sub(8);
    Ok(rate.zip(bitrate).map(|(rate, &bitrate)| AudioFormat {
        sample_rate: Some(rate >> halvings),
        channels: Some(channels),
        channel_layout,
        frame_samples: Some(6 * AC3_BLOCK),
        bitrate_bps: Some((u32::from(bitrate) * 1000) >> halvings),
        ..AudioFormat::default()
    }))
}

/// ```text
/// stream type 2, substream 3, frame size 11;  rate code 2, (blocks 2 or lower rate code 2), mode 3, low frequency 1
/// ```
fn eac3_header(b: &mut Bits<'_>) -> Result<Option<AudioFormat>, Truncated> {
    let dependent = b.u8(2, "strmtyp")? == DEPENDENT;
    b.u(3, "substreamid")?;
    let bytes = (b.u(11, "frmsiz")? + 1) * 2;
    let code = b.u8(2, "fscod")?;
    let second = b.u8(2, "numblkscod")?;
    let (rate, blocks) = match (sampling(code), second) {
        (Some(rate), 0) => (rate, 1),
        (Some(rate), 1) => (rate, 2),
        (Some(rate), 2) => (rate, 3),
        (Some(rate), _) => (rate, 6),
        (None, code) => match sampling(code) {
            Some(rate) => (rate / 2, 6),
            None => return Ok(None),
        },
    };
    let (channels, channel_layout) = layout::ac3(b.u8(3, "acmod")?, b.bit("lfeon")?);
    let samples = blocks * AC3_BLOCK;
    let format = AudioFormat {
        sample_rate: Some(rate),
        frame_samples: Some(samples),
        bitrate_bps: (bytes * 8).checked_mul(rate).map(|product| product / u32::from(samples)),
        ..AudioFormat::default()
    };
    // A dependent substream has only what it adds to another.
    Ok(Some(if dependent {
        AudioFormat { profile: Some("dependent substream".into()), ..format }
    } else {
        AudioFormat { channels: Some(channels), channel_layout, ..format }
    }))
}

const fn sampling(code: u8) -> Option<u32> {
    match code {
        0 => Some(48_000),
        1 => Some(44_100),
        2 => Some(32_000),
        _ => None,
    }
}
