//! Runs the command on captures made by the script builder, and reads what it prints.
//!
//! `run` is the command, `files` puts captures where it finds them, `truth` compares messages with what a talk said,
//! `tcp_model` counts what TCP should report of a list of packets.
#![allow(dead_code, unreachable_pub, reason = "each test crate compiles this module and uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::missing_panics_doc,
    reason = "a helper of tests must fail its test at once"
)]

pub mod files;
pub mod run;
pub mod tcp_model;
pub mod truth;
