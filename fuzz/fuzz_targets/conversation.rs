//! Runs the fuzz function `conversation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("conversation", bytes));
