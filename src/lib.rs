//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod base;
mod media;

pub use base::limits::Limits;
