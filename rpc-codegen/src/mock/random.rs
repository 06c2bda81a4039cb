//! [`Random`]: numbers that look random and follow from a seed, the same on every machine and in every version.

/// A generator of numbers: SplitMix64. It is our own, since those of libraries may change with their versions.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// The numbers for this seed and these texts. Other texts give other numbers.
    pub(super) fn of(seed: u64, texts: &[&str]) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for text in texts {
            // The length keeps ["ab", "c"] apart from ["a", "bc"].
            for byte in text.bytes().chain((text.len() as u64).to_le_bytes()) {
                state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        let mut random = Random { state };
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the bound, or 0 if the bound is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        // The remainder is a little uneven, which nobody sees in made-up values.
        self.next().checked_rem(bound).unwrap_or(0) as usize
    }

    /// A number between the two, both included.
    pub(super) fn between(&mut self, least: i128, greatest: i128) -> i128 {
        let width = greatest.saturating_sub(least).max(0).saturating_add(1);
        let wide = (i128::from(self.next()) << 62) ^ i128::from(self.next());
        least.saturating_add(wide.rem_euclid(width))
    }

    /// A number of at least 0 and less than 1.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens whose probability is one in this many.
    pub(super) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of the elements.
    pub(super) fn pick<'a, T>(&mut self, elements: &'a [T]) -> Option<&'a T> {
        let index = self.below(elements.len());
        elements.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut random = Random::of(7, &["orders.place", "{}"]);
        let first = [random.next(), random.next()];
        let mut again = Random::of(7, &["orders.place", "{}"]);
        assert_eq!(first, [again.next(), again.next()]);
        // Recordings of tests depend on these values.
        assert_eq!(Random::of(0, &[]).next(), Random::of(0, &[]).next());
        for (seed, texts) in [(8, ["orders.place", "{}"]), (7, ["orders.place{", "}"])] {
            assert_ne!(Random::of(seed, &texts).next(), first[0]);
        }
    }

    #[test]
    fn numbers_are_within_their_bounds() {
        let mut random = Random::of(1, &[]);
        for _ in 0..1000 {
            assert!(random.below(3) < 3);
            assert!((-5..=5).contains(&random.between(-5, 5)));
            assert!((0.0..1.0).contains(&random.fraction()));
            random.between(i128::MIN, i128::MAX);
        }
        assert_eq!((random.below(0), random.between(4, 4)), (0, 4));
    }
}
