//! Streams that failed: who refused what, who went away, and in what order.

use crate::told;

#[test]
fn a_connection_that_was_refused() {
    let Some(told) = told::of("fail_conn_refused") else { return };
    told.sentences(&[]).note(&["127.0.0.1:1999 refused to connect", "nothing listened on the port"]);
    told.line(&["not RTMP: 1 TCP connection", "1 refused"]).line(&["127.0.0.1:1999: 1 connection, refused"]);
}

#[test]
fn a_publisher_that_crashed_and_left_its_connection_open() {
    let Some(told) = told::of("fail_gst_segfault_wrap32") else { return };
    told.sentences(&[
        &["client played <stream-1>", "(1.2 s of media, none in the last", "closed cleanly"],
        &["client published <stream-1>", "(1.2 s of media, none in the last", "without ending the stream"],
    ]);
}

#[test]
fn a_client_that_went_away_behind_its_handshake() {
    let Some(told) = told::of("fail_handshake_only") else { return };
    let words: &[&str] = &[
        "the handshake was completed",
        "but no connect command followed",
        "the client closed the connection",
    ];
    told.sentences(&[words]).line(&["handshake:", "complete", "client version 3, server version 3"]);
}

#[test]
fn a_key_that_is_in_use() {
    let Some(told) = told::of("fail_key_in_use") else { return };
    told.sentences(&[
        &["client published <stream-1> for 6.0 s and closed cleanly"],
        &[
            "the server refused publishing <stream-1>",
            "NetStream.Publish.BadName (Already publishing)",
            "the client closed the connection",
        ],
    ]);
    let told = told::of("nms_key_in_use").unwrap();
    told.never(&["refused"]);
    told.sentences(&[
        &["client published <stream-1>"],
        &["client asked to publish <stream-1>", "the server closed the connection instead of answering"],
    ]);
}

#[test]
fn an_application_that_does_not_exist() {
    let Some(told) = told::of("fail_wrong_app") else { return };
    let words: &[&str] = &["the server closed the connection without answering connect to app \"nosuchapp\""];
    told.sentences(&[words, words]);
}

#[test]
fn a_stream_that_nobody_publishes() {
    let Some(told) = told::of("fail_play_no_publisher") else { return };
    told.sentences(&[&["the server let the client play <stream-1>, but sent no media", "the client closed"]]);
}

#[test]
fn a_server_that_was_killed() {
    let Some(told) = told::of("fail_server_killed") else { return };
    told.sentences(&[
        &["client played <stream-1> for 3.0 s until the server closed the connection"],
        &["client published <stream-1> for 2.8 s until the server closed the connection in mid-stream"],
    ]);
}

/// The network goes away 2.5 s after the start, for good; one client is killed, the other gives up after 20 s.
#[test]
fn a_network_that_went_away() {
    let Some(told) = told::of("ns_blackhole") else { return };
    told.sentences(&[
        &[
            "client published <stream-1>",
            "(2.5 s of media",
            "the server stopped answering at 2.5 s",
            "while the client kept retransmitting until 15.8 s",
            "no end of it was captured, nor anything in the last 7.0 s",
        ],
        &["client played <stream-1>", "the server stopped answering at 2.5 s", "the client closed"],
    ]);
    told.never(&["cleanly"]).findings(0).quality(&[]);
}

/// A chunk on a chunk stream that had no header, then bytes that are no RTMP: nothing is missing from the capture.
#[test]
fn bytes_that_are_no_rtmp_in_mid_stream() {
    let Some(told) = told::of("craft_violation") else { return };
    told.sentences(&[&[
        "client published <stream-1> for 0.5 s",
        "81 bytes could not be decoded: at packet 57 the bytes are no valid RTMP any more",
        // What follows the bytes that are none is read again.
        "closed cleanly, with a reset",
    ]]);
    // No fault of the capture, and no retransmission in it.
    told.findings(0).quality(&[]);
    assert_eq!(told.media(0), (1, 11));
}
