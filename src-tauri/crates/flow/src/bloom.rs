//! A Bloom filter (Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970) of the products that exist: it may
//! say of one that does not that it might, but never of one that does that it cannot.
//!
//! Who asks for a product that cannot exist is answered without cache and database: against penetration, where requests for
//! what is not there miss every time. It stays true because no product is ever added or taken away here; where that
//! happens, the filter has to be told of each new one before anybody asks for it.
//!
//! **What it costs**: about ten bits a product in memory, for one false "it might" in a hundred; such a request goes the
//! usual way.

use fastbloom::BloomFilter;
use tokio::sync::OnceCell;
use trace::{Effect, ProductId, Protection, Request, Sink, Stopwatch};

use crate::{Filter, Flow};

/// The share of missing products of which it says that they might exist.
const FALSE_POSITIVES: f64 = 0.01;

/// Any will do, as long as it is always the same.
const SEED: u128 = 1970;

/// The products that exist, once they have been read.
#[derive(Debug, Default)]
pub(crate) struct Products(OnceCell<Existing>);

#[derive(Debug)]
struct Existing {
    filter: BloomFilter,
    products: usize,
}

impl Existing {
    fn of(products: &[ProductId]) -> Self {
        let filter = BloomFilter::with_false_pos(FALSE_POSITIVES).seed(&SEED).expected_items(products.len().max(1));
        let mut existing = Self { filter, products: products.len() };
        for product in products {
            existing.filter.insert(product);
        }
        existing
    }

    fn may_hold(&self, product: ProductId) -> bool {
        self.filter.contains(&product)
    }
}

impl Products {
    /// How large the filter is; `None` before it was built.
    pub(crate) fn filter(&self) -> Option<Filter> {
        let Existing { filter, products } = self.0.get()?;
        Some(Filter {
            bytes: filter.num_bits() as u64 / 8,
            products: *products as u64,
            false_positive_percent: FALSE_POSITIVES * 100.0,
        })
    }
}

impl Flow {
    /// Reads which products there are, so that no request has to wait for it. A second time it does nothing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn build_filter(&self) -> Result<(), database::Error> {
        self.existing().await.map(drop)
    }

    async fn existing(&self) -> Result<&Existing, database::Error> {
        let build = async || Ok(Existing::of(&self.database.product_ids().await?));
        self.shared.products.0.get_or_try_init(build).await
    }

    /// Whether there cannot be such a product.
    pub(crate) async fn rules_out<S: Sink>(&self, watch: &mut Stopwatch<'_, S>, request: &Request) -> bool {
        match self.existing().await {
            Ok(existing) if existing.may_hold(request.product) => false,
            Ok(_) => {
                watch.note(format!("By the Bloom filter there is no product {}.", request.product));
                watch.effect(Effect { queries_avoided: 1, ..Effect::of(Protection::BloomFilter) });
                true
            }
            Err(error) => {
                watch.note(format!("The Bloom filter could not be built, and was not asked: {error}."));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_what_does_not_exist_one_in_a_hundred_passes() {
        let existing = Existing::of(&(1..=10_000).collect::<Vec<_>>());
        let passed = (1_000_000..1_100_000).filter(|product| existing.may_hold(*product)).count();
        assert!((500..1_500).contains(&passed), "{passed} of 100,000");
        let bits = existing.filter.num_bits();
        assert!((90_000..120_000).contains(&bits), "{bits} bits for 10,000 products");
    }

    proptest! {
        #[test]
        fn what_exists_is_never_ruled_out(products in prop::collection::vec(any::<ProductId>(), 0..500)) {
            let existing = Existing::of(&products);
            prop_assert!(products.iter().all(|product| existing.may_hold(*product)));
        }
    }
}
