//! What a proxy in front of SRS puts before C0: byte F3, a length in two bytes, and a payload that begins with the IPv4
//! address of the client.
//!
//! Takes the first bytes a client sent; tells how long the prefix is. What follows it is not looked at.

/// The first byte.
pub(crate) const MARK: u8 = 0xF3;
/// The mark and the length.
pub(crate) const HEAD: usize = 3;
/// Longest payload that the server accepts.
const MAX_PAYLOAD: u16 = 1024;

/// The whole length of the prefix that begins with these bytes; `None` when it is no prefix.
pub(crate) fn prefix_len(head: [u8; HEAD]) -> Option<u16> {
    let [mark, high, low] = head;
    let payload = u16::from_be_bytes([high, low]);
    (mark == MARK && payload <= MAX_PAYLOAD).then(|| 3 + payload)
}

/// The bytes behind the prefix, all of them if there is none; nothing while it is not whole.
pub(crate) fn behind_prefix(bytes: &[u8]) -> &[u8] {
    match bytes.first_chunk::<HEAD>() {
        Some(head) => match prefix_len(*head) {
            Some(len) => bytes.get(usize::from(len)..).unwrap_or(&[]),
            None => bytes,
        },
        None if bytes.first() == Some(&MARK) => &[],
        None => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_where_its_length_says() {
        const NONE: &[u8] = &[];
        assert_eq!(behind_prefix(&[0xF3, 0, 4, 192, 0, 2, 7, 3, 9]), [3, 9]);
        assert_eq!(behind_prefix(&[0xF3, 0, 0, 3]), [3]);
        assert_eq!(behind_prefix(&[0xF3, 4, 0, 1, 2]), NONE, "its payload is not all there");
        assert_eq!(behind_prefix(&[0xF3, 4]), NONE, "its length is not all there");
        assert_eq!(behind_prefix(&[0xF3, 4, 1, 3]), [0xF3, 4, 1, 3], "longer than any prefix");
        assert_eq!(behind_prefix(&[3, 0, 0, 0]), [3, 0, 0, 0]);
        assert_eq!(behind_prefix(NONE), NONE);
    }
}
