//! Rules `HS`: the handshake.

rules! { hs_06_client_too_early }
