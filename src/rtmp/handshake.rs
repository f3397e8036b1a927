//! The handshake of one direction: 1 + 1536 + 1536 bytes (RTMP 1.0, 5.2), perhaps with a proxy's prefix in front.
//!
//! ```text
//! (Prefix) --> Version --1 byte--> Hello --1536 bytes--> Echo --1536 bytes--> Done
//! ```
//!
//! Takes stream bytes however they are cut, and holes; gives a [`Step`] when a part is complete, and hands the
//! bytes behind the handshake back. Digests and signatures are verified once, when all bytes they cover are there.

mod digest;
mod prefix;
mod programs;
mod public_key;

use crate::base::pos::{Dir, PacketRef};
use crate::rtmp::message::kind::MessageType;
use crate::tunnel::proxy::behind_prefix;

use prefix::{Prefix, Taken};

pub(crate) use digest::{Digest, Place, Signature};
pub(crate) use prefix::Proxied;
pub(crate) use programs::{dotted, program_name};
pub(crate) use public_key::PublicKey;

/// Bytes of the handshake per direction.
pub(crate) const HANDSHAKE_BYTES: u16 = 1 + HELLO_BYTES + HELLO_BYTES;
const HELLO_BYTES: u16 = 1536;
const HELLO_END: u16 = 1 + HELLO_BYTES;
/// The random part of a hello, which the peer's echo repeats, begins here.
const RANDOM_AT: usize = 8;

/// The 1536 bytes of C1 or S1.
pub(crate) type Hello = Box<[u8; HELLO_BYTES as usize]>;

/// Whether the first bytes of a captured stream are those of a handshake, and not a chunk header with a message
/// type and message stream id that can be; at least 12 bytes are needed to tell.
pub(crate) fn begins_hello(bytes: &[u8]) -> bool {
    match behind_prefix(bytes) {
        [3, _, _, _, _, _, _, kind, _, _, stream, high, ..] => {
            let chunk = MessageType(*kind).is_known() && *stream == 0 && *high == 0;
            !chunk
        }
        _ => false,
    }
}

/// Whether a version byte announces encryption.
pub(crate) const fn is_encrypted(version: u8) -> bool {
    matches!(version, 6 | 8 | 9)
}

/// A part of the handshake is complete.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// C0 and C1, or S0 and S1.
    Hello(Greeting),
    /// S2 or C2, beside what it answers, if that came by.
    Echo(Option<Answer>),
}

/// C0 and C1, or S0 and S1; what was not captured of it is absent.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Greeting {
    pub(crate) version: Option<u8>,
    pub(crate) time: Option<u32>,
    /// Bytes 4 to 7: zero in the simple handshake, else a program version.
    pub(crate) program: Option<u32>,
    /// What stands there was taken from the hello it answers: the time of that, or the whole of it.
    pub(crate) repeats: bool,
    pub(crate) form: Option<Form>,
    /// What a proxy put in front of it.
    pub(crate) proxied: Option<Proxied>,
    /// Where its bytes say that a digest is, from 8 and from 772 on, whether one fits or not.
    pub(crate) digest_offsets: Option<[u16; 2]>,
    /// The key for the encryption, where a version that announces it has a digest that fits.
    pub(crate) public_key: Option<PublicKey>,
}

impl Greeting {
    /// The program version, where the sender names one.
    pub(crate) fn program_version(&self) -> Option<u32> {
        self.program.filter(|program| *program != 0 && !self.repeats)
    }
}

/// Form of a hello.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Without a program version: time, zero, random bytes.
    Simple,
    /// With a digest that fits.
    Digest(Digest),
    /// With a program version, and no digest that fits.
    Unverified,
    /// Of a version that announces encryption; its digest, if one fits.
    Encrypted(Option<Digest>),
}

impl Form {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Digest(digest) => digest.place.name(),
            Self::Unverified => "unverified",
            Self::Encrypted(_) => "encrypted",
        }
    }

    /// The digest that fits.
    pub(crate) const fn digest(self) -> Option<Digest> {
        match self {
            Self::Digest(digest) => Some(digest),
            Self::Encrypted(digest) => digest,
            Self::Simple | Self::Unverified => None,
        }
    }
}

/// What an echo is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// Its random part is that of the peer's hello.
    Copy,
    /// It is signed for the digest of the peer's hello.
    Signed,
    /// Neither.
    Unrelated,
}

impl Echo {
    /// The name used in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Signed => "signed",
            Self::Unrelated => "unrelated",
        }
    }
}

/// An echo beside the hello that it answers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) echo: Echo,
    /// Its first four bytes, and those of the hello.
    pub(crate) time: u32,
    pub(crate) hello_time: u32,
    /// Bytes of the random part that differ, and where the first of them is in the 1536 bytes.
    pub(crate) differing: u16,
    pub(crate) first_differing: Option<u16>,
    /// The signature at its end beside the right one; none where the hello has no digest, or this is a copy of it.
    pub(crate) signature: Option<Signature>,
}

/// A whole hello, and its form.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Said<'h> {
    pub(crate) hello: &'h Hello,
    pub(crate) form: Option<Form>,
}

/// The handshake decoder of one direction.
#[derive(Debug)]
pub(crate) struct Handshake {
    from: Dir,
    prefix: Prefix,
    /// Bytes behind the prefix.
    got: u16,
    version: Option<u8>,
    hello: Hello,
    /// Bytes of the hello captured in front of any hole.
    whole_to: u16,
    form: Option<Form>,
    /// Bytes of the echo, once they come.
    echo_bytes: Option<Hello>,
    echo_holed: bool,
    echo: Option<Echo>,
    /// Packet of the first byte, and of the first behind the hello.
    first: Option<PacketRef>,
    echo_first: Option<PacketRef>,
}

impl Handshake {
    /// Nothing has come from this side.
    pub(crate) fn new(from: Dir) -> Self {
        Self {
            from,
            prefix: Prefix::new(from == Dir::ClientToServer),
            got: 0,
            version: None,
            hello: Box::new([0; HELLO_BYTES as usize]),
            whole_to: 0,
            form: None,
            echo_bytes: None,
            echo_holed: false,
            echo: None,
            first: None,
            echo_first: None,
        }
    }

    /// Whether all of it has come.
    pub(crate) const fn is_done(&self) -> bool {
        self.got == HANDSHAKE_BYTES
    }

    /// Packet of the first byte.
    pub(crate) const fn first(&self) -> Option<PacketRef> {
        self.first
    }

    /// Packet of the first byte behind the hello.
    pub(crate) const fn echo_first(&self) -> Option<PacketRef> {
        self.echo_first
    }

    /// The first bytes; zeros in place of what has not come.
    pub(crate) fn head(&self) -> [u8; 5] {
        let [a, b, c, d, ..] = *self.hello;
        [self.version.unwrap_or(0), a, b, c, d]
    }

    /// The hello, once all of it has been captured.
    pub(crate) fn said(&self) -> Option<Said<'_>> {
        (self.whole_to == HELLO_BYTES).then_some(Said { hello: &self.hello, form: self.form })
    }

    /// Form of the hello, once it is known.
    pub(crate) const fn form(&self) -> Option<Form> {
        self.form
    }

    /// What the echo is, once that is known.
    pub(crate) const fn echo(&self) -> Option<Echo> {
        self.echo
    }

    /// Bytes of a prefix that have come.
    pub(crate) fn prefix_bytes(&self) -> u16 {
        self.prefix.passed()
    }

    /// Memory held beside the structure itself, or more.
    pub(crate) fn held_bytes(&self) -> usize {
        const PART: usize = HELLO_BYTES as usize + 16;
        PART + usize::from(self.echo_bytes.is_some()) * PART
    }

    /// Takes bytes up to the end of the present part; gives how many, and the part if it is complete now.
    pub(crate) fn data(
        &mut self,
        bytes: &[u8],
        at: PacketRef,
        peer: Option<Said<'_>>,
    ) -> (usize, Option<Step>) {
        if self.got == 0
            && let Taken::Prefix(take) = self.prefix.data(bytes)
        {
            self.take_back(at);
            return (take, None);
        }
        self.first.get_or_insert(at);
        let before = usize::from(self.got);
        let take = bytes.len().min(usize::from(self.part_left()));
        let part = bytes.get(..take).unwrap_or(bytes);
        if self.got == 0 {
            self.version = part.first().copied();
        } else if let Some(from) = before.checked_sub(usize::from(HELLO_END)) {
            self.echo_first.get_or_insert(at);
            let echo = self.echo_bytes.get_or_insert_with(|| Box::new([0; HELLO_BYTES as usize]));
            if let Some(kept) = echo.get_mut(from..from + take) {
                kept.copy_from_slice(part);
            }
        } else if let Some(kept) = self.hello.get_mut(before - 1..before - 1 + take) {
            kept.copy_from_slice(part);
            if self.whole_to == self.got - 1 {
                self.whole_to += u16::try_from(take).unwrap_or(0);
            }
        }
        (take, self.advance(take, peer))
    }

    /// Skips missing bytes up to the end of the present part; gives how many.
    pub(crate) fn gap(&mut self, len: u64) -> (u64, Option<Step>) {
        if self.got == 0 && len > 0 {
            let skipped = self.prefix.gap(len);
            if skipped > 0 {
                return (skipped, None);
            }
            self.take_back(self.first.unwrap_or_default());
        }
        let take = len.min(u64::from(self.part_left()));
        self.echo_holed |= self.got >= HELLO_END;
        (take, self.advance(usize::try_from(take).unwrap_or(0), None))
    }

    /// What looked like a prefix and is none is the version and what follows it.
    fn take_back(&mut self, at: PacketRef) {
        let [version, hello @ ..] = self.prefix.given_back() else { return };
        self.version = Some(*version);
        for (kept, byte) in self.hello.iter_mut().zip(hello) {
            *kept = *byte;
            self.whole_to += 1;
        }
        self.got = 1 + self.whole_to;
        self.first.get_or_insert(at);
    }

    fn part_left(&self) -> u16 {
        match self.got {
            0 => 1,
            got if got < HELLO_END => HELLO_END - got,
            got => HANDSHAKE_BYTES - got,
        }
    }

    fn advance(&mut self, take: usize, peer: Option<Said<'_>>) -> Option<Step> {
        self.got += u16::try_from(take).unwrap_or(0);
        match self.got {
            HELLO_END if take > 0 => Some(Step::Hello(self.greeting(peer))),
            HANDSHAKE_BYTES if take > 0 => {
                let answer = peer.filter(|_| !self.echo_holed).and_then(|peer| self.judge(peer));
                (self.echo, self.echo_bytes) = (answer.map(|answer| answer.echo), None);
                Some(Step::Echo(answer))
            }
            _ => None,
        }
    }

    fn greeting(&mut self, peer: Option<Said<'_>>) -> Greeting {
        let whole = self.hello.get(..usize::from(self.whole_to)).unwrap_or(&[]);
        let word = |at: usize| Some(u32::from_be_bytes(*whole.get(at..)?.first_chunk::<4>()?));
        let program = word(4);
        let digest = || digest::find(&self.hello, self.from);
        let is_whole = self.whole_to == HELLO_BYTES;
        self.form = match (self.version, program) {
            (Some(version), _) if is_encrypted(version) => {
                Some(Form::Encrypted(is_whole.then(digest).flatten()))
            }
            (None, _) => None,
            (_, Some(0)) => Some(Form::Simple),
            _ => is_whole.then(|| digest().map_or(Form::Unverified, Form::Digest)),
        };
        let repeats = peer.is_some_and(|peer| {
            whole.get(4..RANDOM_AT) == peer.hello.get(..4)
                || whole.get(RANDOM_AT..) == peer.hello.get(RANDOM_AT..)
        });
        let key = |digest| public_key::find(&self.hello, digest);
        Greeting {
            version: self.version,
            time: word(0),
            program,
            repeats,
            form: self.form,
            proxied: self.prefix.told(),
            digest_offsets: if is_whole { digest::offsets(&self.hello) } else { None },
            public_key: match self.form {
                Some(Form::Encrypted(digest)) => digest.and_then(key),
                _ => None,
            },
        }
    }

    fn judge(&self, peer: Said<'_>) -> Option<Answer> {
        let echo = self.echo_bytes.as_ref()?;
        let (random, said) = (echo.get(RANDOM_AT..)?, peer.hello.get(RANDOM_AT..)?);
        let first = random.iter().zip(said).position(|(a, b)| a != b);
        // Some sign for a digest in a hello that looks simple, but none who send a simple one themselves.
        let digest = || match (peer.form, self.form) {
            (Some(Form::Simple), Some(Form::Simple)) => None,
            (Some(Form::Simple) | None, _) => digest::find(peer.hello, self.from.opposite()),
            (Some(form), _) => form.digest(),
        };
        let digest = first.and_then(|_| digest());
        let signature = digest.and_then(|digest| digest::signature(echo, peer.hello, digest, self.from));
        let kind = match (first, signature) {
            (None, _) => Echo::Copy,
            (_, Some(signature)) if signature.fits => Echo::Signed,
            _ => Echo::Unrelated,
        };
        Some(Answer {
            echo: kind,
            time: u32::from_be_bytes(*echo.first_chunk()?),
            hello_time: u32::from_be_bytes(*peer.hello.first_chunk()?),
            differing: random.iter().zip(said).map(|(a, b)| u16::from(a != b)).sum(),
            first_differing: first.and_then(|at| u16::try_from(RANDOM_AT + at).ok()),
            signature,
        })
    }
}

#[cfg(test)]
mod tests;
