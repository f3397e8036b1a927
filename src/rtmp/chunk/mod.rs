//! The chunk layer of one direction (RTMP 1.0, 5.3): [`header`] reads a chunk header, [`decoder`] puts chunks
//! together to messages with a partial message per chunk stream, [`times`] reads timestamps in the [`dialect`] of the
//! sender, [`resync`] finds headers again, [`fact`] names what was noticed.

pub(crate) mod decoder;
pub(crate) mod dialect;
pub(crate) mod fact;
mod header;
pub(crate) mod output;
mod plausible;
mod resync;
pub(crate) mod size;
mod spill;
mod stream;
mod streams;
mod times;
mod units;
