//! What a connection is held to: which rules, how bad their findings are, and with which figures.

use super::registry;
use super::rule::Rule;
use super::severity::Severity;

/// A profile: settings for each rule, in the order of the registry.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Peers are held to every MUST of the specification, also where implementations are known to differ.
    pub(crate) strict: bool,
    rules: Vec<Settings>,
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

impl Default for Profile {
    /// All rules as the catalogue has them.
    fn default() -> Self {
        let settings = |rule: &'static Rule| Settings {
            enabled: true,
            severity: None,
            thresholds: rule.thresholds.iter().map(|threshold| threshold.default).collect(),
        };
        Self { name: "default".to_owned(), strict: false, rules: registry::all().map(settings).collect() }
    }
}

impl Profile {
    /// Each rule with its settings.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&'static Rule, &Settings)> {
        registry::all().zip(&self.rules)
    }

    /// The settings of a rule, to change them.
    pub(crate) fn settings_mut(&mut self, code: &str) -> Option<&mut Settings> {
        let index = registry::all().position(|rule| rule.code == code)?;
        self.rules.get_mut(index)
    }
}
