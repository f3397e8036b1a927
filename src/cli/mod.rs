//! The command line: what was typed, what it means, and the run.
//!
//! `args` is what was typed, `options` what it means, `run` does it. Results go to standard output and
//! everything else to standard error. Arguments are checked before any capture is opened.

mod args;
mod notes;
mod options;
mod overwrite;
mod parse;
mod progress;
mod rules;
mod run;

pub use self::run::{ExitStatus, Terminal, run};
