//! Cases of the rules in `src/rules/timestamps`.

use crate::common::amf;
use crate::common::media::{Av, Frame};
use crate::common::message as msg;
use crate::common::ready::{play_av, publish_of};
use crate::common::talk::Talk;
use crate::common::{Dir, MS};
use crate::harness::{Case, Subject, finish, real};

pub const CASES: &[Case] = &[
    Case::new("TS-01", "restart", || again(0), || again(2_000)),
    Case::new("TS-01", "out-of-order", || one_at(350), || one_at(370)),
    Case::new("TS-02", "jump", || again(7_000), || again(2_900)),
    Case::new("TS-02", "silence", || silence(true), || silence(false)),
    Case::new("TS-02", "dropped", || behind_stall(1_500), || behind_stall(500)),
    Case::new("TS-03", "offset", || sound_stamped(2_500), || sound_stamped(0)),
    Case::new("TS-03", "small-offset", || sound_stamped(400), || sound_stamped(0)),
    Case::new("TS-03", "late-track", || sound_from(2_000), || sound_from(100)),
    Case::new("TS-03", "join", || picture_from(4_000), || picture_from(0)),
    Case::new("TS-04", "far", || pictures_run(130), || pictures_run(110)),
    Case::new("TS-04", "near", || pictures_run(110), || pictures_run(103)),
    Case::new("TS-05", "off", || sent_at(1_030), || sent_at(1_000)),
    Case::new("TS-05", "drift", || sent_at(1_005), || sent_at(1_000)),
    Case::new("TS-05", "faster", || sent_at(500), || sent_at(1_000)),
    Case::new("TS-06", "24-bit", || from((1 << 24) - 1_000, 24), || from((1 << 24) - 1_000, 32)),
    Case::new("TS-06", "31-bit", || from((1 << 31) - 1_000, 31), || from((1 << 31) - 1_000, 32)),
    Case::new("TS-06", "32-bit", || from(u32::MAX - 999, 32), || from(u32::MAX - 4_000, 32)),
    Case::new("TS-07", "drift", || sound_runs(1_020), || sound_runs(1_005)),
    Case::new("TS-07", "hole", || hole(6, false), || hole(2, false)),
    Case::new("TS-07", "silence", || hole(6, true), || hole(2, true)),
    Case::new("TS-07", "dropped", || hole_behind_stall(1_500), || hole_behind_stall(500)),
    Case::new("TS-08", "same-time", || same_times(3), || real("gst_rtmp2.pcap")),
    Case::new("TS-08", "uneven", || steps_by_turns(20), || steps_by_turns(5)),
    Case::new("TS-09", "negative", || composed(|n| if n == 10 { -40 } else { 0 }), || composed(|_| 0)),
    Case::new("TS-09", "long", || composed(|n| if n == 10 { 1_100 } else { 0 }), || composed(|_| 0)),
    Case::new("TS-09", "same-time", || composed(|n| if n == 10 { 40 } else { 0 }), || composed(|_| 0)),
    Case::new("TS-09", "constant", || composed(|_| 40), || composed(|_| 0)),
    Case::new("TS-09", "disorder", || composed(|n| if n % 2 == 0 { 80 } else { 0 }), || composed(|_| 40)),
];

/// A frame, and when it is sent.
type Sent = (u64, Frame);

fn pictures(seconds: u32) -> Av {
    Av { b_frames: false, ..Av::seconds(seconds) }
}

/// A publish of frames, each sent at its time.
fn publish_at(frames: Vec<Sent>) -> Subject {
    let has = |video| frames.iter().any(|(_, frame)| frame.is_video == video);
    with_media([has(true), has(false)], |mut talk| {
        let start = talk.now();
        for (ms, frame) in frames {
            let message = talk.frame_message(&frame);
            talk = talk.until(start + ms * MS).media_message(&message);
        }
        talk
    })
}

/// Metadata and headers of video, audio or both.
fn headed(talk: Talk, [video, audio]: [bool; 2]) -> Talk {
    let picture = || [("width", 640.0.into()), ("height", 360.0.into()), ("videocodecid", 7.0.into())];
    let sound =
        || [("audiocodecid", 10.0.into()), ("audiosamplerate", 44_100.0.into()), ("stereo", false.into())];
    let talk = talk.metadata_of(match (video, audio) {
        (true, false) => amf::ecma(picture()),
        (false, _) => amf::ecma(sound()),
        (true, true) => {
            let ([width, height, video], [audio, rate, stereo]) = (picture(), sound());
            amf::ecma([width, height, video, audio, rate, stereo])
        }
    });
    let talk = if video { talk.avc_header() } else { talk };
    if audio { talk.aac_header() } else { talk }
}

/// A publish of video, audio or both, with this media in front of its end.
fn with_media(has: [bool; 2], media: impl FnOnce(Talk) -> Talk) -> Subject {
    let talk = Talk::new().handshake().connect("live").fc_publish("cam1").create_stream().publish("cam1");
    finish(media(headed(talk.chunk_size(Dir::Up, 4_096), has))).into()
}

/// Frames sent in real time, with another time written.
fn stamped(frames: Vec<Frame>, stamp: impl Fn(usize, &Frame) -> u32) -> Subject {
    let sent = frames.into_iter().enumerate().map(|(n, frame)| {
        let timestamp = stamp(n, &frame);
        (u64::from(frame.timestamp), Frame { timestamp, ..frame })
    });
    publish_at(sent.collect())
}

/// Two seconds of media, and another one from this time on.
fn again(base: u32) -> Subject {
    let more = Av { base, seed: 2, ..Av::seconds(1) }.frames();
    with_media([true, true], |t| t.media(&Av::seconds(2).frames()).wait(40).media(&more))
}

/// The eleventh picture, which is due at 400 ms, has another time.
fn one_at(ms: u32) -> Subject {
    let frames = Av { with_audio: false, ..pictures(1) }.frames();
    stamped(frames, |n, frame| if n == 10 { ms } else { frame.timestamp })
}

/// A second of sound, and more from the fourth second on without a pause.
fn silence(announced: bool) -> Subject {
    let sound = |base| Av { with_video: false, base, ..Av::seconds(1) }.frames();
    with_media([false, true], |t| {
        let t = t.media(&sound(0));
        let t = if announced { t.media_message(&msg::audio(1_000, Vec::new())) } else { t };
        t.wait(20).media(&sound(4_000))
    })
}

/// A pause, and a jump soon behind it.
fn behind_stall(ms: u64) -> Subject {
    let second = |base| Av { base, ..Av::seconds(1) }.frames();
    with_media([true, true], |t| {
        let t = t.media(&second(0)).wait(ms).media(&second(1_000));
        t.wait(20).media(&second(6_000))
    })
}

/// Sound is written so much later than it is sent.
fn sound_stamped(ms: u32) -> Subject {
    stamped(Av::seconds(2).frames(), |_, f| f.timestamp + if f.is_video { 0 } else { ms })
}

/// Sound begins at this time.
fn sound_from(ms: u32) -> Subject {
    let mut frames = Av::seconds(3).frames();
    frames.retain(|f| f.is_video || f.timestamp >= ms);
    publish_of(&frames).into()
}

/// A play with pictures from this time on.
fn picture_from(ms: u32) -> Subject {
    if ms == 0 {
        return play_av(2).into();
    }
    let mut frames = Av::seconds(6).frames();
    frames.retain(|f| !f.is_video || f.timestamp >= ms);
    let talk = Talk::new().handshake().connect("live").create_stream().play("cam1");
    let talk = headed(talk.chunk_size(Dir::Down, 4_096), [true, true]);
    talk.media(&frames).wait(40).delete_stream().wait(20).close().into()
}

/// The clock of pictures runs at so many percent.
fn pictures_run(percent: u32) -> Subject {
    stamped(
        Av::seconds(9).frames(),
        |_, f| {
            if f.is_video { f.timestamp * percent / 100 } else { f.timestamp }
        },
    )
}

/// The clock of sound runs at so many thousandths.
fn sound_runs(thousandths: u32) -> Subject {
    stamped(Av::seconds(12).frames(), |_, f| {
        if f.is_video { f.timestamp } else { f.timestamp * thousandths / 1_000 }
    })
}

/// Forty seconds and more on the wire, where a second of media takes so many milliseconds.
fn sent_at(ms: u64) -> Subject {
    let seconds = if ms < 1_000 { 84 } else { 42 };
    let frames =
        Av { sizes: [900, 300, 200], with_audio: false, fps: 12, gop: 24, ..Av::seconds(seconds) }.frames();
    publish_at(frames.into_iter().map(|f| (u64::from(f.timestamp) * ms / 1_000, f)).collect())
}

/// Two seconds of media from this time on, of which so many bits are written.
fn from(base: u32, bits: u32) -> Subject {
    let mask = u32::MAX >> (32 - bits);
    let frames = Av::seconds(2).frames();
    stamped(frames, |_, f| base.wrapping_add(f.timestamp) & mask)
}

/// Sound without so many frames, perhaps announced as silence.
fn hole(frames: usize, announced: bool) -> Subject {
    let mut sound = Av { with_video: false, ..Av::seconds(2) }.frames();
    let missing: Vec<_> = sound.drain(20..20 + frames).collect();
    if announced {
        sound.insert(20, Frame { body: Vec::new(), ..missing[0].clone() });
    }
    publish_at(sound.into_iter().map(|f| (u64::from(f.timestamp), f)).collect())
}

/// A pause, and sound with a hole soon behind it.
fn hole_behind_stall(ms: u64) -> Subject {
    let second = |base| Av { with_video: false, base, ..Av::seconds(1) }.frames();
    let mut late = second(1_000);
    late.drain(20..26);
    with_media([false, true], |t| t.media(&second(0)).wait(ms).media(&late))
}

/// So many pictures have the time of the first of them.
fn same_times(frames: usize) -> Subject {
    let all = Av { with_audio: false, ..pictures(1) }.frames();
    stamped(all, |n, f| if (10..10 + frames).contains(&n) { 400 } else { f.timestamp })
}

/// Steps of 40 ms, longer and shorter by turns.
fn steps_by_turns(ms: u32) -> Subject {
    let all = Av { with_audio: false, ..pictures(5) }.frames();
    stamped(all, |n, f| f.timestamp + if n % 2 == 1 { ms } else { 0 })
}

/// Pictures with these composition times.
fn composed(ms: fn(usize) -> i32) -> Subject {
    let mut frames = Av { with_audio: false, ..pictures(4) }.frames();
    for (n, frame) in frames.iter_mut().enumerate() {
        frame.body[2..5].copy_from_slice(&ms(n).to_be_bytes()[1..]);
    }
    publish_at(frames.into_iter().map(|f| (u64::from(f.timestamp), f)).collect())
}
