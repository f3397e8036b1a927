//! Writes a capture to standard output, of ordinary streaming or one that is to cost its reader much memory:
//! `captures KIND NUMBER`.

mod kinds;
mod streaming;
mod wire;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use kinds::Make;
use wire::Wire;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, number] = args.as_slice() else { return usage() };
    let Some((_, _, make)) = kinds().find(|(name, _, _)| name == kind) else { return usage() };
    let Ok(number) = number.parse() else { return usage() };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let written = Wire::new(&mut out).and_then(|mut wire| make(&mut wire, number)).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "standard output: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn usage() -> ExitCode {
    let mut text = "usage: captures KIND NUMBER\n\n".to_owned();
    text.extend(kinds().flat_map(|(name, about, _)| ["  ", name, ": NUMBER ", about, "\n"]));
    let _ = io::stderr().write_all(text.as_bytes());
    ExitCode::from(2)
}

/// Name, what the capture holds, and how to write it.
fn kinds() -> impl Iterator<Item = &'static (&'static str, &'static str, Make)> {
    streaming::KINDS.iter().chain(&kinds::KINDS)
}
