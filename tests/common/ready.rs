//! Ready-made conversations.

use super::media::{Av, Frame};
use super::message as msg;
use super::talk::Talk;
use super::{Dir, MS};

/// TCP opens; handshake, `connect`, `createStream`; a data message says "Hello, RTMP!"; `deleteStream`; TCP closes.
pub fn hello_rtmp() -> Talk {
    let hello = msg::data(&["onHello".into(), "Hello, RTMP!".into()]);
    Talk::new()
        .handshake()
        .connect("live")
        .create_stream()
        .media_message(&hello)
        .wait(20)
        .delete_stream()
        .wait(20)
        .close()
}

/// A live publish of `seconds`: H.264 with B-frames and AAC, interleaved chunks, chunk size 128 first and 4096 then,
/// acknowledgements from the server.
pub fn publish_av(seconds: u32) -> Talk {
    publish_of(&Av::seconds(seconds).frames())
}

/// A live publish of any frames.
pub fn publish_of(frames: &[Frame]) -> Talk {
    opened()
        .fc_publish("cam1")
        .create_stream()
        .publish("cam1")
        .acks(50_000)
        .chunk_size(Dir::Up, 4_096)
        .metadata()
        .avc_header()
        .aac_header()
        .media(frames)
        .wait(40)
        .unpublish("cam1")
        .wait(20)
        .close()
}

/// A live play of `seconds`, of the same programme.
pub fn play_av(seconds: u32) -> Talk {
    opened()
        .create_stream()
        .play("cam1")
        .acks(50_000)
        .chunk_size(Dir::Down, 4_096)
        .metadata()
        .avc_header()
        .aac_header()
        .media(&Av::seconds(seconds).frames())
        .wait(40)
        .delete_stream()
        .wait(20)
        .close()
}

/// A publish of 1 Mb/s (RTMP bytes, chunk headers included) through a path of 500 kb/s, captured at the server:
/// in the steady state half a second of media arrives per second.
pub fn slow_path() -> Talk {
    publish_of(&megabit(24)).tcp(|tcp| {
        tcp.rate[Dir::Up.i()] = Some(500_000);
        tcp.window = 65_536;
        tcp.rtt = 20 * MS;
    })
}

/// A programme whose messages take 125 000 bytes per second in chunks of 4096.
fn megabit(seconds: u32) -> Vec<Frame> {
    // Two seconds: 1 key, 17 P and 32 B frames with their headers, and 86 audio messages, make 250 000 bytes; the
    // builder's tests measure it.
    Av { audio_size: 362, sizes: [20_171, 6_212, 2_892], spread: 0, ..Av::seconds(seconds) }.frames()
}

fn opened() -> Talk {
    Talk::new().handshake().connect("live")
}
