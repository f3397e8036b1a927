//! Rules `META`: onMetaData and other data messages.

rules! {}
