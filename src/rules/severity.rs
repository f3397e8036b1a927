//! How bad a finding is.

/// How bad a finding is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Worth seeing, never a failure.
    Info,
    /// A SHOULD is broken, or implementations are known to disagree.
    Warning,
    /// A MUST is broken, the bytes cannot be decoded, or the session failed.
    Error,
}
