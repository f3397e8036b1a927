//! Rules `HS`: the handshake.

mod shared;

rules! {
    hs_01_client_version,
    hs_02_server_version,
    hs_03_no_digest,
    hs_04_client_echo,
    hs_05_server_echo,
    hs_06_client_too_early,
    hs_07_server_too_early,
    hs_08_wrong_signature,
    hs_09_handshake_unfinished,
}
