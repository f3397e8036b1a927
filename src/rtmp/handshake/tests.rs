//! The handshake of one direction; digests and signatures are made here by the definition of HMAC alone.

use super::*;
use Dir::{ClientToServer as C, ServerToClient as S};
use sha2::{Digest as _, Sha256};

const TAIL: [u8; 32] = [
    0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57, 0x6E,
    0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE,
];

/// HMAC-SHA256 by RFC 2104.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([&pad(0x36), text].concat());
    Sha256::digest([pad(0x5C), inner.to_vec()].concat()).to_vec()
}

fn key(from: Dir) -> &'static [u8] {
    if from == C { b"Genuine Adobe Flash Player 001" } else { b"Genuine Adobe Flash Media Server 001" }
}

/// Bytes that look random.
fn noise(seed: u32) -> [u8; 1536] {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
}

fn plain_hello(seed: u32, program: [u8; 4]) -> Hello {
    let mut hello = noise(seed);
    hello[4..8].copy_from_slice(&program);
    Box::new(hello)
}

/// A hello with a digest, and the digest.
fn digest_hello(seed: u32, from: Dir, at: usize) -> (Hello, Vec<u8>, u16) {
    let mut hello = plain_hello(seed, [9, 0, 124, 2]);
    let sum: usize = hello[at..at + 4].iter().map(|byte| usize::from(*byte)).sum();
    let offset = at + 4 + sum % 728;
    let digest = hmac(key(from), &[&hello[..offset], &hello[offset + 32..]].concat());
    hello[offset..offset + 32].copy_from_slice(&digest);
    (hello, digest, u16::try_from(offset).unwrap())
}

/// An echo of one side, signed for the digest of the other side's hello.
fn signed_echo(seed: u32, from: Dir, digest: &[u8]) -> Hello {
    let mut echo = Box::new(noise(seed));
    let signature = hmac(&hmac(&[key(from), &TAIL].concat(), digest), &echo[..1504]);
    echo[1504..].copy_from_slice(&signature);
    echo
}

struct Run {
    steps: Vec<Step>,
    left: usize,
    handshake: Handshake,
}

fn run(from: Dir, bytes: &[u8], cut: usize, peer: Option<Said<'_>>) -> Run {
    let mut handshake = Handshake::new(from);
    let mut steps = Vec::new();
    let mut left = 0;
    for mut piece in bytes.chunks(cut) {
        while !piece.is_empty() {
            let (used, step) = handshake.data(piece, PacketRef::default(), peer);
            steps.extend(step);
            piece = &piece[used..];
            if used == 0 {
                left += piece.len();
                break;
            }
        }
    }
    Run { steps, left, handshake }
}

/// The form of a hello sent by one side behind this version.
fn form(from: Dir, version: u8, hello: &Hello) -> Option<Form> {
    match run(from, &[&[version][..], &hello[..]].concat(), 5000, None).steps[..] {
        [Step::Hello(greeting)] => greeting.form,
        ref other => panic!("one hello was sent: {other:?}"),
    }
}

/// What an echo of one side is, to a peer that said this.
fn echo_of(from: Dir, echo: &Hello, hello: &Hello) -> Option<Echo> {
    let peer = Said { hello, form: form(from.opposite(), 3, hello) };
    let bytes = [&[3][..], &noise(77), &echo[..]].concat();
    match run(from, &bytes, 700, Some(peer)).steps[..] {
        [Step::Hello(_), Step::Echo(answer)] => answer.map(|answer| answer.echo),
        ref other => panic!("hello and echo were sent: {other:?}"),
    }
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    let expected = [
        0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a,
        0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
    ];
    assert_eq!(hmac(b"Jefe", b"what do ya want for nothing?"), expected);
}

#[test]
fn any_cut_gives_the_same_steps() {
    let mut bytes = vec![3, 0, 0, 0, 9, 0, 0, 0, 0];
    bytes.resize(1537, 7);
    let mut hello: Hello = Box::new([5; 1536]);
    hello[0] = 1;
    let peer = Said { hello: &hello, form: Some(Form::Simple) };
    let mut echo = hello.to_vec();
    echo[4] = 99; // The peer's read time is not part of the random bytes.
    bytes.extend(&echo);
    bytes.extend([0xAA; 10]);
    let greeting = Greeting {
        version: Some(3),
        time: Some(9),
        program: Some(0),
        repeats: false,
        form: Some(Form::Simple),
        proxied: None,
        digest_offsets: Some([12 + 4 * 7, 776 + 4 * 7]),
        public_key: None,
    };
    let mut answer = Answer {
        echo: Echo::Copy,
        time: 0x0105_0505,
        hello_time: 0x0105_0505,
        differing: 0,
        first_differing: None,
        signature: None,
    };
    for cut in [1, 7, 100, 1537, 5000] {
        let run = run(S, &bytes, cut, Some(peer));
        assert_eq!(run.steps, [Step::Hello(greeting), Step::Echo(Some(answer))], "cut {cut}");
        assert_eq!(run.left, 10);
    }
    (bytes[1537 + 900], bytes[1537 + 1535], bytes[1537]) = (0xA5, 0, 9);
    answer = Answer { echo: Echo::Unrelated, differing: 2, first_differing: Some(900), ..answer };
    answer.time = 0x0905_0505;
    assert_eq!(run(S, &bytes, 333, Some(peer)).steps[1], Step::Echo(Some(answer)));
    assert_eq!(run(S, &bytes, 333, None).steps[1], Step::Echo(None));
}

#[test]
fn a_digest_is_found_where_it_is_and_on_its_side_only() {
    for seed in 0..20 {
        for (at, place) in [(8, Place::At8), (772, Place::At772)] {
            for from in [C, S] {
                let (hello, _, offset) = digest_hello(seed, from, at);
                let digest = Digest { place, offset };
                assert_eq!(form(from, 3, &hello), Some(Form::Digest(digest)));
                assert_eq!(form(from.opposite(), 3, &hello), Some(Form::Unverified));
                for version in [6, 8, 9] {
                    assert_eq!(form(from, version, &hello), Some(Form::Encrypted(Some(digest))));
                }
            }
        }
    }
}

/// Each byte of a hello is covered by its digest, or is part of it.
#[test]
fn one_wrong_bit_anywhere_is_no_digest() {
    let (hello, ..) = digest_hello(1, C, 8);
    for at in (0..1536).step_by(61).chain([8, 11, 12, 772, 1535]) {
        let mut wrong = hello.clone();
        wrong[at] ^= 0x10;
        assert_eq!(form(C, 3, &wrong), Some(Form::Unverified), "byte {at}");
    }
}

#[test]
fn forms_without_a_digest() {
    assert_eq!(form(C, 3, &plain_hello(1, [0; 4])), Some(Form::Simple));
    assert_eq!(form(C, 3, &plain_hello(1, [0, 0, 0, 1])), Some(Form::Unverified));
    assert_eq!(form(C, 6, &plain_hello(1, [0; 4])), Some(Form::Encrypted(None)));
    assert_eq!(form(C, 31, &plain_hello(1, [0; 4])), Some(Form::Simple));
    // Encrypted handshakes have digests in hellos without a program version, too.
    let mut hello = plain_hello(5, [0; 4]);
    let offset = 776 + hello[772..776].iter().map(|byte| usize::from(*byte)).sum::<usize>() % 728;
    let digest = hmac(key(S), &[&hello[..offset], &hello[offset + 32..]].concat());
    hello[offset..offset + 32].copy_from_slice(&digest);
    let digest = Digest { place: Place::At772, offset: u16::try_from(offset).unwrap() };
    assert_eq!(form(S, 8, &hello), Some(Form::Encrypted(Some(digest))));
    assert_eq!(form(S, 3, &hello), Some(Form::Simple));
}

/// SRS answers a simple hello with its time where a version stands, nginx-rtmp with the hello itself.
#[test]
fn what_was_taken_from_the_hello_before_is_no_program_version() {
    let client = plain_hello(1, [9, 0, 124, 2]);
    let mut with_its_time = plain_hello(2, [0; 4]);
    with_its_time[4..8].copy_from_slice(&client[..4]);
    let version = |hello: &Hello, peer: Option<&Hello>| {
        let peer = peer.map(|hello| Said { hello, form: form(C, 3, hello) });
        match run(S, &[&[3][..], &hello[..]].concat(), 700, peer).steps[..] {
            [Step::Hello(greeting)] => (greeting.program.is_some(), greeting.program_version().map(dotted)),
            ref other => panic!("one hello was sent: {other:?}"),
        }
    };
    assert_eq!(version(&with_its_time, Some(&client)), (true, None));
    assert_eq!(version(&client, Some(&client)), (true, None));
    assert_eq!(version(&client, None), (true, Some("9.0.124.2".to_owned())));
    let own = plain_hello(3, [4, 5, 0, 1]);
    assert_eq!(version(&own, Some(&client)), (true, Some("4.5.0.1".to_owned())));
}

#[test]
fn echoes_are_copies_or_signed_or_neither() {
    for (from, at) in [(C, 8), (C, 772), (S, 8), (S, 772)] {
        let (hello, digest, _) = digest_hello(3, from.opposite(), at);
        let signed = signed_echo(9, from, &digest);
        assert_eq!(echo_of(from, &signed, &hello), Some(Echo::Signed));
        assert_eq!(echo_of(from, &hello, &hello), Some(Echo::Copy), "some copy a hello with a digest");
        let mut wrong = signed.clone();
        wrong[700] ^= 1;
        assert_eq!(echo_of(from, &wrong, &hello), Some(Echo::Unrelated));
        let other_key = signed_echo(9, from.opposite(), &digest);
        assert_eq!(echo_of(from, &other_key, &hello), Some(Echo::Unrelated));
    }
    assert_eq!(echo_of(C, &Box::new(noise(4)), &plain_hello(1, [0; 4])), Some(Echo::Unrelated));
}

/// A peer may put a digest into a hello that looks simple, and get an answer that is signed.
#[test]
fn a_signature_for_a_digest_without_a_program_version() {
    let mut hello = plain_hello(5, [0; 4]);
    let offset = 12 + hello[8..12].iter().map(|byte| usize::from(*byte)).sum::<usize>() % 728;
    let digest = hmac(key(S), &[&hello[..offset], &hello[offset + 32..]].concat());
    hello[offset..offset + 32].copy_from_slice(&digest);
    assert_eq!(echo_of(C, &signed_echo(9, C, &digest), &hello), Some(Echo::Signed));
}

#[test]
fn a_signature_is_told_beside_the_right_one() {
    let (hello, digest, _) = digest_hello(3, S, 8);
    let peer = Said { hello: &hello, form: form(S, 3, &hello) };
    let mut signed = signed_echo(9, C, &digest);
    let right = *signed[1504..].first_chunk::<8>().unwrap();
    signed[1504] ^= 1;
    let bytes = [&[3][..], &noise(77), &signed[..]].concat();
    let [_, Step::Echo(Some(answer))] = run(C, &bytes, 5000, Some(peer)).steps[..] else { panic!("no echo") };
    let mut found = right;
    found[0] ^= 1;
    assert_eq!(answer.signature, Some(Signature { fits: false, right, found }));
    assert_eq!((answer.first_differing, answer.differing > 1500), (Some(8), true));
}

#[test]
fn holes_leave_the_verdicts_open() {
    let mut handshake = Handshake::new(C);
    assert_eq!(handshake.data(&[3], PacketRef::default(), None).0, 1);
    assert_eq!(handshake.data(&[0, 0, 0, 9, 1], PacketRef::default(), None).0, 5);
    let greeting = Greeting { version: Some(3), time: Some(9), ..Greeting::default() };
    assert_eq!(handshake.gap(9999), (1531, Some(Step::Hello(greeting))));
    assert!(handshake.said().is_none());
    assert_eq!(handshake.gap(9999), (1536, Some(Step::Echo(None))));
    assert!(handshake.is_done());
    assert_eq!(handshake.gap(9999), (0, None));
}

/// A hole of one byte anywhere: the hello has no form behind its version field, and the echo is not judged.
#[test]
fn a_hole_anywhere() {
    let (hello, digest, _) = digest_hello(2, C, 8);
    let (peer, peer_digest, _) = digest_hello(4, S, 772);
    let said = Said { hello: &peer, form: form(S, 3, &peer) };
    let bytes = [&[3][..], &hello[..], &signed_echo(6, C, &peer_digest)[..]].concat();
    assert_eq!(hmac(key(C), b"").len(), digest.len());
    for hole in (0..3073).step_by(97).chain([0, 1, 5, 1536, 1537, 3072]) {
        let mut handshake = Handshake::new(C);
        let mut steps = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (used, step) = if at == hole {
                let (used, step) = handshake.gap(1);
                (usize::try_from(used).unwrap(), step)
            } else {
                let end = if at < hole { hole } else { bytes.len() };
                handshake.data(&bytes[at..end], PacketRef::default(), Some(said))
            };
            at += used;
            steps.extend(step);
        }
        let [Step::Hello(greeting), Step::Echo(echo)] = steps[..] else {
            panic!("hole at {hole}: {steps:?}")
        };
        assert_eq!(greeting.form.is_some(), hole >= 1537, "hole at {hole}");
        let echo = echo.map(|answer| answer.echo);
        assert_eq!(echo, (hole < 1537).then_some(Echo::Signed), "hole at {hole}");
    }
}

#[test]
fn a_prefix_is_skipped_and_told() {
    let (hello, ..) = digest_hello(2, C, 8);
    let behind = [&[3][..], &hello[..], &noise(1), &[0xAA; 4]].concat();
    let cases = [
        (vec![0xF3, 0, 4, 192, 0, 2, 7], Some([192, 0, 2, 7])),
        (vec![0xF3, 0, 6, 10, 0, 0, 1, 9, 9], Some([10, 0, 0, 1])),
        (vec![0xF3, 0, 3, 1, 2, 3], None),
        (vec![0xF3, 0, 0], None),
    ];
    for (prefix, client) in cases {
        let bytes = u16::try_from(prefix.len()).unwrap();
        let all = [&prefix[..], &behind].concat();
        for cut in [1, 2, 5, 8, 5000] {
            let run = run(C, &all, cut, None);
            let [Step::Hello(greeting), Step::Echo(None)] = run.steps[..] else { panic!("{:?}", run.steps) };
            assert_eq!(greeting.proxied, Some(Proxied { bytes, client }), "cut {cut}");
            assert!(matches!(greeting.form, Some(Form::Digest(_))), "cut {cut}");
            assert_eq!((run.left, run.handshake.prefix_bytes()), (4, bytes), "cut {cut}");
        }
        // A server sends none: its first byte is a version.
        assert_eq!(run(S, &all, 5000, None).handshake.version, Some(0xF3));
        assert!(begins_hello(&all) && begins_hello(&behind), "behind the prefix, or without one");
    }
}

#[test]
fn what_only_looks_like_a_prefix_is_a_version_and_a_hello() {
    for cut in [1, 2, 3, 4, 5000] {
        let mut bytes = vec![0xF3, 0xFF, 0xFF, 1, 2];
        bytes.resize(3073, 7);
        let run = run(C, &bytes, cut, None);
        let [Step::Hello(greeting), Step::Echo(None)] = run.steps[..] else { panic!("{:?}", run.steps) };
        let expected = Greeting {
            version: Some(0xF3),
            time: Some(0xFFFF_0102),
            program: Some(0x0707_0707),
            repeats: false,
            form: Some(Form::Unverified),
            proxied: None,
            digest_offsets: Some([12 + 4 * 7, 776 + 4 * 7]),
            public_key: None,
        };
        assert_eq!(greeting, expected, "cut {cut}");
    }
}

#[test]
fn a_hole_in_a_prefix() {
    let at = PacketRef::default();
    let mut handshake = Handshake::new(C);
    assert_eq!(handshake.data(&[0xF3, 0, 8, 192], at, None).0, 3, "up to the length");
    assert_eq!(handshake.data(&[192, 0], at, None).0, 2);
    assert_eq!(handshake.gap(50), (6, None), "to the end of the prefix and not beyond");
    assert_eq!(handshake.data(&[3, 1], at, None).0, 1);
    let (_, step) = handshake.data(&[0; 1536], at, None);
    let Some(Step::Hello(greeting)) = step else { panic!("{step:?}") };
    assert_eq!(greeting.proxied, Some(Proxied { bytes: 11, client: None }));
    assert_eq!(greeting.version, Some(3));
    // With the length lost, nothing is a prefix.
    let mut handshake = Handshake::new(C);
    handshake.data(&[0xF3, 0], at, None);
    assert_eq!(handshake.gap(5000).0, 1535);
    assert_eq!(handshake.version, Some(0xF3));
}

#[test]
fn garbage_is_taken_as_it_comes() {
    for seed in 0..40 {
        let bytes = [noise(seed), noise(seed + 1), noise(seed + 2)].concat();
        for from in [C, S] {
            let run = run(from, &bytes, 1 + usize::try_from(seed).unwrap() * 37, None);
            let all = 3073 + usize::from(run.handshake.prefix_bytes());
            assert_eq!(run.left, bytes.len() - all, "seed {seed}");
        }
    }
}
