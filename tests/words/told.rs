//! One run of the command on a capture, and questions about what it said.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::files::Files;
use crate::support::run::{self, Ran, connections, text};

/// What the command says of one capture.
pub(crate) struct Told {
    about: String,
    /// The table, as a person sees it.
    pub table: Ran,
    pub report: Value,
}

/// What is said of a capture by name; nothing where that capture is not at hand.
pub(crate) fn of(name: &str) -> Option<Told> {
    with(name, &[])
}

/// The same with these flags.
pub(crate) fn with(name: &str, flags: &[&str]) -> Option<Told> {
    let Some(path) = find(name) else {
        println!("{name}: skipped, it is kept elsewhere");
        return None;
    };
    Some(Told::read(name, path.to_str().unwrap(), flags))
}

/// What is said of a file of these bytes.
pub(crate) fn bytes(bytes: &[u8], flags: &[&str]) -> Told {
    let files = Files::new();
    Told::read("a script", &files.add("capture", bytes), flags)
}

/// The path of a capture: in `testdata`, or in the whole corpus.
fn find(name: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let elsewhere = match std::env::var_os("RTMPSCOPE_CAPTURES") {
        Some(named) => PathBuf::from(named),
        None => here.join("../shared/captures"),
    };
    let folders = [here.join("testdata/captures"), elsewhere.join(name)];
    let names = [name, "capture"];
    let paths = folders.iter().zip(names).flat_map(|(folder, name)| {
        ["pcap", "pcapng", "pcap.gz"].map(|extension| folder.join(format!("{name}.{extension}")))
    });
    paths.into_iter().find(|path| path.is_file())
}

impl Told {
    fn read(about: &str, path: &str, flags: &[&str]) -> Self {
        let table = run::rtmpscope(&[&["analyze"], flags, &[path]].concat(), None);
        let json = run::rtmpscope(&[&["analyze", "-q", "--format", "json"], flags, &[path]].concat(), None);
        assert_eq!((table.code, json.code, json.stderr.as_str()), (Some(0), Some(0), ""), "{about}");
        Self { about: about.to_owned(), table, report: serde_json::from_str(&json.stdout).unwrap() }
    }

    /// The sentences, in order of the connections.
    pub(crate) fn verdicts(&self) -> Vec<&str> {
        connections(&self.report).iter().map(|connection| text(connection, "/verdict")).collect()
    }

    /// Each sentence has these words, in this order; the table shows it.
    pub(crate) fn sentences(&self, wanted: &[&[&str]]) -> &Self {
        let verdicts = self.verdicts();
        assert_eq!(verdicts.len(), wanted.len(), "{}: {verdicts:#?}", self.about);
        for (sentence, words) in verdicts.iter().zip(wanted) {
            in_order(&self.about, sentence, words);
            assert!(self.table.stdout.lines().any(|line| line == *sentence), "{}: {sentence}", self.about);
        }
        self
    }

    /// No sentence has any of these words.
    pub(crate) fn never(&self, words: &[&str]) -> &Self {
        for sentence in self.verdicts() {
            for word in words {
                assert!(!sentence.contains(word), "{}: '{word}' in: {sentence}", self.about);
            }
        }
        self
    }

    /// The table has a line with these words in this order.
    pub(crate) fn line(&self, words: &[&str]) -> &Self {
        let found = self.table.stdout.lines().any(|line| has_in_order(line, words).is_ok());
        assert!(found, "{}: no line has {words:?}:\n{}", self.about, self.table.stdout);
        self
    }

    /// A finding has these words in its message, and these in its help.
    pub(crate) fn finding(&self, message: &[&str], help: &[&str]) -> &Self {
        let findings = self.report["findings"].as_array().unwrap();
        let found = findings.iter().any(|finding| {
            has_in_order(text(finding, "/message"), message).is_ok()
                && has_in_order(text(finding, "/help"), help).is_ok()
        });
        assert!(found, "{}: {message:?} not in {findings:#?}", self.about);
        self
    }

    /// There are so many findings.
    pub(crate) fn findings(&self, count: usize) -> &Self {
        let findings = self.report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), count, "{}: {findings:#?}", self.about);
        self
    }

    /// Standard error has these words in this order.
    pub(crate) fn note(&self, words: &[&str]) -> &Self {
        in_order(&self.about, &self.table.stderr, words);
        self
    }

    /// The figures of the capture's quality that are not 0.
    pub(crate) fn quality(&self, wanted: &[(&str, u64)]) -> &Self {
        let quality = self.report["capture"]["quality"].as_object().unwrap();
        let found: Vec<(&str, u64)> = quality
            .iter()
            .filter_map(|(name, n)| Some((name.as_str(), n.as_u64()?)).filter(|(_, n)| *n > 0))
            .collect();
        assert_eq!(found, wanted, "{}", self.about);
        self
    }

    /// The complete audio and video messages of a connection, from both sides.
    pub(crate) fn media(&self, connection: usize) -> (u64, u64) {
        let messages = &connections(&self.report)[connection]["messages"];
        let of = |kind: &str| {
            ["client_to_server", "server_to_client"]
                .map(|dir| messages[dir]["by_type"][kind]["count"].as_u64().unwrap_or(0))
                .iter()
                .sum()
        };
        (of("audio"), of("video"))
    }
}

fn in_order(about: &str, text: &str, words: &[&str]) {
    if let Err(word) = has_in_order(text, words) {
        panic!("{about}: '{word}' is not in, or not there: {text}");
    }
}

/// Whether the text has all words in their order; else the first it does not have.
fn has_in_order<'w>(text: &str, words: &[&'w str]) -> Result<(), &'w str> {
    let mut rest = text;
    for word in words {
        rest = rest.split_once(word).ok_or(*word)?.1;
    }
    Ok(())
}
