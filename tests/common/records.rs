//! Configuration records and parameter sets written field by field (ISO 14496-15, 14496-3, H.264, H.265, AV1, and the
//! headers of frames that carry their own configuration). ffmpeg's `trace_headers` reads the parameter sets as meant.

use super::bits::{Bits, bits, escape};

/// What a picture is like, in the numbers of the codecs' specifications.
#[derive(Copy, Clone, Debug)]
pub struct Picture {
    pub profile: u8,
    /// In the codec's own unit: tenths (H.264), thirtieths (HEVC), an index (AV1).
    pub level: u8,
    pub high_tier: bool,
    /// 0 none, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub chroma: u8,
    pub depth: u8,
    pub width: u32,
    pub height: u32,
    pub interlaced: bool,
    /// Primaries, transfer, matrix (ITU-T H.273).
    pub color: [u8; 3],
    pub full_range: bool,
    /// Units of a tick, and ticks per second.
    pub tick: (u32, u32),
}

impl Default for Picture {
    /// 1920x1080 in 8 bits of 4:2:0, BT.709, 25 frames per second.
    fn default() -> Self {
        Self {
            profile: 100,
            level: 40,
            high_tier: false,
            chroma: 1,
            depth: 8,
            width: 1920,
            height: 1080,
            interlaced: false,
            color: [1, 1, 1],
            full_range: false,
            tick: (1, 25),
        }
    }
}

/// H.264 sequence parameter set; the tick is that of a field, half a frame.
pub fn avc_sps(p: &Picture) -> Vec<u8> {
    let flag = u32::from;
    let mut b = Bits::new().all(&[(p.profile.into(), 8), (0, 8), (p.level.into(), 8)]).ues(&[0]);
    if p.profile >= 100 {
        let depth = u32::from(p.depth) - 8;
        b.ue(p.chroma.into());
        b = b.ues(&[depth, depth]).all(&[(0, 2)]); // no lossless, no scaling matrix
    }
    let fields = if p.interlaced { 2 } else { 1 };
    let (columns, rows) = (p.width.div_ceil(16), p.height.div_ceil(16 * fields));
    b = b.ues(&[0, 0, 0, 4]).all(&[(0, 1)]).ues(&[columns - 1, rows - 1]);
    b.put(flag(!p.interlaced), 1);
    if p.interlaced {
        b.put(0, 1); // no macroblock-adaptive fields
    }
    b.put(1, 1); // direct 8x8 inference
    let unit = (if p.chroma < 2 { 2 } else { 1 }) * fields;
    let crop = (rows * 16 * fields - p.height) / unit;
    b.put(1, 1);
    b = b.ues(&[0, 0, 0, crop]).all(&[(1, 1), (0, 2), (1, 1), (5, 3), (flag(p.full_range), 1), (1, 1)]);
    let color = p.color.map(|n| (u32::from(n), 8));
    b = b.all(&color).all(&[(0, 1), (1, 1), (p.tick.0, 32), (p.tick.1, 32), (1, 1), (0, 4)]);
    [&[0x67], &escape(&b.stop())[..]].concat()
}

/// `AVCDecoderConfigurationRecord` with one parameter set of each kind and lengths of four bytes.
pub fn avcc(p: &Picture) -> Vec<u8> {
    let sps = avc_sps(p);
    let mut out = vec![1, sps[1], sps[2], sps[3], 0xFC | 3, 0xE0 | 1];
    for (n, set) in [&sps[..], &super::codec::PPS].into_iter().enumerate() {
        if n == 1 {
            out.push(1);
        }
        out.extend((set.len() as u16).to_be_bytes());
        out.extend(set);
    }
    if p.profile >= 100 {
        out.extend([0xFC | p.chroma, 0xF8 | (p.depth - 8), 0xF8 | (p.depth - 8), 0]);
    }
    out
}

/// HEVC video parameter set.
pub fn hevc_vps(p: &Picture) -> Vec<u8> {
    let b = Bits::new().all(&[(0, 4), (1, 1), (1, 1), (0, 6), (0, 3), (1, 1), (0xFFFF, 16)]);
    let b = b.all(&hevc_profile(p)).all(&[(1, 1)]).ues(&[4, 2, 0]); // output order, and one layer's buffers
    let b = b.all(&[(0, 6)]).ues(&[0]).all(&[(0, 1), (0, 1)]); // one layer; no timing, no extension
    [&[0x40, 0x01], &escape(&b.stop())[..]].concat()
}

/// HEVC sequence parameter set.
pub fn hevc_sps(p: &Picture) -> Vec<u8> {
    let flag = u32::from;
    let mut b = Bits::new().all(&[(0, 4), (0, 3), (1, 1)]).all(&hevc_profile(p));
    let depth = u32::from(p.depth) - 8;
    let coded = p.height.div_ceil(8) * 8;
    b = b.ues(&[0, p.chroma.into(), p.width, coded]).all(&[(1, 1)]).ues(&[0, 0, 0, (coded - p.height) / 2]);
    b = b.ues(&[depth, depth, 4]).all(&[(1, 1)]).ues(&[4, 2, 0]); // output order, and one layer's buffers
    b = b.ues(&[0, 3, 0, 3, 0, 0]).all(&[(0, 1), (0, 1), (1, 1), (0, 1)]); // block sizes; no lists, no PCM
    b = b.ues(&[0]).all(&[(0, 1), (1, 1), (1, 1)]); // no reference sets kept
    b = b.all(&[(1, 1), (0, 2), (1, 1), (5, 3), (flag(p.full_range), 1), (1, 1)]);
    b = b.all(&p.color.map(|n| (u32::from(n), 8))).all(&[
        (0, 1),
        (0, 1),
        (flag(p.interlaced), 1),
        (0, 1),
        (0, 1),
    ]);
    b = b.all(&[(1, 1), (p.tick.0, 32), (p.tick.1, 32), (0, 1), (0, 1), (0, 1), (0, 1)]);
    [&[0x42, 0x01], &escape(&b.stop())[..]].concat()
}

/// Profile space 0, tier, profile, compatibility, constraints (progressive), level: 96 bits.
fn hevc_profile(p: &Picture) -> [(u32, usize); 8] {
    let (profile, tier) = (u32::from(p.profile), u32::from(p.high_tier));
    let scan = if p.interlaced { 0b01 } else { 0b10 };
    [
        (0, 2),
        (tier, 1),
        (profile, 5),
        (1 << (31 - profile), 32),
        (scan, 2),
        (0, 24),
        (0, 22),
        (p.level.into(), 8),
    ]
}

/// `HEVCDecoderConfigurationRecord` with a parameter set of each kind.
pub fn hvcc(p: &Picture) -> Vec<u8> {
    let depth = u32::from(p.depth) - 8;
    let mut out = Bits::new().all(&[(1, 8)]).all(&hevc_profile(p)).all(&[(15, 4), (0, 12), (63, 6), (0, 2)]);
    out = out.all(&[(63, 6), (p.chroma.into(), 2), (31, 5), (depth, 3), (31, 5), (depth, 3)]);
    let mut out = out.all(&[(0, 16), (0, 2), (1, 3), (1, 1), (3, 2), (3, 8)]).out;
    for (kind, set) in [(32, hevc_vps(p)), (33, hevc_sps(p)), (34, vec![0x44, 0x01, 0xC0, 0x80])] {
        out.extend([0x80 | kind, 0, 1]);
        out.extend((set.len() as u16).to_be_bytes());
        out.extend(set);
    }
    out
}

/// `VvcDecoderConfigurationRecord` with its profile, tier and level, and no parameter sets. The rate is in 1/256 Hz.
pub fn vvcc(p: &Picture, rate_256: u32) -> Vec<u8> {
    let depth = u32::from(p.depth) - 8;
    let b = Bits::new().all(&[(31, 5), (3, 2), (1, 1)]); // lengths of four bytes
    let b = b.all(&[(0, 9), (1, 3), (0, 2), (p.chroma.into(), 2), (depth, 3), (31, 5)]);
    let b = b.all(&[(0, 2), (1, 6), (p.profile.into(), 7), (p.high_tier.into(), 1), (p.level.into(), 8)]);
    // Frames only, one layer; no constraints, no sub-profiles.
    let b = b.all(&[(1, 1), (0, 1), (0, 6), (0, 8)]);
    b.all(&[(p.width, 16), (p.height, 16), (rate_256, 16), (0, 8)]).out
}

/// AV1 sequence header OBU with a size field; the profile is 0 (4:2:0, 8 or 10 bits).
pub fn av1_sequence_header(p: &Picture) -> Vec<u8> {
    let mut b = Bits::new().all(&[(0, 3), (0, 1), (0, 1), (1, 1), (p.tick.0, 32), (p.tick.1, 32), (1, 1)]);
    b.ue(0); // one tick per picture
    b = b.all(&[(0, 1), (0, 1), (0, 5), (0, 12), (p.level.into(), 5)]);
    if p.level > 7 {
        b.put(p.high_tier.into(), 1);
    }
    b = b.all(&[(10, 4), (10, 4), (p.width - 1, 11), (p.height - 1, 11)]);
    // No frame ids, no tools, no order hint; screen content tools and integer motion are chosen.
    b = b.all(&[(0, 1), (0, 3), (0, 4), (0, 1), (1, 1), (1, 1)]);
    b = b.all(&[(0, 3)]); // no superres, cdef, restoration
    b = b.all(&[(u32::from(p.depth == 10), 1), (0, 1), (1, 1)]).all(&p.color.map(|n| (u32::from(n), 8)));
    b = b.all(&[(p.full_range.into(), 1), (0, 2), (0, 1), (0, 1)]); // sample position, uv delta, film grain
    obu(1, &b.stop())
}

/// `AV1CodecConfigurationRecord` with the sequence header.
pub fn av1c(p: &Picture) -> Vec<u8> {
    [av1_facts(p), vec![0], av1_sequence_header(p)].concat()
}

/// The first three bytes of av1C, which are also in the AV1 video descriptor of transport streams.
fn av1_facts(p: &Picture) -> Vec<u8> {
    let subsampled = u32::from(p.chroma == 1);
    bits(&[
        (0x81, 8),
        (0, 3),
        (p.level.into(), 5),
        (p.high_tier.into(), 1),
        (u32::from(p.depth > 8), 1),
        (0, 2),
        (subsampled, 1),
        (subsampled, 1),
        (0, 2),
    ])
}

/// AV1 video descriptor (AV1 in MPEG-2 transport streams, 2.2): tag, length, the same facts, no delay.
pub fn av1_descriptor(p: &Picture) -> Vec<u8> {
    [vec![0x80, 4], av1_facts(p), vec![0]].concat()
}

/// An OBU with a size field of one byte.
pub fn obu(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[kind << 3 | 0b10, data.len() as u8], data].concat()
}

/// vpcC in its short form of 8 bytes; `long` puts version and flags in front.
pub fn vpcc(p: &Picture, long: bool) -> Vec<u8> {
    let mut out = if long { vec![1, 0, 0, 0] } else { Vec::new() };
    out.extend([p.profile, p.level, p.depth << 4 | p.chroma << 1 | u8::from(p.full_range)]);
    out.extend(p.color);
    out.extend([0, 0]);
    out
}

/// `OpusHead`; a mapping is streams, coupled streams, and a stream channel for each channel.
pub fn opus_head(channels: u8, pre_skip: u16, rate: u32, family: u8, mapping: &[u8]) -> Vec<u8> {
    let mut out = [b"OpusHead".to_vec(), vec![1, channels]].concat();
    out.extend(pre_skip.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend([0, 0, family]);
    out.extend(mapping);
    out
}

/// `fLaC` and the STREAMINFO block, as the last one.
pub fn flac_header(rate: u32, channels: u8, depth: u8, block: u16) -> Vec<u8> {
    let mut out = b"fLaC\x80\0\0\x22".to_vec();
    let fields = [(rate, 20), (u32::from(channels) - 1, 3), (u32::from(depth) - 1, 5), (0, 4), (0, 32)];
    out.extend(bits(&[(block.into(), 16), (block.into(), 16), (0, 24), (0, 24)]));
    out.extend(bits(&fields));
    out.extend([0; 16]);
    out
}

/// Header of an MP3 frame: MPEG-1 layer III, 128 kb/s, rate index (0 44 100, 1 48 000, 2 32 000 Hz), channel mode
/// (0 stereo, 3 mono).
pub fn mp3_frame(rate: u8, mode: u8) -> Vec<u8> {
    let mut out = bits(&[(0xFFFB, 16), (9, 4), (rate.into(), 2), (0, 2), (mode.into(), 2), (0, 6)]);
    out.resize(417, 0);
    out
}

/// Beginning of an AC-3 frame of 448 kb/s: rate code (0 48 000, 1 44 100), channel layout (7 is 3/2), and LFE.
pub fn ac3_frame(rate: u8, layout: u8, lfe: bool) -> Vec<u8> {
    let mut b = Bits::new().all(&[
        (0x0B77, 16),
        (0, 16),
        (rate.into(), 2),
        (30, 6),
        (8, 5),
        (0, 3),
        (layout.into(), 3),
    ]);
    if layout & 1 == 1 && layout != 1 {
        b.put(0, 2); // centre mix
    }
    if layout & 4 == 4 {
        b.put(0, 2); // surround mix
    }
    if layout == 2 {
        b.put(0, 2); // Dolby surround
    }
    b.put(lfe.into(), 1);
    let mut out = b.out;
    out.resize(64, 0);
    out
}

/// Beginning of an E-AC-3 frame of 64 bytes: independent stream, six blocks.
pub fn eac3_frame(rate: u8, layout: u8, lfe: bool) -> Vec<u8> {
    let head = [(0x0B77, 16), (0, 2), (0, 3), (31, 11), (rate.into(), 2), (3, 2), (layout.into(), 3)];
    let mut out = Bits::new().all(&head).all(&[(lfe.into(), 1), (16, 5)]).out;
    out.resize(64, 0);
    out
}

/// Header of a Sorenson H.263 key frame: size code (0 and 1 with the size in 8 and 16 bits, 2 to 7 fixed).
pub fn h263_key(code: u8, width: u32, height: u32) -> Vec<u8> {
    let mut b = Bits::new().all(&[(1, 17), (0, 5), (0, 8), (code.into(), 3)]);
    match code {
        0 => b = b.all(&[(width, 8), (height, 8)]),
        1 => b = b.all(&[(width, 16), (height, 16)]),
        _ => {}
    }
    let mut out = b.all(&[(0, 2), (0, 1), (10, 5), (0, 1)]).out; // intra, no deblocking, quantizer
    out.resize(40, 0);
    out
}
