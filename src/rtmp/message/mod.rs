//! Messages (RTMP 1.0, 5.4 and 7.1), one family a file: [`kind`] has the type ids and the header they share.

pub(crate) mod aggregate;
pub(crate) mod command;
pub(crate) mod form;
pub(crate) mod kind;
pub(crate) mod shared_object;
pub(crate) mod user_control;
