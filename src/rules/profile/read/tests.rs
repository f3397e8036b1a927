//! Profiles as text: what they select and change, and the error of each mistake.

use super::*;

fn read(text: &str) -> Result<Profile> {
    Source { name: "p.toml", text, folder: Path::new(""), depth: 0 }.profile("p".to_owned())
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn enabled(profile: &Profile) -> Vec<&'static str> {
    profile.rules().filter(|(_, settings)| settings.enabled).map(|(rule, _)| rule.code).collect()
}

#[test]
fn every_built_in_profile_is_sound() {
    for name in names() {
        let profile = load(name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(profile.name, name);
        for it in &profile.expectations {
            let source = it.source.as_deref().unwrap_or_default();
            assert!(
                source.starts_with("https://") && source.contains('(') && it.help.is_some(),
                "{}",
                it.name
            );
        }
    }
    assert!(load("strict").unwrap().strict);
    assert!(load("youtube").unwrap().expectations.len() > 3);
}

#[test]
fn rules_are_selected_by_code_and_by_group() {
    let profile = read("select = ['PC', 'HS-06']\nignore = ['pc-02']").unwrap();
    let codes = enabled(&profile);
    assert!(codes.contains(&"HS-06") && !codes.contains(&"PC-02") && !codes.contains(&"NET-01"), "{codes:?}");
    let all = enabled(&read("").unwrap());
    assert_eq!(all.len(), registry::all().count());
    let off = enabled(&read("[rules.NET-01]\nseverity = 'off'").unwrap());
    assert_eq!(off.len(), all.len() - 1);
}

#[test]
fn a_command_line_selects_among_what_the_profile_has_and_can_add_to_it() {
    let mut profile = read("ignore = ['PC-02']").unwrap();
    select(&mut profile, &["PC-02".to_owned()], &[]).unwrap();
    assert_eq!(enabled(&profile), ["PC-02"]);
    let error = select(&mut profile, &["PC-2".to_owned()], &[]).unwrap_err().to_string();
    assert_eq!(error, "no rule 'PC-2'; did you mean 'PC-02'?");
}

#[test]
fn severities_and_the_gate() {
    let profile = read("fail_on = 'warning'\nstrict = true\n[rules.NET-01]\nseverity = 'error'").unwrap();
    assert_eq!((profile.fail_on, profile.strict), (Severity::Warning, true));
    let settings =
        profile.rules().find(|(rule, _)| rule.code == "NET-01").map(|(_, settings)| settings.severity);
    assert_eq!(settings, Some(Some(Severity::Error)));
}

#[test]
fn expectations_are_inherited_replaced_and_switched_off() {
    let names = |text: &str| -> Vec<_> {
        read(text).unwrap().expectations.iter().map(|e| (e.name.clone(), e.bound.max)).collect()
    };
    let base = names("extends = 'facebook'");
    let same = names(
        "extends = 'facebook'\n[[expect]]\nname = 'key-frame-interval'\nmetric = 'streams[*].video.gop_s.max'\nmax = 2",
    );
    assert_eq!(same.len(), base.len());
    assert!(same.contains(&("key-frame-interval".to_owned(), Some(2.0))));
    let off = names("extends = 'facebook'\n[[expect]]\nname = 'key-frame-interval'\nseverity = 'off'");
    assert_eq!(off.len(), base.len() - 1);
    let own = names("[[expect]]\nmetric = 'streams[*].video.gop_s.max'\nmax = 2.0");
    assert_eq!(own, [("streams-video-gop-s-max".to_owned(), Some(2.0))]);
    assert_eq!(names("extends = 'facebook'\nignore = ['EXPECT-audio-codec']").len(), base.len() - 1);
}

#[test]
fn a_mistake_is_an_error_with_its_line_and_the_nearest_name() {
    for (text, said) in [
        ("\nselct = []", "profile p.toml:2: unknown key 'selct'; did you mean 'select'?"),
        ("ignore = ['NET-1']", "profile p.toml:1: no rule 'NET-1'; did you mean 'NET-01'?"),
        ("[rules.CHH-04]", "profile p.toml:1: unknown rule 'CHH-04'; did you mean 'CH-04'?"),
        ("fail_on = 'eror'", "profile p.toml:1: unknown severity 'eror'; did you mean 'error'?"),
        ("strict = 1", "profile p.toml:1: 'strict' has to be true or false"),
        ("extends = 'yutube'", "no profile 'yutube', and no file of that name; did you mean 'youtube'?"),
        ("[[expect]]\nmax = 1", "profile p.toml:1: an expectation has no 'metric'"),
        (
            "[[expect]]\nmetric = 'id'",
            "profile p.toml:1: nothing is asked of id: min, max, equals, one_of or required",
        ),
        (
            "[[expect]]\nmetric = 'id'\nmaxx = 1",
            "profile p.toml:3: unknown key of an expectation 'maxx'; did you mean 'max'?",
        ),
        (
            "[[expect]]\nmetric = 'id'\nmin = 2\nmax = 1",
            "profile p.toml:1: 'min' 2 of id is more than 'max' 1",
        ),
        (
            "[rules.NET-01]\nsevrity = 'info'",
            "profile p.toml:2: unknown key of rule NET-01 'sevrity'; did you mean 'severity'?",
        ),
        ("fail_on = 'off'", "profile p.toml:1: unknown severity 'off'"),
        ("fail_on = 1", "profile p.toml:1: 'fail_on' has to be a text"),
        ("name = ''", "profile p.toml:1: 'name' is empty"),
        ("[rules.VID-10]\nlongest_s = -4", "profile p.toml:2: 'longest_s' has to be 0 or more"),
        ("select = ['CHH']", "profile p.toml:1: no rule 'CHH'; did you mean 'CH'?"),
        (
            "extends = 'youtube'\nignore = ['EXPECT-vido-codec']",
            "profile p.toml:2: no rule 'EXPECT-vido-codec'; did you mean 'EXPECT-video-codec'?",
        ),
        (
            "extends = 'youtube'\n[[expect]]\nname = 'vido-codec'\nseverity = 'off'",
            "profile p.toml:2: no expectation 'vido-codec' to switch off; did you mean 'video-codec'?",
        ),
        (
            "[[expect]]\nmetric = 'id'\nmin = 2\n[[expect]]\nmetric = 'id'\nmax = 9",
            "profile p.toml:4: there are two expectations 'id'; give each a 'name' of its own",
        ),
        (
            "[[expect]]\nmetric = 'id'\nequals = 2\none_of = [1]",
            "profile p.toml:4: 'equals' and 'one_of' ask for the same",
        ),
    ] {
        assert_eq!(message(text), said, "{text}");
    }
    assert!(message("a = ").starts_with("profile p.toml:1: "));
    assert!(load("no/such.toml").unwrap_err().to_string().starts_with("profile no/such.toml: "));
}
