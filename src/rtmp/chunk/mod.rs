//! Chunks.
pub(crate) mod fact;
