//! Rules `SEC`: secrets in the clear, and what exhausts a peer.

rules! {}
