//! Damage to a list of packets: each function takes one and returns another.
//!
//! A `Pick` names a packet: the n-th with payload in a direction, from 0.

use super::tcp::{ACK, PSH, Packet, SYN, stream};
use super::{Dir, MS, Ns, Rng};

/// Which packet.
#[derive(Copy, Clone, Debug)]
pub enum Pick {
    /// The n-th packet with payload in this direction.
    Data(Dir, usize),
    /// The n-th of the list.
    Index(usize),
}

/// The n-th packet with payload from the client.
pub fn up(n: usize) -> Pick {
    Pick::Data(Dir::Up, n)
}

/// The n-th packet with payload from the server.
pub fn down(n: usize) -> Pick {
    Pick::Data(Dir::Down, n)
}

/// The packet's place in the list.
pub fn index(packets: &[Packet], pick: Pick) -> usize {
    match pick {
        Pick::Index(n) => n,
        Pick::Data(dir, n) => {
            let data = packets.iter().enumerate().filter(|(_, p)| p.dir == dir && !p.payload.is_empty());
            data.map(|(i, _)| i).nth(n).expect("so many data packets")
        }
    }
}

/// Missing from the capture, although the peer has it.
pub fn drop(packets: &[Packet], pick: Pick) -> Vec<Packet> {
    let mut out = packets.to_vec();
    out.remove(index(packets, pick));
    out
}

/// Lost before the capture point, and sent again `after` later; until then the receiver repeats its acknowledgement.
pub fn lose_and_retransmit(packets: &[Packet], pick: Pick, after: Ns) -> Vec<Packet> {
    let lost = packets[index(packets, pick)].clone();
    let again = lost.time + after;
    let mut out = drop(packets, pick);
    let dir = lost.dir;
    out = insert(out, Packet { time: again, ip_id: lost.ip_id ^ 0x8000, ..lost });
    settle_acks(&mut out, dir);
    out
}

/// Captured twice: the very same packet again, `after` later.
pub fn duplicate(packets: &[Packet], pick: Pick, after: Ns) -> Vec<Packet> {
    let copy = packets[index(packets, pick)].clone();
    insert(packets.to_vec(), Packet { time: copy.time + after, ..copy })
}

/// Every packet captured twice, as on a mirror port that sees both sides of a switch.
pub fn duplicate_all(packets: &[Packet], after: Ns) -> Vec<Packet> {
    packets.iter().flat_map(|p| [p.clone(), Packet { time: p.time + after, ..p.clone() }]).collect()
}

/// Sent again although it came: a new IP identification, `after` later.
pub fn retransmit(packets: &[Packet], pick: Pick, after: Ns) -> Vec<Packet> {
    let copy = packets[index(packets, pick)].clone();
    insert(packets.to_vec(), Packet { time: copy.time + after, ip_id: copy.ip_id ^ 0x8000, ..copy })
}

/// Data packets of `dir` arrive up to `distance` places late, `percent` of them. Times stay in order, and the other
/// side acknowledges what it has.
pub fn reorder(packets: &[Packet], dir: Dir, percent: usize, distance: usize, seed: u64) -> Vec<Packet> {
    let mut rng = Rng::new(seed);
    let mut out = packets.to_vec();
    let places: Vec<usize> =
        (0..out.len()).filter(|i| out[*i].dir == dir && !out[*i].payload.is_empty()).collect();
    let mut n = 0;
    while n + distance < places.len() {
        if !rng.chance(percent) {
            n += 1;
            continue;
        }
        let late = 1 + rng.below(distance);
        for k in n..n + late {
            let (a, b) = (places[k], places[k + 1]);
            if out[a].ack != out[b].ack {
                break; // what answers the other side cannot come before its question
            }
            let times = (out[a].time, out[b].time);
            out.swap(a, b);
            (out[a].time, out[b].time) = times;
        }
        n += late + 1;
    }
    settle_acks(&mut out, dir);
    out
}

/// Records of the file in another order than their times, `percent` of neighbours.
pub fn shuffle_records(packets: &[Packet], percent: usize, seed: u64) -> Vec<Packet> {
    let mut rng = Rng::new(seed);
    let mut out = packets.to_vec();
    for i in 1..out.len() {
        if rng.chance(percent) {
            out.swap(i - 1, i);
        }
    }
    out
}

/// A retransmission with other borders, from `back` bytes before the packet to `forward` bytes after it, `after`
/// later. Its bytes are the stream's, each changed by `change` (0: not changed).
pub fn overlap(
    packets: &[Packet],
    pick: Pick,
    back: u32,
    forward: u32,
    after: Ns,
    change: u8,
) -> Vec<Packet> {
    let i = index(packets, pick);
    let old = packets[i].clone();
    let (base, bytes) = stream(packets, old.dir);
    let from = old.seq.wrapping_sub(base).saturating_sub(back) as usize;
    let to = (old.end().wrapping_sub(base).saturating_add(forward) as usize).min(bytes.len());
    let payload = bytes[from..to].iter().map(|b| b ^ change).collect();
    let seq = base.wrapping_add(from as u32);
    insert(
        packets.to_vec(),
        Packet { time: old.time + after, seq, payload, ip_id: old.ip_id ^ 0x8000, ..old },
    )
}

/// A keep-alive probe of the packet's sender `after` it: one sequence number back, with 0 or 1 byte.
pub fn keep_alive(packets: &[Packet], pick: Pick, after: Ns, bytes: usize) -> Vec<Packet> {
    let last = packets[index(packets, pick)].clone();
    let (time, seq) = (last.time + after, last.end().wrapping_sub(1));
    let payload = vec![0; bytes];
    insert(packets.to_vec(), Packet { time, seq, payload, flags: ACK, ip_id: last.ip_id ^ 0x8000, ..last })
}

/// The receiver of the packet closes its window behind it for `duration`: a zero window, probes of one byte of what
/// comes next each 200 ms, each answered, a window update. Everything later moves by that time.
pub fn zero_window(packets: &[Packet], pick: Pick, duration: Ns) -> Vec<Packet> {
    let i = index(packets, pick);
    let full = packets[i].clone();
    let dir = full.dir;
    let mut out = packets[..=i].to_vec();
    let reverse = |p: &&Packet| p.dir != dir && !p.has(SYN);
    let Some(model) = packets[..=i].iter().rev().find(reverse).or(packets[i..].iter().find(reverse)) else {
        return packets.to_vec();
    };
    let seq = packets[..=i].iter().rev().find(|p| p.dir != dir).map_or(model.seq, Packet::end);
    let answer = |time: Ns, window: u16, id: u16| Packet {
        time,
        seq,
        ack: full.end(),
        flags: ACK,
        window,
        payload: Vec::new(),
        ip_id: model.ip_id ^ 0x8000 ^ id,
        ..model.clone()
    };
    let (base, bytes) = stream(packets, dir);
    let next = bytes.get(full.end().wrapping_sub(base) as usize).copied().unwrap_or(0);
    let closed = full.time + MS;
    out.push(answer(closed, 0, 0));
    let mut id = 0;
    let mut time = closed + 200 * MS;
    while time + 2 * MS < closed + duration {
        id += 1;
        let ip_id = full.ip_id ^ 0x8000 ^ id;
        out.push(Packet { time, seq: full.end(), payload: vec![next], flags: ACK, ip_id, ..full.clone() });
        out.push(answer(time + MS, 0, id));
        time += 200 * MS;
    }
    out.push(answer(closed + duration, model.window, id + 1));
    out.extend(packets[i + 1..].iter().cloned().map(|p| Packet { time: p.time + MS + duration, ..p }));
    out
}

/// The capture starts at this packet of the list.
pub fn from(packets: &[Packet], first: Pick) -> Vec<Packet> {
    packets[index(packets, first)..].to_vec()
}

/// The capture ends before this packet of the list.
pub fn until(packets: &[Packet], end: Pick) -> Vec<Packet> {
    packets[..index(packets, end)].to_vec()
}

/// Only one direction was captured.
pub fn only(packets: &[Packet], dir: Dir) -> Vec<Packet> {
    packets.iter().filter(|p| p.dir == dir).cloned().collect()
}

/// Payload in segments of `n` bytes at most, a nanosecond apart; the last one has the old time.
pub fn tiny(packets: &[Packet], n: usize) -> Vec<Packet> {
    let mut out = Vec::new();
    for packet in packets {
        if packet.payload.len() <= n {
            out.push(packet.clone());
            continue;
        }
        let count = packet.payload.len().div_ceil(n);
        for (i, part) in packet.payload.chunks(n).enumerate() {
            let syn = u32::from(i > 0 && packet.has(SYN));
            let not_syn = if i > 0 { !SYN } else { 0xFF };
            let not_push = if i + 1 < count { !PSH } else { 0xFF };
            out.push(Packet {
                time: packet.time - (count - 1 - i) as Ns,
                seq: packet.seq.wrapping_add((i * n) as u32 + syn),
                flags: packet.flags & not_syn & not_push,
                ip_id: packet.ip_id.wrapping_add(i as u16),
                payload: part.to_vec(),
                ..packet.clone()
            });
        }
    }
    out
}

/// Data packets that follow each other within `gap` become one of `max` payload bytes at most, as offloading network
/// cards show them. Bare acknowledgements in between are gone, as such cards take them too.
pub fn coalesce(packets: &[Packet], max: usize, gap: Ns) -> Vec<Packet> {
    let mut out: Vec<Packet> = Vec::new();
    for packet in packets {
        let fits = |p: &Packet| {
            let data = !p.payload.is_empty() && !packet.payload.is_empty() && !p.has(SYN);
            let room = p.payload.len() + packet.payload.len() <= max;
            data && room && p.end() == packet.seq && p.time + gap >= packet.time
        };
        let last = out.iter().rposition(|p| p.flow == packet.flow && (p.dir == packet.dir || p.flags != ACK));
        match last.filter(|i| out[*i].dir == packet.dir && fits(&out[*i])) {
            Some(i) => {
                let mut first = out.remove(i);
                let later = out.split_off(i);
                out.extend(later.into_iter().filter(|p| p.flow != packet.flow));
                first.payload.extend(&packet.payload);
                (first.time, first.flags, first.ack) = (packet.time, packet.flags, packet.ack);
                out.push(first);
            }
            None => out.push(packet.clone()),
        }
    }
    out
}

/// All times moved.
pub fn shift(packets: &[Packet], by: i64) -> Vec<Packet> {
    packets.iter().cloned().map(|p| Packet { time: p.time.saturating_add_signed(by), ..p }).collect()
}

/// The side that receives `dir` cannot acknowledge what the capture point has not seen.
fn settle_acks(packets: &mut [Packet], dir: Dir) {
    let mut next: Option<u32> = None;
    let mut early: Vec<(u32, u32)> = Vec::new();
    for packet in packets {
        let after = |a: u32, b: u32| a.wrapping_sub(b).cast_signed() > 0;
        if packet.dir == dir {
            early.push((packet.seq, packet.end()));
            let mut edge = if packet.has(SYN) { packet.end() } else { next.unwrap_or(packet.seq) };
            while let Some((_, end)) = early.iter().find(|(s, e)| !after(*s, edge) && after(*e, edge)) {
                edge = *end;
            }
            early.retain(|(_, end)| after(*end, edge));
            next = Some(edge);
        } else if let Some(edge) = next.filter(|edge| packet.has(ACK) && after(packet.ack, *edge)) {
            packet.ack = edge;
        }
    }
}

fn insert(mut packets: Vec<Packet>, new: Packet) -> Vec<Packet> {
    let at = packets.partition_point(|p| p.time <= new.time);
    packets.insert(at, new);
    packets
}
