//! The command; everything is in the library.

use std::process::ExitCode;

use rtmpscope::cli::{Terminal, run};

fn main() -> ExitCode {
    run(std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr(), &Terminal::detect()).into()
}
