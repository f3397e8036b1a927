//! The two directions of a connection.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::pos::Dir;

/// Direction of a byte stream within one connection.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the side that opened the connection.
    ClientToServer,
    /// From the side that accepted it.
    ServerToClient,
}

impl Direction {
    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientToServer => Dir::ClientToServer.name(),
            Self::ServerToClient => Dir::ServerToClient.name(),
        }
    }
}

impl From<Dir> for Direction {
    fn from(dir: Dir) -> Self {
        match dir {
            Dir::ClientToServer => Self::ClientToServer,
            Dir::ServerToClient => Self::ServerToClient,
        }
    }
}

/// One value for each direction.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PerDirection_{T}")]
pub struct PerDirection<T> {
    /// From the side that opened the connection.
    pub client_to_server: T,
    /// From the side that accepted it.
    pub server_to_client: T,
}

impl<T> PerDirection<T> {
    /// Both values with their directions, client first.
    pub fn both(&self) -> [(Direction, &T); 2] {
        [
            (Direction::ClientToServer, &self.client_to_server),
            (Direction::ServerToClient, &self.server_to_client),
        ]
    }

    /// The value of one direction, to change it.
    pub(crate) const fn get_mut(&mut self, dir: Dir) -> &mut T {
        match dir {
            Dir::ClientToServer => &mut self.client_to_server,
            Dir::ServerToClient => &mut self.server_to_client,
        }
    }
}
