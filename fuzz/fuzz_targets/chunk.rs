//! Runs the fuzz function `chunk`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("chunk", bytes));
