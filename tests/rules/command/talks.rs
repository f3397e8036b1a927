//! The conversations of the cases of commands.

use crate::common::amf::{self, Amf};
use crate::common::message as msg;
use crate::common::talk::{Close, Talk};
use crate::common::{Dir, ready};
use crate::harness::{Subject, finish, publish, with};

use super::say::{
    asking, call, connect_of, connecting, ended, frames, info, on_stream, properties, ready_to_publish,
    reply, status, talk,
};

pub fn clean() -> Subject {
    ready::publish_av(1).into()
}

/// A connection whose `connect` has this transaction id, answered with it.
pub fn connect_as(transaction: f64) -> Talk {
    talk()
        .up(&connecting(transaction, properties()))
        .answer(Dir::Down)
        .down(&reply("_result", transaction, &[info("status", "NetConnection.Connect.Success")]))
        .wait(20)
        .close()
}

pub fn connect_to(app: &str, url: &str) -> Subject {
    connect_of(amf::object([("app", app.into()), ("tcUrl", url.into())]))
}

/// Refused at first, and accepted then.
pub fn refused_once() -> Subject {
    publish(
        talk_refused("No.")
            .answer(Dir::Up)
            .connect("live")
            .fc_publish("cam1")
            .create_stream()
            .publish("cam1"),
    )
    .into()
}

/// `connect`, refused for this reason.
pub fn talk_refused(reason: &str) -> Talk {
    let info = amf::object([
        ("level", "error".into()),
        ("code", "NetConnection.Connect.Rejected".into()),
        ("description", reason.into()),
    ]);
    asking(talk(), &connecting(1.0, properties())).down(&reply("_error", 1.0, &[info])).wait(20).close()
}

pub fn refused_with(arguments: &[Amf]) -> Subject {
    asking(talk(), &connecting(1.0, properties()))
        .down(&reply("_error", 1.0, arguments))
        .wait(20)
        .close()
        .into()
}

pub fn hung_up() -> Subject {
    asking(talk(), &connecting(1.0, properties())).close_with(Close::Fin(Dir::Down)).into()
}

pub fn unanswered_connect(ms: u64) -> Subject {
    let ping = msg::set_buffer_length(0, 300);
    talk().up(&connecting(1.0, properties())).wait(ms).up(&ping).close_with(Close::Open).into()
}

pub fn answered_connect(ms: u64) -> Subject {
    let answer = reply("_result", 1.0, &[info("status", "NetConnection.Connect.Success")]);
    talk().up(&connecting(1.0, properties())).wait(ms).answer(Dir::Down).down(&answer).wait(20).close().into()
}

/// The encodings that client and server name.
pub fn encodings(client: f64, server: f64) -> Subject {
    let Amf::Object(mut fields) = properties() else { unreachable!() };
    fields.push(("objectEncoding".to_owned(), client.into()));
    let info = amf::object([
        ("level", "status".into()),
        ("code", "NetConnection.Connect.Success".into()),
        ("objectEncoding", server.into()),
    ]);
    asking(talk(), &connecting(1.0, Amf::Object(fields)))
        .down(&reply("_result", 1.0, &[info]))
        .wait(20)
        .close()
        .into()
}

/// Two calls with one transaction id.
pub fn calls(names: [&str; 2]) -> Subject {
    with(|t| t.up(&call(names[0], 50.0, &["cam1".into()])).up(&call(names[1], 50.0, &["cam1".into()])))
}

/// An `onStatus` with these values behind null.
pub fn status_of(values: &[Amf]) -> Subject {
    with(|t| t.down(&on_stream("onStatus", 0.0, values)))
}

pub fn levels(level: &str, code: &str) -> Subject {
    status_of(&[info(level, code)])
}

/// A status that rejects the client with an address, in the object that SRS puts it into or in another.
pub fn redirected(object: &str) -> Subject {
    let ex = amf::object([("code", 302.0.into()), ("redirect", "rtmp://h2/live".into())]);
    let info = amf::object([
        ("level", "error".into()),
        ("code", "NetConnection.Connect.Rejected".into()),
        (object, ex),
    ]);
    refused_with(&[info])
}

/// A call that is answered with `_error`.
pub fn error_to(name: &str) -> Subject {
    let error = reply("_error", 50.0, &[info("error", "NetConnection.Call.Failed")]);
    with(|t| t.up(&call(name, 50.0, &["cam1".into()])).answer(Dir::Down).down(&error))
}

/// `createStream`, answered with this id.
pub fn created(id: Amf) -> Subject {
    let talk = asking(talk().connect("live"), &call("createStream", 2.0, &[]));
    talk.down(&reply("_result", 2.0, &[id])).wait(20).close().into()
}

/// `createStream`, answered after a time if at all.
pub fn create_after(ms: u64, answered: bool) -> Subject {
    let talk = asking(talk().connect("live"), &call("createStream", 2.0, &[])).wait(ms);
    if answered {
        return talk.down(&reply("_result", 2.0, &[1.0.into()])).wait(20).close().into();
    }
    talk.up(&msg::set_buffer_length(0, 300)).close_with(Close::Open).into()
}

/// `publish` goes out with `createStream`.
pub fn pipelined() -> Talk {
    let publish_live = on_stream("publish", 3.0, &["cam1".into(), "live".into()]);
    let talk = talk().connect("live").send_all(Dir::Up, &[call("createStream", 2.0, &[]), publish_live]);
    let answers = [reply("_result", 2.0, &[1.0.into()]), status("NetStream.Publish.Start")];
    publish(talk.answer(Dir::Down).send_all(Dir::Down, &answers).answer(Dir::Up).media_goes(Dir::Up))
}

/// A second publish on a stream, which was closed in between or not.
pub fn published_twice(closed: bool) -> Subject {
    with(|t| {
        let t = if closed { t.up(&on_stream("closeStream", 0.0, &[])) } else { t };
        t.publish("cam1")
    })
}

/// `publish` with these arguments, accepted.
pub fn published_as(arguments: &[Amf]) -> Subject {
    let talk = asking(ready_to_publish(), &on_stream("publish", 9.0, arguments));
    talk.down(&status("NetStream.Publish.Start")).answer(Dir::Up).delete_stream().wait(20).close().into()
}

/// `publish`, answered after a time if at all.
pub fn publish_after(ms: u64, answered: bool) -> Subject {
    let talk = ready_to_publish().ask_publish("cam1", "live").answer(Dir::Down).wait(ms);
    if answered {
        return ended(talk.down(&status("NetStream.Publish.Start")).answer(Dir::Up));
    }
    talk.up(&msg::set_buffer_length(1, 300)).close_with(Close::Open).into()
}

/// `publish`, answered like this.
pub fn asked_and_told(answer: &msg::Message) -> Talk {
    let talk = ready_to_publish().ask_publish("cam1", "live").answer(Dir::Down);
    publish(talk.down(answer).answer(Dir::Up).media_goes(Dir::Up))
}

/// A play whose media come without a status.
pub fn played_without_status() -> Talk {
    let talk =
        talk().connect("live").create_stream().ask_play("cam1").answer(Dir::Down).down(&msg::stream_begin(1));
    let talk = talk.media_goes(Dir::Down).metadata().avc_header().aac_header();
    talk.media(&frames(0, 6)).wait(20).delete_stream().wait(20).close()
}

/// `pause` or `seek` in a play that goes on for six seconds, and the status that follows.
pub fn positioned(command: &str, code: &str) -> Subject {
    let ask = on_stream(command, 0.0, &[true.into(), 0.0.into()]);
    let talk = asking(talk().connect("live").create_stream().play("cam1"), &ask).down(&status(code));
    let talk = talk.media_goes(Dir::Down).metadata().avc_header().aac_header();
    talk.media(&frames(0, 6)).wait(20).delete_stream().wait(20).close().into()
}

/// A publisher that sends its headers before the status, or only metadata.
pub fn hasty(media: bool) -> Subject {
    let talk = ready_to_publish().ask_publish("cam1", "live").media_goes(Dir::Up).metadata();
    let talk = if media { talk.avc_header().aac_header() } else { talk };
    let answer = [msg::stream_begin(1), status("NetStream.Publish.Start")];
    publish(talk.answer(Dir::Down).send_all(Dir::Down, &answer).answer(Dir::Up)).into()
}

/// `play` with these arguments, accepted without Reset.
pub fn play_of(arguments: &[Amf]) -> Subject {
    let talk = asking(talk().connect("live").create_stream(), &on_stream("play", 3.0, arguments));
    ended(talk.down(&status("NetStream.Play.Start")).answer(Dir::Up))
}

/// `play` that asks for a reset or not.
pub fn play_reset(reset: bool) -> Subject {
    play_of(&["cam1".into(), (-2.0).into(), (-1.0).into(), reset.into()])
}

/// A publish of `cam1` with these names in `releaseStream`, `FCPublish` and `FCUnpublish`.
pub fn named(names: [&str; 3]) -> Subject {
    let [release, announce, end] = names;
    let talk = talk().connect("live").up(&call("releaseStream", 2.0, &[release.into()]));
    let talk = talk.up(&call("FCPublish", 3.0, &[announce.into()]));
    let talk = asking(talk, &call("createStream", 4.0, &[])).down(&reply("_result", 4.0, &[1.0.into()]));
    let talk = talk
        .answer(Dir::Up)
        .publish("cam1")
        .chunk_size(Dir::Up, 4_096)
        .metadata()
        .avc_header()
        .aac_header()
        .media(&frames(0, 1));
    talk.wait(40).up(&call("FCUnpublish", 6.0, &[end.into()])).delete_stream().wait(20).close().into()
}

/// A publish that ends with a `deleteStream` of this.
pub fn deleted(what: Amf) -> Subject {
    publish_left().up(&call("deleteStream", 0.0, &[what]).msid(1)).wait(20).close().into()
}

/// A publish of a second, without its end.
pub fn publish_left() -> Talk {
    ready_to_publish()
        .publish("cam1")
        .chunk_size(Dir::Up, 4_096)
        .metadata()
        .avc_header()
        .aac_header()
        .media(&frames(0, 1))
        .wait(40)
}

/// A publish that goes on after this command.
pub fn ended_then_media(command: &str) -> Subject {
    let talk = publish_left().up(&call(command, 0.0, &["cam1".into()]));
    finish(talk.media(&frames(1, 1))).into()
}

/// A play that goes on for a while after the publisher is said to be gone.
pub fn gone_then_media(seconds: u32) -> Subject {
    let talk = talk()
        .connect("live")
        .create_stream()
        .play("cam1")
        .metadata()
        .avc_header()
        .aac_header()
        .media(&frames(0, 1));
    let talk = talk.down(&status("NetStream.Play.UnpublishNotify"));
    talk.media(&frames(1, seconds)).wait(20).delete_stream().wait(20).close().into()
}

/// `play` without a word about a reset, answered by one.
pub fn play_with_reset() -> Subject {
    let answers = [status("NetStream.Play.Reset"), status("NetStream.Play.Start")];
    let talk = asking(talk().connect("live").create_stream(), &on_stream("play", 3.0, &["cam1".into()]));
    ended(talk.send_all(Dir::Down, &answers))
}

/// A client that waits for nothing; `connect` is refused or not answered.
pub fn all_at_once(refused: Option<f64>) -> Subject {
    pipelined_behind(talk().up(&connecting(1.0, properties())), refused)
}

/// A client that publishes before it knows its stream; `createStream` is refused or not answered.
pub fn behind_connect(refused: Option<f64>) -> Subject {
    pipelined_behind(talk().connect("live"), refused)
}

fn pipelined_behind(talk: Talk, refused: Option<f64>) -> Subject {
    let publish = on_stream("publish", 3.0, &["cam1".into(), "live".into()]);
    let talk = talk.send_all(Dir::Up, &[call("createStream", 2.0, &[]), publish]).answer(Dir::Down);
    let error = |id| reply("_error", id, &[info("error", "NetConnection.Call.Failed")]);
    let talk = if let Some(id) = refused { talk.down(&error(id)) } else { talk };
    talk.wait(12_000).close_with(Close::Fin(Dir::Down)).into()
}
