//! Details of audio and video messages, their turning points and configurations.

use super::{Key, Sink, key, stream_number};
use crate::base::time::ns_to_ms;
use crate::media::channels::ChannelConfig;
use crate::media::codec::{Codec, fourcc_text};
use crate::media::config::{AudioFormat, Format, VideoFormat};
use crate::media::units::{Extent, SliceType, Units};
use crate::session::event::{
    Coding, ConfigChange, Event, Extensions, FrameFormat, Mark, MediaMessage, MediaRole, TrackConfig,
};

pub(super) fn message<S: Sink>(event: &Event<'_>, media: &MediaMessage, out: &mut S) {
    out.int(key!("stream"), stream_number(media.stream));
    out.own(key!("media"), media.media.name());
    out.own(key!("role"), media.role.name());
    out.name(key!("codec"), Codec::name_of(media.codec));
    out.flag(key!("keyframe"), media.role == MediaRole::KeyFrame);
    out.int(key!("dts_ms"), media.dts_ms);
    out.int(key!("composition_ms"), i64::from(media.composition_ms));
    if media.extensions.added_ns().is_none() {
        out.int(key!("pts_ms"), media.pts_ns() / 1_000_000);
    } else {
        out.float(key!("pts_ms"), ns_to_ms(media.pts_ns()));
    }
    if media.share.is_none_or(|share| !share.further) {
        out.int(key!("header_bytes"), i64::from(media.header_bytes));
        out.int(key!("payload_bytes"), i64::from(media.payload_bytes));
    }
    track(media.track, out);
    tag(media, out);
    if let Some(share) = media.share {
        out.name(key!("multitrack"), share.layout.name());
        out.int(key!("tracks"), i64::from(share.tracks));
        out.int(key!("track_bytes"), i64::from(share.bytes));
        if share.unseen {
            out.flag(key!("tracks_unseen"), true);
        }
    }
    if event.message.is_none() {
        out.flag(key!("complete"), media.complete);
    }
    if let Some(found) = &media.units {
        units(found, out);
    }
    if let Some(problem) = &media.problem {
        out.text(key!("problem"), &problem.sentence());
    }
}

fn units(units: &Units, out: &mut impl Sink) {
    match units.extent {
        Extent::StartCodes => return out.flag(key!("annex_b"), true),
        Extent::Damaged => out.flag(key!("units_damaged"), true),
        Extent::Incomplete => out.flag(key!("units_incomplete"), true),
        Extent::Whole => {}
    }
    out.words(key!("units"), &mut units.names());
    out.int(key!("unit_count"), i64::from(units.total));
    let mut slices = units.slice_types().map(SliceType::name).peekable();
    if slices.peek().is_some() {
        out.words(key!("slice_types"), &mut slices);
    }
    if units.recovery_point {
        out.flag(key!("recovery_point"), true);
    }
}

/// The fields of the tag that are not the same for every layout.
fn tag(media: &MediaMessage, out: &mut impl Sink) {
    if let Some(frame) = media.frame_type {
        out.name(key!("frame_type"), frame.name());
    }
    if let Some(packet) = media.packet {
        out.name(key!("packet_type"), packet.name());
    }
    if let Some(command) = media.command {
        out.name(key!("command"), command.name());
    }
    if !media.enhanced {
        return;
    }
    out.flag(key!("enhanced"), true);
    if let Some(four_cc) = media.four_cc {
        out.text(key!("four_cc"), &fourcc_text(&four_cc));
    }
    let Extensions { count, unknown, invalid, offset_ns } = media.extensions;
    for (key, value) in
        [(key!("mod_ex"), count), (key!("mod_ex_unknown"), unknown), (key!("mod_ex_invalid"), invalid)]
    {
        if value > 0 {
            out.int(key, i64::from(value));
        }
    }
    if let Some(offset_ns) = offset_ns {
        out.int(key!("offset_ns"), i64::from(offset_ns));
    }
}

/// The number of a track that is not the default one.
pub(super) fn track(id: u8, out: &mut dyn Sink) {
    if id != 0 {
        out.int(key!("track"), i64::from(id));
    }
}

pub(super) fn channels(config: &ChannelConfig<'_>, out: &mut dyn Sink) {
    out.int(key!("channels"), i64::from(config.count));
    out.name(key!("channel_order"), config.order.name());
    out.words(key!("speakers"), &mut config.names().into_iter());
}

pub(super) fn mark(mark: Mark, out: &mut dyn Sink) {
    match mark {
        Mark::FirstMessage(media) | Mark::First(media) | Mark::End(media) => {
            out.own(key!("media"), media.name());
        }
        Mark::TimestampBackward { media, by_ms } | Mark::TimestampJump { media, by_ms } => {
            out.own(key!("media"), media.name());
            out.int(key!("by_ms"), by_ms);
        }
        Mark::TrackAdded { media, codec } => {
            out.own(key!("media"), media.name());
            out.name(key!("codec"), Codec::name_of(codec));
        }
        Mark::CodecChange { media, from, to } => {
            out.own(key!("media"), media.name());
            out.text(key!("from"), &coding(from));
            out.text(key!("to"), &coding(to));
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
    out.name(key!("codec"), config.codec.name());
    if let Some(description) = &config.description {
        if let Some(record) = description.record {
            out.text(key!("record"), record);
        }
        self::format(&description.format, out);
    }
    out.int(key!("bytes"), i64::from(config.bytes));
    if let Some(problem) = config.description.as_ref().and_then(|d| d.problem.as_deref()) {
        out.text(key!("problem"), problem);
    }
}

/// What frames say of their format.
pub(super) fn frame_format(of: &FrameFormat, out: &mut dyn Sink) {
    out.name(key!("codec"), of.codec.name());
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
            (key!("profile"), format.profile.as_deref()),
            (key!("codec_level"), format.level.as_deref()),
            (key!("tier"), format.tier),
            (key!("chroma"), format.chroma),
            (key!("color_primaries"), format.color.primaries_name().as_deref()),
            (key!("transfer"), format.color.transfer_name().as_deref()),
            (key!("matrix"), format.color.matrix_name().as_deref()),
        ],
    );
    numbers(
        out,
        [
            (key!("width"), format.width),
            (key!("height"), format.height),
            (key!("bit_depth"), format.bit_depth.map(u32::from)),
            (key!("nal_length_bytes"), format.nal_length_bytes.map(u32::from)),
        ],
    );
    flags(out, [(key!("interlaced"), format.interlaced), (key!("full_range"), format.color.full_range)]);
    if let Some(rate) = format.fps {
        out.float(key!("frame_rate"), rate);
    }
}

fn audio_format(format: &AudioFormat, out: &mut dyn Sink) {
    texts(
        out,
        [(key!("profile"), format.profile.as_deref()), (key!("channel_layout"), format.channel_layout)],
    );
    numbers(
        out,
        [
            (key!("sample_rate"), format.sample_rate),
            (key!("core_sample_rate"), format.core_sample_rate),
            (key!("channels"), format.channels.map(u32::from)),
            (key!("frame_samples"), format.frame_samples.map(u32::from)),
            (key!("bits_per_sample"), format.bits_per_sample.map(u32::from)),
            (key!("pre_skip"), format.pre_skip.map(u32::from)),
        ],
    );
    flags(out, [(key!("sbr"), format.sbr), (key!("ps"), format.ps)]);
}

fn texts<const N: usize>(out: &mut dyn Sink, values: [(Key, Option<&str>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            out.text(key, value);
        }
    }
}

fn numbers<const N: usize>(out: &mut dyn Sink, values: [(Key, Option<u32>); N]) {
    for (key, value) in values {
        if let Some(value) = value {
            out.int(key, i64::from(value));
        }
    }
}

fn flags<const N: usize>(out: &mut dyn Sink, values: [(Key, Option<bool>); N]) {
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
