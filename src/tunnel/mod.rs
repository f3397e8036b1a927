//! What carries RTMP: nothing (plain TCP), HTTP (RTMPT), TLS (RTMPS).
//!
//! Takes the first signals of a TCP connection and tells what it is by its bytes ([`detect`]); the port is a hint.
//! The streams inside HTTP and TLS are recognised but not taken out yet.

pub(crate) mod detect;
mod held;
mod hello;
pub(crate) mod joined;
pub(crate) mod proxy;
mod signs;
pub(crate) mod tls;
