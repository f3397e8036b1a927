//! Where the captures and their witnesses are.

use std::path::{Path, PathBuf};

use crate::witness::{self, Witness};

/// A capture and what is known about it.
pub(crate) struct Case {
    pub capture: PathBuf,
    pub witness: Witness,
}

/// The folder `testdata/` of this crate.
pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The files of a folder, in name order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

/// Whether a file of `testdata/captures` is a capture: anything but a witness.
pub(crate) fn is_capture(path: &Path) -> bool {
    path.extension().is_none_or(|extension| extension != "json")
}

/// The witness file that stands beside a capture.
pub(crate) fn witness_of(capture: &Path) -> PathBuf {
    let name = capture.file_name().unwrap().to_string_lossy();
    let stem = name.split('.').next().unwrap();
    capture.with_file_name(format!("{stem}.json"))
}

/// The captures in `testdata/captures`.
pub(crate) fn kept() -> Vec<Case> {
    files(&testdata().join("captures"))
        .into_iter()
        .filter(|path| is_capture(path))
        .map(|capture| Case { witness: witness::read(&witness_of(&capture)), capture })
        .collect()
}

/// The folder with the whole corpus, if this machine has it.
pub(crate) fn elsewhere() -> Option<PathBuf> {
    let folder = match std::env::var_os("RTMPSCOPE_CAPTURES") {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures"),
    };
    folder.is_dir().then_some(folder)
}

/// Every capture in `folder` that has a witness but is not kept in `testdata/captures`.
pub(crate) fn all_in(folder: &Path) -> Vec<Case> {
    files(&testdata().join("elsewhere"))
        .iter()
        .map(|path| witness::read(path))
        .map(|witness| Case { capture: folder.join(&witness.from), witness })
        .filter(|case| case.capture.is_file())
        .collect()
}
