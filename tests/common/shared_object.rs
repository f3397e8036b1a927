//! Shared object messages: name, version, flags, and events of (type, data).

use super::amf::{self, Amf};
use super::message::Message;

/// The message types of shared objects.
pub const AMF3: u8 = 16;
pub const AMF0: u8 = 19;

pub const USE: u8 = 1;
pub const RELEASE: u8 = 2;
pub const REQUEST_CHANGE: u8 = 3;
pub const CHANGE: u8 = 4;
pub const SUCCESS: u8 = 5;
pub const SEND_MESSAGE: u8 = 6;
pub const STATUS: u8 = 7;
pub const CLEAR: u8 = 8;
pub const REMOVE: u8 = 9;
pub const REQUEST_REMOVE: u8 = 10;
pub const USE_SUCCESS: u8 = 11;

/// The first word of the flags.
pub const TEMPORARY: [u8; 8] = [0; 8];
pub const PERSISTENT: [u8; 8] = [0, 0, 0, 2, 0, 0, 0, 0];

/// A message of AMF0.
pub fn message(name: &str, version: u32, flags: [u8; 8], events: &[(u8, Vec<u8>)]) -> Message {
    Message::new(super::message::COMMAND_CSID, AMF0, body(name, version, flags, events))
}

pub fn body(name: &str, version: u32, flags: [u8; 8], events: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = text(name);
    out.extend(version.to_be_bytes());
    out.extend(flags);
    for (kind, data) in events {
        out.push(*kind);
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(data);
    }
    out
}

/// A length of two bytes, and characters.
pub fn text(s: &str) -> Vec<u8> {
    [&(s.len() as u16).to_be_bytes()[..], s.as_bytes()].concat()
}

/// A name and its value: the data of a change, or a part of it.
pub fn pair(name: &str, value: Amf) -> Vec<u8> {
    [text(name), amf::encode(&[value])].concat()
}
