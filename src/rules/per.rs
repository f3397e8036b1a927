//! A state for each of a few things: streams, tracks. Mostly there is one of them, which is kept in place.

/// Most things that are remembered; others are not judged.
const MOST: usize = 256;

/// A list of which the first is kept in place.
#[derive(Debug)]
pub(crate) struct Few<T> {
    first: Option<T>,
    more: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { first: None, more: Vec::new() }
    }
}

impl<T> Few<T> {
    /// Adds one at the end.
    pub(crate) fn push(&mut self, it: T) {
        if self.first.is_none() {
            self.first = Some(it);
        } else {
            push(&mut self.more, it);
        }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.len()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.first.iter().chain(&self.more)
    }

    /// The same, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.first.iter_mut().chain(&mut self.more)
    }

    /// Memory held beside the structure itself, and beside what each holds.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.more.capacity() * size_of::<T>()
    }
}

/// A state for each `K`.
#[derive(Debug)]
pub(crate) struct Per<K, T>(Few<(K, T)>);

impl<K, T> Default for Per<K, T> {
    fn default() -> Self {
        Self(Few::default())
    }
}

impl<K: PartialEq, T: Default> Per<K, T> {
    /// That of `key`; none when there are too many.
    pub(crate) fn get(&mut self, key: K) -> Option<&mut T> {
        let Few { first, more } = &mut self.0;
        if first.as_ref().is_none_or(|(known, _)| *known == key) {
            return Some(&mut first.get_or_insert_with(|| (key, T::default())).1);
        }
        let index = match more.iter().position(|(known, _)| *known == key) {
            Some(index) => index,
            None if more.len() + 1 < MOST => {
                push(more, (key, T::default()));
                more.len() - 1
            }
            None => return None,
        };
        more.get_mut(index).map(|(_, state)| state)
    }

    /// All of them, in order of first sight.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(K, T)> {
        self.0.iter()
    }

    /// The same, to change the states.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = (&K, &mut T)> {
        self.0.iter_mut().map(|(key, state)| (&*key, state))
    }
}

impl<K, T> Per<K, T> {
    /// Memory held beside the structure itself, and beside what the states hold.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.0.held_bytes()
    }
}

/// Adds to a list that mostly has one or two: it takes no room ahead for more.
pub(super) fn push<T>(all: &mut Vec<T>, it: T) {
    if all.len() < 4 {
        all.reserve_exact(1);
    }
    all.push(it);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_kept_apart_and_are_bounded() {
        let mut states = Per::<u32, u32>::default();
        for key in 0..300 {
            if let Some(state) = states.get(key) {
                *state = key + 1;
            }
        }
        assert_eq!((states.get(3).copied(), states.get(256)), (Some(4), None));
        assert_eq!(states.all().count(), MOST);
    }
}
