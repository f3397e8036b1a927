//! Cases of the rules in `src/rules/handshake`.

use crate::common::Dir;
use crate::common::handshake::{self, Handshake};
use crate::common::talk::Talk;
use crate::harness::{Case, session_behind, with};

pub const CASES: &[Case] = &[
    Case::new("HS-06", "echo", || session_behind(hasty_echo()).into(), || with(|t| t)),
    Case::new("HS-06", "chunks", || session_behind(hasty_chunks()).into(), || with(|t| t)),
];

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
        .up(&crate::common::message::set_chunk_size(4096))
        .wait(50)
        .raw(Dir::Down, s2)
        .answer(Dir::Up)
}
