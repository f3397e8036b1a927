//! Details of the events of a handshake.

use std::net::Ipv4Addr;

use super::{Sink, key, ms, uint};
use crate::base::pos::Dir;
use crate::rtmp::handshake::{Echo, Form, Greeting, dotted, program_name};
use crate::session::event::{Event, Kind};

/// Tells of a handshake; any other event has nothing to say here.
pub(super) fn describe(event: &Event<'_>, out: &mut dyn Sink) {
    match &event.kind {
        Kind::Hello(greeting) => hello(greeting, event.dir, out),
        Kind::Echo(answer) => echo(answer.map(|answer| answer.echo), out),
        Kind::HandshakeDone { duration_ns, form, client_echo, server_echo } => {
            ms(out, key!("duration_ms"), *duration_ns);
            done(*form, *client_echo, *server_echo, out);
        }
        Kind::HandshakeFailed { client_bytes, server_bytes, .. } => {
            uint(out, key!("client_bytes"), *client_bytes);
            uint(out, key!("server_bytes"), *server_bytes);
        }
        _ => {}
    }
}

fn hello(it: &Greeting, dir: Dir, out: &mut dyn Sink) {
    let numbers = [
        (key!("version"), it.version.map(u32::from)),
        (key!("hello_time"), it.time),
        (key!("program"), it.program),
    ];
    for (key, value) in numbers {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
    if let Some(program) = it.program_version() {
        out.text(key!("program_version"), &dotted(program));
        if let Some(name) = program_name(dir, program) {
            out.text(key!("program_name"), name);
        }
    }
    if let Some(form) = it.form {
        out.text(key!("form"), form.name());
        if let Some(digest) = form.digest() {
            if let Form::Encrypted(_) = form {
                out.text(key!("digest"), digest.place.name());
            }
            out.int(key!("digest_offset"), i64::from(digest.offset));
        }
    }
    if let Some(proxied) = it.proxied {
        out.int(key!("proxy_prefix_bytes"), i64::from(proxied.bytes));
        if let Some(client) = proxied.client {
            out.text(key!("proxy_client"), &Ipv4Addr::from(client).to_string());
        }
    }
}

fn echo(echo: Option<Echo>, out: &mut dyn Sink) {
    if let Some(echo) = echo {
        out.text(key!("echo"), echo.name());
        out.flag(key!("copied"), echo == Echo::Copy);
    }
}

fn done(form: Option<Form>, client: Option<Echo>, server: Option<Echo>, out: &mut dyn Sink) {
    if let Some(form) = form {
        out.text(key!("form"), form.name());
    }
    for (key, echo) in [(key!("client_echo"), client), (key!("server_echo"), server)] {
        if let Some(echo) = echo {
            out.text(key, echo.name());
        }
    }
}
