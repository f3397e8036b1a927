//! What TLS says before it is encrypted: the hellos, and alerts (RFC 5246, RFC 8446).
//!
//! Takes the bytes of both directions from their beginning, and holes; keeps what the hellos say and the first fatal alert.
//! Nothing is decrypted. A direction is looked at up to its first hole, or the first record that is encrypted.

use crate::base::pos::{Dir, PacketRef, PerDir};
use crate::base::read::{Reader, Truncated};

/// What was said in clear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    sides: PerDir<Side>,
    pub(crate) client: Option<ClientHello>,
    pub(crate) server: Option<ServerHello>,
    pub(crate) alert: Option<Alert>,
}

/// What a client says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientHello {
    /// Packet that completed it.
    pub(crate) at: PacketRef,
    /// The name of the server it wants (SNI).
    pub(crate) name: Option<String>,
}

/// What a server answers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerHello {
    pub(crate) at: PacketRef,
    /// The version it chose.
    pub(crate) version: Version,
}

/// A version of TLS, as it is written in hellos: 0x0303 is TLS 1.2.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u16);

/// A fatal alert that was not encrypted.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alert {
    pub(crate) from: Dir,
    pub(crate) at: PacketRef,
    pub(crate) code: u8,
}

/// One direction.
#[derive(Clone, Debug, Default)]
struct Side {
    /// Nothing more can be read.
    over: bool,
    header: [u8; RECORD_HEADER],
    got: usize,
    /// Bytes of the record's body that are still to come.
    left: usize,
    /// The first handshake message, then nothing any more.
    hello: Vec<u8>,
    said_hello: bool,
    alert: [u8; 2],
}

const RECORD_HEADER: usize = 5;
/// Longest hello that is kept.
const MOST_HELLO: usize = 16 << 10;
/// Types of records.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
/// The level of an alert that ends the connection.
const FATAL: u8 = 2;

impl Version {
    const TLS_1_0: u16 = 0x0301;
    /// The oldest that is not given up (RFC 8996).
    pub(crate) const TLS_1_2: Self = Self(0x0303);
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0x0300 => f.write_str("SSL 3.0"),
            minor @ Self::TLS_1_0..=0x0304 => write!(f, "TLS 1.{}", minor - Self::TLS_1_0),
            other => write!(f, "version 0x{other:04x}"),
        }
    }
}

impl Alert {
    /// What it says.
    pub(crate) const fn name(self) -> &'static str {
        match self.code {
            10 => "unexpected message",
            20 => "bad record MAC",
            22 => "record overflow",
            40 => "handshake failure: no common cipher or parameters",
            42 => "bad certificate",
            43 => "unsupported certificate",
            44 => "certificate revoked",
            45 => "certificate expired",
            46 => "certificate unknown",
            47 => "illegal parameter",
            48 => "unknown certificate authority",
            49 => "access denied",
            50 => "decode error",
            51 => "decrypt error",
            70 => "protocol version not supported",
            71 => "insufficient security",
            80 => "internal error",
            86 => "inappropriate fallback",
            109 => "missing extension",
            110 => "unsupported extension",
            112 => "unrecognized server name",
            116 => "certificate required",
            120 => "no application protocol",
            _ => "unknown alert",
        }
    }
}

impl Tls {
    /// Takes the next bytes of a direction.
    pub(crate) fn data(&mut self, dir: Dir, mut bytes: &[u8], at: PacketRef) {
        while !self.sides.get(dir).over && !bytes.is_empty() {
            let taken = self.step(dir, bytes, at);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Bytes of a direction are missing.
    pub(crate) fn gap(&mut self, dir: Dir) {
        self.sides.get_mut(dir).end();
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) fn held_bytes(&self) -> usize {
        let name = self.client.as_ref().and_then(|hello| hello.name.as_ref()).map_or(0, String::capacity);
        self.sides.c2s.hello.capacity() + self.sides.s2c.hello.capacity() + name
    }

    /// Takes bytes of a header or of a body; gives how many.
    fn step(&mut self, dir: Dir, bytes: &[u8], at: PacketRef) -> usize {
        let side = self.sides.get_mut(dir);
        if side.left == 0 {
            let taken = side.take_header(bytes);
            if side.got == RECORD_HEADER {
                side.begin();
            }
            return taken;
        }
        let taken = bytes.len().min(side.left);
        let body = bytes.get(..taken).unwrap_or_default();
        let [kind, ..] = side.header;
        if kind == HANDSHAKE && !side.said_hello {
            side.hello.extend_from_slice(body);
        }
        for byte in body.iter().filter(|_| kind == ALERT) {
            side.alert = [side.alert[1], *byte];
        }
        side.left -= taken;
        if side.left == 0 {
            side.got = 0;
            if let ([FATAL, code], ALERT) = (side.alert, kind) {
                self.alert.get_or_insert(Alert { from: dir, at, code });
            }
        }
        self.hello(dir, at);
        taken
    }

    /// Reads the hello of a direction once all of it has come.
    fn hello(&mut self, dir: Dir, at: PacketRef) {
        let side = self.sides.get_mut(dir);
        let mut reader = Reader::new(&side.hello);
        let (Ok(kind), Ok(len)) = (reader.u8("type"), reader.u24("length")) else { return };
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        if len > MOST_HELLO {
            return side.end();
        }
        let Ok(body) = reader.take(len, "hello") else { return };
        match (kind, dir) {
            (1, Dir::ClientToServer) => self.client = client_hello(body, at).ok(),
            (2, Dir::ServerToClient) => self.server = server_hello(body, at).ok(),
            _ => {}
        }
        (side.hello, side.said_hello) = (Vec::new(), true);
    }
}

impl Side {
    fn end(&mut self) {
        (self.over, self.hello) = (true, Vec::new());
    }

    fn take_header(&mut self, bytes: &[u8]) -> usize {
        let free = self.header.get_mut(self.got..).unwrap_or_default();
        let taken = free.len().min(bytes.len());
        for (to, from) in free.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.got += taken;
        taken
    }

    /// A record begins.
    fn begin(&mut self) {
        let [kind, major, _, high, low] = self.header;
        self.left = usize::from(u16::from_be_bytes([high, low]));
        let in_clear = kind == HANDSHAKE || (kind == ALERT && self.left == 2);
        if !in_clear || major != 3 || self.left == 0 {
            self.end();
        }
    }
}

/// The name of the server, and the versions, are extensions.
const SERVER_NAME: u16 = 0;
const SUPPORTED_VERSIONS: u16 = 43;

fn client_hello(body: &[u8], at: PacketRef) -> Result<ClientHello, Truncated> {
    let mut reader = Reader::new(body);
    reader.take(2 + 32, "version and random")?;
    let session = reader.u8("length")?;
    reader.take(session.into(), "session")?;
    let ciphers = reader.u16("length")?;
    reader.take(ciphers.into(), "ciphers")?;
    let compressions = reader.u8("length")?;
    reader.take(compressions.into(), "compressions")?;
    let name = extension(reader, SERVER_NAME)?.map(server_name).transpose()?;
    Ok(ClientHello { at, name })
}

fn server_hello(body: &[u8], at: PacketRef) -> Result<ServerHello, Truncated> {
    let mut reader = Reader::new(body);
    let version = reader.u16("version")?;
    reader.take(32, "random")?;
    let session = reader.u8("length")?;
    reader.take(session.into(), "session")?;
    reader.take(2 + 1, "cipher and compression")?;
    let chosen =
        extension(reader, SUPPORTED_VERSIONS)?.map(|mut chosen| chosen.u16("version")).transpose()?;
    Ok(ServerHello { at, version: Version(chosen.unwrap_or(version)) })
}

/// The body of an extension, of those that are next.
fn extension(mut reader: Reader<'_>, wanted: u16) -> Result<Option<Reader<'_>>, Truncated> {
    if reader.left() == 0 {
        return Ok(None);
    }
    let len = reader.u16("length")?;
    let mut reader = Reader::new(reader.take(len.into(), "extensions")?);
    while reader.left() > 0 {
        let (kind, len) = (reader.u16("type")?, reader.u16("length")?);
        let body = reader.take(len.into(), "extension")?;
        if kind == wanted {
            return Ok(Some(Reader::new(body)));
        }
    }
    Ok(None)
}

fn server_name(mut reader: Reader<'_>) -> Result<String, Truncated> {
    reader.take(2 + 1, "list and type")?;
    let len = reader.u16("length")?;
    Ok(String::from_utf8_lossy(reader.take(len.into(), "name")?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dir::{ClientToServer as C, ServerToClient as S};

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let len = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3][..], &len, body].concat()
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind][..], &len[1..], body].concat()
    }

    fn hello(from: Dir, extensions: &[u8]) -> Vec<u8> {
        let len = u16::try_from(extensions.len()).unwrap().to_be_bytes();
        let middle: &[u8] = if from == C { &[1, 9, 0, 2, 0x13, 1, 1, 0] } else { &[0, 0x13, 1, 0] };
        let body = [&[3, 3][..], &[7; 32], middle, &len, extensions].concat();
        message(if from == C { 1 } else { 2 }, &body)
    }

    const NAME: &[u8] = &[0, 5, 0, 1, 0, 0, 0, 0, 9, 0, 7, 0, 0, 4, b'h', b'o', b's', b't'];

    fn read(dir: Dir, bytes: &[u8], cut: usize) -> Tls {
        let mut tls = Tls::default();
        bytes.chunks(cut).for_each(|part| tls.data(dir, part, PacketRef::default()));
        tls
    }

    #[test]
    fn hellos_however_they_are_cut() {
        let client = hello(C, NAME);
        let (front, back) = client.split_at(20);
        for bytes in [record(22, &client), [record(22, front), record(22, back)].concat()] {
            for cut in [1, 3, 500] {
                let name = read(C, &bytes, cut).client.map(|hello| hello.name);
                assert_eq!(name, Some(Some("host".to_owned())), "cut {cut}");
            }
        }
        assert_eq!(read(C, &record(22, &hello(C, &[])), 9).client.map(|hello| hello.name), Some(None));
        let version = |extensions| {
            read(S, &record(22, &hello(S, extensions)), 9).server.map(|it| it.version.to_string())
        };
        assert_eq!(version(&[]), Some("TLS 1.2".to_owned()));
        assert_eq!(version(&[0, 43, 0, 2, 3, 4]), Some("TLS 1.3".to_owned()));
        assert_eq!(version(&[0, 43, 0, 9, 3]), None, "cut off");
    }

    #[test]
    fn alerts_that_are_fatal_and_in_clear() {
        let alert = |bytes: &[u8]| read(S, bytes, 4).alert.map(|alert| alert.code);
        assert_eq!(alert(&record(21, &[2, 40])), Some(40));
        assert_eq!(alert(&record(21, &[1, 112])), None, "a warning");
        assert_eq!(alert(&[record(22, &hello(S, &[])), record(21, &[2, 48])].concat()), Some(48));
        assert_eq!(
            alert(&[record(20, &[1]), record(21, &[2, 48])].concat()),
            None,
            "encrypted from there on"
        );
        assert_eq!(alert(&record(21, &[2; 40])), None);
    }

    #[test]
    fn holes_and_noise_end_it() {
        let mut tls = Tls::default();
        tls.gap(C);
        tls.data(C, &record(22, &hello(C, NAME)), PacketRef::default());
        assert_eq!(tls.client, None);
        assert!(read(C, &[0x5A; 300], 7).client.is_none());
        let mut long = record(22, &message(1, &[0; 100]));
        long[6] = 0xFF;
        assert_eq!(read(C, &long, 100).held_bytes(), 0);
    }
}
