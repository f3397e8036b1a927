//! The names of AV1's OBU types (AV1 Bitstream & Decoding Process, 6.2.2).

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
