//! The place of the message in the making of one chunk stream.
//!
//! Most chunk streams carry a few messages when a connection is opened, and then none: they have no memory for one. Those
//! of media keep theirs from one message to the next.

use super::Partial;

/// A message in the making, if there is one.
#[derive(Debug, Default)]
pub(in crate::rtmp::chunk) struct Making {
    /// Whether what is in the place is in the making, and not what was left by the message before.
    under_way: bool,
    place: Option<Box<Partial>>,
}

impl Making {
    pub(in crate::rtmp::chunk) const fn is_none(&self) -> bool {
        !self.under_way
    }

    pub(in crate::rtmp::chunk) const fn is_some(&self) -> bool {
        self.under_way
    }

    pub(super) fn get(&self) -> Option<&Partial> {
        self.place.as_deref().filter(|_| self.under_way)
    }

    pub(super) fn get_mut(&mut self) -> Option<&mut Partial> {
        self.place.as_deref_mut().filter(|_| self.under_way)
    }

    /// This one begins.
    pub(super) fn begin(&mut self, partial: Partial) {
        match &mut self.place {
            Some(place) => **place = partial,
            None => self.place = Some(Box::new(partial)),
        }
        self.under_way = true;
    }

    /// It has ended.
    pub(super) fn take(&mut self) -> Option<Partial> {
        let ended = self.get().copied();
        self.under_way = false;
        ended
    }

    /// Frees the place, if nothing is in the making.
    pub(super) fn free(&mut self) {
        if !self.under_way {
            self.place = None;
        }
    }

    /// Memory held beside the structure itself.
    pub(super) const fn held_bytes(&self) -> usize {
        if self.place.is_some() { size_of::<Partial>() } else { 0 }
    }
}
