//! The timestamp fields of a connection.

use crate::base::pos::Dir;
use crate::metrics::ConnectionMetrics;
use crate::report::model::{PerDirection, Timestamps};

/// What there is to say of them, if anything.
pub(super) fn timestamps(metrics: &ConnectionMetrics) -> Option<PerDirection<Timestamps>> {
    let mut entry = PerDirection::default();
    for dir in Dir::BOTH {
        let counts = metrics.timestamps(dir).counts().copied().unwrap_or_default();
        *entry.get_mut(dir) = Timestamps {
            extended_messages: counts.extended_messages,
            type3_repeated: counts.type3_repeated,
            type3_omitted: counts.type3_omitted,
            deltas_extended: counts.deltas_extended,
            deltas_absolute: counts.deltas_absolute,
            negative_deltas: counts.negative_deltas,
            type3_after_type0_added: counts.type3_after_type0_added,
            type3_after_type0_same: counts.type3_after_type0_same,
            wraps: counts.wraps,
        };
    }
    Dir::BOTH.iter().any(|dir| metrics.timestamps(*dir).counts().is_some()).then_some(entry)
}
