//! Rules `NET`: TCP, and the capture itself.

rules! { net_01_capture_incomplete }

pub(crate) use net_01_capture_incomplete::{BrokenInput, Missing, check as check_capture};
