//! A witness file: what others say is in a capture.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// Counts by message type, under the report's keys.
pub(crate) type Counts = BTreeMap<String, u64>;

/// One capture's witness.
#[derive(Debug, Deserialize)]
pub(crate) struct Witness {
    pub name: String,
    /// Where the corpus keeps the capture, as `folder/file`.
    pub from: String,
    pub shows: String,
    pub made_by: Vec<String>,
    pub connections: Vec<Connection>,
}

/// What is known about one connection.
#[derive(Debug, Deserialize)]
pub(crate) struct Connection {
    /// The address of the client, which names the connection.
    pub client: String,
    /// Whether the connection carries something else, so that nothing is claimed about it.
    #[serde(default)]
    pub not_rtmp: bool,
    #[serde(default)]
    pub client_to_server: Vec<Claim>,
    #[serde(default)]
    pub server_to_client: Vec<Claim>,
    #[serde(default)]
    pub recordings: Vec<Recording>,
    /// The tracks of the file that was published, where it has several of a kind.
    #[serde(default)]
    pub tracks: Vec<Track>,
}

/// A numbered track.
#[derive(Debug, Deserialize)]
pub(crate) struct Track {
    pub media: String,
    #[serde(rename = "track_id")]
    pub number: u64,
    pub codec: String,
    pub frames: u64,
    pub width: Option<u64>,
    pub height: Option<u64>,
}

impl Connection {
    /// The claims about one direction.
    pub(crate) fn claims(&self, direction: &str) -> &[Claim] {
        match direction {
            "client_to_server" => &self.client_to_server,
            _ => &self.server_to_client,
        }
    }
}

/// How counts bind the report.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Binding {
    /// These counts, and no message of any other type.
    Everything,
    /// These counts; nothing is said of other types.
    These,
    /// No more than these, cut messages included, and no message of any other type.
    AtMost,
    /// No more than these, cut messages included; nothing is said of other types.
    TheseAtMost,
    /// No fewer than these, cut messages included.
    AtLeast,
}

/// What one witness says about the messages of one direction.
#[derive(Debug, Deserialize)]
pub(crate) struct Claim {
    pub by: String,
    pub is: Binding,
    pub counts: Counts,
    #[serde(default)]
    pub media: BTreeMap<String, Media>,
}

/// What one witness says about all audio or video messages of a direction.
#[derive(Debug, Deserialize)]
pub(crate) struct Media {
    pub bytes: u64,
    pub first_timestamp_ms: u64,
    pub last_timestamp_ms: u64,
}

/// One media kind of an FLV file written by a server or a player.
#[derive(Debug, Deserialize)]
pub(crate) struct Recording {
    pub by: String,
    pub role: String,
    pub kind: String,
    pub frames: u64,
    pub keyframes: Option<u64>,
    /// From the first frame to the last, modulo 2^32.
    pub span_ms: u64,
    pub fps: Option<f64>,
    /// The mean time between key frames.
    pub gop_s: Option<f64>,
    pub codec: Option<String>,
    pub width: Option<u64>,
    pub height: Option<u64>,
    pub sample_rate: Option<u64>,
    pub channels: Option<u64>,
}

/// Reads one witness file.
pub(crate) fn read(path: &Path) -> Witness {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
