//! How HTTP, RTMPT and TLS begin.
//!
//! Takes the first bytes of a direction, or of one of its segments; for TLS, also any stretch of it.

use crate::tcp::assembler::Delivery;

use super::detect::{Hints, Verdict};

/// The methods of HTTP that a request may begin with.
const HTTP: [&[u8]; 7] = [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"OPTIONS ", b"CONNECT ", b"DELETE "];

/// Whether a request of HTTP begins here.
pub(super) fn is_http_request(head: &[u8]) -> bool {
    HTTP.iter().any(|method| head.starts_with(method))
}

/// Whether a request of RTMPT begins here.
pub(super) fn is_rtmpt_request(head: &[u8]) -> bool {
    const REQUESTS: [&[u8]; 5] =
        [b"POST /open/", b"POST /send/", b"POST /idle/", b"POST /close/", b"POST /fcs/ident"];
    REQUESTS.iter().any(|request| head.starts_with(request))
}

/// Whether an HTTP answer begins here.
pub(super) fn is_http_answer(head: &[u8]) -> bool {
    head.starts_with(b"HTTP/1.")
}

/// Whether an answer of RTMPT begins here: it says what its body is.
pub(super) fn is_rtmpt_answer(head: &[u8]) -> bool {
    is_http_answer(head) && has(head, b"application/x-fcs")
}

/// Whether it can be one: some servers do not say it.
pub(super) fn may_be_rtmpt_answer(head: &[u8]) -> bool {
    is_http_answer(head) && !has(head, b"content-type:")
}

fn has(head: &[u8], word: &[u8]) -> bool {
    head.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a record of TLS begins here.
pub(super) fn is_tls_record(head: &[u8]) -> bool {
    record_len(head).is_some()
}

/// Length of a record's header and of the largest body (RFC 5246, 6.2.3).
const RECORD_HEADER: usize = 5;
const MAX_RECORD: usize = (1 << 14) + 2048;

/// The bytes of the record that begins here.
fn record_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x14..=0x17, 3, 1..=4, high, low, ..] => {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            (1..=MAX_RECORD).contains(&len).then_some(RECORD_HEADER + len)
        }
        _ => None,
    }
}

/// Whether two whole records with another behind them follow each other somewhere in a stream.
pub(super) fn has_tls_records<'d>(stream: impl Iterator<Item = Delivery<'d>>) -> bool {
    let mut run = Vec::new();
    for delivery in stream {
        match delivery {
            Delivery::Data { bytes, .. } => run.extend_from_slice(bytes),
            Delivery::Gap { .. } if follow_each_other(&run) => return true,
            Delivery::Gap { .. } => run.clear(),
        }
    }
    follow_each_other(&run)
}

fn follow_each_other(run: &[u8]) -> bool {
    (0..run.len()).any(|at| {
        let next = |at: usize| Some(at + record_len(run.get(at..)?)?);
        next(at).and_then(next).and_then(next).is_some()
    })
}

/// HTTP or TLS, by the client's first bytes.
pub(super) fn tunnelled(client: &[u8], hints: Hints) -> Option<Verdict> {
    if is_rtmpt_request(client) {
        return Some(Verdict::Rtmpt);
    }
    match client {
        [0x16, 0x03, 0..=4, ..] => Some(if hints.port { Verdict::Rtmps } else { Verdict::Other }),
        _ => None,
    }
}
