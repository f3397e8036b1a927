//! The handshake: plain, with digest at 8 and at 772, signed, encrypted, broken, and behind a proxy's prefix.
//!
//! ```text
//! C0 S0  version u8
//! C1 S1  time u32, program version 4 bytes (zero in the plain form), 1528 bytes, a digest of 32 among them
//! C2 S2  the peer's C1 or S1 again; or 1504 random bytes and a signature of 32
//! ```

use serde_json::{Value, json};

use crate::common::digest::{self, CLIENT_KEY, SERVER_KEY};
use crate::common::handshake::{self, Handshake, PART};
use crate::common::talk::Talk;
use crate::common::{Dir, Rng};
use crate::harness::{Run, reports, shows};

const FFMPEG: [u8; 4] = [9, 0, 0x7C, 2];
const NGINX: [u8; 4] = [0x0D, 0x0E, 0x0A, 0x0D];
const NGINX_CLIENT: [u8; 4] = [0x0C, 0x00, 0x0D, 0x0E];
const SRS_CLIENT: [u8; 4] = [0x80, 0, 7, 2];
const SRS: [u8; 4] = [1, 0, 5, 4];

/// A handshake's bytes: C0 C1, S0 S1 S2, C2.
type Parts = [Vec<u8>; 3];

/// Both sides with a digest, and signatures over the other's.
fn signed(version: u8, bases: [usize; 2], programs: [[u8; 4]; 2]) -> Parts {
    let mut rng = Rng::new(7);
    let c1 = digest::hello(CLIENT_KEY, bases[0], 0, programs[0], &mut rng);
    let s1 = digest::hello(SERVER_KEY, bases[1], 1_000, programs[1], &mut rng);
    let s2 = digest::signed(SERVER_KEY, digest::digest_of(&c1, bases[0]), &mut rng);
    let c2 = digest::signed(CLIENT_KEY, digest::digest_of(&s1, bases[1]), &mut rng);
    join(version, c1, s1, s2, c2)
}

fn join(version: u8, c1: Vec<u8>, s1: Vec<u8>, s2: Vec<u8>, c2: Vec<u8>) -> Parts {
    [[vec![version], c1].concat(), [vec![version], s1, s2].concat(), c2]
}

/// A client with a digest, a server that copies it and has none itself.
fn half_signed() -> Parts {
    let [_, s0s1s2, c2] = handshake::parts(Handshake::Copy, 3);
    let c1 = digest::hello(CLIENT_KEY, 772, 0, SRS_CLIENT, &mut Rng::new(8));
    join(3, c1.clone(), s0s1s2[1..=PART].to_vec(), c1, c2)
}

fn talk([c0c1, s0s1s2, c2]: &Parts) -> Talk {
    Talk::new().raw(Dir::Up, c0c1).answer(Dir::Down).raw(Dir::Down, s0s1s2).answer(Dir::Up).raw(Dir::Up, c2)
}

/// One of each form, for the properties.
pub(crate) fn talks() -> Vec<Talk> {
    let [c0c1, s0s1s2, c2] = signed(3, [8, 772], [NGINX_CLIENT, NGINX]);
    let prefixed = [[&[0xF3, 0, 4, 192, 0, 2, 7][..], &c0c1].concat(), s0s1s2, c2];
    let list = [
        talk(&signed(3, [8, 8], [FFMPEG, NGINX])).connect("live"),
        talk(&half_signed()).connect("live"),
        talk(&prefixed).connect("live"),
        talk(&signed(6, [772, 772], [FFMPEG, NGINX])).raw(Dir::Up, &[0x5A; 300]),
        Talk::new().handshake_as(Handshake::BadEcho).connect("live"),
    ];
    list.map(|talk| talk.wait(5).close()).to_vec()
}

/// What the four parts, the end and the report say of one handshake.
struct Told {
    name: &'static str,
    talk: Talk,
    c1: Value,
    s1: Value,
    s2: Value,
    c2: Value,
    done: Value,
    report: Value,
}

fn hold(list: &[Told]) {
    let talks: Vec<Talk> = list.iter().map(|told| told.talk.clone().wait(10).close()).collect();
    let (run, report) = (Run::of(&talks), reports(&talks));
    let mut failed = Vec::new();
    for (n, told) in list.iter().enumerate() {
        let lines = [
            ("hs.c0c1", &told.c1),
            ("hs.s0s1", &told.s1),
            ("hs.s2", &told.s2),
            ("hs.c2", &told.c2),
            ("hs.done", &told.done),
        ];
        let lines = lines.map(|(event, want)| (event, run.first(n, event), want));
        for (event, got, want) in
            lines.into_iter().chain([("report", report[n]["handshake"].clone(), &told.report)])
        {
            let found = crate::harness::told(&got, want);
            if !found.is_empty() {
                failed.push(format!("- {}, {event}: {}", told.name, found.join("\n    ")));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn plain_ones_and_their_echoes() {
    let told = |name, kind, copied: Value, [client, server]: [&str; 2], ok: bool| Told {
        name,
        talk: Talk::new().handshake_as(kind).connect("live"),
        c1: json!({"version": 3, "hello_time": 0, "program": 0, "program_version": null, "form": "simple",
            "digest_offset": null, "proxy_client": null}),
        s1: json!({"version": 3, "hello_time": 1000, "form": "simple", "program_name": null}),
        s2: json!({"copied": true, "echo": server}),
        c2: json!({"copied": copied, "echo": client}),
        done: json!({"form": "simple", "client_echo": client, "server_echo": server,
            "duration_ms": {"$any": true}}),
        report: json!({"kind": "simple", "client_form": "simple", "server_form": "simple",
            "client_echo": client,
            "server_echo": server, "echo_ok": ok, "client_digest": null, "proxy_client": null,
                "complete": true}),
    };
    hold(&[
        told("the echo has its own second time", Handshake::Simple, json!(true), ["copy", "copy"], true),
        told("the echo is a plain copy", Handshake::Copy, json!(true), ["copy", "copy"], true),
        told("C2 is random", Handshake::BadEcho, json!(false), ["unrelated", "copy"], false),
    ]);
}

#[test]
fn digests_and_signatures() {
    let both = |name, bases: [usize; 2], programs, [client, server]: [&str; 2]| {
        let parts = signed(3, bases, programs);
        let forms = bases.map(|base| format!("digest@{base}"));
        let offsets = [digest::offset(&parts[0][1..], bases[0]), digest::offset(&parts[1][1..], bases[1])];
        let dotted = programs.map(|p| p.map(|byte| byte.to_string()).join("."));
        let kind = if bases[0] == 8 { "digest-0" } else { "digest-1" };
        Told {
            name,
            talk: talk(&parts).connect("live"),
            c1: json!({"version": 3, "form": forms[0], "digest_offset": offsets[0], "digest": null,
                "program": u32::from_be_bytes(programs[0]), "program_version": dotted[0],
                "program_name": {"$like": client}}),
            s1: json!({"version": 3, "form": forms[1], "digest_offset": offsets[1],
                "program_version": dotted[1],
                "program_name": {"$like": server}}),
            s2: json!({"echo": "signed", "copied": false}),
            c2: json!({"echo": "signed", "copied": false}),
            done: json!({"form": forms[0], "client_echo": "signed", "server_echo": "signed"}),
            report: json!({"kind": kind, "client_form": forms[0], "server_form": forms[1],
                "client_echo": "signed",
                "server_echo": "signed", "echo_ok": true, "client_program": {"$like": client},
                "server_program": {"$like": server}, "client_digest": null}),
        }
    };
    hold(&[
        both("both at 8", [8, 8], [FFMPEG, NGINX], ["ffmpeg", "nginx"]),
        both("both at 772", [772, 772], [SRS_CLIENT, SRS], ["srs", "srs"]),
        both("one at 772, one at 8", [772, 8], [NGINX_CLIENT, SRS], ["nginx", "srs"]),
        Told {
            name: "a digest, copied by a plain server",
            talk: talk(&half_signed()).connect("live"),
            c1: json!({"form": "digest@772", "program_version": "128.0.7.2"}),
            s1: json!({"form": "simple", "program_version": null}),
            s2: json!({"echo": "copy", "copied": true}),
            c2: json!({"echo": "copy", "copied": true}),
            done: json!({"form": "digest@772", "client_echo": "copy", "server_echo": "copy"}),
            report: json!({"kind": "digest-1", "client_form": "digest@772", "server_form": "simple",
                "echo_ok": true}),
        },
    ]);
}

/// The four bytes that tell the offset are added up, not read as a number, and taken modulo 728.
#[test]
fn the_ends_of_the_digests_range() {
    // 12 + 0; 12 + (1020 mod 728); 12 + 727; and 764 more for the second place.
    let cases = [(8, [0; 4], 12), (8, [255; 4], 304), (8, [255, 255, 217, 0], 739)];
    let more = [(772, [0; 4], 776), (772, [255; 4], 1068), (772, [255, 255, 217, 0], 1503)];
    let cases: Vec<(usize, [u8; 4], usize)> = cases.into_iter().chain(more).collect();
    let talks: Vec<Talk> = cases
        .iter()
        .map(|(base, bytes, _)| {
            let mut parts = signed(3, [*base, 8], [FFMPEG, NGINX]);
            let mut c1 = [&parts[0][1..9], &Rng::new(9).bytes(PART - 8)].concat();
            c1[*base..base + 4].copy_from_slice(bytes);
            digest::sign_hello(CLIENT_KEY, *base, &mut c1);
            parts[0] = [vec![3], c1].concat();
            talk(&parts).close()
        })
        .collect();
    let run = Run::of(&talks);
    for (n, (base, _, offset)) in cases.iter().enumerate() {
        let want = json!({"form": format!("digest@{base}"), "digest_offset": offset});
        shows("the digest is found", &run.first(n, "hs.c0c1"), want);
        // The server signed another C1.
        shows("its signature is not of this one", &run.first(n, "hs.s2"), json!({"echo": "unrelated"}));
    }
}

/// One wrong bit, and a digest or signature is none.
#[test]
fn what_is_not_verified_is_not_believed() {
    let wrong = |part: usize, at: usize| {
        let mut parts = signed(3, [8, 8], [FFMPEG, NGINX]);
        parts[part][at] ^= 1;
        talk(&parts).connect("live").close()
    };
    let talks = [
        wrong(0, PART),
        wrong(1, 1 + PART + PART - 1),
        wrong(2, PART - 1),
        Talk::new().handshake_as(Handshake::NoZero).connect("live").close(),
    ];
    let (run, report) = (Run::of(&talks), reports(&talks));
    shows("a bit of C1", &run.first(0, "hs.c0c1"), json!({"form": "unverified", "digest_offset": null}));
    shows("a bit of S2", &run.first(1, "hs.s2"), json!({"echo": "unrelated", "copied": false}));
    shows("C2 is untouched", &run.first(1, "hs.c2"), json!({"echo": "signed"}));
    shows("a bit of C2", &run.first(2, "hs.c2"), json!({"echo": "unrelated"}));
    shows(
        "the report",
        &report[2]["handshake"],
        json!({"client_echo": "unrelated", "server_echo": "signed", "echo_ok": false}),
    );
    shows(
        "no digest",
        &run.first(3, "hs.c0c1"),
        json!({"form": "unverified", "program_version": "9.0.124.2"}),
    );
    shows(
        "but copies",
        &report[3]["handshake"],
        json!({"client_form": "unverified", "server_form": "unverified", "echo_ok": true}),
    );
}

/// Version 6, 8 or 9 and what looks like a handshake: everything behind it is encrypted, and no chunk is looked for.
#[test]
fn encrypted_ones_are_left_alone() {
    let mut rng = Rng::new(10);
    let kinds = [(6, 8), (8, 772), (9, 8)];
    let talks: Vec<Talk> = kinds
        .iter()
        .map(|(version, base)| {
            let talk = talk(&signed(*version, [*base, *base], [FFMPEG, NGINX]));
            talk.raw(Dir::Up, &rng.bytes(700))
                .answer(Dir::Down)
                .raw(Dir::Down, &rng.bytes(900))
                .wait(5)
                .close()
        })
        .collect();
    let (run, report) = (Run::of(&talks), reports(&talks));
    for (n, (version, base)) in kinds.iter().enumerate() {
        let digest = format!("digest@{base}");
        let want = json!({"version": version, "form": "encrypted", "digest": digest,
            "digest_offset": {"$any": true}});
        shows("C1", &run.first(n, "hs.c0c1"), want.clone());
        shows("S1", &run.first(n, "hs.s0s1"), want);
        shows("the end", &run.first(n, "hs.done"), json!({"form": "encrypted"}));
        let connection = &report[n];
        shows(
            "the report",
            &connection["handshake"],
            json!({"kind": "encrypted", "client_form": "encrypted",
            "client_digest": digest, "server_digest": digest, "client_version": version}),
        );
        shows("the connection", connection, json!({"transport": "rtmpe", "verdict": {"$like": "encrypted"}}));
        let events: Vec<&Value> = run.connection(n).map(|line| &line["event"]).collect();
        assert!(!events.iter().any(|e| e.as_str().is_some_and(|e| e.starts_with("chunk."))), "{events:?}");
        for (direction, bytes) in [("client_to_server", 700), ("server_to_client", 900)] {
            let ledger = &connection["efficiency"][direction];
            shows(
                direction,
                ledger,
                json!({"tunnel_bytes": bytes, "unclassified_bytes": 0, "handshake_bytes": 3073}),
            );
        }
    }
}

/// SRS's proxies put F3, a length and the client's address in front of C0.
#[test]
fn a_proxys_prefix_stands_before_c0() {
    let prefixed = |parts: Parts, prefix: &[u8]| {
        let [c0c1, rest @ ..] = parts;
        let [s, c2] = rest;
        talk(&[[prefix, &c0c1].concat(), s, c2]).connect("live").wait(10).close()
    };
    let plain = handshake::parts(Handshake::Simple, 1);
    let talks = [
        prefixed(plain.clone(), &[0xF3, 0, 4, 192, 0, 2, 7]),
        prefixed(signed(3, [772, 772], [SRS_CLIENT, SRS]), &[0xF3, 0, 4, 198, 51, 100, 9]),
    ];
    let (run, report) = (Run::of(&talks), reports(&talks));
    let want = json!({"version": 3, "form": "simple", "proxy_prefix_bytes": 7, "proxy_client": "192.0.2.7"});
    shows("in front of a plain one", &run.first(0, "hs.c0c1"), want);
    let want = json!({"form": "digest@772", "proxy_prefix_bytes": 7, "proxy_client": "198.51.100.9"});
    shows("in front of a digest", &run.first(1, "hs.c0c1"), want);
    shows(
        "the report",
        &report[0]["handshake"],
        json!({"proxy_prefix_bytes": 7, "proxy_client": "192.0.2.7",
        "kind": "simple", "echo_ok": true, "complete": true}),
    );
    for n in 0..2 {
        shows(
            "what follows is read",
            &run.first(n, "nc.connect"),
            json!({"object": {"$some": {"app": "live"}}}),
        );
    }
}
