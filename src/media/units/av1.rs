//! AV1 (AV1 Bitstream & Decoding Process, 5.3.2, 4.10.5, 6.2.2): the header of an OBU, its size, the names of OBU types.

/// The first byte of an OBU.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: u8,
    /// Another byte of header follows.
    pub(super) extended: bool,
    /// A size follows; without one the OBU goes on to the end.
    pub(super) sized: bool,
}

impl Header {
    pub(super) const fn new(byte: u8) -> Self {
        Self { kind: byte >> 3 & 0x0F, extended: byte & 4 != 0, sized: byte & 2 != 0 }
    }
}

/// Bytes of the longest size.
pub(super) const MAX_SIZE_LEN: u8 = 8;

pub(super) const NAMES: [&str; 16] = [
    "obu_0",
    "sequence_header",
    "temporal_delimiter",
    "frame_header",
    "tile_group",
    "metadata",
    "frame",
    "redundant_frame_header",
    "tile_list",
    "obu_9",
    "obu_10",
    "obu_11",
    "obu_12",
    "obu_13",
    "obu_14",
    "padding",
];
