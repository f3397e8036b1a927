//! The connection as a whole.

use std::sync::Arc;

use super::*;
use crate::amf::Value;
use crate::media::codec::Codec;
use crate::media::tracks::Layout;
use crate::rtmp::handshake::Greeting;
use crate::rtmp::message::kind::MessageHeader;
use crate::rtmp::message::user_control::UserControl;
use crate::session::event::{
    Aggregate, ConfigChange, MediaKind, MediaMessage, MediaRole, Share, TrackConfig,
};
use Dir::{ClientToServer as C2s, ServerToClient as S2c};
use testing::{Call, Feed, Random, audio, event, status, video};

const HELLO: Kind<'_> = Kind::Hello(Greeting {
    version: Some(3),
    time: Some(0),
    program: Some(0),
    repeats: false,
    form: Some(Form::Simple),
    proxied: None,
    digest_offsets: None,
    public_key: None,
});

fn done(duration_ns: i64) -> Kind<'static> {
    Kind::HandshakeDone { duration_ns, form: Some(Form::Simple), client_echo: None, server_echo: None }
}

/// TCP, handshake, connect, createStream.
fn set_up(feed: &mut Feed) {
    feed.plain(0, C2s, Kind::TcpSyn);
    feed.plain(20, C2s, Kind::TcpSyn); // sent again
    feed.plain(30, C2s, Kind::TcpEstablished { rtt_ns: 10_000_000 });
    feed.plain(31, C2s, HELLO);
    feed.plain(40, S2c, HELLO);
    feed.plain(50, C2s, done(19_000_000));
    let id = Some(1.0);
    feed.command(60, C2s, Call { name: "nc.connect", raw: "connect", transaction_id: id, ..Call::default() });
    let answers = Some(("connect", 60));
    feed.command(
        108,
        S2c,
        Call { name: "nc.connect_result", raw: "_result", transaction_id: id, answers, ..Call::default() },
    );
    let id = Some(2.0);
    let call = Call { name: "ns.create_stream", raw: "createStream", transaction_id: id, ..Call::default() };
    feed.command(110, C2s, call);
    let made = Call {
        name: "ns.create_stream_result",
        raw: "_result",
        transaction_id: id,
        arguments: vec![Value::Number(1.0)],
        answers: Some(("createStream", 110)),
        ..Call::default()
    };
    feed.command(115, S2c, made);
}

fn begin(feed: &mut Feed, ms: i64, role: StreamRole, name: &'static str, raw: &str) {
    feed.stream_id = 1;
    let started = Kind::StreamStarted { stream: 0, role, name: Some("key"), stream_id: 1 };
    let call = Call { name, raw, transaction_id: Some(3.0), stream: Some(0), ..Call::default() };
    feed.command(ms, C2s, call);
    feed.message(ms, C2s, MessageType::COMMAND_AMF0, 50, started);
}

fn confirm(feed: &mut Feed, ms: i64, name: &'static str, code: &str, stream: Option<u32>) {
    let raw = "onStatus";
    let transaction_id = Some(0.0);
    feed.command(
        ms,
        S2c,
        Call { name, raw, transaction_id, arguments: status(code), stream, ..Call::default() },
    );
}

#[test]
fn a_publish_from_the_syn_on() {
    let mut feed = Feed::new();
    set_up(&mut feed);
    begin(&mut feed, 120, StreamRole::Publish, "ns.publish", "publish");
    confirm(&mut feed, 124, "ns.publish_start", "NetStream.Publish.Start", None);
    feed.media(130, C2s, video(MediaRole::SequenceHeader, 0));
    for n in 0..300 {
        feed.media(150 + 20 * n, C2s, audio(MediaRole::Frame, 20 * n));
        if n % 2 == 0 {
            let role = if n % 100 == 0 { MediaRole::KeyFrame } else { MediaRole::Frame };
            feed.media(160 + 20 * n, C2s, video(role, 20 * n));
        }
    }
    feed.plain(6200, C2s, Kind::StreamStopped { stream: 0, by: None });

    let m = &feed.metrics;
    let [stream] = m.streams() else { panic!("one stream") };
    let l = stream.latency(m.latency());
    assert_eq!((l.tcp_ms, l.handshake_ms, l.connect_ms), (Some(10.0), Some(19.0), Some(48.0)));
    assert_eq!((l.create_stream_ms, l.publish_ms, l.play_ms), (Some(5.0), Some(4.0), None));
    assert_eq!(
        (l.first_audio_ms, l.first_video_ms, l.first_keyframe_ms),
        (Some(26.0), Some(36.0), Some(36.0))
    );
    assert_eq!(l.setup_total_ms, Some(124.0));

    assert_eq!((stream.index(), stream.message_stream_id(), stream.name()), (0, Some(1), Some("key")));
    assert_eq!((stream.started().no, stream.stopped().unwrap().no), (121, 6201));
    assert_eq!(stream.last_media().unwrap().no, 6131);
    let track = stream.track(MediaKind::Video).unwrap().1.summary();
    assert_eq!((track.messages, track.frames, track.keyframes, track.bytes), (151, 150, 3, 151_000));
    assert_eq!(stream.track(MediaKind::Audio).unwrap().1.summary().frames, 300);
    let sync = stream.sync().unwrap();
    assert_eq!(sync.start_offset_ms, 0);
    assert_eq!(sync.skew_ms.map(|s| (s.min, s.max)), Some((0, 40)));
    let pacing = stream.pacing().unwrap();
    assert!((pacing.eta.unwrap() - 1.0).abs() < 1e-9);
    assert_eq!((pacing.stalls, pacing.burst_ms), (0, None));

    let video = m.messages(C2s).by_type().iter().find(|t| t.0 == MessageType::VIDEO).unwrap().1;
    assert_eq!((video.count, video.bytes), (151, 151_000));
    assert_eq!(m.messages(C2s).total().count, 151 + 300 + 3);
    let rows = m.commands().rows();
    assert_eq!(rows.iter().filter(|r| r.response.is_some()).count(), 3);
    assert_eq!(m.chunk_sizes(C2s).list().len(), 1);
}

#[test]
fn a_play_measures_from_its_command() {
    let mut feed = Feed::new();
    set_up(&mut feed);
    begin(&mut feed, 200, StreamRole::Play, "ns.play", "play");
    confirm(&mut feed, 210, "ns.play_start", "NetStream.Play.Start", Some(0));
    feed.media(300, S2c, video(MediaRole::Frame, 0));
    feed.media(400, S2c, video(MediaRole::KeyFrame, 40));
    let l = feed.metrics.streams()[0].latency(feed.metrics.latency());
    assert_eq!((l.publish_ms, l.play_ms, l.setup_total_ms), (None, Some(10.0), Some(210.0)));
    assert_eq!((l.first_audio_ms, l.first_video_ms, l.first_keyframe_ms), (None, Some(100.0), Some(200.0)));
}

#[test]
fn a_burst_of_one_track_is_no_drift() {
    let mut feed = Feed::new();
    for n in 0..2000 {
        let dts = 20 * n;
        // 2 s of video come at once, audio comes in real time from there.
        feed.media((dts - 2000).max(dts / 100), S2c, video(MediaRole::Frame, dts));
        if dts >= 2000 {
            feed.media(dts - 2000, S2c, audio(MediaRole::Frame, dts));
        }
    }
    let stream = &feed.metrics.streams()[0];
    assert!((stream.pacing().unwrap().burst_ms.unwrap() - 2000.0).abs() <= 20.0);
    assert!(stream.sync().unwrap().drift_ms_per_min.unwrap().abs() < 0.1);
}

#[test]
fn a_pause_that_was_asked_for_is_no_stall() {
    for (name, stalls) in [("ns.pause", 0), ("ns.status", 1)] {
        let mut feed = Feed::new();
        for n in 0..400 {
            let later = if n < 200 { 0 } else { 9000 };
            if n == 200 {
                feed.command(8000, C2s, Call { name, raw: "pause", stream: Some(0), ..Call::default() });
            }
            feed.media(20 * n + later, S2c, video(MediaRole::Frame, 20 * n));
        }
        assert_eq!(feed.metrics.streams()[0].pacing().unwrap().stalls, stalls);
    }
}

#[test]
fn media_before_publish_start_counts_from_the_command() {
    let mut feed = Feed::new();
    begin(&mut feed, 100, StreamRole::Publish, "ns.publish", "publish");
    feed.media(130, C2s, audio(MediaRole::Frame, 0));
    confirm(&mut feed, 150, "ns.publish_start", "NetStream.Publish.Start", Some(0));
    feed.media(160, C2s, video(MediaRole::KeyFrame, 0));
    let l = feed.metrics.streams()[0].latency(feed.metrics.latency());
    assert_eq!((l.first_audio_ms, l.first_keyframe_ms), (Some(30.0), Some(10.0)));
    assert_eq!((l.connect_ms, l.create_stream_ms, l.setup_total_ms), (None, None, None));
}

#[test]
fn in_the_middle_of_a_connection() {
    let mut feed = Feed::new();
    let started = Kind::StreamStarted { stream: 7, role: StreamRole::Play, name: None, stream_id: 1 };
    feed.stream_id = 1;
    feed.message(0, S2c, MessageType::VIDEO, 1000, started);
    feed.media(0, S2c, MediaMessage { stream: 7, ..video(MediaRole::KeyFrame, 900_000) });
    let m = &feed.metrics;
    let stream = &m.streams()[0];
    assert_eq!((stream.index(), stream.role(), stream.name()), (7, StreamRole::Play, None));
    assert_eq!(stream.latency(m.latency()), latency::LatencySummary::default());
    assert_eq!((stream.pacing(), stream.sync()), (None, None));
    assert_eq!(m.messages(S2c).total().count, 1);
    assert!(m.chunk_sizes(S2c).list().is_empty());
}

#[test]
fn verdicts_need_no_figures_of_frames() {
    let fed = |depth| {
        let metrics = ConnectionMetrics::new(&Limits::default(), depth);
        let mut feed = Feed { metrics, stream_id: 1 };
        for n in 0..100 {
            feed.media(300 + 40 * n, C2s, video(MediaRole::Frame, 40 * n));
            feed.media(310 + 40 * n, C2s, audio(MediaRole::Frame, 40 * n));
        }
        feed.metrics
    };
    let (full, verdict) = (fed(Depth::Full), fed(Depth::Verdict));
    let told = |metrics: &ConnectionMetrics| {
        let stream = metrics.streams().first().unwrap();
        let track = stream.track(MediaKind::Video).unwrap().1.summary();
        let times = (track.first_timestamp_ms, track.last_timestamp_ms);
        (stream.pacing(), stream.last_media().map(|at| at.no), times, metrics.messages(C2s).total().count)
    };
    assert_eq!(told(&full), told(&verdict));
    let rest = |metrics: &ConnectionMetrics| {
        let stream = metrics.streams().first().unwrap();
        (stream.sync().is_some(), stream.track(MediaKind::Audio).unwrap().1.summary().frames)
    };
    assert_eq!((rest(&full), rest(&verdict)), ((true, 100), (false, 0)));
    assert!(verdict.held_bytes() < full.held_bytes());
}

#[test]
fn streams_are_bounded() {
    let limits = Limits { streams: 2, ..Limits::default() };
    let mut metrics = ConnectionMetrics::new(&limits, Depth::Full);
    for stream in [5, 3, 9, 4] {
        metrics.event(&event(
            0,
            C2s,
            Kind::StreamStarted { stream, role: StreamRole::Publish, name: None, stream_id: 1 },
        ));
        let media = MediaMessage { stream, ..audio(MediaRole::Frame, 0) };
        metrics.event(&event(0, C2s, Kind::Media(&media)));
    }
    assert_eq!(metrics.streams().iter().map(StreamMetrics::index).collect::<Vec<_>>(), [3, 5]);
    assert_eq!(metrics.omitted_streams(), 2);
}

#[test]
fn clocks_near_the_wrap_are_in_one_turn() {
    let mut feed = Feed::new();
    let base = 0xFFFF_FF00;
    for n in 0..300 {
        feed.media(20 * n, C2s, audio(MediaRole::Frame, base + 20 * n));
        // Video began 400 ms later, after the wrap.
        if n >= 20 && n % 2 == 0 {
            feed.media(20 * n, C2s, video(MediaRole::Frame, base + 20 * n - (1 << 32)));
        }
    }
    let stream = &feed.metrics.streams()[0];
    let sync = stream.sync().unwrap();
    assert_eq!(sync.start_offset_ms, -400);
    assert_eq!(sync.skew_ms.map(|s| (s.min, s.max)), Some((0, 40)));
    assert!((stream.pacing().unwrap().eta.unwrap() - 1.0).abs() < 1e-9);
    assert_eq!(stream.track(MediaKind::Video).unwrap().1.summary().first_timestamp_ms, Some(144));
}

#[test]
fn windows_acks_and_pings_stand_where_they_belong() {
    let mut feed = Feed::new();
    feed.plain(0, C2s, HELLO);
    feed.message(1, C2s, MessageType::WINDOW_ACK_SIZE, 4, Kind::WindowAckSize { size: 5000 });
    let ack = Kind::Acknowledgement { value: 10_000, sent: 10_500 };
    feed.message(2, S2c, MessageType::ACKNOWLEDGEMENT, 4, ack);
    for rtt in [3_000_000, 1_000_000, 2_000_000] {
        feed.message(3, C2s, MessageType::USER_CONTROL, 6, Kind::Pong { value: 1, rtt_ns: Some(rtt) });
    }
    feed.message(4, C2s, MessageType::USER_CONTROL, 6, Kind::Pong { value: 1, rtt_ns: None });
    feed.message(
        5,
        S2c,
        MessageType::USER_CONTROL,
        6,
        Kind::UserControl(UserControl::PingRequest { value: 1 }),
    );
    let m = &feed.metrics;
    let ack = m.acknowledgement(C2s).unwrap();
    assert_eq!((ack.window_bytes, ack.acks, ack.base), (Some(5000), 1, Some(ack::AckBase::WithHandshake)));
    assert_eq!(ack.largest_unacknowledged_bytes, 10_500);
    assert_eq!(m.acknowledgement(S2c), None);
    let ping = m.pings(C2s).unwrap();
    assert_eq!((ping.count, ping.min, ping.p50, ping.max), (3, 1.0, 2.0, 3.0));
    assert_eq!(m.pings(S2c), None);
    assert_eq!(m.ledger(C2s).control_bytes, 4 + 4 * 6);
}

#[test]
fn configurations_reach_their_track() {
    let mut feed = Feed::new();
    let config = TrackConfig { codec: Codec::H264, bytes: 36, description: None };
    let (media, change) = (MediaKind::Video, ConfigChange::First);
    let kind = Kind::Config { stream: 0, media, track: 0, config: &Arc::new(config), change, previous: None };
    feed.message(0, C2s, MessageType::VIDEO, 50, kind);
    assert_eq!(feed.metrics.messages(C2s).total().count, 0, "it comes besides the message's own event");
    let track = feed.metrics.streams()[0].track(media).unwrap().1.summary();
    assert_eq!(track.config.map(|c| c.bytes), Some(36));
}

#[test]
fn parts_of_an_aggregate_are_media_but_no_messages() {
    let mut feed = Feed::new();
    feed.message(
        0,
        C2s,
        MessageType::AGGREGATE,
        1200,
        Kind::Aggregate(Aggregate { parts: 2, ..Aggregate::default() }),
    );
    feed.plain(0, C2s, Kind::Media(&video(MediaRole::KeyFrame, 0)));
    feed.plain(0, C2s, Kind::Media(&audio(MediaRole::Frame, 0)));
    let m = &feed.metrics;
    assert_eq!(m.messages(C2s).by_type().len(), 1);
    assert_eq!(m.ledger(C2s).media_payload_bytes, 995 + 98);
    assert_eq!(m.ledger(C2s).media_header_bytes, 1200 - 995 - 98);
    assert_eq!(m.streams()[0].track(MediaKind::Audio).unwrap().1.summary().frames, 1);
}

/// Any mixture of events with any clock: the ledger adds up, and every figure is finite.
#[test]
fn whatever_comes() {
    for seed in 0..30 {
        let mut random = Random(seed);
        let mut signed = {
            let mut random = Random(seed + 1000);
            move |bound| i64::try_from(random.below(bound)).unwrap() - i64::try_from(bound / 3).unwrap()
        };
        let mut metrics = ConnectionMetrics::new(&Limits::default(), Depth::Full);
        let (mut expected, mut now, mut dts) = (PerDir::<u64>::default(), 0, 0);
        for _ in 0..600 {
            now += signed(300);
            dts += if random.below(30) == 0 { signed(50_000) } else { signed(120) };
            let dir = Dir::BOTH[usize::try_from(random.below(2)).unwrap()];
            let media = if random.below(2) == 0 { MediaKind::Audio } else { MediaKind::Video };
            let role = [MediaRole::KeyFrame, MediaRole::Frame, MediaRole::SequenceHeader];
            let role = role[usize::try_from(random.below(3)).unwrap()];
            let stream = u32::try_from(random.below(3)).unwrap();
            let media = MediaMessage { stream, media, ..video(role, dts) };
            let value = u32::try_from(random.below(1 << 31)).unwrap();
            let (of, kind) = match random.below(5) {
                0 => (
                    MessageType::ACKNOWLEDGEMENT,
                    Kind::Acknowledgement { value, sent: random.below(1 << 20) },
                ),
                1 => {
                    (MessageType::AGGREGATE, Kind::Aggregate(Aggregate { parts: 1, ..Aggregate::default() }))
                }
                2 => (MessageType::DATA_AMF3, Kind::Other),
                _ => (MessageType::VIDEO, Kind::Media(&media)),
            };
            let head = MessageHeader::whole(of, 1000);
            metrics.event(&Event { message: Some(&head), ..event(now, dir, kind) });
            *expected.get_mut(dir) += 1012;
            if random.below(3) == 0 {
                metrics.event(&event(now, dir, Kind::Media(&media)));
            }
        }
        for dir in Dir::BOTH {
            assert_eq!(metrics.ledger(dir).sum(), *expected.get(dir));
            assert!(metrics.acknowledgement(dir).is_some());
        }
        let figures = format!("{metrics:?}");
        assert!(!figures.contains("NaN") && !figures.contains("inf"));
        for s in metrics.streams() {
            let tracks =
                [MediaKind::Audio, MediaKind::Video].map(|k| s.track(k).map(|(_, track)| track.summary()));
            let figures = format!("{tracks:?} {:?} {:?}", s.sync(), s.pacing());
            assert!(!figures.contains("NaN") && !figures.contains("inf"), "{figures}");
        }
    }
}

#[test]
fn an_idle_connection_is_small() {
    assert!(size_of::<ConnectionMetrics>() <= 1024, "{}", size_of::<ConnectionMetrics>());
    assert!(size_of::<StreamMetrics>() <= 384, "{}", size_of::<StreamMetrics>());
    assert!(size_of::<track::Track>() <= 768, "{}", size_of::<track::Track>());
}

/// A frame of one of two tracks in a message.
fn shared(dts_ms: i64, track: u8, role: MediaRole, payload_bytes: u32) -> MediaMessage {
    let further = track != 0;
    let (layout, bytes) = (Layout::Many, payload_bytes + 3);
    let share = Share { layout, tracks: 2, unseen: false, further, bytes, payload_bytes, unread: 0 };
    let (header_bytes, all) = if further { (0, 0) } else { (20, 1000) };
    let media = video(role, dts_ms);
    MediaMessage { track, header_bytes, payload_bytes: all, share: Some(share), enhanced: true, ..media }
}

#[test]
fn two_tracks_of_different_rates() {
    let mut feed = Feed::new();
    let grows = |feed: &Feed| feed.metrics.held_bytes();
    feed.media(0, C2s, MediaMessage { track: 0, ..video(MediaRole::SequenceHeader, 0) });
    let before = grows(&feed);
    for n in 0..150 {
        let key = |every| if n % every == 0 { MediaRole::KeyFrame } else { MediaRole::Frame };
        feed.media(40 * n, C2s, shared(40 * n, 0, key(50), 800));
        // The other track has every second frame, a fourth of the bytes, and a composition time.
        if n % 2 == 0 {
            let media = MediaMessage { composition_ms: 80, ..shared(40 * n, 7, key(100), 200) };
            feed.plain(40 * n, C2s, Kind::Media(&media));
        }
    }
    let after = grows(&feed);
    assert!(after - before >= size_of::<track::Track>(), "the other track is held: {before} {after}");
    let stream = &feed.metrics.streams()[0];
    assert!(stream.is_multitrack());
    let tracks: Vec<_> = stream.tracks().map(|(media, id, track)| (media, id, track.summary())).collect();
    let ids: Vec<_> = tracks.iter().map(|(media, id, _)| (*media, *id)).collect();
    assert_eq!(ids, [(MediaKind::Video, 0), (MediaKind::Video, 7)]);
    let near =
        |value: Option<f64>, to: f64| assert!((value.unwrap() - to).abs() < 1e-6 * to, "{value:?} {to}");
    for ((_, _, t), (frames, keys, fps, payload, composition)) in
        tracks.iter().zip([(150, 3, 25.0, 800.0, 0), (75, 2, 12.5, 200.0, 80)])
    {
        assert_eq!((t.frames, t.keyframes, t.frame_types.key), (frames, keys, keys));
        assert_eq!(t.frame_types.inter, frames - keys);
        assert_eq!(t.composition_ms, Some((composition, composition)));
        near(t.fps, fps);
        near(t.bitrate_bps, 8.0 * payload * fps);
        assert_eq!(t.timestamp_regressions, 0);
        near(t.gop.map(|gop| gop.seconds.mean), if frames == 150 { 2.0 } else { 4.0 });
        // The sequence header came in a legacy tag of 1000 bytes.
        let header = if frames == 150 { 1000 } else { 0 };
        assert_eq!(t.bytes, frames * if frames == 150 { 803 } else { 203 } + header);
    }
    // Every message counts once for the ledger, and what goes by is timed by the default track alone.
    assert_eq!(feed.metrics.ledger(C2s).media_payload_bytes, 150 * 1000);
    assert_eq!(stream.pacing().map(|pacing| pacing.stalls), Some(0));
}

#[test]
fn the_number_of_tracks_is_bounded() {
    let limits = Limits { tracks: 3, ..Limits::default() };
    let mut feed = Feed { metrics: ConnectionMetrics::new(&limits, Depth::Full), stream_id: 0 };
    for id in (0..=255).rev() {
        feed.plain(0, C2s, Kind::Media(&shared(0, id, MediaRole::Frame, 10)));
    }
    let stream = &feed.metrics.streams()[0];
    assert_eq!(stream.tracks().map(|(_, id, _)| id).collect::<Vec<_>>(), [0, 253, 254, 255]);
    assert_eq!(stream.track(MediaKind::Video).map(|(id, _)| id), Some(0));
}

#[test]
fn without_a_default_track_the_lowest_stands_for_the_stream() {
    let mut feed = Feed::new();
    for id in [5, 2, 9] {
        feed.plain(0, C2s, Kind::Media(&shared(0, id, MediaRole::Frame, 10)));
    }
    let stream = &feed.metrics.streams()[0];
    assert_eq!(stream.track(MediaKind::Video).map(|(id, track)| (id, track.summary().frames)), Some((2, 1)));
    assert!(stream.track(MediaKind::Audio).is_none());
}
