//! Streams that are no RTMP, made by kind and seed.

use crate::common::Rng;

/// What a kind of stream is called, and how it is made.
pub(crate) type Kind = (&'static str, fn(&mut Rng, usize) -> Vec<u8>);

/// Every kind.
pub(crate) const KINDS: [Kind; 16] = [
    ("random", |rng, n| rng.bytes(n)),
    ("zeros", |_, n| vec![0; n]),
    ("one byte", |rng, n| vec![rng.next() as u8; n]),
    ("few values", |rng, n| (0..n).map(|_| [0, 1, 2, 3, 8, 9, 0x14, 0xC4][rng.below(8)]).collect()),
    ("mostly zeros", |rng, n| (0..n).map(|_| if rng.chance(12) { rng.next() as u8 } else { 0 }).collect()),
    ("text", text),
    ("HTTP body", |rng, n| {
        [&b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n"[..], &rng.bytes(n)].concat()
    }),
    ("TLS", tls),
    ("SSH", |rng, n| {
        [&b"SSH-2.0-OpenSSH_9.6\r\n"[..], &records(rng, n, 4, |rng| 16 + rng.below(600))].concat()
    }),
    ("DNS", |rng, n| records(rng, n, 2, |rng| 40 + rng.below(400))),
    ("small integers", |rng, n| (0..n / 4).flat_map(|_| (rng.below(3_000) as u32).to_be_bytes()).collect()),
    ("counters", |rng, n| {
        let step = rng.below(64) as u32 + 1;
        (0..n as u32 / 4).flat_map(|i| (i * step).to_be_bytes()).collect()
    }),
    ("sound", |rng, n| {
        let mut level = 0_i16;
        (0..n / 2)
            .flat_map(|_| {
                level = level.wrapping_add(i16::from(rng.next() as i8) / 4);
                level.to_be_bytes()
            })
            .collect()
    }),
    ("transport stream", transport_stream),
    ("FLV", flv),
    ("MP4 tables", |rng, n| {
        let entry = |rng: &mut Rng| [1_u32.to_be_bytes(), (512_u32 << rng.below(4)).to_be_bytes()].concat();
        (0..n / 8).flat_map(|_| entry(rng)).collect()
    }),
];

fn text(rng: &mut Rng, n: usize) -> Vec<u8> {
    let words = [
        "publish",
        "play",
        "connect",
        "onStatus",
        "{\"level\":",
        "NetStream",
        "200,",
        "\r\n",
        "createStream",
        " ",
    ];
    let mut out = Vec::new();
    while out.len() < n {
        out.extend(words[rng.below(words.len())].bytes());
    }
    out
}

/// Bodies of any bytes behind their length.
fn records(rng: &mut Rng, n: usize, width: usize, len: fn(&mut Rng) -> usize) -> Vec<u8> {
    let mut out = Vec::new();
    while out.len() < n {
        let len = len(rng);
        out.extend(&(len as u32).to_be_bytes()[4 - width..]);
        out.extend(rng.bytes(len));
    }
    out
}

/// Application data in records.
pub(crate) fn tls(rng: &mut Rng, n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while out.len() < n {
        let len = 24 + rng.below(6_000);
        out.extend([0x17, 3, 3]);
        out.extend((len as u16).to_be_bytes());
        out.extend(rng.bytes(len));
    }
    out
}

fn transport_stream(rng: &mut Rng, n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for i in 0..n / 188 {
        out.extend([0x47, 0x01, (rng.below(2)) as u8, 0x10 | (i & 15) as u8]);
        let stuffing = if rng.chance(10) { 100 } else { 0 };
        out.extend(vec![0xFF; stuffing]);
        out.extend(rng.bytes(184 - stuffing));
    }
    out
}

/// FLV tags, which are much like messages of RTMP.
fn flv(rng: &mut Rng, n: usize) -> Vec<u8> {
    let (mut out, mut time) = (b"FLV\x01\x05\0\0\0\x09\0\0\0\0".to_vec(), 0_u32);
    while out.len() < n {
        let (kind, lead, len) =
            if rng.chance(60) { (8, 0xAF, 200 + rng.below(60)) } else { (9, 0x27, 700 + rng.below(900)) };
        time += rng.below(24) as u32;
        out.push(kind);
        out.extend(&(len as u32).to_be_bytes()[1..]);
        out.extend(&time.to_be_bytes()[1..]);
        out.extend([0, 0, 0, 0, lead, 1]);
        out.extend(rng.bytes(len - 2));
        out.extend((len as u32 + 11).to_be_bytes());
    }
    out
}
