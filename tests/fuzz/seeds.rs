//! What mutations begin with: captures, and what layer for layer is in them, made by the script builder and taken
//! from `testdata/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::amf::{self, Amf};
use crate::common::capture::Capture;
use crate::common::chunk::ExtendedOnType3;
use crate::common::codec::{PPS, SPS};
use crate::common::file::{Block, Format, NG, Ng};
use crate::common::impair::{self, up};
use crate::common::ip::{FragmentOrder, Tunnel};
use crate::common::message::Message;
use crate::common::talk::{Sent, Talk};
use crate::common::wire::Link;
use crate::common::{Dir, media, message as msg, ready};

/// Longest seed.
const MAX_SEED: usize = 24 << 10;
/// Longest seed that is a whole file or conversation, which cost the most.
const MAX_WHOLE: usize = 8 << 10;
const HANDSHAKE: usize = 3073;

/// Inputs by fuzz function.
pub(crate) type Seeds = BTreeMap<&'static str, Vec<Vec<u8>>>;

/// All seeds, in the same order each time.
pub(crate) fn all() -> Seeds {
    let talks = talks();
    let recorded: Vec<Vec<u8>> = recorded();
    let mut seeds = Seeds::new();
    let built: Vec<Vec<u8>> = talks.iter().flat_map(captures).collect();
    let mut files: Vec<Vec<u8>> = recorded.iter().chain(&built).map(|file| cut(file, MAX_WHOLE)).collect();
    files.push(Capture::of(&ready::hello_rtmp().packets()).zstd().bytes());
    seeds.insert("file", files.clone());
    seeds.insert("capture", files);
    seeds.insert("packets", recorded.iter().chain(&built).filter_map(|file| packets(file)).collect());
    let mut streams: Vec<Vec<u8>> = recorded.iter().flat_map(|file| streams(file)).collect();
    streams.extend(talks.iter().flat_map(|talk| [talk.bytes(Dir::Up), talk.bytes(Dir::Down)]));
    seeds.insert("chunk", streams.iter().flat_map(|stream| chunk(stream)).collect());
    let sent: Vec<Sent> = talks.iter().flat_map(|talk| talk.sent().to_vec()).collect();
    let of = |kinds: &[u8]| -> Vec<Vec<u8>> {
        sent.iter().filter(|s| kinds.contains(&s.kind)).map(|s| cut(&s.body, 2000)).collect()
    };
    let mut bodies = of(&[msg::COMMAND_AMF0, msg::DATA_AMF0]);
    bodies.sort();
    bodies.dedup();
    bodies.extend(amf0());
    seeds.insert("amf3", bodies.iter().cloned().chain(amf3()).collect());
    seeds.insert("amf0", bodies);
    seeds.insert("message", messages(&of(&[msg::USER_CONTROL]), &of(&[msg::COMMAND_AMF0]), &streams));
    seeds.insert("media", tags());
    // A Set Chunk Size and an Abort of which less is kept than came.
    let long =
        [1_u8, 2].map(|kind| [&[0, kind, 0, 0, 0, 0, 100, 0, 0, 4, 0], &[0; 96][..]].concat()).concat();
    let conversations: Vec<Vec<u8>> = talks.iter().map(conversation).chain([long]).collect();
    seeds.insert("check", checks(&conversations, &seeds["file"]));
    seeds.insert("conversation", conversations);
    seeds
}

fn cut(bytes: &[u8], max: usize) -> Vec<u8> {
    bytes[..bytes.len().min(max)].to_vec()
}

/// The captures of `testdata/`, the beginning of each.
fn recorded() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/captures");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end != "json"));
    paths.sort();
    paths.iter().map(|path| cut(&fs::read(path).unwrap(), 64 << 10)).collect()
}

/// Short conversations that say a bit of everything.
fn talks() -> Vec<Talk> {
    let short =
        &media::Av { seconds: 1, audio_size: 40, sizes: [300, 80, 40], spread: 0, ..media::Av::seconds(1) };
    let frames = short.frames();
    let odd = [
        msg::abort(4),
        msg::window_ack_size(2_500_000),
        msg::user_control(3, &[0, 0, 0, 1, 0, 0, 3, 232]),
        msg::ping_request(7),
        msg::ping_response(7),
        msg::aggregate(
            40,
            &[msg::audio(40, media::aac(1, &[1; 9])), msg::video(60, media::avc(false, 1, 0, &[2; 9]))],
        ),
        msg::command("_error", 4.0, Amf::Null, &[status("NetConnection.Call.Failed")]),
        msg::on_status("error", "NetStream.Publish.BadName", "live/cam1?token=abc is in use"),
        msg::command("releaseStream", 5.0, Amf::Null, &["cam1?key=1".into()]),
        msg::video(100, media::ex_video(true, 0, *b"hvc1", &[1; 23])),
        msg::audio(100, media::ex_audio(1, *b"Opus", &[3; 23])).timestamp(0xFFFF_FFF0),
        Message::new(
            70,
            17,
            [&[0][..], &amf::encode(&["f".into(), 1.0.into(), Amf::Raw(vec![17, 1])])].concat(),
        ),
        Message::new(400, 99, vec![1, 2, 3]),
    ];
    let opened = || Talk::new().handshake().connect("live").create_stream();
    let late: Vec<Message> = [0xFF_FFF0, 0x100_0018, 0x100_0000, 0x300_0000, 0x300_0028, 0xFFFF_FFF0, 4]
        .map(|time| msg::video(time, media::avc(false, 1, 0, &[0xC6; 295])))
        .into();
    let extended = |how| opened().publish("cam1").extended(Dir::Up, how).send_all(Dir::Up, &late);
    vec![
        extended(ExtendedOnType3::Field),
        extended(ExtendedOnType3::Absolute),
        extended(ExtendedOnType3::Absent),
        ready::hello_rtmp(),
        ready::publish_of(&frames),
        opened()
            .play("cam1")
            .chunk_size(Dir::Down, 600)
            .metadata()
            .avc_header()
            .aac_header()
            .media(&frames[..20]),
        opened().publish("cam1").interleave(Dir::Up, &odd[5..]).send_all(Dir::Down, &odd).close(),
        opened().publish("\u{1b}]0;x\u{7}\u{9b}m\u{202e}").send_all(Dir::Up, &odd).delete_stream(),
    ]
}

fn status(code: &str) -> Amf {
    amf::object([("level", "error".into()), ("code", code.into()), ("description", "no".into())])
}

/// The same conversation in several files.
fn captures(talk: &Talk) -> Vec<Vec<u8>> {
    let packets = talk.packets();
    let later = &packets[packets.len() / 3..];
    let base = Capture::of(&packets);
    let simple = Ng { block: Block::Simple, ..NG };
    vec![
        base.bytes(),
        base.clone().format(Format::PcapNg).bytes(),
        base.clone().format(Format::PcapNgBe).snap(80).bytes(),
        base.clone().format(Format::Ng(simple)).bytes(),
        base.clone().format(Format::PcapModified).link(Link::Sll2).gzip().bytes(),
        base.clone().tunnel(Tunnel::Vxlan(7)).format(Format::PcapNanoBe).bytes(),
        base.clone().mtu(300).link(Link::Pppoe).fragment_order(FragmentOrder::Backward).bytes(),
        base.mtu(300).link(Link::NullLe).bytes(),
        Capture::of(later).bytes(),
        Capture::of(&impair::drop(&packets, up(3))).bytes(),
    ]
}

/// The frames of a pcap file as the function `packets` takes them; it knows link types by their place in this list.
fn packets(file: &[u8]) -> Option<Vec<u8>> {
    let (link, frames) = frames(file)?;
    let known = [1, 0, 101, 113, 276, 228, 229].iter().position(|known| *known == link)?;
    let mut out = vec![known as u8];
    for (n, frame) in frames.into_iter().enumerate() {
        out.push([0, 0, 0x10, 0, 2, 0, 4, 0, 0, 1, 0x20, 8][n % 12]);
        out.extend(u16::try_from(frame.len()).unwrap_or(0).to_be_bytes());
        out.extend(frame);
        if out.len() > MAX_SEED {
            break;
        }
    }
    Some(out)
}

/// The link type and the frames of a little-endian pcap file.
fn frames(file: &[u8]) -> Option<(usize, Vec<&[u8]>)> {
    let word = |at: usize| Some(u32::from_le_bytes(*file.get(at..)?.first_chunk()?) as usize);
    if word(0)? & 0xFFFF_0000 != 0xA1B2_0000 {
        return None;
    }
    let mut frames = Vec::new();
    let mut at = 24;
    while let Some(frame) = word(at + 8).and_then(|len| file.get(at + 16..at + 16 + len)) {
        frames.push(frame);
        at += 16 + frame.len();
    }
    Some((word(20)?, frames))
}

/// The bytes of each direction of each connection, as far as they are in order.
fn streams(file: &[u8]) -> Vec<Vec<u8>> {
    // By addresses and ports: the next sequence number, and the bytes.
    let mut streams = BTreeMap::<_, (u32, Vec<u8>)>::new();
    for frame in frames(file).filter(|(link, _)| *link == 1).map(|(_, frames)| frames).unwrap_or_default() {
        let Some(ip) = frame.get(14..).filter(|_| frame[12..14] == [8, 0] && frame.len() >= 54) else {
            continue;
        };
        let tcp = &ip[usize::from(ip[0] & 15) * 4..];
        let total = usize::from(u16::from_be_bytes([ip[2], ip[3]])).min(ip.len());
        let payload = tcp.get(usize::from(tcp[12] >> 4) * 4..total.saturating_sub(20)).unwrap_or(&[]);
        let seq = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
        let (next, bytes) = streams.entry((&ip[12..20], &tcp[..4])).or_default();
        if bytes.is_empty() || *next == seq {
            bytes.extend(payload);
            *next = seq.wrapping_add(payload.len() as u32);
        }
    }
    streams.into_values().map(|(_, bytes)| bytes).filter(|bytes| bytes.len() > HANDSHAKE + 50).collect()
}

/// What is behind the handshake, at once, with holes, and from the middle.
fn chunk(stream: &[u8]) -> Vec<Vec<u8>> {
    let Some(rest) = stream.get(HANDSHAKE..) else { return Vec::new() };
    let rest = &rest[..rest.len().min(3000)];
    let middle = &rest[rest.len() / 3..];
    vec![
        [&[0, 0][..], rest].concat(),
        [&[4 << 2, 4, 0, 1, 44, 2, 0, 30, 1, 0, 200, 3, 0, 9][..], rest].concat(),
        [&[1 | 40 << 2, 2, 0, 1, 0, 4, 9, 0][..], middle].concat(),
        [&[2, 1, 0, 0, 99][..], rest].concat(),
    ]
}

/// Values of every type, and what refers to others.
fn amf0() -> Vec<Vec<u8>> {
    let nested = (0..40).fold(Amf::Null, |inner, _| amf::object([("a", inner)]));
    let strict =
        Amf::Strict(vec![Amf::Bool(true), Amf::Undefined, Amf::Unsupported, 1.5.into(), f64::NAN.into()]);
    let typed =
        Amf::Typed("Class".into(), vec![("x".into(), Amf::Date(1e12)), ("x".into(), Amf::Reference(0))]);
    let map = amf::ecma([("a", "b".into()), ("", Amf::Reference(0)), ("code", Amf::Xml("<a/>".into()))]);
    let shared = [amf::object([("k", "v".repeat(50).as_str().into())]), Amf::Reference(0), Amf::Reference(0)];
    vec![
        amf::encode(&["f".into(), 0.0.into(), nested]),
        amf::encode(&[strict, typed, Amf::LongStr("long".repeat(30)), map]),
        amf::encode(&shared),
        amf::encode(&[Amf::Strict(vec![Amf::Reference(0); 30]), Amf::Raw(vec![17, 10, 11, 1])]),
    ]
}

fn amf3() -> Vec<Vec<u8>> {
    vec![
        vec![0x0A, 0x0B, 0x01, 0x03, b'a', 0x06, 0x03, b'b', 0x01],
        vec![0x09, 0x05, 0x01, 0x04, 0x81, 0x00, 0x05, 0, 0, 0, 0, 0, 0, 0, 0],
        vec![0x0C, 0x05, 1, 2, 0x11, 0x03, 0x08, 0x01, 0, 0, 0, 0, 0, 0, 0, 0],
        // A class and its traits by reference, strings and objects by reference.
        b"\x09\x07\x01\x0a\x23\x03C\x03a\x03b\x06\x05hi\x04\x01\x0a\x01\x06\x06\x01\x0a\x02".to_vec(),
        // Objects that write themselves: one that is read, one that is not.
        [
            &b"\x0a\x07\x43flex.messaging.io.ArrayCollection\x09\x03\x01\x04\x05"[..],
            b"\x0a\x07\x07a.B\x01\x02",
        ]
        .concat(),
        // Vectors, a dictionary, XML.
        b"\x0d\x05\x00\xff\xff\xff\xff\0\0\0\x01\x10\x03\x00\x01\x01\x11\x03\x00\x06\x03k\x0b\x05<>".to_vec(),
    ]
}

fn messages(events: &[Vec<u8>], commands: &[Vec<u8>], streams: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    out.extend(events.iter().map(|body| [&[0][..], body].concat()));
    out.extend(commands.iter().map(|body| [&[2][..], body].concat()));
    let cuts = [1, 0, 0, 7, 90, 255, 0, 33, 1, 200, 3];
    out.extend(streams.iter().take(12).map(|stream| [&cuts[..], &stream[..stream.len().min(3100)]].concat()));
    // Behind the prefix of a proxy.
    let prefix = [1, 0, 4, 7, 90, 255, 0, 33, 1, 200, 3, 0xF3, 0, 4, 192, 0, 2, 7];
    out.extend(
        streams.iter().take(2).map(|stream| [&prefix[..], &stream[..stream.len().min(3100)]].concat()),
    );
    out.push(vec![3, 20, 3, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0]);
    // Shared objects of both types: a change of two slots, a message, a status, an event nobody describes.
    let object = b"\0\x02so\0\0\0\x01\0\0\0\x02\0\0\0\0\x04\0\0\0\x0a\0\x01a\x05\0\x01b\x11\x04\x05\x06\0\0\0\x05\x02\0\x01h\
        \x05\x07\0\0\0\x06\0\x01c\0\x01l\x0d\0\0\0\x01?\x01\0\0\0\0";
    out.push([&[4, 0, 200][..], object].concat());
    out.push([&[4, 1, 100, 0][..], object].concat());
    out
}

/// Frames of several NAL units and OBUs (8), behind the start of a configuration message.
fn frames_of_units() -> Vec<Vec<u8>> {
    let nals = |units: &[&[u8]]| -> Vec<u8> {
        units.iter().flat_map(|nal| [&[0, 0, 0, nal.len() as u8], *nal].concat()).collect()
    };
    let slice = [&[0x41, 0x9A, 0, 0, 3, 1][..], &[0x55; 90]].concat();
    let sei = [6, 5, 4, 0, 0, 3, 0, 1, 6, 1, 0xC4, 0x80];
    let avc = nals(&[&[9, 0xF0], &sei, &slice, &[0x65, 0x88, 0x84]]);
    let hevc = nals(&[&[0x46, 1, 0x50], &[0x40, 1], &[0x26, 1, 0xAF, 7]]);
    let av1 = [0x12, 0, 0x0A, 2, 1, 2, 0x36, 0x28, 3, 1, 2, 3, 0x30, 1];
    [
        media::avc(false, 1, 40, &avc),
        media::avc(true, 1, 0, &[0, 0, 0, 1, 0x67, 0x64, 0, 0x1F, 0, 0, 0, 1, 0x65, 0x88]),
        media::ex_video(true, 3, *b"hvc1", &hevc),
        media::ex_video(true, 3, *b"vvc1", &hevc),
        media::ex_video(true, 1, *b"av01", &av1),
    ]
    .into_iter()
    .map(|frame| {
        let mut header = media::avc_header();
        header.resize(32, 0);
        [&[8, 2], &header[..], &frame].concat()
    })
    .collect()
}

fn tags() -> Vec<Vec<u8>> {
    let audio: Vec<Vec<u8>> = vec![
        media::aac_header(),
        media::aac(1, &[7; 20]),
        vec![0x2F, 1, 2, 3],
        media::ex_audio(0, *b"mp4a", &[0x12, 0x10]),
        media::ex_audio(4, *b"Opus", &[1, 6, 0, 0, 0, 0x3F]),
        // Multitrack, several codecs; extensions.
        [&[0x95, 0x21][..], b"mp4a\x00\0\0\x02\x12\x10Opus\x01\0\0\x03abc"].concat(),
        [&[0x97, 2, 0, 1, 2, 0x01][..], b"Opus\x01\x02"].concat(),
    ];
    let video: Vec<Vec<u8>> = vec![
        media::avc_header(),
        media::avc_end(),
        media::avc(true, 1, 80, &[0, 0, 0, 2, 0x65, 1]),
        vec![0x57, 0],
        media::ex_video(true, 1, *b"hvc1", &[0, 0, 40, 1, 2, 3]),
        media::ex_video(
            true,
            4,
            *b"av01",
            &amf::encode(&["colorInfo".into(), amf::object([("a", 1.0.into())])]),
        ),
        [&[0x96, 0x11][..], b"avc1\x00\0\0\x09\0\0\x50abcdef\x01\0\0\x03\0\0\0"].concat(),
        [&[0x97, 3, 1, 2, 3, 4, 0x01][..], b"hvc1\0\0\0"].concat(),
        // Bodies longer than what is kept of each.
        [&[0xA6, 0x21][..], b"hvc1\x00\0\0\x50", &[1; 80], b"av01\x01\0\0\x46", &[2; 70]].concat(),
    ];
    let mut out: Vec<Vec<u8>> = Vec::new();
    for (what, bodies) in [(0, audio), (1, video)] {
        out.extend(bodies.into_iter().map(|body| [&[what][..], &body].concat()));
    }
    out.extend(frames_of_units());
    out.push([&[2][..], &media::avcc()].concat());
    out.push([&[3][..], &SPS].concat());
    out.push([&[3][..], &PPS].concat());
    // AAC LC, HE-AAC, HE-AACv2, with the extension behind it, and an escaped object type.
    for record in [
        &[0x12, 0x10][..],
        &[0x2B, 0x92, 0x08, 0],
        &[0xEB, 0x09, 0x88],
        &[0x13, 0x90, 0x56, 0xE5, 0xA0],
        &[0xF9, 0x46, 0x40],
    ] {
        out.push([&[4][..], record].concat());
    }
    out.push(vec![5, 1, 6, 0, 0, 0, 0x3F]);
    out.push(vec![5, 2, 4, 23, 0, 0xFE, 0xFF]);
    out.extend(configurations());
    out
}

/// Records (6) and frames (7) of the codec that the second byte chooses.
fn configurations() -> Vec<Vec<u8>> {
    let hvcc = hex(
        "0101600000009000000000003cf000fcfdf8f800000f02a00001001840010c01ffff01600000030090000003000003003c959809a1\
         0001002b42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840",
    );
    let records = [
        (0, hvcc),
        (1, hex("ff00315f0102438040200100000001078004381900018f000100020079")),
        (2, hex("81014c000a0e0000000cc4ff6700be1424402410")),
        (2, hex("050441563031800481296c10")),
        (4, hex("01000000030ba60101010000")),
        (5, [&b"OpusHead"[..], &hex("01063801000000000000010402000401020305")].concat()),
        (
            6,
            [
                &b"fLaC"[..],
                &hex("00000022120012000004c300056e0ac442f0000033ae903d85e81b5d3dc08060a78877a8bd5d"),
            ]
            .concat(),
        ),
    ];
    let frames = [
        (3, hex("3059009d012a4201b600")),
        (4, hex("b124c1a10200a0805ab0")),
        (7, hex("fffb90640000")),
        (8, hex("0b7738664c402f84")),
        (9, hex("0b7702ff3f87c000")),
        (18, hex("0000840080a0005a12")),
        (20, hex("080236172d172d")),
    ];
    let records = records.into_iter().map(|(codec, bytes)| [&[6, codec][..], &bytes].concat());
    let frames = frames.into_iter().map(|(codec, bytes)| [&[7, codec][..], &bytes].concat());
    records.chain(frames).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Conversations and files, held to rules in one of several ways each.
fn checks(conversations: &[Vec<u8>], files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let conversations = conversations.iter().map(|input| (0, input));
    let inputs = conversations.chain(files.iter().map(|input| (1, input)));
    inputs.enumerate().map(|(n, (file, input))| [&[file | (n as u8) << 1][..], input].concat()).collect()
}

/// The messages of a talk as the function `conversation` takes them.
fn conversation(talk: &Talk) -> Vec<u8> {
    let mut out = Vec::new();
    for (n, sent) in talk.sent().iter().enumerate() {
        let what = u8::from(sent.dir == Dir::Down)
            | (sent.csid.clamp(2, 9) as u8 - 2) << 5
            | u8::from(n % 9 == 8) << 4;
        out.extend([what, sent.kind, sent.msid as u8]);
        out.extend((sent.timestamp as u16).to_be_bytes());
        out.extend((sent.body.len() as u16).to_be_bytes());
        out.extend(&sent.body);
        if out.len() > MAX_WHOLE {
            break;
        }
    }
    out
}
