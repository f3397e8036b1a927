//! What a connection can be held to. A rule is one file and one line in the list of its group; it hears events and gives
//! [`finding::Finding`]s.
//!
//! ```text
//!  registry    all rules                      rule      what a rule is: code, guards, thresholds, what it hears
//!  profile     which of them, how strict      set       the rules of a profile, and those of one connection
//!  seen        what all rules know            context   what a rule has at hand
//!  clocks      the time of each track         likeness  messages like those before them
//! ```
//!
//! The groups are those of the codes: `HS` is [`handshake`], `CH` is [`chunk`], and so on. No rule knows another.
//! Decoders know no rule: they state facts, without severity or wording.

/// Declares the rules of a group: one module each, and the list of them.
macro_rules! rules {
    ($($rule:ident),* $(,)?) => {
        $(mod $rule;)*
        /// The rules of this group, in the order of their codes.
        pub(super) static RULES: &[&crate::rules::rule::Rule] = &[$(&$rule::RULE),*];
    };
}

pub(crate) mod ack;
pub(crate) mod amf;
pub(crate) mod audio;
pub(crate) mod chunk;
mod clocks;
pub(crate) mod command;
pub(crate) mod context;
pub(crate) mod control;
pub(crate) mod enhanced;
pub(crate) mod finding;
pub(crate) mod handshake;
mod held;
mod likeness;
mod media;
mod members;
pub(crate) mod message;
pub(crate) mod metadata;
pub(crate) mod nearest;
pub(crate) mod net;
pub(crate) mod outcome;
mod per;
pub(crate) mod profile;
pub(crate) mod registry;
pub(crate) mod rule;
pub(crate) mod security;
mod seen;
pub(crate) mod set;
pub(crate) mod severity;
mod states;
pub(crate) mod timestamps;
pub(crate) mod topic;
pub(crate) mod tunnel;
pub(crate) mod user_control;
pub(crate) mod video;

#[cfg(test)]
mod tests;

pub(crate) use finding::Finding;
pub(crate) use severity::Severity;
