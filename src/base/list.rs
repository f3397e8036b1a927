//! Short lists of which there are many: one or two for each connection, most of which never grow beyond a few entries.

/// Adds an entry. The list grows by a quarter, not to twice its length, and from nothing to one entry, not to four.
pub(crate) fn push<T>(list: &mut Vec<T>, entry: T) {
    make_room(list);
    list.push(entry);
}

/// Puts an entry at an index, which is no more than the length; as [`push`].
pub(crate) fn insert<T>(list: &mut Vec<T>, at: usize, entry: T) {
    make_room(list);
    list.insert(at, entry);
}

fn make_room<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 4 + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_little_room_to_spare() {
        let mut list = Vec::new();
        for n in 0..1000_usize {
            push(&mut list, n);
            assert!(list.capacity() <= list.len() + list.len() / 4 + 1, "{} of {n}", list.capacity());
        }
        insert(&mut list, 0, 7);
        assert_eq!((list.len(), list[0], list[1000]), (1001, 7, 999));
    }
}
