//! Details of streams that start and stop, and of what is found on their tracks besides messages.

use super::{Sink, media, stream_number};
use crate::report::mask::Masker;
use crate::session::event::{ConfigChange, Event, Kind};

/// Tells of a stream or a track; any other event has nothing to say here.
pub(super) fn describe(event: &Event<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    match &event.kind {
        Kind::StreamStarted { stream, role, name, stream_id } => {
            out.int("stream", stream_number(*stream));
            out.int("target_stream_id", i64::from(*stream_id));
            out.text("role", role.name());
            if let Some(name) = name {
                out.text("stream_name", &masker.name(name));
            }
        }
        Kind::StreamStopped { stream, .. } => out.int("stream", stream_number(*stream)),
        Kind::Mark { stream, track, mark } => {
            out.int("stream", stream_number(*stream));
            media::mark(*mark, out);
            media::track(*track, out);
        }
        Kind::Config { stream, media, track, config, change, previous } => {
            out.int("stream", stream_number(*stream));
            out.text("media", media.name());
            media::track(*track, out);
            out.text("change", media::change_name(*change));
            let now = |out: &mut dyn Sink| media::config(config, out);
            match previous {
                Some(previous) => {
                    out.change("previous_config", &|out| media::config(previous, out), &now);
                }
                None => now(out),
            }
        }
        Kind::FrameFormat { stream, media, track, format, previous } => {
            out.int("stream", stream_number(*stream));
            out.text("media", media.name());
            media::track(*track, out);
            let change = if previous.is_some() { ConfigChange::Changed } else { ConfigChange::First };
            out.text("change", media::change_name(change));
            let now = |out: &mut dyn Sink| media::frame_format(format, out);
            match previous {
                Some(previous) => {
                    out.change("previous_config", &|out| media::frame_format(previous, out), &now);
                }
                None => now(out),
            }
        }
        Kind::Channels { stream, track, config } => {
            out.int("stream", stream_number(*stream));
            media::track(*track, out);
            media::channels(config, out);
        }
        Kind::ColorInfo { stream, track, info, problem } => {
            out.int("stream", stream_number(*stream));
            media::track(*track, out);
            out.json("color_info", &mut |text| masker.value(info, text));
            if let Some(problem) = problem {
                out.text("problem", &problem.to_string());
            }
        }
        _ => {}
    }
}
