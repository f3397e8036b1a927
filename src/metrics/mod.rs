//! Figures of one connection, from its events alone.

pub(crate) mod gop;
pub(crate) mod num;
pub(crate) mod pacing;
pub(crate) mod quantile;
pub(crate) mod step;
pub(crate) mod sync;
#[cfg(test)]
mod testing;
pub(crate) mod track;
