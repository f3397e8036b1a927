//! Control messages (types 2 to 6) to events; a ping's answer finds its request.

use crate::rtmp::message::kind::MessageType;
use crate::rtmp::message::user_control::UserControl;

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
            Err(_) => m.emit(Kind::Other, out),
        }
    }
}

/// Control messages of types 2, 3, 5 and 6.
pub(super) fn control(m: &Message<'_>, peer_sent: u64) -> Option<Kind<'static>> {
    let (value, rest) = m.body.split_first_chunk::<4>()?;
    let value = u32::from_be_bytes(*value);
    Some(match m.header.kind {
        MessageType::ABORT => Kind::Abort { csid: value },
        MessageType::ACKNOWLEDGEMENT => Kind::Acknowledgement { value, sent: peer_sent },
        MessageType::WINDOW_ACK_SIZE => Kind::WindowAckSize { size: value },
        MessageType::SET_PEER_BANDWIDTH => Kind::SetPeerBandwidth { size: value, limit: *rest.first()? },
        _ => return None,
    })
}

pub(super) fn is_chunk_size(body: &[u8]) -> bool {
    body.first_chunk::<4>().is_some_and(|b| (1..=0x7FFF_FFFF).contains(&u32::from_be_bytes(*b)))
}
