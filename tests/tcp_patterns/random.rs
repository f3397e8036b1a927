//! Seeded mixtures of everything that does no harm.

use crate::common::impair::{self, Pick};
use crate::common::tcp::Packet;
use crate::common::{Dir, MS, Rng, ready};
use crate::support::run::{self, number};
use crate::support::tcp_model::{self, Counted};
use crate::support::truth::{self, DIRECTIONS};

/// Data packets of the media, which answer nothing: those before may only come twice, not late.
const MEDIA: usize = 20;

/// Five to ten kinds of damage, one upon the other.
fn mixture(seed: u64) -> (Vec<&'static str>, Vec<Packet>) {
    let mut rng = Rng::new(seed);
    let mut packets = ready::publish_av(2)
        .tcp(|t| t.isn = [(seed as u32).wrapping_mul(0x1357_9BDF), 0xFFFF_FFF0])
        .packets();
    let mut names = Vec::new();
    for _ in 0..5 + rng.below(6) {
        let count = packets.iter().filter(|p| p.dir == Dir::Up && !p.payload.is_empty()).count();
        let pick = Pick::Data(Dir::Up, MEDIA + rng.below(count - MEDIA - 20));
        let (name, damaged) = match rng.below(9) {
            0 => ("lose", impair::lose_and_retransmit(&packets, pick, 25 * MS)),
            1 => ("lose long", impair::lose_and_retransmit(&packets, pick, 250 * MS)),
            2 => {
                let (before, media) = packets.split_at(impair::index(&packets, pick));
                let media = impair::reorder(media, Dir::Up, 20, 3, seed);
                ("reorder", [before.to_vec(), media].concat())
            }
            3 => ("retransmit late", impair::retransmit(&packets, pick, 200 * MS)),
            4 => ("retransmit", impair::retransmit(&packets, pick, 12 * MS)),
            5 => {
                let (back, forward) = (rng.below(3_000) as u32, rng.below(500) as u32);
                ("overlap", impair::overlap(&packets, pick, back, forward, 3 * MS, 0))
            }
            6 => ("keep-alive", impair::keep_alive(&packets, pick, MS / 4, 0)),
            7 => ("zero window", impair::zero_window(&packets, pick, 700 * MS)),
            _ => ("tiny", {
                let at = impair::index(&packets, pick);
                let (before, rest) = packets.split_at(at);
                let (some, after) = rest.split_at(10);
                [before, &impair::tiny(some, 1 + rng.below(300)), after].concat()
            }),
        };
        names.push(name);
        packets = damaged;
    }
    // Nobody acknowledges what is still missing, also where damage was done upon damage.
    packets = impair::reorder(&packets, Dir::Up, 0, 1, seed);
    // Seeing a packet twice is the capture's doing, so it comes last.
    let twice = rng.below(5);
    names.extend(vec!["duplicate"; twice]);
    for _ in 0..twice {
        let at = rng.below(packets.len());
        packets = impair::duplicate(&packets, Pick::Index(at), 0);
    }
    (names, packets)
}

#[test]
fn any_mixture_of_harmless_damage_decodes() {
    for seed in 1..=40 {
        let (names, packets) = mixture(seed);
        let case = format!("seed {seed}: {}", names.join(", "));
        let talk = ready::publish_av(2);
        truth::assert_decoded(&run::timeline(&packets), 1, &talk, &case);
        let report = run::report(&packets);
        let connection = run::only(&report);
        truth::assert_ledger(connection, &case);
        for dir in [Dir::Up, Dir::Down] {
            let want = tcp_model::count(&packets, dir);
            let tcp = &connection["tcp"][DIRECTIONS[dir.i()]];
            let get = |key: &str| number(tcp, &format!("/{key}"));
            assert_eq!(get("unique_bytes"), talk.written(dir), "{case}");
            assert_eq!((get("gaps"), get("gap_bytes"), get("late_bytes")), (0, 0, 0), "{case}");
            assert_eq!(get("conflicting_bytes"), 0, "{case}");
            let repeated = get("retransmitted_segments") + get("out_of_order_segments");
            let got = Counted {
                segments: get("segments"),
                payload_bytes: get("payload_bytes"),
                unique_bytes: get("unique_bytes"),
                retransmitted_bytes: get("retransmitted_bytes"),
                keep_alives: get("keep_alives"),
                duplicate_packets: get("duplicate_packets"),
                // The two are told apart by round-trip times, which the model does not know.
                repeating: repeated - want.filling,
                filling: want.filling,
                zero_windows: want.zero_windows,
            };
            assert_eq!(got, want, "{case}, {dir:?}");
        }
    }
}
