//! Control messages (types 1 to 6) to events; a ping's answer finds its request.
//!
//! What the chunk decoder acts on, it tells itself: a Set Chunk Size that is valid, an Abort.

use crate::base::pos::{Dir, PacketRef};
use crate::base::read::Reader;
use crate::rtmp::chunk::size::ChunkSize;
use crate::rtmp::message::kind::MessageType;
use crate::rtmp::message::user_control::{TooShort, UserControl};

use super::Out;
use super::event::Kind;
use super::talk::{Message, Talk};

impl Talk {
    pub(super) fn user_control(&mut self, m: Message<'_>, out: &mut Out<'_>) {
        match UserControl::parse(m.body) {
            Ok(UserControl::PingRequest { value }) => {
                self.pings.asked(Ping { dir: m.dir, value, at: m.at });
                m.emit(Kind::UserControl(UserControl::PingRequest { value }), out);
            }
            Ok(UserControl::PingResponse { value }) => {
                let rtt_ns = self.pings.answered(m.dir, value).map(|asked| m.at.ts.since(asked.ts));
                m.emit(Kind::Pong { value, rtt_ns }, out);
            }
            Ok(event) => m.emit(Kind::UserControl(event), out),
            Err(short) => m.emit(Kind::ControlTooShort(short), out),
        }
    }
}

/// A ping request.
#[derive(Copy, Clone, Debug)]
struct Ping {
    dir: Dir,
    value: u32,
    at: PacketRef,
}

/// The ping requests without an answer, oldest first: several are on their way where answers take longer than the time
/// between two of them.
#[derive(Debug, Default)]
pub(super) struct Pings(Vec<Ping>);

/// Requests remembered; the oldest is forgotten first.
const OPEN_PINGS: usize = 16;

impl Pings {
    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        self.0.capacity() * size_of::<Ping>()
    }

    fn asked(&mut self, ping: Ping) {
        if self.0.len() == OPEN_PINGS {
            self.0.remove(0);
        }
        self.0.push(ping);
    }

    /// When the other side asked what `dir` answers: the newest request with this value, taken out.
    fn answered(&mut self, dir: Dir, value: u32) -> Option<PacketRef> {
        let index = self.0.iter().rposition(|ping| ping.dir != dir && ping.value == value)?;
        Some(self.0.remove(index).at)
    }
}

/// A control message of another type; `None` when the chunk decoder tells of it.
pub(super) fn control(m: &Message<'_>, peer_sent: u64) -> Option<Kind<'static>> {
    let (name, what) = match m.header.kind {
        MessageType::SET_CHUNK_SIZE => ("ctl.set_chunk_size", "chunk size"),
        MessageType::ABORT => ("ctl.abort", "chunk stream id"),
        MessageType::ACKNOWLEDGEMENT => ("ctl.ack", "sequence number"),
        MessageType::WINDOW_ACK_SIZE => ("ctl.window_ack_size", "window size"),
        MessageType::SET_PEER_BANDWIDTH => ("ctl.set_peer_bandwidth", "window size"),
        _ => return Some(Kind::Other),
    };
    let short = |missing| Kind::ControlTooShort(TooShort { name, missing, bytes: m.body.len() });
    let mut body = Reader::new(m.body);
    let value = match body.u32(what) {
        Ok(value) => value,
        Err(missing) => return Some(short(missing)),
    };
    Some(match m.header.kind {
        MessageType::SET_CHUNK_SIZE if ChunkSize::announced(value).is_some() => return None,
        MessageType::SET_CHUNK_SIZE => Kind::ChunkSizeInvalid { size: value },
        MessageType::ACKNOWLEDGEMENT => Kind::Acknowledgement { value, sent: peer_sent },
        MessageType::WINDOW_ACK_SIZE => Kind::WindowAckSize { size: value },
        MessageType::SET_PEER_BANDWIDTH => match body.u8("limit type") {
            Ok(limit) => Kind::SetPeerBandwidth { size: value, limit },
            Err(missing) => short(missing),
        },
        _ => return None,
    })
}
