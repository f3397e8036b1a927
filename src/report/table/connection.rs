//! The block of one connection.

use std::fmt::Write as _;
use std::io;

use super::page::{self, Page, count, ms, percent, seconds};
use super::{peers, plural, stream};
use crate::base::text::Printable;
use crate::report::model::{
    Acknowledgement, ChunkSize, Connect, Connection, EchoKind, Efficiency, Handshake, HelloForm, Ledger,
    LostSync, PerDirection, Tcp,
};

/// Characters of a fact from the wire, so that those behind it are still seen.
const MAX_FACT: usize = 300;

pub(super) fn write(connection: &Connection, page: &mut Page<'_>) -> io::Result<()> {
    page.line("")?;
    page.heading(&format!(
        "#{} {} → {} {}, {} to {}",
        connection.id,
        connection.client,
        connection.server,
        connection.transport.name(),
        seconds(connection.start_s),
        seconds(connection.end_s),
    ))?;
    page.line(&connection.verdict)?;
    facts(connection, page)?;
    peers::write(connection, page)?;
    commands(connection, page)?;
    stream::write(&connection.streams, page)?;
    messages(connection, page)?;
    tcp(&connection.tcp, page)?;
    efficiency(&connection.efficiency, page)
}

fn facts(connection: &Connection, page: &mut Page<'_>) -> io::Result<()> {
    page.line(&format!("opened: {}, closed: {}", connection.opening.name(), connection.closing.name()))?;
    if let Some(it) = &connection.handshake {
        let one_way = connection.tcp.both().iter().any(|(_, tcp)| tcp.segments == 0);
        page.line(&format!("handshake: {}", handshake(it, one_way)))?;
    }
    if let Some(it) = &connection.connect {
        page.line(&format!("connect: {}", connect(it)))?;
    }
    let sizes = connection.chunk_sizes.both().into_iter().filter(|(_, sizes)| !sizes.is_empty());
    let sizes: Vec<String> =
        sizes.map(|(dir, sizes)| format!("{} {}", page::direction(dir), chunk_sizes(sizes))).collect();
    if !sizes.is_empty() {
        page.line(&format!("chunk sizes: {}", sizes.join("  ")))?;
    }
    for (dir, lost) in connection.lost_sync.both() {
        if let Some(lost) = lost {
            page.line(&format!("decoding {} {}", page::direction(dir), lost_sync(lost)))?;
        }
    }
    for (dir, ack) in connection.acknowledgement.both() {
        if ack.window_bytes.is_some() || ack.acks > 0 {
            page.line(&format!("acknowledgement {} {}", page::direction(dir), acknowledgement(ack)))?;
        }
    }
    Ok(())
}

/// How far the handshake came, and what the sides said in it; with `one_way`, only one side was captured.
fn handshake(it: &Handshake, one_way: bool) -> String {
    let mut parts = vec![it.kind.name().to_owned()];
    parts.push(match (it.complete, one_way) {
        (true, _) => "complete".to_owned(),
        (false, true) => "captured of one side only".to_owned(),
        (false, false) => "not complete".to_owned(),
    });
    parts.extend(it.duration_ms.map(ms));
    parts.extend(sides(it));
    for (side, echo) in [("client", it.client_echo), ("server", it.server_echo)] {
        if echo == Some(EchoKind::Unrelated) {
            parts.push(format!("what the {side} sent back is neither a copy nor signed"));
        }
    }
    parts.extend(it.proxy_prefix_bytes.map(|bytes| match &it.proxy_client {
        Some(client) => format!("through a proxy for {client}"),
        None => format!("through a proxy ({bytes} bytes in front)"),
    }));
    parts.join(", ")
}

/// What was said when the connection was made, as far as there is a word for it.
fn connect(it: &Connect) -> String {
    let said = [
        ("app", &it.app),
        ("tcUrl", &it.tc_url),
        ("client", &it.flash_version),
        ("server", &it.server_version),
        ("result", &it.result),
        ("description", &it.description),
    ];
    let parts = said.into_iter().filter_map(|(name, value)| {
        let value = value.as_ref().filter(|value| !value.is_empty())?;
        Some(format!("{name} {}", Printable::new(value, MAX_FACT)))
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn acknowledgement(ack: &Acknowledgement) -> String {
    let mut line = plural(ack.acks, "message");
    if let Some(window) = ack.window_bytes {
        let _ = write!(line, ", window {} bytes", count(window.into()));
    }
    if let Some(largest) = ack.largest_unacknowledged_bytes {
        let _ = write!(line, ", at most {} bytes unacknowledged", count(largest));
    }
    line
}

/// Version and program of each side. Four bytes that name no program say nothing where no digest fits.
fn sides(it: &Handshake) -> impl Iterator<Item = String> {
    let digest = |form, digest: Option<_>| {
        digest.is_some() || matches!(form, Some(HelloForm::Digest8 | HelloForm::Digest772))
    };
    let client = digest(it.client_form, it.client_digest);
    let server = digest(it.server_form, it.server_digest);
    let sides = [
        ("client", it.client_version, &it.client_program, client),
        ("server", it.server_version, &it.server_program, server),
    ];
    sides.into_iter().filter_map(|(side, version, program, digest)| {
        let told = |program: &&String| digest || program.contains(char::is_alphabetic);
        let program = program.as_ref().filter(told).map_or_else(String::new, |p| format!(" ({p})"));
        version.map(|version| format!("{side} version {version}{program}"))
    })
}

/// How often boundaries were lost, what that cost, and what had to be guessed.
fn lost_sync(lost: &LostSync) -> String {
    let mut parts = vec![lost.reason.words().to_owned()];
    if lost.times > 0 {
        let found = lost.times - u64::from(lost.until_end);
        parts.push(format!(
            "boundaries of chunks lost {}, found again {}",
            plural(lost.times, "time"),
            plural(found, "time")
        ));
        parts.push(format!("{} bytes, {} without them", count(lost.bytes), seconds(lost.duration_ms / 1e3)));
    } else if lost.until_end {
        parts.push("no boundary of chunks found".to_owned());
    }
    parts.extend(lost.first_packet.map(|packet| format!("first at packet {packet}")));
    parts.extend(lost.chunk_size_at_least.map(|size| format!("chunk size at least {size} (inferred)")));
    parts.join(", ")
}

fn chunk_sizes(sizes: &[ChunkSize]) -> String {
    const SHOWN: usize = 8;
    let mut parts: Vec<String> = sizes
        .iter()
        .take(SHOWN)
        .map(|size| format!("{} ({} at {})", size.size, size.source.name(), seconds(size.time_s)))
        .collect();
    if sizes.len() > SHOWN {
        parts.push(format!("{} more", sizes.len() - SHOWN));
    }
    parts.join(", ")
}

fn commands(connection: &Connection, page: &mut Page<'_>) -> io::Result<()> {
    let rows = connection.commands.iter().map(|command| {
        let response: Vec<&str> =
            [&command.response, &command.response_code].into_iter().flatten().map(String::as_str).collect();
        vec![
            format!("{:.3}", command.time_s),
            command.packet.to_string(),
            page::direction(command.direction).to_owned(),
            command.name.clone(),
            command.transaction_id.map(transaction).unwrap_or_default(),
            command.stream_id.to_string(),
            response.join(" "),
            command.response_ms.map(ms).unwrap_or_default(),
        ]
    });
    page.grid(
        &[">time s", ">packet", "", "command", ">txn", ">stream", "response", ">after"],
        rows.collect(),
    )?;
    if connection.commands_omitted > 0 {
        page.line(&format!(" {} more commands", count(connection.commands_omitted)))?;
    }
    Ok(())
}

/// A transaction id: a small number, but nothing keeps a program from writing a large one.
fn transaction(id: f64) -> String {
    if id.abs() < 1e15 { id.to_string() } else { format!("{id:e}") }
}

fn messages(connection: &Connection, page: &mut Page<'_>) -> io::Result<()> {
    let mut rows = Vec::new();
    for (dir, messages) in connection.messages.both() {
        for (name, n) in &messages.by_type.0 {
            let incomplete = if n.incomplete > 0 { count(n.incomplete) } else { String::new() };
            rows.push(vec![
                page::direction(dir).to_owned(),
                name.clone(),
                count(n.count),
                incomplete,
                count(n.bytes),
            ]);
        }
    }
    page.grid(&["", "messages", ">count", ">incomplete", ">bytes"], rows)
}

fn tcp(tcp: &PerDirection<Tcp>, page: &mut Page<'_>) -> io::Result<()> {
    let rows = tcp.both().into_iter().filter(|(_, tcp)| tcp.segments > 0).map(|(dir, tcp)| {
        let rtt = tcp.rtt_ms.map(|rtt| format!("{} ms", [rtt.p50, rtt.p95, rtt.max].map(figure).join(" / ")));
        let stalled = tcp.zero_window_ms.map(|t| format!(" ({})", ms(t))).unwrap_or_default();
        vec![
            page::direction(dir).to_owned(),
            count(tcp.segments),
            count(tcp.unique_bytes),
            with_bytes(tcp.retransmitted_segments, tcp.retransmitted_bytes),
            count(tcp.out_of_order_segments),
            with_bytes(tcp.gaps, tcp.gap_bytes),
            format!("{}{stalled}", count(tcp.zero_window_events)),
            rtt.unwrap_or_default(),
        ]
    });
    let headers = [
        "tcp",
        ">segments",
        ">bytes",
        ">retransmitted",
        ">out of order",
        ">gaps",
        ">zero window",
        ">rtt 50% / 95% / max",
    ];
    page.grid(&headers, rows.collect())
}

/// A figure with as many decimals as it deserves.
fn figure(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.3}") } else { format!("{value:.1}") }
}

fn with_bytes(n: u64, bytes: u64) -> String {
    if n == 0 { count(n) } else { format!("{} ({} B)", count(n), count(bytes)) }
}

fn efficiency(efficiency: &Efficiency, page: &mut Page<'_>) -> io::Result<()> {
    let ledgers = [&efficiency.client_to_server, &efficiency.server_to_client, &efficiency.total];
    if efficiency.total.wire_bytes == 0 {
        return Ok(());
    }
    let mut rows = Vec::new();
    for (at, (name, total)) in efficiency.total.classes().into_iter().enumerate() {
        if total > 0 {
            let bytes = ledgers.map(|ledger| ledger.classes().get(at).map_or(0, |(_, bytes)| *bytes));
            rows.push(ledger_row(name, bytes, ledgers));
        }
    }
    rows.push(ledger_row("wire", ledgers.map(|ledger| ledger.wire_bytes), ledgers));
    page.grid(&["bytes", ">→", ">→ %", ">←", ">← %", ">total", ">total %"], rows)
}

fn ledger_row(name: &str, bytes: [u64; 3], ledgers: [&Ledger; 3]) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    for (bytes, ledger) in bytes.into_iter().zip(ledgers) {
        row.push(count(bytes));
        row.push(percent(bytes, ledger.wire_bytes));
    }
    row
}
