//! Files for other programs to read: `cargo test --test builder -- --ignored`.

use std::path::Path;

use crate::common::capture::Capture;
use crate::common::file::{Block, Format, NG, Ng};
use crate::common::impair::{self, down, up};
use crate::common::ip::{FragmentOrder, Tunnel};
use crate::common::tcp::{self, Flow, Packet};
use crate::common::wire::Link;
use crate::common::{Dir, MS, S, media, ready};

#[test]
#[ignore = "writes sample files, for other programs to read"]
fn write_samples() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples");
    std::fs::create_dir_all(&dir).unwrap();
    let save = |name: &str, capture: &Capture| std::fs::write(dir.join(name), capture.bytes()).unwrap();
    let hello = ready::hello_rtmp().packets();
    let publish = ready::publish_av(4).packets();
    let hello_v6 = ready::hello_rtmp().tcp(|t| t.flow = Flow::v6()).packets();
    save("hello.pcap", &Capture::of(&hello));
    save("hello_v6.pcap", &Capture::of(&hello_v6));
    save("publish.pcap", &Capture::of(&publish));
    save("play.pcap", &Capture::of(&ready::play_av(4).packets()));
    save("slow.pcap", &Capture::of(&ready::slow_path().packets()));
    for (name, talk) in
        [("hello", ready::hello_rtmp()), ("publish", ready::publish_av(4)), ("play", ready::play_av(4))]
    {
        let lines = talk
            .sent()
            .iter()
            .map(|m| format!("{:?} {} {} {} {} {}\n", m.dir, m.csid, m.kind, m.len(), m.timestamp, m.msid));
        std::fs::write(dir.join(format!("{name}.txt")), lines.collect::<String>()).unwrap();
        std::fs::write(dir.join(format!("{name}.flv")), media::flv(talk.sent())).unwrap();
    }
    let links = [
        ("vlan", Link::Vlan(42)),
        ("qinq", Link::QinQ(7, 42)),
        ("mpls", Link::Mpls(1000)),
        ("pppoe", Link::Pppoe),
        ("sll", Link::Sll),
        ("sll2", Link::Sll2),
        ("null_le", Link::NullLe),
        ("null_be", Link::NullBe),
        ("loop", Link::Loop),
        ("raw", Link::Raw),
    ];
    for (name, link) in links {
        save(&format!("link_{name}.pcap"), &Capture::of(&publish).link(link));
        save(&format!("link_{name}_v6.pcap"), &Capture::of(&hello_v6).link(link));
    }
    let tunnels = [("vxlan", Tunnel::Vxlan(42)), ("gre", Tunnel::Gre), ("gtpu", Tunnel::GtpU(99))];
    for (name, tunnel) in tunnels {
        save(&format!("tunnel_{name}.pcap"), &Capture::of(&publish).tunnel(tunnel));
        save(&format!("tunnel_{name}_v6.pcap"), &Capture::of(&hello_v6).tunnel(tunnel));
    }
    let formats = [
        ("be.pcap", Format::PcapBe),
        ("nano.pcap", Format::PcapNano),
        ("nano_be.pcap", Format::PcapNanoBe),
        ("modified.pcap", Format::PcapModified),
        ("le.pcapng", Format::PcapNg),
        ("be.pcapng", Format::PcapNgBe),
        ("nano.pcapng", Format::Ng(Ng { resolution: Some(9), ..NG })),
        ("binary.pcapng", Format::Ng(Ng { resolution: Some(0x94), ..NG })),
        ("offset.pcapng", Format::Ng(Ng { offset: 1_000_000_000, big_endian: true, ..NG })),
        ("simple.pcapng", Format::Ng(Ng { block: Block::Simple, ..NG })),
        ("old.pcapng", Format::Ng(Ng { block: Block::Old, ..NG })),
        ("two.pcapng", Format::Ng(Ng { two_interfaces: true, section: Some(50), ..NG })),
    ];
    for (name, format) in formats {
        save(&format!("format_{name}"), &Capture::of(&publish).format(format));
    }
    save("packed.pcap.gz", &Capture::of(&publish).gzip());
    save("packed.pcap.zst", &Capture::of(&publish).zstd());
    save("frag.pcap", &Capture::of(&publish).mtu(576));
    let shuffled = FragmentOrder::Shuffled(3);
    save("frag_shuffled.pcap", &Capture::of(&publish).mtu(576).fragment_order(shuffled));
    save("frag_v6.pcap", &Capture::of(&hello_v6).mtu(576).fragment_order(FragmentOrder::Backward));
    save("trailer.pcap", &Capture::of(&publish).trailer(6).pad());
    save("zero_length.pcap", &Capture::of(&publish).zero_length());
    for (name, packets) in damaged(&publish) {
        save(&format!("damage_{name}.pcap"), &Capture::of(&packets));
    }
}

fn damaged(packets: &[Packet]) -> Vec<(&'static str, Vec<Packet>)> {
    let again = ready::hello_rtmp().tcp(|t| t.isn = [7, 9]).packets();
    vec![
        ("lose", impair::lose_and_retransmit(packets, up(40), 30 * MS)),
        ("duplicate", impair::duplicate_all(packets, 1_000)),
        ("retransmit", impair::retransmit(packets, up(30), 20 * MS)),
        ("reorder", impair::reorder(packets, Dir::Up, 10, 3, 5)),
        ("overlap", impair::overlap(packets, up(30), 100, 50, 5 * MS, 0)),
        ("keep_alive", impair::keep_alive(packets, up(30), 15 * MS, 1)),
        ("zero_window", impair::zero_window(packets, up(60), S)),
        ("tiny", impair::tiny(packets, 100)),
        ("gso", impair::coalesce(packets, 60_000, MS)),
        ("reuse", tcp::one_after_other(packets, &again, S)),
        ("drop", impair::drop(packets, up(40))),
        ("no_down", impair::only(packets, Dir::Up)),
        ("mid", impair::from(packets, down(4))),
        ("fast_open", ready::publish_av(2).tcp(|t| t.fast_open = true).packets()),
        ("wrap", ready::publish_av(2).tcp(|t| t.isn = [0xFFFF_F000, 0xFFFF_FF00]).packets()),
    ]
}
