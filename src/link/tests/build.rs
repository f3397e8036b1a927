//! Headers by hand, a random number generator, and one frame of every kind.

/// Payload of every test segment.
pub(super) const PAYLOAD: &[u8] =
    b"every byte of this payload is told apart: 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ";
pub(super) const SEQ: u32 = 0x0102_0304;
pub(super) const TCP: u8 = 6;
pub(super) const TCP_HEADER: u32 = 32;

pub(super) fn cat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// A TCP header with timestamps, from port 51234 to 1935, and its payload.
pub(super) fn tcp(payload: &[u8]) -> Vec<u8> {
    let ports = [0xC8, 0x22, 0x07, 0x8F];
    let rest = [0x80, 0x18, 0x12, 0x34, 0, 0, 0, 0, 1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6];
    cat(&[&ports, &SEQ.to_be_bytes(), &[0, 0, 0, 9], &rest, payload])
}

/// An IPv4 header and payload; `fragment` is the flags and offset field.
pub(super) fn ipv4_with(protocol: u8, id: u16, fragment: u16, options: &[u8], payload: &[u8]) -> Vec<u8> {
    let header = 20 + options.len();
    let total = u16::try_from(header + payload.len()).unwrap_or(0);
    let mut h = vec![0x40 | u8::try_from(header / 4).unwrap(), 0];
    h.extend(total.to_be_bytes());
    h.extend(id.to_be_bytes());
    h.extend(fragment.to_be_bytes());
    h.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    h.extend(options);
    let sum: u32 = h.chunks(2).map(|w| u32::from(w[0]) << 8 | u32::from(w[1])).sum();
    let folded = (sum & 0xFFFF) + (sum >> 16);
    h[10..12].copy_from_slice(&(!u16::try_from(folded).unwrap()).to_be_bytes());
    cat(&[&h, payload])
}

pub(super) fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_with(protocol, 77, 0x4000, &[], payload)
}

/// An IPv6 header and payload, from `2001:db8::1` to `2001:db8::2`.
pub(super) fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    let prefix = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    cat(&[&[0x60, 0, 0, 0], &len, &[next, 64], &prefix, &[1], &prefix, &[2], payload])
}

/// An IPv6 fragment header and its piece.
pub(super) fn ipv6_fragment(next: u8, id: u32, offset: usize, more: bool, piece: &[u8]) -> Vec<u8> {
    let field = u16::try_from(offset).unwrap() | u16::from(more);
    ipv6(44, &cat(&[&[next, 0], &field.to_be_bytes(), &id.to_be_bytes(), piece]))
}

pub(super) fn eth(kind: u16, payload: &[u8]) -> Vec<u8> {
    cat(&[&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], &kind.to_be_bytes(), payload])
}

pub(super) fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(8 + payload.len()).unwrap().to_be_bytes();
    cat(&[&[0x30, 0x39], &port.to_be_bytes(), &len, &[0, 0], payload])
}

pub(super) fn vxlan(frame: &[u8]) -> Vec<u8> {
    udp(4789, &cat(&[&[8, 0, 0, 0, 0, 0, 42, 0], frame]))
}

/// A frame, and what of it is no IP header, TCP header or payload.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) link: u32,
    pub(super) frame: Vec<u8>,
    pub(super) link_bytes: usize,
    pub(super) ip_bytes: u32,
}

/// The same segment in every link type and encapsulation.
pub(super) fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    let mut add = |name, link, outer: &[u8], v6: bool| {
        let ip = if v6 { ipv6(TCP, &tcp(PAYLOAD)) } else { ipv4(TCP, &tcp(PAYLOAD)) };
        let frame = cat(&[outer, &ip]);
        all.push(Sample { name, link, frame, link_bytes: outer.len(), ip_bytes: if v6 { 40 } else { 20 } });
    };
    let mac = &eth(0, &[])[..12];
    let link = |tail: &[u8]| cat(&[mac, tail]);
    add("ethernet, v4", 1, &link(&[8, 0]), false);
    add("ethernet, v6", 1, &link(&[0x86, 0xDD]), true);
    add("vlan", 1, &link(&[0x81, 0, 0, 42, 8, 0]), false);
    add("qinq, v6", 1, &link(&[0x88, 0xA8, 0, 1, 0x81, 0, 0, 2, 0x86, 0xDD]), true);
    add(
        "five tags",
        1,
        &link(&[0x91, 0, 0, 1, 0x91, 0, 0, 2, 0x92, 0, 0, 3, 0x81, 0, 0, 4, 0x81, 0, 0, 5, 8, 0]),
        false,
    );
    add("mpls", 1, &link(&[0x88, 0x47, 0, 0, 0x10, 64, 0, 0, 0x21, 64]), false);
    add("mpls, v6", 1, &link(&[0x88, 0x48, 0, 0, 0x11, 64]), true);
    let wire = cat(&[&[0x88, 0x47, 0, 0, 0x11, 64, 0, 0, 0, 0], &link(&[8, 0])]);
    add("mpls pseudowire", 1, &link(&wire), false);
    let len = |n: usize| u16::try_from(n + 32 + PAYLOAD.len()).unwrap().to_be_bytes();
    let session =
        |ppp: &[u8], ip: usize| link(&cat(&[&[0x88, 0x64, 0x11, 0, 0, 7], &len(ip + ppp.len()), ppp]));
    add("pppoe", 1, &session(&[0, 0x21], 20), false);
    add("pppoe, v6, short protocol", 1, &session(&[0x57], 40), true);
    add("snap", 1, &link(&cat(&[&len(28), &[0xAA, 0xAA, 3, 0, 0, 0, 8, 0]])), false);
    add("null, little", 0, &[2, 0, 0, 0], false);
    add("null, big", 0, &[0, 0, 0, 2], false);
    for family in [10, 24, 28, 30] {
        add("null, little, v6", 0, &[family, 0, 0, 0], true);
        add("null, big, v6", 0, &[0, 0, 0, family], true);
        add("loop, v6", 108, &[0, 0, 0, family], true);
    }
    add("loop", 108, &[0, 0, 0, 2], false);
    for raw in [12, 14, 101, 228] {
        add("raw, v4", raw, &[], false);
    }
    for raw in [12, 14, 101, 229] {
        add("raw, v6", raw, &[], true);
    }
    add("ppp", 9, &[0, 0x21], false);
    add("ppp in hdlc", 50, &[0xFF, 3, 0, 0x57], true);
    let cooked = |kind: &[u8]| cat(&[&[0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], kind]);
    add("cooked", 113, &cooked(&[8, 0]), false);
    add("cooked, vlan, v6", 113, &cooked(&[0x81, 0, 0, 9, 0x86, 0xDD]), true);
    let cooked2 = |kind: &[u8]| cat(&[kind, &[0, 0, 0, 0, 0, 3, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]]);
    add("cooked 2", 276, &cooked2(&[8, 0]), false);
    add("cooked 2, v6", 276, &cooked2(&[0x86, 0xDD]), true);
    all.extend(tunnels());
    all
}

/// The same segment in every tunnel, and behind every IP header that is not plain.
fn tunnels() -> Vec<Sample> {
    let mut all = Vec::new();
    let inner4 = ipv4(TCP, &tcp(PAYLOAD));
    let inner6 = ipv6(TCP, &tcp(PAYLOAD));
    let mut add = |name, link, frame: Vec<u8>, ip_bytes: u32| {
        let rest = ip_bytes as usize + 32 + PAYLOAD.len();
        let link_bytes = frame.len() - rest;
        all.push(Sample { name, link, frame, link_bytes, ip_bytes });
    };
    let gre = |head: &[u8], inner: &[u8]| eth(0x0800, &ipv4(47, &cat(&[head, inner])));
    let frame4 = eth(0x0800, &inner4);
    add("vxlan", 1, eth(0x0800, &ipv4(17, &vxlan(&frame4))), 20);
    add(
        "vxlan over v6, vlan inside",
        1,
        {
            let tagged = eth(0x8100, &cat(&[&[0, 5, 0x86, 0xDD], &inner6]));
            eth(0x86DD, &ipv6(17, &vxlan(&tagged)))
        },
        40,
    );
    add(
        "vxlan, old port",
        1,
        eth(0x0800, &ipv4(17, &udp(8472, &cat(&[&[8, 0, 0, 0, 0, 0, 42, 0], &frame4])))),
        20,
    );
    let geneve = cat(&[&[1, 0, 0x65, 0x58, 0, 0, 1, 0, 9, 9, 9, 0], &frame4]);
    add("geneve", 1, eth(0x0800, &ipv4(17, &udp(6081, &geneve))), 20);
    add("gre", 1, gre(&[0, 0, 8, 0], &inner4), 20);
    add("gre, all fields", 1, gre(&[0xB0, 0, 0x86, 0xDD, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], &inner6), 40);
    add("gre, ethernet", 1, gre(&[0x20, 0, 0x65, 0x58, 0, 0, 0, 1], &frame4), 20);
    add("erspan 1", 1, gre(&[0, 0, 0x88, 0xBE], &frame4), 20);
    add("erspan 2", 1, gre(&[0x10, 0, 0x88, 0xBE, 0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0], &frame4), 20);
    let third = [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1, 0x20, 1, 0, 1, 0, 0, 0, 0, 0, 0];
    add("erspan 3", 1, gre(&cat(&[&third, &[0, 0]]), &frame4), 20);
    add("erspan 3, subheader", 1, gre(&cat(&[&third, &[0, 1, 1, 2, 3, 4, 5, 6, 7, 8]]), &frame4), 20);
    add("erspan 3, ip", 1, gre(&cat(&[&third, &[8, 0]]), &inner4), 20);
    let gtp = |head: &[u8], inner: &[u8]| {
        let len = u16::try_from(head.len() - 8 + inner.len()).unwrap().to_be_bytes();
        let message = cat(&[&head[..2], &len, &head[4..], inner]);
        eth(0x0800, &ipv4(17, &udp(2152, &message)))
    };
    add("gtp", 1, gtp(&[0x30, 255, 0, 0, 0, 0, 0, 1], &inner4), 20);
    add("gtp, sequence", 1, gtp(&[0x32, 255, 0, 0, 0, 0, 0, 1, 0, 7, 0, 0x85], &inner6), 40);
    let extended = [0x34, 255, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 9, 0xC0, 2, 1, 2, 3, 4, 5, 6, 0];
    add("gtp, extensions", 1, gtp(&extended, &inner4), 20);
    add("ip in ip", 1, eth(0x0800, &ipv4(4, &inner4)), 20);
    add("6in4", 1, eth(0x0800, &ipv4(41, &inner6)), 40);
    add("4in6", 1, eth(0x86DD, &ipv6(4, &inner4)), 20);
    add("four deep", 1, eth(0x0800, &ipv4(4, &ipv4(4, &ipv6(4, &ipv4(17, &vxlan(&frame4)))))), 20);
    let t = tcp(PAYLOAD);
    add("v4 options", 1, eth(0x0800, &ipv4_with(TCP, 1, 0, &[7, 7, 4, 0, 0, 0, 0, 0], &t)), 28);
    let auth = [TCP, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    add("v4, auth", 1, eth(0x0800, &ipv4(51, &cat(&[&auth, &t]))), 44);
    let hop = [60, 0, 5, 2, 0, 0, 1, 0];
    let dest = [43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let route = [44, 0, 4, 0, 0, 0, 0, 0];
    let atomic = [51, 0, 0, 0, 0, 0, 0, 3];
    add("v6, extensions", 1, eth(0x86DD, &ipv6(0, &cat(&[&hop, &dest, &route, &atomic, &auth, &t]))), 104);
    all
}

/// xorshift64*: seeded, so that a failure can be seen again.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % n.max(1)
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}
