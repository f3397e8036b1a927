//! Messages to events: tracks, their clocks and configurations, and what else a tag says.

use super::*;
use crate::media::video::FrameType;
use crate::report::mask::Masker;
use crate::session::event::{Coding, ConfigChange, Mark, StreamRole};

/// What the tests look at of an event.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Media { message: MediaMessage, is_primary: bool },
    Mark(u8, Mark),
    Config { track: u8, change: ConfigChange, bytes: u32 },
    Color(u8, String, bool),
    Channels(u8, usize),
}

fn json(value: &Value) -> String {
    let mut text = Vec::new();
    Masker::revealing().value(value, &mut text);
    String::from_utf8(text).unwrap()
}

/// A stream that takes messages.
struct Feed {
    streams: Streams,
    limits: Limits,
    kind: MessageType,
}

impl Feed {
    fn new(kind: MessageType) -> Self {
        let mut streams = Streams::default();
        let mut out = Out { connection: 1, sink: &mut |_| {} };
        streams.start(1, StreamRole::Publish, None, Span::default(), 9, &mut out);
        Self { streams, limits: Limits::default(), kind }
    }

    /// The events of a message of which `body` was kept.
    fn cut(&mut self, timestamp: u32, body: &[u8], received: u32, complete: bool) -> Vec<Seen> {
        let (dir, at, span) = (Dir::ClientToServer, PacketRef::default(), Span::default());
        let mut seen = Vec::new();
        let mut sink = |event: &Event<'_>| {
            seen.push(match event.kind {
                Kind::Media(message) => {
                    Seen::Media { message: *message, is_primary: event.message.is_some() }
                }
                Kind::Mark { track, mark, .. } => Seen::Mark(track, mark),
                Kind::Config { track, change, config, .. } => {
                    Seen::Config { track, change, bytes: config.bytes }
                }
                Kind::ColorInfo { track, info, problem, .. } => {
                    Seen::Color(track, json(info), problem.is_some())
                }
                Kind::Channels { track, config, .. } => Seen::Channels(track, config.names().len()),
                _ => return,
            });
        };
        let header = MessageHeader::whole(self.kind, received);
        let input = MediaIn {
            kind: self.kind,
            timestamp,
            body,
            units: &[],
            length: received,
            received,
            complete,
            message: Some(&header),
            span,
            dir,
            at,
        };
        let mut out = Out { connection: 1, sink: &mut sink };
        message(&mut self.streams, 0, &input, &self.limits, &mut out);
        seen
    }

    /// The events of a whole message.
    fn put(&mut self, timestamp: u32, body: &[u8]) -> Vec<Seen> {
        self.cut(timestamp, body, u32::try_from(body.len()).unwrap(), true)
    }

    /// The marks of a whole message.
    fn marks(&mut self, timestamp: u32, body: &[u8]) -> Vec<(u8, Mark)> {
        let marks = self.put(timestamp, body).into_iter().filter_map(|seen| match seen {
            Seen::Mark(track, mark) => Some((track, mark)),
            _ => None,
        });
        marks.collect()
    }
}

/// The media messages among events, and whether each stands for its message.
fn messages(seen: &[Seen]) -> Vec<(MediaMessage, bool)> {
    let media = seen.iter().filter_map(|seen| match seen {
        Seen::Media { message, is_primary } => Some((*message, *is_primary)),
        _ => None,
    });
    media.collect()
}

/// Enhanced video of several tracks of H.264: packet type, then number, composition time where there is one, data.
fn many(packet_type: u8, tracks: &[(u8, Option<u8>, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xA6, 0x10 | packet_type];
    bytes.extend(b"avc1");
    for (id, composition, data) in tracks {
        let body = [composition.map_or(vec![], |ms| vec![0, 0, ms]), data.to_vec()].concat();
        bytes.push(*id);
        bytes.extend(&u32::try_from(body.len()).unwrap().to_be_bytes()[1..]);
        bytes.extend(body);
    }
    bytes
}

/// The same of one track.
fn one(frame_type: u8, packet_type: u8, id: u8, data: &[u8]) -> Vec<u8> {
    [&[0x86 | frame_type << 4, packet_type][..], b"avc1", &[id], data].concat()
}

#[test]
fn only_an_empty_message_is_silence() {
    let mut feed = Feed::new(MessageType::AUDIO);
    let roles = [(&[][..], 0, true), (&[], 300, true), (&[], 0, false), (&[0xAF, 1, 7], 3, true)]
        .map(|(body, received, complete)| messages(&feed.cut(0, body, received, complete))[0].0.role);
    assert_eq!(roles, [MediaRole::Silence, MediaRole::Unknown, MediaRole::Unknown, MediaRole::Frame]);
}

#[test]
fn a_message_of_several_tracks_gives_an_event_for_each() {
    let mut feed = Feed::new(MessageType::VIDEO);
    let body = many(1, &[(0, Some(40), b"abc"), (3, Some(80), b"defgh"), (9, Some(0), b"")]);
    let seen = messages(&feed.put(1000, &body));
    let facts = seen.iter().map(|(m, is_primary)| {
        let share = m.share.unwrap();
        assert_eq!((share.tracks, share.unseen, m.complete, m.dts_ms), (3, false, true, 1000));
        assert_eq!(
            (m.codec, m.four_cc, m.frame_type),
            (Some(Codec::H264), Some(*b"avc1"), Some(FrameType::Inter))
        );
        (m.track, *is_primary, m.composition_ms, m.pts_ns() / 1_000_000, m.track_bytes())
    });
    let want = [(0, true, 40, 1040, (6, 3)), (3, false, 80, 1080, (8, 5)), (9, false, 0, 1000, (3, 0))];
    assert_eq!(facts.collect::<Vec<_>>(), want);
    // The first one covers the message, so that its bytes add up.
    let bytes: Vec<_> = seen.iter().map(|(m, _)| (m.header_bytes, m.payload_bytes)).collect();
    assert_eq!(bytes, [(u32::try_from(body.len()).unwrap() - 8, 8), (0, 0), (0, 0)]);
}

#[test]
fn what_of_a_message_could_not_be_read_as_tracks_is_told() {
    let body = many(3, &[(0, None, b"abc"), (1, None, b"def")]);
    let len = u32::try_from(body.len()).unwrap();
    let shares = |body: &[u8], received, complete| {
        let seen = messages(&Feed::new(MessageType::VIDEO).cut(0, body, received, complete));
        let share = |(m, _): &(MediaMessage, bool)| (m.track, m.share.unwrap().unseen, m.complete);
        seen.iter().map(share).collect::<Vec<_>>()
    };
    assert_eq!(shares(&body, len, true), [(0, false, true), (1, false, true)]);
    // The second track's body is cut; the second track's fields are cut; no track is whole.
    assert_eq!(shares(&body[..18], 18, false), [(0, false, false), (1, false, false)]);
    assert_eq!(shares(&body[..15], 15, false), [(0, true, false)]);
    assert_eq!(shares(&body[..8], 8, false), [(0, true, false)]);
    // A size beyond the message, which is whole.
    let mut long = body;
    long[16] = 9;
    assert_eq!(shares(&long, len, true), [(0, false, true), (1, false, false)]);
    // A layout without a definition.
    assert_eq!(shares(b"\xA6\x91avc1\0", 7, true), [(0, false, true)]);
}

#[test]
fn bytes_behind_the_last_track_are_counted() {
    let unread = |body: &[u8]| -> Vec<_> {
        let seen = Feed::new(MessageType::VIDEO).put(0, body);
        messages(&seen).iter().map(|(m, _)| m.share.unwrap().unread).collect()
    };
    let mut body = many(3, &[(0, None, b"abc"), (1, None, b"def")]);
    assert_eq!(unread(&body), [0, 0]);
    body.extend([7, 0, 0]);
    assert_eq!(unread(&body), [3, 3]);
}

#[test]
fn each_track_has_its_clock_and_its_turning_points() {
    let mut feed = Feed::new(MessageType::VIDEO);
    let video = MediaKind::Video;
    let h264 = Some(Codec::H264);
    let added = Mark::TrackAdded { media: video, codec: h264 };
    let first = [(0, Mark::FirstMessage(video)), (0, Mark::First(video)), (0, Mark::FirstKeyFrame)];
    assert_eq!(feed.marks(0, b"\x17\x01\0\0\0a"), first);
    assert_eq!(feed.marks(40, &one(2, 3, 1, b"b")), [(1, added), (1, Mark::First(video))]);
    assert_eq!(
        feed.marks(9000, &one(1, 3, 1, b"c"))[..],
        [(1, Mark::TimestampJump { media: video, by_ms: 8960 }), (1, Mark::FirstKeyFrame)]
    );
    // The default track was at 0 and goes on.
    assert_eq!(feed.marks(80, b"\x27\x01\0\0\0a"), []);
    let both = many(3, &[(0, None, b"abc"), (1, None, b"def")]);
    let back = Mark::TimestampBackward { media: video, by_ms: 8880 };
    assert_eq!(feed.marks(120, &both), [(1, back)]);
    assert_eq!(feed.marks(160, &one(1, 2, 1, b"")), [(1, Mark::End(video))]);
    assert_eq!(feed.marks(160, b"\x57\x00"), [(0, Mark::SeekStart)]);
}

#[test]
fn a_track_begins_in_the_turn_of_the_others() {
    let mut feed = Feed::new(MessageType::VIDEO);
    feed.put(u32::MAX - 9, b"\x17\x01\0\0\0a");
    let dts = |seen: Vec<Seen>| messages(&seen)[0].0.dts_ms;
    assert_eq!(dts(feed.put(10, b"\x27\x01\0\0\0a")), (1 << 32) + 10);
    assert_eq!(dts(feed.put(10, &one(2, 3, 1, b"b"))), (1 << 32) + 10);
}

#[test]
fn a_repeated_configuration_is_that_of_its_track() {
    use ConfigChange::{Changed, First, Repeated};
    let mut feed = Feed::new(MessageType::VIDEO);
    let mut configs = |body: &[u8]| {
        let configs = feed.put(0, body).into_iter().filter_map(|seen| match seen {
            Seen::Config { track, change, .. } => Some((track, change)),
            _ => None,
        });
        configs.collect::<Vec<_>>()
    };
    assert_eq!(configs(b"\x17\x00\0\0\0\x01\x64\x00\x1e"), [(0, First)]);
    assert_eq!(configs(&one(1, 0, 1, b"\x01\x4d\x00\x1e")), [(1, First)]);
    assert_eq!(configs(b"\x17\x00\0\0\0\x01\x64\x00\x1e"), [(0, Repeated)]);
    let both = many(0, &[(0, None, b"\x01\x64\x00\x1f"), (1, None, b"\x01\x4d\x00\x1e"), (2, None, b"\x01")]);
    assert_eq!(configs(&both), [(0, Changed), (1, Repeated), (2, First)]);
}

#[test]
fn long_configurations_that_begin_alike_differ_by_their_length() {
    use ConfigChange::{Changed, First, Repeated};
    let record = b"\x01\x64\x00\x1e\xff\xe1\0\x04\x67\x64\0\x1e\x01\0\x01\x68";
    let mut feed = Feed::new(MessageType::VIDEO);
    let mut put = |body: &[u8], received: u32| match feed.cut(0, body, received, true).pop() {
        Some(Seen::Config { change, bytes, .. }) => (change, bytes),
        other => panic!("{other:?}"),
    };
    let body = [b"\x17\0\0\0\0", &record[..]].concat();
    assert_eq!(put(&body, 300_005), (First, 300_000));
    assert_eq!(put(&body, 300_005), (Repeated, 300_000));
    assert_eq!(put(&body, 300_006), (Changed, 300_001));
    let enhanced = [b"\x90avc1", &record[..]].concat();
    assert_eq!(put(&enhanced, 300_006), (Repeated, 300_001));
    let numbered = [b"\x96\x00avc1\0", &record[..]].concat();
    assert_eq!(put(&numbered, 300_008), (Repeated, 300_001));
    assert_eq!(put(&numbered, 300_009), (Changed, 300_002));
}

#[test]
fn tracks_beyond_the_limit_are_told_and_not_followed() {
    let mut feed = Feed::new(MessageType::VIDEO);
    feed.limits.tracks = 2;
    let body = many(3, &[(0, None, b"a"), (1, None, b"b"), (2, None, b"c")]);
    let seen = messages(&feed.put(7, &body));
    assert_eq!(seen.iter().map(|(m, _)| m.track).collect::<Vec<_>>(), [0, 1]);
    assert!(seen.iter().all(|(m, _)| m.share.unwrap().unseen), "{seen:?}");
    assert_eq!(feed.streams.dropped_tracks, 1);
    assert_eq!(feed.put(8, &one(2, 3, 2, b"c")).len(), 3);
    let seen = feed.put(9, &one(2, 3, 3, b"d"));
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!((messages(&seen)[0].0.track, messages(&seen)[0].0.dts_ms), (3, 9));
    assert_eq!(feed.streams.dropped_tracks, 2);
}

#[test]
fn tracks_cost_what_is_held_for_them() {
    let mut feed = Feed::new(MessageType::VIDEO);
    feed.put(0, b"\x17\x01\0\0\0a");
    let before = feed.streams.held_bytes();
    feed.put(0, &one(2, 3, 1, b"c"));
    feed.put(0, &one(2, 3, 1, b"c"));
    let after = feed.streams.held_bytes();
    assert!(after - before >= size_of::<super::super::track::Track>(), "{before} {after}");
    feed.put(0, &one(2, 3, 2, b"c"));
    assert_eq!(feed.streams.held_bytes() - after, after - before);
}

#[test]
fn another_codec_is_a_turning_point() {
    let mut feed = Feed::new(MessageType::AUDIO);
    let mut change = |body: &[u8]| {
        let change = feed.marks(0, body).into_iter().find_map(|(track, mark)| match mark {
            Mark::CodecChange { from, to, .. } => Some((track, from, to)),
            _ => None,
        });
        change.map(|(track, from, to)| {
            let text = |c: Coding| (Codec::name_of(c.codec).into_owned(), c.sample_rate, c.channels);
            (track, text(from), text(to))
        })
    };
    let coding = |name: &str, rate, channels| (name.to_owned(), Some(rate), Some(channels));
    assert_eq!(change(b"\x2f\xff\xfb"), None);
    assert_eq!(change(b"\x2f\xff\xfb"), None);
    assert_eq!(change(b"\x2a\xff\xfb"), Some((0, coding("mp3", 44_100, 2), coding("mp3", 22_050, 1))));
    // An empty message and an end say nothing of the codec.
    assert_eq!(change(b""), None);
    assert_eq!(change(b"\x2a\xff\xfb"), None);
    let aac = ("aac".to_owned(), None, None);
    assert_eq!(change(b"\xaf\x00\x12\x10"), Some((0, coding("mp3", 22_050, 1), aac.clone())));
    // The bits of an AAC tag are constants, and its Enhanced tag has none.
    assert_eq!(change(b"\xa0\x01\x21"), None);
    assert_eq!(change(b"\x91mp4a\x21"), None);
    assert_eq!(change(b"\x95\x01Opus\x01\x21"), None);
    let opus = || ("opus".to_owned(), None, None);
    assert_eq!(change(b"\x91Opus\x21"), Some((0, aac.clone(), opus())));
    // Nor does a header that is cut before it.
    assert_eq!(change(b"\x95\x00"), None);
    assert_eq!(change(b"\x91Opus\x21"), None);
    assert_eq!(change(b"\xaf\x01\x21"), Some((0, opus(), aac.clone())));
    // Codes that are not known are as they came.
    let other = |code: &str| (code.to_owned(), None, None);
    assert_eq!(change(b"\x91a b1\x21"), Some((0, aac, other("a b1"))));
    assert_eq!(change(b"\x91a?b1\x21"), Some((0, other("a b1"), other("a?b1"))));
}

#[test]
fn metadata_of_colour_is_names_and_values() {
    let color = |body: &[u8]| {
        let seen = Feed::new(MessageType::VIDEO).put(0, &[b"\x94hvc1", body].concat());
        seen.into_iter().find_map(|seen| match seen {
            Seen::Color(track, info, problem) => Some((track, info, problem)),
            _ => None,
        })
    };
    let config =
        b"\x02\0\x09colorInfo\x03\0\x0bcolorConfig\x03\0\x08bitDepth\0\x40\x24\0\0\0\0\0\0\0\0\x09\0\0\x09";
    let whole = r#"{"colorInfo":{"colorConfig":{"bitDepth":10}}}"#;
    assert_eq!(color(config), Some((0, whole.to_owned(), false)));
    let (_, info, problem) = color(&config[..30]).unwrap();
    assert!(info.starts_with(r#"{"colorInfo":"#) && problem, "{info}");
    assert_eq!(color(b"\x01\x01"), Some((0, r#"{"":true}"#.to_owned(), false)));
    assert_eq!(color(b""), Some((0, "{}".to_owned(), false)));
}

#[test]
fn metadata_and_channels_are_of_their_track() {
    let mut feed = Feed::new(MessageType::VIDEO);
    let seen = feed.put(0, &one(0, 4, 6, b"\x02\0\x01a\x01\x01"));
    assert!(seen.contains(&Seen::Color(6, r#"{"a":true}"#.to_owned(), false)), "{seen:?}");
    let mut feed = Feed::new(MessageType::AUDIO);
    let seen = feed.put(0, b"\x95\x14mp4a\x01\0\0\x06\x01\x02\0\0\0\x03\x02\0\0\x04\x02\x02\0\x01");
    assert!(seen.contains(&Seen::Channels(1, 2)) && seen.contains(&Seen::Channels(2, 2)), "{seen:?}");
}

#[test]
fn truncated_and_damaged_messages_never_panic() {
    let mut state = 5_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let long = [7; 200];
    let bodies = [
        many(1, &[(0, Some(40), &long), (1, Some(0), &long), (2, Some(0), b"")]),
        many(0, &[(0, None, b"\x01\x64\x00\x1e"), (1, None, &long)]),
        one(1, 4, 3, b"\x02\0\x01a\x01\x01"),
        b"\xa7\x02\x01\x00\x00\x06\x21hvc1\x00\x00\x00\x05\x00\x00\x28abav01\x07\x00\x00\x01c".to_vec(),
    ];
    for body in bodies {
        for end in 0..=body.len() {
            Feed::new(MessageType::VIDEO).put(0, &body[..end]);
        }
        for kind in [MessageType::VIDEO, MessageType::AUDIO] {
            let mut feed = Feed::new(kind);
            for _ in 0..500 {
                let mut body = body.clone();
                for _ in 0..=random(4) {
                    let at = random(body.len().min(30));
                    body[at] = u8::try_from(random(256)).unwrap();
                }
                body.truncate(random(body.len() + 1));
                let received = u32::try_from(body.len() + random(3) * 1000).unwrap();
                let seen = messages(&feed.cut(0, &body, received, random(2) == 0));
                let sum: u32 = seen.iter().map(|(m, _)| m.header_bytes + m.payload_bytes).sum();
                assert_eq!(sum, received, "the events cover the message once");
                assert!(seen.iter().all(|(m, _)| m.track_bytes().0 <= received.into()));
                assert_eq!(seen.iter().filter(|(_, is_primary)| *is_primary).count(), 1);
            }
        }
    }
}

/// The units of video messages, each of its own or a part of an aggregate. The chunk decoder finds none here.
fn units_of(bodies: &[(bool, &[u8])]) -> Vec<Option<String>> {
    let (dir, at, span) = (Dir::ClientToServer, PacketRef::default(), Span::default());
    let mut found = Vec::new();
    let mut sink = |event: &Event<'_>| {
        if let Kind::Media(media) = event.kind {
            found.push(media.units.map(|units| units.names().collect::<Vec<_>>().join(" ")));
        }
    };
    let mut out = Out { connection: 1, sink: &mut sink };
    let mut streams = Streams::default();
    let stream = streams.start(1, StreamRole::Publish, None, span, 9, &mut out).unwrap();
    for (own, body) in bodies {
        let length = u32::try_from(body.len()).unwrap();
        let header = MessageHeader::whole(MessageType::VIDEO, length);
        let input = MediaIn {
            kind: MessageType::VIDEO,
            timestamp: 0,
            body,
            units: &[],
            length,
            received: length,
            complete: true,
            message: own.then_some(&header),
            span,
            dir,
            at,
        };
        super::message(&mut streams, stream, &input, &Limits::default(), &mut out);
    }
    found
}

#[test]
fn frames_in_aggregates_have_units() {
    let record: &[u8] = &[0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xFD, 0xE0, 0];
    let of_four: &[u8] = &[0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0xB8];
    let of_two: &[u8] = &[0x27, 1, 0, 0, 0, 0, 2, 9, 0xF0, 0, 2, 0x41, 0xB8];
    let some = |names: &str| Some(names.to_owned());
    let seen = units_of(&[(false, of_four), (false, record), (false, of_two)]);
    assert_eq!(seen, [some("idr"), None, some("aud slice")], "lengths are as the record says");
    let seen = units_of(&[(true, record), (false, of_two)]);
    assert_eq!(seen, [None, some("aud slice")], "wherever the record came");
    // Numbered tracks have their own.
    let track: &[u8] = &[&[0x96, 0][..], b"avc1\x02", &record[5..]].concat();
    let frame: &[u8] = &[&[0x96, 1][..], b"avc1\x02", &of_two[2..]].concat();
    let seen = units_of(&[(true, track), (false, frame), (false, of_four)]);
    assert_eq!(seen, [None, some("aud slice"), some("idr")]);
}
