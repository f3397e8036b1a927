//! What a run must not write over: the files it reads, and its own other output.

use std::path::Path;

use super::options::{Options, Task};
use crate::base::limits::Limits;
use crate::capture::Capture;

/// Refuses to write over what is read, or to write two things to one file.
pub(super) fn refuse(options: &Options) -> Result<(), String> {
    let (mut written, mut read) = (Vec::new(), Vec::new());
    written.extend(options.output.as_deref());
    if let Task::Check(task) = &options.task {
        let known = task.baseline.as_deref();
        if let (Some(output), Some(known)) = (options.output.as_deref(), known)
            && is_same(output, known)
        {
            return Err(format!("{}: the output would overwrite the baseline", output.display()));
        }
        if let (Some(output), Some(new)) = (options.output.as_deref(), task.write_baseline.as_deref())
            && is_same(output, new)
        {
            return Err(format!("{}: the output and the baseline would be one file", output.display()));
        }
        written.extend(task.write_baseline.as_deref());
        read.push(("the profile", Path::new(&task.profile_name)));
    }
    read.extend(options.captures.iter().map(|capture| ("a capture", capture.as_path())));
    for path in written {
        let over = read.iter().find(|(_, read)| is_same(read, path) || is_capture_of(read, path));
        if let Some((what, _)) = over {
            return Err(format!("{}: the output would overwrite {what}", path.display()));
        }
    }
    Ok(())
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Whether a file is one of the captures that a directory stands for.
fn is_capture_of(directory: &Path, file: &Path) -> bool {
    let inside = match (directory.canonicalize(), file.canonicalize()) {
        (Ok(directory), Ok(file)) => file.parent() == Some(&directory) && file.is_file(),
        _ => false,
    };
    inside && Capture::open(&[file.to_path_buf()], &Limits::default(), 1).is_ok()
}
