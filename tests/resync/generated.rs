//! Conversations of the script builder with chunk sizes that real programs use, and with odd ones.

use crate::common::capture::Capture;
use crate::common::media::Av;
use crate::common::talk::Talk;
use crate::common::{Dir, Rng};
use crate::subject::Subject;

/// Chunk sizes, and the bytes of a key, P and B frame that fill several chunks now and then. A size of 1, which no
/// program uses by choice, is not among them: joined in the middle, it is taken for a larger one.
const SIZES: [(u32, [usize; 3]); 6] = [
    (128, [12_000, 3_000, 1_400]),
    (4_096, [20_000, 5_000, 2_500]),
    (5_000, [20_000, 6_000, 2_500]),
    (60_000, [130_000, 12_000, 5_000]),
    (65_536, [130_000, 12_000, 5_000]),
    (1_000_000, [60_000, 9_000, 4_000]),
];

/// A publish and a play with each chunk size.
pub(crate) fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (n, (size, sizes)) in SIZES.into_iter().enumerate() {
        for dir in [Dir::Up, Dir::Down] {
            let name = format!("generated-{}-chunk{size}", if dir == Dir::Up { "publish" } else { "play" });
            let seed = Rng::new(n as u64).next();
            let av = Av { sizes, gop: 25, seed, base: 7_000, ..Av::seconds(6) };
            let bytes = Capture::of(&talk(dir, size, &av).packets()).bytes();
            subjects.push(Subject::of(&name, bytes).unwrap_or_else(|why| panic!("{name}: {why}")));
        }
    }
    subjects
}

fn talk(dir: Dir, size: u32, av: &Av) -> Talk {
    let opened = Talk::new().handshake().connect("live");
    let live = match dir {
        Dir::Up => opened.fc_publish("cam1").create_stream().publish("cam1"),
        Dir::Down => opened.create_stream().play("cam1"),
    };
    let said =
        live.acks(50_000).chunk_size(dir, size).metadata().avc_header().aac_header().media(&av.frames());
    match dir {
        Dir::Up => said.wait(40).unpublish("cam1"),
        Dir::Down => said.wait(40).delete_stream(),
    }
    .wait(20)
    .close()
}
