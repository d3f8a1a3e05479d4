use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::REPLICATES;

/// Which blocks each replicate is made of: how many times each of them was drawn.
///
/// The same number of blocks and the same seed give the same draws.
#[derive(Debug, Clone)]
pub struct Draws {
    blocks: usize,
    run: usize,
    /// Replicate after replicate, one weight a block.
    weights: Vec<u16>,
}

impl Draws {
    /// Each block drawn by itself (Efron 1979): for rounds, which have nothing to do with one another.
    #[must_use]
    pub fn singly(blocks: usize, seed: u64) -> Self {
        Self::in_runs_of(1, blocks, seed)
    }

    /// Blocks drawn with those that follow them, the first following the last (Künsch 1989, Politis & Romano 1992): for
    /// seconds, each of which is like the one before. A run is √n blocks long, and at most a fifth of them.
    #[must_use]
    pub fn in_runs(blocks: usize, seed: u64) -> Self {
        Self::in_runs_of(blocks.isqrt().min(blocks / 5).max(1), blocks, seed)
    }

    fn in_runs_of(run: usize, blocks: usize, seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut weights = vec![0_u16; REPLICATES * blocks];
        for replicate in weights.chunks_exact_mut(blocks.max(1)) {
            let mut left = blocks;
            while left > 0 {
                // The upper half of a product, so that every version of every library draws the same.
                let first = ((u128::from(random.next_u64()) * blocks as u128) >> 64) as usize;
                for offset in 0..run.min(left) {
                    replicate[(first + offset) % blocks] += 1;
                }
                left -= run.min(left);
            }
        }
        Self { blocks, run, weights }
    }

    /// How many blocks there are to draw from.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// How many neighbours are drawn together.
    #[must_use]
    pub fn run(&self) -> usize {
        self.run
    }

    /// The replicates: for each block, how many times it was drawn. [`REPLICATES`] of them, none of no blocks.
    #[must_use]
    pub fn replicates(&self) -> impl ExactSizeIterator<Item = &[u16]> + '_ {
        self.weights.chunks_exact(self.blocks.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replicate_has_as_many_blocks_as_there_are_and_each_is_as_likely() {
        for draws in [Draws::singly(10, 1), Draws::in_runs(10, 1), Draws::in_runs(61, 1)] {
            let n = draws.blocks();
            assert_eq!(draws.replicates().len(), REPLICATES);
            assert!(draws.replicates().all(|weights| weights.iter().map(|w| usize::from(*w)).sum::<usize>() == n));
            for block in 0..n {
                let drawn: usize = draws.replicates().map(|weights| usize::from(weights[block])).sum();
                // Four standard deviations of a run's worth of draws.
                let off = (drawn as f64 - REPLICATES as f64).abs();
                assert!(off < 4.0 * ((REPLICATES * draws.run()) as f64).sqrt(), "{block} of {n}: {drawn}");
            }
        }
    }

    #[test]
    fn runs_are_as_long_as_the_root_of_the_blocks_and_leave_five_to_draw() {
        let runs = [1, 5, 9, 10, 24, 25, 60, 120].map(|blocks| Draws::in_runs(blocks, 1).run());
        assert_eq!(runs, [1, 1, 1, 2, 4, 5, 7, 10]);
    }

    #[test]
    fn neighbours_are_drawn_together_also_from_the_last_to_the_first() {
        let draws = Draws::in_runs(25, 1);
        let both = draws.replicates().filter(|weights| weights[24] > 0 && weights[0] > 0).count();
        let first = draws.replicates().filter(|weights| weights[0] > 0).count();
        assert!(both as f64 > 0.8 * first as f64, "{both} of {first}");
    }

    #[test]
    fn the_same_seed_draws_the_same_and_of_nothing_nothing_is_drawn() {
        assert_eq!(Draws::singly(7, 3).weights, Draws::singly(7, 3).weights);
        assert_ne!(Draws::singly(7, 3).weights, Draws::singly(7, 4).weights);
        assert_eq!(Draws::singly(0, 3).replicates().len(), 0);
    }
}
