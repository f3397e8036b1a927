//! Back in sync behind holes and after late starts, measured on captures without either.
//!
//! A capture is run as it is, which gives the clean messages; then packets are taken out of it and it is run again.
//! Stream offsets, connections and directions are told by TCP sequence numbers, read here and not by the crate; what
//! is compared are the message lines of `timeline --format ndjson`.
//!
//! - **Clean**: every stream byte from SYN on is there, no sync is lost, plain RTMP with audio or video. Which
//!   captures are used and why others are not is printed.
//! - **Equal**: same connection, direction, stream offsets of first and last byte, chunk stream, type, length,
//!   message stream, timestamp, and complete in both. A complete message whose stretch lacks so many bytes that its
//!   length cannot be there differs too. A line with `timestamp_inferred` is compared by its difference to the message
//!   before it on its chunk stream, if that one is inferred too, came after the same resync, and stands before it in
//!   the clean run as well. A line with `stream_id_inferred` is compared without that field. Both are counted.
//! - **The hole** of a direction goes from its first to behind its last byte that no packet left has; a late start
//!   is a hole up to the first byte left of a direction that was open already.
//! - **Allowed**: 65 536 bytes from the first message that begins behind the hole, or up to the first byte of the
//!   second key frame that begins behind the hole if there is one and it begins later. A direction whose stream is
//!   shorter than that is a *tail*: counted and shown, but no part of the rate.
//! - **In sync**: a complete message equal to a clean one begins within what is allowed. It *stays* so if the clean
//!   messages that begin after that one are there and equal.
//!
//! `RTMPSCOPE_TRIALS` sets the trials per capture, number of packets and pattern, and with it the late starts;
//! `RTMPSCOPE_KEEP` names a directory that gets the captures that went wrong; `RTMPSCOPE_CAPTURES` names the folder
//! of captures too large for `testdata/`. `--nocapture` shows the tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::struct_excessive_bools,
    reason = "helper functions of tests fail loudly and show their tables; numbers are small; a line has that many flags"
)]

#[path = "../common/mod.rs"]
mod common;

mod compare;
mod corpus;
mod frames;
mod generated;
mod holes;
mod judge;
mod late_starts;
mod messages;
mod subject;
mod work;
