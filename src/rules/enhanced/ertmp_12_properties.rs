//! ERTMP-12 properties
//!
//! ## What it does
//! Looks at what `connect` and its answer say of Enhanced RTMP, and at audio channel layouts. `fourCcList` is a strict
//! array of codes of four letters or `*`; the maps of codecs are objects with such names and numbers; `capsEx` and
//! `videoFunction` have only bits with a meaning. Of channel configurations the order, the number of channels and the
//! list that goes with it have to fit.
//!
//! ## Why it matters
//! A peer that cannot read the list believes that nothing was offered, and refuses or ignores what is sent later.
//! Channels that do not add up come out of the wrong loudspeakers.
//!
//! ## Spec
//! Enhanced RTMP v2, Enhancing `NetConnection` connect Command, and `ExAudioTagBody`
//!
//! ## Tolerance
//! Bits without a meaning are an info: later versions may give them one. So is an answer without maps to a client that
//! sent some; a client that sends `fourCcList` alone (ffmpeg, gortmplib) waits for none.
//!
//! ## How to fix
//! Write `fourCcList` as an AMF0 strict array (marker 0x0A) of strings such as `hvc1`, each map as an object of
//! numbers, and as many channels as the configuration counts.

use crate::amf::Value;
use crate::media::channels::{ChannelConfig, ChannelOrder};
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaProblem};

use super::offer::Offer;

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-12",
    name: "properties",
    severity: Severity::Error,
    spec: "E-RTMP v2, Enhancing NetConnection connect Command",
    subject: "connect properties or channel configurations of Enhanced RTMP",
    help: "write fourCcList as a strict array of strings of four letters, each map as an object of numbers, and as many \
           channels as are counted",
    guards: &[Guard::Clear],
    hears: &[Topic::Command, Topic::Enhanced, Topic::Config],
    source: include_str!("ertmp_12_properties.rs"),
    new: || Box::new(Properties { offered: false }),
    ..Rule::BASE
};

const MAPS: [&str; 2] = ["videoFourCcInfoMap", "audioFourCcInfoMap"];

struct Properties {
    /// The client sent maps or `capsEx`.
    offered: bool,
}

impl Check for Properties {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Command(it) if it.name == "nc.connect" => {
                let objects = it.command.object.iter();
                self.offered = Offer::of(&objects).says_v2();
                objects.for_each(|object| properties(object, event, cx));
            }
            Kind::Command(it) if it.name == "nc.connect_result" => {
                let objects = it.command.object.iter().chain(&it.command.arguments);
                objects.clone().for_each(|object| properties(object, event, cx));
                if self.offered && !Offer::of(&objects).says_v2() {
                    cx.find(Found::at(event).case("no-answer").info(), |_| {
                        Said::new("the server does not answer what the client says of Enhanced RTMP")
                            .expected("capsEx or maps of codecs in the answer to connect")
                            .help(
                                "take it that the server knows legacy codecs and one track of each kind only",
                            )
                    });
                }
            }
            Kind::Channels { config, .. } => channels(config, event, cx),
            Kind::Media(it) => {
                if let Some(MediaProblem::Channels(cut)) = it.problem {
                    cx.find(Found::at(event).case("channels-cut"), |_| {
                        Said::new(format!("a channel configuration ends inside its {}", cut.what))
                            .expected(format!("{} bytes", cut.need))
                            .actual(format!("{} left", cut.have))
                    });
                }
            }
            _ => {}
        }
    }
}

/// What an object of `connect` or its answer says.
fn properties(object: &Value, event: &Event<'_>, cx: &mut Cx<'_>) {
    let get = |key: &str| object.get(key).filter(|value| !matches!(value, Value::Null | Value::Undefined));
    if let Some(list) = get("fourCcList") {
        cx.judged();
        let items = match list {
            Value::StrictArray(items) => Some(items),
            _ => None,
        };
        let is_right = |item: &Value| item.as_str().is_some_and(is_code);
        if !items.is_some_and(|items| items.iter().all(is_right)) {
            cx.find(Found::at(event).case("list"), |_| {
                let actual = if items.is_some() { "other values in it" } else { "no strict array" };
                Said::new("fourCcList is not a list of codes")
                    .expected("a strict array of strings of four letters, or *")
                    .actual(actual)
            });
        }
    }
    for (name, of) in MAPS.into_iter().zip(0_u32..) {
        if let Some(map) = get(name) {
            cx.judged();
            self::map(name, map, of, event, cx);
        }
    }
    for (name, known, of) in [("capsEx", 15, 0_u32), ("videoFunction", 15, 1)] {
        let Some(value) = get(name) else { continue };
        cx.judged();
        if value.as_u32().is_none_or(|bits| bits & !known != 0) {
            cx.find(Found::at(event).case("bits").of(of).info(), |_| {
                Said::new(format!("{name} has bits without a meaning"))
                    .expected("a sum of 1, 2, 4 and 8")
                    .actual(
                        value.as_f64().map_or_else(|| "no number".to_owned(), |number| number.to_string()),
                    )
            });
        }
    }
}

fn is_code(name: &str) -> bool {
    name.len() == 4 || name == "*"
}

fn map(name: &'static str, map: &Value, of: u32, event: &Event<'_>, cx: &mut Cx<'_>) {
    let is_right = |(code, flags): &(String, Value)| is_code(code) && flags.as_f64().is_some();
    let fields = map.fields();
    if !fields.is_some_and(|fields| fields.iter().all(is_right)) {
        return cx.find(Found::at(event).case("map").of(of), |_| {
            Said::new(format!("{name} is not a map of codes"))
                .expected("an object with names of four letters, or *, and numbers")
                .actual(if fields.is_some() { "other names or values in it" } else { "no object" })
        });
    }
    let odd = |(_, flags): &(String, Value)| flags.as_u32().is_none_or(|bits| bits & !7 != 0);
    if fields.is_some_and(|fields| fields.iter().any(odd)) {
        cx.find(Found::at(event).case("map-bits").of(of).info(), |_| {
            Said::new(format!("{name} has bits without a meaning"))
                .expected("sums of 1 (decode), 2 (encode) and 4 (forward)")
        });
    }
}

/// Which loudspeakers the channels are for.
fn channels(config: &ChannelConfig<'_>, event: &Event<'_>, cx: &mut Cx<'_>) {
    cx.judged();
    let found = Found::at(event);
    if let ChannelOrder::Reserved(order) = config.order {
        cx.find(found.case("channels-order"), |_| {
            Said::new("a channel configuration of an order without a meaning")
                .expected("0, 1 or 2")
                .actual(order.to_string())
        });
    } else if config.count == 0 {
        cx.find(found.case("channels-none"), |_| {
            Said::new("a channel configuration without channels").expected("1 or more").actual("0")
        });
    } else if let ChannelOrder::Native(flags) = config.order
        && flags.count_ones() != u32::from(config.count)
    {
        cx.find(found.case("channels-flags"), |_| {
            Said::new("the flags of a channel configuration are not as many as its channels")
                .expected(format!("{} flags", config.count))
                .actual(format!("{} flags", flags.count_ones()))
        });
    }
}
