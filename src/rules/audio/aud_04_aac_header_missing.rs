//! AUD-04 aac-header-missing
//!
//! ## What it does
//! Reports AAC frames that come before any sequence header (`AudioSpecificConfig`) of their stream. The finding's count
//! is the number of frames until a header comes.
//!
//! ## Why it matters
//! AAC frames say neither rate nor channels: without the configuration there is no sound.
//!
//! ## Spec
//! FLV 10.1, E.4.2.2
//!
//! ## Tolerance
//! Only streams whose beginning was captured are judged. Enhanced headers are judged by ERTMP-04.
//!
//! ## How to fix
//! Send the AAC sequence header once before the first frame; ffmpeg makes it with `-bsf:a aac_adtstoasc`. A server
//! sends the stored one to each new player first.

use crate::media::codec::Codec;
use crate::rules::Severity;
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Said};
use crate::rules::media::ByTrack;
use crate::rules::rule::{Check, Guard, Rule};
use crate::rules::topic::Topic;
use crate::session::event::{Event, MediaRole};

use super::shared::audio;

pub(super) static RULE: Rule = Rule {
    code: "AUD-04",
    name: "aac-header-missing",
    severity: Severity::Error,
    spec: "FLV E.4.2.2",
    subject: "frames of AAC without an Enhanced header",
    help: "send the AAC sequence header before the first frame (ffmpeg: -bsf:a aac_adtstoasc)",
    guards: &[Guard::Clear, Guard::Fresh],
    hears: &[Topic::Audio, Topic::Enhanced],
    skips_alike: true,
    source: include_str!("aud_04_aac_header_missing.rs"),
    new: || Box::new(AacHeaderMissing::default()),
    ..Rule::BASE
};

#[derive(Default)]
struct AacHeaderMissing {
    /// Whether each track had its header.
    headers: ByTrack<bool>,
}

impl Check for AacHeaderMissing {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(media) = audio(event).filter(|media| media.codec == Some(Codec::Aac)) else { return };
        let Some(header) = self.headers.of(media.stream, media.track) else { return };
        *header |= media.role == MediaRole::SequenceHeader;
        if !media.role.is_coded() || media.enhanced {
            return;
        }
        if *header {
            return cx.judged();
        }
        if !cx.seen.stream(media.stream).is_some_and(|stream| stream.fresh) {
            return cx.doubt(Doubt::MidStream);
        }
        cx.find(Found::at(event).of(media.stream), |_| {
            Said::new("AAC frames come before any sequence header")
                .expected("an AAC sequence header first")
                .actual("a frame")
        });
    }

    fn held_bytes(&self) -> usize {
        self.headers.held_bytes()
    }
}
