//! H.266 (ITU-T H.266): the NAL unit header (7.3.1.2) and the names of NAL unit types (table 5).

/// The type by the header's second byte.
pub(super) const fn kind(second: u8) -> u8 {
    second >> 3
}

pub(super) const NAMES: [&str; 32] = [
    "trail",
    "stsa",
    "radl",
    "rasl",
    "nal_4",
    "nal_5",
    "nal_6",
    "idr",
    "idr",
    "cra",
    "gdr",
    "nal_11",
    "opi",
    "dci",
    "vps",
    "sps",
    "pps",
    "prefix_aps",
    "suffix_aps",
    "picture_header",
    "aud",
    "eos",
    "eob",
    "prefix_sei",
    "suffix_sei",
    "filler",
    "nal_26",
    "nal_27",
    "nal_28",
    "nal_29",
    "nal_30",
    "nal_31",
];
