//! Rules `NET`: TCP, and the capture itself.

mod shared;

rules! {
    net_01_capture_incomplete,
    net_02_slow_path,
    net_03_abnormal_end,
    net_04_media_silent,
    net_05_small_segments,
}

pub(crate) use net_01_capture_incomplete::{BrokenInput, Missing, check as check_capture};
