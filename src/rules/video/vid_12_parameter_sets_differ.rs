//! VID-12 parameter-sets-differ
//!
//! ## What it does
//! Compares the parameter sets among the pictures with those in the sequence header. A VPS, SPS or PPS with the same
//! number and other content than in the last configuration record of the track is a warning. This holds for legacy and
//! Enhanced headers alike.
//!
//! ## Why it matters
//! Decoders that take the sets from the record show another size or broken pictures; those that take them from the
//! pictures show it right. What a viewer sees depends on the player.
//!
//! ## Spec
//! ISO/IEC 14496-15: parameter sets of avc1 and hvc1 are in the record
//!
//! ## Tolerance
//! The same sets again (x264 repeat-headers) are fine, and so are sets with a number that the record does not have.
//! mediamtx (gortmplib) writes invented 1080p sets into the record as long as it does not know the real ones: that is
//! reported once. Of a frame the first four sets are compared; H.265 sets of several layers are not.
//!
//! ## How to fix
//! Send a new sequence header with the new sets, and a key frame after it, when the encoder changes them.

use crate::media::config::parameter_sets;
use crate::media::units::sets::ParameterSet;
use crate::media::units::{Extent, Family};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{ByTrack, hex, record};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{ConfigChange, Event, Kind, MediaKind, MediaMessage};

use super::shared::{frame, nal_units};

pub(super) static RULE: Rule = Rule {
    code: "VID-12",
    name: "parameter-sets-differ",
    severity: Severity::Warning,
    spec: "ISO/IEC 14496-15, avc1 and hvc1",
    subject: "frames with parameter sets",
    help: "send a new sequence header when the parameter sets change, and none among the pictures",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Video, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("vid_12_parameter_sets_differ.rs"),
    new: || Box::new(ParameterSetsDiffer::default()),
    ..Rule::BASE
};

/// Sets of a record that are compared.
const MOST_SETS: usize = 16;
/// Bytes shown of a set.
const SHOWN: usize = 32;

#[derive(Default)]
struct ParameterSetsDiffer {
    /// Those of each track's last record.
    records: ByTrack<Vec<Known>>,
}

/// A set of a record, and its first bytes.
struct Known {
    set: ParameterSet,
    head: [u8; SHOWN],
    len: usize,
}

impl Known {
    fn of(family: Family, nal: &[u8]) -> Option<Self> {
        let set = ParameterSet::of(family, nal)?;
        let mut head = [0; SHOWN];
        head.iter_mut().zip(nal).for_each(|(place, byte)| *place = *byte);
        Some(Self { set, head, len: nal.len() })
    }

    fn bytes(&self) -> &[u8] {
        self.head.get(..self.len).unwrap_or(&self.head)
    }
}

impl Check for ParameterSetsDiffer {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::Config { stream, media: MediaKind::Video, track, config, change, .. } = event.kind {
            let Some(known) = self.records.of(stream, track).filter(|_| change != ConfigChange::Repeated)
            else {
                return;
            };
            known.clear();
            let Some(family) = Family::of(config.codec) else { return };
            let Some(record) = record(event, MediaKind::Video, track) else { return };
            parameter_sets(config.codec, record, &mut |nal| {
                known.extend(Known::of(family, nal).filter(|_| known.len() < MOST_SETS));
            });
            return;
        }
        let Some(media) = frame(event) else { return };
        let Some(units) = nal_units(media).filter(|units| units.extent == Extent::Whole) else { return };
        if units.parameter_sets().next().is_none() {
            return;
        }
        let Some(known) = self.records.of(media.stream, media.track).filter(|known| !known.is_empty()) else {
            return;
        };
        cx.judged();
        for set in units.parameter_sets() {
            let Some(of_record) = known.iter().find(|known| known.set.replaces(set)) else { continue };
            if known.iter().any(|known| known.set == set) {
                continue;
            }
            return cx.find(Found::at(event).of(media.stream), |_| {
                let name = format!("{} {}", set.kind(), set.id());
                let found = in_frame(event, media, units.family, set);
                Said::new(format!("{name} among the pictures is not that of the sequence header"))
                    .expected(format!("{name} of the sequence header: {}", hex(of_record.bytes())))
                    .actual(
                        found
                            .map_or_else(|| format!("another {name}"), |nal| format!("{name}: {}", hex(nal))),
                    )
            });
        }
    }

    fn held_bytes(&self) -> usize {
        let sets = |known: &Vec<Known>| known.capacity() * size_of::<Known>();
        self.records.held_bytes() + self.records.all().map(|(_, known)| sets(known)).sum::<usize>()
    }
}

/// A set in what is kept of a frame of its own message; lengths of four bytes are taken for granted.
fn in_frame<'a>(
    event: &Event<'a>,
    media: &MediaMessage,
    family: Family,
    set: ParameterSet,
) -> Option<&'a [u8]> {
    let mut rest = event.body.get(usize::try_from(media.header_bytes).ok()?..)?;
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let nal = behind.get(..length)?;
        if ParameterSet::of(family, nal) == Some(set) {
            return Some(nal);
        }
        rest = behind.get(length..)?;
    }
    None
}
