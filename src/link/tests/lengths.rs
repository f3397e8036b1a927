//! Which length is believed: padding, trailers, total length 0, jumbograms, frames shorter than their IP length.

use super::build::{PAYLOAD, TCP, cat, eth, ipv4, ipv6, tcp, vxlan};
use super::{decoder, segment};
use crate::link::segment::{Decoded, Reason, Segment};

fn len(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}

/// What a 16-bit field keeps of a length.
fn low_half(len: u32) -> [u8; 2] {
    let [_, _, a, b] = len.to_be_bytes();
    [a, b]
}

/// Decodes a frame that was captured whole.
fn with<R>(frame: &[u8], look: impl FnOnce(Segment<'_>) -> R) -> R {
    look(segment(decoder().decode(1, len(frame), frame, None)))
}

#[test]
fn padding_and_trailers_are_no_payload() {
    let short = eth(0x0800, &cat(&[&ipv4(TCP, &tcp(b"ab")), &[0; 6]]));
    with(&short, |s| assert_eq!((s.payload, s.payload_len, s.link_bytes), (&b"ab"[..], 2, 20)));
    let short6 = eth(0x86DD, &cat(&[&ipv6(TCP, &tcp(b"ab")), &[0xAA; 4]]));
    with(&short6, |s| assert_eq!((s.payload, s.payload_len, s.link_bytes), (&b"ab"[..], 2, 18)));
    // Padding of the inner frame, and of the outer one.
    let inner = eth(0x0800, &cat(&[&ipv4(TCP, &tcp(PAYLOAD)), &[1; 3]]));
    let outer = eth(0x0800, &cat(&[&ipv4(17, &vxlan(&inner)), &[2; 5]]));
    with(&outer, |s| assert_eq!((s.payload, s.link_bytes), (PAYLOAD, 14 + 20 + 8 + 8 + 14 + 3 + 5)));
    // A trailer that the snap length cut is counted from the original length.
    let frame = eth(0x0800, &ipv4(TCP, &tcp(PAYLOAD)));
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, len(&frame) + 100, &frame, None));
    assert_eq!((got.payload, got.link_bytes, got.frame_short), (PAYLOAD, 114, false));
}

#[test]
fn no_total_length_takes_the_frames() {
    let mut packet = ipv4(TCP, &tcp(PAYLOAD));
    packet[2..4].fill(0);
    let frame = eth(0x0800, &packet);
    with(&frame, |s| assert_eq!((s.payload, s.length_unknown, s.link_bytes), (PAYLOAD, true, 14)));
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, 70_000, &frame, None));
    assert_eq!((got.payload, got.payload_len, got.wire_bytes), (PAYLOAD, 70_000 - 14 - 52, 70_000));
    let mut packet = ipv6(TCP, &tcp(PAYLOAD));
    packet[4..6].fill(0);
    with(&eth(0x86DD, &packet), |s| assert_eq!((s.payload, s.length_unknown), (PAYLOAD, true)));
}

#[test]
fn outer_lengths_bound_what_ip_does_not_state() {
    let mut packet = ipv4(TCP, &tcp(PAYLOAD));
    packet[2..4].fill(0);
    let n = u16::try_from(packet.len()).unwrap();
    let in_udp = cat(&[&vxlan(&eth(0x0800, &packet)), &[9; 7]]);
    let pppoe = |len: u16| cat(&[&[0x11, 0, 0, 7], &len.to_be_bytes(), &[0, 0x21], &packet, &[9; 7]]);
    let snap = |len: u16| eth(len, &cat(&[&[0xAA, 0xAA, 3, 0, 0, 0, 8, 0], &packet, &[9; 7]]));
    for frame in [eth(0x0800, &ipv4(17, &in_udp)), eth(0x8864, &pppoe(n + 2)), snap(n + 8)] {
        with(&frame, |s| assert_eq!((s.payload, s.length_unknown, s.frame_short), (PAYLOAD, true, false)));
    }
    // One that is beyond the end says nothing.
    for frame in [eth(0x8864, &pppoe(n + 200)), snap(n + 200)] {
        with(&frame, |s| {
            assert_eq!((s.payload.len(), s.missing_bytes(), s.frame_short), (PAYLOAD.len() + 7, 0, false));
        });
    }
}

#[test]
fn a_length_that_lost_its_upper_bits_is_seen() {
    let data = vec![7; 70_000];
    let t = tcp(&data);
    let mut v6 = ipv6(TCP, &t);
    v6[4..6].copy_from_slice(&low_half(len(&t)));
    let mut v4 = ipv4(TCP, &t);
    v4[2..4].copy_from_slice(&low_half(len(&t) + 20));
    for frame in [eth(0x86DD, &v6), eth(0x0800, &v4)] {
        with(&frame, |s| assert_eq!((s.payload.len(), s.length_unknown), (70_000, true)));
    }
    // The stated length stays, if the frame's is not the same modulo 65536.
    v4.push(0);
    with(&eth(0x0800, &v4), |s| assert_eq!((s.payload.len(), s.length_unknown), (70_000 - 65_536, false)));
}

#[test]
fn jumbograms() {
    let data = vec![7; 70_000];
    let t = tcp(&data);
    let jumbo = |n: u32| cat(&[&[TCP, 0, 0xC2, 4], &n.to_be_bytes(), &t]);
    let padded = eth(0x86DD, &cat(&[&ipv6(0, &jumbo(len(&t) + 8)), &[0; 10]]));
    with(&padded, |s| {
        assert_eq!((s.payload.len(), s.length_unknown), (70_000, false));
        assert_eq!((s.ip_bytes, s.link_bytes), (48, 24));
    });
    // Behind padding and another option.
    let head = [TCP, 1, 0, 1, 1, 0, 5, 2, 0, 0];
    let other = cat(&[&head, &[0xC2, 4], &(len(&t) + 16).to_be_bytes(), &t]);
    with(&eth(0x86DD, &ipv6(0, &other)), |s| assert_eq!((s.payload.len(), s.ip_bytes), (70_000, 56)));
    // A length beyond the frame is not believed.
    let long = eth(0x86DD, &ipv6(0, &jumbo(u32::MAX)));
    with(&long, |s| assert_eq!((s.payload.len(), s.length_unknown, s.frame_short), (70_000, true, false)));
    // Cut by the snap length.
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, len(&padded), &padded[..200], None));
    assert_eq!((got.payload_len, got.payload.len(), got.wire_bytes), (70_000, 200 - 94, len(&padded)));
    // An option list that runs over its end.
    let broken = cat(&[&[TCP, 0, 0xC2, 4, 0, 1], &[0xC2, 9], &t]);
    with(&eth(0x86DD, &ipv6(0, &broken)), |s| assert!(s.length_unknown));
}

#[test]
fn a_frame_shorter_than_its_ip_length_leaves_a_hole() {
    let whole = eth(0x0800, &ipv4(TCP, &tcp(PAYLOAD)));
    let cut = &whole[..whole.len() - 30];
    with(cut, |s| {
        assert_eq!((s.payload.len(), s.payload_len as usize), (PAYLOAD.len() - 30, PAYLOAD.len()));
        assert_eq!((s.wire_bytes, s.frame_short), (len(&whole), true));
    });
    // With a wrong header checksum the length is not believed.
    let mut damaged = cut.to_vec();
    damaged[24] ^= 1;
    with(&damaged, |s| {
        assert_eq!((s.missing_bytes(), s.length_unknown, s.frame_short), (0, true, false));
        assert_eq!((s.wire_bytes, s.payload.len()), (len(cut), PAYLOAD.len() - 30));
    });
    let whole6 = eth(0x86DD, &ipv6(TCP, &tcp(PAYLOAD)));
    with(&whole6[..whole6.len() - 30], |s| assert_eq!((s.missing_bytes(), s.frame_short), (30, true)));
    // In a tunnel whose outer packet was cut with it.
    let inner = &whole[..whole.len() - 30];
    with(&eth(0x0800, &ipv4(17, &vxlan(inner))), |s| {
        assert_eq!((s.missing_bytes(), s.link_bytes, s.frame_short), (30, 64, true));
    });
    // An original length below the captured one is not believed.
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, 3, &whole, None));
    assert_eq!((got.payload, got.wire_bytes), (PAYLOAD, len(&whole)));
}

#[test]
fn empty_segments_and_lengths_at_the_limit() {
    with(&eth(0x0800, &ipv4(TCP, &tcp(&[]))), |s| assert_eq!((s.payload_len, s.missing_bytes()), (0, 0)));
    let longest = vec![3; 65_535 - 52];
    with(&eth(0x0800, &ipv4(TCP, &tcp(&longest))), |s| {
        assert_eq!((s.payload.len(), s.length_unknown), (longest.len(), false));
    });
    let mut unstated = ipv4(TCP, &tcp(&[]));
    unstated[2..4].fill(0);
    let frame = eth(0x0800, &unstated);
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, u32::MAX, &frame, None));
    assert_eq!((got.wire_bytes, got.payload_len), (u32::MAX, u32::MAX - 66));
    // IP length without room for TCP.
    let mut small = ipv4(TCP, &tcp(PAYLOAD));
    small[2..4].copy_from_slice(&[0, 51]);
    let frame = eth(0x0800, &small);
    assert_eq!(decoder.decode(1, len(&frame), &frame, None), Decoded::Undecodable(Reason::TcpDataOffset(8)));
}
