//! The summary of a report: sums over its connections and findings.

use super::build::ratio;
use super::model::{NumberedTrack, PerDirection, Report, Role, Severity, Summary};

/// Fills in the summary from the rest of the report.
pub(crate) fn fill(report: &mut Report) {
    let mut summary =
        Summary { connections: u64::try_from(report.connections.len()).unwrap_or(0), ..Summary::default() };
    let (mut payload, mut wire, mut undecoded) = (0, 0, 0);
    let (mut media_s, mut wall_s) = (0.0, 0.0);
    for connection in &report.connections {
        payload += connection.efficiency.total.media_payload_bytes;
        wire += connection.efficiency.total.wire_bytes;
        undecoded +=
            connection.efficiency.total.unclassified_bytes + connection.efficiency.total.tunnel_bytes;
        for stream in &connection.streams {
            match stream.role {
                Role::Publish => summary.by_role.publish += 1,
                Role::Play => summary.by_role.play += 1,
            }
            if let Some((pacing, eta)) = stream.pacing.and_then(|p| Some((p, p.eta?))) {
                media_s += eta * pacing.wall_s;
                wall_s += pacing.wall_s;
            }
        }
    }
    let findings = report.connections.iter().flat_map(|c| &c.findings).chain(&report.findings);
    for finding in findings {
        match finding.severity {
            Severity::Error => summary.findings.error += 1,
            Severity::Warning => summary.findings.warning += 1,
            Severity::Info => summary.findings.info += 1,
        }
    }
    summary.payload_to_wire = ratio(payload, wire);
    summary.undecoded_to_wire = ratio(undecoded, wire).filter(|_| undecoded > 0);
    summary.eta = (wall_s > 0.0).then(|| media_s / wall_s);
    report.summary = summary;
}

/// No packet of the capture had a time: what was measured by it is not known.
pub(crate) fn forget_times(report: &mut Report) {
    for connection in &mut report.connections {
        for tcp in [&mut connection.tcp.client_to_server, &mut connection.tcp.server_to_client] {
            (tcp.rtt_ms, tcp.zero_window_ms) = (None, None);
        }
        if let Some(handshake) = &mut connection.handshake {
            handshake.duration_ms = None;
        }
        connection.commands.iter_mut().for_each(|command| command.response_ms = None);
        connection.pings = PerDirection::default();
        for stream in &mut connection.streams {
            (stream.pacing, stream.latency, stream.silent_at_end_s) = (None, None, None);
            if let Some(sync) = &mut stream.av_sync {
                sync.drift_ms_per_min = None;
            }
            if let Some(video) = &mut stream.video {
                video.arrival_jitter_ms = None;
            }
            if let Some(audio) = &mut stream.audio {
                audio.arrival_jitter_ms = None;
            }
            for track in &mut stream.tracks {
                match track {
                    NumberedTrack::Video { track, .. } => track.arrival_jitter_ms = None,
                    NumberedTrack::Audio { track, .. } => track.arrival_jitter_ms = None,
                }
            }
        }
    }
}
