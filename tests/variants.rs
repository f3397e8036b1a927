//! One conversation in every form a capture can give it: the messages, commands and media figures stay the same.
//!
//! Compared in every variant: the messages of both directions with what the script said (type, length, timestamp,
//! chunk stream, message stream, stream offsets); every field of every timeline line about RTMP but times, packets
//! and what depends on when the other direction's packets came; opening, closing, handshake, connect, chunk sizes,
//! commands, message counts, streams with all media figures that come from timestamps, metadata, windows and
//! acknowledgements, and the classes of stream bytes. Where packets keep their times, also everything that is
//! measured by the wall clock: latency, pacing, synchrony, jitter, bit rates, the verdict.
//!
//! Not compared: addresses, TCP figures, and the bytes of link, IP and TCP headers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "helper functions of tests fail loudly too"
)]

mod common;
mod support;

#[path = "variants/compare.rs"]
mod compare;
#[path = "variants/file.rs"]
mod file;
#[path = "variants/link.rs"]
mod link;
#[path = "variants/transport.rs"]
mod transport;
