//! The tracks of a stream that numbers them, and what its video is made of.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::round;
use super::stream::{AudioTrack, VideoTrack};

/// One of the numbered tracks of a stream (Enhanced RTMP multitrack).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "media", rename_all = "lowercase")]
#[schemars(transform = describe_media)]
pub enum NumberedTrack {
    /// A track of video.
    Video {
        /// Its number; 0 is the default track, as of all messages that name none.
        track_id: u8,
        /// What is known of it.
        #[serde(flatten)]
        track: Box<VideoTrack>,
    },
    /// A track of audio.
    Audio {
        /// Its number; 0 is the default track, as of all messages that name none.
        track_id: u8,
        /// What is known of it.
        #[serde(flatten)]
        track: Box<AudioTrack>,
    },
}

/// The field that says which form it is has no place for a description of its own.
fn describe_media(schema: &mut Schema) {
    let forms = schema.get_mut("oneOf").and_then(Value::as_array_mut);
    for field in forms.into_iter().flatten().filter_map(|form| form.pointer_mut("/properties/media")) {
        if let Some(field) = field.as_object_mut() {
            field.insert("description".to_owned(), "Kind of the track: `video` or `audio`.".into());
        }
    }
}

/// Coded frames and commands by the frame type of their tag; absent where there was none.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FrameTypes {
    /// Key frames.
    #[serde(skip_serializing_if = "round::zero")]
    pub key: u64,
    /// Inter frames.
    #[serde(skip_serializing_if = "round::zero")]
    pub inter: u64,
    /// Inter frames that no other frame needs.
    #[serde(skip_serializing_if = "round::zero")]
    pub disposable_inter: u64,
    /// Key frames made by a server.
    #[serde(skip_serializing_if = "round::zero")]
    pub generated_key: u64,
    /// Commands to the player, which are no frames.
    #[serde(skip_serializing_if = "round::zero")]
    pub command: u64,
    /// Frames of types without a definition.
    #[serde(skip_serializing_if = "round::zero")]
    pub reserved: u64,
}

impl FrameTypes {
    /// Whether there was none.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
