//! Chance that falls the same way on every machine (splitmix64). Must not ask the system.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes numbers into one; near numbers give far ones.
pub fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x0005_EED0_F5C4_0015, |state, part| {
        let mut z = state ^ part.wrapping_mul(GOLDEN);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// A seeded source of chance.
pub struct Dice(u64);

impl Dice {
    /// Dice for one purpose.
    pub fn of(parts: &[u64]) -> Self {
        Self(mix(parts))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(&[self.0])
    }

    /// 0 to 1, without 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True so often.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// 0 to `n` − 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    /// One of a slice.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Nearly normal: mean 0, deviation 1, never beyond ±6.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
