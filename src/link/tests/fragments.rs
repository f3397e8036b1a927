//! Datagrams from fragments: order, overlaps, duplicates, holes, limits, and fragments in tunnels.

use super::build::{PAYLOAD, Random, TCP, TCP_HEADER, cat, eth, ipv4_with, ipv6_fragment, tcp, vxlan};
use super::{check_ledger, decoder, segment};
use crate::base::limits::Limits;
use crate::base::time::CaptureTime;
use crate::link::decoder::LinkDecoder;
use crate::link::segment::{Decoded, Reason};

/// A fragment's frame, from offsets in the datagram.
fn piece(v6: bool, id: u16, data: &[u8], from: usize, to: usize) -> Vec<u8> {
    piece_of(v6, id, TCP, data, from, to)
}

fn piece_of(v6: bool, id: u16, protocol: u8, data: &[u8], from: usize, to: usize) -> Vec<u8> {
    let more = to < data.len();
    if v6 {
        return eth(0x86DD, &ipv6_fragment(protocol, id.into(), from, more, &data[from..to]));
    }
    let field = u16::try_from(from / 8).unwrap() | if more { 0x2000 } else { 0 };
    eth(0x0800, &ipv4_with(protocol, id, field, &[], &data[from..to]))
}

fn feed<'a>(decoder: &'a mut LinkDecoder, frame: &'a [u8]) -> Decoded<'a> {
    decoder.decode(1, u32::try_from(frame.len()).unwrap(), frame, None)
}

fn hold(decoder: &mut LinkDecoder, frame: &[u8]) {
    assert_eq!(feed(decoder, frame), Decoded::FragmentHeld);
}

#[test]
fn any_order_gives_the_datagram() {
    let data = tcp(PAYLOAD);
    for v6 in [false, true] {
        let frames = [(0, 24), (24, 64), (64, data.len())].map(|(a, b)| piece(v6, 5, &data, a, b));
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut decoder = decoder();
            hold(&mut decoder, &frames[order[0]]);
            hold(&mut decoder, &frames[order[1]]);
            let got = segment(feed(&mut decoder, &frames[order[2]]));
            assert_eq!((got.payload, got.frames, got.tcp_header_bytes), (PAYLOAD, 3, TCP_HEADER));
            assert_eq!(got.src.port, 51_234);
            assert_eq!((got.ip_bytes, got.ip_id), if v6 { (144, None) } else { (60, Some(5)) });
            assert_eq!(got.wire_bytes as usize, frames.iter().map(Vec::len).sum::<usize>());
            assert_eq!(got.link_bytes, 42);
            let stats = decoder.finish();
            assert_eq!((stats.fragments, stats.reassembled, stats.given_up), (3, 1, 0));
        }
    }
}

#[test]
fn duplicates_are_harmless_and_counted_as_frames() {
    let data = tcp(PAYLOAD);
    let (a, b) = (piece(false, 5, &data, 0, 40), piece(false, 5, &data, 40, data.len()));
    let mut decoder = decoder();
    hold(&mut decoder, &a);
    hold(&mut decoder, &a);
    let got = segment(feed(&mut decoder, &b));
    assert_eq!((got.payload, got.frames, got.ip_bytes), (PAYLOAD, 3, 60));
    assert_eq!(got.wire_bytes as usize, 2 * a.len() + b.len());
    // The second 40 bytes are neither header nor payload.
    assert_eq!(got.link_bytes, 42 + 40);
}

#[test]
fn the_first_bytes_win_where_fragments_overlap() {
    let data = tcp(PAYLOAD);
    let mut other = data.clone();
    other[40..].fill(b'#');
    let mut decoder = decoder();
    hold(&mut decoder, &piece(false, 5, &data, 48, 80));
    hold(&mut decoder, &piece(false, 5, &other, 40, 104));
    hold(&mut decoder, &piece(false, 5, &data, 0, 56));
    let got = segment(feed(&mut decoder, &piece(false, 5, &data, 96, data.len()))).payload.to_vec();
    let mut expected = data.clone();
    expected[40..48].fill(b'#');
    expected[80..104].fill(b'#');
    assert_eq!(got, &expected[32..]);
}

#[test]
fn the_first_end_and_the_protocol_of_the_first_piece_count() {
    let data = tcp(PAYLOAD);
    let longer = cat(&[&data, &[b'#'; 16]]);
    let mut d = decoder();
    hold(&mut d, &piece(false, 5, &data, 96, data.len()));
    hold(&mut d, &piece(false, 5, &longer, 104, longer.len()));
    let last = piece(false, 5, &longer, 0, 104);
    assert_eq!(segment(feed(&mut d, &last)).payload, PAYLOAD);
    let mut d = decoder();
    hold(&mut d, &piece_of(true, 5, 17, &data, 40, data.len()));
    let last = piece_of(true, 5, TCP, &data, 0, 40);
    assert_eq!(segment(feed(&mut d, &last)).payload, PAYLOAD);
}

#[test]
fn what_is_odd_about_one_fragment_is_said_of_the_datagram() {
    let data = tcp(PAYLOAD);
    let (a, b) = (piece(false, 5, &data, 0, 40), piece(false, 5, &data, 40, data.len()));
    let sum = u32::try_from(a.len() + b.len()).unwrap();
    for (first, second) in [(&a, &b[..b.len() - 10]), (&b, &a[..a.len() - 10])] {
        let mut d = decoder();
        hold(&mut d, first);
        let got = segment(feed(&mut d, second));
        assert_eq!((got.frame_short, got.length_unknown, got.wire_bytes), (true, false, sum));
        assert!(got.missing_bytes() >= 10);
    }
    let mut unstated = b;
    unstated[16..18].fill(0);
    let mut d = decoder();
    hold(&mut d, &a);
    let got = segment(feed(&mut d, &unstated));
    assert_eq!((got.payload, got.frame_short, got.length_unknown), (PAYLOAD, false, true));
}

#[test]
fn any_pattern_against_a_model() {
    let mut random = Random(0x5EED_0002);
    for round in 0..1000_u16 {
        let v6 = round % 2 == 0;
        let data = tcp(&(0..random.below(700)).map(|_| random.byte()).collect::<Vec<_>>());
        let mut decoder = decoder();
        let mut expected: Vec<Option<u8>> = vec![None; data.len()];
        let (mut last_seen, mut wire) = (false, 0);
        for _ in 0..400 {
            let from = random.below(data.len()) / 8 * 8;
            let to = (from + 8 * (1 + random.below(20))).min(data.len());
            if to - from == data.len() {
                continue; // no fragment
            }
            // A copy whose bytes differ, but for the header, so that the order shows.
            let mark = random.byte();
            let copy: Vec<_> =
                data.iter().enumerate().map(|(i, b)| if i < 32 { *b } else { b ^ mark }).collect();
            for i in from..to {
                expected[i] = expected[i].or(Some(copy[i]));
            }
            last_seen |= to == data.len();
            let frame = piece(v6, round, &copy, from, to);
            wire += frame.len();
            let got = feed(&mut decoder, &frame);
            if let (true, Some(whole)) = (last_seen, expected.iter().copied().collect::<Option<Vec<_>>>()) {
                let got = segment(got);
                assert_eq!((got.payload, got.wire_bytes as usize), (&whole[32..], wire), "round {round}");
                break;
            }
            assert_eq!(got, Decoded::FragmentHeld, "round {round}");
        }
    }
}

#[test]
fn a_missing_fragment_is_given_up_at_the_end() {
    let data = tcp(PAYLOAD);
    let mut decoder = decoder();
    let (a, b) = (piece(false, 5, &data, 0, 40), piece(false, 5, &data, 64, data.len()));
    hold(&mut decoder, &a);
    hold(&mut decoder, &b);
    let stats = decoder.finish();
    assert_eq!((stats.given_up, stats.given_up_tcp, stats.evicted), (1, 1, 0));
    assert_eq!(stats.given_up_bytes, (a.len() + b.len()) as u64);
    assert_eq!(decoder.finish(), stats);
}

#[test]
fn too_many_push_out_the_oldest() {
    let limits = Limits { fragmented_datagrams: 2, ..Limits::default() };
    let mut decoder = LinkDecoder::new(&limits);
    let data = tcp(PAYLOAD);
    for id in 1..=3 {
        hold(&mut decoder, &piece(false, id, &data, 0, 40));
        assert!(decoder.fragmented_datagrams() <= 2);
    }
    assert_eq!(decoder.fragment_stats().evicted, 1);
    assert_eq!(segment(feed(&mut decoder, &piece(false, 2, &data, 40, data.len()))).payload, PAYLOAD);
    assert_eq!(segment(feed(&mut decoder, &piece(false, 3, &data, 40, data.len()))).payload, PAYLOAD);
    hold(&mut decoder, &piece(false, 1, &data, 40, data.len()));
    let none = Limits { fragmented_datagrams: 0, ..Limits::default() };
    hold(&mut LinkDecoder::new(&none), &piece(false, 1, &data, 0, 40));
}

#[test]
fn old_ones_are_given_up_by_time_or_by_count() {
    let data = tcp(PAYLOAD);
    let second = 1_000_000_000;
    let (a, b) = (piece(false, 5, &data, 0, 40), piece(false, 5, &data, 40, data.len()));
    for (step, joined) in [(29, true), (31, false), (-29, true), (-31, false)] {
        let mut decoder = decoder();
        let start = 100 * second;
        assert_eq!(decoder.decode(1, 0, &a, Some(CaptureTime(start))), Decoded::FragmentHeld);
        let got = decoder.decode(1, 0, &b, Some(CaptureTime(start + step * second)));
        assert_eq!(matches!(got, Decoded::Tcp(_)), joined, "{step} s");
        assert_eq!(decoder.fragment_stats().given_up, u64::from(!joined));
    }
    let mut decoder = decoder();
    hold(&mut decoder, &a);
    for _ in 0..5000 {
        hold(&mut decoder, &piece(false, 6, &data, 0, 40));
    }
    assert_eq!(decoder.fragment_stats().given_up, 2, "the one, and once the one that came after");
    hold(&mut decoder, &b);
}

#[test]
fn keys_tell_datagrams_apart() {
    let data = tcp(PAYLOAD);
    let mut decoder = decoder();
    hold(&mut decoder, &piece(false, 5, &data, 0, 40));
    hold(&mut decoder, &piece(false, 6, &data, 40, data.len()));
    hold(&mut decoder, &piece(true, 5, &data, 40, data.len()));
    hold(&mut decoder, &piece_of(false, 5, 17, &data, 40, data.len()));
    let mut from_elsewhere = piece(false, 5, &data, 40, data.len());
    from_elsewhere[14 + 12] = 11;
    hold(&mut decoder, &from_elsewhere);
    assert_eq!(decoder.fragmented_datagrams(), 5);
    // Fragments that hold no TCP are not kept.
    assert_eq!(feed(&mut decoder, &piece_of(false, 5, 1, &data, 40, data.len())), Decoded::Other);
}

#[test]
fn a_datagram_beyond_the_limit_is_refused() {
    let limits = Limits { datagram_bytes: 64, ..Limits::default() };
    let mut decoder = LinkDecoder::new(&limits);
    let data = tcp(PAYLOAD);
    hold(&mut decoder, &piece(false, 5, &data, 0, 64));
    let refused = Decoded::Undecodable(Reason::DatagramTooLong);
    assert_eq!(feed(&mut decoder, &piece(false, 5, &data, 64, 72)), refused);
    assert_eq!((decoder.fragmented_datagrams(), decoder.fragment_stats().given_up), (0, 1));
    // The sum of the frames' lengths must fit.
    let mut decoder = LinkDecoder::new(&Limits::default());
    let (a, b) = (piece(false, 5, &data, 0, 40), piece(false, 5, &data, 40, data.len()));
    assert_eq!(decoder.decode(1, u32::MAX, &a, None), Decoded::FragmentHeld);
    assert_eq!(decoder.decode(1, u32::MAX, &b, None), refused);
}

#[test]
fn snapped_fragments_end_the_payload_but_not_its_length() {
    let data = tcp(PAYLOAD);
    for v6 in [false, true] {
        let at = if v6 { 62 } else { 34 };
        let frames = [(0, 64), (64, 96), (96, data.len())].map(|(a, b)| piece(v6, 5, &data, a, b));
        for order in [[0, 1, 2], [2, 1, 0]] {
            let mut decoder = decoder();
            let mut last = None;
            for i in order {
                // 10 bytes of the middle one are missing.
                let kept = if i == 1 { at + 22 } else { frames[i].len() };
                let wire = u32::try_from(frames[i].len()).unwrap();
                if let Decoded::Tcp(s) = decoder.decode(1, wire, &frames[i][..kept], None) {
                    check_ledger(&s);
                    last = Some((s.payload.to_vec(), s.payload_len as usize));
                }
            }
            assert_eq!(last, Some((data[32..64 + 22].to_vec(), PAYLOAD.len())));
        }
    }
}

#[test]
fn fragments_of_a_tunnel_and_in_it() {
    let data = tcp(PAYLOAD);
    let inner = piece(false, 9, &data, 0, data.len());
    let inner = eth(0x0800, &ipv4_with(TCP, 9, 0, &[], &inner[34..]));
    // The outer packet came in fragments.
    let outer = vxlan(&inner);
    let mut d = decoder();
    hold(&mut d, &piece_of(false, 1, 17, &outer, 0, 48));
    let last = piece_of(false, 1, 17, &outer, 48, outer.len());
    let got = segment(feed(&mut d, &last));
    assert_eq!((got.payload, got.frames, got.ip_bytes), (PAYLOAD, 2, 20));
    assert_eq!(got.link_bytes, 2 * 34 + 8 + 8 + 14);
    // The inner one did.
    let mut d = decoder();
    let tunnel = |frame: &[u8]| eth(0x0800, &ipv4_with(17, 1, 0, &[], &vxlan(frame)));
    hold(&mut d, &tunnel(&piece(false, 9, &data, 0, 48)));
    let last = tunnel(&piece(false, 9, &data, 48, data.len()));
    let got = segment(feed(&mut d, &last));
    assert_eq!((got.payload, got.frames, got.ip_bytes), (PAYLOAD, 2, 40));
    // Both did.
    let mut d = decoder();
    for (id, (a, b)) in [(1, (0, 48)), (2, (48, data.len()))] {
        let outer = vxlan(&piece(false, 9, &data, a, b));
        hold(&mut d, &piece_of(false, id, 17, &outer, 0, 64));
        let last = piece_of(false, id, 17, &outer, 64, outer.len());
        if id == 1 {
            hold(&mut d, &last);
        } else {
            let got = segment(feed(&mut d, &last));
            assert_eq!((got.payload, got.frames, got.ip_bytes), (PAYLOAD, 4, 40));
        }
    }
    assert_eq!(d.fragment_stats().reassembled, 3);
}

#[test]
fn extension_headers_inside_a_fragmented_datagram() {
    let data = cat(&[&[TCP, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &tcp(PAYLOAD)]);
    let mut d = decoder();
    hold(&mut d, &piece_of(true, 5, 60, &data, 0, 32));
    let last = piece_of(true, 5, 60, &data, 32, data.len());
    let got = segment(feed(&mut d, &last));
    assert_eq!((got.payload, got.ip_bytes, got.link_bytes), (PAYLOAD, 2 * 48 + 16, 28));
}
