//! Whole files: the analysis with every output, masked and with secrets.

use super::input::Input;
use super::output::check;

/// The input is a capture file.
pub(super) fn run(bytes: &[u8]) {
    check(Input::new(bytes).rest());
}
