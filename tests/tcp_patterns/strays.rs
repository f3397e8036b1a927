//! Packets that do not belong where they stand, and captures that begin a little late.

use crate::common::impair;
use crate::common::tcp::{self, Packet};
use crate::common::{Dir, S, ready};
use crate::support::run::{self, number, text};
use crate::support::truth;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

/// A copy of the packet at `index` without payload, with other flags, `ahead` in the sequence space.
fn stray(packets: &[Packet], index: usize, flags: u8, ahead: u32) -> Packet {
    let like = &packets[index];
    let seq = like.seq.wrapping_add(ahead);
    let (ip_id, payload) = (like.ip_id.wrapping_add(20_000), Vec::new());
    Packet { seq, flags, ip_id, payload, time: like.time + 1, ..like.clone() }
}

/// The conversation with a packet put in behind `index`.
fn with(packets: &[Packet], index: usize, packet: Packet) -> Vec<Packet> {
    let mut out = packets.to_vec();
    out.insert(index + 1, packet);
    out
}

/// The index of a packet of the client in the middle of the media.
fn middle(packets: &[Packet]) -> usize {
    let half = packets.len() / 2;
    half + packets[half..].iter().position(|p| p.dir == Dir::Up && !p.payload.is_empty()).unwrap()
}

#[test]
fn a_reset_far_outside_the_window_ends_nothing() {
    let talk = ready::publish_av(4);
    let packets = talk.packets();
    let at = middle(&packets);
    let packets = with(&packets, at, stray(&packets, at, RST, 1 << 30));
    let report = run::report(&packets);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/closing"), "client-fin");
    truth::assert_decoded(&run::timeline(&packets), 1, &talk, "wild reset");
}

#[test]
fn a_fin_far_outside_the_window_ends_nothing() {
    let talk = ready::publish_av(4);
    let packets = talk.packets();
    let at = middle(&packets);
    let packets = with(&packets, at, stray(&packets, at, FIN | ACK, 1 << 30));
    let report = run::report(&packets);
    let connection = run::only(&report);
    assert_eq!(number(connection, "/tcp/client_to_server/gap_bytes"), 0);
    assert_eq!(text(connection, "/closing"), "client-fin");
    truth::assert_decoded(&run::timeline(&packets), 1, &talk, "wild FIN");
}

/// 300 resets with a text, which once overflowed a counter.
#[test]
fn many_resets_with_a_text_do_no_harm() {
    let packets = ready::publish_av(2).packets();
    let at = middle(&packets);
    let mut all = packets[..=at].to_vec();
    for n in 0..300 {
        let reset = stray(&packets, at, RST | ACK, (1 << 29) + n);
        all.push(Packet { payload: b"go away".to_vec(), ip_id: n as u16, ..reset });
    }
    all.extend_from_slice(&packets[at + 1..]);
    truth::assert_ledger(run::only(&run::report(&all)), "resets");
}

/// A ring buffer that begins with the last packet of a connection before, between the same ports.
#[test]
fn a_leftover_of_another_connection_does_not_spoil_the_next() {
    let talk = ready::publish_av(2);
    let packets = talk.packets();
    let first_down = packets.iter().position(|p| p.dir == Dir::Down).unwrap();
    let leftover = stray(&packets, first_down, ACK, 1 << 28);
    let mut all = vec![Packet { time: packets[0].time - 1_000_000, ..leftover }];
    all.extend_from_slice(&packets);
    let report = run::report(&all);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/opening"), "syn");
    assert_eq!(connection["handshake"]["complete"], true);
    truth::assert_decoded(&run::timeline(&all), 1, &talk, "leftover");
}

/// Port reuse where only the server's packets are captured: its SYN/ACK tells that another connection begins.
#[test]
fn the_server_alone_tells_two_connections_apart() {
    let (one, two) = (ready::play_av(1), ready::play_av(1).seed(7).tcp(|t| t.isn = [77_000_000, 99_000_000]));
    let packets = tcp::one_after_other(&one.packets(), &two.packets(), S);
    let report = run::report(&impair::only(&packets, Dir::Down));
    assert_eq!(run::connections(&report).len(), 2);
    for connection in run::connections(&report) {
        assert_eq!(number(connection, "/tcp/server_to_client/gap_bytes"), 0);
    }
}

/// The capture began behind the opening and in front of the handshake.
#[test]
fn without_the_opening_the_handshake_is_still_read() {
    let talk = ready::publish_av(2);
    let packets: Vec<Packet> = talk.packets().into_iter().filter(|p| !p.has(SYN)).collect();
    let report = run::report(&packets);
    let connection = run::only(&report);
    assert_eq!(text(connection, "/opening"), "mid-stream");
    assert_eq!(connection["handshake"]["complete"], true);
    for dir in ["client_to_server", "server_to_client"] {
        assert_eq!(number(connection, &format!("/efficiency/{dir}/handshake_bytes")), 3073);
        assert_eq!(number(connection, &format!("/efficiency/{dir}/unclassified_bytes")), 0);
    }
}
