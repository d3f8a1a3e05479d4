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

    pub(crate) fn remove(&mut self, place: usize) {
        if let Some(element) = self.elements.remove(place) {
            self.payload -= block(element.len());
            self.shrink();
        }
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
