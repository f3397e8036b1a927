//! Captures that are to cost a reader as much memory as they can, by name.
//!
//! Each takes a number, of connections where nothing else is said, and is the same for the same number.

use std::io;

use super::wire::{ACK, Conn, From, RST, SYN, Wire, begin, chunk, chunked, command, object, string};

/// Writes one kind of capture.
pub(crate) type Make = fn(&mut Wire<'_>, u64) -> io::Result<()>;

/// All kinds: name, what the capture holds, and how to write it.
pub(crate) const KINDS: [(&str, &str, Make); 25] = [
    ("simultaneous", "connections that publish at the same time", simultaneous),
    ("tiny", "connections, one after another, that connect and close", tiny),
    ("stream", "bytes of one connection that publishes", stream),
    ("scan", "connections of which only the SYN is there", scan),
    ("handshakes", "handshakes that stop at their first byte", handshakes),
    ("undecided", "connections on another port that may be RTMP", undecided),
    ("holes", "connections with 60 KB behind a missing byte", holes),
    ("crumbs", "connections with 1000 single bytes, each behind a missing one", crumbs),
    ("unfinished", "connections with a message of which 60 KB came", unfinished),
    ("many_unfinished", "connections with 60 messages of which 1 KB came", many_unfinished),
    ("chunk_streams", "connections with 4000 chunk streams each way", chunk_streams),
    ("calls", "connections with 60 open calls of long names", calls),
    ("commands", "connections with 900 short commands", commands),
    ("controls", "connections with 1000 control messages", controls),
    ("streams", "connections with 250 streams of one message per track", streams),
    ("tracks", "connections with 250 streams of 30 numbered tracks of both kinds", tracks),
    ("units", "connections with 250 streams of 32 tracks of every type of NAL unit", units),
    ("clocks", "connections with 20 streams whose clocks jump about", clocks),
    ("metadata", "connections with 30 streams of 1000 metadata fields", metadata),
    ("nested", "connections with nested values of 10,000 items", nested),
    ("configs", "connections with codec configurations of 50 KB", configs),
    ("names", "connections that publish under a long name of their own", names),
    ("refusals", "connections with 100 long refusals", refusals),
    ("reopened", "connections between the same two ports at one time", reopened),
    ("fragments", "IP fragments that lack their rest", fragments),
];

const RTMP: u16 = 1935;

fn each(n: u64, mut act: impl FnMut(u32) -> io::Result<()>) -> io::Result<()> {
    (0..u32::try_from(n).unwrap_or(u32::MAX)).try_for_each(&mut act)
}

/// Bytes that look like nothing in particular.
pub(crate) fn noise(len: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()
    };
    let mut bytes = Vec::with_capacity(len + 4);
    while bytes.len() < len {
        bytes.extend(next());
    }
    bytes.truncate(len);
    bytes
}

fn simultaneous(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let mut all: Vec<Conn> = (0..u32::try_from(n).unwrap_or(u32::MAX)).map(|n| Conn::new(n, RTMP)).collect();
    for conn in &mut all {
        wire.connect(conn)?;
    }
    for (n, conn) in all.iter_mut().enumerate() {
        wire.publish(conn, &format!("camera{n}"))?;
    }
    let (audio, video) = ([&[0xAF, 1][..], &noise(180, 1)].concat(), noise(700, 2));
    for frame in 0..100_u32 {
        for conn in &mut all {
            let head = if frame % 50 == 0 { 0x17 } else { 0x27 };
            let video = [&[head, 1, 0, 0, 0][..], &video].concat();
            let both = [chunk(6, 40 * frame, 9, 1, &video), chunk(4, 40 * frame, 8, 1, &audio)];
            wire.send(conn, From::Client, &both.concat())?;
        }
    }
    all.iter_mut().try_for_each(|conn| wire.close(conn))
}

fn tiny(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.close(&mut conn)
    })
}

fn stream(wire: &mut Wire<'_>, bytes: u64) -> io::Result<()> {
    let mut conn = Conn::new(0, RTMP);
    wire.connect(&mut conn)?;
    wire.publish(&mut conn, "camera")?;
    let bodies = [noise(60_000, 1), noise(9000, 2), noise(400, 3)];
    let [key, other, audio] = &bodies;
    let mut frame = 0_u32;
    while wire.bytes < bytes {
        let (head, body) = if frame.is_multiple_of(60) { (0x17, key) } else { (0x27, other) };
        let dts = frame.wrapping_mul(33);
        let video = [&[head, 1, 0, 0, 0][..], body].concat();
        let both = [chunk(6, dts, 9, 1, &video), chunk(4, dts, 8, 1, &[&[0xAF, 1][..], audio].concat())];
        for part in both.concat().chunks(1448) {
            wire.packet(&mut conn, From::Client, ACK, part)?;
        }
        wire.packet(&mut conn, From::Server, ACK, &[])?;
        wire.now_us += 33_000;
        frame = frame.wrapping_add(1);
    }
    wire.close(&mut conn)
}

fn scan(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n / 2, if n % 2 == 0 { RTMP } else { 8080 });
        wire.packet(&mut conn, From::Client, SYN, &[])
    })
}

fn handshakes(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.open(&mut conn)?;
        wire.send(&mut conn, From::Client, &[3])?;
        wire.send(&mut conn, From::Server, &[3])
    })
}

fn undecided(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let hello = [&[3][..], &noise(1999, 1)].concat();
    each(n, |n| {
        let mut conn = Conn::new(n, 5000);
        wire.open(&mut conn)?;
        (0..3).try_for_each(|_| wire.send(&mut conn, From::Client, &hello))
    })
}

fn holes(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let bytes = noise(60_000, 1);
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        conn.skip(From::Client, 1);
        wire.send(&mut conn, From::Client, &bytes)
    })
}

fn crumbs(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (0..1000).try_for_each(|_| {
            conn.skip(From::Client, 1);
            wire.send(&mut conn, From::Client, &[0])
        })
    })
}

fn unfinished(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let body = noise(60_000, 1);
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &[begin(3, 0, 100_000, 20, 0), body.clone()].concat())
    })
}

fn many_unfinished(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let body = noise(1024, 1);
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        let size = chunk(2, 0, 1, 0, &1024_u32.to_be_bytes());
        let messages = (10..70).flat_map(|csid| [begin(csid, 0, 2000, 20, 0), body.clone()].concat());
        wire.send(&mut conn, From::Client, &size.into_iter().chain(messages).collect::<Vec<u8>>())
    })
}

fn chunk_streams(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let all: Vec<u8> = (10..4010).flat_map(|csid| chunk(csid, 0, 20, 0, &[])).collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)?;
        wire.send(&mut conn, From::Server, &all)
    })
}

fn calls(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let name = "n".repeat(4000);
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (2..62).try_for_each(|call| {
            let call = command(&name, f64::from(call), &[]);
            wire.send(&mut conn, From::Client, &chunk(3, 0, 20, 0, &call))
        })
    })
}

fn commands(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let all: Vec<u8> = (0..900).flat_map(|_| chunk(3, 0, 20, 0, &command("a", 0.0, &[]))).collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

fn controls(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let all: Vec<u8> = (1..1001_u32)
        .flat_map(|n| match n % 4 {
            0 => chunk(2, 0, 1, 0, &(65_536 + n).to_be_bytes()),
            1 => chunk(2, 0, 3, 0, &(n * 7919).to_be_bytes()),
            2 => chunk(2, 0, 4, 0, &[&[0, 6][..], &n.to_be_bytes()].concat()),
            _ => chunk(2, 0, 5, 0, &n.to_be_bytes()),
        })
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)?;
        wire.send(&mut conn, From::Server, &all)
    })
}

fn streams(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let all: Vec<u8> = (1..251)
        .flat_map(|id| {
            [chunk(6, 0, 9, id, &[0x17, 1, 0, 0, 0, 0]), chunk(4, 0, 8, id, &[0xAF, 1, 0])].concat()
        })
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

fn tracks(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let of = |head: &[u8], four_cc: &[u8]| {
        let tracks = (1..31).flat_map(|id| [id, 0, 0, 1, 0]);
        [head, four_cc].concat().into_iter().chain(tracks).collect::<Vec<u8>>()
    };
    let (video, audio) = (of(&[0x96, 0x13], b"av01"), of(&[0x95, 0x11], b"Opus"));
    let all: Vec<u8> = (1..251)
        .flat_map(|id| [chunked(6, 9, id, &video, 128), chunked(4, 8, id, &audio, 128)].concat())
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

fn units(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let unit = |header: [u8; 2]| [&[0, 0, 0, 2], &header[..]].concat();
    let of_h264: Vec<_> = (0..32).map(|kind| unit([kind, 0x80])).collect();
    let of_hevc: Vec<_> = (0..64).map(|kind| unit([kind << 1, 1])).collect();
    let of_vvc: Vec<_> = (0..32).map(|kind| unit([0, kind << 3])).collect();
    // So many types are counted of a frame.
    let frames: Vec<_> = [(b"avc1", of_h264), (b"hvc1", of_hevc), (b"vvc1", of_vvc)]
        .iter()
        .flat_map(|(codec, units)| units.chunks(10).map(|units| (**codec, units.concat())))
        .collect();
    let track = |id: u8| {
        let message =
            |(codec, units): &([u8; 4], Vec<u8>)| [&[0x96, 0x03], &codec[..], &[id], &units[..]].concat();
        frames.iter().map(message).collect::<Vec<_>>()
    };
    let tracks: Vec<_> = (0..32).flat_map(track).collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (1..251).try_for_each(|id| {
            let all: Vec<u8> = tracks.iter().flat_map(|body| chunk(6, 0, 9, id, body)).collect();
            wire.send(&mut conn, From::Client, &all)
        })?;
        wire.close(&mut conn)
    })
}

fn clocks(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let all: Vec<u8> = (0..20_000_u32)
        .flat_map(|n| {
            let (id, turn) = (1 + n % 20, n / 20);
            let by = step(turn);
            [
                chunk(6, 1_000_000, 9, id, &[0x17, 1, 0, 0, 0, 0]),
                chunk(4, 1_000_000_u32.wrapping_add_signed(by), 8, id, &[0xAF, 1, 0]),
            ]
            .concat()
        })
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

/// Steps of ever other sizes, both ways.
#[expect(clippy::cast_possible_truncation, reason = "at most 9100")]
fn step(turn: u32) -> i32 {
    let size = 1.02_f64.powf(f64::from(turn / 2 % 460)) as i32;
    if turn.is_multiple_of(2) { size } else { -size }
}

fn metadata(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let keys: Vec<String> = (0..1000).map(|n| format!("{n:x}")).collect();
    let fields: Vec<(&str, Vec<u8>)> = keys.iter().map(|key| (key.as_str(), vec![1, 1])).collect();
    let body = [string("onMetaData"), object(&fields)].concat();
    let all: Vec<u8> = (1..31)
        .flat_map(|id| [chunk(6, 0, 9, id, &[0x17, 1, 0, 0, 0, 0]), chunk(4, 0, 18, id, &body)].concat())
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

fn nested(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let items = [vec![10, 0xFF, 0xFF, 0xFF, 0xFF], [6].repeat(9900)].concat();
    let deep = (0..20).fold(items, |inside, _| [&[10, 0, 0, 0, 1][..], &inside].concat());
    let body = [string("onMetaData"), object(&[("a", deep)])].concat();
    let all: Vec<u8> = (1..11)
        .flat_map(|id| [chunk(6, 0, 9, id, &[0x17, 1, 0, 0, 0, 0]), chunk(4, 0, 18, id, &body)].concat())
        .collect();
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        wire.send(&mut conn, From::Client, &all)
    })
}

fn configs(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (1..4).try_for_each(|id| {
            let record = [&[0x17, 0, 0, 0, 0][..], &noise(50_000, n + id)].concat();
            wire.send(&mut conn, From::Client, &chunk(6, 0, 9, id, &record))
        })
    })
}

fn names(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (1..20_u32).try_for_each(|id| {
            let name = format!("{:08x}", (n * 100 + id).wrapping_mul(0x9E37_79B9)).repeat(60);
            let publish = command("publish", f64::from(id), &[vec![5], string(&name), string("live")]);
            wire.send(&mut conn, From::Client, &chunk(3, 0, 20, id, &publish))
        })?;
        wire.close(&mut conn)
    })
}

fn refusals(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let text = "no ".repeat(300);
    each(n, |n| {
        let mut conn = Conn::new(n, RTMP);
        wire.connect(&mut conn)?;
        (1..101_u32).try_for_each(|id| {
            let play = command("play", f64::from(id), &[vec![5], string(&format!("s{id}"))]);
            wire.send(&mut conn, From::Client, &chunk(3, 0, 20, id, &play))?;
            let status =
                [("level", string("error")), ("code", string(&text)), ("description", string(&text))];
            let status = command("onStatus", 0.0, &[vec![5], object(&status)]);
            wire.send(&mut conn, From::Server, &chunked(5, 20, id, &status, 128))
        })
    })
}

fn reopened(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    wire.step_us = 0;
    each(n, |n| {
        let mut conn = Conn::new(n % 7, 8080);
        conn.skip(From::Client, n.wrapping_mul(100_000));
        wire.packet(&mut conn, From::Client, SYN, &[])?;
        wire.packet(&mut conn, From::Server, RST | ACK, &[])
    })
}

fn fragments(wire: &mut Wire<'_>, n: u64) -> io::Result<()> {
    let (start, far) = (noise(8, 1), noise(800, 2));
    each(n, |n| {
        let [_, a, b, c] = (n / 4).to_be_bytes();
        // The last 800 of 65,000 bytes; the next ones lie further in front.
        let offset = u16::try_from(8000 - 200 * (n % 4)).unwrap_or(0);
        wire.ip([10, a, b, c], [192, 0, 2, 1], 0x2000 | offset, &[&start, &far])
    })
}
