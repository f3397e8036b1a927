//! CH-10 chunk-stream-ids
//!
//! ## What it does
//! Looks for chunk stream ids that some receivers refuse. These are ids from 64 on, which take more than one byte; ids
//! from 32 on, which nginx-rtmp refuses unless told otherwise; and 2, which is for control messages, with anything
//! else. Audio and video on one chunk stream are an info.
//!
//! ## Why it matters
//! mediamtx reads ids of one byte only, and nginx-rtmp closes the connection at the limit. On a shared chunk stream a
//! large video frame holds up the audio behind it, since their chunks cannot alternate.
//!
//! ## Spec
//! RTMP 1.0, 5.3.1.1 and 5.4
//!
//! ## Tolerance
//! OBS and librtmp put commands, metadata, audio and video on chunk stream 4, which all receivers take. Metadata beside
//! audio or video holds up nothing. Messages of unknown types on chunk stream 2 may be control messages.
//!
//! ## How to fix
//! Use ids from 3 to 31: one for commands, one for audio, one for video.

use crate::base::pos::PerDir;
use crate::rtmp::message::kind::MessageType;
use crate::rules::Severity;
use crate::rules::context::Cx;
use crate::rules::finding::{Found, Said};
use crate::rules::rule::{Check, Guard, Rule, Threshold};
use crate::rules::seen::CONTROL_CSID;
use crate::rules::topic::Topic;
use crate::session::event::Event;

pub(super) static RULE: Rule = Rule {
    code: "CH-10",
    name: "chunk-stream-ids",
    severity: Severity::Warning,
    spec: "RTMP 5.3.1.1, 5.4",
    subject: "messages",
    help: "use chunk stream ids from 3 to 31: one for commands, one for audio, one for video",
    guards: &[Guard::Clear, Guard::NoGap],
    thresholds: &[Threshold {
        name: "refused_id",
        default: 32.0,
        about: "lowest id that a receiver of ids of one byte refuses (max_streams of nginx-rtmp)",
    }],
    hears: &[Topic::Message],
    skips_alike: true,
    source: include_str!("ch_10_chunk_stream_ids.rs"),
    new: || Box::new(ChunkStreamIds::default()),
    ..Rule::BASE
};

/// Chunk streams remembered of a direction.
const MOST: usize = 64;
/// The first id that takes more than one byte.
const TWO_BYTES: u32 = 64;

const AUDIO: u8 = 1;
const VIDEO: u8 = 2;
const CONTROL: u8 = 4;
const OTHER: u8 = 8;

/// Chunk stream ids, and what came on each.
#[derive(Default)]
struct ChunkStreamIds(PerDir<Vec<(u32, u8)>>);

impl Check for ChunkStreamIds {
    fn event(&mut self, event: &Event<'_>, cx: &mut Cx<'_>) {
        let Some(header) = event.message else { return };
        let (csid, kind) = (header.csid, header.kind);
        let class = match kind {
            MessageType::AUDIO => AUDIO,
            MessageType::VIDEO => VIDEO,
            _ if kind.is_control() => CONTROL,
            _ => OTHER,
        };
        let all = self.0.get_mut(event.dir);
        let is_full = all.len() >= MOST;
        let (is_new, classes) = match all.iter_mut().find(|(known, _)| *known == csid) {
            Some((_, classes)) if *classes & class > 0 => return,
            Some((_, classes)) => {
                *classes |= class;
                (false, *classes)
            }
            None if is_full => return,
            None => {
                all.push((csid, class));
                (true, class)
            }
        };
        cx.judged();
        if is_new {
            high(event, csid, cx);
        }
        if csid == CONTROL_CSID && class != CONTROL && kind.is_known() {
            cx.find(Found::at(event).case("control"), |_| {
                Said::new("chunk stream 2 is for control messages, and carries others")
                    .expected("messages of types 1 to 6")
                    .actual(format!("a {kind} message"))
                    .help("send commands, data and media on chunk streams from 3 on")
            });
        }
        if class < CONTROL && classes & (AUDIO | VIDEO) == AUDIO | VIDEO {
            cx.find(Found::at(event).case("shared").of(csid).info(), |_| {
                Said::new(format!(
                    "audio and video share chunk stream {csid}, so their chunks cannot alternate"
                ))
                .help(
                    "give audio and video chunk streams of their own, so that audio need not wait for video",
                )
            });
        }
    }

    fn held_bytes(&self) -> usize {
        (self.0.c2s.capacity() + self.0.s2c.capacity()) * size_of::<(u32, u8)>()
    }
}

/// Ids that are too high for some; each case once for a direction.
fn high(event: &Event<'_>, csid: u32, cx: &mut Cx<'_>) {
    let limit = cx.threshold("refused_id");
    if csid >= TWO_BYTES {
        cx.find(Found::at(event).case("multi-byte"), |_| {
            Said::new(format!(
                "chunk stream id {csid} takes more than one byte, which some receivers cannot read"
            ))
            .expected("an id of at most 63")
            .actual(format!("{csid}, for a {} message", kind_of(event)))
        });
    } else if f64::from(csid) >= limit {
        cx.find(Found::at(event).case("above-limit"), |_| {
            Said::new(format!("chunk stream id {csid} is above what nginx-rtmp takes unless told otherwise"))
                .expected(format!("an id below {limit}"))
                .actual(format!("{csid}, for a {} message", kind_of(event)))
        });
    }
}

fn kind_of(event: &Event<'_>) -> MessageType {
    event.message.map_or(MessageType::default(), |header| header.kind)
}
