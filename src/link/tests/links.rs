//! Every link type and encapsulation gives the same segment, whole or cut at any length.

use super::build::{PAYLOAD, SEQ, TCP_HEADER, cat, eth, ipv4, ipv6, samples, tcp, udp};
use super::{decoder, segment};
use crate::link::layer::Layer;
use crate::link::segment::{Decoded, Header, Reason};
use crate::link::walk::{How, Walk};

#[test]
fn every_kind_of_frame_gives_the_segment() {
    for s in samples() {
        let mut decoder = decoder();
        let wire = u32::try_from(s.frame.len()).unwrap();
        let got = segment(decoder.decode(s.link, wire, &s.frame, None));
        let what = s.name;
        let ends = if got.ip_id.is_none() {
            ("[2001:db8::1]:51234", "[2001:db8::2]:1935")
        } else {
            ("10.0.0.1:51234", "10.0.0.2:1935")
        };
        assert_eq!((got.src.to_string(), got.dst.to_string()), (ends.0.into(), ends.1.into()), "{what}");
        assert_eq!((got.seq, got.ack, got.window), (SEQ, 9, 0x1234), "{what}");
        assert!(
            got.flags.ack() && got.flags.psh() && !got.flags.syn() && !got.flags.fin() && !got.flags.rst()
        );
        assert_eq!(got.payload, PAYLOAD, "{what}");
        assert_eq!((got.wire_bytes, got.frames), (wire, 1), "{what}");
        assert_eq!(got.link_bytes as usize, s.link_bytes, "{what}");
        assert_eq!((got.ip_bytes, got.tcp_header_bytes), (s.ip_bytes, TCP_HEADER), "{what}");
        assert_eq!(got.tcp_options().timestamps, Some((5, 6)), "{what}");
        assert!(!got.length_unknown && !got.frame_short, "{what}");
    }
}

#[test]
fn a_snap_length_anywhere_leaves_what_was_captured() {
    for s in samples() {
        let wire = u32::try_from(s.frame.len()).unwrap();
        let tcp_at = s.frame.len() - PAYLOAD.len() - 32;
        for n in 0..s.frame.len() {
            let mut decoder = decoder();
            let got = decoder.decode(s.link, wire, &s.frame[..n], None);
            if n < tcp_at + 20 {
                assert!(
                    matches!(got, Decoded::Undecodable(Reason::Snapped(_))),
                    "{} at {n}: {got:?}",
                    s.name
                );
                continue;
            }
            let got = segment(got);
            let kept = n.saturating_sub(tcp_at + 32);
            assert_eq!(got.payload, &PAYLOAD[..kept], "{} at {n}", s.name);
            assert_eq!(got.options.len(), (n - tcp_at - 20).min(12), "{} at {n}", s.name);
            assert_eq!(got.payload_len as usize, PAYLOAD.len(), "{} at {n}", s.name);
            assert_eq!(got.missing_bytes() as usize, PAYLOAD.len() - kept);
            assert_eq!((got.wire_bytes, got.link_bytes as usize), (wire, s.link_bytes), "{} at {n}", s.name);
        }
    }
}

#[test]
fn the_short_way_and_the_long_way_agree() {
    for s in samples() {
        let wire = u32::try_from(s.frame.len()).unwrap();
        for n in 0..=s.frame.len() {
            // The original length as it was, as it was kept, and with a trailer.
            for wire in [wire, u32::try_from(n).unwrap(), wire + 6] {
                let layer = Layer::new(&s.frame[..n], wire);
                let short = Decoded::from(Walk::frame(s.link, layer, How::Short));
                let long = Decoded::from(Walk::frame(s.link, layer, How::Long));
                assert_eq!(short, long, "{} at {n} of {wire}", s.name);
                assert_eq!(decoder().decode(s.link, wire, &s.frame[..n], None), short, "{} at {n}", s.name);
            }
        }
    }
}

#[test]
fn other_traffic_is_no_error() {
    let frames = [
        (1, eth(0x0806, &[0; 28])),
        (1, eth(0x88CC, &[])),
        (1, eth(0x0800, &ipv4(17, &udp(53, &[1, 2, 3])))),
        (1, eth(0x0800, &ipv4(1, &[8, 0]))),
        (1, eth(0x86DD, &ipv6(58, &[128, 0]))),
        (1, eth(0x86DD, &ipv6(59, &[]))),
        (1, eth(0x0800, &ipv4(50, &[1; 40]))),
        (1, eth(0x0800, &ipv4(47, &[0x30, 1, 0x88, 0x0B, 0, 0, 0, 0]))),
        (1, eth(0x0800, &ipv4(47, &cat(&[&[0x40, 0, 8, 0], &ipv4(6, &tcp(PAYLOAD))])))),
        (1, eth(0x0800, &ipv4(17, &udp(4789, &[0; 20])))),
        (1, eth(0x0800, &ipv4(17, &udp(4789, &[8])))),
        (1, eth(0x0800, &ipv4(17, &udp(2152, &[0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0])))),
        (1, eth(0x0800, &ipv4(17, &udp(2152, &[0x34, 255, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0])))),
        (1, eth(0x8863, &[0x11, 9, 0, 0, 0, 0])),
        (1, eth(0x8864, &[0x11, 0, 0, 1, 0, 4, 0xC0, 0x21, 1, 1])),
        (1, eth(38, &[0x42, 0x42, 3, 0, 0, 0, 0, 0, 0, 0])),
        (1, eth(2, &[0xF0, 0xF0, 0, 0, 0])),
        (0, vec![7, 0, 0, 0, 1]),
        (113, vec![0; 16]),
        (9, vec![0xC0, 0x21, 1]),
    ];
    for (link, frame) in frames {
        let wire = u32::try_from(frame.len()).unwrap();
        assert_eq!(decoder().decode(link, wire, &frame, None), Decoded::Other, "{link} {frame:02x?}");
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let t = tcp(b"x");
    let mut offset_low = t.clone();
    offset_low[12] = 0x40;
    let mut offset_high = t.clone();
    offset_high[12] = 0xF0;
    let mut version = ipv4(6, &t);
    version[0] = 0x55;
    let mut short_header = ipv4(6, &t);
    short_header[0] = 0x44;
    let mut short_total = ipv4(6, &t);
    short_total[3] = 19;
    let cases = [
        (147, vec![], Reason::LinkType(147)),
        (1, vec![0; 13], Reason::Short(Header::Ethernet)),
        (1, eth(0x8100, &[0]), Reason::Short(Header::Vlan)),
        (1, eth(0x8847, &[0]), Reason::Short(Header::Mpls)),
        (1, eth(0x0800, &[]), Reason::Short(Header::Ip)),
        (1, eth(0x0800, &[0x45, 0]), Reason::Short(Header::Ipv4)),
        (1, eth(0x86DD, &[0x60, 0]), Reason::Short(Header::Ipv6)),
        (1, eth(0x0800, &ipv4(6, &t[..19])), Reason::Short(Header::Tcp)),
        (1, eth(0x86DD, &ipv6(60, &[6, 3, 0, 0, 0, 0, 0, 0])), Reason::Short(Header::Ipv6Extension)),
        (1, eth(0x0800, &ipv4(51, &[6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])), Reason::AuthLength),
        (1, eth(0x0800, &version), Reason::IpVersion(5)),
        (1, eth(0x0800, &short_header), Reason::IpHeaderLength(4)),
        (1, eth(0x0800, &short_total), Reason::IpLength(19)),
        (1, eth(0x0800, &ipv4(6, &offset_low)), Reason::TcpDataOffset(4)),
        (1, eth(0x86DD, &ipv6(6, &offset_high)), Reason::TcpDataOffset(15)),
        (276, vec![8, 0], Reason::Short(Header::Link)),
        (1, eth(0x8100, &[0x81, 0].repeat(100)), Reason::TooManyHeaders),
    ];
    for (link, frame, why) in cases {
        let wire = u32::try_from(frame.len()).unwrap();
        let mut decoder = decoder();
        assert_eq!(decoder.decode(link, wire, &frame, None), Decoded::Undecodable(why), "{frame:02x?}");
    }
}

#[test]
fn nesting_is_bounded() {
    let mut packet = ipv4(6, &tcp(PAYLOAD));
    for _ in 0..8 {
        packet = ipv4(4, &packet);
    }
    let frame = eth(0x0800, &packet);
    let wire = u32::try_from(frame.len()).unwrap();
    assert_eq!(segment(decoder().decode(1, wire, &frame, None)).payload, PAYLOAD);
    for _ in 0..40 {
        packet = ipv4(4, &packet);
    }
    let frame = eth(0x0800, &packet);
    let wire = u32::try_from(frame.len()).unwrap();
    let mut decoder = decoder();
    assert_eq!(decoder.decode(1, wire, &frame, None), Decoded::Undecodable(Reason::TooManyHeaders));
}

#[test]
fn labels_and_tags_in_any_mix() {
    let inner = ipv4(6, &tcp(PAYLOAD));
    let labels = [0, 0, 0x10, 64].repeat(5);
    let frame = eth(0x8100, &cat(&[&[0, 1, 0x88, 0x47], &labels, &[0, 0, 0x11, 64], &inner]));
    let mut decoder = decoder();
    let got = segment(decoder.decode(1, 0, &frame, None));
    assert_eq!((got.payload, got.link_bytes), (PAYLOAD, 14 + 4 + 24));
}
