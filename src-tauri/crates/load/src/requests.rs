//! Which product is asked for next, and how.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Zipf};
use rand_xoshiro::Xoshiro256PlusPlus;
use trace::{Keys, Mix, Operation, ProductId, Workload};

/// The requests of a workload, one after another without end; the same from the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    random: Xoshiro256PlusPlus,
    picker: Picker,
    mix: Mix,
    /// How many products are drawn from.
    products: ProductId,
    /// How many the catalogue has: what lies beyond is missing.
    catalogue: ProductId,
    /// The second half of a read and write.
    write_next: Option<ProductId>,
    /// The rest of a run of reads: the product before, and how many are left.
    run: (ProductId, u32),
}

#[derive(Debug, Clone)]
enum Picker {
    Uniform,
    Zipf(Zipf<f64>),
    HotSet { share: f64, hot: ProductId },
    Scan { last: ProductId },
    Latest { distance: Zipf<f64>, latest: ProductId },
    One(ProductId),
}

impl Requests {
    /// The requests of a workload that makes sense, on a catalogue of so many products.
    pub(crate) fn new(workload: &Workload, catalogue: ProductId) -> Self {
        let products = workload.products.unwrap_or(catalogue).clamp(1, catalogue);
        // Fails only for exponents and numbers that the workload's own check refuses.
        let zipf = |exponent| Zipf::new(f64::from(products), exponent);
        let picker = match workload.keys {
            // What visitors ask for is refused by that check too.
            Keys::Uniform | Keys::Visitors => Picker::Uniform,
            Keys::Zipf { exponent } => zipf(exponent).map_or(Picker::Uniform, Picker::Zipf),
            Keys::HotSet { requests_percent, keys_percent } => {
                let hot = (f64::from(products) * keys_percent / 100.0).round() as ProductId;
                Picker::HotSet { share: requests_percent / 100.0, hot: hot.clamp(1, products) }
            }
            Keys::Scan => Picker::Scan { last: 0 },
            Keys::Latest { exponent } => {
                zipf(exponent).map_or(Picker::Uniform, |distance| Picker::Latest { distance, latest: products })
            }
            Keys::One { product } => Picker::One(product),
        };
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(workload.seed),
            picker,
            mix: workload.mix,
            products,
            catalogue,
            write_next: None,
            run: (0, 0),
        }
    }

    fn pick(&mut self) -> ProductId {
        let (random, products) = (&mut self.random, self.products);
        match &mut self.picker {
            Picker::Uniform => random.random_range(1..=products),
            Picker::Zipf(rank) => rank.sample(random) as ProductId,
            Picker::HotSet { share, hot } => {
                if *hot == products || random.random_bool(*share) {
                    random.random_range(1..=*hot)
                } else {
                    random.random_range(*hot + 1..=products)
                }
            }
            Picker::Scan { last } => {
                *last = *last % products + 1;
                *last
            }
            Picker::Latest { distance, latest } => {
                let behind = distance.sample(random) as ProductId - 1;
                (*latest + products - 1 - behind) % products + 1
            }
            Picker::One(product) => *product,
        }
    }

    fn pick_to_write(&mut self) -> ProductId {
        if let Picker::Latest { latest, .. } = &mut self.picker {
            *latest = *latest % self.products + 1;
            return *latest;
        }
        self.pick()
    }

    fn happens(&mut self, percent: f64) -> bool {
        percent > 0.0 && self.random.random_bool((percent / 100.0).min(1.0))
    }
}

impl Iterator for Requests {
    type Item = (Operation, ProductId);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(product) = self.write_next.take() {
            return Some((Operation::Write, product));
        }
        if let (before, left @ 1..) = self.run {
            let product = before % self.products + 1;
            self.run = (product, left - 1);
            return Some((Operation::Read, product));
        }
        if self.happens(self.mix.write_percent) {
            let product = self.pick_to_write();
            if self.mix.read_before_write {
                self.write_next = Some(product);
                return Some((Operation::Read, product));
            }
            return Some((Operation::Write, product));
        }
        let product = self.pick();
        if self.happens(self.mix.missing_percent) {
            return Some((Operation::Read, self.catalogue.saturating_add(product)));
        }
        if self.mix.longest_run > 1 {
            self.run = (product, self.random.random_range(1..=self.mix.longest_run) - 1);
        }
        Some((Operation::Read, product))
    }
}

#[cfg(test)]
mod tests;
