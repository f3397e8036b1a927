//! Fuzz functions, one for each layer: any bytes in, a panic when the layer breaks a promise.
//!
//! Besides not panicking themselves, the layers promise that every byte is accounted for, that it does not matter
//! how a stream is cut, that two runs give the same output, and that no output carries a control character. The
//! test `fuzz` runs these functions over mutated seeds, and so do the targets in `fuzz/` under cargo-fuzz.
//!
//! Not part of the library's interface. The work for one input is bounded: what is beyond [`MAX_INPUT`] is not read.

mod amf;
mod capture;
mod check;
mod chunk;
mod conversation;
mod file;
mod input;
mod media;
mod message;
mod output;
mod packets;
mod pcap;

/// Bytes of an input that are looked at.
pub const MAX_INPUT: usize = 64 << 10;

/// A fuzz function and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them, lowest layer first.
pub const TARGETS: [Target; 10] = [
    ("capture", capture::run),
    ("packets", packets::run),
    ("chunk", chunk::run),
    ("amf0", amf::amf0),
    ("amf3", amf::amf3),
    ("message", message::run),
    ("media", media::run),
    ("conversation", conversation::run),
    ("file", file::run),
    ("check", check::run),
];

/// Runs the function of this name; an unknown name is none of ours.
///
/// # Panics
/// When the layer breaks a promise, and on an unknown name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    assert!(target.is_some(), "no fuzz function is called {name}");
    if let Some((_, function)) = target {
        function(bytes);
    }
}
