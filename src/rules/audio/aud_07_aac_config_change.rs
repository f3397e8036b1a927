//! AUD-07 aac-config-change
//!
//! ## What it does
//! Compares the AAC configurations of a track. Another one after the first frames is a warning; the same again is an
//! info, with its count.
//!
//! ## Why it matters
//! Players and recordings that were set up with the first one play the rest too fast, too slow or not at all.
//!
//! ## Spec
//! FLV 10.1, E.4.2.2
//!
//! ## Tolerance
//! Some encoders repeat the header every few seconds, servers after a reconnect: that is an info. Another header before
//! the first frame is no change of a running stream.
//!
//! ## How to fix
//! Publish anew to change rate or channels; resample where sources change. Send the header once.

use crate::media::codec::Codec;
use crate::media::config::AudioFormat;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::media::{ByTrack, counted};
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{ConfigChange, Event, Kind, MediaKind, TrackConfig};

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-07",
    name: "aac-config-change",
    severity: Severity::Warning,
    spec: "FLV E.4.2.2",
    subject: "AAC configurations",
    help: "publish anew to change rate or channels, and send the sequence header once",
    guards: &[Guard::Clear, Guard::NoGap],
    hears: &[Topic::Audio, Topic::Enhanced, Topic::Config],
    skips_alike: true,
    source: include_str!("aud_07_aac_config_change.rs"),
    new: || Box::new(AacConfigChange::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct AacConfigChange {
    /// Whether each track has had a frame.
    running: ByTrack<bool>,
}

impl Check for AacConfigChange {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        if let Kind::Config { stream, media: MediaKind::Audio, track, config, change, previous } = event.kind
        {
            if config.codec != Codec::Aac {
                return;
            }
            cx.judged();
            let running = self.running.of(stream, track).is_some_and(|running| *running);
            let found = Found::at(event).of(stream);
            match (change, previous) {
                (ConfigChange::Changed, Some(previous)) if running && previous.codec == Codec::Aac => {
                    cx.find(found.case("changed"), |_| {
                        Said::new("the AAC configuration changes in a running stream")
                            .expected(format!("{}, as before", text(previous)))
                            .actual(text(config))
                    });
                }
                (ConfigChange::Repeated, _) => cx.find(found.case("repeated").info(), |_| {
                    Said::new("the same AAC sequence header comes again")
                        .expected("one header, and another only with a change")
                        .actual(text(config))
                }),
                _ => {}
            }
            return;
        }
        let Some(media) = audio(event).filter(|media| media.role.is_coded()) else { return };
        if let Some(running) = self.running.of(media.stream, media.track) {
            *running = true;
        }
    }

    fn held_bytes(&self) -> usize {
        self.running.held_bytes()
    }
}

/// A configuration in a few words.
fn text(config: &TrackConfig) -> String {
    let Some(AudioFormat { profile, sample_rate, channels, .. }) = config.audio() else {
        return "a record that is not read".to_owned();
    };
    let profile = profile.as_deref().unwrap_or("unknown");
    let rate = sample_rate.map_or("?".to_owned(), |rate| rate.to_string());
    let channels = channels.map_or("unknown channels".to_owned(), |count| counted(count.into(), "channel"));
    format!("AAC {profile}, {rate} Hz, {channels}, {}", counted(config.bytes, "byte"))
}
