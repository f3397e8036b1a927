//! From what was collected and computed of a connection to its entry in the report.
//!
//! Takes the TCP connection, the figures and the collected facts; gives plain data with all names masked. Times
//! become seconds from the capture's first packet.

mod format;
mod stream;
mod timestamps;

use crate::base::pos::Dir;
use crate::base::text::Printable;
use crate::base::time::{CaptureTime, ns_to_ms};
use crate::metrics::ConnectionMetrics;
use crate::metrics::chunk_sizes::{ChunkSize, ChunkSizeSource as Source};
use crate::metrics::commands::CommandRow;
use crate::session::Overhead;
use crate::session::event;
use crate::tcp::connection::Connection as TcpConnection;
use crate::tcp::stats::HalfStats;

use super::collect::Collected;
use super::mask::Masker;
use super::model::{self, Connection, Distribution, Ledger, Transport};
use super::verdict::{Opened, Side, verdict};

/// Characters of a verdict; it is a sentence to print, also where it is read from JSON.
const MAX_VERDICT: usize = 2000;

/// All there is to know of a connection at its end.
pub(crate) struct Parts<'p> {
    pub(crate) id: u32,
    pub(crate) transport: Transport,
    pub(crate) tcp: &'p TcpConnection,
    /// Which side is the client is a guess.
    pub(crate) roles_inferred: bool,
    /// What the session says of bytes outside messages.
    pub(crate) overhead: [Overhead; 2],
    pub(crate) metrics: &'p ConnectionMetrics,
    pub(crate) collected: Collected,
    pub(crate) start: CaptureTime,
    /// Of the capture's last packet so far.
    pub(crate) latest: CaptureTime,
}

/// How the connection was closed, in the words of the events.
pub(crate) fn closing(tcp: &TcpConnection) -> event::Closing {
    match tcp.first_close().map(|close| (close.by, close.reset)) {
        None => event::Closing::Open,
        Some((Dir::ClientToServer, false)) => event::Closing::ClientFin,
        Some((Dir::ServerToClient, false)) => event::Closing::ServerFin,
        Some((Dir::ClientToServer, true)) => event::Closing::ClientRst,
        Some((Dir::ServerToClient, true)) => event::Closing::ServerRst,
    }
}

/// Whether the capture has the opening of the connection.
pub(crate) fn opening(tcp: &TcpConnection) -> model::Opening {
    match (tcp.opening().syn, tcp.opening().syn_ack) {
        (None, None) => model::Opening::MidStream,
        _ => model::Opening::Syn,
    }
}

/// The entry of a connection.
pub(crate) fn connection(mut parts: Parts<'_>, masker: &mut Masker) -> Connection {
    let Parts { tcp, metrics, start, .. } = parts;
    let (first, last) = tcp.packets();
    let mut entry = Connection {
        id: parts.id,
        client: tcp.client().to_string(),
        server: tcp.server().to_string(),
        transport: parts.transport,
        start_s: first.ts.seconds_since(start),
        end_s: last.ts.seconds_since(start),
        opening: opening(tcp),
        closing: closing(tcp).into(),
        roles_inferred: parts.roles_inferred,
        handshake: parts.collected.handshake.take(),
        connect: parts.collected.connect.take(),
        commands: metrics.commands().rows().iter().map(|row| command(row, start, masker)).collect(),
        commands_omitted: metrics.commands().omitted(),
        timeline: parts.collected.timeline.entries(),
        timeline_omitted: parts.collected.timeline_omitted,
        ..Connection::default()
    };
    for dir in Dir::BOTH {
        *entry.chunk_sizes.get_mut(dir) = chunk_sizes(metrics, dir, start);
        *entry.messages.get_mut(dir) = messages(metrics, dir);
        *entry.acknowledgement.get_mut(dir) = acknowledgement(metrics, dir);
        *entry.lost_sync.get_mut(dir) = parts.collected.losses.get(dir).entry();
        *entry.pings.get_mut(dir) = metrics.pings(dir).map(|p| model::Pings {
            count: p.count,
            min_ms: p.min,
            p50_ms: p.p50,
            max_ms: p.max,
        });
    }
    entry.timestamps = timestamps::timestamps(metrics);
    entry.streams = metrics
        .streams()
        .iter()
        .map(|s| stream::stream(s, &parts.collected, metrics, last, start, masker))
        .collect();
    transport_figures(&mut entry, tcp, metrics, parts.overhead);
    let opened = Opened {
        answered: tcp.opening().syn_ack.is_some() || tcp.opening().syn.is_none(),
        silent: tcp.fell_silent().map(|(dir, heard)| {
            let side = if dir == Dir::ClientToServer { Side::Client } else { Side::Server };
            (side, heard.ts.seconds_since(start))
        }),
        missing_side: missing_side(tcp),
        quiet_s: parts.latest.seconds_since(last.ts),
    };
    entry.verdict = Printable::new(&verdict(&entry, &parts.collected, opened), MAX_VERDICT).to_string();
    entry
}

/// The side of which no packet was captured, though the other one says that it is there.
pub(crate) fn missing_side(tcp: &TcpConnection) -> Option<Side> {
    let silent = |dir| tcp.stats(dir).segments == 0;
    match (silent(Dir::ClientToServer), silent(Dir::ServerToClient)) {
        (true, false) => Some(Side::Client),
        (false, true) if tcp.opening().syn.is_none() || tcp.stats(Dir::ClientToServer).payload_bytes > 0 => {
            Some(Side::Server)
        }
        _ => None,
    }
}

/// Fills in TCP's counters and the byte ledger.
fn transport_figures(
    entry: &mut Connection,
    tcp: &TcpConnection,
    metrics: &ConnectionMetrics,
    overhead: [Overhead; 2],
) {
    let mut total = Ledger::default();
    for (dir, overhead) in Dir::BOTH.into_iter().zip(overhead) {
        let stats = tcp.stats(dir);
        *entry.tcp.get_mut(dir) = tcp_figures(stats);
        let ledger = ledger(stats, metrics, dir, overhead, entry.transport);
        add(&mut total, &ledger);
        match dir {
            Dir::ClientToServer => entry.efficiency.client_to_server = ledger,
            Dir::ServerToClient => entry.efficiency.server_to_client = ledger,
        }
    }
    total.payload_to_wire = ratio(total.media_payload_bytes, total.wire_bytes);
    entry.efficiency.total = total;
}

fn tcp_figures(s: &HalfStats) -> model::Tcp {
    let rtt = &s.rtt_ns;
    let ms = |ns: Option<i64>| ns.map(ns_to_ms);
    let rtt_ms = (|| {
        Some(Distribution {
            count: rtt.count(),
            min: ms(rtt.min())?,
            p50: ms(rtt.percentile(50))?,
            p95: ms(rtt.percentile(95))?,
            max: ms(rtt.max())?,
        })
    })();
    model::Tcp {
        segments: s.segments,
        payload_bytes: s.payload_bytes,
        unique_bytes: s.unique_bytes,
        retransmitted_segments: s.rare().retransmitted_segments,
        retransmitted_bytes: s.rare().retransmitted_bytes,
        out_of_order_segments: s.rare().out_of_order_segments,
        gaps: s.rare().gaps,
        gap_bytes: s.rare().gap_bytes,
        zero_window_events: s.rare().zero_window_events,
        zero_window_ms: (s.rare().zero_window_events > 0).then(|| ns_to_ms(s.rare().zero_window_ns)),
        rtt_ms,
        conflicting_bytes: s.rare().conflicting_bytes,
        keep_alives: s.rare().keep_alives,
        duplicate_packets: s.rare().duplicate_packets,
        late_bytes: s.rare().late_bytes,
        window_scale: s.window_scale,
        mss: s.mss,
    }
}

/// Every byte of the wire in exactly one class.
fn ledger(
    s: &HalfStats,
    metrics: &ConnectionMetrics,
    dir: Dir,
    overhead: Overhead,
    transport: Transport,
) -> Ledger {
    let m = metrics.ledger(dir);
    let mut ledger = Ledger {
        wire_bytes: s.wire_bytes,
        link_bytes: s.link_bytes,
        ip_bytes: s.ip_bytes,
        tcp_header_bytes: s.tcp_header_bytes,
        retransmitted_bytes: s.rare().retransmitted_bytes,
        ..Ledger::default()
    };
    ledger.handshake_bytes = overhead.handshake;
    if transport == Transport::Rtmp {
        ledger.chunk_header_bytes = overhead.chunk_headers;
        ledger.control_bytes = m.control_bytes;
        ledger.command_bytes = m.command_bytes;
        ledger.metadata_bytes = m.metadata_bytes;
        ledger.media_header_bytes = m.media_header_bytes;
        ledger.media_payload_bytes = m.media_payload_bytes;
        ledger.unclassified_bytes = overhead.skipped + m.other_bytes + s.rare().late_bytes;
    } else {
        ledger.tunnel_bytes = s.unique_bytes.saturating_sub(overhead.handshake);
        ledger.unclassified_bytes = s.rare().late_bytes;
    }
    ledger.payload_to_wire = ratio(ledger.media_payload_bytes, ledger.wire_bytes);
    ledger
}

fn add(total: &mut Ledger, one: &Ledger) {
    total.wire_bytes += one.wire_bytes;
    total.link_bytes += one.link_bytes;
    total.ip_bytes += one.ip_bytes;
    total.tcp_header_bytes += one.tcp_header_bytes;
    total.retransmitted_bytes += one.retransmitted_bytes;
    total.tunnel_bytes += one.tunnel_bytes;
    total.handshake_bytes += one.handshake_bytes;
    total.chunk_header_bytes += one.chunk_header_bytes;
    total.control_bytes += one.control_bytes;
    total.command_bytes += one.command_bytes;
    total.metadata_bytes += one.metadata_bytes;
    total.media_header_bytes += one.media_header_bytes;
    total.media_payload_bytes += one.media_payload_bytes;
    total.unclassified_bytes += one.unclassified_bytes;
}

/// `part / whole`, unless nothing was there.
#[expect(clippy::cast_precision_loss, reason = "byte counts are far below 2^53")]
pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn command(row: &CommandRow, start: CaptureTime, masker: &mut Masker) -> model::CommandEntry {
    let response = row.response.as_ref();
    model::CommandEntry {
        time_s: row.at.ts.seconds_since(start),
        packet: row.at.no,
        direction: row.dir.into(),
        name: masker.word(&row.name),
        transaction_id: row.transaction_id,
        stream_id: row.message_stream_id.unwrap_or(0),
        response: response.map(|r| masker.word(&r.name)),
        response_code: None,
        response_packet: response.map(|r| r.packet),
        response_ms: response.map(|r| r.ms),
    }
}

fn chunk_sizes(metrics: &ConnectionMetrics, dir: Dir, start: CaptureTime) -> Vec<model::ChunkSize> {
    let entry = |size: &ChunkSize| model::ChunkSize {
        time_s: size.at.ts.seconds_since(start),
        packet: (size.source == Source::Announced).then_some(size.at.no),
        size: size.size,
        source: match size.source {
            Source::Default => model::ChunkSizeSource::Default,
            Source::Announced => model::ChunkSizeSource::Announced,
            Source::Inferred => model::ChunkSizeSource::Inferred,
        },
    };
    metrics.chunk_sizes(dir).list().iter().map(entry).collect()
}

fn messages(metrics: &ConnectionMetrics, dir: Dir) -> model::Messages {
    let counts = metrics.messages(dir);
    let by_type = counts.by_type().iter().map(|(kind, n)| {
        let count = model::MessageCount { count: n.count, incomplete: n.incomplete, bytes: n.bytes };
        (kind.to_string(), count)
    });
    model::Messages { total: counts.total().count, by_type: model::ByType(by_type.collect()) }
}

fn acknowledgement(metrics: &ConnectionMetrics, dir: Dir) -> model::Acknowledgement {
    metrics.acknowledgement(dir).map_or_else(model::Acknowledgement::default, |a| model::Acknowledgement {
        window_bytes: a.window_bytes,
        acks: a.acks,
        largest_unacknowledged_bytes: (a.acks > 0 || a.window_bytes.is_some())
            .then_some(a.largest_unacknowledged_bytes),
        base: a.base.map(|base| base.name().to_owned()),
        interval_p50_bytes: a.interval_p50_bytes,
        interval_max_bytes: a.interval_max_bytes,
    })
}
