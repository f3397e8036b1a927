//! Connections whose opening was not captured, on ports that nobody named: RTMP is told by its bytes, and nothing else
//! is taken for it; who is client and who is server is told by what is said, where something is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "helper functions of tests fail loudly too"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../support/mod.rs"]
mod support;

mod found;
mod others;
mod strangers;
