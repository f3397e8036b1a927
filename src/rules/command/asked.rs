//! What a client asked for last, so that a refusal can say what it is about.

use crate::amf::Value;
use crate::base::pos::PacketRef;
use crate::base::text::clip;
use crate::rules::per::push;
use crate::session::event::{CommandEvent, Event};

use super::shared::NAME_BYTES;

/// Commands remembered.
const MOST: usize = 8;

/// The last commands that a server may refuse.
#[derive(Default)]
pub(super) struct AskedFor(Vec<Asked>);

/// Something a client asked for.
pub(super) struct Asked {
    pub(super) what: &'static str,
    pub(super) stream_id: u32,
    /// Application or stream.
    pub(super) name: String,
    pub(super) at: PacketRef,
}

impl AskedFor {
    /// Takes a command of the client.
    pub(super) fn ask(&mut self, event: &Event<'_>, it: &CommandEvent<'_>, name: &str) {
        let (what, name) = match name {
            "connect" => {
                ("connect", it.command.object.as_ref().and_then(|it| it.get("app")).and_then(Value::as_str))
            }
            "createStream" => ("create-stream", None),
            "publish" => ("publish", it.command.text(0)),
            "play" | "play2" => ("play", it.command.text(0)),
            _ => return,
        };
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        let name = clip(name.unwrap_or_default(), NAME_BYTES).to_owned();
        let stream_id = event.message.map_or(0, |header| header.stream_id);
        push(&mut self.0, Asked { what, stream_id, name, at: event.at });
    }

    /// The newest command of a kind, on this message stream if there is one.
    pub(super) fn newest(&self, what: &str, stream_id: Option<u32>) -> Option<&Asked> {
        let mut of_kind = self.0.iter().rev().filter(|asked| asked.what == what);
        let on_stream = of_kind.clone().find(|asked| stream_id.is_some_and(|id| asked.stream_id == id));
        on_stream.or_else(|| of_kind.next())
    }

    /// Memory held beside the structure itself.
    pub(super) fn held_bytes(&self) -> usize {
        self.0.capacity() * (size_of::<Asked>() + NAME_BYTES)
    }
}
