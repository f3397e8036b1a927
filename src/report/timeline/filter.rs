//! Which events a timeline shows.

use crate::base::time::CaptureTime;
use crate::session::event::Event;

/// All conditions hold for an event that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// Only this connection.
    pub(crate) connection: Option<u32>,
    /// Only events whose name begins with one of these; all when empty.
    pub(crate) events: Vec<String>,
    /// Only this time, in seconds from the capture's first packet, both ends included.
    pub(crate) time: Option<(f64, f64)>,
}

impl Filter {
    pub(super) fn passes(&self, event: &Event<'_>, name: &str, start: CaptureTime) -> bool {
        self.connection.is_none_or(|id| id == event.connection)
            && (self.events.is_empty() || self.events.iter().any(|prefix| name.starts_with(prefix.as_str())))
            && self.time.is_none_or(|(from, to)| (from..=to).contains(&event.at.ts.seconds_since(start)))
    }
}
