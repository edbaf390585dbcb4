//! Doubly linked lists over slab indices, so that an element leaves from the middle in O(1) without allocation.
//!
//! The links live beside the elements. One [`Links`] serves any number of lists if no element is in two of them.

/// The key of an element in its slab.
pub(super) type Index = usize;

const NONE: Index = Index::MAX;

#[derive(Clone, Copy, Debug)]
struct Link {
    previous: Index,
    next: Index,
}

/// The two ends of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    first: Index,
    last: Index,
    length: usize,
}

/// The links between the elements of disjoint lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Links(Vec<Link>);

impl List {
    pub(super) fn first(&self) -> Option<Index> {
        (self.first != NONE).then_some(self.first)
    }

    pub(super) fn last(&self) -> Option<Index> {
        (self.last != NONE).then_some(self.last)
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl Default for List {
    fn default() -> Self {
        Self {
            first: NONE,
            last: NONE,
            length: 0,
        }
    }
}

impl Links {
    /// The element behind one that is in a list.
    pub(super) fn next(&self, index: Index) -> Option<Index> {
        let next = self.0[index].next;
        (next != NONE).then_some(next)
    }

    pub(super) fn push_front(&mut self, list: &mut List, index: Index) {
        let next = list.first;
        self.insert(list, index, NONE, next);
    }

    pub(super) fn push_back(&mut self, list: &mut List, index: Index) {
        let previous = list.last;
        self.insert(list, index, previous, NONE);
    }

    /// Removes an element that is in this list.
    pub(super) fn remove(&mut self, list: &mut List, index: Index) {
        let Link { previous, next } = self.0[index];
        *self.next_of(list, previous) = next;
        *self.previous_of(list, next) = previous;
        list.length -= 1;
    }

    fn insert(&mut self, list: &mut List, index: Index, previous: Index, next: Index) {
        if self.0.len() <= index {
            self.0.resize(
                index + 1,
                Link {
                    previous: NONE,
                    next: NONE,
                },
            );
        }
        self.0[index] = Link { previous, next };
        *self.next_of(list, previous) = index;
        *self.previous_of(list, next) = index;
        list.length += 1;
    }

    fn next_of<'a>(&'a mut self, list: &'a mut List, index: Index) -> &'a mut Index {
        if index == NONE {
            &mut list.first
        } else {
            &mut self.0[index].next
        }
    }

    fn previous_of<'a>(&'a mut self, list: &'a mut List, index: Index) -> &'a mut Index {
        if index == NONE {
            &mut list.last
        } else {
            &mut self.0[index].previous
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(links: &mut Links, list: &mut List) -> Vec<Index> {
        std::iter::from_fn(|| list.first().inspect(|&index| links.remove(list, index))).collect()
    }

    #[test]
    fn an_element_leaves_from_either_end_and_from_the_middle() {
        let (mut links, mut list) = (Links::default(), List::default());
        for index in [3, 1, 4, 0, 5] {
            links.push_back(&mut list, index);
        }
        links.push_front(&mut list, 2);
        for index in [2, 4, 5] {
            links.remove(&mut list, index);
        }
        assert_eq!(list.len(), 3);
        assert_eq!(list.last(), Some(0));
        links.push_back(&mut list, 4);
        assert_eq!(drained(&mut links, &mut list), [3, 1, 0, 4]);
        assert!(list.is_empty());
    }

    #[test]
    fn two_lists_share_their_links() {
        let (mut links, mut even, mut odd) = (Links::default(), List::default(), List::default());
        for index in 0..6 {
            links.push_back(if index % 2 == 0 { &mut even } else { &mut odd }, index);
        }
        assert_eq!(drained(&mut links, &mut odd), [1, 3, 5]);
        assert_eq!(drained(&mut links, &mut even), [0, 2, 4]);
    }
}
