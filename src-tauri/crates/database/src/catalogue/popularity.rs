use trace::ProductId;

use super::dice::Dice;

/// How much flatter the curve is at its top than Zipf's law: the first product is bought about twice as often as the
/// 50th, not fifty times.
const FLATNESS: u64 = 50;

/// How often each product is bought and reviewed: by Zipf's law as corrected by Mandelbrot, 1 / (rank + 50).
///
/// Products are numbered by rank: product 1 is the most popular, the last one the least. A teacher can so tell from the
/// number how much work a page will be.
#[derive(Debug, Clone)]
pub(crate) struct Popularity {
    /// At index i the sum of the weights of the products 1 to i + 1, in whole numbers.
    up_to: Vec<u64>,
}

impl Popularity {
    pub(crate) fn new(products: u64) -> Self {
        let up_to = (1..=products)
            .scan(0, |sum, rank| {
                *sum += (1 << 32) / (rank + FLATNESS);
                Some(*sum)
            })
            .collect();
        Self { up_to }
    }

    /// A product, popular ones more often.
    pub(crate) fn pick(&self, dice: &mut Dice) -> ProductId {
        let at = dice.below(self.up_to.last().copied().unwrap_or(1));
        self.up_to.partition_point(|&sum| sum <= at) as ProductId + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_product_is_picked_about_twice_as_often_as_the_52nd() {
        let popularity = Popularity::new(1_000);
        let mut picked = vec![0_u32; 1_001];
        let mut dice = Dice::new(1, 1);
        for _ in 0..1_000_000 {
            picked[popularity.pick(&mut dice) as usize] += 1;
        }
        assert_eq!(picked[0], 0);
        assert!(picked[1_000] > 0);
        let ratio = picked[1] * 100 / picked[52];
        assert!((185..215).contains(&ratio), "{ratio}");
    }
}
