//! Each rule against captures: one that fires it, and a near neighbour that does not.
//!
//! A case is a capture (a script's, or a real one of `testdata`) in which a rule finds one thing, and nothing else is
//! found that is as grave as a warning, unless the case names it; and a neighbour in which the rule judges and passes. The
//! module of a group has its cases. `harness` runs them, and fails for a rule without any.
#![allow(unreachable_pub, reason = "a crate of tests has nobody outside")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::needless_pass_by_value,
    reason = "helper functions of tests fail loudly; a list of cases is given away"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../support/mod.rs"]
mod support;

mod ack;
mod amf;
mod audio;
mod chunk;
mod command;
mod control;
mod enhanced;
mod handshake;
mod harness;
mod message;
mod metadata;
mod net;
mod security;
mod timestamps;
mod tunnel;
mod user_control;
mod video;
