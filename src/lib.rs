//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod base;

pub use base::limits::Limits;
