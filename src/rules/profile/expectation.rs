//! What a profile expects of a figure of the report.

use crate::rules::severity::Severity;
use crate::session::event::StreamRole;

/// An expectation.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    /// The file and line of its metric.
    pub(crate) at: String,
    /// What it is called; `EXPECT-` and this is its code.
    pub(crate) name: String,
    /// The path of the figure: of a connection's entry in the report, or with `capture.` or `summary.` in front of the
    /// report.
    pub(crate) metric: String,
    /// Streams of this role only.
    pub(crate) role: Option<StreamRole>,
    pub(crate) bound: Bound,
    /// The figure has to be there.
    pub(crate) required: bool,
    pub(crate) severity: Severity,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// Who says so, and as of when.
    pub(crate) source: Option<String>,
}

impl Expectation {
    /// Its code in the report.
    pub(crate) fn code(&self) -> String {
        format!("EXPECT-{}", self.name)
    }
}

/// What is asked of a figure; all of it has to hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    /// One of these; no list asks nothing.
    pub(crate) one_of: Vec<Asked>,
}

/// A value that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    Text(String),
    Number(f64),
    Bool(bool),
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
        }
    }
}

impl Bound {
    /// Whether it asks nothing.
    pub(crate) const fn is_empty(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.one_of.is_empty()
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, "{min} to {max}")?,
            (Some(min), None) => write!(f, "at least {min}")?,
            (None, Some(max)) => write!(f, "at most {max}")?,
            (None, None) => {}
        }
        for (n, asked) in self.one_of.iter().enumerate() {
            let before = match n {
                0 if self.min.is_some() || self.max.is_some() => ", and ",
                0 => "",
                n if n + 1 == self.one_of.len() => " or ",
                _ => ", ",
            };
            write!(f, "{before}{asked}")?;
        }
        if self.is_empty() { f.write_str("there") } else { Ok(()) }
    }
}
