//! Cases of the rules in `src/rules/tunnel`.

use crate::common::Dir;
use crate::common::Rng;
use crate::common::digest::{self, CLIENT_KEY, SERVER_KEY};
use crate::common::talk::Talk;
use crate::harness::{Case, Subject, real};

pub const CASES: &[Case] = &[
    Case::new("TUN-04", "no-digest", || encrypted(6, plain, |c1, _| c1[900] ^= 1), rtmpe).also(&["SEC-02"]),
    Case::new("TUN-04", "public-key", || encrypted(6, trivial_key, |_, _| ()), rtmpe).also(&["SEC-02"]),
    Case::new("TUN-04", "signature", || encrypted(6, plain, |_, s2| s2[1535] ^= 1), rtmpe).also(&["SEC-02"]),
    Case::new("TUN-04", "signature", || real("rtmpe_fail_ffmpeg9.pcap"), rtmpe).also(&["SEC-02"]),
    Case::new("TUN-04", "version", || encrypted(8, plain, |_, _| ()), rtmpe).also(&["SEC-02"]),
    Case::new("TUN-04", "encrypted", rtmpe_with_media, rtmpe).also(&["SEC-02"]),
    Case::new("TUN-05", "no-sni", || tls(1935, None, &[]), || tls(1935, Some("host"), &[])),
    Case::new("TUN-05", "port", || tls(7443, Some("host"), &[]), || tls(8443, Some("host"), &[])),
    Case::new(
        "TUN-05",
        "failed",
        || tls(1935, Some("host"), &[21, 3, 3, 0, 2, 2, 40]),
        || tls(1935, Some("host"), &[21, 3, 3, 0, 2, 1, 0]),
    ),
];

/// TLS to a port of the server: a hello that names it or does not, and what the server says.
fn tls(port: u16, name: Option<&str>, answer: &[u8]) -> Subject {
    let talk = Talk::new().raw(Dir::Up, &client_hello(name)).answer(Dir::Down).raw(Dir::Down, answer);
    talk.wait(20)
        .close()
        .tcp(|tcp| {
            tcp.flow.server.set_port(port);
            tcp.flow.client.set_port(if port == 1935 { 51_000 } else { 1935 });
        })
        .into()
}

/// A record of a handshake with one message.
fn tls_message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = body.len() as u16;
    [&[22, 3, 1][..], &(len + 4).to_be_bytes(), &[kind, 0], &len.to_be_bytes(), body].concat()
}

fn client_hello(name: Option<&str>) -> Vec<u8> {
    let name = name.map_or(Vec::new(), |name| {
        let len = name.len() as u16;
        let lens = [len + 5, len + 3].map(u16::to_be_bytes).concat();
        [&[0, 0][..], &lens, &[0], &len.to_be_bytes(), name.as_bytes()].concat()
    });
    let extensions = [&(name.len() as u16).to_be_bytes()[..], &name].concat();
    tls_message(1, &[&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0], &extensions].concat())
}

/// TLS of which the server chose this version.
pub fn tls_version(minor: u8) -> Subject {
    tls(1935, Some("host"), &tls_message(2, &[&[3, minor][..], &[7; 32], &[0, 0x13, 1, 0]].concat()))
}

/// RTMPE as it should be, of which nothing but the handshake is there.
pub fn rtmpe() -> Subject {
    encrypted(6, plain, |_, _| ())
}

/// The same with something behind it.
fn rtmpe_with_media() -> Subject {
    let noise = Rng::new(9).bytes(400);
    shaken(6, plain, |_, _| ())
        .raw(Dir::Up, &noise)
        .answer(Dir::Down)
        .raw(Dir::Down, &noise)
        .wait(20)
        .close()
        .into()
}

/// A handshake of this version that announces encryption, with something changed in C1 before its digest is made, and in C1
/// and S2 in the end.
fn encrypted(version: u8, before: fn(&mut [u8]), after: fn(&mut [u8], &mut [u8])) -> Subject {
    shaken(version, before, after).wait(20).close().into()
}

fn plain(_: &mut [u8]) {}

/// The public key of C1 is 1.
fn trivial_key(c1: &mut [u8]) {
    let at = 772 + c1[1532..].iter().map(|byte| usize::from(*byte)).sum::<usize>() % 632;
    c1[at..at + 127].fill(0);
    c1[at + 127] = 1;
}

fn shaken(version: u8, before: fn(&mut [u8]), after: fn(&mut [u8], &mut [u8])) -> Talk {
    let mut rng = Rng::new(8);
    let mut c1 = digest::hello(CLIENT_KEY, 8, 0, [128, 0, 3, 2], &mut rng);
    before(&mut c1);
    digest::sign_hello(CLIENT_KEY, 8, &mut c1);
    let s1 = digest::hello(SERVER_KEY, 8, 7, [3, 5, 1, 1], &mut rng);
    let mut s2 = digest::signed(SERVER_KEY, digest::digest_of(&c1, 8), &mut rng);
    let c2 = digest::signed(CLIENT_KEY, digest::digest_of(&s1, 8), &mut rng);
    after(&mut c1, &mut s2);
    Talk::new()
        .raw(Dir::Up, &[&[version], &c1[..]].concat())
        .answer(Dir::Down)
        .raw(Dir::Down, &[&[version], &s1[..], &s2].concat())
        .answer(Dir::Up)
        .raw(Dir::Up, &c2)
}
