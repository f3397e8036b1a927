//! rtmpscope.
#![allow(dead_code, reason = "layers land one by one")]
mod amf;
mod analyze;
mod base;
mod capture;
#[doc(hidden)]
pub mod cli;
mod link;
mod media;
mod metrics;
mod report;
mod rtmp;
mod rules;
mod session;
mod tcp;
mod tunnel;

pub use analyze::{Error, Options};
pub use base::limits::Limits;
pub use report::model::{self, Report};
pub use report::{Format, Style};
