//! Details of streams that start and stop, and of what is found on their tracks besides messages.

use super::{Sink, key, media, stream_number};
use crate::report::mask::Masker;
use crate::session::event::{ConfigChange, Event, Kind};

/// Tells of a stream or a track; any other event has nothing to say here.
pub(super) fn describe(event: &Event<'_>, masker: &mut Masker, out: &mut dyn Sink) {
    match &event.kind {
        Kind::StreamStarted { stream, role, name, stream_id } => {
            out.int(key!("stream"), stream_number(*stream));
            out.int(key!("target_stream_id"), i64::from(*stream_id));
            out.own(key!("role"), role.name());
            if let Some(name) = name {
                out.text(key!("stream_name"), &masker.name(name));
            }
        }
        Kind::StreamStopped { stream, .. } => out.int(key!("stream"), stream_number(*stream)),
        Kind::Mark { stream, track, mark } => {
            out.int(key!("stream"), stream_number(*stream));
            media::mark(*mark, out);
            media::track(*track, out);
        }
        Kind::Config { stream, media, track, config, change, previous } => {
            out.int(key!("stream"), stream_number(*stream));
            out.own(key!("media"), media.name());
            media::track(*track, out);
            out.own(key!("change"), media::change_name(*change));
            let now = |out: &mut dyn Sink| media::config(config, out);
            match previous {
                Some(previous) => {
                    out.change(key!("previous_config"), &|out| media::config(previous, out), &now);
                }
                None => now(out),
            }
        }
        Kind::FrameFormat { stream, media, track, format, previous } => {
            out.int(key!("stream"), stream_number(*stream));
            out.own(key!("media"), media.name());
            media::track(*track, out);
            let change = if previous.is_some() { ConfigChange::Changed } else { ConfigChange::First };
            out.own(key!("change"), media::change_name(change));
            let now = |out: &mut dyn Sink| media::frame_format(format, out);
            match previous {
                Some(previous) => {
                    out.change(key!("previous_config"), &|out| media::frame_format(previous, out), &now);
                }
                None => now(out),
            }
        }
        Kind::Channels { stream, track, config } => {
            out.int(key!("stream"), stream_number(*stream));
            media::track(*track, out);
            media::channels(config, out);
        }
        Kind::ColorInfo { stream, track, info, problem } => {
            out.int(key!("stream"), stream_number(*stream));
            media::track(*track, out);
            out.json(key!("color_info"), &mut |text| masker.value(info, text));
            if let Some(problem) = problem {
                out.text(key!("problem"), &problem.to_string());
            }
        }
        _ => {}
    }
}
