//! Details of audio and video messages, their turning points and configurations.

use super::{Sink, stream_number};
use crate::media::units::{Extent, SliceType, Units};
use crate::report::mask::Masker;
use crate::session::event::{ConfigChange, Event, Mark, MediaMessage, TrackConfig};

pub(super) fn message(event: &Event<'_>, media: &MediaMessage, out: &mut dyn Sink) {
    out.int("stream", stream_number(media.stream));
    out.text("media", media.media.name());
    out.text("role", media.role.name());
    out.text("codec", media.codec.as_str());
    out.flag("keyframe", media.role == crate::session::event::MediaRole::KeyFrame);
    out.int("dts_ms", media.dts_ms);
    out.int("composition_ms", i64::from(media.composition_ms));
    out.int("header_bytes", i64::from(media.header_bytes));
    out.int("payload_bytes", i64::from(media.payload_bytes));
    if media.track != 0 {
        out.int("track", i64::from(media.track));
    }
    if event.message.is_none() {
        out.flag("complete", media.complete);
    }
    if let Some(found) = &media.units {
        units(found, out);
    }
}

fn units(units: &Units, out: &mut dyn Sink) {
    match units.extent {
        Extent::StartCodes => return out.flag("annex_b", true),
        Extent::Damaged => out.flag("units_damaged", true),
        Extent::Incomplete => out.flag("units_incomplete", true),
        Extent::Whole => {}
    }
    out.words("units", &mut units.names());
    out.int("unit_count", i64::from(units.total));
    let mut slices = units.slice_types().map(SliceType::name).peekable();
    if slices.peek().is_some() {
        out.words("slice_types", &mut slices);
    }
    if units.recovery_point {
        out.flag("recovery_point", true);
    }
}

pub(super) fn mark(mark: Mark, out: &mut dyn Sink) {
    match mark {
        Mark::FirstMessage(media) | Mark::First(media) | Mark::End(media) => out.text("media", media.name()),
        Mark::TimestampBackward { media, by_ms } | Mark::TimestampJump { media, by_ms } => {
            out.text("media", media.name());
            out.int("by_ms", by_ms);
        }
        Mark::TrackAdded { media, track, codec } => {
            out.text("media", media.name());
            out.int("track", i64::from(track));
            out.text("codec", codec.as_str());
        }
        Mark::FirstKeyFrame
        | Mark::KeyFrame
        | Mark::Silence
        | Mark::ColorInfo
        | Mark::SeekStart
        | Mark::SeekEnd => {}
    }
}

pub(super) fn config(config: &TrackConfig, masker: &mut Masker, out: &mut dyn Sink) {
    out.text("codec", config.codec.as_str());
    for (key, text) in [("profile", &config.profile), ("codec_level", &config.level)] {
        if let Some(text) = text {
            out.text(key, text);
        }
    }
    for (key, value) in [
        ("width", config.width),
        ("height", config.height),
        ("sample_rate", config.sample_rate),
        ("channels", config.channels),
        ("frame_samples", config.frame_samples),
        ("bytes", Some(config.bytes)),
    ] {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
    if let Some(rate) = config.frame_rate {
        out.float("frame_rate", rate);
    }
    if let Some(problem) = &config.problem {
        out.text("problem", &masker.text(problem));
    }
}

pub(super) const fn change_name(change: ConfigChange) -> &'static str {
    match change {
        ConfigChange::First => "first",
        ConfigChange::Repeated => "repeated",
        ConfigChange::Changed => "changed",
    }
}
