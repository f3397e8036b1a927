//! What the arguments mean. Nothing is opened here.

use std::path::{Path, PathBuf};

use super::args::{self, Analyze, Check, Color, FailOn, Input, LineFormat, Output, ReportFormat, Timeline};
use super::run::Terminal;
use crate::analyze;
use crate::base::limits::Limits;
use crate::check::Profile;
use crate::report::check::CheckFormat;
use crate::report::check::paths::Root;
use crate::report::model::Severity;
use crate::report::timeline::{Filter, Layout};
use crate::report::{Format, Style};

/// One run over captures.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) captures: Vec<PathBuf>,
    pub(super) analysis: analyze::Options,
    pub(super) task: Task,
    /// Standard output without one.
    pub(super) output: Option<PathBuf>,
    pub(super) quiet: bool,
}

/// What to write.
#[derive(Debug)]
pub(super) enum Task {
    Report(Format),
    Timeline(Layout, Filter),
    Check(Box<CheckTask>),
}

/// How to check.
#[derive(Debug)]
pub(super) struct CheckTask {
    pub(super) format: CheckFormat,
    pub(super) profile: Profile,
    /// As it was named: built-in, or a file.
    pub(super) profile_name: String,
    pub(super) baseline: Option<PathBuf>,
    pub(super) write_baseline: Option<PathBuf>,
}

impl Options {
    pub(super) fn for_report(args: Analyze, terminal: &Terminal) -> Result<Self, String> {
        let color = use_color(args.output.color, args.output.path.as_deref(), terminal);
        let style = Style::default();
        let width = terminal.width.filter(|_| args.output.path.is_none()).unwrap_or(style.width);
        let format = match args.format {
            ReportFormat::Table => Format::Table(Style { width: width.max(MIN_WIDTH), color }),
            ReportFormat::Json => Format::Json,
            ReportFormat::Ndjson => Format::Ndjson,
        };
        Self::new(args.input, args.output, Task::Report(format))
    }

    /// The filters are of what is shown: the analysis sees everything, so that state and masks do not change.
    pub(super) fn for_timeline(mut args: Timeline, terminal: &Terminal) -> Result<Self, String> {
        let layout = match args.format {
            LineFormat::Table => {
                Layout::Table { color: use_color(args.output.color, args.output.path.as_deref(), terminal) }
            }
            LineFormat::Ndjson => Layout::Ndjson,
        };
        let filter = Filter {
            connection: args.input.connection.take(),
            events: args.events,
            time: args.input.time.take().map(|range| (range.from, range.to)),
        };
        Self::new(args.input, args.output, Task::Timeline(layout, filter))
    }

    pub(super) fn for_check(args: Check, terminal: &Terminal) -> Result<Self, String> {
        let color = use_color(args.output.color, args.output.path.as_deref(), terminal);
        let usual = if terminal.workspace.is_some() && args.output.path.is_none() {
            args::CheckFormat::Github
        } else {
            args::CheckFormat::Text
        };
        let format = match args.format.unwrap_or(usual) {
            args::CheckFormat::Text => {
                CheckFormat::Text { style: Style { color, ..Style::default() }, verbose: args.verbose }
            }
            args::CheckFormat::Json => CheckFormat::Json,
            args::CheckFormat::Junit => CheckFormat::Junit(root(terminal)),
            args::CheckFormat::Sarif => CheckFormat::Sarif(root(terminal)),
            args::CheckFormat::Github => CheckFormat::Github(root(terminal)),
        };
        let mut profile = Profile::load(&args.profile)
            .and_then(|profile| profile.select(&args.select, &args.ignore))
            .map_err(|error| error.to_string())?;
        if let Some(fail_on) = args.fail_on {
            profile = profile.fail_on(match fail_on {
                FailOn::Error => Severity::Error,
                FailOn::Warning => Severity::Warning,
                FailOn::Info => Severity::Info,
            });
        }
        let Check { baseline, write_baseline, profile: profile_name, .. } = args;
        let task = CheckTask { format, profile, profile_name, baseline, write_baseline };
        Self::new(args.input, args.output, Task::Check(Box::new(task)))
    }

    fn new(input: Input, output: Output, task: Task) -> Result<Self, String> {
        if input.captures.iter().filter(|path| path.as_path() == Path::new("-")).count() > 1 {
            return Err("standard input (-) can be read only once".to_owned());
        }
        let mut limits = Limits::default();
        input.limits.into_iter().for_each(|limit| limit.apply(&mut limits));
        let analysis = analyze::Options {
            ports: input.ports,
            decode_as: input.decode_as,
            connection: input.connection,
            time: input.time.map(|range| (range.from, range.to)),
            verify_checksums: input.verify_checksums,
            show_secrets: input.show_secrets,
            threads: input.threads,
            limits,
        };
        Ok(Self { captures: input.captures, analysis, task, output: output.path, quiet: output.quiet })
    }
}

/// How text looks on standard output.
pub(super) fn style(color: Color, terminal: &Terminal) -> Style {
    let width = terminal.width.unwrap_or(Style::default().width).max(MIN_WIDTH);
    Style { width, color: use_color(color, None, terminal) }
}

/// Tables narrower than this are no longer readable.
const MIN_WIDTH: u16 = 60;

fn root(terminal: &Terminal) -> Root {
    let directory = terminal.directory.clone();
    Root { top: terminal.workspace.clone().unwrap_or_else(|| directory.clone()), directory }
}

fn use_color(color: Color, output: Option<&Path>, terminal: &Terminal) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal.stdout && output.is_none() && !terminal.no_color,
    }
}
