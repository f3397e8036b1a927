//! The captures to be measured: all that are no other form of a capture that is there itself.

#[path = "../support/corpus.rs"]
mod all;

pub(crate) use all::Named;

fn originals(mut captures: Vec<Named>) -> Vec<Named> {
    captures.retain(|(name, _)| !name.starts_with("derived_"));
    captures
}

/// Those of `testdata/captures`.
pub(crate) fn kept() -> Vec<Named> {
    originals(all::kept())
}

/// Those kept elsewhere that are not in `testdata/captures`; `None` where that folder is not.
pub(crate) fn elsewhere() -> Option<Vec<Named>> {
    all::elsewhere().map(originals)
}
