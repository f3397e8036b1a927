//! Finding the chunks again: behind a hole over a chunk header, behind bytes that are no header, and in a stream
//! joined inside the connection. And what stands at a header that can be read in two ways.
//!
//! | module | does |
//! |---|---|
//! | [`window`] | keeps the stream from where sync was lost, holes included |
//! | [`evidence`] | how much a header speaks for itself |
//! | [`walk`] | follows chunks from a place, header by header, over holes in bodies |
//! | [`readings`] | the ways in which a header can be read that tells less than it should |
//! | [`path`] | what a walk remembers, and which of several is best |
//! | [`type3`] | whether a format 3 chunk has an extended timestamp, from what follows it |
//! | [`search`] | tries the places of the window, and says where a run of chunks confirms itself |
//!
//! Nothing here changes the decoder's state; it asks, and acts on the answer.

mod evidence;
pub(super) mod path;
mod readings;
pub(super) mod search;
mod type3;
pub(super) mod walk;
pub(super) mod window;

#[cfg(test)]
mod tests;
