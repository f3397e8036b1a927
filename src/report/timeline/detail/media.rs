//! Details of audio and video messages, their turning points and configurations.

use super::{Sink, stream_number};
use crate::base::time::ns_to_ms;
use crate::media::channels::ChannelConfig;
use crate::media::codec::{Codec, fourcc_text};
use crate::media::config::{AudioFormat, Format, VideoFormat};
use crate::media::units::{Extent, SliceType, Units};
use crate::session::event::{
    Coding, ConfigChange, Event, Extensions, FrameFormat, Mark, MediaMessage, MediaRole, TrackConfig,
};

pub(super) fn message(event: &Event<'_>, media: &MediaMessage, out: &mut dyn Sink) {
    out.int("stream", stream_number(media.stream));
    out.text("media", media.media.name());
    out.text("role", media.role.name());
    out.text("codec", &Codec::name_of(media.codec));
    out.flag("keyframe", media.role == MediaRole::KeyFrame);
    out.int("dts_ms", media.dts_ms);
    out.int("composition_ms", i64::from(media.composition_ms));
    if media.extensions.added_ns().is_none() {
        out.int("pts_ms", media.pts_ns() / 1_000_000);
    } else {
        out.float("pts_ms", ns_to_ms(media.pts_ns()));
    }
    if media.share.is_none_or(|share| !share.further) {
        out.int("header_bytes", i64::from(media.header_bytes));
        out.int("payload_bytes", i64::from(media.payload_bytes));
    }
    track(media.track, out);
    tag(media, out);
    if let Some(share) = media.share {
        out.text("multitrack", &share.layout.name());
        out.int("tracks", i64::from(share.tracks));
        out.int("track_bytes", i64::from(share.bytes));
        if share.unseen {
            out.flag("tracks_unseen", true);
        }
    }
    if event.message.is_none() {
        out.flag("complete", media.complete);
    }
    if let Some(found) = &media.units {
        units(found, out);
    }
    if let Some(problem) = &media.problem {
        out.text("problem", &problem.sentence());
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

/// The fields of the tag that are not the same for every layout.
fn tag(media: &MediaMessage, out: &mut dyn Sink) {
    if let Some(frame) = media.frame_type {
        out.text("frame_type", &frame.name());
    }
    if let Some(packet) = media.packet {
        out.text("packet_type", &packet.name());
    }
    if let Some(command) = media.command {
        out.text("command", &command.name());
    }
    if !media.enhanced {
        return;
    }
    out.flag("enhanced", true);
    if let Some(four_cc) = media.four_cc {
        out.text("four_cc", &fourcc_text(&four_cc));
    }
    let Extensions { count, unknown, invalid, offset_ns } = media.extensions;
    for (key, value) in [("mod_ex", count), ("mod_ex_unknown", unknown), ("mod_ex_invalid", invalid)] {
        if value > 0 {
            out.int(key, i64::from(value));
        }
    }
    if let Some(offset_ns) = offset_ns {
        out.int("offset_ns", i64::from(offset_ns));
    }
}

/// The number of a track that is not the default one.
pub(super) fn track(id: u8, out: &mut dyn Sink) {
    if id != 0 {
        out.int("track", i64::from(id));
    }
}

pub(super) fn channels(config: &ChannelConfig<'_>, out: &mut dyn Sink) {
    out.int("channels", i64::from(config.count));
    out.text("channel_order", &config.order.name());
    out.words("speakers", &mut config.names().into_iter());
}

pub(super) fn mark(mark: Mark, out: &mut dyn Sink) {
    match mark {
        Mark::FirstMessage(media) | Mark::First(media) | Mark::End(media) => out.text("media", media.name()),
        Mark::TimestampBackward { media, by_ms } | Mark::TimestampJump { media, by_ms } => {
            out.text("media", media.name());
            out.int("by_ms", by_ms);
        }
        Mark::TrackAdded { media, codec } => {
            out.text("media", media.name());
            out.text("codec", &Codec::name_of(codec));
        }
        Mark::CodecChange { media, from, to } => {
            out.text("media", media.name());
            out.text("from", &coding(from));
            out.text("to", &coding(to));
        }
        Mark::FirstKeyFrame | Mark::KeyFrame | Mark::Silence | Mark::SeekStart | Mark::SeekEnd => {}
    }
}

/// As `mp3 44100 Hz stereo`.
fn coding(coding: Coding) -> String {
    let mut words = vec![Codec::name_of(coding.codec).into_owned()];
    words.extend(coding.sample_rate.map(|rate| format!("{rate} Hz")));
    words.extend(coding.bits.map(|bits| format!("{bits} bit")));
    words.extend(coding.channels.map(|channels| match channels {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        more => format!("{more} channels"),
    }));
    words.join(" ")
}

pub(super) fn config(config: &TrackConfig, out: &mut dyn Sink) {
    out.text("codec", &config.codec.name());
    if let Some(description) = &config.description {
        if let Some(record) = description.record {
            out.text("record", record);
        }
        self::format(&description.format, out);
    }
    out.int("bytes", i64::from(config.bytes));
    if let Some(problem) = config.description.as_ref().and_then(|d| d.problem.as_deref()) {
        out.text("problem", problem);
    }
}

pub(super) fn frame_format(of: &FrameFormat, out: &mut dyn Sink) {
    out.text("codec", &of.codec.name());
    format(&of.description.format, out);
}

fn format(format: &Format, out: &mut dyn Sink) {
    match format {
        Format::Video(format) => video_format(format, out),
        Format::Audio(format) => audio_format(format, out),
    }
}

fn video_format(format: &VideoFormat, out: &mut dyn Sink) {
    texts(
        out,
        [
            ("profile", format.profile.as_deref()),
            ("codec_level", format.level.as_deref()),
            ("tier", format.tier),
            ("chroma", format.chroma),
            ("color_primaries", format.color.primaries_name().as_deref()),
            ("transfer", format.color.transfer_name().as_deref()),
            ("matrix", format.color.matrix_name().as_deref()),
        ],
    );
    numbers(
        out,
        [
            ("width", format.width),
            ("height", format.height),
            ("bit_depth", format.bit_depth.map(u32::from)),
            ("nal_length_bytes", format.nal_length_bytes.map(u32::from)),
        ],
    );
    flags(out, [("interlaced", format.interlaced), ("full_range", format.color.full_range)]);
    if let Some(rate) = format.fps {
        out.float("frame_rate", rate);
    }
}

fn audio_format(format: &AudioFormat, out: &mut dyn Sink) {
    texts(out, [("profile", format.profile.as_deref()), ("channel_layout", format.channel_layout)]);
    numbers(
        out,
        [
            ("sample_rate", format.sample_rate),
            ("core_sample_rate", format.core_sample_rate),
            ("channels", format.channels.map(u32::from)),
            ("frame_samples", format.frame_samples.map(u32::from)),
            ("bits_per_sample", format.bits_per_sample.map(u32::from)),
            ("pre_skip", format.pre_skip.map(u32::from)),
        ],
    );
    flags(out, [("sbr", format.sbr), ("ps", format.ps)]);
}

fn texts<const N: usize>(out: &mut dyn Sink, values: [(&'static str, Option<&str>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            out.text(key, value);
        }
    }
}

fn numbers<const N: usize>(out: &mut dyn Sink, values: [(&'static str, Option<u32>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
}

fn flags<const N: usize>(out: &mut dyn Sink, values: [(&'static str, Option<bool>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            out.flag(key, value);
        }
    }
}

pub(super) const fn change_name(change: ConfigChange) -> &'static str {
    match change {
        ConfigChange::First => "first",
        ConfigChange::Repeated => "repeated",
        ConfigChange::Changed => "changed",
    }
}
