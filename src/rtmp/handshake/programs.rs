//! Which program a hello is of, by its version field, bytes 4 to 7.
//!
//! Takes the field and the side that said it; gives a name for what is in wide use. A field is easily copied: a name
//! says what the program claims to be.

use crate::base::pos::Dir;

/// The program with this version field, if it is a known one; several programs may share a field.
pub(crate) const fn program_name(from: Dir, version: u32) -> Option<&'static str> {
    Some(match (from, version.to_be_bytes()) {
        (Dir::ClientToServer, [9, 0, 124, 2]) => "Flash Player 9.0.124 or ffmpeg",
        (Dir::ClientToServer, [10, 0, 45, 2]) => "Flash Player 10.0.45 or librtmp",
        // Of an encrypted handshake.
        (Dir::ClientToServer, [128, 0, 3, 2]) => "librtmp or ffmpeg",
        (Dir::ClientToServer, [12, 0, 13, 14]) | (Dir::ServerToClient, [13, 14, 10, 13]) => "nginx-rtmp",
        (Dir::ClientToServer, [128, 0, 7, 2]) | (Dir::ServerToClient, [1, 0, 5, 4]) => "SRS",
        (Dir::ServerToClient, [1, 2, 3, 4]) => "node-media-server",
        _ => return None,
    })
}

/// A version field as it is written: `9.0.124.2`.
pub(crate) fn dotted(version: u32) -> String {
    std::net::Ipv4Addr::from_bits(version).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_names_a_program_of_its_side_only() {
        assert_eq!(program_name(Dir::ServerToClient, 0x0D0E_0A0D), Some("nginx-rtmp"));
        assert_eq!(program_name(Dir::ClientToServer, 0x0D0E_0A0D), None);
        assert_eq!(program_name(Dir::ClientToServer, 0x0900_7C02), Some("Flash Player 9.0.124 or ffmpeg"));
        assert_eq!(program_name(Dir::ServerToClient, 0x0900_7C02), None);
        assert_eq!(dotted(0x0900_7C02), "9.0.124.2");
    }
}
