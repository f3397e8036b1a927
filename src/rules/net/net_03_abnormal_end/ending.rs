//! How a connection ended, in one finding.

use crate::base::pos::{Dir, PacketRef};
use crate::rules::context::{Cx, Doubt};
use crate::rules::finding::{Found, Place, Said};
use crate::rules::net::shared::side;
use crate::rules::rule::End;
use crate::rules::seen::Seen;
use crate::session::event::StreamRole;
use crate::tcp::connection::FirstClose;

use super::{AbnormalEnd, Live};

impl AbnormalEnd {
    pub(super) fn judge(&self, end: &End<'_>, cx: &mut Cx<'_>) {
        if self.opening(end, cx) {
            return;
        }
        if let Some((dir, heard)) = end.tcp.fell_silent() {
            return self.silent(dir, heard, end, cx);
        }
        let Some(close) = end.tcp.first_close() else { return cx.doubt(Doubt::CaptureEnds) };
        if cx.seen.unreadable {
            return cx.doubt(Doubt::Unreadable);
        }
        if let Some(doubt) = Dir::BOTH.iter().find_map(|dir| cx.seen.doubt(*dir)) {
            return cx.doubt(doubt);
        }
        if Dir::BOTH.iter().any(|dir| end.tcp.stats(*dir).segments == 0) {
            return cx.doubt(Doubt::OneSided);
        }
        cx.judged();
        if let Some(live) = self.live
            && self.in_mid_stream(close, live, cx)
        {
            return;
        }
        if let Some((received, length)) = self.unfinished.get(close.by).filter(|_| !close.reset) {
            let found = Found::in_place(Place::packet(close.by, close.at)).case("unfinished");
            let (by, seen) = (side(close.by), cx.seen);
            cx.find(found, |_| {
                Said::new(format!("the {by} closed the connection inside a message of its own"))
                    .expected(format!("{length} bytes of the message"))
                    .actual(format!("{received} bytes; {}", self.before(close.at, seen)))
                    .help("a program that was ended, or that closes without waiting until all is written")
            });
        }
    }

    /// Connections that did not come about; whether this is one.
    fn opening(&self, end: &End<'_>, cx: &mut Cx<'_>) -> bool {
        let opening = end.tcp.opening();
        let (first, last) = end.tcp.packets();
        let (up, down) = (end.tcp.stats(Dir::ClientToServer), end.tcp.stats(Dir::ServerToClient));
        if up.unique_bytes + down.unique_bytes > 0 || opening.syn.is_none() {
            return false;
        }
        let refused = end.tcp.first_close().filter(|close| close.reset && close.by == Dir::ServerToClient);
        if let (None, Some(close)) = (opening.syn_ack, refused) {
            let found = Found::in_place(Place::packet(close.by, close.at)).case("refused").error();
            cx.find(found, |_| {
                Said::new("the server refused the connection: it answered the SYN with a reset")
                    .help("nothing listens on this port, or a firewall rejects: check address and port")
            });
        } else if opening.syn_ack.is_none() && down.segments == 0 && up.segments == self.syns {
            if !end.is_late(first.ts, cx.threshold_ns("answer_s")) {
                cx.doubt(Doubt::CaptureEnds);
                return true;
            }
            let found = Found::in_place(Place::packet(Dir::ClientToServer, last)).case("no-answer").error();
            let (n, s) = (self.syns, last.ts.seconds_since(first.ts));
            cx.find(found, |_| {
                Said::new(format!("the server did not answer: the client asked {n} times in {s:.1} s"))
                    .help("a firewall drops the packets, or the address is wrong: check both")
            });
        } else if let (Some(_), Some(close)) = (opening.syn_ack, end.tcp.first_close()) {
            let found = Found::in_place(Place::packet(close.by, close.at)).case("empty").info();
            cx.find(found, |_| {
                Said::new("neither side sent anything")
                    .help("health checks of load balancers and port scanners look like this")
            });
        } else {
            cx.doubt(Doubt::CaptureEnds);
        }
        true
    }

    fn silent(&self, dir: Dir, heard: PacketRef, end: &End<'_>, cx: &mut Cx<'_>) {
        let (_, last) = end.tcp.packets();
        let found = Found::in_place(Place::packet(dir, heard)).case("silent");
        let (quiet, s) = (side(dir), last.ts.seconds_since(heard.ts));
        let (other, seen) = (side(dir.opposite()), cx.seen);
        cx.find(found, |_| {
            Said::new(format!("the {quiet} fell silent, and the {other} repeated its data for {s:.1} s in vain"))
                .expected("acknowledgements, or a close")
                .actual(self.before(heard, seen))
                .help("the path broke, or the machine went away: look at links, NAT timers and firewalls on the path")
        });
    }

    /// A close while a stream was going on; whether that was one to tell.
    fn in_mid_stream(&self, close: FirstClose, live: Live, cx: &mut Cx<'_>) -> bool {
        let doing = match live.role {
            StreamRole::Publish => "published",
            StreamRole::Play => "played",
        };
        let left = close.by == Dir::ClientToServer;
        let found = Found::in_place(Place::packet(close.by, close.at));
        let (found, what, help) = match (close.reset, live.role) {
            (true, StreamRole::Play) if left => (
                found.case("player-left").info(),
                "reset",
                "a player that leaves with data unread resets; let it read to the end, or ignore this",
            ),
            (true, _) => (
                found.case("reset"),
                "reset",
                "a program that ended or was killed, or a device on the path: look into the log of that side at this time",
            ),
            (false, StreamRole::Publish) if !left && !self.told => (
                found.case("server-closed"),
                "closed",
                "look into the server's log at this time (idle timer, codec, key, limit, record error); let it send an onStatus before it closes",
            ),
            (false, StreamRole::Play) if !left && !self.told => (
                found.case("server-ended-play").info(),
                "closed",
                "look into the server's log at this time; let it send Play.Stop or Play.UnpublishNotify before it closes",
            ),
            _ => return false,
        };
        let (by, s) = (side(close.by), close.at.ts.seconds_since(live.since));
        let (cut, seen) = (self.unfinished.get(close.by), cx.seen);
        cx.find(found, |_| {
            let cut = cut.map_or_else(String::new, |(received, length)| {
                format!("; its last message has {received} of {length} bytes")
            });
            Said::new(format!(
                "the {by} {what} the connection while a stream was being {doing}, after {s:.1} s"
            ))
            .expected("the end of the stream first, or a status that says why")
            .actual(self.before(close.at, seen) + &cut)
            .help(help)
        });
        true
    }

    /// What both sides said last.
    fn before(&self, at: PacketRef, seen: &Seen) -> String {
        let said = self.closed.unwrap_or(seen.said);
        let of = |dir: Dir| {
            let last = *said.get(dir);
            last.map_or_else(
                || format!("nothing from the {}", side(dir)),
                |(name, ts)| {
                    let s = at.ts.seconds_since(ts);
                    let when = if s < 0.0 { "after" } else { "before" };
                    format!("{name} from the {} {:.2} s {when}", side(dir), s.abs())
                },
            )
        };
        format!("{}, {}", of(Dir::ClientToServer), of(Dir::ServerToClient))
    }
}
