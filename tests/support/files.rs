//! A directory of captures that is gone when its test is.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static MADE: AtomicU32 = AtomicU32::new(0);

/// A fresh directory below the build's temporary one.
pub struct Files(PathBuf);

impl Files {
    pub fn new() -> Self {
        let n = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("rtmpscope-{}-{n}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file and gives its path.
    pub fn add(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A path in the directory, whether there is a file or not.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The directory itself.
    pub fn dir(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // What is left behind is in the build directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
