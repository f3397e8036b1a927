//! A state for each of a few things: streams, tracks.

/// Most things that are remembered; others are not judged.
const MOST: usize = 256;

/// A state for each `K`.
#[derive(Debug)]
pub(crate) struct Per<K, T> {
    all: Vec<(K, T)>,
}

impl<K, T> Default for Per<K, T> {
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<K: PartialEq, T: Default> Per<K, T> {
    /// That of `key`; none when there are too many.
    pub(crate) fn get(&mut self, key: K) -> Option<&mut T> {
        let index = self.all.iter().position(|(known, _)| *known == key);
        let index = match index {
            Some(index) => index,
            None if self.all.len() < MOST => {
                push(&mut self.all, (key, T::default()));
                self.all.len() - 1
            }
            None => return None,
        };
        self.all.get_mut(index).map(|(_, state)| state)
    }

    /// All of them, in order of first sight.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(K, T)> {
        self.all.iter()
    }

    /// The same, to change the states.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = (&K, &mut T)> {
        self.all.iter_mut().map(|(key, state)| (&*key, state))
    }
}

impl<K, T> Per<K, T> {
    /// Memory held, beside what the states hold.
    pub(crate) const fn held_bytes(&self) -> usize {
        self.all.capacity() * size_of::<(K, T)>()
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
