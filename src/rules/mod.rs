//! What a capture or connection can be held to. A rule is one file; it hears facts and gives [`Finding`]s.
//!
//! So far there is one, about the capture itself; the registry of conformance rules goes here.

pub(crate) mod net_01_capture_incomplete;

/// How bad a finding is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Worth seeing, never a failure.
    Info,
    /// A hazard.
    Warning,
}

/// What a rule has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Stable code, `NET-01` and the like.
    pub(crate) code: &'static str,
    /// Name in kebab case.
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    /// The packet to look at.
    pub(crate) packet: Option<u64>,
    /// What happened, in a sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: &'static str,
    /// Where that is written.
    pub(crate) spec: &'static str,
    pub(crate) occurrences: u64,
}
