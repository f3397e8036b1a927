//! The pcapng file: sections of blocks, some of which are packets.
//!
//! Takes a [`Buffer`], gives [`Record`]s: Enhanced, Simple and the obsolete Packet Blocks. Every section has its own
//! byte order and its own interfaces. TLS key logs in Decryption Secrets Blocks are kept; all other blocks, and the
//! options of packets (comments among them), are passed over without a look. A section's length is not used.
//! Spec: draft-ietf-opsawg-pcapng. Framing is done here, so that a block is in the buffer as a whole before it is
//! parsed; the `pcap-parser` crate parses those that are looked into, except Enhanced and obsolete Packet Blocks: those
//! are sliced in place, as it would make a list of the options of every packet.

use pcap_parser::{Block, DSB_MAGIC, EPB_MAGIC, IDB_MAGIC, SHB_MAGIC, SPB_MAGIC, SecretsType};
use pcap_parser::{parse_block_be, parse_block_le};

use super::buffer::Buffer;
use super::damage::{Damage, Unit};
use super::iface::Interface;
use super::order::{Order, words};
use super::record::{Record, cut_or_failed, end_of_file};
use super::secrets::Secrets;

/// Type, length, and the length again.
const SMALLEST_BLOCK: usize = 12;
/// The Packet Block of the first drafts; the parser has no name for it.
const PB_MAGIC: u32 = 0x0000_0002;
/// Bytes of an Enhanced Packet Block (and of a Packet Block) in front of the packet.
const PACKET_AT: usize = 28;
/// Bytes of a Simple Packet Block in front of the packet.
const SIMPLE_PACKET_AT: usize = 12;
/// Interfaces of one section; real captures have a handful.
const MAX_INTERFACES: usize = 65_536;

/// The state of reading one pcapng file.
pub(super) struct PcapNg {
    order: Order,
    interfaces: Vec<Interface>,
}

/// The type and padded length of the block at the front of the buffer.
#[derive(Copy, Clone)]
struct Frame {
    kind: u32,
    len: usize,
}

impl PcapNg {
    /// Reads the first section header.
    pub(super) fn open(buffer: &mut Buffer, limit: usize) -> Result<Self, Damage> {
        let mut new = Self { order: Order::Little, interfaces: Vec::new() };
        if !buffer.fill(SMALLEST_BLOCK) {
            return Err(cut_or_failed(buffer, Unit::FileHeader, SMALLEST_BLOCK));
        }
        let frame = new.frame(buffer, limit)?;
        if !buffer.fill(frame.len) {
            return Err(cut_or_failed(buffer, Unit::FileHeader, frame.len));
        }
        new.described(buffer, frame, limit, &mut Secrets::default())?;
        Ok(new)
    }

    /// The packet at the front of the buffer, when it is there as a whole and nothing is the matter with it.
    #[inline]
    pub(super) fn ready(&self, buffer: &mut Buffer, limit: usize) -> Option<Record> {
        let data = buffer.data();
        let [kind, len, _] = words(data).first_chunk()?;
        let (kind, len) = (self.order.u32(*kind), padded(self.order.u32(*len)));
        if kind != EPB_MAGIC || len < SMALLEST_BLOCK || len > limit.min(data.len()) {
            return None;
        }
        self.packet(buffer, Frame { kind, len }).ok()
    }

    /// The next packet; none at the end of the file.
    pub(super) fn next(
        &mut self,
        buffer: &mut Buffer,
        limit: usize,
        secrets: &mut Secrets,
    ) -> Result<Option<Record>, Damage> {
        loop {
            if buffer.data().len() < SMALLEST_BLOCK && !buffer.fill(SMALLEST_BLOCK) {
                return end_of_file(buffer, Unit::Block, SMALLEST_BLOCK);
            }
            let frame = self.frame(buffer, limit)?;
            if buffer.data().len() < frame.len && !buffer.fill(frame.len) {
                return Err(cut_or_failed(buffer, unit(frame.kind), frame.len));
            }
            match frame.kind {
                EPB_MAGIC | PB_MAGIC => return self.packet(buffer, frame).map(Some),
                SPB_MAGIC => return self.simple_packet(buffer, frame).map(Some),
                _ => self.described(buffer, frame, limit, secrets)?,
            }
        }
    }

    /// The type and length of the block whose first 12 bytes are there.
    #[inline]
    fn frame(&mut self, buffer: &Buffer, limit: usize) -> Result<Frame, Damage> {
        let at = buffer.at();
        let Some([kind, len, third]) = words(buffer.data()).first_chunk() else {
            return Err(Damage::Bad { at, what: "no pcapng block" });
        };
        let kind = self.order.u32(*kind);
        // The type of a section header reads the same in both orders; its third word tells the order.
        if kind == SHB_MAGIC {
            self.order = match third {
                [0x4D, 0x3C, 0x2B, 0x1A] => Order::Little,
                [0x1A, 0x2B, 0x3C, 0x4D] => Order::Big,
                _ => return Err(Damage::Bad { at, what: "a section header without a byte order" }),
            };
        }
        let len = self.order.u32(*len);
        let padded = padded(len);
        if padded < SMALLEST_BLOCK {
            return Err(Damage::Bad { at, what: "a block shorter than a block can be" });
        }
        if padded > limit {
            let (unit, len, limit) = (unit(kind), u64::from(len), limit as u64);
            return Err(Damage::TooLong { unit, at, len, limit });
        }
        Ok(Frame { kind, len: padded })
    }

    /// An Enhanced Packet Block or a Packet Block:
    ///
    /// ```text
    /// type | length | interface            | time high | time low | captured | original | packet, options | length
    /// type | length | interface:16 drop:16 | time high | time low | captured | original | packet, options | length
    /// ```
    #[inline]
    fn packet(&self, buffer: &mut Buffer, frame: Frame) -> Result<Record, Damage> {
        let at = buffer.at();
        let block = buffer.data().get(..frame.len).unwrap_or_default();
        let ([kind, len, interface, high, low, stored, wire, ..], Some(len_again)) =
            (words(block), words(block).last())
        else {
            return Err(Damage::Bad { at, what: "a packet block shorter than its fields" });
        };
        let order = self.order;
        if len != len_again {
            return Err(Damage::Bad { at, what: LENGTHS_DIFFER });
        }
        let index = if order.u32(*kind) == EPB_MAGIC {
            order.u32(*interface)
        } else {
            let [a, b, ..] = *interface;
            u32::from(order.u16([a, b]))
        };
        let Some(interface) = self.interfaces.get(index as usize) else {
            return Err(Damage::Interface { at, index, known: self.interfaces.len() });
        };
        let end = PACKET_AT.saturating_add(order.u32(*stored) as usize);
        if end > frame.len.saturating_sub(4) {
            return Err(Damage::Bad { at, what: "a packet longer than its block" });
        }
        let units = u64::from(order.u32(*high)) << 32 | u64::from(order.u32(*low));
        let (ts, link, wire_len) = (interface.clock.time(units), interface.link, order.u32(*wire));
        Ok(Record { place: buffer.take(frame.len, PACKET_AT..end), ts, link, interface: index, wire_len })
    }

    /// A Simple Packet Block: of the section's first interface, cut at its snap length, without a time.
    fn simple_packet(&self, buffer: &mut Buffer, frame: Frame) -> Result<Record, Damage> {
        let at = buffer.at();
        let Some(Block::SimplePacket(block)) = self.parse(buffer, frame)? else {
            return Err(Damage::Bad { at, what: "no packet block" });
        };
        let Some(interface) = self.interfaces.first() else {
            return Err(Damage::Interface { at, index: 0, known: 0 });
        };
        let snap_len = if interface.snap_len == 0 { u32::MAX } else { interface.snap_len };
        let wire_len = block.origlen;
        let stored = (wire_len.min(snap_len) as usize).min(block.data.len());
        let place = buffer.take(frame.len, SIMPLE_PACKET_AT..SIMPLE_PACKET_AT.saturating_add(stored));
        Ok(Record { place, ts: None, link: interface.link, interface: 0, wire_len })
    }

    /// A block that is no packet: what it describes is kept, and it is passed.
    fn described(
        &mut self,
        buffer: &mut Buffer,
        frame: Frame,
        limit: usize,
        secrets: &mut Secrets,
    ) -> Result<(), Damage> {
        let at = buffer.at();
        match self.parse(buffer, frame)? {
            Some(Block::SectionHeader(header)) => {
                if header.major_version != 1 {
                    return Err(Damage::Bad { at, what: "a section of an unknown version of pcapng" });
                }
                self.interfaces.clear();
            }
            Some(Block::InterfaceDescription(block)) => {
                if self.interfaces.len() >= MAX_INTERFACES {
                    return Err(Damage::Bad { at, what: "more interfaces than are allowed in a section" });
                }
                let interface = Interface::new(&block, self.order);
                self.interfaces.push(interface);
            }
            Some(Block::DecryptionSecrets(block)) if block.secrets_type == SecretsType::TlsKeyLog => {
                let key_log = block.data.get(..block.secrets_len as usize).unwrap_or(block.data);
                secrets.keep(key_log, limit);
            }
            _ => {}
        }
        buffer.take(frame.len, 0..0);
        Ok(())
    }

    /// The parsed block, if it is of a kind that is looked into; its two lengths must agree in any case.
    fn parse<'b>(&self, buffer: &'b Buffer, frame: Frame) -> Result<Option<Block<'b>>, Damage> {
        let at = buffer.at();
        let block = buffer.data().get(..frame.len).unwrap_or_default();
        if words(block).get(1) != words(block).last() {
            return Err(Damage::Bad { at, what: LENGTHS_DIFFER });
        }
        if !matches!(frame.kind, SHB_MAGIC | IDB_MAGIC | SPB_MAGIC | DSB_MAGIC) {
            return Ok(None);
        }
        let parsed = match self.order {
            Order::Little => parse_block_le(block),
            Order::Big => parse_block_be(block),
        };
        match parsed {
            Ok((_, block)) => Ok(Some(block)),
            Err(_) => Err(Damage::Bad { at, what: "a block whose fields do not fit into it" }),
        }
    }
}

/// The length that a block of so many bytes takes.
#[inline]
const fn padded(len: u32) -> usize {
    (len as usize).saturating_add(3) & !3
}

const fn unit(kind: u32) -> Unit {
    match kind {
        EPB_MAGIC | SPB_MAGIC | PB_MAGIC => Unit::Packet,
        _ => Unit::Block,
    }
}

const LENGTHS_DIFFER: &str = "the length at the end of the block is not the one at its start";
