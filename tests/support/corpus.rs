//! Which captures there are: those of `testdata/captures`, and those too large for it.

use std::path::{Path, PathBuf};

/// A capture's name and file.
pub(crate) type Named = (String, PathBuf);

fn entries(folder: &Path) -> Vec<PathBuf> {
    let list = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<_> = list.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// What stands before the first dot of a file's name.
fn stem(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().split('.').next().unwrap().to_owned()
}

/// The captures of `testdata/captures`.
pub(crate) fn kept() -> Vec<Named> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/captures");
    let captures = entries(&folder).into_iter().filter(|path| path.extension().is_some_and(|e| e != "json"));
    captures.map(|path| (stem(&path), path)).collect()
}

/// The captures kept elsewhere that are not in `testdata/captures`; `None` where that folder is not.
pub(crate) fn elsewhere() -> Option<Vec<Named>> {
    let folder = match std::env::var_os("RTMPSCOPE_CAPTURES") {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures"),
    };
    if !folder.is_dir() {
        return None;
    }
    let here: Vec<String> = kept().into_iter().map(|(name, _)| name).collect();
    let mut found = Vec::new();
    for case in entries(&folder).into_iter().filter(|path| path.is_dir()) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if here.contains(&name) {
            continue;
        }
        if let Some(path) = entries(&case).into_iter().find(|path| stem(path) == "capture") {
            found.push((name, path));
        }
    }
    Some(found)
}
