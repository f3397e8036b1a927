//! Captures that lack something: the beginning, the end, packets, the ends of packets, a direction.

use crate::common::capture::Capture;
use crate::common::tcp::Packet;
use crate::common::{Dir, ready};
use crate::support::run::{connections, number, text};
use crate::told;

#[test]
fn packets_cut_by_the_snap_length() {
    let Some(told) = told::of("snaplen200") else { return };
    told.finding(
        &["339 packets were cut by the snap length", "bytes of RTMP went with them"],
        &["tcpdump -s 0"],
    );
    told.line(&["capture quality: 339 packets cut by the snap length; 158,235 bytes cut off with them"]);
    // What TCP shows stays exact: no byte of the stream is unaccounted for.
    told.quality(&[("truncated_packets", 339), ("truncated_bytes", 158_235)]);
    told.never(&["cleanly", "but no media followed", "unnamed"]);
}

/// At 96 bytes a packet little more than the headers of TCP is left: what TCP shows is exact all the same.
#[test]
fn packets_cut_to_their_headers() {
    let packets = ready::publish_av(2).packets();
    let whole = told::bytes(&Capture::of(&packets).bytes(), &[]);
    let told = told::bytes(&Capture::of(&packets).snap(96).bytes(), &[]);
    let connection = |told: &told::Told| told.report["connections"][0].clone();
    for direction in ["client_to_server", "server_to_client"] {
        assert_eq!(connection(&told)["tcp"][direction], connection(&whole)["tcp"][direction]);
        let wire = |told: &told::Told| connection(told)["efficiency"][direction]["wire_bytes"].clone();
        assert_eq!(wire(&told), wire(&whole));
    }
    let cut = packets.iter().filter(|p| 14 + 20 + 20 + p.options.len() + p.payload.len() > 96).count();
    told.finding(
        &[&format!("{cut} packets were cut by the snap length"), "went with them"],
        &["tcpdump -s 0"],
    );
    told.sentences(&[&["the client closed the connection"]]);
    told.never(&["cleanly", "did not answer", "without answering", "stopped answering", "was not completed"]);
    told.line(&["media payload / wire bytes not known", "could not be decoded"]);
}

#[test]
fn packets_that_the_capture_missed() {
    let Some(told) = told::of("derived_lost_packets") else { return };
    told.finding(&["3703 bytes were sent but not captured, in 5 holes"], &["tcpdump -B"]);
    told.line(&["capture quality: 5 holes in the streams; 3,703 bytes missing"]);
    told.quality(&[("missing_bytes", 3703), ("gaps", 5)]);
    told.sentences(&[
        &["client published <stream-1> for 6.0 s"],
        &["client played <stream-1> for 13.1 s", "with a reset"],
        &["client played <stream-1> for 3.0 s"],
    ]);
    let first = &told.report["findings"][0];
    assert_eq!(first["packet"], 758, "the first packet behind a hole");
}

#[test]
fn connections_joined_in_the_middle() {
    let Some(told) = told::of("derived_mid_connection") else { return };
    told.finding(&["3 connections were joined in the middle"], &["start the capture before the stream"]);
    told.quality(&[("connections_without_syn", 3)]);
    let words: &[&str] = &["joined in the middle: "];
    told.sentences(&[words, words, words]).never(&[
        "handshake was not completed",
        "did not answer",
        "unnamed",
    ]);
}

#[test]
fn a_connection_joined_in_its_handshake() {
    let Some(told) = told::of("derived_mid_handshake") else { return };
    told.finding(&["1 connection was joined in the middle"], &["start the capture before the stream"]);
    told.sentences(&[
        &["joined in the middle: "],
        &["client played <stream-1> for 13.1 s"],
        &["client played <stream-1> for 3.0 s and closed cleanly"],
    ]);
    told.never(&["handshake was not completed"]);
}

#[test]
fn only_the_client_was_captured() {
    let Some(told) = told::of("derived_client_only") else { return };
    told.finding(
        &["3 connections were captured in one direction only"],
        &["capture where both directions pass"],
    );
    told.line(&["capture quality: 3 connections with one direction only"]);
    told.sentences(&[
        &["only the client's side was captured: client published <stream-1> for 6.0 s and closed cleanly"],
        &["only the client's side was captured: client asked to play <stream-1>", "the client reset"],
        &["only the client's side was captured: client asked to play <stream-1>", "the client closed"],
    ]);
    // A server that was not captured is not blamed.
    told.never(&["did not answer", "no answer", "without answering", "sent no media", "stopped answering"]);
    told.line(&["handshake:", "captured of one side only"]);
    assert_eq!(told.media(0), (261, 152));
}

#[test]
fn only_the_server_was_captured() {
    let Some(told) = told::of("derived_server_only") else { return };
    told.sentences(&[
        &[
            "only the server's side was captured: ",
            "let the client publish a stream whose name was not captured",
            "no end of it was captured, nor anything in the last 8.0 s",
        ],
        &["only the server's side was captured: client played a stream whose name was not captured for 13.1 s"],
        &["only the server's side was captured: client played a stream whose name was not captured for 3.0 s"],
    ]);
    told.never(&["unnamed", "cleanly", "no media followed"]);
    assert_eq!((told.media(1), told.media(2)), ((218, 102), (132, 59)));
}

/// Read from standard input or copied too early: the last record is not whole.
#[test]
fn a_file_that_ends_inside_a_packet() {
    let Some(told) = told::of("derived_truncated_file") else { return };
    told.line(&["pcap 1,200 packets, not read to its end: packet 1201 is cut off at byte 326727"]);
    told.finding(&["could not be read to its end: packet 1201 is cut off"], &["copy the file whole"]);
    let open: &[&str] = &["the capture ended with the connection open"];
    told.sentences(&[open, open, open]).findings(1);
    assert_eq!(told.report["findings"][0]["severity"], "warning");
    assert_eq!([0, 1, 2].map(|n| told.media(n)), [(135, 81), (92, 31), (84, 31)]);
}

#[test]
fn fragments_that_the_capture_missed() {
    let Some(told) = told::of("derived_ipfrag_missing") else { return };
    told.finding(&["5 IP datagrams could not be put together: fragments are missing"], &["smaller MSS"]);
    told.finding(&["8751 bytes were sent but not captured, in 10 holes"], &["tcpdump -B"]);
    told.line(&["capture quality:", "10 holes in the streams", "5 datagrams lacking fragments"]);
    let published: &[&str] = &["client published <stream-1> for 6.0 s", "could not be decoded"];
    told.sentences(&[published, &["client played <stream-1>"], &["client played <stream-1>"]]);
}

/// A packet of the server is missing that may have had the answer: nobody is said not to have answered.
#[test]
fn an_answer_that_may_be_what_is_missing() {
    let packets = ready::hello_rtmp().packets();
    let holds = |packet: &Packet, word: &[u8]| packet.payload.windows(word.len()).any(|w| w == word);
    for (asked, words) in [
        (&b"createStream"[..], "got no answer that could be decoded to createStream"),
        (b"connect", "no answer to connect to app \"live\" could be decoded"),
    ] {
        let at = packets.iter().position(|p| p.dir == Dir::Up && holds(p, asked)).unwrap();
        let answer =
            at + packets[at..].iter().position(|p| p.dir == Dir::Down && !p.payload.is_empty()).unwrap();
        let mut rest = packets.clone();
        rest.remove(answer);
        let told = told::bytes(&Capture::of(&rest).bytes(), &[]);
        told.finding(&["sent but not captured, in 1 hole"], &["tcpdump -B"]);
        told.sentences(&[&[words]]).never(&["did not answer", "without answering"]);
    }
}

/// The packet in which the client ended its stream is missing: it is not said to have left without a word.
#[test]
fn an_ending_that_may_be_what_is_missing() {
    let packets = ready::publish_av(1).packets();
    let word = b"deleteStream";
    let holds = |packet: &Packet| packet.payload.windows(word.len()).any(|w| w == word);
    told::bytes(&Capture::of(&packets).bytes(), &[]).sentences(&[&["closed cleanly"]]);
    let rest: Vec<Packet> = packets.iter().filter(|packet| !holds(packet)).cloned().collect();
    assert!(rest.len() < packets.len());
    let told = told::bytes(&Capture::of(&rest).bytes(), &[]);
    told.sentences(&[&["client published <stream-1>", "; the client closed the connection"]]);
    told.never(&["without ending", "cleanly"]);
}

/// The share of media is said to be the least it can be where bytes could not be decoded.
#[test]
fn a_share_of_media_that_is_not_known() {
    let Some(told) = told::of("craft_violation") else { return };
    told.line(&["media payload / wire bytes at least 0.246 (0.5% of the bytes could not be decoded)"]);
    told::of("nginx_pub_2players").unwrap().line(&["media payload / wire bytes 0.699, eta"]);
}

/// Behind each hole decoding goes on, and the person is told how often, and what it cost.
#[test]
fn decoding_goes_on_behind_holes() {
    let Some(told) = told::of("derived_lost_packets") else { return };
    told.sentences(&[
        &[
            "client published <stream-1> for 6.0 s",
            "could not be decoded: bytes are missing in front of packet 2087",
        ],
        &[
            "client played <stream-1>",
            "in 2 places could not be decoded: first, bytes are missing in front of",
        ],
        &[
            "client played <stream-1> for 3.0 s",
            "could not be decoded: bytes are missing in front of packet 758",
        ],
    ]);
    told.line(&[
        "decoding ← packets missing, boundaries of chunks lost 2 times, found again 2 times",
        "bytes",
    ]);
    for (n, (audio, video)) in [(261, 152), (218, 102), (132, 59)].into_iter().enumerate() {
        let got = told.media(n);
        assert!(got.0 <= audio && got.1 < video && got.1 > video * 3 / 4, "{n}: {got:?}");
        for direction in ["client_to_server", "server_to_client"] {
            let lost = &connections(&told.report)[n]["lost_sync"][direction];
            assert_ne!(lost["until_end"], true, "{n}: found again");
        }
    }
}

/// Roles and media of connections whose commands were sent before the capture; nothing is claimed to be missing.
#[test]
fn streams_are_found_without_their_commands() {
    let Some(told) = told::of("derived_mid_connection") else { return };
    told.sentences(&[
        &["joined in the middle: client played a stream whose name was not captured for 2.0 s"],
        &["joined in the middle: client played a stream whose name was not captured for 11.9 s"],
        &["joined in the middle: client published a stream whose name was not captured for 3.8 s and closed cleanly"],
    ]);
    told.line(&["decoding → begun inside the connection"]).line(&["chunk sizes: → 4096 (inferred at"]);
    told.line(&["h264"]).line(&["aac"]).line(&["eta (1 is real time) 1.0"]);
    for connection in connections(&told.report) {
        for lost in connection["lost_sync"].as_object().unwrap().values() {
            assert_eq!((text(lost, "/reason"), number(lost, "/times")), ("mid-stream", 0));
        }
    }
}

/// At 200 bytes a packet most headers of chunks survive.
#[test]
fn chunks_are_followed_where_their_headers_survive() {
    let Some(told) = told::of("snaplen200") else { return };
    // Few messages are whole; the frames are counted by what is left of them.
    let stream = &connections(&told.report)[0]["streams"][0];
    let (audio, video) = (number(stream, "/audio/frames"), number(stream, "/video/frames"));
    assert!((130..261).contains(&audio) && (75..152).contains(&video), "{audio} and {video} frames");
    told.sentences(&[&[
        "client published <stream-1> for 6.0 s",
        "could not be decoded: first, the snap length cut off the end of packet",
        "the client closed the connection",
    ]]);
    told.line(&["decoding → packets cut off, boundaries of chunks lost", "found again"]);
}
