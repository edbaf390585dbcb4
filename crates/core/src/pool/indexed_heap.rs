//! A binary heap that knows the position of each index, so that one moves or leaves in O(log n) and without allocation.
//!
//! It holds the routes whose oldest waiting request could be served if there is room, by the arrival of that request: a
//! plain queue of requests would not do, because a route that reaches `max_connections_per_host` leaves with all its
//! requests, and returns them to their old positions later. It also holds the idle connections whose server says how long
//! it keeps them, by that time.

use super::list::Index;

const NONE: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry<K> {
    key: K,
    index: Index,
}

#[derive(Clone, Debug)]
pub(super) struct IndexedHeap<K> {
    heap: Vec<Entry<K>>,
    positions: Vec<usize>,
}

impl<K> Default for IndexedHeap<K> {
    fn default() -> Self {
        Self {
            heap: Vec::new(),
            positions: Vec::new(),
        }
    }
}

impl<K: Copy + Ord> IndexedHeap<K> {
    /// The smallest key and its index.
    pub(super) fn first(&self) -> Option<(K, Index)> {
        self.heap.first().map(|entry| (entry.key, entry.index))
    }

    /// Sets the key of an index, or that it has none.
    pub(super) fn set(&mut self, index: Index, key: Option<K>) {
        let position = self.positions.get(index).copied().unwrap_or(NONE);
        match key {
            Some(key) if position == NONE => self.insert(Entry { key, index }),
            Some(key) if self.heap[position].key != key => {
                self.heap[position].key = key;
                self.sift(position);
            }
            None if position != NONE => self.remove(position),
            _ => {}
        }
    }

    fn insert(&mut self, entry: Entry<K>) {
        if self.positions.len() <= entry.index {
            self.positions.resize(entry.index + 1, NONE);
        }
        self.heap.push(entry);
        self.sift(self.heap.len() - 1);
    }

    fn remove(&mut self, position: usize) {
        let removed = self.heap.swap_remove(position);
        self.positions[removed.index] = NONE;
        if position < self.heap.len() {
            self.sift(position);
        }
    }

    fn sift(&mut self, mut position: usize) {
        while position > 0 && self.heap[position].key < self.heap[(position - 1) / 2].key {
            position = self.swap(position, (position - 1) / 2);
        }
        while let Some(child) = self.smaller_child(position) {
            if self.heap[position].key < self.heap[child].key {
                break;
            }
            position = self.swap(position, child);
        }
        self.positions[self.heap[position].index] = position;
    }

    fn smaller_child(&self, position: usize) -> Option<usize> {
        let (left, right) = (2 * position + 1, 2 * position + 2);
        let left_entry = self.heap.get(left)?;
        let right_is_smaller = self
            .heap
            .get(right)
            .is_some_and(|entry| entry.key < left_entry.key);
        Some(if right_is_smaller { right } else { left })
    }

    /// Exchanges two entries, notes the new position of the second and returns that of the first.
    fn swap(&mut self, position: usize, other: usize) -> usize {
        self.heap.swap(position, other);
        self.positions[self.heap[position].index] = position;
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_is_always_the_smallest(
            changes in prop::collection::vec((0usize..12, prop::option::of(0u64..1000)), 0..200),
        ) {
            let (mut heap, mut plain) = (IndexedHeap::default(), [None; 12]);
            for (index, key) in changes {
                // no two keys are equal
                let key = key.map(|key| key * 12 + index as u64);
                heap.set(index, key);
                plain[index] = key;
                let expected = (0..).zip(plain).filter_map(|(index, key)| Some((key?, index))).min();
                prop_assert_eq!(heap.first(), expected);
            }
        }
    }
}
