//! Chance that a seed decides: the same on every platform.

/// Factors around 1, one after the other.
#[derive(Clone, Debug)]
pub struct Draws {
    state: u64,
    /// The lowest and the highest, in thousandths.
    range: (i64, i64),
}

impl Draws {
    pub fn new(seed: u64, range: (i64, i64)) -> Self {
        Self { state: seed, range }
    }

    /// `SplitMix64`: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Brings items into any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.next() % (last as u64 + 1);
            items.swap(last, usize::try_from(other).expect("below a length"));
        }
    }

    /// Each value of the range with the same probability.
    pub fn next_thousandths(&mut self) -> i64 {
        let (low, high) = self.range;
        let span = u64::try_from(high - low).unwrap_or(0) + 1;
        let offset = i64::try_from(self.next() % span).expect("a range of thousandths is small");
        low + offset
    }
}
