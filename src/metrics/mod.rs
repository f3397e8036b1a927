//! Figures of one connection, from its events alone.

pub(crate) mod num;
pub(crate) mod quantile;
pub(crate) mod step;
#[cfg(test)]
mod testing;
