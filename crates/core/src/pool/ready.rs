//! The routes whose oldest waiting request could be served if there is room. The route with the oldest request comes
//! first.
//!
//! This is a binary heap that knows the position of each route, so that a route moves in O(log n) and without
//! allocation. A plain queue of requests would not do: a route that reaches `max_connections_per_host` leaves it with
//! all its requests, and returns them to their old positions later.

use super::list::Index;

const NONE: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    sequence: u64,
    route: Index,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Ready {
    heap: Vec<Entry>,
    positions: Vec<usize>,
}

impl Ready {
    /// The route whose request is the oldest.
    pub(super) fn first(&self) -> Option<Index> {
        self.heap.first().map(|entry| entry.route)
    }

    /// Sets when a route's oldest waiting request arrived, or that none of them could be served.
    pub(super) fn set(&mut self, route: Index, oldest: Option<u64>) {
        let position = self.positions.get(route).copied().unwrap_or(NONE);
        match oldest {
            Some(sequence) if position == NONE => self.insert(Entry { sequence, route }),
            Some(sequence) if self.heap[position].sequence != sequence => {
                self.heap[position].sequence = sequence;
                self.sift(position);
            }
            None if position != NONE => self.remove(position),
            _ => {}
        }
    }

    fn insert(&mut self, entry: Entry) {
        if self.positions.len() <= entry.route {
            self.positions.resize(entry.route + 1, NONE);
        }
        self.heap.push(entry);
        self.sift(self.heap.len() - 1);
    }

    fn remove(&mut self, position: usize) {
        let removed = self.heap.swap_remove(position);
        self.positions[removed.route] = NONE;
        if position < self.heap.len() {
            self.sift(position);
        }
    }

    fn sift(&mut self, mut position: usize) {
        while position > 0 && self.heap[position].sequence < self.heap[(position - 1) / 2].sequence {
            position = self.swap(position, (position - 1) / 2);
        }
        while let Some(child) = self.smaller_child(position) {
            if self.heap[position].sequence < self.heap[child].sequence {
                break;
            }
            position = self.swap(position, child);
        }
        self.positions[self.heap[position].route] = position;
    }

    fn smaller_child(&self, position: usize) -> Option<usize> {
        let (left, right) = (2 * position + 1, 2 * position + 2);
        let left_entry = self.heap.get(left)?;
        let right_is_smaller = self
            .heap
            .get(right)
            .is_some_and(|entry| entry.sequence < left_entry.sequence);
        Some(if right_is_smaller { right } else { left })
    }

    /// Exchanges two entries, notes the new position of the second and returns that of the first.
    fn swap(&mut self, position: usize, other: usize) -> usize {
        self.heap.swap(position, other);
        self.positions[self.heap[position].route] = position;
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
            changes in prop::collection::vec((0usize..12, prop::option::of(0u64..1000)), 0..200),
        ) {
            let (mut ready, mut plain) = (Ready::default(), [None; 12]);
            for (route, oldest) in changes {
                // no two requests arrive at once
                let oldest = oldest.map(|sequence| sequence * 12 + route as u64);
                ready.set(route, oldest);
                plain[route] = oldest;
                let expected = (0..).zip(plain).filter_map(|(route, key)| Some((key?, route))).min();
                prop_assert_eq!(ready.first(), expected.map(|(_, route)| route));
            }
        }
    }
}
