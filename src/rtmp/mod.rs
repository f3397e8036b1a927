//! RTMP, one direction at a time: the handshake, then chunks to messages.
//!
//! Takes the stream of one direction in order, with holes; gives handshake steps, messages and facts. What the
//! two directions say to each other is the session's business.

pub(crate) mod chunk;
pub(crate) mod handshake;
pub(crate) mod message;
