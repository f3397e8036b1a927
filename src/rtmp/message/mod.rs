//! Messages.
pub(crate) mod command;
pub(crate) mod kind;
pub(crate) mod user_control;
