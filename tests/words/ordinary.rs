//! Captures of which nothing is wrong are told without a doubt.

use crate::told;

#[test]
fn a_publish_with_two_players() {
    let Some(told) = told::of("nginx_pub_2players") else { return };
    told.sentences(&[
        &["client published <stream-1> for 6.0 s and closed cleanly"],
        &["client played <stream-1> for", "(5.0 s of media, none in the last 8.0 s)", "closed cleanly"],
        &["client played <stream-1> for 3.0 s and closed cleanly"],
    ]);
    told.quality(&[]).findings(0).never(&["captured", "decoded", "stopped answering"]);
}

#[test]
fn media_on_another_message_stream_than_play() {
    let Some(told) = told::of("ffmpeg_listen_play") else { return };
    told.sentences(&[&["client played <stream-1> for 4.0 s"]]);
}
