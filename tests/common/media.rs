//! Audio and video message bodies (FLV tags), and whole programmes of them.

use super::Rng;
use super::codec::{self, ASC, PPS, Picture, SPS};
use super::message::{AUDIO, DATA_AMF0, VIDEO};
use super::talk::Sent;

/// One media message's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub is_video: bool,
    pub is_key: bool,
    /// Decoding time, ms.
    pub timestamp: u32,
    pub body: Vec<u8>,
}

/// `AVCDecoderConfigurationRecord` of the parameter sets in `codec`.
pub fn avcc() -> Vec<u8> {
    let mut out = vec![1, SPS[1], SPS[2], SPS[3], 0xFF, 0xE1];
    out.extend((SPS.len() as u16).to_be_bytes());
    out.extend(SPS);
    out.push(1);
    out.extend((PPS.len() as u16).to_be_bytes());
    out.extend(PPS);
    out.extend([0xFD, 0xF8, 0xF8, 0]); // 4:2:0, 8 bits, no extension sets
    out
}

/// Video body: AVC sequence header.
pub fn avc_header() -> Vec<u8> {
    avc(true, 0, 0, &avcc())
}

/// Video body: end of sequence.
pub fn avc_end() -> Vec<u8> {
    avc(true, 2, 0, &[])
}

/// Video body: key or inter frame, AVC packet type, composition time, data.
pub fn avc(is_key: bool, packet_type: u8, composition_ms: i32, data: &[u8]) -> Vec<u8> {
    let mut out = vec![if is_key { 0x17 } else { 0x27 }, packet_type];
    out.extend(&composition_ms.to_be_bytes()[1..]);
    out.extend(data);
    out
}

/// Enhanced RTMP video body: frame type 1 or 2, packet type, `FourCC`, data.
pub fn ex_video(is_key: bool, packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    let frame_type = if is_key { 1 } else { 2 };
    [&[0x80 | frame_type << 4 | packet_type][..], &fourcc, data].concat()
}

/// Enhanced RTMP audio body: packet type, `FourCC`, data.
pub fn ex_audio(packet_type: u8, fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&[0x90 | packet_type][..], &fourcc, data].concat()
}

/// Audio body: AAC sequence header.
pub fn aac_header() -> Vec<u8> {
    aac(0, &ASC)
}

/// Audio body: AAC packet type and data.
pub fn aac(packet_type: u8, data: &[u8]) -> Vec<u8> {
    [&[0xAF, packet_type][..], data].concat()
}

/// The FLV file of the audio, video and data messages, as a server would record them.
pub fn flv(sent: &[Sent]) -> Vec<u8> {
    let mut out = b"FLV\x01\x05\0\0\0\x09\0\0\0\0".to_vec();
    for message in sent.iter().filter(|m| [AUDIO, VIDEO, DATA_AMF0].contains(&m.kind)) {
        let prefix: &[u8] = b"\x02\0\x0D@setDataFrame";
        let body = message.body.strip_prefix(prefix).unwrap_or(&message.body);
        let len = body.len() as u32;
        out.push(message.kind);
        out.extend(&len.to_be_bytes()[1..]);
        out.extend(&message.timestamp.to_be_bytes()[1..]);
        out.push((message.timestamp >> 24) as u8);
        out.extend([0; 3]);
        out.extend(body);
        out.extend((11 + len).to_be_bytes());
    }
    out
}

/// A programme: 640x360 H.264 with B-frames, and AAC at 44 100 Hz.
#[derive(Clone, Debug)]
pub struct Av {
    pub seconds: u32,
    pub fps: u32,
    /// Frames from key frame to key frame.
    pub gop: u32,
    pub b_frames: bool,
    /// Bytes of a key, P and B frame's body, before `spread`.
    pub sizes: [usize; 3],
    /// Bytes of an audio body.
    pub audio_size: usize,
    /// Frame sizes vary by so many percent to both sides.
    pub spread: usize,
    /// Added to every timestamp, wrapping.
    pub base: u32,
    pub with_video: bool,
    pub with_audio: bool,
    pub seed: u64,
}

impl Default for Av {
    fn default() -> Self {
        Self {
            seconds: 2,
            fps: 25,
            gop: 50,
            b_frames: true,
            sizes: [6_000, 1_500, 700],
            audio_size: 190,
            spread: 20,
            base: 0,
            with_video: true,
            with_audio: true,
            seed: 1,
        }
    }
}

impl Av {
    /// `seconds` of the default programme.
    pub fn seconds(seconds: u32) -> Self {
        Self { seconds, ..Self::default() }
    }

    /// The frames in sending order: by timestamp, video before audio at the same time.
    pub fn frames(&self) -> Vec<Frame> {
        let mut rng = Rng::new(self.seed);
        let mut frames = Vec::new();
        if self.with_video {
            frames.extend((0..self.seconds * self.fps).map(|n| self.picture(n, &mut rng)));
        }
        if self.with_audio {
            let count = (u64::from(self.seconds) * 44_100).div_ceil(1_024);
            frames.extend((0..count).map(|n| {
                let data = codec::silence(self.audio_size - 2, &mut rng);
                let timestamp = (n * 1_024 * 1_000 / 44_100) as u32;
                Frame { is_video: false, is_key: false, timestamp, body: aac(1, &data) }
            }));
        }
        frames.sort_by_key(|f| f.timestamp);
        for frame in &mut frames {
            frame.timestamp = frame.timestamp.wrapping_add(self.base);
        }
        frames
    }

    /// The `n`-th picture in decoding order. With B-frames a group is I, then P B B while three are left, then P.
    fn picture(&self, n: u32, rng: &mut Rng) -> Frame {
        let at = n % self.gop;
        let in_trio = self.b_frames && at > 0 && (at - 1) / 3 < (self.gop - 1) / 3;
        let (picture, shown, references) = match (at, in_trio) {
            (0, _) => (Picture::Key, 0, 0),
            (_, false) if self.b_frames => {
                let trios = (self.gop - 1) / 3;
                (Picture::P, at, trios + at - trios * 3)
            }
            (_, false) => (Picture::P, at, at),
            (_, true) => match (at - 1) % 3 {
                0 => (Picture::P, at + 2, at.div_ceil(3)),
                _ => (Picture::B, at - 1, at.div_ceil(3) + 1),
            },
        };
        let delay = u32::from(self.b_frames);
        let composition = (i64::from(shown + delay) - i64::from(at)) * 1_000 / i64::from(self.fps);
        let slice = codec::slice(picture, references, shown, n / self.gop % 2);
        let size = self.sizes[picture as usize];
        let size = size + size * rng.below(self.spread * 2 + 1) / 100 - size * self.spread / 100;
        let sei = codec::sei((size - 5 - 8).saturating_sub(slice.len()).max(24), rng);
        let mut data = Vec::with_capacity(size);
        for nal in [sei, slice] {
            data.extend((nal.len() as u32).to_be_bytes());
            data.extend(nal);
        }
        let is_key = picture == Picture::Key;
        let body = avc(is_key, 1, composition as i32, &data);
        Frame { is_video: true, is_key, timestamp: n * 1_000 / self.fps, body }
    }
}
