//! The script builder's own tests: it must be right before a decoder can be wrong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "helper functions of tests fail loudly too"
)]

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod files;
mod packets;
mod reader;
mod samples;
