//! Random numbers that a test can choose.

/// SplitMix64: enough to sample keys and to name a run.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, if there is one.
    pub(crate) fn below(&mut self, bound: usize) -> Option<usize> {
        let bound = u64::try_from(bound).ok()?;
        usize::try_from(self.next().checked_rem(bound)?).ok()
    }
}
