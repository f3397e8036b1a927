//! The summary of a report: sums over its connections and findings.

use super::build::ratio;
use super::model::{BySeverity, Connection, Finding, NumberedTrack, PerDirection, Role, Severity, Summary};

/// What the entries of connections come to, one added after the other.
#[derive(Debug, Default)]
pub(super) struct Sums {
    summary: Summary,
    payload: u64,
    wire: u64,
    undecoded: u64,
    media_s: f64,
    wall_s: f64,
}

impl Sums {
    /// One entry more.
    pub(super) fn add(&mut self, connection: &Connection) {
        let total = &connection.efficiency.total;
        self.summary.connections += 1;
        self.payload += total.media_payload_bytes;
        self.wire += total.wire_bytes;
        self.undecoded += total.unclassified_bytes + total.tunnel_bytes;
        for stream in &connection.streams {
            match stream.role {
                Role::Publish => self.summary.by_role.publish += 1,
                Role::Play => self.summary.by_role.play += 1,
            }
            if let Some((pacing, eta)) = stream.pacing.and_then(|p| Some((p, p.eta?))) {
                self.media_s += eta * pacing.wall_s;
                self.wall_s += pacing.wall_s;
            }
        }
        count(&mut self.summary.findings, &connection.findings);
    }

    /// Entries so far.
    pub(super) const fn connections(&self) -> u64 {
        self.summary.connections
    }

    /// The summary of the entries so far, and of the findings about the capture.
    pub(super) fn summary(&self, findings: &[Finding]) -> Summary {
        let mut summary = self.summary.clone();
        count(&mut summary.findings, findings);
        summary.payload_to_wire = ratio(self.payload, self.wire);
        summary.undecoded_to_wire = ratio(self.undecoded, self.wire).filter(|_| self.undecoded > 0);
        summary.eta = (self.wall_s > 0.0).then(|| self.media_s / self.wall_s);
        summary
    }
}

fn count(sums: &mut BySeverity, findings: &[Finding]) {
    for finding in findings {
        match finding.severity {
            Severity::Error => sums.error += 1,
            Severity::Warning => sums.warning += 1,
            Severity::Info => sums.info += 1,
        }
    }
}

/// No packet of the capture had a time: what was measured by it is not known.
pub(crate) fn forget_times(connection: &mut Connection) {
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
