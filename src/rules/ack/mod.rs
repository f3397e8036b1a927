//! Rules `ACK`: acknowledgements and windows.

rules! {}
