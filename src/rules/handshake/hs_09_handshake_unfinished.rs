//! HS-09 handshake-unfinished
//!
//! ## What it does
//! Reports a handshake that was not completed. Each side has to send 3073 bytes; the connection closed, or nothing came
//! for a while, before both did. One that was completed but took long, measured from the SYN/ACK to the end of C2, is
//! an info.
//!
//! ## Why it matters
//! Without the handshake there is no session. Which part is missing tells who gave up: a server that did not like
//! what it got, a client that was not answered, or something in between that lets only small packets through.
//!
//! ## Spec
//! RTMP 1.0, 5.2.1
//!
//! ## Tolerance
//! Connections on which neither side sent a byte are left to NET-03, clients that begin with no version of RTMP to
//! HS-01. A handshake is slow only beyond a second and four round trips.
//!
//! ## How to fix
//! Look at the side that owes the next part: it has received all it needs to go on. A server that closes right after
//! C1 does not like the version, the digest, or the address of the client.

use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::rtmp::handshake::HANDSHAKE_BYTES;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::rule::{Check, End, Guard, Rule, Threshold};
use crate::rules::topic::Topic;
use crate::session::event::{Closing, Event, Kind};

use super::shared::{HELLO_BYTES, other_protocol};

pub(super) static RULE: Rule = Rule {
    code: "HS-09",
    name: "handshake-unfinished",
    severity: Severity::Error,
    spec: "RTMP 5.2.1",
    subject: "handshakes",
    help: "look at the side that owes the next part: it had received all it needs to go on",
    guards: &[Guard::Clear, Guard::NoGapEither, Guard::Tail],
    thresholds: &[
        Threshold { name: "timeout_s", default: 10.0, about: "silence after which a handshake has failed" },
        Threshold { name: "slow_s", default: 1.0, about: "duration from which a complete handshake is slow" },
        Threshold {
            name: "slow_round_trips",
            default: 4.0,
            about: "the same in round trips; both must be exceeded",
        },
    ],
    hears: &[Topic::Transport, Topic::Handshake],
    source: include_str!("hs_09_handshake_unfinished.rs"),
    new: || Box::new(HandshakeUnfinished::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct HandshakeUnfinished {
    accepted: Option<PacketRef>,
    rtt_ns: Option<i64>,
    /// End of C2.
    echoed: Option<PacketRef>,
    failed: Option<Failed>,
}

/// A handshake that was not completed.
struct Failed {
    /// The connection's last packet.
    at: PacketRef,
    bytes: PerDir<u64>,
    client_head: [u8; 5],
}

impl Check for HandshakeUnfinished {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match event.kind {
            Kind::TcpSynAck => _ = self.accepted.get_or_insert(event.at),
            Kind::TcpEstablished { rtt_ns } => _ = self.rtt_ns.get_or_insert(rtt_ns),
            Kind::Echo(_) if event.dir == Dir::ClientToServer => self.echoed = Some(event.at),
            Kind::HandshakeDone { .. } => self.done(event, cx),
            Kind::HandshakeFailed { client_bytes, server_bytes, heads } => {
                let bytes = PerDir { c2s: client_bytes, s2c: server_bytes };
                self.failed = Some(Failed { at: event.at, bytes, client_head: heads.c2s });
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &End<'_>, cx: &mut Cx<'_>) {
        let Some(failed) = &self.failed else { return };
        let other = other_protocol(failed.client_head);
        let [version, ..] = failed.client_head;
        let is_version = matches!(version, 3 | 6 | 8 | 9) || failed.bytes.c2s == 0;
        if !is_version && other.is_none() {
            return;
        }
        if Dir::BOTH.iter().any(|dir| end.tcp.stats(*dir).segments == 0) {
            return cx.doubt(Doubt::OneSided);
        }
        if !end.is_late(failed.at.ts, cx.threshold_ns("timeout_s")) {
            return cx.doubt(Doubt::CaptureEnds);
        }
        let (dir, owed) = failed.owed();
        cx.find(Found::in_place(Place::packet(dir, failed.at)).case("unfinished"), |_| {
            let how = match end.closing {
                Closing::Open => "nothing more came",
                Closing::ClientFin | Closing::ClientRst => "the client closed the connection",
                Closing::ServerFin | Closing::ServerRst => "the server closed the connection",
            };
            let looks =
                other.map_or(String::new(), |other| format!("; what the client sent looks like {other}"));
            Said::new(format!("{how} before {owed} had come"))
                .expected(format!("{HANDSHAKE_BYTES} bytes of handshake from each side"))
                .actual(format!(
                    "{} from the client, {} from the server{looks}",
                    failed.bytes.c2s, failed.bytes.s2c
                ))
        });
    }
}

impl HandshakeUnfinished {
    fn done(&self, event: &Event<'_>, cx: &mut Cx<'_>) {
        cx.judged();
        let (Some(accepted), Some(echoed), Some(rtt_ns)) = (self.accepted, self.echoed, self.rtt_ns) else {
            return;
        };
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a float saturates")]
        let round_trips_ns = (rtt_ns as f64 * cx.threshold("slow_round_trips")) as i64;
        let most_ns = round_trips_ns.max(cx.threshold_ns("slow_s"));
        let took_ns = echoed.ts.since(accepted.ts);
        if took_ns > most_ns {
            let place = Place::packet(event.dir, event.at);
            cx.find(Found::in_place(place).case("slow").info(), |_| {
                let ms = |ns: i64| ns / 1_000_000;
                Said::new("the handshake took long")
                    .expected(format!("at most {} ms from the SYN/ACK to the end of C2", ms(most_ns)))
                    .actual(format!("{} ms, with a round trip of {} ms", ms(took_ns), ms(rtt_ns)))
                    .help("see which side kept the other waiting, or which segments had to be sent again")
            });
        }
    }
}

impl Failed {
    /// What was to come next, and from where.
    const fn owed(&self) -> (Dir, &'static str) {
        let PerDir { c2s, s2c } = self.bytes;
        if c2s < HELLO_BYTES {
            (Dir::ClientToServer, "all of C0 and C1")
        } else if s2c < HELLO_BYTES {
            (Dir::ServerToClient, "all of S0 and S1")
        } else if s2c < HANDSHAKE_BYTES as u64 {
            (Dir::ServerToClient, "all of S2")
        } else {
            (Dir::ClientToServer, "all of C2")
        }
    }
}
