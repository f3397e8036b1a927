//! Rules `VID`: video tags and H.264.

rules! {}
