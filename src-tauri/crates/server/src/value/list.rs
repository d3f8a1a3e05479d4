//! A list of elements, pushed and popped at both ends.

use std::collections::VecDeque;
use std::ops::Range;

use super::block;

/// A ring buffer: its ends and its n-th element cost O(1), what is in the middle O(n). (Redis: a linked list of listpacks.)
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    elements: VecDeque<Box<[u8]>>,
    payload: usize,
}

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Left,
    Right,
}

impl List {
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The element at a place from the left.
    pub(crate) fn at(&self, place: usize) -> Option<&[u8]> {
        self.elements.get(place).map(|element| &**element)
    }

    pub(crate) fn push(&mut self, end: End, element: &[u8]) {
        self.payload += block(element.len());
        match end {
            End::Left => self.elements.push_front(element.into()),
            End::Right => self.elements.push_back(element.into()),
        }
    }

    pub(crate) fn pop(&mut self, end: End) -> Option<Box<[u8]>> {
        let element = match end {
            End::Left => self.elements.pop_front(),
            End::Right => self.elements.pop_back(),
        }?;
        self.payload -= block(element.len());
        self.shrink();
        Some(element)
    }

    /// Gives back what has become far too much room.
    fn shrink(&mut self) {
        if self.elements.len() * 8 < self.elements.capacity() {
            self.elements.shrink_to(self.elements.len() * 2);
        }
    }

    /// Puts an element where another is, which goes.
    pub(crate) fn set(&mut self, place: usize, element: &[u8]) {
        if let Some(old) = self.elements.get_mut(place) {
            self.payload = self.payload + block(element.len()) - block(old.len());
            *old = element.into();
        }
    }

    /// Puts an element before the one at `place`.
    pub(crate) fn insert(&mut self, place: usize, element: &[u8]) {
        self.payload += block(element.len());
        self.elements.insert(place.min(self.elements.len()), element.into());
    }

    /// Leaves the elements at these places only. O(n) for n that go.
    pub(crate) fn keep(&mut self, places: Range<usize>) {
        let behind = self.elements.len().saturating_sub(places.end);
        for _ in 0..behind {
            self.pop(End::Right);
        }
        for _ in 0..places.start {
            self.pop(End::Left);
        }
    }

    /// Removes `most` elements that equal this one, the first ones from an end. Says how many there were to remove.
    pub(crate) fn remove_equal(&mut self, element: &[u8], from: End, most: usize) -> usize {
        let equal = self.iter().filter(|other| *other == element).count();
        let removed = equal.min(most);
        let places = match from {
            End::Left => 0..removed,
            End::Right => equal - removed..equal,
        };
        let mut place = 0;
        self.elements.retain(|other| {
            let here = &**other == element;
            let keep = !here || !places.contains(&place);
            place += usize::from(here);
            keep
        });
        self.payload -= removed * block(element.len());
        self.shrink();
        removed
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.elements.iter().map(|element| &**element)
    }

    /// The elements at these places, which there must be.
    pub(crate) fn range(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.elements.range(places).map(|element| &**element)
    }

    pub(crate) fn memory(&self) -> usize {
        self.elements.capacity() * size_of::<Box<[u8]>>() + size_of::<Self>() + self.payload
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Change {
        Push(End, u8),
        Pop(End),
        Set(usize, u8),
        Insert(usize, u8),
        Keep(usize, usize),
        RemoveEqual(u8, End, usize),
    }

    fn change() -> impl Strategy<Value = Change> {
        let end = prop_oneof![Just(End::Left), Just(End::Right)];
        prop_oneof![
            4 => (end.clone(), 0u8..5).prop_map(|(end, element)| Change::Push(end, element)),
            1 => end.clone().prop_map(Change::Pop),
            1 => (0usize..20, 0u8..5).prop_map(|(place, element)| Change::Set(place, element)),
            1 => (0usize..20, 0u8..5).prop_map(|(place, element)| Change::Insert(place, element)),
            1 => (0usize..5, 0usize..20).prop_map(|(start, length)| Change::Keep(start, length)),
            1 => (0u8..5, end, 0usize..4).prop_map(|(element, end, most)| Change::RemoveEqual(element, end, most)),
        ]
    }

    /// Elements of different lengths.
    fn element(number: u8) -> Vec<u8> {
        vec![number; usize::from(number) * 20]
    }

    proptest! {
        /// It does what the same changes do to a vector, and knows what it holds.
        #[test]
        fn it_is_a_vector(changes in prop::collection::vec(change(), 0..100)) {
            let (mut list, mut model): (List, Vec<Vec<u8>>) = Default::default();
            for change in changes {
                match change {
                    Change::Push(end, number) => {
                        list.push(end, &element(number));
                        model.insert(if end == End::Left { 0 } else { model.len() }, element(number));
                    }
                    Change::Pop(end) => {
                        let place = if end == End::Left { 0 } else { model.len().saturating_sub(1) };
                        let expected = (!model.is_empty()).then(|| model.remove(place));
                        prop_assert_eq!(list.pop(end).map(Vec::from), expected);
                    }
                    Change::Set(place, number) => {
                        list.set(place, &element(number));
                        if let Some(old) = model.get_mut(place) {
                            *old = element(number);
                        }
                    }
                    Change::Insert(place, number) => {
                        list.insert(place, &element(number));
                        model.insert(place.min(model.len()), element(number));
                    }
                    Change::Keep(start, length) => {
                        let start = start.min(model.len());
                        let end = (start + length).min(model.len());
                        list.keep(start..end);
                        model = model[start..end].to_vec();
                    }
                    Change::RemoveEqual(number, from, most) => {
                        let mut places: Vec<usize> =
                            (0..model.len()).filter(|place| model[*place] == element(number)).collect();
                        if from == End::Right {
                            places.reverse();
                        }
                        places.truncate(most);
                        prop_assert_eq!(list.remove_equal(&element(number), from, most), places.len());
                        places.sort_unstable();
                        places.iter().rev().for_each(|place| drop(model.remove(*place)));
                    }
                }
                prop_assert_eq!(list.iter().collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
                prop_assert_eq!(list.payload, model.iter().map(|element| block(element.len())).sum::<usize>());
            }
        }
    }
}
