//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod base;
mod link;
mod media;
mod rtmp;
mod session;
mod tcp;
mod tunnel;

pub use base::limits::Limits;
