use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trace::ProductId;

/// When so many writes of one product are remembered, they are thinned out.
const OF_PRODUCT: usize = 2_048;

/// How much too short the age of a stale read may be told for that: by less than the age by two to that power, 3 %. It is never
/// told too long.
const CELLS_LOG2: u32 = 5;

/// How many writes are remembered in all: 4 MiB of them. Beyond that the products that were not written for the longest are
/// forgotten, a quarter of all at a time; a read that missed one of their writes counts as current from then on.
const IN_ALL: usize = 256 * 1024;

/// Which versions were acknowledged, and when. Cloning it shares it.
///
/// Until the first write was acknowledged, asking it costs a load of one flag; after that a lock that is held for a look-up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    any: AtomicBool,
    entries: Mutex<Entries>,
}

/// What is remembered of each product: versions and acknowledgements, both ascending. A version that was acknowledged no
/// earlier than a later one adds nothing: whoever misses it misses the later one too, and for as long.
#[derive(Debug, Default)]
struct Entries {
    products: HashMap<ProductId, Vec<Acknowledged>>,
    count: usize,
}

#[derive(Debug, Clone, Copy)]
struct Acknowledged {
    version: u64,
    at_ns: u64,
}

impl Ledger {
    /// Enters that a write was acknowledged at that moment.
    pub(crate) fn acknowledge(&self, product: ProductId, version: u64, at_ns: u64) {
        self.entries().enter(product, Acknowledged { version, at_ns });
        // Whoever begins after the client was told has seen what happened before.
        self.0.any.store(true, Ordering::Relaxed);
    }

    /// How long that version had been out of date when a read that answered with it began, in nanoseconds; `None` where it
    /// was not.
    pub(crate) fn age_ns(&self, product: ProductId, version: u64, began_ns: u64) -> Option<u64> {
        if !self.0.any.load(Ordering::Relaxed) {
            return None;
        }
        self.entries().age_ns(product, version, began_ns)
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        *self.entries() = Entries::default();
        self.0.any.store(false, Ordering::Relaxed);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn enter(&mut self, product: ProductId, new: Acknowledged) {
        let list = self.products.entry(product).or_default();
        let before = list.len();
        let place = list.partition_point(|entry| entry.version < new.version);
        if list.get(place).is_some_and(|later| later.at_ns <= new.at_ns) {
            return;
        }
        let same = usize::from(list.get(place).is_some_and(|entry| entry.version == new.version));
        let from = list[..place].partition_point(|entry| entry.at_ns < new.at_ns);
        list.splice(from..place + same, [new]);
        if list.len() > OF_PRODUCT {
            thin_out(list);
        }
        self.count = self.count + list.len() - before;
        if self.count > IN_ALL {
            self.forget_some();
        }
    }

    fn age_ns(&self, product: ProductId, version: u64, began_ns: u64) -> Option<u64> {
        let list = self.products.get(&product)?;
        let missed = list.get(list.partition_point(|entry| entry.version <= version))?;
        // To the nanosecond at once, nobody knows which came first.
        (missed.at_ns < began_ns).then(|| began_ns - missed.at_ns)
    }

    fn forget_some(&mut self) {
        let newest = |list: &[Acknowledged]| list.last().map_or(0, |entry| entry.at_ns);
        let mut written: Vec<u64> = self.products.values().map(|list| newest(list)).collect();
        let quarter = written.len() / 4;
        let (_, until_ns, _) = written.select_nth_unstable(quarter);
        let until_ns = *until_ns;
        self.products.retain(|_, list| newest(list) > until_ns);
        self.count = self.products.values().map(Vec::len).sum();
    }
}

/// The older, the fewer are kept: time is cut into cells as long as a small part of the age of what lies in them, and of each
/// cell the newest stays. Cells grow by doubling, so that a longer one is made of whole shorter ones and errors do not add up.
fn thin_out(list: &mut Vec<Acknowledged>) {
    let newest_ns = list.last().map_or(0, |entry| entry.at_ns);
    let mut kept_ns = None;
    list.reverse();
    list.retain(|entry| {
        let age_log2 = (newest_ns - entry.at_ns).checked_ilog2().unwrap_or(0);
        let cell = |at_ns: u64| at_ns >> age_log2.saturating_sub(CELLS_LOG2);
        let keep = kept_ns.is_none_or(|kept_ns| cell(kept_ns) != cell(entry.at_ns));
        if keep {
            kept_ns = Some(entry.at_ns);
        }
        keep
    });
    list.reverse();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_age_counts_from_the_oldest_write_that_was_missed() {
        let ledger = Ledger::default();
        assert_eq!(ledger.age_ns(7, 1, 1_000), None, "nothing was written");
        ledger.acknowledge(7, 2, 100);
        ledger.acknowledge(7, 3, 250);
        assert_eq!(ledger.age_ns(7, 1, 300), Some(200));
        assert_eq!(ledger.age_ns(7, 2, 300), Some(50));
        assert_eq!(ledger.age_ns(7, 3, 300), None);
        assert_eq!(ledger.age_ns(7, 1, 100), None, "who begins as the client is told may find either");
        assert_eq!(ledger.age_ns(7, 1, 101), Some(1));
        assert_eq!(ledger.age_ns(8, 1, 300), None, "another product");
    }

    #[test]
    fn writers_may_be_acknowledged_in_another_order_than_they_wrote() {
        let ledger = Ledger::default();
        ledger.acknowledge(7, 3, 100);
        ledger.acknowledge(7, 2, 150);
        assert_eq!((ledger.age_ns(7, 1, 200), ledger.age_ns(7, 2, 200)), (Some(100), Some(100)));
        assert_eq!(ledger.entries().count, 1, "the second adds nothing");
        ledger.acknowledge(7, 4, 90);
        assert_eq!(ledger.age_ns(7, 3, 200), Some(110));
        assert_eq!(ledger.entries().count, 1, "nor does what is older and came later");
    }

    #[test]
    fn of_a_product_written_without_end_ages_are_a_little_short_and_never_too_long() {
        let ledger = Ledger::default();
        let last = 100_000;
        (2..=last).for_each(|version| ledger.acknowledge(1, version, version * 1_000_000));
        assert!(ledger.entries().count <= OF_PRODUCT);
        for version in 1..last {
            let (now, exact) = (last * 1_000_000 + 1, (last - version - 1) * 1_000_000 + 1);
            let told = ledger.age_ns(1, version, now).expect("it is stale");
            assert!(told <= exact && told >= exact - exact / 32, "version {version}: {told} for {exact}");
        }
    }

    #[test]
    fn of_too_many_products_those_written_last_are_remembered() {
        let ledger = Ledger::default();
        let products = 2 * IN_ALL as u32;
        (1..=products).for_each(|product| ledger.acknowledge(product, 2, product.into()));
        assert!(ledger.entries().count <= IN_ALL);
        let now = u64::from(products) + 1;
        assert_eq!(ledger.age_ns(products, 1, now), Some(1));
        assert_eq!(ledger.age_ns(1, 1, now), None, "long ago");
        assert!((products - IN_ALL as u32 / 2..products).all(|product| ledger.age_ns(product, 1, now).is_some()));
    }

    proptest! {
        #[test]
        fn what_it_tells_is_what_a_list_of_all_writes_tells(
            writes in prop::collection::vec((1_u32..3, 2_u64..12, 0_u64..60), 0..40),
            read in (1_u32..3, 1_u64..13, 0_u64..70),
        ) {
            let ledger = Ledger::default();
            writes.iter().for_each(|(product, version, at_ns)| ledger.acknowledge(*product, *version, *at_ns));
            let (product, version, began) = read;
            let missed = writes.iter().filter(|(of, newer, at)| *of == product && *newer > version && *at < began);
            prop_assert_eq!(ledger.age_ns(product, version, began), missed.map(|(.., at)| began - at).max());
        }
    }
}
