//! Enhanced RTMP bodies (E-RTMP v2, `ExVideoTagHeader` and `ExAudioTagHeader`): packet types, extensions, tracks.
//!
//! A body is a first byte, then what `of`, `one_track`, `many_tracks`, `many_codecs` or `extended` gives.

/// Frame types of video.
pub const KEY: u8 = 1;
pub const INTER: u8 = 2;
pub const COMMAND: u8 = 5;

/// Packet types of both media, unless the name says which.
pub const START: u8 = 0;
pub const FRAMES: u8 = 1;
pub const END: u8 = 2;
pub const FRAMES_X: u8 = 3;
pub const METADATA: u8 = 4;
pub const TS_START: u8 = 5;
pub const CHANNELS: u8 = 4;
pub const VIDEO_TRACKS: u8 = 6;
pub const AUDIO_TRACKS: u8 = 5;
pub const MOD_EX: u8 = 7;

/// The extension that moves the presentation time by nanoseconds.
pub const OFFSET_NANO: u8 = 0;

/// A video body: `rest` begins with the `FourCC`, unless the packet type says otherwise.
pub fn video(frame_type: u8, packet_type: u8, rest: &[u8]) -> Vec<u8> {
    [&[0x80 | frame_type << 4 | packet_type], rest].concat()
}

/// An audio body.
pub fn audio(packet_type: u8, rest: &[u8]) -> Vec<u8> {
    [&[0x90 | packet_type], rest].concat()
}

/// A codec and its data.
pub fn of(fourcc: [u8; 4], data: &[u8]) -> Vec<u8> {
    [&fourcc[..], data].concat()
}

/// Extensions of (type, data), then the packet type they stand in front of and what belongs to that.
pub fn extended(extensions: &[(u8, &[u8])], packet_type: u8, rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (n, (kind, data)) in extensions.iter().enumerate() {
        let next = if n + 1 < extensions.len() { MOD_EX } else { packet_type };
        match data.len() {
            1..=255 => out.push((data.len() - 1) as u8),
            more => out.extend([&[0xFF][..], &(more as u16 - 1).to_be_bytes()].concat()),
        }
        out.extend(*data);
        out.push(kind << 4 | next);
    }
    [&out, rest].concat()
}

/// One track: packet type, codec, number, data.
pub fn one_track(packet_type: u8, fourcc: [u8; 4], id: u8, data: &[u8]) -> Vec<u8> {
    [&[packet_type], &fourcc[..], &[id], data].concat()
}

/// Tracks of one codec: (number, data).
pub fn many_tracks(packet_type: u8, fourcc: [u8; 4], tracks: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let tracks: Vec<u8> = tracks.iter().flat_map(|(id, data)| sized(*id, data)).collect();
    [&[0x10 | packet_type], &fourcc[..], &tracks].concat()
}

/// Tracks with a codec each: (codec, number, data).
pub fn many_codecs(packet_type: u8, tracks: &[([u8; 4], u8, Vec<u8>)]) -> Vec<u8> {
    let track = |(fourcc, id, data): &([u8; 4], u8, Vec<u8>)| [&fourcc[..], &sized(*id, data)].concat();
    let tracks: Vec<u8> = tracks.iter().flat_map(track).collect();
    [&[0x20 | packet_type], &tracks[..]].concat()
}

fn sized(id: u8, data: &[u8]) -> Vec<u8> {
    let [_, size @ ..] = (data.len() as u32).to_be_bytes();
    [&[id][..], &size, data].concat()
}
