//! Rules `UC`: user control messages.

rules! {}
