//! Cases of the rules in `src/rules/control`.

use crate::common::message::{self as msg, Message};
use crate::harness::{Case, with};

pub const CASES: &[Case] = &[
    Case::new("PC-02", "short", || with(|t| t.up(&window_of(3))), || with(|t| t.up(&window_of(4)))),
    Case::new("PC-02", "long", || with(|t| t.up(&window_of(5))), || with(|t| t.up(&window_of(4)))),
];

/// A Window Acknowledgement Size of so many bytes.
fn window_of(bytes: usize) -> Message {
    Message { body: [0, 0x26, 0x25, 0xA0, 0][..bytes].to_vec(), ..msg::window_ack_size(2_500_000) }
}
