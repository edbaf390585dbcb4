//! A slab: elements at stable indices, a freed index being used again.

use std::ops;

use super::links::Index;

#[derive(Clone, Debug)]
pub(super) struct Slots<T> {
    entries: Vec<Option<T>>,
    free: Vec<Index>,
}

impl<T> Slots<T> {
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub(super) fn get(&self, index: Index) -> Option<&T> {
        self.entries.get(index as usize)?.as_ref()
    }

    /// All elements, in the order of their indices.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Index, &T)> {
        (0..)
            .zip(&self.entries)
            .filter_map(|(index, entry)| Some((index, entry.as_ref()?)))
    }

    /// Puts an element at the index that [`Slots::next_index`] told.
    pub(super) fn insert(&mut self, element: T) -> Index {
        let index = self.next_index();
        if self.free.pop().is_some() {
            self.entries[index as usize] = Some(element);
        } else {
            self.entries.push(Some(element));
        }
        index
    }

    /// Where the next element will be.
    pub(super) fn next_index(&self) -> Index {
        match self.free.last() {
            Some(&index) => index,
            None => Index::try_from(self.entries.len()).expect("memory ends before 2^32 elements"),
        }
    }

    pub(super) fn remove(&mut self, index: Index) -> T {
        let element = self.entries[index as usize]
            .take()
            .expect("an index is removed once");
        self.free.push(index);
        element
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> ops::Index<Index> for Slots<T> {
    type Output = T;

    fn index(&self, index: Index) -> &T {
        self.entries[index as usize]
            .as_ref()
            .expect("an index is used until it is removed")
    }
}

impl<T> ops::IndexMut<Index> for Slots<T> {
    fn index_mut(&mut self, index: Index) -> &mut T {
        self.entries[index as usize]
            .as_mut()
            .expect("an index is used until it is removed")
    }
}
