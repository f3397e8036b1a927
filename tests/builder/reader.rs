//! A second, minimal reading of chunks, written from the specification alone, to hold against the writer.

use std::collections::BTreeMap;

/// A message as read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) csid: u32,
    pub(crate) kind: u8,
    pub(crate) timestamp: u32,
    pub(crate) msid: u32,
    pub(crate) body: Vec<u8>,
    pub(crate) end: u64,
}

#[derive(Default, Clone)]
struct Stream {
    timestamp: u32,
    field: u32,
    len: usize,
    kind: u8,
    msid: u32,
    body: Vec<u8>,
}

/// All messages in `bytes`, which begin after the handshake at stream offset `at`. Type 3 repeats extended times.
pub(crate) fn read(bytes: &[u8], at: u64) -> Vec<Read> {
    let mut rest = bytes;
    let mut size = 128;
    let mut streams: BTreeMap<u32, Stream> = BTreeMap::new();
    let mut out = Vec::new();
    while !rest.is_empty() {
        let first = take(&mut rest, 1)[0];
        let csid = match first & 0x3F {
            0 => u32::from(take(&mut rest, 1)[0]) + 64,
            1 => {
                let two = take(&mut rest, 2);
                u32::from(two[0]) + u32::from(two[1]) * 256 + 64
            }
            n => u32::from(n),
        };
        let fmt = first >> 6;
        let stream = streams.entry(csid).or_default();
        let starts = stream.body.is_empty();
        if fmt < 3 {
            assert!(starts, "header of type {fmt} inside a message of chunk stream {csid}");
            stream.field = number(take(&mut rest, 3));
        }
        if fmt < 2 {
            stream.len = number(take(&mut rest, 3)) as usize;
            stream.kind = take(&mut rest, 1)[0];
        }
        if fmt == 0 {
            stream.msid = u32::from_le_bytes(take(&mut rest, 4).try_into().unwrap());
        }
        if stream.field >= 0xFF_FFFF {
            stream.field = number(take(&mut rest, 4));
        }
        if starts {
            stream.timestamp =
                if fmt == 0 { stream.field } else { stream.timestamp.wrapping_add(stream.field) };
        }
        let n = size.min(stream.len - stream.body.len());
        stream.body.extend(take(&mut rest, n));
        if stream.body.len() == stream.len {
            let body = std::mem::take(&mut stream.body);
            if stream.kind == 1 {
                size = number(&body) as usize;
            }
            let end = at + (bytes.len() - rest.len()) as u64;
            let Stream { timestamp, kind, msid, .. } = *stream;
            out.push(Read { csid, kind, timestamp, msid, body, end });
        }
    }
    out
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> &'a [u8] {
    let (head, tail) = rest.split_at(n);
    *rest = tail;
    head
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b))
}
