//! Runs the fuzz function `file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("file", bytes));
