use std::collections::VecDeque;

use tokio::sync::watch;

use crate::{Event, Status};

/// How many notices are kept for a face that comes later.
const KEPT: usize = 50;

/// Notices, numbered from the first.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notices {
    first: usize,
    kept: VecDeque<String>,
}

impl Notices {
    pub(crate) fn push(&mut self, notice: String) {
        self.kept.push_back(notice);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
            self.first += 1;
        }
    }

    fn since(&self, number: usize) -> Option<(usize, &String)> {
        let index = number.saturating_sub(self.first);
        self.kept.get(index).map(|notice| (self.first + index + 1, notice))
    }
}

/// What the laboratory says of its own accord. A slow listener misses states in between, never the newest.
#[derive(Debug)]
pub struct Events {
    status: watch::Receiver<Status>,
    notices: watch::Receiver<Notices>,
    next_notice: usize,
}

impl Events {
    /// Begins with the state as it is and every notice kept.
    pub(crate) fn new(mut status: watch::Receiver<Status>, notices: watch::Receiver<Notices>) -> Self {
        status.mark_changed();
        Self { status, notices, next_notice: 0 }
    }

    /// The next event; `None` once the laboratory is closed.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((next, notice)) = self.notices.borrow_and_update().since(self.next_notice) {
                let event = Event::Notice(notice.clone());
                self.next_notice = next;
                return Some(event);
            }
            tokio::select! {
                changed = self.status.changed() => {
                    changed.ok()?;
                    return Some(Event::Status(Box::new(self.status.borrow_and_update().clone())));
                }
                changed = self.notices.changed() => changed.ok()?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notice_is_given_once_and_the_oldest_are_dropped() {
        let mut notices = Notices::default();
        for number in 0..KEPT + 2 {
            notices.push(number.to_string());
        }
        let (next, notice) = notices.since(0).expect("one is kept");
        assert_eq!((next, notice.as_str()), (3, "2"));
        assert_eq!(notices.since(KEPT + 2), None);
    }
}
