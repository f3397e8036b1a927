//! Both directions of one connection.
pub(crate) mod event;
