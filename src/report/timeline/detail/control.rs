//! Details of control messages and user control events.

use std::fmt::Write;

use super::{Key, Sink, key, ms, uint};
use crate::rtmp::message::user_control::{SwfProof, TooShort, UserControl, event_name};
use crate::session::event::{Event, Kind};

/// Tells of a control message; any other event has nothing to say here.
pub(super) fn describe(event: &Event<'_>, out: &mut dyn Sink) {
    match event.kind {
        Kind::SetChunkSize { size, previous } => {
            out.int(key!("size"), i64::from(size));
            out.int(key!("previous"), i64::from(previous));
        }
        Kind::ChunkSizeInvalid { size } => {
            out.int(key!("size"), i64::from(size));
            out.text(key!("problem"), if size == 0 { "a chunk size of 0" } else { "the top bit is set" });
        }
        Kind::Abort { csid, discarded } => {
            out.int(key!("aborted_csid"), i64::from(csid));
            out.int(key!("discarded_bytes"), i64::from(discarded));
        }
        Kind::Acknowledgement { value, sent } => {
            out.int(key!("value"), i64::from(value));
            uint(out, key!("sent"), sent);
        }
        Kind::WindowAckSize { size } => out.int(key!("size"), i64::from(size)),
        Kind::SetPeerBandwidth { size, limit } => {
            out.int(key!("size"), i64::from(size));
            match limit {
                0 => out.text(key!("limit"), "hard"),
                1 => out.text(key!("limit"), "soft"),
                2 => out.text(key!("limit"), "dynamic"),
                other => out.text(key!("limit"), &format!("unknown_{other}")),
            }
        }
        Kind::UserControl(event) => user_control(event, out),
        Kind::Pong { value, rtt_ns } => {
            out.int(key!("value"), i64::from(value));
            if let Some(rtt_ns) = rtt_ns {
                ms(out, key!("rtt_ms"), rtt_ns);
            }
        }
        Kind::ControlTooShort(TooShort { missing, bytes, .. }) => {
            out.text(key!("problem"), &missing.to_string());
            length(out, key!("bytes"), bytes);
        }
        _ => {}
    }
    extra(event, out);
}

/// Bytes behind what a message of its kind holds.
fn extra(event: &Event<'_>, out: &mut dyn Sink) {
    let needed = match event.kind {
        Kind::SetPeerBandwidth { .. } => Some(5),
        Kind::Pong { .. } => Some(6),
        Kind::UserControl(event) => event.body_len(),
        Kind::ControlTooShort(_) => None,
        _ => Some(4),
    };
    let extra =
        event.message.zip(needed).map_or(0, |(message, needed)| message.received.saturating_sub(needed));
    if extra > 0 {
        out.int(key!("extra_bytes"), i64::from(extra));
    }
}

fn user_control(event: UserControl, out: &mut dyn Sink) {
    match event {
        UserControl::StreamBegin { stream_id }
        | UserControl::StreamEof { stream_id }
        | UserControl::StreamDry { stream_id }
        | UserControl::StreamIsRecorded { stream_id }
        | UserControl::BufferEmpty { stream_id }
        | UserControl::BufferReady { stream_id } => out.int(key!("target_stream_id"), i64::from(stream_id)),
        UserControl::SetBufferLength { stream_id, ms } => {
            out.int(key!("target_stream_id"), i64::from(stream_id));
            out.int(key!("buffer_ms"), i64::from(ms));
        }
        UserControl::PingRequest { value } | UserControl::PingResponse { value } => {
            out.int(key!("value"), i64::from(value));
        }
        UserControl::SwfResponse { proof: Some(SwfProof { size, hash }), .. } => {
            out.int(key!("swf_size"), i64::from(size));
            let mut hex = String::with_capacity(2 * hash.len());
            for byte in hash {
                // Writing to a string does not fail.
                let _ = write!(hex, "{byte:02x}");
            }
            out.text(key!("swf_hash"), &hex);
        }
        UserControl::SwfRequest { bytes } | UserControl::SwfResponse { bytes, proof: None } => {
            length(out, key!("bytes"), bytes);
        }
        UserControl::Unknown { event, bytes } => {
            out.int(key!("user_event"), i64::from(event));
            if let Some(name) = event_name(event) {
                out.text(key!("event_name"), name);
            }
            length(out, key!("bytes"), bytes);
        }
    }
}

fn length(out: &mut dyn Sink, key: Key, bytes: usize) {
    uint(out, key, u64::try_from(bytes).unwrap_or(u64::MAX));
}
