//! ERTMP-02 announced
//!
//! ## What it does
//! Reports codecs and features of Enhanced RTMP that were used but not announced in `connect`. Codecs belong in
//! `fourCcList` or in the maps of codecs; several tracks, extensions and offsets in nanoseconds in `capsEx` of the side
//! that has to read them.
//!
//! ## Why it matters
//! A peer that was not asked may not know the codec: it closes the connection, or takes the stream and shows nothing. A
//! side that says what it can do lets the other one fall back.
//!
//! ## Spec
//! Enhanced RTMP v2, Enhancing `NetConnection` connect Command
//!
//! ## Tolerance
//! OBS announces nothing, ffmpeg only with `-rtmp_enhanced_codecs`, and most servers answer without maps: an info, and
//! an error in a strict profile. It is a warning where the other side does say what it can do, and this is not among
//! it.
//!
//! ## How to fix
//! Name each codec in `fourCcList` of `connect` (ffmpeg: `-rtmp_enhanced_codecs hvc1,av01`). Use what the other side's
//! answer offers, or select H.264 and AAC for a server that does not know Enhanced RTMP.

use crate::base::pos::Dir;
use crate::media::codec::{Codec, FourCc, fourcc_text};
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, Kind, MediaKind, MediaMessage};

use super::offer::Offer;
use super::shared::code_number;

pub(super) static RULE: Rule = Rule {
    code: "ERTMP-02",
    name: "announced",
    severity: Severity::Info,
    strict: Some(Severity::Error),
    spec: "E-RTMP v2, Enhancing NetConnection connect Command",
    subject: "Enhanced audio or video messages",
    help: "name each codec in fourCcList or in the maps of connect, and use what the other side says it can read",
    guards: &[Guard::Clear, Guard::Both, Guard::NoGapEither],
    hears: &[Topic::Command, Topic::Enhanced],
    source: include_str!("ertmp_02_announced.rs"),
    new: || Box::new(Announced::default()),
    ..Rule::BASE
};

/// Codecs remembered as judged at most.
const MOST_JUDGED: usize = 32;

/// What `capsEx` has a bit for.
const CAPABILITIES: [(u32, &str); 3] =
    [(2, "several tracks"), (4, "extensions"), (8, "offsets in nanoseconds")];

#[derive(Default)]
struct Announced {
    client: Option<Offer>,
    server: Option<Offer>,
    /// Codecs that were judged, by direction.
    judged: Vec<(Dir, MediaKind, FourCc)>,
    /// Bits of `capsEx` that were judged, by direction.
    used: [u32; 2],
}

impl Check for Announced {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        match &event.kind {
            Kind::Command(it) if it.name == "nc.connect" && self.client.is_none() => {
                self.client = Some(Offer::of(&it.command.object.iter()));
            }
            Kind::Command(it) if it.name == "nc.connect_result" && self.server.is_none() => {
                self.server = Some(Offer::of(&it.command.object.iter().chain(&it.command.arguments)));
            }
            Kind::Media(it) if it.enhanced => {
                if self.client.is_none() {
                    return cx.doubt(Doubt::MidStream);
                }
                cx.judged();
                if let (Some(code), false) = (it.four_cc, matches!(it.codec, Some(Codec::Other(_)))) {
                    self.codec(it.media, code, event, cx);
                }
                self.capabilities(it, event, cx);
            }
            _ => {}
        }
    }

    fn held_bytes(&self) -> usize {
        let offers = [&self.client, &self.server].into_iter().flatten().map(Offer::held_bytes);
        self.judged.capacity() * size_of::<(Dir, MediaKind, FourCc)>() + offers.sum::<usize>()
    }
}

impl Announced {
    fn codec(&mut self, media: MediaKind, code: FourCc, event: &Event<'_>, cx: &mut Cx<'_>) {
        let key = (event.dir, media, code);
        if self.judged.contains(&key) || self.judged.len() >= MOST_JUDGED {
            return;
        }
        self.judged.push(key);
        let has = |offer: &Option<Offer>| offer.as_ref().and_then(|offer| offer.has(media, code));
        let (client, server) = (has(&self.client), has(&self.server));
        let found = Found::at(event).of(code_number(code));
        let code = fourcc_text(&code);
        if client != Some(true) {
            let who = match event.dir {
                Dir::ClientToServer => "its sender did not announce",
                Dir::ServerToClient => "the player did not ask for",
            };
            let actual = client.map_or("connect names no codec of this kind", |_| "connect names others");
            cx.find(found.case("unannounced"), |_| {
                Said::new(format!("{} of a FourCC that {who}: {code}", media.name()))
                    .expected("the FourCC in fourCcList, or in the map of its kind")
                    .actual(actual)
            });
        } else if event.dir == Dir::ClientToServer && server == Some(false) {
            cx.find(found.case("excluded"), |_| {
                Said::new(format!("{} of a FourCC that the server's answer leaves out: {code}", media.name()))
                    .expected("a codec that the answer to connect names")
                    .help("fall back to a codec that the answer names")
            });
        }
    }

    fn capabilities(&mut self, it: &MediaMessage, event: &Event<'_>, cx: &mut Cx<'_>) {
        let uses = [it.share.is_some(), it.extensions.count > 0, it.extensions.offset_ns.is_some()];
        if !uses.contains(&true) {
            return;
        }
        let (client, [up, down]) = (&self.client, &mut self.used);
        let (reader, told) = match event.dir {
            Dir::ClientToServer => (&self.server, up),
            Dir::ServerToClient => (client, down),
        };
        let caps = reader.as_ref().and_then(|offer| offer.caps);
        for ((bit, what), _) in CAPABILITIES.into_iter().zip(uses).filter(|(_, uses)| *uses) {
            if *told & bit != 0 {
                continue;
            }
            *told |= bit;
            let found = Found::at(event).of(bit);
            let found = match caps {
                Some(caps) if caps & bit != 0 => continue,
                Some(_) => found.case("caps-lacking").warning(),
                None => found.case("caps-unsaid").info(),
            };
            cx.find(found, |_| {
                Said::new(format!("{what} are sent to a side that did not say it can read them"))
                    .expected(format!("bit {bit} in its capsEx"))
                    .actual(caps.map_or_else(|| "no capsEx".to_owned(), |caps| format!("capsEx {caps}")))
                    .help("send one plain track to a side that does not announce more (in OBS, turn off the VOD track and Enhanced Broadcasting)")
            });
        }
    }
}
