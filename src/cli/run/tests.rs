//! The command line from outside: results, errors, exit codes.

use super::*;

fn ran(line: &str) -> (ExitStatus, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = line.split_whitespace().map(OsString::from);
    let status = run(args, &mut out, &mut err, &Terminal::default());
    (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// A writer whose reader went away.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn helps_are_results() {
    for line in ["rtmpscope --help", "rtmpscope -h", "rtmpscope --version", "rtmpscope analyze --help"] {
        let (status, out, err) = ran(line);
        assert_eq!((status, err.as_str()), (ExitStatus::Done, ""), "{line}");
        assert!(out.contains("rtmpscope"), "{line}");
    }
    insta::assert_snapshot!("help", ran("rtmpscope --help").1);
    insta::assert_snapshot!("help_timeline", ran("rtmpscope timeline --help").1);
    let check = ran("rtmpscope check --help").1;
    for part in ["junit", "sarif", "github", "  3  no RTMP in the capture"] {
        assert!(check.contains(part), "{part}");
    }
    assert!(check.lines().all(|line| line.chars().count() <= 100), "{check}");
}

#[test]
fn wrong_usage_is_told_on_standard_error() {
    for (line, part) in [
        ("rtmpscope", "Usage"),
        ("rtmpscope analyze", "CAPTURE"),
        ("rtmpscope analyze - -", "only once"),
        ("rtmpscope analyze Cargo.toml -o ./Cargo.toml", "overwrite"),
        ("rtmpscope analyze a --limit x=1", "no limit 'x'"),
        ("rtmpscope man nothing", "no command 'nothing'"),
    ] {
        let (status, out, err) = ran(line);
        assert_eq!((status, out.as_str()), (ExitStatus::Failed, ""), "{line}");
        assert!(err.contains(part), "{line}: {err}");
    }
}

#[test]
fn files_that_fail_are_named() {
    let (status, out, err) = ran("rtmpscope analyze /no/such/file.pcap");
    assert_eq!((status, out.as_str()), (ExitStatus::Failed, ""));
    assert!(err.starts_with("error: /no/such/file.pcap: "), "{err}");
    let (status, _, err) = ran("rtmpscope analyze Cargo.toml -o /no/such/dir/out");
    assert_eq!(status, ExitStatus::Failed);
    assert!(err.starts_with("error: /no/such/dir/out: "), "{err}");
}

#[test]
fn schema_completions_and_man() {
    let (status, out, _) = ran("rtmpscope schema");
    assert_eq!(status, ExitStatus::Done);
    assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(ran(&format!("rtmpscope completions {shell}")).1.contains("timeline"), "{shell}");
    }
    let (status, out, _) = ran("rtmpscope schema check");
    assert!(status == ExitStatus::Done && out.contains("urn:rtmpscope:check:1"));
    assert!(ran("rtmpscope man").1.contains(".TH rtmpscope 1"));
    assert!(ran("rtmpscope man rule").1.contains("CODE"));
    assert!(ran("rtmpscope man timeline").1.contains("PREFIX"));
}

#[test]
fn a_broken_pipe_is_success() {
    for line in [
        "rtmpscope schema",
        "rtmpscope analyze testdata/captures/fail_conn_refused.pcap",
        "rtmpscope --help",
        "rtmpscope man",
    ] {
        let args = line.split_whitespace().map(OsString::from);
        assert_eq!(run(args, &mut Gone, &mut Vec::new(), &Terminal::default()), ExitStatus::Done, "{line}");
    }
}

/// Who reads a check only as far as it wants still gets the exit code of the gate.
#[test]
fn a_broken_pipe_hides_no_result() {
    for format in ["text", "json", "github"] {
        let line = format!("rtmpscope check --format {format} testdata/captures/fail_conn_refused.pcap");
        let args = line.split_whitespace().map(OsString::from);
        let status = run(args, &mut Gone, &mut Vec::new(), &Terminal::default());
        assert_eq!(status, ExitStatus::NothingToCheck, "{line}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let (status, all, _) = ran("rtmpscope rules");
    assert_eq!(status, ExitStatus::Done);
    assert!(all.contains("NET-01") && all.contains("HS-06"), "{all}");
    let (_, net, _) = ran("rtmpscope rules net");
    assert!(net.contains("NET-01") && !net.contains("HS-06"), "{net}");
    let json: serde_json::Value = serde_json::from_str(&ran("rtmpscope rules --format json").1).unwrap();
    assert!(json.as_array().unwrap().iter().all(|rule| rule["fix"].as_str().unwrap().len() > 5));
    assert_eq!(ran("rtmpscope rule net-01").1, ran("rtmpscope rule NET-01").1);
    for (line, part) in [
        ("rtmpscope rule HS-60", "no rule 'HS-60'; did you mean 'HS-0"),
        ("rtmpscope rule zzz", "'rtmpscope rules' lists all"),
        ("rtmpscope rules NETT", "did you mean 'NET'?"),
    ] {
        let (status, out, err) = ran(line);
        assert_eq!((status, out.as_str()), (ExitStatus::Failed, ""), "{line}");
        assert!(err.contains(part), "{line}: {err}");
    }
}

/// Annotations come by themselves in a workflow, unless a format or a file is named.
#[test]
fn workflows_get_annotations() {
    let terminal = Terminal { workspace: Some(PathBuf::new()), ..Terminal::default() };
    let said = |line: &str| {
        let mut out = Vec::new();
        let args = line.split_whitespace().map(OsString::from);
        assert_eq!(run(args, &mut out, &mut Vec::new(), &terminal), ExitStatus::NothingToCheck);
        String::from_utf8(out).unwrap()
    };
    assert!(said("rtmpscope check testdata/captures/fail_conn_refused.pcap").starts_with("::error title="));
    assert!(
        said("rtmpscope check --format text testdata/captures/fail_conn_refused.pcap")
            .starts_with("findings")
    );
}

#[test]
fn quiet_prints_no_notes() {
    assert!(!ran("rtmpscope analyze testdata/captures/fail_conn_refused.pcap").2.is_empty());
    assert!(ran("rtmpscope analyze -q testdata/captures/fail_conn_refused.pcap").2.is_empty());
}

/// Where a part was chosen, its emptiness says nothing of ports.
#[test]
fn an_empty_part_is_told_from_an_empty_capture() {
    let (status, _, err) = ran("rtmpscope check --connection 99 testdata/captures/fail_wrong_app.pcap");
    assert_eq!(status, ExitStatus::NothingToCheck);
    assert!(err.contains("--connection and --time choose") && !err.contains("--port"), "{err}");
}
