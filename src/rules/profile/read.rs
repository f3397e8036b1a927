//! Profiles from TOML, and what a command line adds to them.
//!
//! Every key has to be known: a mistake is an error with its line and the nearest name, never a setting that is silently
//! not there.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Asked, BUILT_IN, Bound, Expectation, Profile, names};
use crate::rules::nearest::hint;
use crate::rules::registry;
use crate::rules::severity::Severity;
use crate::session::event::StreamRole;

/// Bytes of a profile at most.
const MOST_BYTES: u64 = 1 << 20;
/// Profiles that extend each other.
const MOST_EXTENDED: usize = 8;

/// Why there is no profile: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

type Result<T> = std::result::Result<T, ProfileError>;

/// The profile with a built-in name, or of a file.
pub(crate) fn load(name: &str) -> Result<Profile> {
    extended(name, Path::new(""), 0)
}

/// `name` as said in a file of the folder `beside`.
fn extended(name: &str, beside: &Path, depth: usize) -> Result<Profile> {
    if depth > MOST_EXTENDED {
        return Err(ProfileError(format!("profile {name}: more than {MOST_EXTENDED} extend each other")));
    }
    if name == "default" {
        return Ok(Profile::default());
    }
    if let Some((name, text)) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        return Source { name, text, folder: Path::new(""), depth }.profile((*name).to_owned());
    }
    let path = beside.join(name);
    let looks_like_file = name.contains(['/', '\\', '.']);
    let text = text_of(&path).map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound && !looks_like_file;
        let message = if missing {
            format!("no profile '{name}', and no file of that name{}", hint(name, names()))
        } else {
            format!("profile {}: {error}", path.display())
        };
        ProfileError(message)
    })?;
    let shown = path.display().to_string();
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    let stem = path.file_stem().map_or_else(|| shown.clone(), |stem| stem.to_string_lossy().into_owned());
    Source { name: &shown, text: &text, folder: &folder, depth }.profile(stem)
}

fn text_of(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(std::io::Error::other("too long for a profile"));
    }
    Ok(text)
}

/// Enables only the rules of `select`, if there are any, and none of `ignore`; codes, or groups of them.
pub(crate) fn select(profile: &mut Profile, select: &[String], ignore: &[String]) -> Result<()> {
    for code in select.iter().chain(ignore) {
        known_code(code, &profile.expectations).map_err(ProfileError)?;
    }
    for (rule, settings) in profile.rules_mut() {
        let among = |codes: &[String]| codes.iter().any(|code| covers(code, rule.code));
        settings.enabled = (settings.enabled && select.is_empty() || among(select)) && !among(ignore);
    }
    let expected = |codes: &[String], e: &Expectation| codes.iter().any(|code| covers(code, &e.code()));
    profile.expectations.retain(|e| (select.is_empty() || expected(select, e)) && !expected(ignore, e));
    Ok(())
}

/// Whether a code or a group (`CH`, `CH-`) stands for a rule.
fn covers(code: &str, rule: &str) -> bool {
    let code = code.trim().to_ascii_uppercase();
    let rule = rule.to_ascii_uppercase();
    rule == code
        || rule.split_once('-').is_some_and(|(group, _)| code.strip_suffix('-').unwrap_or(&code) == group)
}

fn known_code(code: &str, expectations: &[Expectation]) -> std::result::Result<(), String> {
    let expected: Vec<_> = expectations.iter().map(Expectation::code).collect();
    let rules = || registry::all().map(|rule| rule.code);
    let mut known = rules().chain(expected.iter().map(String::as_str));
    if covers(code, "EXPECT-") || known.any(|known| covers(code, known)) {
        return Ok(());
    }
    let groups = rules().filter_map(|code| code.split_once('-')).map(|(group, _)| group).chain(["EXPECT"]);
    Err(format!(
        "no rule '{code}'{}",
        hint(code, rules().chain(expected.iter().map(String::as_str)).chain(groups))
    ))
}

/// The text of a profile, and where it stands.
struct Source<'s> {
    name: &'s str,
    text: &'s str,
    /// Paths in it are of this folder.
    folder: &'s Path,
    depth: usize,
}

/// A value and where it stands.
type At<'v, 'i> = &'v Spanned<DeValue<'i>>;

const KEYS: [&str; 8] = ["name", "extends", "strict", "fail_on", "select", "ignore", "rules", "expect"];
const SEVERITIES: [&str; 3] = ["error", "warning", "info"];
const SEVERITIES_AND_OFF: [&str; 4] = ["error", "warning", "info", "off"];
const EXPECT_KEYS: [&str; 11] =
    ["name", "metric", "role", "min", "max", "equals", "one_of", "required", "severity", "help", "source"];

impl Source<'_> {
    fn error<T>(&self, at: usize, what: impl fmt::Display) -> Result<T> {
        Err(ProfileError(format!("profile {}:{}: {what}", self.name, self.line(at))))
    }

    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn profile(&self, name: String) -> Result<Profile> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                return self.error(at, error.message());
            }
        };
        let mut profile = match table.get("extends") {
            Some(base) => extended(self.text(base, "extends")?, self.folder, self.depth + 1)?,
            None => Profile::default(),
        };
        profile.name = name;
        let (mut selected, mut ignored) = (None, None);
        for (key, value) in &table {
            match key.get_ref().as_ref() {
                "extends" => {}
                "name" => match self.text(value, "name")? {
                    "" => return self.error(value.span().start, "'name' is empty"),
                    name => name.clone_into(&mut profile.name),
                },
                "strict" => profile.strict = self.truth(value, "strict")?,
                "fail_on" => profile.fail_on = self.severity(value, "fail_on", &SEVERITIES)?,
                "select" => selected = Some(value),
                "ignore" => ignored = Some(value),
                "rules" => self.rules(value, &mut profile)?,
                "expect" => self.expectations(value, &mut profile)?,
                other => return self.unknown(key.span().start, "key", other, &KEYS),
            }
        }
        let codes = |list: Option<_>, key| {
            list.map_or_else(|| Ok(Vec::new()), |list| self.codes(list, key, &profile.expectations))
        };
        let (selected, ignored) = (codes(selected, "select")?, codes(ignored, "ignore")?);
        // What a profile selects are rules; its own expectations stay.
        let mut expectations = profile.expectations.clone();
        select(&mut profile, &selected, &ignored)?;
        let kept = |e: &Expectation| !ignored.iter().any(|code| covers(code, &e.code()));
        expectations.retain(kept);
        profile.expectations = expectations;
        Ok(profile)
    }

    fn unknown<T>(&self, at: usize, what: &str, word: &str, known: &[&str]) -> Result<T> {
        self.error(at, format!("unknown {what} '{word}'{}", hint(word, known.iter().copied())))
    }

    fn rules(&self, value: At<'_, '_>, profile: &mut Profile) -> Result<()> {
        let DeValue::Table(rules) = value.get_ref() else {
            return self.error(value.span().start, "'rules' has to be a table: [rules.CH-04]");
        };
        for (code, value) in rules {
            let at = code.span().start;
            let Some((rule, settings)) =
                profile.rules_mut().find(|(rule, _)| rule.code == code.get_ref().as_ref())
            else {
                let known: Vec<_> = registry::all().map(|rule| rule.code).collect();
                return self.unknown(at, "rule", code.get_ref(), &known);
            };
            let DeValue::Table(table) = value.get_ref() else {
                return self.error(at, format!("{} has to be a table: [rules.{}]", rule.code, rule.code));
            };
            for (key, value) in table {
                let name = key.get_ref().as_ref();
                if name == "severity" {
                    if self.text(value, "severity")? == "off" {
                        settings.enabled = false;
                    } else {
                        let severity = self.severity(value, "severity", &SEVERITIES_AND_OFF)?;
                        (settings.enabled, settings.severity) = (true, Some(severity));
                    }
                    continue;
                }
                let index = rule.thresholds.iter().position(|threshold| threshold.name == name);
                let Some(place) = index.and_then(|index| settings.thresholds.get_mut(index)) else {
                    let known: Vec<_> =
                        ["severity"].into_iter().chain(rule.thresholds.iter().map(|t| t.name)).collect();
                    let what = format!("key of rule {}", rule.code);
                    return self.unknown(key.span().start, &what, name, &known);
                };
                *place = self.number(value, name)?;
                if *place < 0.0 {
                    return self.error(value.span().start, format!("'{name}' has to be 0 or more"));
                }
            }
        }
        Ok(())
    }

    fn expectations(&self, value: At<'_, '_>, profile: &mut Profile) -> Result<()> {
        let DeValue::Array(list) = value.get_ref() else {
            return self.error(value.span().start, "'expect' has to be a list of tables: [[expect]]");
        };
        let mut own: Vec<String> = Vec::new();
        for entry in list {
            let at = entry.span().start;
            let DeValue::Table(table) = entry.get_ref() else {
                return self.error(at, "'expect' has to be a list of tables: [[expect]]");
            };
            let (new, off) = self.expectation(table, at)?;
            if own.contains(&new.name) {
                let what =
                    format!("there are two expectations '{}'; give each a 'name' of its own", new.name);
                return self.error(at, what);
            }
            own.push(new.name.clone());
            let names = || profile.expectations.iter().map(|old| old.name.as_str());
            if off && new.metric.is_empty() && !names().any(|name| name == new.name) {
                let what = format!("no expectation '{}' to switch off{}", new.name, hint(&new.name, names()));
                return self.error(at, what);
            }
            profile.expectations.retain(|old| old.name != new.name);
            if !off {
                profile.expectations.push(new);
            }
        }
        Ok(())
    }

    /// An expectation, and whether it is switched off.
    fn expectation(&self, table: &DeTable<'_>, at: usize) -> Result<(Expectation, bool)> {
        let (mut name, mut metric, mut off, mut place) = (None, None, false, at);
        let mut bound = Bound::default();
        let (mut role, mut required, mut severity) = (None, false, Severity::Error);
        let (mut help, mut source) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = Some(self.slug(value)?),
                "metric" => {
                    (metric, place) = (Some(self.text(value, "metric")?.to_owned()), value.span().start);
                }
                "role" => role = Some(self.role(value)?),
                "min" => bound.min = Some(self.number(value, "min")?),
                "max" => bound.max = Some(self.number(value, "max")?),
                "equals" | "one_of" if !bound.one_of.is_empty() => {
                    return self.error(key.span().start, "'equals' and 'one_of' ask for the same");
                }
                "equals" => bound.one_of = vec![self.asked(value)?],
                "one_of" => {
                    bound.one_of =
                        self.list(value, "one_of")?.map(|v| self.asked(v)).collect::<Result<_>>()?;
                }
                "required" => required = self.truth(value, "required")?,
                "severity" if self.text(value, "severity")? == "off" => off = true,
                "severity" => severity = self.severity(value, "severity", &SEVERITIES_AND_OFF)?,
                "help" => help = Some(self.text(value, "help")?.to_owned()),
                "source" => source = Some(self.text(value, "source")?.to_owned()),
                other => return self.unknown(key.span().start, "key of an expectation", other, &EXPECT_KEYS),
            }
        }
        let metric = match metric {
            Some(metric) => metric,
            None if off => String::new(),
            None => return self.error(at, "an expectation has no 'metric'"),
        };
        if bound.is_empty() && !required && !off {
            return self
                .error(at, format!("nothing is asked of {metric}: min, max, equals, one_of or required"));
        }
        if let (Some(min), Some(max)) = (bound.min, bound.max)
            && min > max
        {
            return self.error(at, format!("'min' {min} of {metric} is more than 'max' {max}"));
        }
        let name = name.unwrap_or_else(|| slug_of(&metric));
        let at = format!("{}:{}", self.name, self.line(place));
        Ok((Expectation { at, name, metric, role, bound, required, severity, help, source }, off))
    }

    fn role(&self, value: At<'_, '_>) -> Result<StreamRole> {
        match self.text(value, "role")? {
            "publish" => Ok(StreamRole::Publish),
            "play" => Ok(StreamRole::Play),
            other => self.unknown(value.span().start, "role", other, &["publish", "play"]),
        }
    }

    fn slug(&self, value: At<'_, '_>) -> Result<String> {
        let text = self.text(value, "name")?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || !text.chars().all(fits) {
            return self
                .error(value.span().start, format!("name '{text}': lower-case letters, digits and - only"));
        }
        Ok(text.to_owned())
    }

    fn asked(&self, value: At<'_, '_>) -> Result<Asked> {
        Ok(match value.get_ref() {
            DeValue::String(text) => Asked::Text(text.to_string()),
            DeValue::Boolean(truth) => Asked::Bool(*truth),
            _ => Asked::Number(self.number(value, "value")?),
        })
    }

    fn codes(&self, value: At<'_, '_>, key: &str, expectations: &[Expectation]) -> Result<Vec<String>> {
        self.list(value, key)?
            .map(|value| {
                let code = self.text(value, key)?;
                match known_code(code, expectations) {
                    Ok(()) => Ok(code.to_owned()),
                    Err(what) => self.error(value.span().start, what),
                }
            })
            .collect()
    }

    fn list<'v, 'i>(&self, value: At<'v, 'i>, key: &str) -> Result<impl Iterator<Item = At<'v, 'i>>> {
        match value.get_ref() {
            DeValue::Array(list) => Ok(list.iter()),
            _ => self.error(value.span().start, format!("'{key}' has to be a list")),
        }
    }

    fn text<'v>(&self, value: At<'v, '_>, key: &str) -> Result<&'v str> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => self.error(value.span().start, format!("'{key}' has to be a text")),
        }
    }

    fn truth(&self, value: At<'_, '_>, key: &str) -> Result<bool> {
        match value.get_ref() {
            DeValue::Boolean(truth) => Ok(*truth),
            _ => self.error(value.span().start, format!("'{key}' has to be true or false")),
        }
    }

    fn number(&self, value: At<'_, '_>, key: &str) -> Result<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n.to_string()),
            DeValue::Float(n) => Some(n.as_str().to_owned()),
            _ => None,
        };
        match number.and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite()) {
            Some(number) => Ok(number),
            None => self.error(value.span().start, format!("'{key}' has to be a number")),
        }
    }

    /// One of those that are `known` where the key stands.
    fn severity(&self, value: At<'_, '_>, key: &str, known: &[&str]) -> Result<Severity> {
        match self.text(value, key)? {
            "error" => Ok(Severity::Error),
            "warning" => Ok(Severity::Warning),
            "info" => Ok(Severity::Info),
            other => self.unknown(value.span().start, "severity", other, known),
        }
    }
}

/// A name made of a metric: `streams[*].video.gop_s.max` to `streams-video-gop-s-max`.
fn slug_of(metric: &str) -> String {
    let words = metric.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
