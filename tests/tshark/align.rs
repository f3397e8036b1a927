//! Pairs the messages of two lists that keep the same order.

use crate::message::Message;

/// A step through both lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Both(usize, usize),
    Left(usize),
    Right(usize),
}

/// How much two messages have in common; nothing where they cannot be the same.
fn likeness(a: &Message, b: &Message) -> u32 {
    if (a.type_id, a.length) != (b.type_id, b.length) {
        return 0;
    }
    4 + u32::from(a.timestamp == b.timestamp)
        + u32::from(a.csid == b.csid)
        + u32::from(a.stream_id == b.stream_id)
}

/// All that is compared is the same.
fn same(a: &Message, b: &Message) -> bool {
    likeness(a, b) == 7
}

/// The pairing with the most in common.
pub(crate) fn align(left: &[&Message], right: &[&Message]) -> Vec<Step> {
    let head = left.iter().zip(right).take_while(|(a, b)| same(a, b)).count();
    let tail =
        left[head..].iter().rev().zip(right[head..].iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (l, r) = (left.len() - tail, right.len() - tail);
    let mut steps: Vec<_> = (0..head).map(|i| Step::Both(i, i)).collect();
    steps.extend(middle(&left[head..l], &right[head..r], head));
    steps.extend((0..tail).map(|i| Step::Both(l + i, r + i)));
    steps
}

/// The pairing of what is neither a common beginning nor a common end.
fn middle(left: &[&Message], right: &[&Message], offset: usize) -> Vec<Step> {
    let width = right.len() + 1;
    // The best that can be had of the rests that begin at each pair of places.
    let mut best = vec![0u32; (left.len() + 1) * width];
    for (i, a) in left.iter().enumerate().rev() {
        for (j, b) in right.iter().enumerate().rev() {
            let both = match likeness(a, b) {
                0 => 0,
                common => common + best[(i + 1) * width + j + 1],
            };
            best[i * width + j] = both.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    while i < left.len() || j < right.len() {
        let here = best[i * width + j];
        if i < left.len() && j < right.len() {
            let common = likeness(left[i], right[j]);
            if common > 0 && here == common + best[(i + 1) * width + j + 1] {
                steps.push(Step::Both(offset + i, offset + j));
                (i, j) = (i + 1, j + 1);
                continue;
            }
        }
        if i < left.len() && (j == right.len() || here == best[(i + 1) * width + j]) {
            steps.push(Step::Left(offset + i));
            i += 1;
        } else {
            steps.push(Step::Right(offset + j));
            j += 1;
        }
    }
    steps
}
