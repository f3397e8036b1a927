//! The usual steps of an RTMP session, both sides' part, as any server and encoder would say them.

use super::amf::{self, Amf};
use super::handshake::{self, Handshake};
use super::media::{self, Frame};
use super::message::{self as msg, Limit, Message};
use super::talk::Talk;
use super::{Dir, MS};

/// The window announced by both sides.
const WINDOW: u32 = 2_500_000;

impl Talk {
    /// The simple handshake.
    pub fn handshake(self) -> Self {
        self.handshake_as(Handshake::Simple)
    }

    /// A handshake of the given kind.
    pub fn handshake_as(self, kind: Handshake) -> Self {
        let [c0c1, s0s1s2, c2] = handshake::parts(kind, self.seed);
        let talk = self.raw(Dir::Up, &c0c1);
        if s0s1s2.is_empty() {
            return talk;
        }
        talk.answer(Dir::Down).raw(Dir::Down, &s0s1s2).answer(Dir::Up).raw(Dir::Up, &c2)
    }

    /// `connect` to `app`, accepted.
    pub fn connect(self, app: &str) -> Self {
        let url = format!("rtmp://192.0.2.10/{app}");
        self.connect_with(&[
            ("app", app.into()),
            ("type", "nonprivate".into()),
            ("tcUrl", url.as_str().into()),
        ])
    }

    /// `connect` with these properties, accepted.
    pub fn connect_with(self, properties: &[(&str, Amf)]) -> Self {
        self.connect_answered(properties, &[])
    }

    /// The same, with more properties in the answer.
    pub fn connect_answered(mut self, properties: &[(&str, Amf)], answer: &[(&str, Amf)]) -> Self {
        self.transaction = 1.0;
        let mut object: Vec<_> = properties.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        object.push(("flashVer".to_owned(), "FMLE/3.0 (compatible; builder)".into()));
        let info = amf::object([
            ("level", "status".into()),
            ("code", "NetConnection.Connect.Success".into()),
            ("description", "Connection succeeded.".into()),
            ("objectEncoding", 0.0.into()),
        ]);
        let facts = [("fmsVer", "FMS/3,0,1,123".into()), ("capabilities", 31.0.into())];
        let server = facts.iter().chain(answer).map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        self.up(&msg::command("connect", 1.0, Amf::Object(object), &[]))
            .answer(Dir::Down)
            .send_all(
                Dir::Down,
                &[
                    msg::window_ack_size(WINDOW),
                    msg::set_peer_bandwidth(WINDOW, Limit::Dynamic),
                    msg::stream_begin(0),
                    msg::command("_result", 1.0, Amf::Object(server), &[info]),
                ],
            )
            .answer(Dir::Up)
            .up(&msg::window_ack_size(WINDOW))
    }

    /// `connect` to `app`, accepted without a word about windows.
    pub fn connect_plain(mut self, app: &str) -> Self {
        self.transaction = 1.0;
        let url = format!("rtmp://192.0.2.10/{app}");
        let object =
            amf::object([("app", app.into()), ("type", "nonprivate".into()), ("tcUrl", url.as_str().into())]);
        let info = amf::object([
            ("level", "status".into()),
            ("code", "NetConnection.Connect.Success".into()),
            ("description", "Connection succeeded.".into()),
            ("objectEncoding", 0.0.into()),
        ]);
        let server = amf::object([("fmsVer", "FMS/3,0,1,123".into()), ("capabilities", 31.0.into())]);
        self.up(&msg::command("connect", 1.0, object, &[]))
            .answer(Dir::Down)
            .down(&msg::command("_result", 1.0, server, &[info]))
            .answer(Dir::Up)
    }

    /// `connect` to `app`, refused with `_error` and this code.
    pub fn connect_refused(mut self, app: &str, code: &str) -> Self {
        self.transaction = 1.0;
        let info = amf::object([
            ("level", "error".into()),
            ("code", code.into()),
            ("description", "Refused.".into()),
        ]);
        self.up(&msg::command("connect", 1.0, amf::object([("app", app.into())]), &[]))
            .answer(Dir::Down)
            .down(&msg::command("_error", 1.0, Amf::Null, &[info]))
    }

    /// Announces a chunk size; it takes effect at once.
    pub fn chunk_size(self, dir: Dir, size: u32) -> Self {
        self.send(dir, &msg::set_chunk_size(size))
    }

    /// `releaseStream` and `FCPublish`, with the server's words to them.
    pub fn fc_publish(mut self, name: &str) -> Self {
        let (release, publish) = (self.transaction + 1.0, self.transaction + 2.0);
        self.transaction = publish;
        self.send_all(
            Dir::Up,
            &[
                msg::command("releaseStream", release, Amf::Null, &[name.into()]),
                msg::command("FCPublish", publish, Amf::Null, &[name.into()]),
            ],
        )
        .answer(Dir::Down)
        .send_all(
            Dir::Down,
            &[
                msg::command("_result", release, Amf::Null, &[Amf::Undefined]),
                msg::command("onFCPublish", 0.0, Amf::Null, &[status("NetStream.Publish.Start")]),
            ],
        )
        .answer(Dir::Up)
    }

    /// `createStream`, answered with the next message stream id (1 at first).
    pub fn create_stream(mut self) -> Self {
        self.transaction += 1.0;
        let txn = self.transaction;
        let id = self.msid;
        self.up(&msg::command("createStream", txn, Amf::Null, &[]))
            .answer(Dir::Down)
            .down(&msg::command("_result", txn, Amf::Null, &[id.into()]))
            .answer(Dir::Up)
    }

    /// The following steps are about this message stream.
    pub fn on_stream(mut self, msid: u32) -> Self {
        self.msid = msid;
        self
    }

    /// The media of the following steps go in this direction.
    pub fn media_goes(mut self, dir: Dir) -> Self {
        self.media_dir = dir;
        self
    }

    /// `publish` of a live stream, accepted.
    pub fn publish(self, name: &str) -> Self {
        let start = self.status_message("status", "NetStream.Publish.Start");
        let begin = msg::stream_begin(self.msid);
        let mut talk = self.ask_publish(name, "live").answer(Dir::Down).send_all(Dir::Down, &[begin, start]);
        talk.media_dir = Dir::Up;
        talk.answer(Dir::Up)
    }

    /// `publish`, refused with this code.
    pub fn publish_refused(self, name: &str, code: &str) -> Self {
        let refusal = self.status_message("error", code);
        self.ask_publish(name, "live").answer(Dir::Down).down(&refusal)
    }

    /// The `publish` command alone.
    pub fn ask_publish(mut self, name: &str, kind: &str) -> Self {
        self.transaction += 1.0;
        let publish = msg::command("publish", self.transaction, Amf::Null, &[name.into(), kind.into()]);
        let publish = publish.csid(msg::STREAM_CSID).msid(self.msid);
        self.up(&publish)
    }

    /// `play` of a live stream, accepted; media goes down from here.
    pub fn play(self, name: &str) -> Self {
        let id = self.msid;
        let reset = self.status_message("status", "NetStream.Play.Reset");
        let start = self.status_message("status", "NetStream.Play.Start");
        let access = msg::data(&["|RtmpSampleAccess".into(), true.into(), true.into()]);
        let access = access.csid(msg::STREAM_CSID).msid(id);
        let mut talk = self
            .ask_play(name)
            .answer(Dir::Down)
            .send_all(Dir::Down, &[msg::stream_begin(id), reset, start, access]);
        talk.media_dir = Dir::Down;
        talk
    }

    /// `play`, refused with this code.
    pub fn play_refused(self, name: &str, code: &str) -> Self {
        let refusal = self.status_message("error", code);
        self.ask_play(name).answer(Dir::Down).down(&refusal)
    }

    /// `play` and the buffer length, without an answer.
    pub fn ask_play(mut self, name: &str) -> Self {
        self.transaction += 1.0;
        let play = msg::command("play", self.transaction, Amf::Null, &[name.into(), (-2000.0).into()]);
        let play = play.csid(msg::STREAM_CSID).msid(self.msid);
        let buffer = msg::set_buffer_length(self.msid, 3_000);
        self.send_all(Dir::Up, &[play, buffer])
    }

    /// `onMetaData` of the programme in `media`, with `@setDataFrame` when publishing.
    pub fn metadata(self) -> Self {
        let facts = amf::ecma([
            ("duration", 0.0.into()),
            ("width", 640.0.into()),
            ("height", 360.0.into()),
            ("videocodecid", 7.0.into()),
            ("framerate", 25.0.into()),
            ("audiocodecid", 10.0.into()),
            ("audiosamplerate", 44_100.0.into()),
            ("stereo", false.into()),
            ("encoder", "builder".into()),
        ]);
        self.metadata_of(facts)
    }

    /// `onMetaData` with these facts.
    pub fn metadata_of(self, facts: Amf) -> Self {
        let mut values = vec!["onMetaData".into(), facts];
        if self.media_dir == Dir::Up {
            values.insert(0, "@setDataFrame".into());
        }
        self.media_message(&msg::data(&values))
    }

    /// The AVC sequence header.
    pub fn avc_header(self) -> Self {
        self.media_message(&msg::video(0, media::avc_header()))
    }

    /// The AAC sequence header.
    pub fn aac_header(self) -> Self {
        self.media_message(&msg::audio(0, media::aac_header()))
    }

    /// Sends frames in real time from now on: each at its timestamp. A video message longer than a chunk and the
    /// audio behind it, if due within 20 ms, go out with their chunks in turn, as interleaving encoders do.
    pub fn media(mut self, frames: &[Frame]) -> Self {
        let Some(first) = frames.first() else { return self };
        let (start, base) = (self.now, first.timestamp);
        let mut rest = frames;
        while let [frame, tail @ ..] = rest {
            rest = tail;
            self = self.until(start + u64::from(frame.timestamp.wrapping_sub(base)) * MS);
            let message = self.frame_message(frame);
            let soon = |next: &&Frame| next.timestamp.wrapping_sub(frame.timestamp) <= 20;
            let pair = tail.first().filter(soon).filter(|next| frame.is_video && !next.is_video);
            self = if let Some(audio) = pair {
                rest = &tail[1..];
                self = self.until(start + u64::from(audio.timestamp.wrapping_sub(base)) * MS);
                let audio = self.frame_message(audio);
                let dir = self.media_dir;
                self.interleave(dir, &[message, audio])
            } else {
                self.media_message(&message)
            };
            self = self.ack_if_due();
        }
        self
    }

    /// Sends frames at the clock's time, one message each, without waiting.
    pub fn burst(mut self, frames: &[Frame]) -> Self {
        for frame in frames {
            let message = self.frame_message(frame);
            self = self.media_message(&message);
        }
        self
    }

    /// The receiver of media acknowledges every `bytes` bytes.
    pub fn acks(mut self, bytes: u64) -> Self {
        self.ack_every = Some(bytes);
        self
    }

    /// `FCUnpublish` and `deleteStream`.
    pub fn unpublish(mut self, name: &str) -> Self {
        self.transaction += 1.0;
        let message = msg::command("FCUnpublish", self.transaction, Amf::Null, &[name.into()]);
        self.up(&message).delete_stream()
    }

    /// `deleteStream`.
    pub fn delete_stream(mut self) -> Self {
        self.transaction += 1.0;
        let message = msg::command("deleteStream", self.transaction, Amf::Null, &[self.msid.into()]);
        self.up(&message)
    }

    /// A message in the media's direction on the current message stream.
    pub fn media_message(self, message: &Message) -> Self {
        let (dir, msid) = (self.media_dir, self.msid);
        self.send(dir, &message.clone().msid(msid))
    }

    /// The message of a frame on the current message stream.
    pub fn frame_message(&self, frame: &Frame) -> Message {
        let make = if frame.is_video { msg::video } else { msg::audio };
        make(frame.timestamp, frame.body.clone()).msid(self.msid)
    }

    /// `onStatus` on the current message stream.
    pub fn status_message(&self, level: &str, code: &str) -> Message {
        msg::on_status(level, code, code).msid(self.msid)
    }

    fn ack_if_due(mut self) -> Self {
        let came = self.written(self.media_dir);
        let Some(every) = self.ack_every.filter(|every| came - self.acked >= *every) else { return self };
        self.acked += every * ((came - self.acked) / every);
        let receiver = self.media_dir.back();
        self.after_all(receiver).send(receiver, &msg::ack(came as u32))
    }
}

fn status(code: &str) -> Amf {
    amf::object([("level", "status".into()), ("code", code.into()), ("description", code.into())])
}
