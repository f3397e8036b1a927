//! Counts in AMF0 that promise more than a message holds.
//!
//! Takes the values of a message; builds nothing. Stops at what it does not know: a value of AMF3, or a mistake.

use crate::base::read::Reader;

/// A count that is out of proportion.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// A strict array has more items than bytes are left.
    Items { count: u32, left: usize },
    /// An ECMA array has far fewer members than its hint says.
    Hint { count: u32, members: u32 },
}

/// What is open around the next value.
enum Around {
    /// Keys and values; the hint of an ECMA array.
    Fields { hint: u32, members: u32 },
    /// Items that are still to come.
    Items(u32),
}

/// Values are followed so deep at most.
const MOST_DEPTH: usize = 64;
/// Hints up to here are harmless, and beyond it those that are at most so many times too large.
pub(super) const LARGE_HINT: u32 = 0xFFFF;
const MOST_TIMES: u32 = 16;

/// The first such count.
pub(super) fn disproportionate(values: &[u8]) -> Option<Count> {
    let mut around = Vec::new();
    let found = walk(&mut Reader::new(values), &mut around);
    // What the end of the message cut off has the members that came.
    found.or_else(|| around.iter().find_map(Around::hint))
}

fn walk(reader: &mut Reader<'_>, around: &mut Vec<Around>) -> Option<Count> {
    while reader.left() > 0 || matches!(around.last(), Some(Around::Items(0))) {
        match around.last_mut() {
            Some(Around::Items(0)) => {
                around.pop();
                continue;
            }
            Some(Around::Items(left)) => *left -= 1,
            Some(Around::Fields { members, .. }) => {
                let len = usize::from(reader.u16("name").ok()?);
                if len == 0 && reader.rest().first() == Some(&9) {
                    reader.take(1, "end").ok()?;
                    if let Some(count) = around.pop().and_then(|last| last.hint()) {
                        return Some(count);
                    }
                    continue;
                }
                reader.take(len, "name").ok()?;
                *members += 1;
            }
            None => {}
        }
        match value(reader)? {
            Value::Whole => {}
            Value::Open(_) if around.len() >= MOST_DEPTH => return None,
            Value::Open(opened) => around.push(opened),
            Value::Count(count) => return Some(count),
        }
    }
    None
}

impl Around {
    fn hint(&self) -> Option<Count> {
        match *self {
            Self::Fields { hint: count, members } => {
                let is_false = count > LARGE_HINT && members < count / MOST_TIMES;
                is_false.then_some(Count::Hint { count, members })
            }
            Self::Items(_) => None,
        }
    }
}

enum Value {
    Whole,
    Open(Around),
    Count(Count),
}

/// Reads a value, or the beginning of one that has others in it.
fn value(reader: &mut Reader<'_>) -> Option<Value> {
    let fields = |hint| Some(Value::Open(Around::Fields { hint, members: 0 }));
    let len = match reader.u8("marker").ok()? {
        0 => 8,
        1 => 1,
        5 | 6 | 13 => 0,
        7 => 2,
        11 => 10,
        2 => usize::from(reader.u16("length").ok()?),
        12 | 15 => usize::try_from(reader.u32("length").ok()?).ok()?,
        3 => return fields(0),
        8 => return fields(reader.u32("count").ok()?),
        10 => {
            let (count, left) = (reader.u32("count").ok()?, reader.left());
            let too_many = usize::try_from(count).is_ok_and(|count| count > left);
            return Some(if too_many {
                Value::Count(Count::Items { count, left })
            } else {
                Value::Open(Around::Items(count))
            });
        }
        16 => {
            let len = usize::from(reader.u16("length").ok()?);
            reader.take(len, "class").ok()?;
            return fields(0);
        }
        _ => return None,
    };
    reader.take(len, "value").ok()?;
    Some(Value::Whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_do_not_fit() {
        assert_eq!(disproportionate(&[10, 0, 0, 0, 3, 5, 5, 5]), None);
        assert_eq!(disproportionate(&[10, 0, 0, 0, 4, 5, 5, 5]), Some(Count::Items { count: 4, left: 3 }));
        // Inside of an object, behind a string, an empty array and a typed object.
        let nested =
            [2, 0, 1, b'a', 10, 0, 0, 0, 0, 16, 0, 1, b'C', 0, 1, b'k', 10, 255, 0, 0, 0, 5, 0, 0, 9];
        assert_eq!(disproportionate(&nested), Some(Count::Items { count: 0xFF00_0000, left: 4 }));
    }

    #[test]
    fn hints_of_associative_arrays() {
        let array = |hint: u32, members: u32, ended: bool| {
            let mut bytes = [&[8][..], &hint.to_be_bytes()].concat();
            for _ in 0..members {
                bytes.extend([0, 1, b'k', 5]);
            }
            bytes.extend(if ended { &[0, 0, 9][..] } else { &[] });
            disproportionate(&bytes)
        };
        assert_eq!(array(0xFFFF, 0, true), None);
        assert_eq!(array(0x1_0000, 4095, true), Some(Count::Hint { count: 0x1_0000, members: 4095 }));
        assert_eq!(array(0x1_0000, 4096, true), None);
        assert_eq!(array(0x1_0000, 2, false), Some(Count::Hint { count: 0x1_0000, members: 2 }));
    }

    #[test]
    fn what_is_not_known_ends_it() {
        assert_eq!(disproportionate(&[17, 10, 255, 255, 255, 255]), None);
        assert_eq!(disproportionate(&[3, 0, 1]), None);
        assert_eq!(disproportionate(&[10, 0, 0, 1].repeat(300)), None);
    }
}
