//! Runs the fuzz function `packets`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("packets", bytes));
