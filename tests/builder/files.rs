//! Packets as frames and files, read by other people's code.

use std::io::Read as _;

use etherparse::{LaxSlicedPacket, NetSlice, SlicedPacket, TransportSlice};
use pcap_parser::{Block as NgBlock, PcapBlockOwned, PcapError, create_reader};

use crate::common::capture::Capture;
use crate::common::file::{Block, Format, NG, Ng};
use crate::common::ip::{FragmentOrder, Tunnel};
use crate::common::ready;
use crate::common::tcp::{Flow, Packet};
use crate::common::wire::{Frame, Link};

fn both_versions() -> [Vec<Packet>; 2] {
    [ready::hello_rtmp().packets(), ready::hello_rtmp().tcp(|t| t.flow = Flow::v6()).packets()]
}

#[test]
fn etherparse_reads_every_link_type() {
    // Link headers that etherparse does not know are left out here.
    let links = [
        (Link::Ethernet, 0),
        (Link::Vlan(42), 0),
        (Link::QinQ(7, 42), 0),
        (Link::Mpls(1000), 18),
        (Link::Pppoe, 22),
        (Link::Sll, 16),
        (Link::Sll2, 20),
        (Link::NullLe, 4),
        (Link::NullBe, 4),
        (Link::Loop, 4),
        (Link::Raw, 0),
    ];
    for packets in both_versions() {
        for (link, skip) in links {
            let frames = Capture::of(&packets).link(link).frames();
            for (frame, packet) in frames.iter().zip(&packets) {
                let ethernet = matches!(link, Link::Ethernet | Link::Vlan(_) | Link::QinQ(..));
                let sliced = if ethernet {
                    SlicedPacket::from_ethernet(&frame.bytes).unwrap()
                } else {
                    SlicedPacket::from_ip(&frame.bytes[skip..]).unwrap()
                };
                assert_same(&sliced, packet);
            }
        }
        let sll = Capture::of(&packets).link(Link::Sll).frames();
        assert!(sll.iter().all(|f| SlicedPacket::from_linux_sll(&f.bytes).is_ok()));
    }
}

/// The headers, checksums and payload that `packet` asks for.
fn assert_same(sliced: &SlicedPacket<'_>, packet: &Packet) {
    let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else { panic!("no TCP in {sliced:?}") };
    let checksum = match sliced.net.as_ref().unwrap() {
        NetSlice::Ipv4(ip) => {
            assert_eq!(ip.header().header_checksum(), ip.header().to_header().calc_header_checksum());
            tcp.calc_checksum_ipv4(ip.header().source(), ip.header().destination()).unwrap()
        }
        NetSlice::Ipv6(ip) => {
            tcp.calc_checksum_ipv6(ip.header().source(), ip.header().destination()).unwrap()
        }
        NetSlice::Arp(other) => panic!("{other:?}"),
    };
    assert_eq!(tcp.checksum(), checksum);
    let (source, target) = packet.flow.ends(packet.dir);
    assert_eq!((tcp.source_port(), tcp.destination_port()), (source.port(), target.port()));
    assert_eq!((tcp.sequence_number(), tcp.window_size()), (packet.seq, packet.window));
    assert_eq!(tcp.options(), packet.options);
    assert_eq!(tcp.payload(), packet.payload);
}

#[test]
fn tunnels_hold_the_packet() {
    for packets in both_versions() {
        for (tunnel, skip) in [(Tunnel::Vxlan(42), 64), (Tunnel::Gre, 38), (Tunnel::GtpU(9), 50)] {
            for (frame, packet) in Capture::of(&packets).tunnel(tunnel).frames().iter().zip(&packets) {
                assert!(SlicedPacket::from_ethernet(&frame.bytes).is_ok());
                assert_same(&SlicedPacket::from_ip(&frame.bytes[skip..]).unwrap(), packet);
            }
        }
    }
}

#[test]
fn fragments_are_the_datagram() {
    for packets in both_versions() {
        for order in [FragmentOrder::Forward, FragmentOrder::Backward, FragmentOrder::Shuffled(3)] {
            let frames = Capture::of(&packets).mtu(576).fragment_order(order).frames();
            assert!(frames.len() > packets.len());
            assert!(frames.iter().all(|f| f.bytes.len() <= 14 + 576));
            let mut pool = etherparse::defrag::IpDefragPool::<(), ()>::new();
            let mut whole = Vec::new();
            for frame in &frames {
                let sliced = SlicedPacket::from_ethernet(&frame.bytes).unwrap();
                if let Some(TransportSlice::Tcp(tcp)) = &sliced.transport {
                    whole.push(tcp.payload().to_vec());
                } else if let Some(done) = pool.process_sliced_packet(&sliced, (), ()).unwrap() {
                    let tcp = etherparse::TcpSlice::from_slice(&done.payload).unwrap();
                    whole.push(tcp.payload().to_vec());
                }
            }
            let sent: Vec<Vec<u8>> = packets.iter().map(|p| p.payload.clone()).collect();
            assert!(whole == sent, "{order:?}");
        }
    }
}

#[test]
fn frames_can_be_odd() {
    let [packets, _] = both_versions();
    let of = Capture::of(&packets);
    let trailed = of.clone().trailer(6).frames();
    for (frame, packet) in trailed.iter().zip(&packets) {
        assert!(frame.bytes.ends_with(&[0xEE; 6]));
        assert_same(&SlicedPacket::from_ethernet(&frame.bytes).unwrap(), packet);
    }
    let snapped = of.clone().snap(96).frames();
    assert!(snapped.iter().all(|f| f.bytes.len() <= 96));
    assert!(snapped.iter().any(|f| f.wire_len == 1_514));
    let zero = of.zero_length().frames();
    assert!(zero.iter().all(|f| f.bytes[16..18] == [0, 0]));
    assert!(zero.iter().all(|f| LaxSlicedPacket::from_ethernet(&f.bytes).unwrap().transport.is_some()));
}

/// The records of a file: seconds and fraction as the file says them, kept bytes, length on the wire.
fn records(file: &[u8]) -> Vec<(u64, u64, Vec<u8>, u32)> {
    let mut reader = create_reader(1 << 16, file).unwrap();
    let mut out = Vec::new();
    loop {
        match reader.next() {
            Ok((used, block)) => {
                match block {
                    PcapBlockOwned::Legacy(b) => {
                        out.push((
                            b.ts_sec.into(),
                            b.ts_usec.into(),
                            b.data[..b.caplen as usize].into(),
                            b.origlen,
                        ));
                    }
                    PcapBlockOwned::NG(NgBlock::EnhancedPacket(b)) => {
                        out.push((
                            b.ts_high.into(),
                            b.ts_low.into(),
                            b.data[..b.caplen as usize].into(),
                            b.origlen,
                        ));
                    }
                    PcapBlockOwned::NG(NgBlock::SimplePacket(b)) => {
                        out.push((0, 0, b.data[..b.origlen as usize].into(), b.origlen));
                    }
                    _ => {}
                }
                reader.consume(used);
            }
            Err(PcapError::Eof) => return out,
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(e) => panic!("{e:?}"),
        }
    }
}

/// How a format says a frame's time: two numbers.
type Stamp = Box<dyn Fn(&Frame) -> (u64, u64)>;

#[test]
fn every_format_keeps_bytes_and_times() {
    let packets = ready::publish_av(1).packets();
    let capture = Capture::of(&packets);
    let frames = capture.frames();
    let legacy = |unit: u64| move |f: &Frame| (f.time / 1_000_000_000, f.time % 1_000_000_000 / unit);
    let ticks = |n: u64| (n >> 32, n & 0xFFFF_FFFF);
    let cases: [(Format, Stamp); 10] = [
        (Format::Pcap, Box::new(legacy(1_000))),
        (Format::PcapBe, Box::new(legacy(1_000))),
        (Format::PcapNano, Box::new(legacy(1))),
        (Format::PcapNanoBe, Box::new(legacy(1))),
        (Format::PcapModified, Box::new(legacy(1_000))),
        (Format::PcapNg, Box::new(move |f| ticks(f.time / 1_000))),
        (Format::PcapNgBe, Box::new(move |f| ticks(f.time / 1_000))),
        (Format::Ng(Ng { resolution: Some(9), ..NG }), Box::new(move |f| ticks(f.time))),
        (
            Format::Ng(Ng { resolution: Some(0x8A), offset: 5, ..NG }),
            Box::new(move |f| ticks(((u128::from(f.time) - 5_000_000_000) * 1_024 / 1_000_000_000) as u64)),
        ),
        (Format::Ng(Ng { block: Block::Simple, ..NG }), Box::new(|_| (0, 0))),
    ];
    for (format, stamp) in cases {
        let expected: Vec<_> =
            frames.iter().map(|f| (stamp(f).0, stamp(f).1, f.bytes.clone(), f.wire_len as u32)).collect();
        assert!(records(&capture.clone().format(format).bytes()) == expected, "{format:?}");
    }
}

#[test]
fn files_are_packed_cut_and_split() {
    let capture = Capture::of(&ready::publish_av(1).packets());
    let plain = capture.bytes();
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&capture.clone().gzip().bytes()[..]).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain);
    unpacked.clear();
    let zstd = capture.clone().zstd().bytes();
    ruzstd::decoding::StreamingDecoder::new(&zstd[..]).unwrap().read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain);
    assert!(capture.clone().cut(1_000).bytes() == plain[..1_000]);
    let parts = capture.split(50);
    let joined: Vec<_> = parts.iter().flat_map(|part| records(part)).collect();
    assert!(parts.len() > 1 && joined == records(&plain));
}
