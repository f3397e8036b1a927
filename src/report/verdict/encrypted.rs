//! The sentence about a connection with RTMP's own encryption: what was asked for, how far it got, what is hidden.

use super::{Opened, ending};
use crate::report::model::Connection;

/// What happened on a connection whose client asked for encryption.
pub(super) fn what_happened(c: &Connection, handshake_bytes: Option<(u64, u64)>, opened: Opened) -> String {
    let handshake = c.handshake.as_ref();
    let version = handshake.and_then(|h| h.client_version.or(h.server_version));
    let name = match version {
        Some(version) => format!("encrypted RTMP (RTMPE, version {version})"),
        None => "encrypted RTMP (RTMPE)".to_owned(),
    };
    let hidden = [&c.efficiency.client_to_server, &c.efficiency.server_to_client].map(|of| of.tunnel_bytes);
    let ending = ending(c, opened);
    let [client, server] = hidden;
    if client + server > 0 {
        let wall_s = (c.end_s - c.start_s).max(0.0);
        return format!(
            "{name}: what is behind the handshake is not visible, {client} bytes from the client and {server} from \
             the server in {wall_s:.1} s; {ending}"
        );
    }
    if handshake.is_some_and(|h| h.complete) {
        return format!("{name}: the handshake was completed, but nothing followed it; {ending}");
    }
    let fits = handshake.is_none_or(|h| h.client_form.is_none() || h.client_digest.is_some());
    let fits = if fits { "" } else { ", with no digest in its hello" };
    let answer = match handshake_bytes.filter(|_| opened.missing_side.is_none()) {
        _ if c.tcp.server_to_client.unique_bytes == 0 && opened.missing_side.is_none() => {
            "; the server did not answer".to_owned()
        }
        Some((client, server)) => format!(
            "; the handshake was not completed: the client sent {client} and the server {server} of 3073 bytes"
        ),
        None => String::new(),
    };
    format!("the client asked for {name}{fits}{answer}; {ending}")
}
