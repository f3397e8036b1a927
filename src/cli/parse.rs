//! Values of flags.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::base::limits::Limits;

/// `FROM..TO` in seconds from the capture's first packet; an open end is infinite.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) struct TimeRange {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// `FROM..TO`, where either may be missing.
pub(super) fn time_range(text: &str) -> Result<TimeRange, String> {
    let Some((from, to)) = text.split_once("..") else {
        return Err("expected FROM..TO, such as 5..10 or 1m..".to_owned());
    };
    let end = |text: &str, open: f64| if text.is_empty() { Ok(open) } else { duration(text) };
    let range = TimeRange { from: end(from, f64::NEG_INFINITY)?, to: end(to, f64::INFINITY)? };
    if range.from > range.to {
        return Err(format!("{from} is after {to}"));
    }
    Ok(range)
}

/// Seconds: `90`, `1.5`, `1m30s`, `250ms`.
fn duration(text: &str) -> Result<f64, String> {
    let wrong = || format!("'{text}' is no time; expected seconds, or a number with h, m, s or ms");
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let scale = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" | "" => 1.0,
            "ms" => 1e-3,
            _ => return Err(wrong()),
        };
        total += digits.parse::<f64>().map_err(|_| wrong())? * scale;
        rest = after;
    }
    Ok(total)
}

/// `ADDR:PORT=rtmp`.
pub(super) fn decode_as(text: &str) -> Result<SocketAddr, String> {
    let Some((address, "rtmp")) = text.rsplit_once('=') else {
        return Err(
            "expected ADDR:PORT=rtmp, such as 192.0.2.1:8080=rtmp or [2001:db8::1]:8080=rtmp".to_owned()
        );
    };
    address.parse().map_err(|_| format!("'{address}' is no address with a port"))
}

/// A limit with its new value.
#[derive(Copy, Clone, Debug)]
pub(super) struct LimitValue {
    limit: &'static Limit,
    value: usize,
}

impl LimitValue {
    /// Puts the value into its place.
    pub(super) fn apply(self, limits: &mut Limits) {
        *(self.limit.field)(limits) = self.value;
    }
}

/// One of [`Limits`] on the command line.
#[derive(Debug)]
struct Limit {
    name: &'static str,
    about: &'static str,
    field: fn(&mut Limits) -> &mut usize,
}

/// All of them.
static LIMITS: [Limit; 20] = [
    Limit {
        name: "block_bytes",
        about: "largest packet or capture block read",
        field: |l| &mut l.block_bytes,
    },
    Limit {
        name: "fragmented_datagrams",
        about: "IP datagrams put together at one time",
        field: |l| &mut l.fragmented_datagrams,
    },
    Limit {
        name: "datagram_bytes",
        about: "largest IP datagram put together",
        field: |l| &mut l.datagram_bytes,
    },
    Limit { name: "memory_bytes", about: "bytes of memory held in all", field: |l| &mut l.memory_bytes },
    Limit { name: "connections", about: "connections open at one time", field: |l| &mut l.connections },
    Limit {
        name: "held_bytes",
        about: "out-of-order bytes held per direction",
        field: |l| &mut l.held_bytes,
    },
    Limit { name: "chunk_streams", about: "chunk streams per direction", field: |l| &mut l.chunk_streams },
    Limit {
        name: "partial_bytes",
        about: "bytes kept of messages in the making, per direction",
        field: |l| &mut l.partial_bytes,
    },
    Limit {
        name: "search_bytes",
        about: "bytes kept to find chunk headers again, per direction",
        field: |l| &mut l.search_bytes,
    },
    Limit {
        name: "reported_connections",
        about: "connections listed in the report",
        field: |l| &mut l.reported_connections,
    },
    Limit {
        name: "report_bytes",
        about: "bytes of the connections listed in the report",
        field: |l| &mut l.report_bytes,
    },
    Limit {
        name: "command_bytes",
        about: "bytes kept of a message to decode",
        field: |l| &mut l.command_bytes,
    },
    Limit { name: "amf_depth", about: "nesting of AMF values", field: |l| &mut l.amf_depth },
    Limit { name: "amf_values", about: "AMF values in a message", field: |l| &mut l.amf_values },
    Limit { name: "commands", about: "commands listed per connection", field: |l| &mut l.commands },
    Limit { name: "streams", about: "message streams per connection", field: |l| &mut l.streams },
    Limit {
        name: "tracks",
        about: "tracks per kind and stream beside the default, and per message",
        field: |l| &mut l.tracks,
    },
    Limit {
        name: "timeline",
        about: "timeline entries per connection in a report",
        field: |l| &mut l.timeline,
    },
    Limit {
        name: "timeline_total",
        about: "timeline entries kept of all connections",
        field: |l| &mut l.timeline_total,
    },
    Limit { name: "findings", about: "findings per connection", field: |l| &mut l.findings },
];

/// `NAME=VALUE`, the value with an optional K, M or G (1024, its square and cube).
pub(super) fn limit(text: &str) -> Result<LimitValue, String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("expected NAME=VALUE, such as timeline=5000".to_owned());
    };
    let Some(limit) = LIMITS.iter().find(|limit| limit.name == name) else {
        let names: Vec<&str> = LIMITS.iter().map(|limit| limit.name).collect();
        return Err(format!("no limit '{name}'; there are {}", names.join(", ")));
    };
    let (digits, scale) = match value.trim_end_matches(['K', 'M', 'G']) {
        digits if digits.len() + 1 < value.len() => (value, 1),
        digits => match value.chars().last() {
            Some('K') => (digits, 1 << 10),
            Some('M') => (digits, 1 << 20),
            Some('G') => (digits, 1 << 30),
            _ => (digits, 1),
        },
    };
    match digits.parse::<usize>().ok().and_then(|n| n.checked_mul(scale)) {
        Some(0) | None => Err(format!("'{value}' is no number above 0")),
        Some(value) => Ok(LimitValue { limit, value }),
    }
}

/// The limits with their defaults.
pub(super) fn limits_help() -> String {
    let mut defaults = Limits::default();
    let mut text = "Change a limit; may be repeated. VALUE may end in K, M or G.\n".to_owned();
    for limit in &LIMITS {
        let _ = write!(text, "\n  {:<21}{} [{}]", limit.name, limit.about, (limit.field)(&mut defaults));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let range = |from, to| Ok(TimeRange { from, to });
        assert_eq!(time_range("5..10"), range(5.0, 10.0));
        assert_eq!(time_range("1m30s..1h0.5s"), range(90.0, 3600.5));
        assert_eq!(time_range("250ms.."), range(0.25, f64::INFINITY));
        assert_eq!(time_range(".."), range(f64::NEG_INFINITY, f64::INFINITY));
        for wrong in ["5", "a..b", "5x..", "10..5", "..1.2.3", "-1..2", "inf..", "..s"] {
            assert!(time_range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits() {
        let mut limits = Limits::default();
        limit("held_bytes=2M").unwrap().apply(&mut limits);
        limit("timeline=7").unwrap().apply(&mut limits);
        assert_eq!((limits.held_bytes, limits.timeline), (2 << 20, 7));
        for wrong in
            ["timeline", "timeline=", "timeline=0", "timeline=-1", "timeline=5KM", "timeline=99999999999G"]
        {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
        assert!(limit("x=1").unwrap_err().contains("held_bytes"));
    }

    /// Every limit is on the command line, each name at its own field.
    #[test]
    fn all_limits_can_be_set() {
        let mut limits = Limits::default();
        for (n, limit) in LIMITS.iter().enumerate() {
            *(limit.field)(&mut limits) = 1_000_000 + n;
        }
        let shown = format!("{limits:?}");
        assert_eq!(shown.matches(": ").count(), LIMITS.len());
        for (n, limit) in LIMITS.iter().enumerate() {
            assert!(shown.contains(&format!(" {}: {}", limit.name, 1_000_000 + n)), "{}", limit.name);
        }
    }
}
