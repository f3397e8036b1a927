//! Does what was asked, and says how it went.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read as _, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::args::{Args, Command, SchemaOf};
use super::notes;
use super::options::{CheckTask, Options, Task};
use super::overwrite;
use super::progress::Progress;
use super::rules;
use crate::analyze::{self, analyze, listen};
use crate::base::limits::Limits;
use crate::base::text::Printable;
use crate::base::time::CaptureTime;
use crate::capture::packet_places;
use crate::check::check;
use crate::report::baseline::Baseline;
use crate::report::check::PacketPlaces;
use crate::report::draft::Written;
use crate::report::mask::Masker;
use crate::report::model::{Capture, CheckReport, Status};
use crate::report::schema;
use crate::report::timeline::TimelineWriter;
use crate::session::event::Event;

/// What the program says to its caller.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// The work was done; a check found nothing that makes it fail.
    Done,
    /// A check found something that makes it fail.
    Findings,
    /// Wrong usage, or something could not be read or written.
    Failed,
    /// There was no RTMP to check.
    NothingToCheck,
}

impl From<Status> for ExitStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self::Done,
            Status::Failed => Self::Findings,
            Status::NothingToCheck => Self::NothingToCheck,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => Self::SUCCESS,
            ExitStatus::Findings => Self::from(1),
            ExitStatus::Failed => Self::from(2),
            ExitStatus::NothingToCheck => Self::from(3),
        }
    }
}

/// What is known about where the output goes.
#[derive(Clone, Debug, Default)]
pub struct Terminal {
    /// Standard output is a terminal.
    pub stdout: bool,
    /// Standard error is a terminal.
    pub stderr: bool,
    /// Columns of the terminal.
    pub width: Option<u16>,
    /// The environment asks for no color.
    pub no_color: bool,
    /// The working directory.
    pub directory: PathBuf,
    /// The top of the checked-out files, in a GitHub workflow.
    pub workspace: Option<PathBuf>,
}

impl Terminal {
    /// That of this process.
    pub fn detect() -> Self {
        let stdout = io::stdout().is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let github_actions = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        let workspace = std::env::var_os("GITHUB_WORKSPACE").filter(|top| !top.is_empty());
        let directory = std::env::current_dir().unwrap_or_default();
        Self {
            stdout,
            stderr: io::stderr().is_terminal(),
            width: if stdout { comfy_table::Table::new().width() } else { None },
            no_color: set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb"),
            workspace: github_actions.then(|| workspace.map_or_else(|| directory.clone(), PathBuf::from)),
            directory,
        }
    }
}

/// Why a run failed.
pub(super) enum Failure {
    Usage(String),
    Analysis(analyze::Error),
    Output(String, io::Error),
}

/// Runs the command line `args` (program name first); results go to `out`, everything else to `err`.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: &Terminal,
) -> ExitStatus {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => return usage(&error, out, err),
    };
    let failure = match execute(args.command, out, err, terminal) {
        Ok(status) => return status,
        Err(Failure::Output(_, error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return ExitStatus::Done;
        }
        Err(failure) => failure,
    };
    let (message, hint) = match &failure {
        Failure::Usage(message) => (message.clone(), Some("--help shows the usage")),
        Failure::Analysis(error) => (error.to_string(), None),
        Failure::Output(name, error) => (format!("{name}: {error}"), None),
    };
    // When standard error is gone too, the exit code has to do.
    let _ = writeln!(err, "error: {}", Printable::new(&message, 2000));
    if let Some(hint) = hint {
        let _ = writeln!(err, "hint: {}", Printable::new(hint, 2000));
    }
    ExitStatus::Failed
}

/// Help and version are results; everything else clap says is wrong usage.
fn usage(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> ExitStatus {
    let text = error.render();
    if error.use_stderr() {
        // It repeats arguments, which may be names of files that others chose.
        for line in text.to_string().lines() {
            let _ = writeln!(err, "{}", Printable::new(line, 2000));
        }
        return ExitStatus::Failed;
    }
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitStatus::Failed,
        _ => ExitStatus::Done,
    }
}

fn execute(
    command: Command,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    let options = match command {
        Command::Analyze(args) => Options::for_report(args, terminal),
        Command::Timeline(args) => Options::for_timeline(args, terminal),
        Command::Check(args) => Options::for_check(args, terminal),
        Command::Rules(args) => return rules::list(&args, out, terminal),
        Command::Rule { rule, color } => return rules::explain(&rule, color, out, terminal),
        Command::Schema { of } => {
            let schema = match of {
                SchemaOf::Report => schema::report(),
                SchemaOf::Timeline => schema::timeline(),
                SchemaOf::Check => schema::check(),
            };
            return to_stdout(schema::write(&schema, out));
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "rtmpscope", &mut script);
            return to_stdout(out.write_all(&script));
        }
        Command::Man { command } => return man(command.as_deref(), out),
    };
    let options = options.map_err(Failure::Usage)?;
    overwrite::refuse(&options).map_err(Failure::Usage)?;
    let name =
        options.output.as_deref().map_or_else(|| "standard output".to_owned(), |p| p.display().to_string());
    let output_error = |error| Failure::Output(name.clone(), error);
    match options.output.as_deref() {
        None => work(&options, &mut BufWriter::with_capacity(1 << 16, out), err, terminal, &output_error),
        Some(path) => {
            let file = File::create(path).map_err(output_error)?;
            work(&options, &mut BufWriter::with_capacity(1 << 16, file), err, terminal, &output_error)
        }
    }
}

pub(super) fn to_stdout(result: io::Result<()>) -> Result<ExitStatus, Failure> {
    result.map(|()| ExitStatus::Done).map_err(|error| Failure::Output("standard output".to_owned(), error))
}

fn man(command: Option<&str>, out: &mut dyn Write) -> Result<ExitStatus, Failure> {
    let mut root = Args::command();
    root.build();
    let page = match command {
        None => root,
        Some(name) => match root.find_subcommand(name) {
            Some(page) => page.clone(),
            None => return Err(Failure::Usage(format!("no command '{name}'"))),
        },
    };
    let mut text = Vec::new();
    to_stdout(clap_mangen::Man::new(page).render(&mut text).and_then(|()| out.write_all(&text)))
}

fn work(
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
    terminal: &Terminal,
    output_error: &dyn Fn(io::Error) -> Failure,
) -> Result<ExitStatus, Failure> {
    let mut progress = Progress::new(terminal.stderr && !options.quiet);
    let mut on_progress = |position, total| progress.update(position, total);
    let mut problem = None;
    let written = match &options.task {
        Task::Report(format) => {
            let draft = analyze(&options.captures, &options.analysis, &mut on_progress);
            progress.finish();
            let draft = draft.map_err(Failure::Analysis)?;
            draft.write(*format, out).map_err(output_error)?
        }
        Task::Timeline(layout, filter) => {
            let mut writer = TimelineWriter::new(out, *layout, filter.clone());
            let mut any = false;
            let mut on_event = |event: &Event<'_>, start: CaptureTime, masker: &mut Masker| {
                any = true;
                match writer.event(event, start, masker) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        problem = Some(error);
                        ControlFlow::Break(())
                    }
                }
            };
            let read = listen(&options.captures, &options.analysis, &mut on_progress, &mut on_event);
            progress.finish();
            if let Some(error) = problem {
                return Err(output_error(error));
            }
            Written { capture: read.map_err(Failure::Analysis)?, any }
        }
        Task::Check(task) => {
            let known = task.baseline.as_deref().map(baseline).transpose()?;
            let checked =
                check(&options.captures, &options.analysis, &task.profile, known.as_ref(), &mut on_progress);
            progress.finish();
            let (result, any) = checked.map_err(Failure::Analysis)?;
            let places = if task.format.shows_places() {
                places(&result, &options.analysis.limits)
            } else {
                PacketPlaces::new()
            };
            return match task.format.write(&result, &places, out).and_then(|()| out.flush()) {
                // Who stopped reading gets the exit code all the same.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(output_error(error)),
                _ => conclude(options, task, &result, any, err),
            };
        }
    };
    out.flush().map_err(output_error)?;
    notes(options, &written.capture, written.any, err);
    Ok(ExitStatus::Done)
}

/// Where the packets of findings are in their files. That takes another reading, and is left out where there is none:
/// of what is no plain file.
fn places(result: &CheckReport, limits: &Limits) -> PacketPlaces {
    let mut wanted: Vec<u64> = result.findings.iter().filter_map(|finding| finding.packet).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let paths: Vec<PathBuf> = result.capture.inputs.iter().map(|input| PathBuf::from(&input.path)).collect();
    let again = paths.iter().all(|path| path.is_file());
    if wanted.is_empty() || !again { PacketPlaces::new() } else { packet_places(&paths, limits, &wanted) }
}

/// What is left to do when the result of a check is written.
fn conclude(
    options: &Options,
    task: &CheckTask,
    result: &CheckReport,
    any: bool,
    err: &mut dyn Write,
) -> Result<ExitStatus, Failure> {
    let mut status = result.summary.status.into();
    if let Some(path) = &task.write_baseline {
        write_baseline(path, result, err, options.quiet)?;
        status = if status == ExitStatus::Findings { ExitStatus::Done } else { status };
    }
    notes(options, &result.capture, any, err);
    Ok(status)
}

/// What is said of a capture besides; `any` if it has a connection.
fn notes(options: &Options, capture: &Capture, any: bool, err: &mut dyn Write) {
    if !options.quiet && !any {
        let part = options.analysis.connection.is_some() || options.analysis.time.is_some();
        notes::write(capture, part, err);
    }
}

/// Bytes of a baseline at most.
const MOST_BASELINE: u64 = 64 << 20;

/// The baseline of a file. One that cannot be read is no empty one.
fn baseline(path: &Path) -> Result<Baseline, Failure> {
    let name = path.display();
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BASELINE).read_to_string(&mut text))
        .map_err(|error| Failure::Usage(format!("baseline {name}: {error}")))?;
    Baseline::parse(&text).map_err(|what| Failure::Usage(format!("baseline {name}: {what}")))
}

/// Writes what makes the check fail as a baseline.
fn write_baseline(
    path: &Path,
    result: &CheckReport,
    err: &mut dyn Write,
    quiet: bool,
) -> Result<(), Failure> {
    let known = Baseline::of(result);
    std::fs::write(path, known.text()).map_err(|error| Failure::Output(path.display().to_string(), error))?;
    if !quiet {
        let _ = writeln!(err, "note: {} findings written to {}", known.len(), path.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
