//! Both directions of a connection: the messages that the input lists, through the whole analysis.
//!
//! ```text
//! messages   what u8    bit 0: from the server; bits 1, 2: the chunk format; bit 3: not in the capture;
//!                       bit 4: a second passes; bits 5 to 7: chunk stream 2 to 9
//!            type u8, message stream id u8, timestamp u16, len u16, body
//! ```

use super::input::Input;
use super::output::check;
use super::pcap::Pcap;
use crate::base::pos::Dir;

/// Messages that are written.
const MAX_MESSAGES: usize = 300;
const SET_CHUNK_SIZE: u8 = 1;

/// Writes the messages as a capture, and analyses it.
pub(super) fn run(bytes: &[u8]) {
    check(&capture(bytes));
}

/// The messages as a capture.
pub(super) fn capture(bytes: &[u8]) -> Vec<u8> {
    let mut input = Input::new(bytes);
    let mut pcap = Pcap::new();
    let mut chunk_size = [128, 128];
    let hello = [[3].as_slice(), &[0; 1536]].concat();
    for (dir, bytes) in [
        (Dir::ClientToServer, hello.as_slice()),
        (Dir::ServerToClient, &hello),
        (Dir::ServerToClient, &[0; 1536]),
        (Dir::ClientToServer, &[0; 1536]),
    ] {
        pcap.send(dir, bytes, true);
    }
    for _ in 0..MAX_MESSAGES {
        if input.is_empty() {
            break;
        }
        let what = input.u8();
        let (dir, of_dir) = match what & 1 {
            0 => (Dir::ClientToServer, 0),
            _ => (Dir::ServerToClient, 1),
        };
        let (kind, stream, time, len) = (input.u8(), input.u8(), input.u16(), input.u16());
        let body = input.take(usize::from(len));
        if what & 16 != 0 {
            pcap.wait(1_000_000);
        }
        let Some(size) = chunk_size.get_mut(of_dir) else { return Vec::new() };
        pcap.send(dir, &chunks(what, kind, stream, time, body, *size), what & 8 == 0);
        if let (SET_CHUNK_SIZE, Some(value)) = (kind, body.first_chunk::<4>()) {
            let value = usize::try_from(u32::from_be_bytes(*value)).unwrap_or(usize::MAX);
            *size = if (1..=0x7FFF_FFFF).contains(&value) { value } else { *size };
        }
    }
    pcap.finish()
}

/// The chunks of one message.
fn chunks(what: u8, kind: u8, stream: u8, time: u16, body: &[u8], size: usize) -> Vec<u8> {
    let (fmt, csid) = (what >> 1 & 3, 2 + (what >> 5));
    let [time_high, time_low] = time.to_be_bytes();
    let [.., len_high, len_middle, len_low] = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    let header = [0, time_high, time_low, len_high, len_middle, len_low, kind, stream, 0, 0, 0];
    let header_len = match fmt {
        0 => 11,
        1 => 7,
        2 => 3,
        _ => 0,
    };
    let mut out = vec![fmt << 6 | csid];
    out.extend_from_slice(header.get(..header_len).unwrap_or(&[]));
    for (n, part) in body.chunks(size).enumerate() {
        if n > 0 {
            out.push(3 << 6 | csid);
        }
        out.extend_from_slice(part);
    }
    out
}
