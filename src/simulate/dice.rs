//! Chance that falls the same way on every machine. Must not ask the system for anything.
//!
//! The generator is one that `rand` promises to keep (xoshiro256++), and everything above it is
//! plain arithmetic of IEEE 754: the logarithms and sines of two C libraries differ in the last
//! digit, and one digit is enough to give two machines two countries.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

/// 2^-53: the step between the doubles that a draw may give.
const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;

/// A seeded source of chance.
#[derive(Debug, Clone)]
pub(super) struct Dice(Xoshiro256PlusPlus);

/// Mixes numbers into a seed; near numbers give far seeds (splitmix64).
pub(super) fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0x5C40_01BE_A7D1_CE00, |state, part| {
        let mut z = state ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// e^x for the modest x that shapes distributions: a Taylor series of x ÷ 64, squared six times.
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-50.0, 50.0) / 64.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..=12_u32 {
        term *= x / f64::from(n);
        sum += term;
    }
    for _ in 0..6 {
        sum *= sum;
    }
    sum
}

impl Dice {
    /// Dice for one purpose: the same parts always fall the same way.
    pub fn of(parts: &[u64]) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mix(parts)))
    }

    /// 0 to 1, without 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are exactly what a double holds"
    )]
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// Between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True so often.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// 0 to `n` − 1; 0 if there is nothing to choose from.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or_default()
    }

    /// One of a slice that is not empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Nearly normal, mean 0 and deviation 1: the sum of twelve draws, never beyond ±6.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Log-normal around a median.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * exp(sigma * self.normal())
    }

    /// A whole number around `mean`: its floor, or one more.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "means of counts are small and not negative"
    )]
    pub fn about(&mut self, mean: f64) -> usize {
        (mean.max(0.0) + self.unit()) as usize
    }

    /// An index, each as often as its share of the running totals says.
    pub fn weighted(&mut self, running_totals: &[f64]) -> usize {
        let total = running_totals.last().copied().unwrap_or_default();
        let mark = self.unit() * total;
        running_totals
            .partition_point(|sum| *sum <= mark)
            .min(running_totals.len().saturating_sub(1))
    }
}

/// The running totals that [`Dice::weighted`] draws from.
pub(super) fn running_totals(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    weights
        .into_iter()
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_fall_the_same_way_and_others_do_not() {
        let draw = |parts: &[u64]| Dice::of(parts).unit();
        assert_eq!(draw(&[7, 1]).to_bits(), draw(&[7, 1]).to_bits());
        assert_ne!(draw(&[7, 1]).to_bits(), draw(&[7, 2]).to_bits());
        assert_ne!(draw(&[1, 7]).to_bits(), draw(&[7, 1]).to_bits());
    }

    #[test]
    fn the_first_draw_of_seed_seven_is_what_it_was() {
        assert_eq!(mix(&[7]), 4_022_076_417_038_157_420);
        // Computed apart from this code, from the published definitions of both generators.
        assert_eq!(Dice::of(&[7]).0.next_u64(), 14_357_920_238_949_358_099);
    }

    #[test]
    fn our_exponential_is_the_exponential() {
        for x in [-20.0, -1.0, -0.1, 0.0, 0.3, 1.0, 5.0, 20.0_f64] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn normal_draws_have_mean_zero_and_deviation_one() {
        let mut dice = Dice::of(&[1]);
        let draws: Vec<f64> = (0..20_000).map(|_| dice.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / 20_000.0;
        assert!(
            mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05,
            "{mean} {variance}"
        );
    }

    #[test]
    fn weights_are_kept_and_a_weight_of_nothing_is_never_drawn() {
        let totals = running_totals([1.0, 0.0, 3.0]);
        let mut dice = Dice::of(&[2]);
        let mut counts = [0; 3];
        for _ in 0..4000 {
            counts[dice.weighted(&totals)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((900..1100).contains(&counts[0]), "{counts:?}");
    }
}
