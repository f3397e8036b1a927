//! Runs the fuzz function `amf3`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtmpscope::fuzzing::run("amf3", bytes));
