//! Every layout of the protocol, written field by field, and what the command says of it.
//!
//! A message's bytes come from the script builder, and what its line must hold is worked out from the specifications
//! by hand. Many messages share a capture; `harness` sends them and says what differs. `properties` takes all
//! messages of the other modules and cuts, shortens and spoils them; `schema` holds their lines against the schema.
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

mod aggregate;
mod amf0;
mod amf3;
mod audio;
mod audio_records;
mod chunk;
mod connect;
mod control;
mod enhanced;
mod handshake;
mod harness;
mod properties;
mod records;
mod schema;
mod shared_objects;
mod timestamps;
mod tracks;
mod units;
mod video;
