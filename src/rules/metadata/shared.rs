//! What the rules of this group share: what `onMetaData` declares.

use crate::amf::Value;
use crate::session::event::{DataEvent, MediaMessage};

/// The facts of an `onMetaData` message; none of any other.
pub(super) fn facts<'e>(it: &DataEvent<'e>) -> Option<&'e Value> {
    it.values.first().filter(|value| it.handler == Some("onMetaData") && value.fields().is_some())
}

/// The number of a field, if it says something: finite and above zero.
pub(super) fn number(facts: &Value, field: &str) -> Option<f64> {
    facts.get(field).and_then(Value::as_f64).filter(|number| number.is_finite() && *number > 0.0)
}

/// Whether a message is a whole one of the default track, which metadata is about.
pub(super) const fn is_default_track(it: &MediaMessage) -> bool {
    it.track == 0 && !it.unfinished
}
