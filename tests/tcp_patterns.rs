//! What TCP may do to a conversation, and what the report must make of it.
//!
//! `random` mixes harmless damage by seed; `counters` asks for exact numbers; `endings` is about how connections
//! begin and end; `holes` about bytes that never came; `others` about what is RTMP at all and about the flags that
//! choose; `strays` about packets that do not belong where they stand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

#[path = "tcp_patterns/counters.rs"]
mod counters;
#[path = "tcp_patterns/endings.rs"]
mod endings;
#[path = "tcp_patterns/holes.rs"]
mod holes;
#[path = "tcp_patterns/others.rs"]
mod others;
#[path = "tcp_patterns/random.rs"]
mod random;
#[path = "tcp_patterns/strays.rs"]
mod strays;
