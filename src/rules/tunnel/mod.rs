//! Rules `TUN`: RTMPT, RTMPS, RTMPE.

rules! {}
