//! TCP: segments to streams (RFC 9293).
//!
//! Takes segments, gives for each connection both directions in stream order with holes as data, its turning
//! points, and counters. [`table`] finds the connection of a segment, [`connection`] drives its two halves,
//! [`half`] is one of them, [`assembler`] puts its stream in order. Knows no layer above.

pub(crate) mod assembler;
pub(crate) mod connection;
mod duplicate;
mod half;
mod seq;
pub(crate) mod stats;
pub(crate) mod table;
