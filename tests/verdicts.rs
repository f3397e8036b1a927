//! What a person is told of real captures: one sentence per connection, who ended it and why.
//!
//! The sentences are judged against how the captures were made (`testdata/README.md`), not against the program.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail wherever it stands")]

use std::process::Command;

use serde_json::Value;

/// The verdicts of a capture, in order of the connections.
fn verdicts(name: &str) -> Vec<String> {
    let path = format!("{}/testdata/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_rtmpscope"))
        .args(["analyze", "--quiet", "--format", "ndjson", &path])
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{name}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let verdict = |line: &str| {
        let connection: Value = serde_json::from_str(line).expect("JSON");
        connection.get("verdict").and_then(Value::as_str).expect("text").to_owned()
    };
    text.lines().map(verdict).collect()
}

/// Each sentence has these words, in this order.
fn tells(name: &str, wanted: &[&[&str]]) {
    let told = verdicts(name);
    assert_eq!(told.len(), wanted.len(), "{name}: {told:?}");
    for (sentence, words) in told.iter().zip(wanted) {
        let mut rest = sentence.as_str();
        for word in *words {
            let Some((_, behind)) = rest.split_once(word) else {
                panic!("{name}: '{word}' not in: {sentence}")
            };
            rest = behind;
        }
    }
}

#[test]
fn an_ordinary_publish_with_two_players() {
    tells(
        "nginx_pub_2players.pcap",
        &[
            &["client published <stream-1> for 6.0 s and closed cleanly"],
            &["client played <stream-1> for", "(5.0 s of media)", "closed cleanly"],
            &["client played <stream-1> for 3.0 s and closed cleanly"],
        ],
    );
}

#[test]
fn a_key_that_is_in_use() {
    let refused =
        ["refused publishing <stream-1>", "NetStream.Publish.BadName", "Already publishing", "client closed"];
    tells("fail_key_in_use.pcap", &[&["published <stream-1>", "closed cleanly"], &refused]);
    // Node-Media-Server gives no reason: it ends the connection.
    let ended = ["asked to publish <stream-1>", "the server closed the connection instead of answering"];
    tells("nms_key_in_use.pcap", &[&["published <stream-1>"], &ended]);
}

#[test]
fn an_application_that_does_not_exist() {
    let words: &[&str] = &["the server closed the connection without answering connect", "\"nosuchapp\""];
    tells("fail_wrong_app.pcap", &[words, words]);
}

#[test]
fn a_stream_that_nobody_publishes() {
    let words: &[&str] = &["the server let the client play <stream-1>, but sent no media", "client closed"];
    tells("fail_play_no_publisher.pcap", &[words]);
}

#[test]
fn a_server_that_was_killed() {
    let published: &[&str] =
        &["published <stream-1>", "until the server closed the connection in mid-stream"];
    tells("fail_server_killed.pcap", &[&["played <stream-1>", "until the server closed"], published]);
}

#[test]
fn a_network_that_went_away() {
    let silent = "the server stopped answering at 2.5 s";
    tells(
        "ns_blackhole.pcap",
        &[
            &[
                "published <stream-1>",
                "(2.5 s of media)",
                silent,
                "the capture ended with the connection open",
            ],
            &["played <stream-1>", silent, "the client closed the connection"],
        ],
    );
}

#[test]
fn a_client_that_went_away_after_the_handshake() {
    tells("fail_handshake_only.pcap", &[&["handshake was completed", "no connect command", "client closed"]]);
}

#[test]
fn what_is_not_rtmp() {
    tells(
        "fail_not_rtmp.pcap",
        &[
            &["handshake was not completed", "the client sent 101 and the server 0", "client closed"],
            &["encrypted by TLS", "the server did not answer"],
            &["encrypted RTMP (RTMPE)", "the server did not answer", "the server closed"],
        ],
    );
    assert_eq!(verdicts("fail_conn_refused.pcap"), [""; 0]);
}

#[test]
fn what_the_capture_lacks_is_not_held_against_the_peers() {
    tells("snaplen200.pcap", &[&["the server let the client publish", "not whole in the capture"]]);
    let joined: &[&str] = &["joined in the middle", "could be decoded"];
    tells("derived_mid_connection.pcap", &[joined, joined, joined]);
    let open: &[&str] = &["the capture ended with the connection open"];
    tells("derived_truncated_file.pcap", &[open, open, open]);
}

#[test]
fn media_on_another_message_stream_than_play() {
    tells("ffmpeg_listen_play.pcap", &[&["client played <stream-1> for 4.0 s"]]);
}
