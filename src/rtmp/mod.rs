//! RTMP, one direction.
pub(crate) mod chunk;
pub(crate) mod message;
