//! Rules `MSG`: messages in general.

rules! {}
