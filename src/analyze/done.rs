//! What ended connections leave behind: figures of the capture, and entries of the report.
//!
//! Takes connections at their end. Of one that ends while packets still come only its entry is kept. Those open at the
//! end of the capture stay as they are, and their entries are made one by one when they are asked for: all entries
//! beside all that they are made of would be twice the memory.

use crate::base::pos::Dir;
use crate::report::build;
use crate::report::draft::Entries;
use crate::report::model::{self, LimitHit, Opening, Quality, Transport};
use crate::report::{summary, weight};
use crate::rules::net::Missing;
use crate::rules::outcome::Outcome;
use crate::tcp::connection::Connection;
use crate::tcp::stats::HalfStats;

use super::flows::Shared;
use super::followed::Aside;
use super::live::Live;
use super::others::Others;

/// What the rules came to with a connection.
pub(crate) struct JudgedConnection {
    /// Number of the connection in the report.
    pub(crate) id: u32,
    pub(crate) findings: Vec<model::Finding>,
    /// Findings that there was no room for.
    pub(crate) omitted: u64,
    /// One for each rule of the set.
    pub(crate) outcomes: Vec<Outcome>,
}

impl JudgedConnection {
    /// Memory it takes.
    fn weight(&self) -> usize {
        let outcomes = self.outcomes.len() * size_of::<Outcome>();
        size_of::<Self>() + outcomes + self.findings.iter().map(weight::finding).sum::<usize>()
    }
}

/// A connection that the report lists.
struct Listed {
    id: u32,
    entry: Entry,
    judged: Option<JudgedConnection>,
}

/// The entry of a connection, or what it is made of.
enum Entry {
    Built(Box<model::Connection>),
    Unbuilt(Box<Live>),
}

/// What ended connections leave behind.
#[derive(Default)]
pub(super) struct Done {
    listed: Vec<Listed>,
    pub(super) other: Others,
    pub(super) missing: Missing,
    duplicate_packets: u64,
    oversized_segments: u64,
    limits_hit: Vec<LimitHit>,
    /// Memory of what is listed.
    listed_bytes: usize,
}

impl Done {
    /// Memory of what is listed.
    pub(super) const fn listed_bytes(&self) -> usize {
        self.listed_bytes
    }

    /// A connection has ended, or is not followed any further, while others still are.
    pub(super) fn take(&mut self, live: &mut Live, shared: &mut Shared<'_>) {
        let Some(mut aside) = self.close(live, shared) else { return };
        if let Some(entry) = live.build(shared) {
            let judged = aside.judged.take();
            let bytes = weight::connection(&entry);
            self.list(Listed { id: entry.id, entry: Entry::Built(entry), judged }, bytes, shared);
        }
    }

    /// A connection was followed to the end of the capture.
    pub(super) fn keep(&mut self, mut live: Box<Live>, shared: &mut Shared<'_>) {
        let Some(Aside { id, judged, .. }) = self.close(&mut live, shared) else { return };
        if let Some(bytes) = live.entry_bytes() {
            self.list(Listed { id, entry: Entry::Unbuilt(live), judged }, bytes, shared);
        }
    }

    /// Lists a connection while there is room for it.
    fn list(&mut self, listed: Listed, bytes: usize, shared: &Shared<'_>) {
        if !shared.lists(listed.id) {
            return;
        }
        let of_rules = listed.judged.as_ref().map_or(0, JudgedConnection::weight);
        let listed_bytes = self.listed_bytes + bytes + of_rules;
        if listed_bytes > shared.limits().report_bytes {
            return self.limit_hit("report_bytes", 1);
        }
        self.listed_bytes = listed_bytes;
        self.listed.push(listed);
    }

    /// Ends a connection, and takes from it what the capture's figures and findings need; what is no RTMP is counted,
    /// and what was taken before is passed over.
    fn close(&mut self, live: &mut Live, shared: &mut Shared<'_>) -> Option<Aside> {
        if live.is_left() {
            return None;
        }
        let closed = live.close(shared);
        for dir in Dir::BOTH {
            let stats = live.tcp.stats(dir);
            self.duplicate_packets += stats.rare().duplicate_packets;
            self.oversized_segments += stats.oversized_segments;
            self.limit_hit("held_bytes", stats.rare().held_limit_hits);
        }
        match closed {
            Ok(aside) => {
                self.count(&live.tcp, &aside);
                live.limits_hit().for_each(|limit| self.limit_hit(limit, 1));
                Some(aside)
            }
            Err(what) => {
                self.other.add(&live.tcp, what);
                live.leave();
                None
            }
        }
    }

    /// What a connection that carries RTMP says of the capture.
    fn count(&mut self, tcp: &Connection, aside: &Aside) {
        let missing = &mut self.missing;
        let of_both = |count: fn(&HalfStats) -> u64| Dir::BOTH.map(|dir| count(tcp.stats(dir)));
        let sum = |count| of_both(count).iter().sum::<u64>();
        missing.gaps += sum(|stats| stats.rare().gaps);
        missing.gap_bytes += sum(|stats| stats.rare().gap_bytes);
        missing.snapped_bytes += sum(|stats| stats.rare().snapped_bytes);
        missing.without_syn += u64::from(build::opening(tcp) == Opening::MidStream);
        missing.one_way += u64::from(build::missing_side(tcp).is_some());
        missing.first_gap = match (missing.first_gap, aside.first_gap) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        // Bytes may have been damaged on their way: repeated ones differ from the first, or what was repeated makes no
        // sense.
        let repeated = of_both(|stats| stats.rare().retransmitted_segments);
        let senseless = aside.broken.iter().zip(repeated).any(|(broken, again)| *broken && again > 0);
        let differs = sum(|stats| stats.rare().conflicting_bytes) > 0;
        missing.perhaps_damaged += u64::from(senseless || differs);
        match aside.transport {
            Transport::Rtmps | Transport::Rtmpts => missing.tls += 1,
            Transport::Rtmpe | Transport::Rtmpte => missing.rtmpe += u64::from(aside.encrypted),
            Transport::Rtmp | Transport::Rtmpt => {}
        }
        self.limit_hit("reported_connections", u64::from(!aside.followed));
        self.limit_hit("commands", u64::from(aside.commands_omitted));
        self.limit_hit("findings", aside.judged.as_ref().map_or(0, |judged| judged.omitted));
    }

    /// A limit was reached so many times.
    pub(super) fn limit_hit(&mut self, limit: &str, count: u64) {
        if count == 0 {
            return;
        }
        match self.limits_hit.iter_mut().find(|hit| hit.limit == limit) {
            Some(hit) => hit.count += count,
            None => self.limits_hit.push(LimitHit { limit: limit.to_owned(), count }),
        }
    }

    /// What the connections say of the capture's quality.
    pub(super) fn fill(&mut self, quality: &mut Quality) {
        quality.duplicate_packets = self.duplicate_packets;
        quality.oversized_segments = self.oversized_segments;
        quality.gaps = self.missing.gaps;
        quality.missing_bytes = self.missing.gap_bytes;
        quality.truncated_bytes = self.missing.snapped_bytes;
        quality.connections_without_syn = self.missing.without_syn;
        quality.one_way_connections = self.missing.one_way;
        self.limits_hit.sort_by(|a, b| a.limit.cmp(&b.limit));
        quality.limits_hit = std::mem::take(&mut self.limits_hit);
    }

    /// What the rules came to with the connections that are listed, and their entries; both in order of their numbers.
    /// Without a clock (`timed`) what was measured by it is not known.
    pub(super) fn finish(
        mut self,
        mut shared: Shared<'_>,
        timed: bool,
    ) -> (Vec<JudgedConnection>, Entries<'_>) {
        self.listed.sort_unstable_by_key(|listed| listed.id);
        let judged = self.listed.iter_mut().filter_map(|listed| listed.judged.take()).collect();
        let entries = self.listed.into_iter().filter_map(move |listed| {
            let mut entry = match listed.entry {
                Entry::Built(entry) => entry,
                Entry::Unbuilt(mut live) => live.build(&mut shared)?,
            };
            if !timed {
                summary::forget_times(&mut entry);
            }
            Some(entry)
        });
        (judged, Box::new(entries))
    }
}
