//! What the rules of AMF share: the values of a message, whatever kind it is, and a check that judges them.
//!
//! What is found in a message is told once the next message of the direction has come.

use std::borrow::Cow;

use crate::amf::note::{NoteKind, Step};
use crate::amf::{self, Note};
use crate::base::limits::Limits;
use crate::rtmp::message::form::Form;
use crate::rtmp::message::kind::MessageType;
use crate::rules::context::{Cx, Doubt, Words};
use crate::rules::held::{Held, Told};
use crate::rules::rule::{Check, End};
use crate::session::event::{Event, Kind};

/// The values of a message, by what there is to note about them.
pub(super) struct Values<'a> {
    pub(super) notes: Cow<'a, [Note]>,
    /// Whether they are those of a command.
    pub(super) command: bool,
    /// Whether a command begins with its name.
    pub(super) named: bool,
    /// Bytes from the error on.
    pub(super) undecoded: usize,
}

impl<'a> Values<'a> {
    /// Those of a message that came by as a whole and was kept as a whole; `None` where there are none.
    pub(super) fn of(event: &Event<'a>, limits: &Limits) -> Option<Self> {
        let header = event.message?;
        let whole = header.complete && usize::try_from(header.length) == Ok(event.body.len());
        if !whole || is_timecode(header.kind, event.body) {
            return None;
        }
        let (command, named) = (false, true);
        Some(match event.kind {
            Kind::Command(it) => {
                let notes = Cow::Borrowed(it.command.notes.as_slice());
                Self { notes, command: true, named, undecoded: it.command.undecoded }
            }
            Kind::Data(it) => {
                Self { notes: Cow::Borrowed(it.notes), command, named, undecoded: it.undecoded }
            }
            // Where its own lengths do not fit, its values cannot.
            Kind::SharedObject(object) if object.cut.is_none() => {
                let notes = Cow::Borrowed(object.notes.as_slice());
                Self { notes, command, named, undecoded: object.undecoded }
            }
            // A command that does not begin with a name is none to anybody else.
            Kind::Other if is_command(header.kind) => {
                let form = Form::of(header.kind, event.body);
                let decoded = amf::decode(form.encoding, form.body, limits);
                let notes = Cow::Owned(decoded.notes);
                Self { notes, command: true, named: false, undecoded: decoded.rest }
            }
            _ => return None,
        })
    }
}

const fn is_command(kind: MessageType) -> bool {
    matches!(kind, MessageType::COMMAND_AMF0 | MessageType::COMMAND_AMF3)
}

/// Whether a data message is the time code of a file, which ffmpeg sends as if it were AMF.
pub(super) const fn is_timecode(kind: MessageType, body: &[u8]) -> bool {
    matches!((kind, body), (MessageType::DATA_AMF0, [0, _, _, _]))
}

/// The way to a value, from the message inwards: `[3].info.code`, counted from 0.
pub(super) fn path(steps: &[Step], words: &mut dyn Words) -> String {
    let step = |step: &Step| match step {
        Step::Item(index) => format!("[{index}]"),
        Step::Field(name) => format!(".{name}"),
    };
    let path: String = steps.iter().map(step).collect();
    words.text(&path)
}

/// Judges the values of a message.
pub(super) type Judge = fn(&Values<'_>, &Event<'_>, &mut dyn Words, &mut Told);

/// A check of the values of each message.
pub(super) struct ValueCheck {
    judge: Judge,
    held: Held,
}

impl ValueCheck {
    pub(super) fn boxed(judge: Judge) -> Box<dyn Check> {
        Box::new(Self { judge, held: Held::default() })
    }
}

impl Check for ValueCheck {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        self.held.next(event, cx);
        let Some(values) = Values::of(event, cx.limits) else { return };
        cx.judged();
        if values.notes.iter().any(|note| is_unread(note.kind)) {
            cx.doubt(Doubt::TooLittle);
        }
        (self.judge)(&values, event, &mut *cx.words, self.held.told(event.dir));
        self.held.rest(cx);
    }

    fn end(&mut self, _: &End<'_>, cx: &mut Cx<'_>) {
        self.held.finish(cx);
    }

    fn held_bytes(&self) -> usize {
        self.held.held_bytes()
    }
}

/// Whether reading ended for a reason that is nobody's mistake.
const fn is_unread(kind: NoteKind) -> bool {
    use crate::amf::error::AmfErrorKind as Error;
    matches!(
        kind,
        NoteKind::Problem(
            Error::Externalizable | Error::TooDeep | Error::TooManyValues | Error::TooMuchReferencedText
        )
    )
}
