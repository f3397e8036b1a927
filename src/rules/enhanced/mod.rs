//! Rules `ERTMP`: Enhanced RTMP.

rules! {}
