//! The formats of a check on every capture there is: the same exit code, the same findings, and each read by a reader
//! that is not ours.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::corpus;
use crate::support::files::Files;
use crate::support::run::{Ran, on, rtmpscope};
use crate::{json, right, wrong};

const FORMATS: [&str; 5] = ["text", "json", "junit", "sarif", "github"];

fn sarif_schema() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/schemas/sarif-schema-2.1.0.json.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn check_schema() -> Validator {
    jsonschema::validator_for(&json(&rtmpscope(&["schema", "check"], None))).unwrap()
}

fn first_problem(schema: &Validator, value: &Value) -> Option<String> {
    schema.iter_errors(value).next().map(|error| format!("{} at {}", error, error.instance_path()))
}

/// How many findings of each severity a report has.
fn by_severity(report: &Value) -> [usize; 3] {
    let list = report["findings"].as_array().unwrap();
    ["error", "warning", "info"]
        .map(|severity| list.iter().filter(|finding| finding["severity"] == severity).count())
}

fn outcomes(report: &Value, kinds: &[&str]) -> usize {
    kinds.iter().map(|kind| report["summary"]["outcomes"][kind].as_u64().unwrap() as usize).sum()
}

/// What is wrong with the JUnit XML, held against the JSON.
fn junit(text: &str, report: &Value) -> Result<(), String> {
    let xml = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    let root = xml.root_element();
    let all = |name: &'static str| xml.descendants().filter(move |node| node.has_tag_name(name));
    let stated =
        |node: &roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().parse::<usize>().unwrap();
    let connections = report["connections"].as_array().unwrap().len();
    let nothing = usize::from(report["summary"]["status"] == "nothing_to_check");
    let rules = outcomes(report, &["pass", "fail", "not_applicable", "inconclusive"]);
    let expected = [
        ("testsuite", connections + 1),
        ("testcase", rules + nothing),
        ("failure", outcomes(report, &["fail"])),
        ("error", nothing),
        ("skipped", outcomes(report, &["not_applicable", "inconclusive"])),
    ];
    for (name, n) in expected {
        let there = all(name).count();
        if there != n {
            return Err(format!("{there} of {name}, not {n}"));
        }
    }
    for (attribute, name) in
        [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
    {
        for node in std::iter::once(root).chain(all("testsuite")) {
            let there = node.descendants().filter(|it| it.has_tag_name(name)).count();
            if stated(&node, attribute) != there {
                return Err(format!("{attribute}=\"{}\", but {there} are there", stated(&node, attribute)));
            }
        }
    }
    if let Some(node) = all("skipped").find(|node| node.attribute("message").is_none_or(|it| it.len() < 10)) {
        return Err(format!("skipped without a reason: {node:?}"));
    }
    let clock = xml.descendants().find(|node| node.attribute("timestamp").is_some());
    if clock.is_some() { Err("a timestamp is there".to_owned()) } else { Ok(()) }
}

/// What is wrong with the SARIF, held against the JSON.
fn sarif(text: &str, report: &Value, schema: &Validator, path: &Path) -> Result<(), String> {
    let log: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let Some(problem) = first_problem(schema, &log) {
        return Err(problem);
    }
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let levels =
        ["error", "warning", "note"].map(|level| results.iter().filter(|it| it["level"] == level).count());
    if levels != by_severity(report) {
        return Err(format!("{levels:?} results, {:?} findings", by_severity(report)));
    }
    let rules: Vec<_> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    if !rules.is_sorted_by_key(|id| id.as_str().unwrap()) {
        return Err("the rules are not sorted".to_owned());
    }
    let bytes = std::fs::read(path).unwrap();
    let mut prints = BTreeMap::new();
    for result in results {
        if rules.get(result["ruleIndex"].as_u64().unwrap() as usize) != Some(&&result["ruleId"]) {
            return Err(format!("ruleIndex of {}", result["ruleId"]));
        }
        if let Some(other) = prints.insert(result["partialFingerprints"].to_string(), &result["ruleId"]) {
            return Err(format!("{other} and {} have one fingerprint", result["ruleId"]));
        }
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let plain = uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b));
        if !plain || uri.starts_with('/') || uri.contains("..") {
            return Err(format!("{uri} is not relative, or not encoded"));
        }
        let compressed = bytes.starts_with(&[0x1F, 0x8B]);
        let region = &place["region"];
        if result["properties"]["packet"].is_null() || compressed {
            if !region.is_null() {
                return Err(format!("a region without a place: {region}"));
            }
            continue;
        }
        let end = region["byteOffset"].as_u64().unwrap_or(u64::MAX / 2)
            + region["byteLength"].as_u64().unwrap_or(0);
        if end > bytes.len() as u64 {
            return Err(format!("the file has {} bytes; {result}", bytes.len()));
        }
    }
    Ok(())
}

/// What is wrong with the annotations, held against the JSON.
fn github(text: &str, report: &Value) -> Result<(), String> {
    let [error, warning, info] = by_severity(report);
    let nothing = usize::from(report["summary"]["status"] == "nothing_to_check");
    let crowded = [error, warning, info].iter().any(|n| *n > 10);
    let notices = if crowded { info.min(9) + 1 } else { info };
    let expected = [("error", error.min(10) + nothing), ("warning", warning.min(10)), ("notice", notices)];
    let of = |kind: &str| text.lines().filter(|line| line.starts_with(&format!("::{kind} "))).count();
    for (kind, n) in expected {
        if of(kind) != n {
            return Err(format!("{} of {kind}, not {n}", of(kind)));
        }
    }
    let others: Vec<_> = text.lines().filter(|line| !line.starts_with("::")).collect();
    match others.as_slice() {
        [last] if last.starts_with("rtmpscope check: ") => Ok(()),
        _ => Err(format!("{others:?}")),
    }
}

/// What is wrong with a capture's results.
fn examine(path: &Path, schemas: &[Validator; 2], flags: &[&str]) -> Result<(), String> {
    let name = path.to_str().unwrap();
    let run =
        |format: &str| -> Ran { rtmpscope(&[&["check", "--format", format], flags, &[name]].concat(), None) };
    let ran = FORMATS.map(run);
    let codes = ran.each_ref().map(|ran| ran.code);
    if codes.iter().any(|code| *code != codes[0]) || !matches!(codes[0], Some(0 | 1 | 3)) {
        return Err(format!("exit codes {codes:?}"));
    }
    if ran.iter().any(|other| other.stderr != ran[0].stderr) {
        return Err("the notes differ".to_owned());
    }
    let report = json(&ran[1]);
    if let Some(problem) = first_problem(&schemas[0], &report) {
        return Err(format!("json: {problem}"));
    }
    let expected = match codes[0] {
        Some(0) => "passed",
        Some(1) => "failed",
        _ => "nothing_to_check",
    };
    if report["summary"]["status"] != expected {
        return Err(format!("exit code {:?}, status {}", codes[0], report["summary"]["status"]));
    }
    let last = ran[0].stdout.lines().last().unwrap_or_default();
    if !last.starts_with(&expected.replace('_', " ")) {
        return Err(format!("exit code {:?}, text ends in {last}", codes[0]));
    }
    let headlines = |severity: &str| {
        ran[0].stdout.lines().filter(|line| line.starts_with(&format!("{severity}["))).count()
    };
    if ["error", "warning", "info"].map(headlines) != by_severity(&report) {
        return Err("text shows other findings".to_owned());
    }
    junit(&ran[2].stdout, &report).map_err(|problem| format!("junit: {problem}"))?;
    sarif(&ran[3].stdout, &report, &schemas[1], path).map_err(|problem| format!("sarif: {problem}"))?;
    github(&ran[4].stdout, &report).map_err(|problem| format!("github: {problem}"))
}

/// Runs `examine` over all of them, on a few threads, and fails with all that is wrong.
fn examine_all(captures: &[(String, PathBuf)]) {
    let schemas = [check_schema(), sarif_schema()];
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((name, path)) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for flags in [&[][..], &["--fail-on", "info"]] {
                        if let Err(problem) = examine(path, &schemas, flags) {
                            problems.lock().unwrap().push(format!("{name} {flags:?}: {problem}"));
                        }
                    }
                }
            });
        }
    });
    let mut problems = problems.into_inner().unwrap();
    problems.sort();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn all_formats_agree_on_the_captures_of_testdata() {
    let captures = corpus::kept();
    assert!(captures.len() > 40, "only {} captures found", captures.len());
    examine_all(&captures);
}

#[test]
fn all_formats_agree_on_the_captures_kept_elsewhere() {
    match corpus::elsewhere() {
        Some(captures) => examine_all(&captures),
        None => println!("skipped: the captures kept elsewhere are not here"),
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let mut log: Value = json(&on(&["check", "-q", "--format", "sarif"], &wrong().into()));
    let schema = sarif_schema();
    assert_eq!(first_problem(&schema, &log), None);
    for (at, value) in [
        ("/runs/0/results/0/level", json!("info")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/byteOffset", json!("40")),
        ("/version", json!("2.2.0")),
    ] {
        let right = std::mem::replace(log.pointer_mut(at).unwrap(), value);
        assert!(first_problem(&schema, &log).is_some(), "{at}");
        *log.pointer_mut(at).unwrap() = right;
    }
}

/// Files outside the working directory are named by their folder, those inside relative to it.
#[test]
fn captures_elsewhere_have_a_base() {
    let files = Files::new();
    let path = files.add("a b%.pcap", &wrong());
    let log = json(&rtmpscope(&["check", "-q", "--format", "sarif", &path], None));
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let folder = Path::new(&path).parent().unwrap();
    let inside = folder.strip_prefix(std::env::current_dir().unwrap());
    if let Ok(folder) = inside {
        assert_eq!(location["uri"], format!("{}/a%20b%25.pcap", folder.display()));
        assert_eq!(location["uriBaseId"], "%SRCROOT%");
        return;
    }
    assert_eq!(location["uri"], "a%20b%25.pcap");
    assert_eq!(location["uriBaseId"], "FOLDER1");
    let base = &log["runs"][0]["originalUriBaseIds"]["FOLDER1"]["uri"];
    assert_eq!(*base, format!("file://{}/", folder.display()));
}

/// What a baseline accepts is suppressed in SARIF, and fails nowhere.
#[test]
fn accepted_findings_are_suppressed() {
    let files = Files::new();
    let (capture, known) = (files.add("a.pcap", &wrong()), format!("{}/known.json", files.dir()));
    let run = |flags: &[&str]| rtmpscope(&[&["check", "-q"], flags, &[&capture]].concat(), None);
    assert_eq!(run(&["--write-baseline", &known]).code, Some(0));
    for format in FORMATS {
        let ran = run(&["--baseline", &known, "--format", format]);
        assert_eq!(ran.code, Some(0), "{format}");
        let shown = match format {
            "text" => ran.stdout.contains("1 accepted by the baseline") && !ran.stdout.contains("error["),
            "json" => json(&ran)["findings"].to_string().contains("\"accepted\":true"),
            "junit" => !ran.stdout.contains("<failure"),
            "sarif" => json(&ran)["runs"][0]["results"].to_string().contains("\"kind\":\"external\""),
            _ => ran.stdout.contains("1 accepted") && !ran.stdout.contains("::error"),
        };
        assert!(shown, "{format}: {}", ran.stdout);
    }
    std::fs::write(&capture, right()).unwrap();
    for (format, part) in
        [("text", "no longer found"), ("sarif", "no longer found"), ("github", "1 no longer found")]
    {
        let ran = run(&["--baseline", &known, "--format", format]);
        assert!(ran.stdout.contains(part), "{format}: {}", ran.stdout);
    }
}

/// Standard input can be read only once: no place in a file is told.
#[test]
fn standard_input_has_no_places() {
    let ran = rtmpscope(&["check", "-q", "--format", "sarif", "-"], Some(&wrong()));
    assert_eq!(ran.code, Some(1));
    let log = json(&ran);
    assert_eq!(first_problem(&sarif_schema(), &log), None);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((place["artifactLocation"]["uri"].as_str(), &place["region"]), (Some("stdin"), &Value::Null));
}

/// The bytes of the region are those of the packet: the number is right in two files too.
#[test]
fn regions_are_the_bytes_of_packets() {
    let files = Files::new();
    let second = wrong();
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/captures/fail_conn_refused.pcap");
    let paths = [other.to_str().unwrap().to_owned(), files.add("2.pcap", &second)];
    let args = ["check", "-q", "--select", "CMD-02", "--format", "sarif", &paths[0], &paths[1]];
    let log = json(&rtmpscope(&args, None));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let place = &results.last().unwrap()["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("2.pcap"), "{place}");
    let (at, length) =
        (place["region"]["byteOffset"].as_u64().unwrap(), place["region"]["byteLength"].as_u64().unwrap());
    let bytes = &second[at as usize..(at + length) as usize];
    assert!(bytes.windows(7).any(|window| window == b"connect"), "{at} {length}");
    // The record header in front of it has the captured length.
    assert_eq!(second[at as usize - 8..at as usize - 4], (length as u32).to_le_bytes());
}
