//! etherparse as the oracle: on built packets, cut, padded and mutated, both must read the same.

use etherparse::{
    LaxNetSlice, LaxSlicedPacket, PacketBuilder, PacketBuilderStep, TcpOptionElement, TransportSlice, VlanId,
};

use super::build::Random;
use super::{check_ledger, decoder};
use crate::base::endpoint::Endpoint;
use crate::link::layer::Layer;
use crate::link::segment::{Decoded, Segment};
use crate::link::walk::{How, Walk};

/// Built packets: 0, 1 and 2 VLAN tags, both IP versions, with and without TCP options and payload.
fn packets() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for kind in 0..24_u32 {
        let start = PacketBuilder::ethernet2([2; 6], [4; 6]);
        let id = |n| VlanId::try_new(n).unwrap();
        let ip = match (kind % 3, kind / 3 % 2 == 0) {
            (0, true) => start.ipv4([10, 1, 2, 3], [10, 4, 5, 6], 64),
            (0, false) => start.ipv6([1; 16], [2; 16], 64),
            (1, true) => start.single_vlan(id(7)).ipv4([10, 1, 2, 3], [10, 4, 5, 6], 64),
            (1, false) => start.single_vlan(id(7)).ipv6([1; 16], [2; 16], 64),
            (_, true) => start.double_vlan(id(8), id(7)).ipv4([10, 1, 2, 3], [10, 4, 5, 6], 64),
            (_, false) => start.double_vlan(id(8), id(7)).ipv6([1; 16], [2; 16], 64),
        };
        let tcp = ip.tcp(50_000, 1935, 0xFFFF_FFF0, 4096).ack(17).psh();
        let options = [
            TcpOptionElement::MaximumSegmentSize(1400),
            TcpOptionElement::Noop,
            TcpOptionElement::Timestamp(1, 2),
        ];
        let tcp = if kind / 6 % 2 == 0 { tcp } else { tcp.options(&options).unwrap() };
        all.push(write(tcp, if kind / 12 == 0 { &[] } else { b"some payload bytes" }));
    }
    all
}

fn write(tcp: PacketBuilderStep<etherparse::TcpHeader>, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    tcp.write(&mut packet, payload).unwrap();
    packet
}

/// What both know of a segment.
#[derive(Debug, PartialEq)]
struct Read<'a> {
    src: Endpoint,
    dst: Endpoint,
    seq: u32,
    ack: u32,
    bits: [bool; 5],
    window: u16,
    options: Vec<u8>,
    payload: &'a [u8],
}

fn ours<'a>(s: &Segment<'a>) -> Read<'a> {
    let f = s.flags;
    let bits = [f.fin(), f.syn(), f.rst(), f.psh(), f.ack()];
    let options = s.options.to_vec();
    Read {
        src: s.src,
        dst: s.dst,
        seq: s.seq,
        ack: s.ack,
        bits,
        window: s.window,
        options,
        payload: s.payload,
    }
}

/// etherparse's reading, if it found TCP outside of a fragment.
fn theirs(frame: &[u8]) -> Option<Read<'_>> {
    let packet = LaxSlicedPacket::from_ethernet(frame).ok()?;
    let (src, dst, fragmented) = match packet.net? {
        LaxNetSlice::Ipv4(ip) => (
            Endpoint::v4(ip.header().source(), 0),
            Endpoint::v4(ip.header().destination(), 0),
            // A total length below the header's is taken for unknown there, and refused here unless it is 0.
            ip.is_payload_fragmented()
                || ip.header().total_len() != 0
                    && usize::from(ip.header().total_len()) < ip.header().slice().len(),
        ),
        LaxNetSlice::Ipv6(ip) => (
            Endpoint::v6(ip.header().source(), 0),
            Endpoint::v6(ip.header().destination(), 0),
            ip.is_payload_fragmented(),
        ),
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    (!fragmented).then(|| Read {
        src: Endpoint::from_bits(src.ip(), tcp.source_port()),
        dst: Endpoint::from_bits(dst.ip(), tcp.destination_port()),
        seq: tcp.sequence_number(),
        ack: tcp.acknowledgment_number(),
        bits: [tcp.fin(), tcp.syn(), tcp.rst(), tcp.psh(), tcp.ack()],
        window: tcp.window_size(),
        options: tcp.options().to_vec(),
        payload: tcp.payload(),
    })
}

/// Compares all three ways on one frame; gives whether there was a segment.
fn compare(frame: &[u8], wire: u32) -> bool {
    let layer = Layer::new(frame, wire);
    let long = Decoded::from(Walk::frame(1, layer, How::Long));
    let mut decoder = decoder();
    assert_eq!(decoder.decode(1, wire, frame, None), long, "{frame:02x?}");
    match (&long, theirs(frame)) {
        (Decoded::Tcp(got), their) => {
            check_ledger(got);
            // Options that the snap length cut are given here; there they end the reading.
            let cut = got.options.len() as u64 + 20 < u64::from(got.tcp_header_bytes);
            match their {
                Some(their) => assert_eq!(ours(got), their, "{frame:02x?}"),
                None => assert!(cut || tunnelled(frame), "only we read {frame:02x?}: {got:?}"),
            }
            true
        }
        (_, None) => false,
        (other, Some(their)) => panic!("only etherparse reads {frame:02x?}: {other:?} {their:?}"),
    }
}

/// Something that etherparse does not go into, and a mutation may make.
fn tunnelled(frame: &[u8]) -> bool {
    let Ok(packet) = LaxSlicedPacket::from_ethernet(frame) else { return true };
    match &packet.net {
        Some(LaxNetSlice::Ipv4(ip)) => ip.payload_ip_number().0 != 6,
        Some(LaxNetSlice::Ipv6(ip)) => ip.payload().ip_number.0 != 6,
        _ => true,
    }
}

#[test]
fn cut_and_padded_anywhere() {
    for packet in packets() {
        let wire = u32::try_from(packet.len()).unwrap();
        assert!(compare(&packet, wire));
        for n in 0..packet.len() {
            let seen = compare(&packet[..n], wire);
            assert_eq!(compare(&packet[..n], 0), seen && n > 0);
        }
        let mut padded = packet;
        for n in 1..40_u8 {
            padded.push(n);
            assert!(compare(&padded, 0));
        }
    }
}

#[test]
fn mutated_headers() {
    let mut random = Random(0x5EED_0001);
    let packets = packets();
    let mut segments = 0;
    for round in 0..30_000 {
        let mut packet = packets[round % packets.len()].clone();
        let whole = u32::try_from(packet.len()).unwrap();
        for _ in 0..=random.below(3) {
            // From the EtherType on; the addresses mean nothing.
            let at = 12 + random.below(packet.len() - 12);
            packet[at] = if random.below(2) == 0 { random.byte() } else { packet[at] ^ 1 << random.below(8) };
        }
        if random.below(4) == 0 {
            packet.truncate(random.below(packet.len() + 1));
        }
        segments += u32::from(compare(&packet, if random.below(2) == 0 { whole } else { 0 }));
    }
    assert!(segments > 10_000, "{segments}");
}
