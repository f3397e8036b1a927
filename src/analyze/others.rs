//! The TCP connections that are no RTMP: counted, by server and by what they are.
//!
//! Takes each at its end. Only so many kinds are told apart, so that a scan of all ports does not fill the memory.

use std::collections::BTreeMap;

use crate::base::endpoint::Endpoint;
use crate::base::pos::Dir;
use crate::report::model::{OtherConnections, OtherKind, OtherServer};
use crate::tcp::connection::Connection;
use crate::tunnel::detect::Other;

/// Servers and kinds told apart.
const MAX_KINDS: usize = 256;
/// Of these listed, those with the most connections.
const LISTED: usize = 20;

/// The connections that are no RTMP.
#[derive(Debug, Default)]
pub(super) struct Others {
    total: OtherConnections,
    kinds: BTreeMap<(Endpoint, OtherKind), u64>,
}

impl Others {
    /// One more.
    pub(super) fn add(&mut self, tcp: &Connection, other: Other) {
        let total = &mut self.total;
        total.count += 1;
        for dir in Dir::BOTH {
            total.packets += tcp.stats(dir).frames;
            total.wire_bytes += tcp.stats(dir).wire_bytes;
        }
        let kind = kind(tcp, other);
        total.refused += u64::from(kind == OtherKind::Refused);
        total.unanswered += u64::from(kind == OtherKind::Unanswered);
        let key = (tcp.server(), kind);
        if self.kinds.len() < MAX_KINDS || self.kinds.contains_key(&key) {
            *self.kinds.entry(key).or_default() += 1;
        }
    }

    /// The entry of the report.
    pub(super) fn finish(self) -> OtherConnections {
        let mut servers: Vec<OtherServer> = self
            .kinds
            .into_iter()
            .map(|((server, kind), count)| OtherServer { server: server.to_string(), kind, count })
            .collect();
        // A stable sort: those of the same count stay in the order of their addresses.
        servers.sort_by_key(|server| std::cmp::Reverse(server.count));
        servers.truncate(LISTED);
        OtherConnections { servers, ..self.total }
    }
}

fn kind(tcp: &Connection, other: Other) -> OtherKind {
    let heard = |dir| tcp.stats(dir).segments > 0;
    let reset = tcp.first_close().is_some_and(|close| close.reset && close.by == Dir::ServerToClient);
    match other {
        _ if tcp.opening().syn_ack.is_none() && reset && other == Other::Silent => OtherKind::Refused,
        Other::Silent if tcp.opening().syn.is_some() && !heard(Dir::ServerToClient) => OtherKind::Unanswered,
        Other::Silent => OtherKind::Silent,
        Other::Http => OtherKind::Http,
        Other::Tls => OtherKind::Tls,
        Other::Ssh => OtherKind::Ssh,
        Other::Unknown => OtherKind::Unknown,
    }
}
