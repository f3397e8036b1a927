//! Names of capture files as others find them: relative to a root, with `/`, and as URIs.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::report::model::{Capture, Input};

/// What names are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Root {
    /// The working directory, where relative names begin.
    pub(crate) directory: PathBuf,
    /// The top of the checked-out files.
    pub(crate) top: PathBuf,
}

/// A file as named from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Below the root.
    Inside(String),
    /// Elsewhere: its directory, if that is known, and its name.
    Outside(Option<String>, String),
}

impl Root {
    /// How a file is named.
    pub(super) fn name(&self, path: &str) -> Named {
        let full = normal(&self.directory.join(path));
        let inside = full.strip_prefix(normal(&self.top)).ok().filter(|rest| {
            rest.components().next().is_some()
                && rest.components().all(|part| matches!(part, Component::Normal(_)))
        });
        if let Some(rest) = inside {
            return Named::Inside(slashed(rest));
        }
        let name =
            full.file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
        Named::Outside(full.parent().filter(|parent| parent.has_root()).map(slashed), name)
    }
}

impl Named {
    /// For people: the name below the root, else the file's own.
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Inside(name) | Self::Outside(_, name) => name,
        }
    }
}

/// The input that a packet is in; the first one where none is known.
pub(super) fn input_of(capture: &Capture, packet: Option<u64>) -> Option<(usize, &Input)> {
    let has = |input: &Input| {
        let (Some(first), Some(packet)) = (input.first_packet, packet) else { return false };
        packet >= first && packet - first < input.packets
    };
    let mut inputs = capture.inputs.iter().enumerate();
    inputs.clone().find(|(_, input)| has(input)).or_else(|| inputs.next())
}

/// The path part of a URI: everything is encoded that has a meaning or is not ASCII.
pub(super) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Without `.` and, as far as the names go, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter(|part| !matches!(part, Component::RootDir));
    let names: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    format!("{}{}", if path.has_root() { "/" } else { "" }, names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_root() {
        let root = Root { directory: "/repo/sub".into(), top: "/repo".into() };
        let inside = |name: &str| Named::Inside(name.to_owned());
        let outside = |dir: &str, name: &str| Named::Outside(Some(dir.to_owned()), name.to_owned());
        assert_eq!(root.name("a.pcap"), inside("sub/a.pcap"));
        assert_eq!(root.name("./x/../a b.pcap"), inside("sub/a b.pcap"));
        assert_eq!(root.name("../c/a.pcap"), inside("c/a.pcap"));
        assert_eq!(root.name("/repo/a.pcap"), inside("a.pcap"));
        assert_eq!(root.name("/repository/a.pcap"), outside("/repository", "a.pcap"));
        assert_eq!(root.name("../../a.pcap"), outside("/", "a.pcap"));
        assert_eq!(Root::default().name("x/a.pcap"), inside("x/a.pcap"));
        assert_eq!(Root::default().name("../a.pcap"), Named::Outside(None, "a.pcap".to_owned()));
    }

    #[test]
    fn uris_are_encoded() {
        assert_eq!(encoded("a/b c%d:é?#.pcap"), "a/b%20c%25d%3A%C3%A9%3F%23.pcap");
    }
}
