//! The origins whose oldest waiting request could be served if there is room, the oldest of these first.
//!
//! A binary heap that knows where each origin is, so that an origin's place is changed in O(log n) and without
//! allocation. A plain queue of requests would not do: an origin at its `max_connections_per_host` has to leave it
//! with all its requests, and to come back to their old places.

use super::links::Index;

const NONE: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    sequence: u64,
    origin: Index,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Ready {
    heap: Vec<Entry>,
    places: Vec<usize>,
}

impl Ready {
    /// The origin with the oldest request.
    pub(super) fn first(&self) -> Option<Index> {
        self.heap.first().map(|entry| entry.origin)
    }

    /// Tells the arrival of an origin's oldest waiting request, or that it has none that could be served.
    pub(super) fn set(&mut self, origin: Index, oldest: Option<u64>) {
        let place = self.places.get(origin as usize).copied().unwrap_or(NONE);
        match oldest {
            Some(sequence) if place == NONE => self.insert(Entry { sequence, origin }),
            Some(sequence) if self.heap[place].sequence != sequence => {
                self.heap[place].sequence = sequence;
                self.sift(place);
            }
            None if place != NONE => self.remove(place),
            _ => {}
        }
    }

    fn insert(&mut self, entry: Entry) {
        if self.places.len() <= entry.origin as usize {
            self.places.resize(entry.origin as usize + 1, NONE);
        }
        self.heap.push(entry);
        self.sift(self.heap.len() - 1);
    }

    fn remove(&mut self, place: usize) {
        let removed = self.heap.swap_remove(place);
        self.places[removed.origin as usize] = NONE;
        if place < self.heap.len() {
            self.sift(place);
        }
    }

    fn sift(&mut self, mut place: usize) {
        while place > 0 && self.heap[place].sequence < self.heap[(place - 1) / 2].sequence {
            place = self.swap(place, (place - 1) / 2);
        }
        while let Some(child) = self.smaller_child(place) {
            if self.heap[place].sequence < self.heap[child].sequence {
                break;
            }
            place = self.swap(place, child);
        }
        self.places[self.heap[place].origin as usize] = place;
    }

    fn smaller_child(&self, place: usize) -> Option<usize> {
        let (left, right) = (2 * place + 1, 2 * place + 2);
        let left_entry = self.heap.get(left)?;
        let right_is_smaller = self
            .heap
            .get(right)
            .is_some_and(|entry| entry.sequence < left_entry.sequence);
        Some(if right_is_smaller { right } else { left })
    }

    /// Exchanges two entries, notes where the second one now is, and returns where the first one is.
    fn swap(&mut self, place: usize, other: usize) -> usize {
        self.heap.swap(place, other);
        self.places[self.heap[place].origin as usize] = place;
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_is_always_the_oldest(
            changes in prop::collection::vec((0u32..12, prop::option::of(0u64..1000)), 0..200),
        ) {
            let (mut ready, mut plain) = (Ready::default(), [None; 12]);
            for (origin, oldest) in changes {
                // Two requests never arrive at once.
                let oldest = oldest.map(|sequence| sequence * 12 + u64::from(origin));
                ready.set(origin, oldest);
                plain[origin as usize] = oldest;
                let expected = (0u32..).zip(plain).filter_map(|(origin, key)| Some((key?, origin))).min();
                prop_assert_eq!(ready.first(), expected.map(|(_, origin)| origin));
            }
        }
    }
}
