//! Holds captures to a profile: analysis with rules, expectations of figures, a baseline, and the gate.
//!
//! Takes paths, [`Options`] and a [`Profile`]; gives the [`CheckReport`]. [`Checker`] is that for users of the library.

use std::path::PathBuf;

use crate::analyze::{self, Options, judge, judge_open};
use crate::capture::Capture;
use crate::metrics::Depth;
use crate::report::baseline::{self, Baseline};
use crate::report::check::{About, JudgedConnection, build, settle};
use crate::report::draft::Draft;
use crate::report::expect;
use crate::report::model::{CheckReport, Severity};
use crate::rules::profile;
use crate::rules::set::RuleSet;

/// Holds captures to the rules of a profile.
///
/// ```
/// use rtmpscope::model::{Severity, Status};
/// use rtmpscope::{Checker, Options, Profile};
///
/// // What YouTube asks, without one of the rules.
/// let profile = Profile::load("youtube")?.select(&[], &["SEC-03".to_owned()])?.fail_on(Severity::Warning);
/// let checker = Checker::new(Options::default(), profile);
///
/// let checked = checker.run(["testdata/captures/fail_wrong_app.pcap"])?;
/// assert_eq!(checked.summary.status, Status::Failed);
/// for finding in &checked.findings {
///     println!("{} in packet {:?}: {}", finding.code, finding.packet, finding.message);
/// }
/// assert!(checked.findings.iter().any(|finding| finding.code == "CMD-04"));
///
/// // A mistake is an error with the name that was perhaps meant.
/// let error = Profile::load("yutube").unwrap_err();
/// assert!(error.to_string().ends_with("did you mean 'youtube'?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checker {
    options: Options,
    profile: Profile,
}

/// What captures are held to: rules, severities, figures, and expectations of the report.
#[derive(Clone, Debug, Default)]
pub struct Profile(pub(crate) profile::Profile, Vec<expect::Expected>);

/// Why there is no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError(String);

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProfileError {}

impl Profile {
    /// The profile with a built-in name (`default`, `strict`, `youtube`, `twitch`, `facebook`, `cloudflare`), or of a TOML
    /// file.
    ///
    /// # Errors
    /// When there is none of that name, or the file has a mistake: with the line, and the nearest name that is known.
    pub fn load(name: &str) -> Result<Self, ProfileError> {
        let profile = profile::load(name).map_err(|error| ProfileError(error.to_string()))?;
        Self::resolved(profile)
    }

    /// Holds captures only to the rules with these codes (`CH-04`) or of these groups (`CH`), if there are any, and not to
    /// those of `ignore`.
    ///
    /// # Errors
    /// A code that no rule has, or when no rule is left.
    pub fn select(mut self, select: &[String], ignore: &[String]) -> Result<Self, ProfileError> {
        profile::select(&mut self.0, select, ignore).map_err(|error| ProfileError(error.to_string()))?;
        if !self.0.rules().any(|(_, settings)| settings.enabled) && self.0.expectations.is_empty() {
            return Err(ProfileError(format!("no rule of profile {} is left to check", self.0.name)));
        }
        Self::resolved(self.0)
    }

    /// Findings of this severity and graver ones make a check fail, where the profile is not stricter.
    #[must_use]
    pub fn fail_on(mut self, severity: Severity) -> Self {
        self.0.fail_on = self.0.fail_on.min(severity.into());
        self
    }

    /// What figures are for: expectations may name any of them.
    const fn depth(&self) -> Depth {
        if self.1.is_empty() { Depth::Verdict } else { Depth::Full }
    }

    fn resolved(profile: profile::Profile) -> Result<Self, ProfileError> {
        let expected =
            expect::resolve(&profile.expectations).map_err(|error| ProfileError(error.to_string()))?;
        Ok(Self(profile, expected))
    }
}

impl Checker {
    /// One with these options and this profile.
    pub const fn new(options: Options, profile: Profile) -> Self {
        Self { options, profile }
    }

    /// Reads captures to their end and holds them to the profile. Several paths are one capture.
    ///
    /// # Errors
    /// When an input cannot be opened or is no capture. Damage inside an input is part of the report.
    pub fn run<P: Into<PathBuf>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<CheckReport, analyze::Error> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        Ok(check(&paths, &self.options, &self.profile, None, &mut |_, _| {})?.0)
    }
}

/// Checks captures; tells too whether they have any connection.
///
/// # Errors
/// When an input cannot be opened or is no capture.
pub(crate) fn check(
    paths: &[PathBuf],
    options: &Options,
    profile: &Profile,
    known: Option<&Baseline>,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(CheckReport, bool), analyze::Error> {
    let set = RuleSet::new(&profile.0);
    let (draft, judged) = judge(paths, options, progress, &set, profile.depth())?;
    let checked = result(draft, judged, &set, profile, known);
    let any = !checked.connections.is_empty();
    Ok((checked, any))
}

/// Checks an open capture.
pub(crate) fn check_open(
    capture: Capture,
    options: &Options,
    profile: &Profile,
    known: Option<&Baseline>,
) -> CheckReport {
    let set = RuleSet::new(&profile.0);
    let (draft, judged) = judge_open(capture, options, &mut |_, _| {}, &set, profile.depth());
    result(draft, judged, &set, profile, known)
}

/// What the rules came to, with what is expected of the report and what a baseline accepts.
fn result(
    draft: Draft<'_>,
    judged: Vec<analyze::JudgedConnection>,
    set: &RuleSet,
    Profile(profile, expected): &Profile,
    known: Option<&Baseline>,
) -> CheckReport {
    let judged = judged.into_iter().map(|judged| JudgedConnection {
        id: judged.id,
        findings: judged.findings,
        omitted: judged.omitted,
        outcomes: judged.outcomes,
    });
    // What is expected may be anywhere in the report; without that, no more than one entry is held at a time.
    let (about, report) = if expected.is_empty() {
        (About::from(draft), None)
    } else {
        let report = draft.report();
        (About::of(&report), Some(report))
    };
    let (mut checked, peers) = build(about, judged, set, &profile.name);
    checked.fail_on = profile.fail_on.into();
    if let Some(report) = report {
        expect::check(expected, &report, &mut checked);
    }
    baseline::fingerprint(&mut checked, &peers);
    if let Some(known) = known {
        known.apply(&mut checked);
    }
    settle(&mut checked);
    checked
}
