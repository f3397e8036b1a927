//! Audio and video messages, and codec configuration records.
//!
//! The first byte says what the rest is.

use super::input::Input;
use crate::base::limits::Limits;
use crate::media::audio::AudioTag;
use crate::media::channels::ChannelConfig;
use crate::media::codec::Codec;
use crate::media::config::aac::AudioSpecificConfig;
use crate::media::config::avcc::AvcConfig;
use crate::media::config::sps::{Sps, Timing};
use crate::media::config::{AudioFormat, Description, Format, VideoFormat, describe, describe_frame};
use crate::media::keep::{HEAD_LEN, Keep, is_sifted, keep_len};
use crate::media::sieve::Sieve;
use crate::media::tag::Tag;
use crate::media::tracks::Part;
use crate::media::units::message::MessageScanner;
use crate::media::units::scanner::{Scanner, records};
use crate::media::units::{LISTED, LengthSizes};
use crate::media::video::VideoTag;
use crate::media::{self, AUDIO, VIDEO};

/// Reads the input as what its first byte says.
pub(super) fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let what = input.u8() % 9;
    let rest = input.rest();
    match what {
        0 => tag(AUDIO, &AudioTag::parse(rest).tag, rest),
        1 => tag(VIDEO, &VideoTag::parse(rest).tag, rest),
        2 => avc(rest),
        3 => sps(rest),
        4 => aac(rest),
        5 => channels(rest),
        6 => codecs(rest, describe),
        7 => codecs(rest, describe_frame),
        _ => units(rest),
    }
}

fn tag(kind: u8, tag: &Tag<'_>, message: &[u8]) {
    assert_eq!(media::read(kind, message).as_ref(), Some(tag), "read twice");
    assert!(tag.header_len <= message.len(), "{} of {} bytes are header", tag.header_len, message.len());
    assert!(tag.header_len + tag.body.len() <= message.len(), "header and body are in the message");
    assert!(tag.payload_len(message.len()) <= message.len(), "no more payload than message");
    assert!(tag.config().is_none_or(|config| config.len() <= message.len()), "the record is in the message");
    if let Some(codec) = tag.codec {
        plain(&codec.name());
    }
    let mut inside = 0;
    for part in tag.tracks(message, message.len()).into_iter().flatten() {
        inside += part.body.len();
        part.codec.iter().for_each(|codec| plain(&codec.name()));
    }
    assert!(inside <= message.len(), "tracks lie in the message");
    if let (Some(codec), Some(record)) = (tag.codec, tag.config()) {
        description(codec, record);
    }
    keep(kind, message);
    sift(kind, tag, message);
}

/// What is kept of the tracks of a message says the same of them as the message.
fn sift(kind: u8, tag: &Tag<'_>, message: &[u8]) {
    let Some(head) = message.get(..HEAD_LEN) else { return };
    let Keep::Tracks { layout, list_at } = keep_len(kind, head) else { return };
    let (Some(start), Some(list)) = (message.get(..list_at), message.get(list_at..)) else { return };
    let Some(mut sieve) = Sieve::new(layout, usize::MAX) else { return };
    let mut kept = start.to_vec();
    list.chunks(1 + message.len() % 100).for_each(|piece| sieve.pass(piece, &mut kept));
    let heads = list.len() / usize::from(layout.head_len().unwrap_or(1)) + 1;
    assert!(kept.len() <= (list_at + heads * Sieve::TRACK_LEN).min(message.len()), "{} kept", kept.len());
    let mut whole = tag.tracks(message, message.len()).into_iter().flatten();
    let sifted = if is_sifted(kind, &kept) {
        tag.sifted_tracks(&kept, message.len())
    } else {
        tag.tracks(&kept, message.len())
    };
    for part in sifted.into_iter().flatten() {
        let facts = |p: Part<'_>| (p.codec, p.id, p.size, p.missing, p.composition_ms, p.payload_len);
        assert_eq!(whole.next().map(facts), Some(facts(part)), "a track of the message");
    }
    assert_eq!(whole.next(), None, "a track that was not kept");
}

/// More bytes of a message never ask for more of it to be kept.
fn keep(kind: u8, message: &[u8]) {
    let head = message.get(..HEAD_LEN).unwrap_or(message);
    let mut kept = usize::MAX;
    for end in 2..=head.len() {
        let now = keep_len(kind, head.get(..end).unwrap_or(head)).max_len(&Limits::default());
        assert!(now <= kept, "with {end} bytes {now} are to be kept, with fewer {kept}");
        kept = now;
    }
    assert!(Keep::Head.max_len(&Limits::default()) == HEAD_LEN, "the head of a frame is kept");
}

/// Pieces of `n + 1` bytes with n in the first byte; sizes of lengths from a configuration message of 32 bytes; a
/// frame.
fn units(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = usize::from(input.u8()) + 1;
    let header = input.take(32);
    let message = input.rest();
    let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut tracks = MessageScanner::default();
    let mut sizes = LengthSizes::default();
    records(&VideoTag::parse(header).tag, header, |_, codec, record| sizes.learn(codec, record));
    let mut of_all = |piece: usize| {
        let (head, rest) = message.split_at(message.len().min(HEAD_LEN));
        tracks.start(&VideoTag::parse(head).tag, head, len, |_| sizes);
        rest.chunks(piece).for_each(|part| tracks.feed(part, |_| sizes));
        tracks.end().to_vec()
    };
    assert_eq!(
        of_all(piece),
        of_all(usize::MAX),
        "tracks in pieces of {piece} bytes (left), and at once (right)"
    );
    let mut scanner = Scanner::default();
    let mut found = |piece: usize, announced: u32| {
        let (head, rest) = message.split_at(message.len().min(HEAD_LEN));
        scanner.start(&VideoTag::parse(head).tag, announced, sizes);
        rest.chunks(piece).for_each(|part| scanner.feed(part));
        scanner.end().copied()
    };
    let whole = found(usize::MAX, len);
    if whole.is_some() {
        assert_eq!(of_all(piece).first(), Some(&whole), "of the first track (left), and alone (right)");
    }
    assert_eq!(found(piece, len), whole, "in pieces of {piece} bytes (left), and at once (right)");
    let more = found(piece, len.saturating_mul(2));
    for units in whole.iter().chain(&more) {
        let counted: usize = units.counts().map(|(_, count)| usize::from(count)).sum();
        assert!(units.names().count() <= LISTED && counted <= message.len(), "{units:?}");
        assert!(units.total <= len && u64::from(units.total) >= counted as u64, "{units:?}");
        assert!(units.slice_types().count() <= counted, "no slice type without a slice: {units:?}");
        units.names().for_each(plain);
    }
}

fn avc(record: &[u8]) {
    let config = AvcConfig::parse(record);
    let lengths = config.sps.iter().chain(&config.pps).map(|set| set.len()).sum::<usize>();
    assert!(lengths + config.extension.len() <= record.len(), "its parts are in the record");
    assert!(config.nal_length_size.is_none_or(|n| (1..=4).contains(&n)), "{:?}", config.nal_length_size);
    for set in &config.sps {
        sps(set);
    }
    description(Codec::H264, record);
}

fn sps(nal: &[u8]) {
    let sps = Sps::parse(nal);
    assert_eq!(format!("{sps:?}"), format!("{:?}", Sps::parse(nal)), "read twice");
    if let Some(picture) = sps.picture {
        assert!(
            picture.width <= picture.coded_width && picture.height <= picture.coded_height,
            "{picture:?}"
        );
    }
    let fps = sps.timing.and_then(Timing::fps);
    assert!(fps.is_none_or(|fps| fps.is_finite() && fps > 0.0), "{fps:?}");
    if let Ok(format) = sps.format() {
        video(&format);
    }
}

fn aac(record: &[u8]) {
    let config = AudioSpecificConfig::parse(record);
    // A program config element lists up to 45 pairs and 3 low-frequency channels.
    assert!(config.channels().is_none_or(|n| n <= 93), "{config:?}");
    assert!(config.frame_samples().is_none_or(|n| n <= 4096), "{config:?}");
    config.profile_name().iter().for_each(|name| plain(name));
    description(Codec::Aac, record);
}

fn channels(body: &[u8]) {
    let Ok(config) = ChannelConfig::parse(body) else {
        assert!(body.len() < 2 + 255, "{} bytes are enough for any", body.len());
        return;
    };
    assert!(config.names().len() <= 255, "{config:?}");
    config.names().iter().for_each(|name| plain(name));
}

fn description(codec: Codec, record: &[u8]) {
    formatted(describe(codec, record));
}

/// A record or a frame of the codec that the first byte chooses.
fn codecs(bytes: &[u8], describe: fn(Codec, &[u8]) -> Option<Description>) {
    let Some((&choice, record)) = bytes.split_first() else { return };
    let fourccs = [b"hvc1", b"vvc1", b"av01", b"vp08", b"vp09", b"Opus", b"fLaC", b".mp3", b"ac-3", b"ec-3"];
    let codec = match fourccs.get(usize::from(choice)) {
        Some(fourcc) => Codec::from_fourcc(**fourcc),
        None => Codec::from_video_id(choice & 0x0F),
    };
    let description = describe(codec, record);
    assert_eq!(description, describe(codec, record), "read twice");
    formatted(description);
}

fn formatted(description: Option<Description>) {
    let Some(description) = description else { return };
    description.problem.iter().for_each(|text| plain(text));
    match description.format {
        Format::Video(format) => video(&format),
        Format::Audio(format) => audio(&format),
    }
}

fn video(format: &VideoFormat) {
    format.profile.iter().for_each(|text| plain(text));
    format.level.iter().for_each(|text| plain(text));
    let color = format.color;
    for name in [color.primaries_name(), color.transfer_name(), color.matrix_name()].into_iter().flatten() {
        plain(&name);
    }
    assert!(format.fps.is_none_or(|fps| fps.is_finite() && fps > 0.0), "{format:?}");
    assert!(format.nal_length_bytes.is_none_or(|n| (1..=4).contains(&n)), "{format:?}");
}

fn audio(format: &AudioFormat) {
    format.profile.iter().for_each(|text| plain(text));
    assert!(format.core_sample_rate.is_none() || format.sbr == Some(true), "{format:?}");
}

fn plain(text: &str) {
    assert!(text.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{text:?} is plain text");
}
