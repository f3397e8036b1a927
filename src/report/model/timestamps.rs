//! Timestamp fields that are extended or can be read in two ways.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the timestamp fields of one direction were like where they are extended (RTMP 1.0, 5.3.1.3) or senders differ.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timestamps {
    /// Messages whose timestamp field, their own or the one they inherit, is an extended one.
    pub extended_messages: u64,
    /// Format 3 chunks behind a header with an extended timestamp that have it too, as the specification says.
    pub type3_repeated: u64,
    /// Format 3 chunks behind a header with an extended timestamp that lack it.
    pub type3_omitted: u64,
    /// Extended fields of formats 1 and 2, or of format 3 in their place, that are deltas, as the specification says.
    pub deltas_extended: u64,
    /// Extended fields of formats 1 and 2, or of format 3 in their place, that are absolute timestamps.
    pub deltas_absolute: u64,
    /// Messages whose delta is 2^31 or more: a step back.
    pub negative_deltas: u64,
    /// Messages begun by format 3 behind format 0 that add its timestamp once more, as the specification says.
    pub type3_after_type0_added: u64,
    /// Messages begun by format 3 behind format 0 that have the same time as that; and those behind an extended delta
    /// of hours that lack the extended timestamp.
    pub type3_after_type0_same: u64,
    /// Times the timestamps of audio and video went through 2^32, or from 2^31 to 0.
    pub wraps: u64,
}
