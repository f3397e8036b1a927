//! Messages to chunks (RTMP 1.0 section 5.3.1): one writer per direction, one chunk at a time.
//!
//! An `Open` message is cut as it goes, so chunks of other messages, a new chunk size or an Abort can stand between
//! two of its chunks. The writer keeps what the last header of each chunk stream said and chooses the shortest
//! correct form, unless the message asks for one. It writes nonsense if a test asks for nonsense.

use std::collections::BTreeMap;

use super::message::Message;

/// What a type 3 header carries when the 24-bit field before it was 0xFFFFFF.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ExtendedOnType3 {
    /// The same extended field again, as the specification says.
    Field,
    /// The message's absolute timestamp, also after a delta header.
    Absolute,
    /// Nothing.
    Absent,
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub struct Open {
    pub message: Message,
    /// Stream offset of the first header byte, noted by `Talk`.
    pub start: Option<u64>,
    /// Bytes of the body already written.
    pub done: usize,
    started: bool,
}

impl Open {
    pub fn new(message: Message) -> Self {
        Self { message, start: None, done: 0, started: false }
    }

    /// Whether the last chunk is out.
    pub fn finished(&self) -> bool {
        self.started && self.done == self.message.body.len()
    }
}

/// The sending end of one direction.
#[derive(Clone, Debug)]
pub struct ChunkWriter {
    /// The size in use; a Set Chunk Size message that goes through does not change it by itself, `Talk` does.
    pub chunk_size: usize,
    pub extended: ExtendedOnType3,
    /// Off: every message begins with a type 0 header, unless it asks otherwise.
    pub compress: bool,
    last: BTreeMap<u32, Last>,
}

/// What the latest header on a chunk stream said.
#[derive(Copy, Clone, Debug, Default)]
struct Last {
    timestamp: u32,
    /// The value of the timestamp field, extended or not: absolute after type 0, else a delta.
    field: u32,
    is_delta: bool,
    len: u32,
    kind: u8,
    msid: u32,
}

impl Default for ChunkWriter {
    fn default() -> Self {
        Self { chunk_size: 128, extended: ExtendedOnType3::Field, compress: true, last: BTreeMap::new() }
    }
}

impl ChunkWriter {
    /// A writer with this habit.
    pub fn extended(extended: ExtendedOnType3) -> Self {
        Self { extended, ..Self::default() }
    }

    /// All chunks of `message`, back to back.
    pub fn whole(&mut self, message: &Message) -> Vec<u8> {
        let mut open = Open::new(message.clone());
        self.rest(&mut open)
    }

    /// What is left of `open`.
    pub fn rest(&mut self, open: &mut Open) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(chunk) = self.chunk(open) {
            out.extend(chunk);
        }
        out
    }

    /// The next chunk of `open`, or `None` at its end.
    pub fn chunk(&mut self, open: &mut Open) -> Option<Vec<u8>> {
        if open.finished() {
            return None;
        }
        let mut out = if open.started { self.continuation(&open.message) } else { self.first(&open.message) };
        open.started = true;
        let end = open.message.body.len().min(open.done + self.chunk_size);
        out.extend(&open.message.body[open.done..end]);
        open.done = end;
        Some(out)
    }

    /// The shortest header that says all of `m`. After a type 0 header the delta is unclear, so it is said again.
    fn best_fmt(&self, m: &Message, len: u32) -> u8 {
        let Some(last) = self.last.get(&m.csid).filter(|_| self.compress) else { return 0 };
        let delta = m.timestamp.wrapping_sub(last.timestamp);
        if m.msid != last.msid || delta > 0x7FFF_FFFF {
            0
        } else if m.kind != last.kind || len != last.len {
            1
        } else if !last.is_delta || delta != last.field {
            2
        } else {
            3
        }
    }

    fn first(&mut self, m: &Message) -> Vec<u8> {
        let len = m.claimed_len.unwrap_or(m.body.len() as u32);
        let fmt = m.fmt.unwrap_or_else(|| self.best_fmt(m, len));
        let last = self.last.get(&m.csid).copied().unwrap_or_default();
        let field = match fmt {
            0 => m.timestamp,
            1 | 2 => m.timestamp.wrapping_sub(last.timestamp),
            _ => last.field,
        };
        let mut out = basic_header(fmt, m.csid, m.csid_bytes);
        if fmt < 3 {
            out.extend(&field.min(0xFF_FFFF).to_be_bytes()[1..]);
        }
        if fmt < 2 {
            out.extend(&len.to_be_bytes()[1..]);
            out.push(m.kind);
        }
        if fmt == 0 {
            out.extend(m.msid.to_le_bytes());
        }
        if fmt < 3 && field >= 0xFF_FFFF {
            out.extend(field.to_be_bytes());
        }
        let is_delta = if fmt == 3 { last.is_delta } else { fmt != 0 };
        let now = Last { timestamp: m.timestamp, field, is_delta, len, kind: m.kind, msid: m.msid };
        self.last.insert(m.csid, now);
        if fmt == 3 {
            self.repeat_extended(now, &mut out);
        }
        out
    }

    fn continuation(&self, m: &Message) -> Vec<u8> {
        let mut out = basic_header(3, m.csid, m.csid_bytes);
        if let Some(last) = self.last.get(&m.csid) {
            self.repeat_extended(*last, &mut out);
        }
        out
    }

    fn repeat_extended(&self, last: Last, out: &mut Vec<u8>) {
        if last.field < 0xFF_FFFF {
            return;
        }
        match self.extended {
            ExtendedOnType3::Field => out.extend(last.field.to_be_bytes()),
            ExtendedOnType3::Absolute => out.extend(last.timestamp.to_be_bytes()),
            ExtendedOnType3::Absent => {}
        }
    }
}

/// The basic header in `form` bytes, or in as few as `csid` needs.
pub fn basic_header(fmt: u8, csid: u32, form: Option<u8>) -> Vec<u8> {
    let top = fmt << 6;
    let form = form.unwrap_or(match csid {
        0..=63 => 1,
        64..=319 => 2,
        _ => 3,
    });
    match form {
        1 => vec![top | csid as u8],
        2 => vec![top, (csid - 64) as u8],
        _ => vec![top | 1, (csid - 64) as u8, ((csid - 64) >> 8) as u8],
    }
}
