//! that matter, judged against how each capture was made.
//!
//! Captures of `testdata/` are always read; others are read where the whole corpus is at hand (`RTMPSCOPE_CAPTURES`,
//! or `../shared/captures`), and named as skipped where it is not.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "helper functions of tests fail loudly too, and say what they skip"
)]

mod common;
mod support;

#[path = "words/checksums.rs"]
mod checksums;
#[path = "words/endings.rs"]
mod endings;
#[path = "words/failures.rs"]
mod failures;
#[path = "words/hostile.rs"]
mod hostile;
#[path = "words/lacking.rs"]
mod lacking;
#[path = "words/ordinary.rs"]
mod ordinary;
#[path = "words/others.rs"]
mod others;
#[path = "words/told.rs"]
mod told;
