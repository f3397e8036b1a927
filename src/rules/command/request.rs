//! What a client asks of a stream, and which status answers it.

/// A command that a status answers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Publish,
    Play,
    Pause,
    Seek,
}

impl Request {
    pub(super) const ALL: [Self; 4] = [Self::Publish, Self::Play, Self::Pause, Self::Seek];
    pub(super) const COUNT: usize = Self::ALL.len();

    /// That of a command.
    pub(super) fn of(command: &str) -> Option<Self> {
        Some(match command {
            "publish" => Self::Publish,
            "play" | "play2" => Self::Play,
            "pause" | "pauseRaw" => Self::Pause,
            "seek" => Self::Seek,
            _ => return None,
        })
    }

    /// The name of the command.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Play => "play",
            Self::Pause => "pause",
            Self::Seek => "seek",
        }
    }

    /// Whether it moves or stops what plays.
    pub(super) const fn is_about_position(self) -> bool {
        matches!(self, Self::Pause | Self::Seek)
    }

    /// The status that says it was done.
    pub(super) const fn notice(self) -> &'static str {
        match self {
            Self::Publish => "NetStream.Publish.Start",
            Self::Play => "NetStream.Play.Start",
            Self::Pause => "NetStream.Pause.Notify or NetStream.Unpause.Notify",
            Self::Seek => "NetStream.Seek.Notify",
        }
    }

    /// Whether a status with this code answers it, for good or bad.
    pub(super) fn is_answered_by(self, code: &str) -> bool {
        let families: &[&str] = match self {
            Self::Publish => &["NetStream.Publish.", "NetStream.Record."],
            Self::Play => &["NetStream.Play."],
            Self::Pause => &["NetStream.Pause.", "NetStream.Unpause."],
            Self::Seek => &["NetStream.Seek."],
        };
        families.iter().any(|family| code.starts_with(family))
    }

    /// What to do about one that was not answered.
    pub(super) const fn help(self, closed: bool) -> &'static str {
        match (self, closed) {
            (Self::Publish, true) => {
                "node-media-server and SRS refuse a name that is in use like this, and others a key they \
                 do not accept: check the stream key, end an earlier session that still holds the name or \
                 wait until the server drops it, and look into the server's log; servers should send \
                 onStatus with a code before they close"
            }
            (Self::Publish, false) => {
                "look into the server's log: a callback or a login service that hangs looks like this; \
                 check the stream key, too"
            }
            (_, true) => {
                "check application and stream name against those of the publisher, and the token if one is \
                 asked for; then the server's log"
            }
            (_, false) => {
                "many servers keep a player waiting until somebody publishes the name: check application \
                 and stream name against those of the publisher, and that it is live"
            }
        }
    }

    /// Its entry in a table by kind.
    pub(super) fn of_kind<T: Copy + Default>(self, table: &[T; Self::COUNT]) -> T {
        table.get(self as usize).copied().unwrap_or_default()
    }

    /// The same, to change it.
    pub(super) const fn of_kind_mut<T>(self, table: &mut [T; Self::COUNT]) -> &mut T {
        let [publish, play, pause, seek] = table;
        match self {
            Self::Publish => publish,
            Self::Play => play,
            Self::Pause => pause,
            Self::Seek => seek,
        }
    }
}
