//! How fast each decoder is by itself, and all of them together: `cargo bench`.
//!
//! Captures are in memory, of 4 MB, from the example `captures`. Each layer's figure includes those below it; chunks and
//! AMF are by themselves. The counts in `instructions.txt` are what is compared from version to version.

#[path = "../examples/captures/kinds.rs"]
#[expect(dead_code, reason = "only its noise is taken")]
mod kinds;
#[path = "../examples/captures/streaming.rs"]
mod streaming;
#[path = "../examples/captures/wire.rs"]
mod wire;

use std::hint::black_box;
use std::io;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput};
use rtmpscope::benching;

/// Bytes of a capture.
const BYTES: u64 = 4_000_000;

/// A layer and what runs it on a capture.
type Layer = (&'static str, fn(&Arc<[u8]>) -> u64);

const LAYERS: [Layer; 5] = [
    ("capture", |bytes| benching::capture(bytes) as u64),
    ("link", |bytes| benching::link(bytes) as u64),
    ("tcp", |bytes| benching::tcp(bytes) as u64),
    ("timeline", benching::timeline),
    ("analyze", |bytes| benching::analyze(bytes) as u64),
];

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    layers(&mut criterion)?;
    chunks(&mut criterion);
    amf0(&mut criterion);
    criterion.final_summary();
    Ok(())
}

/// Each layer with those below it, on each kind of capture.
fn layers(criterion: &mut Criterion) -> io::Result<()> {
    let measured = ["big", "many", "lossy"];
    for (kind, _, make) in streaming::KINDS.iter().filter(|(kind, ..)| measured.contains(kind)) {
        let mut bytes = Vec::new();
        make(&mut wire::Wire::new(&mut bytes)?, BYTES)?;
        let bytes: Arc<[u8]> = bytes.into();
        for (layer, run) in LAYERS {
            let mut group = criterion.benchmark_group(layer);
            group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
            group.bench_function(*kind, |bencher| bencher.iter(|| run(black_box(&bytes))));
            group.finish();
        }
    }
    Ok(())
}

/// Video messages of 20 KB, in segments, by chunk size.
fn chunks(criterion: &mut Criterion) {
    let body = [&[0x27, 1, 0, 0, 0][..], &kinds::noise(20_000, 1)].concat();
    let mut group = criterion.benchmark_group("chunks");
    for size in [128_u16, 1024, 4096, 60_000] {
        let mut stream = wire::chunk(2, 0, 1, 0, &u32::from(size).to_be_bytes());
        for _ in 0..50 {
            stream.extend(wire::chunked(6, 9, 1, &body, usize::from(size)));
        }
        let pieces: Vec<Vec<u8>> = stream.chunks(wire::SEGMENT).map(<[u8]>::to_vec).collect();
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| benching::chunks(black_box(&pieces)));
        });
    }
    group.finish();
}

/// A command and metadata, as their messages carry them.
fn amf0(criterion: &mut Criterion) {
    let fields = [
        ("app", wire::string("live")),
        ("flashVer", wire::string("FMLE/3.0 (compatible; FMSc/1.0)")),
        ("tcUrl", wire::string("rtmp://192.0.2.1:1935/live")),
    ];
    let connect = wire::command("connect", 1.0, &[wire::object(&fields)]);
    let names: Vec<String> = (0..20).map(|n| format!("property{n}")).collect();
    let numbers: Vec<_> = names.iter().map(|name| (name.as_str(), wire::number(1280.0))).collect();
    let metadata = [wire::string("onMetaData"), wire::array(&numbers)].concat();
    let mut group = criterion.benchmark_group("amf0");
    for (name, body) in [("connect", connect), ("metadata", metadata)] {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| benching::amf0(black_box(&body))));
    }
    group.finish();
}
