//! Control messages (types 1 to 6) to events; a ping's answer finds its request.
//!
//! What the chunk decoder acts on, it tells itself: a Set Chunk Size that is valid, an Abort.

use crate::base::read::Reader;
use crate::rtmp::message::kind::MessageType;
use crate::rtmp::message::user_control::{TooShort, UserControl};

use super::Out;
use super::event::Kind;
use super::talk::{Message, Talk};

impl Talk {
    pub(super) fn user_control(&mut self, m: Message<'_>, out: &mut Out<'_>) {
        match UserControl::parse(m.body) {
            Ok(UserControl::PingRequest { value }) => {
                self.ping = Some((m.dir, value, m.at));
                m.emit(Kind::UserControl(UserControl::PingRequest { value }), out);
            }
            Ok(UserControl::PingResponse { value }) => {
                let asked = self.ping.take_if(|(dir, asked, _)| *dir != m.dir && *asked == value);
                let rtt_ns = asked.map(|(_, _, at)| m.at.ts.since(at.ts));
                m.emit(Kind::Pong { value, rtt_ns }, out);
            }
            Ok(event) => m.emit(Kind::UserControl(event), out),
            Err(short) => m.emit(Kind::ControlTooShort(short), out),
        }
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
        MessageType::SET_CHUNK_SIZE if (1..=0x7FFF_FFFF).contains(&value) => return None,
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
