//! How connections end, or do not.

use crate::common::capture::Capture;
use crate::common::impair::{self, up};
use crate::common::media::Av;
use crate::common::talk::{Close, Talk};
use crate::common::tcp::{self, Flow};
use crate::common::{Dir, S, ready};
use crate::support::run::{connections, float, number};
use crate::told;

fn publishing(seconds: u32) -> Talk {
    let talk = Talk::new().handshake().connect("live").create_stream().publish("cam1");
    talk.metadata().avc_header().aac_header().media(&Av::seconds(seconds).frames())
}

fn told_of(talk: &Talk) -> told::Told {
    told::bytes(&Capture::of(&talk.packets()).bytes(), &[])
}

#[test]
fn a_connection_that_was_still_open() {
    let told = told_of(&publishing(2).close_with(Close::Open));
    told.sentences(&[&["client published <stream-1> for", "the capture ended with the connection open"]]);
    told.line(&["opened: syn, closed: open"]).never(&["no end of it"]);
}

/// The capture goes on for long behind the last packet of the connection.
#[test]
fn a_connection_whose_end_is_not_in_the_capture() {
    let quiet = publishing(2).close_with(Close::Open).packets();
    let later = ready::hello_rtmp().tcp(|t| t.flow = Flow::port(51_999)).packets();
    let packets = tcp::one_after_other(&quiet, &later, 30 * S);
    let told = told::bytes(&Capture::of(&packets).bytes(), &[]);
    told.sentences(&[
        &["client published <stream-1>", "no end of it was captured, nor anything in the last 3"],
        &["closed"],
    ]);
}

#[test]
fn a_reset_in_mid_stream() {
    told_of(&publishing(2).close_with(Close::Rst(Dir::Down))).sentences(&[&[
        "client published <stream-1> for",
        "until the server reset the connection in mid-stream",
    ]]);
    told_of(&publishing(2).close_with(Close::Rst(Dir::Up))).sentences(&[&[
        "client published <stream-1> for",
        "and reset the connection without ending the stream",
    ]]);
}

#[test]
fn a_publisher_that_stopped_sending() {
    let told = told_of(&publishing(2).wait(30_000).delete_stream().wait(20).close());
    told.sentences(&[&[
        "client published <stream-1> for 32",
        "(2.0 s of media, none in the last 30.0 s)",
        "cleanly",
    ]]);
}

/// The last frame was cut off by the end; it is no frame, and its packet is that of its last byte, not the last one of
/// the connection, 13 s later.
#[test]
fn a_frame_that_was_cut_off_by_the_end() {
    let Some(told) = told::of("ns_blackhole") else { return };
    let stream = &connections(&told.report)[0]["streams"][0];
    assert_eq!(number(stream, "/video/frames"), 65, "as many as the file has that the server recorded");
    assert_eq!(number(stream, "/pacing/stalls"), 0);
    assert!(float(stream, "/pacing/eta") > 0.98, "{}", stream["pacing"]);
}

/// A handshake that stops half-way, and the capture of which begins inside it.
#[test]
fn a_handshake_that_stopped() {
    let talk = Talk::new().raw(Dir::Up, &[3; 1537]).wait(3_000).close();
    told_of(&talk).sentences(&[&[
        "the handshake was not completed: the client sent 1537 and the server 0 of 3073 bytes",
        "the client closed the connection",
    ]]);
}

/// Behind the middle of the capture one direction is missing.
#[test]
fn a_server_that_fell_silent_is_told_from_one_that_was_not_captured() {
    let packets = ready::publish_av(2).packets();
    let only = impair::only(&packets, Dir::Up);
    told::bytes(&Capture::of(&only).bytes(), &[])
        .never(&["stopped answering", "did not answer"])
        .sentences(&[&["only the client's side was captured: "]]);
    let until = impair::until(&packets, up(60));
    let last = until.iter().rfind(|p| p.dir == Dir::Up && !p.payload.is_empty()).unwrap().clone();
    let again = (1..=5).map(|n| tcp::Packet { time: last.time + n * S, ip_id: 7 + n as u16, ..last.clone() });
    let packets: Vec<_> = until.into_iter().chain(again).collect();
    told::bytes(&Capture::of(&packets).bytes(), &[]).sentences(&[&[
        "client published <stream-1>",
        "the server stopped answering at",
        "while the client kept retransmitting until",
        "the capture ended with the connection open",
    ]]);
}
