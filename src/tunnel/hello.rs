//! How long a hello and a handshake of RTMP are, what comes behind, and hellos of versions that do not exist.
//!
//! Takes what one side sent first, without the prefix of a proxy.

use super::signs;

/// Bytes of a whole hello: version, then C1 or S1.
pub(super) const HELLO: usize = 1 + 1536;
/// Where the first chunk header stands.
pub(super) const HANDSHAKE: usize = HELLO + 1536;
/// Bytes of that header.
pub(super) const FIRST_HEADER: usize = 12;

/// Whether a whole handshake is followed by a chunk that can be the first: format 0, a control or command message
/// on message stream 0.
pub(super) fn speaks_rtmp(bytes: &[u8]) -> bool {
    match bytes.get(HANDSHAKE..HANDSHAKE + FIRST_HEADER) {
        Some([basic, _, _, _, 0, _, _, kind, 0, 0, 0, 0]) => {
            basic >> 6 == 0 && matches!(kind, 1 | 4 | 5 | 6 | 17 | 20)
        }
        _ => false,
    }
}

/// How much of a hello there is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Begin,
    Whole,
}

/// What may be a hello whose version does not exist; nothing when it is no hello, or has a version that does. What is
/// longer than a hello is none: a client waits behind it for the server.
pub(super) fn odd(client: &[u8]) -> Option<Part> {
    let is_odd = !matches!(client.first(), None | Some(3 | 6 | 8 | 9)) && !signs::is_http_request(client);
    match client.len() {
        len if len > HELLO || !is_odd => None,
        HELLO => Some(Part::Whole),
        _ => Some(Part::Begin),
    }
}
