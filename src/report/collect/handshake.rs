//! What the report shows of a handshake.

use std::net::Ipv4Addr;

use super::Collected;
use crate::base::pos::Dir;
use crate::base::time::ns_to_ms;
use crate::report::model::{DigestPlace, EchoKind, HandshakeKind, HelloForm};
use crate::rtmp::handshake::{Digest, Echo, Form, Greeting, Place, dotted, program_name};

impl Collected {
    pub(super) fn hello(&mut self, dir: Dir, greeting: &Greeting) {
        let handshake = self.handshake.get_or_insert_default();
        let form = greeting.form.map(form);
        let encrypted = greeting.form.filter(|form| matches!(form, Form::Encrypted(_)));
        let digest = encrypted.and_then(Form::digest).map(place);
        let program = greeting.program_version();
        let program = program.map(|p| program_name(dir, p).map_or_else(|| dotted(p), str::to_owned));
        match dir {
            Dir::ClientToServer => {
                handshake.client_version = greeting.version;
                handshake.kind = kind(form);
                (handshake.client_form, handshake.client_digest) = (form, digest);
                handshake.client_program = program;
                handshake.proxy_prefix_bytes = greeting.proxied.map(|proxied| proxied.bytes);
                let client = greeting.proxied.and_then(|proxied| proxied.client);
                handshake.proxy_client = client.map(|client| Ipv4Addr::from(client).to_string());
            }
            Dir::ServerToClient => {
                handshake.server_version = greeting.version;
                (handshake.server_form, handshake.server_digest) = (form, digest);
                handshake.server_program = program;
            }
        }
    }

    pub(super) fn echo(&mut self, dir: Dir, echo: Option<Echo>) {
        let handshake = self.handshake.get_or_insert_default();
        let echo = echo.map(|echo| match echo {
            Echo::Copy => EchoKind::Copy,
            Echo::Signed => EchoKind::Signed,
            Echo::Unrelated => EchoKind::Unrelated,
        });
        match dir {
            Dir::ClientToServer => handshake.client_echo = echo,
            Dir::ServerToClient => handshake.server_echo = echo,
        }
        handshake.echo_ok = match (handshake.client_echo, handshake.server_echo) {
            (Some(EchoKind::Unrelated), _) | (_, Some(EchoKind::Unrelated)) => Some(false),
            (Some(_), Some(_)) => Some(true),
            _ => None,
        };
    }

    pub(super) fn handshake_done(&mut self, duration_ns: i64) {
        let handshake = self.handshake.get_or_insert_default();
        handshake.complete = true;
        handshake.duration_ms = Some(ns_to_ms(duration_ns));
    }
}

const fn form(form: Form) -> HelloForm {
    match form {
        Form::Simple => HelloForm::Simple,
        Form::Digest(Digest { place: Place::At8, .. }) => HelloForm::Digest8,
        Form::Digest(Digest { place: Place::At772, .. }) => HelloForm::Digest772,
        Form::Unverified => HelloForm::Unverified,
        Form::Encrypted(_) => HelloForm::Encrypted,
    }
}

const fn place(digest: Digest) -> DigestPlace {
    match digest.place {
        Place::At8 => DigestPlace::At8,
        Place::At772 => DigestPlace::At772,
    }
}

/// The form of the handshake, by that of the client's hello.
const fn kind(form: Option<HelloForm>) -> HandshakeKind {
    match form {
        Some(HelloForm::Simple) => HandshakeKind::Simple,
        Some(HelloForm::Digest8) => HandshakeKind::Digest0,
        Some(HelloForm::Digest772) => HandshakeKind::Digest1,
        Some(HelloForm::Encrypted) => HandshakeKind::Encrypted,
        Some(HelloForm::Unverified) | None => HandshakeKind::Unknown,
    }
}
