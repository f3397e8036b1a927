//! What is masked, what is not, and that no name comes through.

use serde_json::json;

use super::*;
use crate::amf::Value;

fn shown(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut text = Vec::new();
    write(&mut text);
    String::from_utf8(text).unwrap()
}

/// What is shown of a value with the fields and items of another.
fn json(masker: &mut Masker, value: &serde_json::Value) -> serde_json::Value {
    fn amf(value: &serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Boolean(*flag),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap()),
            serde_json::Value::String(text) => Value::String(text.clone()),
            serde_json::Value::Array(items) => Value::StrictArray(items.iter().map(amf).collect()),
            serde_json::Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (key.clone(), amf(value))).collect())
            }
        }
    }
    serde_json::from_str(&shown(|text| masker.value(&amf(value), text))).unwrap()
}

#[test]
fn names_urls_and_apps() {
    let mut m = Masker::new();
    for (raw, shown) in [
        ("live_key", "<stream-1>"),
        ("cam/2", "<stream-2>"),
        ("live_key", "<stream-1>"),
        ("live_key?token=abcdef&x=1", "<stream-1>?<query>"),
        ("mp4:live_key", "mp4:<stream-1>"),
        ("live%5fkey", "<stream-1>"),
        ("live_key\0", "<stream-1>"),
        ("?token=1", "?<query>"),
        ("", ""),
        ("\0\u{1b}[31m", "<stream-3>"),
    ] {
        assert_eq!(m.name(raw), shown, "name {raw:?}");
    }
    for (raw, shown) in [
        ("rtmp://127.0.0.1:1935/live", "rtmp://127.0.0.1:1935/live"),
        ("rtmp://h/live/", "rtmp://h/live/"),
        ("rtmp://h/live/_definst_", "rtmp://h/live/_definst_"),
        ("rtmp://h/live/_definst_/live_key", "rtmp://h/live/_definst_/<stream-1>"),
        ("rtmp://h/live/live_key", "rtmp://h/live/<stream-1>"),
        ("rtmp://h/live/live_key/", "rtmp://h/live/<stream-1>"),
        ("rtmp://user:hunter22@h/app/key4?token=tok_tok", "rtmp://<credentials>@h/app/<stream-4>?<query>"),
        ("rtmps://a@b@h:443/app", "rtmps://<credentials>@h:443/app"),
        ("RTMP://h/app/key4", "RTMP://h/app/<stream-4>"),
        ("rtmp://h/app?authmod=adobe&user=joe", "rtmp://h/app?authmod=adobe&<query>"),
        ("https://h/player.swf?k=1", "https://h/player.swf?<query>"),
        ("https://h/watch/live_key", "https://h/watch/<stream-1>"),
        ("https://h/rtmp://h/a/b", "https://h/<path>"),
        ("h/app/key4", "h/app/<stream-4>"),
        ("rtmp://h/live_key", "rtmp://h/<stream-1>"),
    ] {
        assert_eq!(m.url(raw), shown, "url {raw:?}");
    }
    for (raw, shown) in [
        ("live", "live"),
        ("live/key4", "live/<stream-4>"),
        ("live?token=1", "live?<query>"),
        ("/live/_definst_", "/live/_definst_"),
        ("live/_definst_x", "live/<stream-5>"),
    ] {
        assert_eq!(m.app(raw), shown, "app {raw:?}");
    }
    for (raw, shown) in [
        ("user hunter22 is unknown", "user <credentials> is unknown"),
        ("bad value tok_tok", "bad value <query>"),
    ] {
        assert_eq!(m.text(raw), shown, "text {raw:?}");
    }
}

#[test]
fn echoes_in_text() {
    let mut m = Masker::new();
    m.name("live/cam1");
    m.name("ab");
    m.name("sécret key/ü");
    m.name("live/cam1_long");
    for (raw, shown) in [
        ("publishing live/cam1", "publishing <stream-1>"),
        ("publishing live%2Fcam1.", "publishing <stream-1>."),
        ("publishing live%2fCAM1", "publishing <stream-1>"),
        ("%6Cive/cam1", "<stream-1>"),
        ("live/c\0a\u{1b}m1!", "<stream-1>!"),
        ("live/cam1_long", "<stream-4>"),
        ("live/cam1_longer", "<stream-4>er"),
        ("ab is not in cab or ab-c or 1.ab", "<stream-2> is not in cab or ab-c or 1.ab"),
        ("'ab'. ab.", "'<stream-2>'. <stream-2>."),
        ("s%C3%A9cret+key%2F%C3%BC ü", "<stream-3> ü"),
        ("sécret key/ü", "<stream-3>"),
        ("nothing here: 50% off + more", "nothing here: 50% off + more"),
        ("x?y=1 z", "x?<query> z"),
        ("really? yes", "really? yes"),
        (
            "see rtmp://u:p@h/app/other?x=1, please",
            "see rtmp://<credentials>@h/app/<stream-5>?<query> please",
        ),
        ("token=abc&x=1", "token=<secret>&x=1"),
        ("\"streamKey\" : \"abc\", n: 1", "\"streamKey\" : \"<secret>\", n: 1"),
        ("Authorization: Basic dXNlcg==", "Authorization: Basic <secret>"),
        (
            "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=joe&salt=x",
            "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&<query>",
        ),
        ("//joe:pw@host", "//<credentials>@host"),
        ("videodatarate=5", "videodatarate=5"),
        ("", ""),
    ] {
        assert_eq!(m.text(raw), shown, "text {raw:?}");
    }
}

#[test]
fn usual_sentences_give_a_name_away() {
    let mut m = Masker::new();
    assert_eq!(m.text("k_123 is now published."), "<stream-1> is now published.");
    assert_eq!(m.text("Started playing k_456."), "Started playing <stream-2>.");
    assert_eq!(m.text("Started publishing stream."), "Started publishing stream.");
    assert_eq!(m.text("Stream 'k_789' not found"), "Stream '<stream-3>' not found");
}

#[test]
fn words_of_the_protocol_stay() {
    let mut m = Masker::new();
    m.name("Start");
    m.name("connect");
    assert_eq!(m.word("NetStream.Publish.Start"), "NetStream.Publish.Start");
    assert_eq!(m.word("connect"), "connect");
    assert_eq!(m.word("NetStream.Publish.Start2"), "NetStream.Publish.<stream-1>2");
    assert_eq!(m.word("a b"), "a b");
}

#[test]
fn values_by_their_keys() {
    let mut m = Masker::new();
    let masked = json(
        &mut m,
        &json!({
            "app": "live/key1", "tcUrl": "rtmp://h/live/key1?a=b", "flashVer": "FMLE/3.0", "token": "secret_value",
            "streamKey": 5, "keyframes": {"times": [1, 2]}, "audiosamplerate": 44100, "password": "", "user": null,
            "code": "NetStream.Publish.Start", "description": "got secret_value for key1", "details": "key2",
            "key1": 1, "?a=1": 2, "?a=2": 3, "list": ["key1", {"pass": ["x"]}],
        }),
    );
    assert_eq!(
        masked,
        json!({
            "app": "live/<stream-1>", "tcUrl": "rtmp://h/live/<stream-1>?<query>", "flashVer": "FMLE/3.0",
            "token": "<secret>", "streamKey": "<secret>", "keyframes": {"times": [1, 2]}, "audiosamplerate": 44100,
            "password": "", "user": null, "code": "NetStream.Publish.Start",
            "description": "got <secret> for <stream-1>", "details": "<stream-2>", "<stream-1>": 1,
            "?<query>": 2, "?<query>#14": 3, "list": ["<stream-1>", {"pass": "<secret>"}],
        })
    );
}

#[test]
fn revealing_shows_all() {
    let mut m = Masker::revealing();
    let url = "rtmp://u:p@h/app/key?token=1";
    assert_eq!(
        (m.url(url), m.name("key"), m.text("token=1 key")),
        (url.into(), "key".into(), "token=1 key".into())
    );
    assert_eq!(json(&mut m, &json!({"token": "x"})), json!({"token": "x"}));
}

/// Cost grows with the input and no faster: these take seconds if a scan starts over at every match.
#[test]
fn hostile_text_and_many_names() {
    let mut m = Masker::new();
    for n in 0..3_000 {
        m.name(&format!("name_{n}"));
        m.text("no secret in here");
    }
    m.name(&"x".repeat(300_000));
    for part in ["token=", "://", "a://", "?a", "//", "@", "%", "%2", ": ", "=\"", "x", "'", "key: ", "mp4:"]
    {
        let text = part.repeat(200_000 / part.len());
        m.text(&text);
        m.url(&text);
        m.app(&text);
    }
    assert_eq!(m.text("is name_2999 there"), "is <stream-3000> there");
    let long = "x".repeat(300_000);
    assert!(!m.text(&format!("echo {long}")).contains("xx"));
}

/// Names that overlap, and names whose beginning is that of a word which is none: of each nothing is left.
#[test]
fn one_name_hides_no_other() {
    for many in [0, 200] {
        let masker = |names: &[&str]| {
            let mut m = Masker::new();
            for name in names {
                m.name(name);
            }
            // More than are kept one by one.
            for n in 0..many {
                m.name(&format!("another_{n}"));
            }
            m
        };
        let mut m = masker(&["studio-main", "main-camera"]);
        assert_eq!(m.text("studio-main-camera 1"), "<stream-1> 1", "{many}");
        let mut m = masker(&["tv", "v3secretkey"]);
        assert_eq!(m.text("tv3secretkey tv"), "t<stream-2> <stream-1>", "{many}");
    }
}

#[test]
fn the_newest_names_are_never_forgotten() {
    let mut m = Masker::new();
    for n in 0..9_000 {
        m.name(&format!("name_{n}"));
        if n % 65 == 64 {
            let (last, before) = (format!("name_{n}."), format!("name_{}.", n - 1));
            assert!(!m.text(&last).contains(&last) && !m.text(&before).contains(&before), "{n}");
        }
    }
}

/// Random names in random surroundings and encodings: none comes through.
#[test]
fn no_name_comes_through() {
    const PARTS: [&str; 16] =
        ["a", "B", "7", "_", "-", ".", "/", "é", " ", "\0", "%", "=", ":", "\u{1b}", "key", "<"];
    let percent = |b: u8| format!("%{b:02X}");
    let mut state = 7_u32;
    let mut next = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % n
    };
    for _ in 0..3000 {
        let mut m = Masker::new();
        let mut name: String = (0..6 + next(6)).map(|_| PARTS[next(PARTS.len())]).collect();
        name = format!("x{}{name}x", next(1000));
        m.name(&name);
        let encoded: String = match next(4) {
            0 => name.bytes().flat_map(|b| percent(b).to_lowercase().into_bytes()).map(char::from).collect(),
            1 => name.bytes().flat_map(|b| percent(b).into_bytes()).map(char::from).collect(),
            2 => name.chars().filter(|c| !c.is_control()).collect(),
            _ => name.clone(),
        };
        let around = |n: usize| ["", " ", "'", "zz", "%2", "://h/", "?", "key=", "é"][n];
        let text = format!("{}{encoded}{}", around(next(9)), around(next(9)));
        let (text_out, url_out) = (m.text(&text), m.url(&format!("rtmp://h/app/{text}")));
        for (shown, from) in [(&text_out, &text), (&url_out, &text)] {
            assert!(!shown.contains(&encoded) && !shown.contains(&name), "{from:?} -> {shown:?} ({name:?})");
        }
    }
}

#[test]
fn containers_of_amf3_are_masked_by_their_keys() {
    let text = |s: &str| Value::String(s.to_owned());
    let mut masker = Masker::new();
    let list = || vec![text("rtmp://u:pw123456@h/app/key123")];
    let value = Value::Object(vec![
        ("streamName".to_owned(), Value::Vector { of: "String".to_owned(), items: vec![text("cam1")] }),
        ("tcUrl".to_owned(), Value::MixedArray { items: list(), fields: vec![] }),
        ("playPath".to_owned(), Value::Wrapper { class: "a.B".to_owned(), value: Box::new(text("cam1")) }),
        (
            "any".to_owned(),
            Value::Dictionary(vec![(text("token"), text("abc")), (Value::Number(1.0), text("is cam1 on"))]),
        ),
        ("items".to_owned(), Value::StrictArray(vec![text("plain")])),
    ]);
    assert_eq!(
        shown(|text| masker.value(&value, text)),
        concat!(
            r#"{"streamName":{"$vector":"String","items":["<stream-1>"]},"#,
            r#""tcUrl":{"$dense":["rtmp://<credentials>@h/app/<stream-2>"]},"#,
            r#""playPath":{"$class":"a.B","$value":"<stream-1>"},"#,
            r#""any":{"$dictionary":[["token","<secret>"],[1,"is <stream-1> on"]]},"items":["plain"]}"#
        )
    );
    assert_eq!(shown(|out| masker.field("authToken", &text("abc"), out)), r#""<secret>""#);
}
