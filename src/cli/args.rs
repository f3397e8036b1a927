//! What can be typed.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::parse::{self, LimitValue, TimeRange};

/// Reads packet captures, reassembles TCP, decodes RTMP, and says what happened and how well it went.
#[derive(Debug, Parser)]
#[command(name = "rtmpscope", version, max_term_width = 100, after_long_help = EXAMPLES, after_help = SHORT_HELP)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

const SHORT_HELP: &str = "--help has examples; 'rtmpscope COMMAND --help' has those of a command.";

const EXAMPLES: &str = "\
Examples:
  rtmpscope analyze stream.pcap                      what happened, as tables
  rtmpscope analyze --format json a.pcapng b.pcapng  two files as one capture, as JSON
  tcpdump -w - port 1935 | rtmpscope timeline -      every event, from standard input
  rtmpscope check --fail-on warning stream.pcap      what breaks the rules of RTMP, with an exit code for CI
  rtmpscope rule CH-04                               what a rule asks for, and why

Stream names, URL queries and credentials are masked in all output unless --show-secrets is given.

Exit codes: 0 done; 1 'check' found something; 2 wrong usage, or a file that could not be read or
written; 3 'check' found no RTMP.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report connections, streams, quality and efficiency
    Analyze(Analyze),
    /// Show every event, one a line
    Timeline(Timeline),
    /// Hold connections to the rules of RTMP
    Check(Check),
    /// List the rules of 'check'
    Rules(Rules),
    /// Explain a rule of 'check'
    #[command(after_long_help = RULE_EXAMPLES)]
    Rule {
        /// Code of the rule, or its name; capitals do not matter
        #[arg(value_name = "CODE")]
        rule: String,
        /// Whether to use colors; by itself never when the environment has `NO_COLOR`
        #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
        color: Color,
    },
    /// Print the JSON Schema of a report, or of the lines of a timeline
    #[command(after_long_help = SCHEMA_EXAMPLES)]
    Schema {
        /// What to describe
        #[arg(value_enum, value_name = "OUTPUT", default_value_t)]
        of: SchemaOf,
    },
    /// Print a completion script for a shell
    #[command(after_long_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// Shell to write it for
        shell: Shell,
    },
    /// Print the manual page, in roff
    #[command(after_long_help = MAN_EXAMPLES)]
    Man {
        /// Command the page is about; all of them in short without one
        command: Option<String>,
    },
}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  rtmpscope schema > report.schema.json
  rtmpscope schema timeline | jq '.properties | keys'
  rtmpscope schema check > check.schema.json";

const RULE_EXAMPLES: &str = "\
Examples:
  rtmpscope rule CH-04
  rtmpscope rule ch-04 --color never

Exit codes: 0 done; 2 there is no such rule.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  rtmpscope completions bash > ~/.local/share/bash-completion/completions/rtmpscope
  rtmpscope completions zsh > ~/.zfunc/_rtmpscope";

const MAN_EXAMPLES: &str = "\
Examples:
  rtmpscope man | man -l -
  rtmpscope man timeline > rtmpscope-timeline.1";

#[derive(Debug, clap::Args)]
#[command(after_long_help = ANALYZE_EXAMPLES)]
pub(super) struct Analyze {
    #[command(flatten)]
    pub(super) input: Input,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) format: ReportFormat,
    #[command(flatten)]
    pub(super) output: Output,
}

const ANALYZE_EXAMPLES: &str = "\
Examples:
  rtmpscope analyze stream.pcap
  rtmpscope analyze --connection 3 --time 1m..1m30s stream.pcap
  rtmpscope analyze --format json -o report.json captures/
  rtmpscope analyze --format ndjson *.pcap | jq -c '{client, verdict}'
  rtmpscope analyze --decode-as 192.0.2.1:8080=rtmp stream.pcap

JSON: one object; 'rtmpscope schema' describes it. NDJSON: one connection a line.";

#[derive(Debug, clap::Args)]
#[command(after_long_help = TIMELINE_EXAMPLES)]
pub(super) struct Timeline {
    #[command(flatten)]
    pub(super) input: Input,
    /// Format of the lines
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) format: LineFormat,
    /// Only events whose name begins with PREFIX: a group (tcp. hs. chunk. ctl. uc. nc. ns. data. so. media. message.
    /// session.) or more of it, such as media.keyframe; may be repeated
    #[arg(long = "event", value_name = "PREFIX")]
    pub(super) events: Vec<String>,
    #[command(flatten)]
    pub(super) output: Output,
}

const TIMELINE_EXAMPLES: &str = "\
Examples:
  rtmpscope timeline stream.pcap
  rtmpscope timeline --event nc. --event ns. stream.pcap
  rtmpscope timeline --event media.video --time ..10 --format ndjson stream.pcap
  rtmpscope timeline --format ndjson stream.pcap | jq -r 'select(.keyframe) | .dts_ms'

NDJSON: one flat object a line, with the fields of shorter message headers filled in.";

#[derive(Debug, clap::Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) input: Input,
    /// Format of the result; without it text, or github in a GitHub workflow (`GITHUB_ACTIONS`) when no file is named
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<CheckFormat>,
    /// What to hold connections to: default, strict, youtube, twitch, facebook, cloudflare, or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    pub(super) profile: String,
    /// Fail on findings of this severity and graver ones; without it the profile says, which is error by default. The
    /// stricter of both counts
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,
    /// Only rules with these codes (CH-04) or of these groups (CH), with commas between; may be repeated
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// No rules with these codes or of these groups; may be repeated
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Accept the findings that this file knows, and report new ones and entries that nothing was found for
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what makes the check fail to this file, to be accepted from now on; the check then passes
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
    /// In text, list what each rule came to with each connection
    #[arg(short, long)]
    pub(super) verbose: bool,
    #[command(flatten)]
    pub(super) output: Output,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  rtmpscope check stream.pcap
  rtmpscope check --verbose stream.pcap
  rtmpscope check --profile youtube --fail-on warning stream.pcap
  rtmpscope check --select CH,CMD-04 --format json stream.pcap
  rtmpscope check --write-baseline known.json stream.pcap
  rtmpscope check --baseline known.json stream.pcap
  rtmpscope check --format junit -o rtmp.xml stream.pcap
  rtmpscope check --format sarif -o rtmp.sarif stream.pcap

'rtmpscope rules' lists what is checked, 'rtmpscope rule CODE' explains a finding, 'rtmpscope
schema check' describes the JSON. In SARIF and annotations, captures are named as seen from the top
of the checked-out files (GITHUB_WORKSPACE) or else from the working directory.

Exit codes, the same for all formats:
  0  nothing found at or above the severity that fails
  1  findings at or above it
  2  the check could not be done: wrong usage, or a file that could not be read or written
  3  no RTMP in the capture that could be judged";

#[derive(Debug, clap::Args)]
#[command(after_long_help = RULES_EXAMPLES)]
pub(super) struct Rules {
    /// Only rules whose code begins with PREFIX: a group, such as CH, or more; capitals do not matter
    #[arg(value_name = "PREFIX")]
    pub(super) prefixes: Vec<String>,
    /// Format of the list
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) format: ListFormat,
    /// Whether to use colors; by itself never when the environment has `NO_COLOR`
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
}

const RULES_EXAMPLES: &str = "\
Examples:
  rtmpscope rules
  rtmpscope rules CH HS
  rtmpscope rules --format json | jq -r '.[] | [.code, .severity] | @tsv'

Exit codes: 0 done; 2 no rule's code begins with a PREFIX.";

#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// Capture file (pcap or pcapng, plain, gzip or zstd), directory, or - for standard input; several are one capture
    #[arg(required = true, value_name = "CAPTURE")]
    pub(super) captures: Vec<PathBuf>,
    /// Server port to try as RTMP first; may be repeated
    #[arg(long = "port", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) ports: Vec<u16>,
    /// Take connections to a server as RTMP whatever their bytes say; may be repeated
    #[arg(long, value_name = "ADDR:PORT=rtmp", value_parser = parse::decode_as)]
    pub(super) decode_as: Vec<SocketAddr>,
    /// Only the connection with this number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) connection: Option<u32>,
    /// Only this time from the capture's first packet, in seconds or like 1m30s: 5..10, 5.., ..10
    #[arg(long, value_name = "FROM..TO", value_parser = parse::time_range, allow_hyphen_values = true)]
    pub(super) time: Option<TimeRange>,
    /// Leave out TCP segments with a wrong TCP or IPv4 checksum, as their receiver did
    ///
    /// Without it checksums are not looked at. Those of a sender whose checksums are mostly wrong, as in a capture
    /// taken on a host whose network card fills them in, are taken all the same, and counted.
    #[arg(long)]
    pub(super) verify_checksums: bool,
    /// Show stream names, URL queries, credentials and tokens as they are
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// Threads to work with: compressed captures are read faster with several; the output is the same for any number
    ///
    /// Without it as many as there are processors.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZeroUsize>,
    /// Change a limit; may be repeated
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = parse::limit, long_help = parse::limits_help())]
    pub(super) limits: Vec<LimitValue>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Output {
    /// File to write the result to, instead of standard output
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(super) path: Option<PathBuf>,
    /// Whether to use colors; by itself never when the environment has `NO_COLOR`
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
    /// Print no notes and no progress
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// Tables for people
    #[default]
    Table,
    /// One JSON object
    Json,
    /// One JSON object a line, a connection each
    Ndjson,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// Findings for people, with evidence and help
    Text,
    /// One JSON object
    Json,
    /// JUnit XML: a case for each rule and connection
    Junit,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// A table for people
    #[default]
    Text,
    /// One JSON array
    Json,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// The protocol is broken, or the session failed
    Error,
    /// Works with some peers only, and all of the above
    Warning,
    /// Anything worth seeing
    Info,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// What 'analyze --format json' writes
    #[default]
    Report,
    /// A line of 'timeline --format ndjson'
    Timeline,
    /// What 'check --format json' writes
    Check,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LineFormat {
    /// Aligned text for people
    #[default]
    Table,
    /// One flat JSON object a line
    Ndjson,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// If the output is a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn flags_of_both_commands() {
        let line = "rtmpscope timeline a.pcap - --port 1936 --port 80 --decode-as [::1]:8080=rtmp --connection 3 \
                    --verify-checksums \
                    --time ..1m30s --show-secrets --limit timeline=5K --event nc. --event ns. --format ndjson -q \
                    --color never -o out";
        let args = Args::try_parse_from(line.split_whitespace()).unwrap();
        let Command::Timeline(timeline) = args.command else { panic!("another command") };
        assert_eq!(timeline.input.captures.len(), 2);
        assert_eq!(timeline.input.ports, [1936, 80]);
        assert_eq!(timeline.input.decode_as, ["[::1]:8080".parse().unwrap()]);
        assert_eq!(timeline.input.time, Some(TimeRange { from: f64::NEG_INFINITY, to: 90.0 }));
        assert!(timeline.input.verify_checksums);
        assert_eq!(timeline.events, ["nc.", "ns."]);
        assert_eq!((timeline.format, timeline.output.color), (LineFormat::Ndjson, Color::Never));
    }

    #[test]
    fn wrong_arguments() {
        for line in [
            "rtmpscope",
            "rtmpscope analyze",
            "rtmpscope analyze a --port 0",
            "rtmpscope analyze a --connection 0",
            "rtmpscope analyze a --time 5..1",
            "rtmpscope analyze a --limit nothing=1",
            "rtmpscope analyze a --decode-as 1.2.3.4:5=http",
            "rtmpscope analyze a --format html",
            "rtmpscope timeline a --format json",
            "rtmpscope completions cmd",
        ] {
            assert!(Args::try_parse_from(line.split_whitespace()).is_err(), "{line}");
        }
    }
}
