//! Capture files built byte by byte, in either byte order.

use crate::capture::order::Order;

/// Fields in a byte order.
#[derive(Clone)]
pub(super) struct Out {
    pub(super) bytes: Vec<u8>,
    order: Order,
}

impl Out {
    pub(super) fn new(order: Order) -> Self {
        Self { bytes: Vec::new(), order }
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(super) fn u16(self, n: u16) -> Self {
        let b = if self.order == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() };
        self.raw(&b)
    }

    pub(super) fn u32(self, n: u32) -> Self {
        let b = if self.order == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() };
        self.raw(&b)
    }

    pub(super) fn i64(self, n: i64) -> Self {
        let b = if self.order == Order::Big { n.to_be_bytes() } else { n.to_le_bytes() };
        self.raw(&b)
    }

    fn padded(self, bytes: &[u8]) -> Self {
        let fill = bytes.len().next_multiple_of(4) - bytes.len();
        self.raw(bytes).raw(&vec![0; fill])
    }

    // pcap

    pub(super) fn pcap(order: Order, magic: u32, link: u32) -> Self {
        Self::new(order).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(0xFFFF).u32(link)
    }

    pub(super) fn record(self, sec: u32, fraction: u32, wire_len: usize, data: &[u8]) -> Self {
        self.u32(sec).u32(fraction).u32(len(data.len())).u32(len(wire_len)).raw(data)
    }

    pub(super) fn modified_record(self, sec: u32, fraction: u32, wire_len: usize, data: &[u8]) -> Self {
        let head = self.u32(sec).u32(fraction).u32(len(data.len())).u32(len(wire_len));
        head.u32(7).u16(8).raw(&[9, 0]).raw(data)
    }

    // pcapng

    pub(super) fn block(self, kind: u32, body: &Self) -> Self {
        let whole = len(body.bytes.len() + 12);
        self.u32(kind).u32(whole).raw(&body.bytes).u32(whole)
    }

    fn body(&self) -> Self {
        Self::new(self.order)
    }

    /// A new section, in the same order.
    pub(super) fn section(self) -> Self {
        let body = self.body().u32(0x1A2B_3C4D).u16(1).u16(0).i64(-1);
        self.block(0x0A0D_0D0A, &body)
    }

    /// A new section, in another order from here on.
    pub(super) fn section_in(mut self, order: Order) -> Self {
        self.order = order;
        self.section()
    }

    pub(super) fn interface(self, link: u16, snap_len: u32, options: &[(u16, Vec<u8>)]) -> Self {
        let mut body = self.body().u16(link).u16(0).u32(snap_len);
        for (code, value) in options {
            body = body.u16(*code).u16(u16::try_from(value.len()).unwrap()).padded(value);
        }
        if !options.is_empty() {
            body = body.u32(0);
        }
        self.block(1, &body)
    }

    pub(super) fn enhanced(self, interface: u32, units: u64, wire_len: usize, data: &[u8]) -> Self {
        self.enhanced_with(interface, units, wire_len, data, &[])
    }

    pub(super) fn enhanced_with(
        self,
        interface: u32,
        units: u64,
        wire_len: usize,
        data: &[u8],
        options: &[u8],
    ) -> Self {
        let body = self.body().u32(interface).u32((units >> 32) as u32).u32(units as u32);
        let body = body.u32(len(data.len())).u32(len(wire_len)).padded(data).raw(options);
        self.block(6, &body)
    }

    pub(super) fn simple(self, wire_len: usize, data: &[u8]) -> Self {
        let body = self.body().u32(len(wire_len)).padded(data);
        self.block(3, &body)
    }

    pub(super) fn obsolete(self, interface: u16, units: u64, wire_len: usize, data: &[u8]) -> Self {
        let body = self.body().u16(interface).u16(3).u32((units >> 32) as u32).u32(units as u32);
        let body = body.u32(len(data.len())).u32(len(wire_len)).padded(data);
        self.block(2, &body)
    }

    pub(super) fn secrets(self, kind: u32, text: &[u8]) -> Self {
        let body = self.body().u32(kind).u32(len(text.len())).padded(text);
        self.block(0x0A, &body)
    }
}

fn len(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}
