//! What a connection is held to: which rules, how bad their findings are, with which figures, and what is expected of the
//! figures of the report.
//!
//! [`read`] makes a profile of TOML. The built-in ones are such files too, beside this one; `default` is all rules as the
//! catalogue has them.

mod expectation;
mod read;

use super::registry;
use super::rule::Rule;
use super::severity::Severity;

pub(crate) use expectation::{Asked, Bound, Expectation};
pub(crate) use read::{load, select};

/// A profile: settings for each rule, in the order of the registry.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Peers are held to every MUST of the specification, also where implementations are known to differ.
    pub(crate) strict: bool,
    /// Findings of this severity and graver ones make the check fail.
    pub(crate) fail_on: Severity,
    rules: Vec<Settings>,
    /// What is expected of the figures of the report.
    pub(crate) expectations: Vec<Expectation>,
}

/// The settings of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) enabled: bool,
    /// In place of the rule's own severity; its milder and graver cases stay what they are.
    pub(crate) severity: Option<Severity>,
    /// The figures, in the order of the rule's thresholds.
    pub(crate) thresholds: Vec<f64>,
}

impl Settings {
    /// The figure with a name, if the rule has one.
    pub(super) fn threshold(&self, rule: &Rule, name: &str) -> Option<f64> {
        let index = rule.thresholds.iter().position(|threshold| threshold.name == name)?;
        self.thresholds.get(index).copied()
    }

    /// The same, from seconds or milliseconds (by the end of its name) to nanoseconds.
    #[expect(clippy::cast_possible_truncation, reason = "a float saturates")]
    pub(super) fn threshold_ns(&self, rule: &Rule, name: &str) -> Option<i64> {
        let unit = if name.ends_with("_ms") { 1e6 } else { 1e9 };
        self.threshold(rule, name).map(|figure| (figure * unit) as i64)
    }
}

/// The built-in profiles besides `default`: name and text.
const BUILT_IN: [(&str, &str); 5] = [
    ("strict", include_str!("profile/strict.toml")),
    ("youtube", include_str!("profile/youtube.toml")),
    ("twitch", include_str!("profile/twitch.toml")),
    ("facebook", include_str!("profile/facebook.toml")),
    ("cloudflare", include_str!("profile/cloudflare.toml")),
];

/// Names of the built-in profiles.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ["default"].into_iter().chain(BUILT_IN.iter().map(|(name, _)| *name))
}

impl Default for Profile {
    fn default() -> Self {
        let settings = |rule: &'static Rule| Settings {
            enabled: true,
            severity: None,
            thresholds: rule.thresholds.iter().map(|threshold| threshold.default).collect(),
        };
        Self {
            name: "default".to_owned(),
            strict: false,
            fail_on: Severity::Error,
            rules: registry::all().map(settings).collect(),
            expectations: Vec::new(),
        }
    }
}

impl Profile {
    /// Each rule with its settings.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&'static Rule, &Settings)> {
        registry::all().zip(&self.rules)
    }

    fn rules_mut(&mut self) -> impl Iterator<Item = (&'static Rule, &mut Settings)> {
        registry::all().zip(&mut self.rules)
    }
}
