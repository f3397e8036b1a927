//! Packets, chunks and AMF values, as bytes of a pcap file.
//!
//! Takes what two hosts say to each other and writes it out at once, so that a capture of any length costs no memory.
//! It computes no checksums and sends nothing again.

use std::io::{self, Write};

/// Flags of a TCP header.
pub(crate) const FIN: u8 = 1;
pub(crate) const SYN: u8 = 2;
pub(crate) const RST: u8 = 4;
pub(crate) const PUSH: u8 = 8;
pub(crate) const ACK: u8 = 16;

/// Bytes of a segment in a frame of Ethernet, behind TCP timestamps.
pub(crate) const SEGMENT: usize = 1448;

/// A capture on its way out.
pub(crate) struct Wire<'w> {
    out: &'w mut dyn Write,
    /// Time of the next packet.
    pub(crate) now_us: u64,
    /// Time from one packet to the next.
    pub(crate) step_us: u64,
    packets: u32,
    frame: Vec<u8>,
    /// Bytes written.
    pub(crate) bytes: u64,
}

/// One TCP connection.
#[derive(Clone, Debug)]
pub(crate) struct Conn {
    ends: [([u8; 4], u16); 2],
    next: [u32; 2],
    /// Whether segments carry TCP timestamps and fit into a frame of Ethernet.
    over_ethernet: bool,
}

/// Who sends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

impl Conn {
    /// The `n`-th connection to `port`.
    pub(crate) fn new(n: u32, port: u16) -> Self {
        let [_, a, b, c] = (n / 50_000).to_be_bytes();
        let from = 10_000 + u16::try_from(n % 50_000).unwrap_or(0);
        Self {
            ends: [([10, a, b, c], from), ([192, 0, 2, 1], port)],
            next: [1000, 9000],
            over_ethernet: false,
        }
    }

    /// The same in segments as programs send them.
    pub(crate) const fn over_ethernet(mut self) -> Self {
        self.over_ethernet = true;
        self
    }

    /// Lets bytes of `from` go missing.
    pub(crate) fn skip(&mut self, from: From, bytes: u32) {
        if let Some(next) = self.next.get_mut(from as usize) {
            *next = next.wrapping_add(bytes);
        }
    }

    /// Bytes of `from` in the stream so far, after an opening.
    pub(crate) fn sent(&self, from: From) -> u32 {
        let (_, next) = self.side(from);
        next.wrapping_sub(match from {
            From::Client => 1001,
            From::Server => 9001,
        })
    }

    fn side(&self, from: From) -> (([u8; 4], u16), u32) {
        let [client, server] = self.ends;
        let [c2s, s2c] = self.next;
        match from {
            From::Client => (client, c2s),
            From::Server => (server, s2c),
        }
    }
}

impl From {
    const fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl<'w> Wire<'w> {
    /// Writes the header of the file: Ethernet, microseconds.
    pub(crate) fn new(out: &'w mut dyn Write) -> io::Result<Self> {
        for word in [0xA1B2_C3D4_u32, 4 << 16 | 2, 0, 0, 1 << 18, 1] {
            out.write_all(&word.to_le_bytes())?;
        }
        let now_us = 1_700_000_000_000_000;
        Ok(Self { out, now_us, step_us: 10, packets: 0, frame: Vec::new(), bytes: 24 })
    }

    /// One packet of a connection.
    pub(crate) fn packet(
        &mut self,
        conn: &mut Conn,
        from: From,
        flags: u8,
        payload: &[u8],
    ) -> io::Result<()> {
        let ((src, src_port), seq) = conn.side(from);
        let ((dst, dst_port), ack) = conn.side(from.peer());
        let mut tcp = Vec::with_capacity(32);
        tcp.extend(src_port.to_be_bytes());
        tcp.extend(dst_port.to_be_bytes());
        tcp.extend(seq.to_be_bytes());
        tcp.extend(if flags & ACK == 0 { [0; 4] } else { ack.to_be_bytes() });
        let words = if conn.over_ethernet { 8 } else { 5 };
        tcp.extend([words << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        if conn.over_ethernet {
            let [.., a, b, c, d] = (self.now_us / 1000).to_be_bytes();
            tcp.extend([1, 1, 8, 10, a, b, c, d, a, b, c, d]);
        }
        self.ip(src, dst, 0, &[&tcp, payload])?;
        conn.skip(from, u32::try_from(payload.len()).unwrap_or(0) + u32::from(flags & (SYN | FIN) != 0));
        Ok(())
    }

    /// One IPv4 packet; `fragment` is the field with the flags and the offset.
    pub(crate) fn ip(
        &mut self,
        src: [u8; 4],
        dst: [u8; 4],
        fragment: u16,
        parts: &[&[u8]],
    ) -> io::Result<()> {
        self.packets = self.packets.wrapping_add(1);
        let [_, _, id_high, id_low] = self.packets.to_be_bytes();
        let len: usize = 20 + parts.iter().map(|part| part.len()).sum::<usize>();
        let frame = &mut self.frame;
        frame.clear();
        frame.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0]);
        frame.extend(u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes());
        frame.extend([id_high, id_low]);
        frame.extend(fragment.to_be_bytes());
        frame.extend([64, 6, 0, 0]);
        frame.extend(src);
        frame.extend(dst);
        for part in parts {
            frame.extend_from_slice(part);
        }
        let caught = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        let mut head = [0; 16];
        let (seconds, us) = (self.now_us / 1_000_000, self.now_us % 1_000_000);
        let words = [u32::try_from(seconds).unwrap_or(0), u32::try_from(us).unwrap_or(0), caught, caught];
        for (place, word) in head.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        self.out.write_all(&head)?;
        self.out.write_all(&self.frame)?;
        self.bytes += 16 + u64::from(caught);
        self.now_us += self.step_us;
        Ok(())
    }

    /// Data of one side, in segments of up to 60,000 bytes unless they are to fit into a frame.
    pub(crate) fn send(&mut self, conn: &mut Conn, from: From, bytes: &[u8]) -> io::Result<()> {
        let most = if conn.over_ethernet { SEGMENT } else { 60_000 };
        bytes.chunks(most).try_for_each(|part| self.packet(conn, from, ACK, part))
    }

    /// The opening of TCP.
    pub(crate) fn open(&mut self, conn: &mut Conn) -> io::Result<()> {
        self.packet(conn, From::Client, SYN, &[])?;
        self.packet(conn, From::Server, SYN | ACK, &[])?;
        self.packet(conn, From::Client, ACK, &[])
    }

    /// Both sides close.
    pub(crate) fn close(&mut self, conn: &mut Conn) -> io::Result<()> {
        self.packet(conn, From::Client, FIN | ACK, &[])?;
        self.packet(conn, From::Server, FIN | ACK, &[])?;
        self.packet(conn, From::Client, ACK, &[])
    }

    /// Opens TCP and RTMP, and says connect.
    pub(crate) fn connect(&mut self, conn: &mut Conn) -> io::Result<()> {
        self.open(conn)?;
        let mut hello = vec![0; 1537];
        hello.splice(..1, [3]);
        let echo = hello.get(1..).unwrap_or_default().to_vec();
        self.send(conn, From::Client, &hello)?;
        self.send(conn, From::Server, &[&hello[..], &echo].concat())?;
        self.send(conn, From::Client, &echo)?;
        let fields = [
            ("app", string("live")),
            ("type", string("nonprivate")),
            ("flashVer", string("FMLE/3.0 (compatible; FMSc/1.0)")),
            ("tcUrl", string("rtmp://192.0.2.1:1935/live")),
        ];
        let set_chunk_size = chunk(2, 0, 1, 0, &65_536_u32.to_be_bytes());
        let connect = command("connect", 1.0, &[object(&fields)]);
        self.send(conn, From::Client, &[set_chunk_size, chunk(3, 0, 20, 0, &connect)].concat())?;
        let status = [
            ("level", string("status")),
            ("code", string("NetConnection.Connect.Success")),
            ("description", string("Connection succeeded.")),
            ("objectEncoding", number(0.0)),
        ];
        let window = chunk(2, 0, 5, 0, &5_000_000_u32.to_be_bytes());
        let bandwidth = chunk(2, 0, 6, 0, &[0, 0x4C, 0x4B, 0x40, 2]);
        let server = [("fmsVer", string("FMS/3,0,1,123")), ("capabilities", number(31.0))];
        let result = command("_result", 1.0, &[object(&server), object(&status)]);
        self.send(conn, From::Server, &[window, bandwidth, chunked(3, 20, 0, &result, 128)].concat())
    }

    /// Publishes on message stream 1 with metadata and codec configurations.
    pub(crate) fn publish(&mut self, conn: &mut Conn, name: &str) -> io::Result<()> {
        let calls = [
            command("releaseStream", 2.0, &[vec![5], string(name)]),
            command("FCPublish", 3.0, &[vec![5], string(name)]),
            command("createStream", 4.0, &[vec![5]]),
        ];
        let calls: Vec<u8> = calls.iter().flat_map(|call| chunk(3, 0, 20, 0, call)).collect();
        self.send(conn, From::Client, &calls)?;
        let result = command("_result", 4.0, &[vec![5], number(1.0)]);
        self.send(conn, From::Server, &chunk(3, 0, 20, 0, &result))?;
        let publish = command("publish", 5.0, &[vec![5], string(name), string("live")]);
        self.send(conn, From::Client, &chunk(3, 0, 20, 1, &publish))?;
        let status = [
            ("level", string("status")),
            ("code", string("NetStream.Publish.Start")),
            ("description", string("Start publishing")),
        ];
        let status = command("onStatus", 0.0, &[vec![5], object(&status)]);
        self.send(conn, From::Server, &chunked(5, 20, 1, &status, 128))?;
        let fields = [
            ("duration", number(0.0)),
            ("width", number(320.0)),
            ("height", number(208.0)),
            ("videodatarate", number(2500.0)),
            ("framerate", number(30.0)),
            ("videocodecid", number(7.0)),
            ("audiodatarate", number(160.0)),
            ("audiosamplerate", number(48_000.0)),
            ("audiosamplesize", number(16.0)),
            ("stereo", vec![1, 1]),
            ("audiocodecid", number(10.0)),
            ("encoder", string("Lavf59.27.100")),
            ("filesize", number(0.0)),
        ];
        let metadata = [string("@setDataFrame"), string("onMetaData"), array(&fields)].concat();
        let avc = [&[0x17, 0, 0, 0, 0][..], &AVC].concat();
        let first = [
            chunk(4, 0, 18, 1, &metadata),
            chunk(6, 0, 9, 1, &avc),
            chunk(4, 0, 8, 1, &[0xAF, 0, 0x11, 0x90]),
        ];
        self.send(conn, From::Client, &first.concat())
    }
}

/// A configuration of H.264 (Constrained Baseline, 320x208).
const AVC: [u8; 36] = [
    1, 0x42, 0xC0, 0x0D, 0xFF, 0xE1, 0, 21, 0x67, 0x42, 0xC0, 0x0D, 0xDA, 0x05, 0x06, 0xE8, 0x40, 0, 0, 3, 0,
    0x40, 0, 0, 0x0C, 0x83, 0xC5, 0x0A, 0xA8, 1, 0, 4, 0x68, 0xCE, 0x0F, 0xC8,
];

/// A message in one chunk of format 0.
pub(crate) fn chunk(csid: u32, timestamp: u32, kind: u8, stream: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = begin(csid, timestamp, body.len(), kind, stream);
    bytes.extend_from_slice(body);
    bytes
}

/// A message in chunks of `size` bytes.
pub(crate) fn chunked(csid: u32, kind: u8, stream: u32, body: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = begin(csid, 0, body.len(), kind, stream);
    for (n, part) in body.chunks(size).enumerate() {
        if n > 0 {
            bytes.extend(basic(3, csid));
        }
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A chunk header of format 0 in front of a message of `len` bytes.
pub(crate) fn begin(csid: u32, timestamp: u32, len: usize, kind: u8, stream: u32) -> Vec<u8> {
    let mut bytes = basic(0, csid);
    let [_, len @ ..] = u32::try_from(len).unwrap_or(0).to_be_bytes();
    if timestamp < 0xFF_FFFF {
        let [_, low @ ..] = timestamp.to_be_bytes();
        bytes.extend(low);
    } else {
        bytes.extend([0xFF; 3]);
    }
    bytes.extend(len);
    bytes.push(kind);
    bytes.extend(stream.to_le_bytes());
    if timestamp >= 0xFF_FFFF {
        bytes.extend(timestamp.to_be_bytes());
    }
    bytes
}

/// The first bytes of a chunk header.
pub(crate) fn basic(fmt: u8, csid: u32) -> Vec<u8> {
    let fmt = fmt << 6;
    if let Some(rest) = csid.checked_sub(64) {
        let [_, _, high, low] = rest.to_be_bytes();
        return vec![fmt | 1, low, high];
    }
    vec![fmt | u8::try_from(csid).unwrap_or(0)]
}

/// A command message's body.
pub(crate) fn command(name: &str, transaction: f64, values: &[Vec<u8>]) -> Vec<u8> {
    [string(name), number(transaction), values.concat()].concat()
}

/// An AMF0 string.
pub(crate) fn string(text: &str) -> Vec<u8> {
    if let Ok(len) = u16::try_from(text.len()) {
        return [&[2][..], &len.to_be_bytes(), text.as_bytes()].concat();
    }
    let len = u32::try_from(text.len()).unwrap_or(0);
    [&[12][..], &len.to_be_bytes(), text.as_bytes()].concat()
}

/// An AMF0 number.
pub(crate) fn number(value: f64) -> Vec<u8> {
    [&[0][..], &value.to_be_bytes()].concat()
}

/// An AMF0 object.
pub(crate) fn object(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    [vec![3], properties(fields)].concat()
}

/// An AMF0 ECMA array.
pub(crate) fn array(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let count = u32::try_from(fields.len()).unwrap_or(0).to_be_bytes();
    [&[8][..], &count, &properties(fields)].concat()
}

fn properties(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.extend(u16::try_from(name.len()).unwrap_or(0).to_be_bytes());
        bytes.extend(name.as_bytes());
        bytes.extend(value);
    }
    bytes.extend([0, 0, 9]);
    bytes
}
