//! Tests of the layer as a whole, on frames made here.

mod build;
mod fragments;
mod hostile;
mod lengths;
mod links;
mod oracle;

use super::decoder::LinkDecoder;
use super::segment::{Decoded, Segment};
use crate::base::limits::Limits;

/// A fresh decoder with the default limits.
fn decoder() -> LinkDecoder {
    LinkDecoder::new(&Limits::default())
}

/// What must hold for every segment, whatever came in.
fn check_ledger(s: &Segment<'_>) {
    let parts = [s.link_bytes, s.ip_bytes, s.tcp_header_bytes, s.payload_len].map(u64::from);
    assert_eq!(u64::from(s.wire_bytes), parts.iter().sum::<u64>(), "{s:?}");
    assert!(s.payload.len() as u64 <= u64::from(s.payload_len), "{s:?}");
    assert!(s.options.len() as u64 + 20 <= u64::from(s.tcp_header_bytes), "{s:?}");
    assert!(s.frames >= 1 && s.ip_bytes >= 20, "{s:?}");
}

/// The segment, its ledger checked.
#[track_caller]
fn segment(decoded: Decoded<'_>) -> Segment<'_> {
    match decoded {
        Decoded::Tcp(s) => {
            check_ledger(&s);
            s
        }
        other => panic!("no segment but {other:?}"),
    }
}
