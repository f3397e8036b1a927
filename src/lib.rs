//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod base;
mod capture;

pub use base::limits::Limits;
