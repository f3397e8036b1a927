//! What the rules of this group share.

use crate::base::pos::Dir;

/// The side that sends in a direction.
pub(super) const fn side(dir: Dir) -> &'static str {
    match dir {
        Dir::ClientToServer => "client",
        Dir::ServerToClient => "server",
    }
}
