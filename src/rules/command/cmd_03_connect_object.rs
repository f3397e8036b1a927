//! CMD-03 connect-object
//!
//! ## What it does
//! `connect` has to carry an object with the texts `app` and `tcUrl`, as its third value. An empty one is a warning.
//! Where the path of `tcUrl` does not begin with `app`, or its scheme is not that of the connection, it is an info.
//!
//! ## Why it matters
//! Servers find the application by these two. Many refuse a client without them, or hang up without a word, and some
//! build the address of the stream from `tcUrl` while others do so from `app`.
//!
//! ## Spec
//! RTMP 1.0, 7.2.1.1; RTMP Errata and Addenda, 8.1.2 and 8.1.3; RTMP URIs
//!
//! ## Tolerance
//! The order of properties is free, all others are optional, and an associative array does for an object. Behind a
//! proxy, or with a virtual host in the query, path and scheme differ for good reasons: an info only.
//!
//! ## How to fix
//! Put the application into `app`, and the whole address without the stream name into `tcUrl`: `rtmp://host/app`.

use crate::amf::Value;
use crate::base::pos::Dir;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind};

use super::shared::short;

pub(super) static RULE: Rule = Rule {
    code: "CMD-03",
    name: "connect-object",
    severity: Severity::Error,
    spec: "RTMP 7.2.1.1; RTMP Errata 8.1.2, 8.1.3",
    subject: "connect commands",
    help: "put the application into app, and the address without the stream name into tcUrl: rtmp://host/app",
    guards: &[Guard::Clear],
    hears: &[Topic::Command],
    source: include_str!("cmd_03_connect_object.rs"),
    new: || Box::new(ConnectObject),
    ..Rule::BASE
};

struct ConnectObject;

impl Check for ConnectObject {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Kind::Command(it) = &event.kind else { return };
        if it.name != "nc.connect" || event.dir != Dir::ClientToServer {
            return;
        }
        // Broken values are another rule's business.
        if it.command.error.is_some() {
            return cx.doubt(Doubt::TooLittle);
        }
        cx.judged();
        let Some(object) = it.command.object.as_ref().filter(|object| object.fields().is_some()) else {
            return cx.find(Found::at(event).case("no-object"), |_| {
                Said::new("connect has no object after its transaction id")
                    .expected("an object with app and tcUrl")
            });
        };
        let app = text(event, object, ("app", "no-app", "empty-app"), cx);
        let url = text(event, object, ("tcUrl", "no-tc-url", "empty-tc-url"), cx);
        let (Some(app), Some(url)) = (app, url) else { return };
        if !names_app(url, app) {
            cx.find(Found::at(event).case("path").info(), |words| {
                Said::new("the path of tcUrl does not begin with app")
                    .expected("the same application in both")
                    .actual(format!("app {}, tcUrl {}", short(&words.app(app)), short(&words.url(url))))
                    .help(
                        "compare both with the address you meant: rtmp://host/app in the server field, the \
                         stream name in the key field, and no slash at the end",
                    )
            });
        }
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        if scheme == "rtmps" || scheme.starts_with("rtmpt") {
            cx.find(Found::at(event).case("scheme").info(), |words| {
                Said::new("the scheme of tcUrl is not that of the connection, which is plain RTMP")
                    .expected("rtmp")
                    .actual(short(&words.word(&scheme)))
                    .help("nothing to do behind a proxy that ends TLS or a tunnel; else correct the address")
            });
        }
    }
}

/// A property that has to be a text; `names` are its own and those of the cases.
fn text<'v>(
    event: &Event<'_>,
    object: &'v Value,
    names: (&str, &'static str, &'static str),
    cx: &mut Cx<'_>,
) -> Option<&'v str> {
    let (name, missing, empty) = names;
    match object.get(name).and_then(Value::as_str) {
        None => {
            let there = if object.get(name).is_some() { "another value" } else { "nothing" };
            cx.find(Found::at(event).case(missing), |_| {
                Said::new(format!("connect says no {name}")).expected("a text").actual(there)
            });
            None
        }
        Some("") => {
            cx.find(Found::at(event).case(empty).warning(), |_| {
                Said::new(format!("{name} in connect is empty")).expected("a text of some length")
            });
            None
        }
        text => text,
    }
}

/// Whether the path of a URL begins with an application; true where it cannot be told.
fn names_app(url: &str, app: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let bare = |text: &'_ str| -> String {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        text.get(..end).unwrap_or(text).trim_matches('/').to_owned()
    };
    let (path, app) = (bare(path), bare(app));
    let app = app.strip_suffix("/_definst_").unwrap_or(&app);
    let behind = path.strip_prefix(app);
    app.contains('%')
        || path.contains('%')
        || behind.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_begins_with_the_application() {
        for (url, app) in [
            ("rtmp://h/live", "live"),
            ("rtmp://h:1935/live/", "live"),
            ("rtmp://h/live/cam", "live"),
            ("rtmp://h/live?vhost=x", "live?vhost=x"),
            ("rtmp://h/live", "live/_definst_"),
            ("rtmp://h/a/b", "a/b"),
            ("rtmp://h/l%69ve", "live"),
        ] {
            assert!(names_app(url, app), "{url} {app}");
        }
        for (url, app) in
            [("rtmp://h/live2", "live"), ("rtmp://h", "live"), ("h/live", "live"), ("rtmp://h//x", "live")]
        {
            assert!(!names_app(url, app), "{url} {app}");
        }
    }
}
