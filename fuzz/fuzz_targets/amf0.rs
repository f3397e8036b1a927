//! Runs the fuzz function `amf0`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("amf0", bytes));
