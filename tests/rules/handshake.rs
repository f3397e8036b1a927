//! Cases of the rules in `src/rules/handshake`.

use crate::common::digest::{self, CLIENT_KEY, SERVER_KEY};
use crate::common::handshake::{self, Handshake};
use crate::common::talk::Talk;
use crate::common::{Dir, Rng, message};
use crate::harness::{Case, Subject, session_behind, with};

pub const CASES: &[Case] = &[
    Case::new("HS-01", "forbidden", || versions(32, 3), || versions(3, 3)),
    Case::new("HS-01", "forbidden", || versions(0, 3), || versions(3, 3)),
    Case::new("HS-01", "forbidden", refused_version, || versions(3, 3)),
    Case::new("HS-01", "reserved", || versions(31, 3), || versions(3, 3)),
    Case::new("HS-02", "other-version", || versions(3, 31), || versions(3, 3)),
    Case::new("HS-02", "downgrade", || versions(6, 3), || versions(3, 3)),
    Case::new("HS-03", "", || program(false), || program(true)),
    Case::new("HS-03", "", || s1_says([9, 9, 9, 9]), || s1_says([0, 0, 0, 40])),
    Case::new("HS-04", "unrelated", || echo(|_, c2| c2[100] ^= 1), || echo(|_, c2| c2[7] ^= 1)),
    Case::new("HS-04", "time", || echo(|_, c2| c2[0] ^= 1), || with(|t| t)),
    Case::new("HS-05", "unrelated", || echo(|s2, _| s2[100] ^= 1), || echo(|s2, _| s2[7] ^= 1)),
    Case::new("HS-05", "time", || echo(|s2, _| s2[0] ^= 1), || with(|t| t)),
    Case::new("HS-06", "echo", || session_behind(hasty_echo()).into(), || with(|t| t)),
    Case::new("HS-06", "chunks", || session_behind(hasty_chunks()).into(), || with(|t| t)),
    Case::new("HS-07", "hello", || hasty_server(0), || hasty_server(1537)),
    Case::new("HS-07", "echo", || hasty_server(1536), || hasty_server(1537)),
    Case::new("HS-07", "chunks", || session_behind(hasty_server_chunks()).into(), || with(|t| t)),
    Case::new("HS-08", "", || signed(|s2, _| s2[100] ^= 1), || signed(|_, _| ())),
    Case::new("HS-08", "", || signed(|_, c2| c2[1535] ^= 1), || signed(|_, _| ())),
    Case::new("HS-09", "unfinished", || cut_off(101), || with(|t| t)),
    Case::new("HS-09", "unfinished", || cut_off(1537), || with(|t| t)),
    Case::new("HS-09", "slow", || slow(1_100), || slow(900)),
];

/// A session whose sides say these bytes in the handshake.
fn shaken([hello, answer, echo]: [Vec<u8>; 3]) -> Subject {
    let talk = Talk::new().raw(Dir::Up, &hello).answer(Dir::Down).raw(Dir::Down, &answer);
    session_behind(talk.answer(Dir::Up).raw(Dir::Up, &echo)).into()
}

/// A simple handshake with these versions.
fn versions(client: u8, server: u8) -> Subject {
    let mut parts = handshake::parts(Handshake::Simple, 1);
    (parts[0][0], parts[1][0]) = (client, server);
    shaken(parts)
}

/// A version that the server does not answer.
fn refused_version() -> Subject {
    let [mut hello, ..] = handshake::parts(Handshake::Simple, 1);
    hello[0] = 2;
    Talk::new().raw(Dir::Up, &hello).wait(20).close().into()
}

/// C1 names a program, with a digest or without.
fn program(digest: bool) -> Subject {
    let [mut hello, mut answer, echo] = handshake::parts(Handshake::Copy, 1);
    hello[5..9].copy_from_slice(&[9, 0, 124, 2]);
    if digest {
        digest::sign_hello(CLIENT_KEY, 8, &mut hello[1..]);
    }
    answer[1537..].copy_from_slice(&hello[1..]);
    shaken([hello, answer, echo])
}

/// Bytes 4 to 7 of S1 are these; the client's time is 40.
fn s1_says(bytes: [u8; 4]) -> Subject {
    let [mut hello, mut answer, mut echo] = handshake::parts(Handshake::Copy, 1);
    hello[4] = 40;
    answer[5..9].copy_from_slice(&bytes);
    answer[1540] = 40;
    echo[4..8].copy_from_slice(&bytes);
    shaken([hello, answer, echo])
}

/// A simple handshake with something changed in S2 or C2.
fn echo(change: fn(&mut [u8], &mut [u8])) -> Subject {
    let [hello, mut answer, mut echo] = handshake::parts(Handshake::Simple, 1);
    change(&mut answer[1537..], &mut echo);
    shaken([hello, answer, echo])
}

/// A digest handshake with something changed in S2 or C2.
fn signed(change: fn(&mut [u8], &mut [u8])) -> Subject {
    let mut rng = Rng::new(5);
    let c1 = digest::hello(CLIENT_KEY, 8, 0, [9, 0, 124, 2], &mut rng);
    let s1 = digest::hello(SERVER_KEY, 772, 7, [13, 14, 10, 13], &mut rng);
    let mut s2 = digest::signed(SERVER_KEY, digest::digest_of(&c1, 8), &mut rng);
    let mut c2 = digest::signed(CLIENT_KEY, digest::digest_of(&s1, 772), &mut rng);
    change(&mut s2, &mut c2);
    shaken([[&[3], &c1[..]].concat(), [&[3], &s1[..], &s2].concat(), c2])
}

/// C2 goes out with C0 and C1.
fn hasty_echo() -> Talk {
    let [hello, answer, echo] = handshake::parts(Handshake::Simple, 1);
    Talk::new()
        .raw(Dir::Up, &[hello, echo].concat())
        .answer(Dir::Down)
        .raw(Dir::Down, &answer)
        .answer(Dir::Up)
}

/// S2 comes late; the client does not wait for it.
fn hasty_chunks() -> Talk {
    let [hello, answer, echo] = handshake::parts(Handshake::Simple, 1);
    let (s0s1, s2) = answer.split_at(1537);
    Talk::new()
        .raw(Dir::Up, &hello)
        .answer(Dir::Down)
        .raw(Dir::Down, s0s1)
        .answer(Dir::Up)
        .raw(Dir::Up, &echo)
        .up(&message::set_chunk_size(4096))
        .wait(50)
        .raw(Dir::Down, s2)
        .answer(Dir::Up)
}

/// The server says all it has when so many bytes of the client have come.
fn hasty_server(bytes: usize) -> Subject {
    let [hello, answer, echo] = handshake::parts(Handshake::Simple, 1);
    let (before, behind) = hello.split_at(bytes);
    let talk = Talk::new().raw(Dir::Up, before);
    let talk = if bytes > 0 { talk.answer(Dir::Down) } else { talk };
    let talk = talk.raw(Dir::Down, &answer).wait(20).raw(Dir::Up, behind).answer(Dir::Up);
    session_behind(talk.raw(Dir::Up, &echo)).into()
}

/// The server does not wait for C2.
fn hasty_server_chunks() -> Talk {
    let [hello, answer, echo] = handshake::parts(Handshake::Simple, 1);
    Talk::new()
        .raw(Dir::Up, &hello)
        .answer(Dir::Down)
        .raw(Dir::Down, &answer)
        .down(&message::set_chunk_size(4096))
        .answer(Dir::Up)
        .raw(Dir::Up, &echo)
}

/// The client sends so many bytes, is not answered, and closes.
fn cut_off(bytes: usize) -> Subject {
    Talk::new().handshake_as(Handshake::Truncated(bytes)).wait(500).close().into()
}

/// The client thinks for some time before it sends C2.
fn slow(ms: u64) -> Subject {
    let [hello, answer, echo] = handshake::parts(Handshake::Simple, 1);
    let talk = Talk::new().raw(Dir::Up, &hello).answer(Dir::Down).raw(Dir::Down, &answer);
    session_behind(talk.answer(Dir::Up).wait(ms).raw(Dir::Up, &echo)).into()
}
