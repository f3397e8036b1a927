//! Runs the fuzz function `capture`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("capture", bytes));
