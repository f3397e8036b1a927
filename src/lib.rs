//! Reads packet captures, puts the TCP streams back together, decodes RTMP, and says what happened and how well it
//! went.
//!
//! # Use
//!
//! [`Analyzer`] reads captures to their end and gives a [`Report`]: plain data, the same as the command's JSON.
//!
//! ```
//! use rtmpscope::{Analyzer, Error, Format, Limits, Options};
//!
//! let options = Options {
//!     ports: vec![1936],
//!     limits: Limits { connections: 1000, ..Limits::default() },
//!     ..Options::default()
//! };
//! let analyzer = Analyzer::new(options);
//!
//! // A capture of no packet: the header of a pcap file.
//! let path = std::env::temp_dir().join(format!("rtmpscope-{}.pcap", std::process::id()));
//! std::fs::write(&path, b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0")?;
//!
//! let report = analyzer.run([&path])?;
//! assert_eq!(report.summary.connections, 0);
//! for connection in &report.connections {
//!     println!("{} -> {}: {}", connection.client, connection.server, connection.verdict);
//! }
//! Format::Json.write(&report, &mut std::io::stdout())?;
//!
//! // No report comes of what is no capture.
//! std::fs::write(&path, "not a capture")?;
//! let error: Error = analyzer.run([&path]).unwrap_err();
//! eprintln!("{error}");
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Checker`] holds captures to the rules of a [`Profile`], as the command's `check` does.
//!
//! Stream names, URL queries and credentials are masked in the report unless [`Options::show_secrets`] is set.
//! [`Limits`] bounds what hostile input may cost; a limit that was reached is told in the report. The same captures
//! and options give the same report: there is no clock and no hash order in it.
//!
//! # Layers
//!
//! Each layer takes what the one above it in this list gives, and pushes its own result on; only packets are pulled.
//!
//! ```text
//!  module     gives
//!
//!  capture    packets: number, time, link type, bytes     pcap, pcapng; gzip, Zstandard; several files as one
//!    │
//!  link       TCP segments                                VLAN, MPLS, PPP, tunnels, IP fragments
//!    │
//!  tcp        each direction in order: data, or a gap     a hole is data, not an error
//!    │
//!  tunnel     what the stream is                          told by its bytes; the port is a hint
//!    │
//!  rtmp       handshake, then messages                    chunk sizes, aborts, lost sync; uses amf, media
//!    │
//!  session    events                                      both directions: commands, streams, media
//!    │
//!    ├─→ metrics   figures of a connection                counts, pacing, latency, the byte ledger
//!    ├─→ rules     findings
//!    │
//!  report     the report, the timeline, and their formats
//! ```
//!
//! `base` has what all of them share: positions, clocks, the byte reader, limits. `analyze` joins the layers, `cli` is
//! the command. A module imports only modules below it; the test `layering` holds the source to that.
mod amf;
mod analyze;
mod base;
#[doc(hidden)]
pub mod benching;
mod capture;
mod check;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod fuzzing;
mod link;
mod media;
mod metrics;
mod report;
mod rtmp;
mod rules;
mod session;
mod tcp;
mod tunnel;

pub use analyze::{Analyzer, Error, Options};
pub use base::limits::Limits;
pub use check::{Checker, Profile, ProfileError};
pub use report::model::{self, Report};
pub use report::{Format, Style};
