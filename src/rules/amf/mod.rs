//! Rules `AMF`: the syntax of AMF0 and AMF3 values.

rules! {}
