//! What was found, as plain data, and the formats it is written in.
//!
//! Takes events (for the timeline) and the filled-in [`model::Report`]; gives text to a `Write`. [`model`] is the
//! data, [`mask`] keeps secrets inside, the other modules are one writer each. No writer decides anything: what is
//! shown is in the model.

pub(crate) mod build;
pub(crate) mod collect;
pub(crate) mod mask;
pub mod model;
pub(crate) mod rfc3339;
pub(crate) mod summary;
pub(crate) mod timeline;
mod verdict;
