//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod base;
mod metrics;
mod rtmp;
mod session;

pub use base::limits::Limits;
