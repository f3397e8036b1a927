//! Where the decoders of both formats are in a message, what they may still spend, and the error that ended them.
//!
//! References are resolved by going back and reading the bytes of their object once more. That is charged to the
//! same limits as any other reading, so that a small message cannot stand for a large tree.

use super::error::{AmfError, AmfErrorKind};
use super::note::{Note, NoteKind, Notes, Step, control_character, not_utf8};
use crate::base::limits::Limits;
use crate::base::read::{Reader, Truncated};

/// With what references repeat, a message has at most this many values, and bytes of repeated text, for each of its
/// bytes: many short messages shall not cost what as many long ones do.
const MAX_REPEATED: usize = 4;

/// The same for the text of AMF3, where objects of one class share the names of their members by design.
const MAX_REPEATED_NAMES: usize = 16;

/// Nesting is never allowed beyond this, whatever the limits say: each level takes some stack.
const MAX_DEPTH: usize = 256;

/// The place in a message.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) reader: Reader<'a>,
    /// References being resolved; while it is not 0, objects are read again and are not new.
    resolving: usize,
    depth: usize,
    max_depth: usize,
    values: usize,
    max_values: usize,
    /// Bytes of text that references may still bring.
    text_left: usize,
    max_text: usize,
    /// Set once; nothing is read after it.
    pub(super) error: Option<AmfError>,
    /// The first reference to nothing, which is no reason to stop.
    unknown: Option<AmfError>,
    notes: Notes,
}

/// Text somewhere in the message.
#[derive(Copy, Clone, Debug)]
pub(super) struct Text {
    at: usize,
    len: usize,
}

impl Text {
    pub(super) const fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`.
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Self {
        let times = |most: usize, each: usize| most.min(bytes.len().saturating_mul(each));
        Self {
            bytes,
            reader: Reader::new(bytes),
            resolving: 0,
            depth: 0,
            max_depth: limits.amf_depth.min(MAX_DEPTH),
            values: 0,
            max_values: times(limits.amf_values, MAX_REPEATED),
            text_left: times(limits.command_bytes, MAX_REPEATED),
            max_text: limits.command_bytes,
            error: None,
            unknown: None,
            notes: Notes::default(),
        }
    }

    /// The first AMF3 value of the message begins.
    pub(super) fn allow_names(&mut self) {
        self.text_left = self.max_text.min(self.bytes.len().saturating_mul(MAX_REPEATED_NAMES));
    }

    /// Whether nothing more is to be read.
    pub(super) const fn is_done(&self) -> bool {
        self.error.is_some() || self.reader.left() == 0
    }

    /// Whether what is read comes for the first time, and not for a reference.
    pub(super) const fn is_first(&self) -> bool {
        self.resolving == 0
    }

    /// Values begun so far.
    pub(super) const fn values(&self) -> usize {
        self.values
    }

    /// Bytes not decoded: those from the error on, or those not asked for.
    pub(super) fn rest(&self) -> usize {
        self.error.map_or(self.reader.left(), |error| self.bytes.len().saturating_sub(error.at))
    }

    /// What ended the reading, or else the first reference to nothing.
    pub(super) fn problem(&self) -> Option<AmfError> {
        self.error.or(self.unknown)
    }

    /// A reference at `at` names an entry that a table of `known` does not have.
    pub(super) fn note_unknown(&mut self, what: &'static str, index: u32, known: usize, at: usize) {
        let kind = AmfErrorKind::UnknownReference { what, index, known };
        self.unknown.get_or_insert(AmfError { kind, at });
        self.note(NoteKind::Problem(kind), at);
    }

    /// Takes note of something, the first time it is read.
    pub(super) fn note(&mut self, kind: NoteKind, at: usize) {
        if self.is_first() {
            self.notes.take(kind, at, self.depth);
        }
    }

    /// The same, about the innermost container itself.
    pub(super) fn note_around(&mut self, kind: NoteKind, at: usize) {
        if self.is_first() {
            self.notes.take(kind, at, self.depth.saturating_sub(1));
        }
    }

    /// A value in the innermost container was read; `step` leads to it.
    pub(super) fn left(&mut self, step: impl FnOnce() -> Step) {
        if self.error.is_some() || self.notes.are_open() {
            self.notes.leave(&step(), self.depth, self.error.is_some());
        }
    }

    /// The value at an index of the message was read.
    pub(super) fn left_message(&mut self, index: usize) {
        self.notes.close(index);
    }

    /// What was noted, given the index of the last value.
    pub(super) fn into_notes(self, index: usize) -> Vec<Note> {
        self.notes.finish(self.error.map(|error| (error.kind, error.at)), index)
    }

    fn note_text(&mut self, text: &[u8], at: usize) {
        if !self.is_first() {
            return;
        }
        if let Some(byte) = not_utf8(text) {
            self.note(NoteKind::NotUtf8 { byte }, at);
        }
        if let Some(byte) = control_character(text) {
            self.note(NoteKind::ControlCharacter { byte }, at);
        }
    }

    /// What was read, or the end.
    pub(super) fn checked<T>(&mut self, read: Result<T, Truncated>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(truncated) => {
                self.error = Some(truncated.into());
                None
            }
        }
    }

    /// Ends the reading.
    pub(super) fn fail<T>(&mut self, kind: AmfErrorKind, at: usize) -> Option<T> {
        self.error = Some(AmfError { kind, at });
        None
    }

    /// A value with its marker at `at` begins.
    pub(super) fn begin_value(&mut self, at: usize) -> Option<()> {
        if self.values >= self.max_values {
            return self.fail(AmfErrorKind::TooManyValues, at);
        }
        self.values += 1;
        Some(())
    }

    /// The inside of a value with its marker at `at` begins.
    pub(super) fn enter(&mut self, at: usize) -> Option<()> {
        if self.depth >= self.max_depth {
            return self.fail(AmfErrorKind::TooDeep, at);
        }
        self.depth += 1;
        Some(())
    }

    /// It ends.
    pub(super) const fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The next `len` bytes as text; bytes that are not UTF-8 become U+FFFD.
    pub(super) fn text(&mut self, len: usize, what: &'static str) -> Option<String> {
        let at = self.reader.at();
        let text = self.reader.take(len, what);
        let text = self.checked(text)?;
        if self.resolving > 0 {
            self.repeat(len, at)?;
        }
        self.note_text(text, at);
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// The place of the next `len` bytes.
    pub(super) fn skip_text(&mut self, len: usize, what: &'static str) -> Option<Text> {
        let at = self.reader.at();
        let text = self.reader.take(len, what);
        let text = self.checked(text)?;
        self.note_text(text, at);
        Some(Text { at, len })
    }

    /// Text found before, which is charged as a repetition.
    pub(super) fn repeated(&mut self, text: Text) -> Option<String> {
        self.repeat(text.len, self.reader.at())?;
        Some(self.text_at(text))
    }

    /// Text found just now.
    pub(super) fn found(&mut self, text: Text) -> Option<String> {
        if self.resolving > 0 {
            self.repeat(text.len, text.at)?;
        }
        Some(self.text_at(text))
    }

    fn text_at(&self, text: Text) -> String {
        let bytes = self.bytes.get(text.at..text.at.saturating_add(text.len)).unwrap_or(&[]);
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn repeat(&mut self, len: usize, at: usize) -> Option<()> {
        let Some(left) = self.text_left.checked_sub(len) else {
            return self.fail(AmfErrorKind::TooMuchReferencedText, at);
        };
        self.text_left = left;
        Some(())
    }

    /// Goes back to `at` for a reference; gives the place to come back to.
    pub(super) fn go_back(&mut self, at: usize) -> Option<Reader<'a>> {
        let mut there = Reader::new(self.bytes);
        there.take(at, "reference target").ok()?;
        self.resolving += 1;
        Some(std::mem::replace(&mut self.reader, there))
    }

    /// The reference at `at` is resolved.
    pub(super) fn come_back(&mut self, back: Reader<'a>, at: usize) {
        self.resolving -= 1;
        self.reader = back;
        if let (0, Some(error)) = (self.resolving, &mut self.error) {
            // The place of the reference, not the place of what it repeats.
            error.at = at;
        }
    }
}

/// An object that references may name.
#[derive(Copy, Clone, Debug)]
struct Target {
    /// Offset of its marker.
    at: usize,
    /// Whether it is being read right now, for the first time or for a reference.
    open: bool,
}

/// Objects in order of their appearance.
#[derive(Debug, Default)]
pub(super) struct Targets(Vec<Target>);

impl Targets {
    /// An object with its marker at `at` begins; gives its index.
    pub(super) fn begin(&mut self, at: usize) -> usize {
        self.0.push(Target { at, open: true });
        self.0.len() - 1
    }

    /// Marks an object as being read, or as finished.
    pub(super) fn set_open(&mut self, index: usize, open: bool) {
        if let Some(target) = self.0.get_mut(index) {
            target.open = open;
        }
    }

    /// Objects begun so far.
    pub(super) const fn count(&self) -> usize {
        self.0.len()
    }

    /// Where a finished object begins.
    pub(super) fn finished(&self, index: usize) -> Option<usize> {
        self.0.get(index).filter(|target| !target.open).map(|target| target.at)
    }
}
