//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod base;
mod link;

pub use base::limits::Limits;
