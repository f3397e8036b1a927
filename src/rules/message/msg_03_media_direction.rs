//! MSG-03 media-direction
//!
//! ## What it does
//! Reports media in the wrong direction on a published or played stream. It goes from the client on a stream that it
//! publishes, and to the client on a stream that it plays.
//!
//! ## Why it matters
//! Nobody expects them there: they are dropped, or mixed into the stream that goes the right way.
//!
//! ## Spec
//! RTMP 1.0, 7.1.4, 7.1.5, 7.2.2
//!
//! ## Tolerance
//! A message stream that was published and played, one after the other, is not judged.
//!
//! ## How to fix
//! Create a stream of its own for each publish and each play, and send media on the one it belongs to.

use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "MSG-03",
    name: "media-direction",
    severity: Severity::Warning,
    spec: "RTMP 7.1.4, 7.1.5, 7.2.2",
    subject: "media on streams that were published or played",
    help: "create a stream of its own for each publish and each play, and send media on the one it belongs to",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Media, Topic::Aggregate],
    skips_alike: true,
    source: include_str!("msg_03_media_direction.rs"),
    new: || Box::new(MediaDirection),
    ..Rule::BASE
};

struct MediaDirection;

impl Check for MediaDirection {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message.filter(|header| !header.inferred.stream_id) else { return };
        let id = header.stream_id;
        let (mut commanded, mut fits) = (false, false);
        for stream in cx.seen.streams().iter().filter(|stream| stream.id == id && stream.commanded) {
            commanded = true;
            fits |= stream.role.dir() == event.dir;
        }
        if !commanded {
            return;
        }
        cx.judged();
        if fits {
            return;
        }
        cx.find(Found::at(event).of(id), |_| {
            let (sender, does) = match event.dir {
                Dir::ClientToServer => ("client", "plays"),
                Dir::ServerToClient => ("server", "publishes"),
            };
            Said::new(format!(
                "the {sender} sends {} on message stream {id}, which the client {does}",
                header.kind
            ))
        });
    }
}
