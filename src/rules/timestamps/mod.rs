//! Rules `TS`: timestamps, and audio against video.

rules! {}
