//! Two TCP ends on a path: when each byte leaves and arrives, and which acknowledgements answer it.
//!
//! A model, not a stack: no loss, no congestion control, no Nagle. It knows the receive window, a link that is slower
//! than the sender, delayed acknowledgements, and that an answer cannot leave before its question has come. Damage is
//! done later, by `impair`.

use super::talk::{Close, Write};
use super::tcp::{ACK, FIN, PSH, Packet, RST, SYN, Tap, Tcp};
use super::{Dir, MS, Ns};

/// A lone segment is acknowledged after this time.
const DELAYED_ACK: Ns = 40 * MS;

/// From a question's last byte to its answer, at least.
const THINKING: Ns = 50_000;

/// Between two segments of one sender, at least.
const SPACING: Ns = 10_000;

/// A packet on the path. `off` counts payload bytes from the start of the stream.
#[derive(Clone, Debug)]
struct Flight {
    sent: Ns,
    got: Ns,
    dir: Dir,
    flags: u8,
    off: u64,
    len: u64,
}

/// One direction: its sender's queue and what is on the way.
#[derive(Default)]
struct Lane {
    bytes: Vec<u8>,
    /// Not before, needed peer bytes, end offset: of each write.
    queue: Vec<(Ns, u64, u64)>,
    /// The writes before this one are ready or sent.
    head: usize,
    off: u64,
    last_sent: Ns,
    link_free: Ns,
    /// End offset and arrival of each segment.
    arrived: Vec<(u64, Ns)>,
}

impl Lane {
    /// When the receiver had `bytes` of this lane; `None` if they are not on their way yet.
    fn delivered(&self, bytes: u64) -> Option<Ns> {
        if bytes == 0 {
            return Some(0);
        }
        let i = self.arrived.partition_point(|(end, _)| *end < bytes);
        self.arrived.get(i).map(|(_, at)| *at)
    }

    /// How much the receiver has at `time`.
    fn received(&self, time: Ns) -> u64 {
        let i = self.arrived.partition_point(|(_, at)| *at <= time);
        i.checked_sub(1).map_or(0, |i| self.arrived[i].0)
    }
}

struct Sim<'a> {
    tcp: &'a Tcp,
    lanes: [Lane; 2],
    flights: Vec<Flight>,
}

/// See `Tcp::packets`.
pub fn run(tcp: &Tcp, writes: &[Write], close: Close, closed_at: Ns) -> Vec<Packet> {
    let mut sim = Sim { tcp, lanes: [Lane::default(), Lane::default()], flights: Vec::new() };
    let open = tcp.start + tcp.rtt;
    for write in writes {
        let lane = &mut sim.lanes[write.dir.i()];
        lane.bytes.extend(&write.bytes);
        lane.queue.push((open + write.at, write.needs, lane.bytes.len() as u64));
    }
    sim.open();
    while let Some((time, len, dir)) = sim.next() {
        sim.segment(dir, time, len);
    }
    sim.acknowledge();
    sim.close(close, open + closed_at);
    sim.packets()
}

impl Sim<'_> {
    fn half(&self) -> Ns {
        self.tcp.rtt / 2
    }

    fn flight(&mut self, sent: Ns, dir: Dir, flags: u8, off: u64) -> Ns {
        // A packet without payload does not overtake its elders on the link.
        let elder = self.flights.iter().filter(|f| f.dir == dir && f.sent <= sent).map(|f| f.got).max();
        let got = (sent + self.half()).max(elder.unwrap_or(0));
        self.flights.push(Flight { sent, got, dir, flags, off, len: 0 });
        got
    }

    /// SYN, SYN and ACK, ACK.
    fn open(&mut self) {
        let (start, rtt) = (self.tcp.start, self.tcp.rtt);
        let got = self.flight(start, Dir::Up, SYN, 0);
        if self.tcp.fast_open {
            let first = self.lanes[0].queue.first().map_or(0, |(_, _, end)| *end);
            let len = first.min(self.tcp.segment() as u64);
            self.flights[0].len = len;
            self.lanes[0].off = len;
            self.lanes[0].arrived.push((len, got));
        }
        self.flight(start + rtt / 2, Dir::Down, SYN | ACK, 0);
        let off = self.lanes[0].off;
        self.flight(start + rtt, Dir::Up, ACK, off);
        self.lanes[0].last_sent = start + rtt;
    }

    /// The next segment to leave: time, length, direction.
    fn next(&self) -> Option<(Ns, u64, Dir)> {
        let departures = [Dir::Up, Dir::Down].map(|dir| self.departure(dir).map(|(t, n)| (t, n, dir)));
        departures.into_iter().flatten().min_by_key(|(time, ..)| *time)
    }

    fn departure(&self, dir: Dir) -> Option<(Ns, u64)> {
        let (lane, peer) = (&self.lanes[dir.i()], &self.lanes[dir.back().i()]);
        let full = self.tcp.segment() as u64;
        let ready = |(at, needs, _): &(Ns, u64, u64)| peer.delivered(*needs).map(|d| (d + THINKING).max(*at));
        let mut time = ready(lane.queue.get(lane.head)?)?.max(lane.last_sent + SPACING);
        let mut len = 0;
        for _ in 0..2 {
            // What the application has handed over by then, up to a full segment.
            let waiting = &lane.queue[lane.head..];
            let end = waiting.iter().take_while(|w| ready(w).is_some_and(|r| r <= time)).map(|w| w.2).last();
            len = full.min(end.unwrap_or(lane.off) - lane.off);
            // Room for it in the receive window.
            if let Some(acked) = (lane.off + len).checked_sub(u64::from(self.tcp.window)) {
                time = time.max(lane.delivered(acked)? + self.half());
            }
        }
        Some((time, len))
    }

    fn segment(&mut self, dir: Dir, sent: Ns, len: u64) {
        let half = self.half();
        let rate = self.tcp.rate[dir.i()];
        let lane = &mut self.lanes[dir.i()];
        let on_link = rate.map_or(0, |bps| len * 8_000_000_000 / bps);
        lane.link_free = lane.link_free.max(sent) + on_link;
        let got = lane.link_free + half;
        let off = lane.off;
        lane.off += len;
        lane.last_sent = sent;
        lane.arrived.push((lane.off, got));
        while lane.queue.get(lane.head).is_some_and(|w| w.2 <= lane.off) {
            lane.head += 1;
        }
        let pushed = lane.queue.iter().any(|w| w.2 == lane.off);
        let flags = if pushed { ACK | PSH } else { ACK };
        self.flights.push(Flight { sent, got, dir, flags, off, len });
    }

    /// Every second segment is acknowledged at once, a lone one later unless an answer does it.
    fn acknowledge(&mut self) {
        for dir in [Dir::Up, Dir::Down] {
            let arrivals: Vec<Ns> = self.lanes[dir.i()].arrived.iter().map(|(_, at)| *at).collect();
            let mut answers: Vec<Ns> =
                self.flights.iter().filter(|f| f.dir != dir && f.len > 0).map(|f| f.sent).collect();
            answers.sort_unstable();
            let mut lone = false;
            for (i, at) in arrivals.iter().enumerate() {
                lone = !lone;
                let limit = at + DELAYED_ACK;
                let next = arrivals.get(i + 1).copied().unwrap_or(Ns::MAX);
                let answer =
                    answers.get(answers.partition_point(|sent| sent < at)).copied().unwrap_or(Ns::MAX);
                if answer <= limit.min(next) {
                    lone = false;
                } else if !lone || next > limit {
                    let when = if lone { limit } else { *at };
                    lone = false;
                    self.ack(dir.back(), when);
                }
            }
        }
    }

    fn ack(&mut self, dir: Dir, when: Ns) {
        let off = self.sent_by(dir, when);
        self.flight(when, dir, ACK, off);
    }

    fn sent_by(&self, dir: Dir, when: Ns) -> u64 {
        let sent = self.flights.iter().filter(|f| f.dir == dir && f.sent <= when);
        sent.map(|f| f.off + f.len).max().unwrap_or(0)
    }

    fn close(&mut self, close: Close, at: Ns) {
        let settled = self.flights.iter().map(|f| f.got).max().unwrap_or(0) + MS;
        let at = at.max(settled);
        let total = self.lanes.each_ref().map(|lane| lane.off);
        match close {
            Close::Open => {}
            Close::Rst(dir) => {
                self.flight(at, dir, RST | ACK, total[dir.i()]);
            }
            Close::Fin(dir) => {
                let came = self.flight(at, dir, FIN | ACK, total[dir.i()]);
                let back = self.flight(came, dir.back(), FIN | ACK, total[dir.back().i()]);
                self.flight(back, dir, ACK, total[dir.i()] + 1);
            }
        }
    }

    /// Flights to packets: sequence numbers, acknowledgements, options, times at the tap.
    fn packets(&mut self) -> Vec<Packet> {
        let mut flights = std::mem::take(&mut self.flights);
        flights.sort_by_key(|f| f.sent);
        let mut ids = self.tcp.ip_id;
        let mut out = Vec::with_capacity(flights.len());
        for flight in &flights {
            let dir = flight.dir;
            let near = (dir == Dir::Up) == (self.tcp.tap == Tap::Client);
            let time = if near { flight.sent } else { flight.got };
            let is_syn = flight.flags & SYN != 0;
            let heard = flights.iter().rev().find(|f| f.dir != dir && f.got <= flight.sent);
            let fin = flights.iter().any(|f| f.dir != dir && f.flags & FIN != 0 && f.got <= flight.sent);
            let came = self.lanes[dir.back().i()].received(flight.sent);
            let has_ack = flight.flags & ACK != 0;
            let ack = self.tcp.isn[dir.back().i()].wrapping_add(1 + came as u32 + u32::from(fin));
            let (value, echo) = ((flight.sent / MS) as u32, heard.map_or(0, |f| (f.sent / MS) as u32));
            let shift = if is_syn { 0 } else { self.tcp.window_scale.unwrap_or(0) };
            let bytes = &self.lanes[dir.i()].bytes;
            out.push(Packet {
                time,
                flow: self.tcp.flow,
                dir,
                seq: self.tcp.isn[dir.i()].wrapping_add(u32::from(!is_syn) + flight.off as u32),
                ack: if has_ack { ack } else { 0 },
                flags: flight.flags,
                window: (self.tcp.window >> shift).min(0xFFFF) as u16,
                options: if is_syn {
                    self.tcp.syn_options(value, echo)
                } else {
                    self.tcp.options(value, echo)
                },
                ip_id: ids[dir.i()],
                payload: bytes.iter().skip(flight.off as usize).take(flight.len as usize).copied().collect(),
            });
            ids[dir.i()] = ids[dir.i()].wrapping_add(1);
        }
        out.sort_by_key(|p| p.time);
        out
    }
}
