//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod analyze;
mod base;
#[doc(hidden)]
pub mod cli;
mod report;
mod rtmp;
mod session;

pub use analyze::{Error, Options};
pub use base::limits::Limits;
pub use report::model::{self, Report};
pub use report::{Format, Style};
