//! What several rules of the handshake know.

use crate::base::pos::{Dir, PerDir};
use crate::rtmp::handshake::{Answer, Echo, Form, Greeting};
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::session::event::{Event, Kind};

/// C0 and C1, or S0 and S1.
pub(super) const HELLO_BYTES: u64 = 1537;

/// The names of what a side says.
pub(super) struct Names {
    pub(super) hello: &'static str,
    pub(super) echo: &'static str,
}

/// Those of the sender in a direction.
pub(super) const fn names(dir: Dir) -> Names {
    match dir {
        Dir::ClientToServer => Names { hello: "C1", echo: "C2" },
        Dir::ServerToClient => Names { hello: "S1", echo: "S2" },
    }
}

/// The protocol that begins with these bytes, if it is a known other one.
pub(super) fn other_protocol(head: [u8; 5]) -> Option<&'static str> {
    match &head {
        [0x16, 3, ..] => Some("TLS"),
        b"GET /" | b"POST " | b"HEAD " | b"PUT /" | b"OPTIO" | b"CONNE" | b"DELET" | b"HTTP/" => Some("HTTP"),
        [b'S', b'S', b'H', b'-', _] => Some("SSH"),
        b"RTSP/" | b"DESCR" | b"ANNOU" => Some("RTSP"),
        _ => None,
    }
}

/// The first bytes of a hello.
pub(super) fn head(greeting: &Greeting) -> [u8; 5] {
    let [a, b, c, d] = greeting.time.unwrap_or_default().to_be_bytes();
    [greeting.version.unwrap_or_default(), a, b, c, d]
}

/// The hellos of both sides.
#[derive(Default)]
pub(super) struct Hellos(PerDir<Option<Greeting>>);

impl Hellos {
    /// Keeps a hello; gives the answer of an echo to one.
    pub(super) fn take(&mut self, event: &Event<'_>) -> Option<Answer> {
        match event.kind {
            Kind::Hello(greeting) => *self.0.get_mut(event.dir) = Some(greeting),
            Kind::Echo(answer) => return answer,
            _ => {}
        }
        None
    }

    /// The hello of a direction.
    pub(super) const fn of(&self, dir: Dir) -> Option<&Greeting> {
        self.0.get(dir).as_ref()
    }

    /// Whether the connection is to be encrypted.
    pub(super) fn are_encrypted(&self) -> bool {
        self.of(Dir::ClientToServer).is_some_and(|hello| matches!(hello.form, Some(Form::Encrypted(_))))
    }

    /// Whether the sender of an echo has to sign it, or to copy: the hello that it answers has a digest, and its own side
    /// knows digests.
    pub(super) fn ask_for_signature(&self, echo: Dir) -> bool {
        let has_digest = |dir| self.of(dir).is_some_and(|hello| matches!(hello.form, Some(Form::Digest(_))));
        let names_program = |dir| self.of(dir).and_then(|hello| hello.program).is_some_and(|it| it != 0);
        match echo {
            Dir::ClientToServer => has_digest(Dir::ServerToClient) && names_program(echo),
            Dir::ServerToClient => has_digest(Dir::ClientToServer) && has_digest(echo),
        }
    }
}

/// Holds an echo against the hello it answers. One that should be signed is left to another rule.
pub(super) fn judge_echo(hellos: &Hellos, answer: &Answer, event: &Event<'_>, cx: &mut Cx<'_>) {
    if hellos.are_encrypted() || (hellos.ask_for_signature(event.dir) && answer.echo != Echo::Copy) {
        return;
    }
    cx.judged();
    let (echo, hello) = (names(event.dir).echo, names(event.dir.opposite()).hello);
    if answer.echo == Echo::Unrelated {
        let Answer { differing, first_differing, .. } = answer;
        cx.find(Found::at(event).case("unrelated"), |_| {
            let first = first_differing.map_or(String::new(), |at| format!(", the first is byte {at}"));
            Said::new(format!("{echo} does not repeat the random bytes of {hello}, nor is it signed"))
                .expected(format!("bytes 8 to 1535 of {hello}"))
                .actual(format!("{differing} of 1528 bytes differ{first}"))
        });
    } else if answer.echo == Echo::Copy && answer.time != answer.hello_time {
        cx.find(Found::at(event).case("time").info(), |_| {
            Said::new(format!("{echo} does not begin with the time of {hello}"))
                .expected(answer.hello_time.to_string())
                .actual(answer.time.to_string())
                .help("write the time of the peer's C1 or S1 into the first four bytes of S2 or C2")
        });
    }
}
