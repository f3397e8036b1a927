//! What there is to note about the values of a message beside the values, and where it is among them.
//!
//! A note is taken where it shows, at a depth; the way to it is put together while the decoder comes back out, one step
//! for each container it leaves. Messages without anything to note pay a comparison for each value.

use super::error::AmfErrorKind;
use crate::base::text::clip;

/// Something about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) kind: NoteKind,
    /// Offset of the marker, field or text it is about, as that of an error.
    pub(crate) at: usize,
    /// The way from the message to the value it is about.
    pub(crate) path: Vec<Step>,
}

/// What is noted. Of each kind but the last the first is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoteKind {
    /// Text with a byte that is not UTF-8.
    NotUtf8 { byte: u8 },
    /// Text with a control character other than tab and line ends.
    ControlCharacter { byte: u8 },
    /// An ECMA array with another number of members than it announces.
    Count { announced: u32, members: usize },
    /// The message ends behind the members of an ECMA array, without an object end.
    NoEnd,
    /// An error, the same that the message has, or a reference that leads nowhere.
    Problem(AmfErrorKind),
}

/// A step from a container to what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value at an index, from 0: of a message, an array, a dictionary.
    Item(usize),
    /// The value of a field.
    Field(String),
}

/// Bytes kept of a field's name.
const NAME_BYTES: usize = 64;

/// The notes of a message.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Each with the depth it was taken at, less one for each step back out; its path is the wrong way round.
    open: Vec<(usize, Note)>,
    done: Vec<Note>,
    /// The way to the error, the wrong way round.
    error: Vec<Step>,
}

impl Notes {
    /// Takes a note inside of `depth` containers.
    pub(super) fn take(&mut self, kind: NoteKind, at: usize, depth: usize) {
        let same = |note: &Note| std::mem::discriminant(&note.kind) == std::mem::discriminant(&kind);
        if !self.done.iter().chain(self.open.iter().map(|(_, note)| note)).any(same) {
            self.open.push((depth, Note { kind, at, path: Vec::new() }));
        }
    }

    /// Whether a way to something is being put together.
    pub(super) const fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// A value in a container at `depth` was read; `step` leads to it.
    pub(super) fn leave(&mut self, step: &Step, depth: usize, is_error: bool) {
        for (at, note) in self.open.iter_mut().filter(|(at, _)| *at >= depth) {
            note.path.push(step.clone());
            *at = depth.saturating_sub(1);
        }
        if is_error {
            self.error.push(step.clone());
        }
    }

    /// The value at an index of the message was read.
    pub(super) fn close(&mut self, index: usize) {
        for (_, mut note) in self.open.drain(..) {
            note.path.push(Step::Item(index));
            note.path.reverse();
            self.done.push(note);
        }
    }

    /// All of them, with the error of the value at an index of the message.
    pub(super) fn finish(mut self, error: Option<(AmfErrorKind, usize)>, index: usize) -> Vec<Note> {
        if let Some((kind, at)) = error {
            self.error.push(Step::Item(index));
            self.error.reverse();
            self.done.push(Note { kind: NoteKind::Problem(kind), at, path: self.error });
        }
        self.done
    }
}

impl Step {
    /// To the value at an index.
    pub(super) fn item(index: u32) -> Self {
        Self::Item(usize::try_from(index).unwrap_or(usize::MAX))
    }

    /// To the value of a field.
    pub(super) fn field(name: &str) -> Self {
        Self::Field(clip(name, NAME_BYTES).to_owned())
    }
}

/// The control character in a text to take note of, if there is one.
pub(super) fn control_character(text: &[u8]) -> Option<u8> {
    text.iter().copied().find(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// The first byte of a text that is not UTF-8.
pub(super) fn not_utf8(text: &[u8]) -> Option<u8> {
    let error = std::str::from_utf8(text).err()?;
    text.get(error.valid_up_to()).copied()
}
