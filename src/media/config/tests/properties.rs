//! What holds of every decoder: bytes that end anywhere, bytes that are changed, bytes at random.

use super::*;

/// A seeded generator (xorshift64*), so that a failure can be repeated.
fn random(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
}

fn byte(state: &mut u64) -> u8 {
    random(state).to_be_bytes()[7]
}

/// Every record and frame of the other tests.
fn samples() -> Vec<(Codec, Vec<u8>)> {
    let mut all: Vec<_> = SAMPLES.iter().map(|sample| (Codec::H264, hex(sample.0))).collect();
    all.extend(aac::CONFIGS.iter().map(|config| (Codec::Aac, hex(config.0))));
    for (codec, bytes, _) in records::RECORDS.iter().chain(frames::VIDEO).chain(frames::AUDIO) {
        all.push((*codec, hex(bytes)));
    }
    all.push((Codec::Vvc, layouts::vvcc()));
    all.push((Codec::Vp9, hex("0100000002335b0910090000")));
    all.push((Codec::Av1, hex("050441563031800481296c10")));
    all.push((Codec::Vp6, hex("080236172d172d")));
    all
}

const CODECS: [Codec; 19] = [
    Codec::H264,
    Codec::Hevc,
    Codec::Vvc,
    Codec::Av1,
    Codec::Vp8,
    Codec::Vp9,
    Codec::H263,
    Codec::Screen,
    Codec::Screen2,
    Codec::Vp6,
    Codec::Vp6a,
    Codec::Mpeg4,
    Codec::Aac,
    Codec::Mp3,
    Codec::Opus,
    Codec::Flac,
    Codec::Ac3,
    Codec::Eac3,
    Codec::Speex,
];

#[test]
fn what_is_cut_says_so_or_nothing_was_lost() {
    for (codec, bytes) in samples() {
        let Some(whole) = describe(codec, &bytes) else { continue };
        for end in 0..bytes.len() {
            let part = describe(codec, &bytes[..end]).unwrap();
            // An empty header of Opus, av1C without units and a configuration of AAC without what is optional are
            // whole too.
            let whole_too = match codec {
                Codec::Opus => end == 0,
                Codec::Av1 => end == 4,
                Codec::Aac => end >= 2,
                _ => false,
            };
            assert!(
                part.problem.is_some() || part.format == whole.format || whole_too,
                "{codec:?} at {end}: {part:?}"
            );
        }
    }
}

#[test]
fn a_frame_that_is_cut_says_all_or_nothing() {
    for (codec, bytes) in samples() {
        let Some(whole) = describe_frame(codec, &bytes) else { continue };
        for end in 0..bytes.len() {
            let part = describe_frame(codec, &bytes[..end]);
            assert!(part.is_none() || part.as_ref() == Some(&whole), "{codec:?} at {end}: {part:?}");
        }
    }
}

#[test]
fn changed_bytes_never_panic() {
    let mut state = 7;
    for (codec, bytes) in samples() {
        for _ in 0..400 {
            let mut bytes = bytes.clone();
            for _ in 0..=random(&mut state) % 5 {
                let at = usize::try_from(random(&mut state)).unwrap() % bytes.len();
                bytes[at] = byte(&mut state);
            }
            let described = describe(codec, &bytes);
            assert_eq!(described, describe(codec, &bytes));
            assert_eq!(describe_frame(codec, &bytes), describe_frame(codec, &bytes));
            let _ = Sps::parse(&bytes).format();
        }
    }
}

#[test]
fn bytes_at_random_never_panic() {
    let mut state = 11;
    for round in 0..600 {
        let bytes: Vec<u8> = (0..round % 90).map(|_| byte(&mut state)).collect();
        for codec in CODECS {
            let described = describe(codec, &bytes);
            assert!(described.is_none_or(|d| d.problem.is_none_or(|text| !text.is_empty())));
            let _ = describe_frame(codec, &bytes);
        }
    }
}
