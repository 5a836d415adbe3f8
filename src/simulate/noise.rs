//! Smooth noise in the plane, for coasts, borders and where people live. Knows no country.

use super::dice::mix;

/// Sixteen directions around the circle, near enough; exact so that every machine agrees.
const GRADIENTS: [(f64, f64); 16] = [
    (1.0, 0.0),
    (0.924, 0.383),
    (0.707, 0.707),
    (0.383, 0.924),
    (0.0, 1.0),
    (-0.383, 0.924),
    (-0.707, 0.707),
    (-0.924, 0.383),
    (-1.0, 0.0),
    (-0.924, -0.383),
    (-0.707, -0.707),
    (-0.383, -0.924),
    (0.0, -1.0),
    (0.383, -0.924),
    (0.707, -0.707),
    (0.924, -0.383),
];

/// A field of gradient noise (Perlin 2002), summed over octaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    seed: u64,
    /// Size of the largest feature, in the unit of the coordinates.
    wavelength: f64,
    octaves: u32,
    /// Weight of each octave, relative to the one before.
    roughness: f64,
}

impl Noise {
    pub fn new(seed: u64, wavelength: f64, octaves: u32, roughness: f64) -> Self {
        Self {
            seed,
            wavelength,
            octaves,
            roughness,
        }
    }

    /// The field at a point: mean 0, mostly within ±1.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let (mut x, mut y) = (x / self.wavelength, y / self.wavelength);
        let mut weight = 1.0;
        let mut sum = 0.0;
        let mut weights = 0.0;
        for octave in 0..self.octaves {
            sum += weight * gradient_noise(mix(&[self.seed, u64::from(octave)]), x, y);
            weights += weight;
            weight *= self.roughness;
            // Turned between octaves, so that no lattice shows through.
            (x, y) = (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1);
        }
        2.0 * sum / weights
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lattice indices of a country are small; the wrap to u64 only feeds a hash"
)]
fn gradient_noise(seed: u64, x: f64, y: f64) -> f64 {
    let (cell_x, cell_y) = (x.floor(), y.floor());
    let (dx, dy) = (x - cell_x, y - cell_y);
    let corner = |ox: i64, oy: i64, fx: f64, fy: f64| {
        let hash = mix(&[
            seed,
            (cell_x as i64 + ox) as u64,
            (cell_y as i64 + oy) as u64,
        ]);
        let (gx, gy) = GRADIENTS[(hash & 15) as usize];
        gx * fx + gy * fy
    };
    let fade = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let mix_of = |a: f64, b: f64, t: f64| a + (b - a) * t;
    let (tx, ty) = (fade(dx), fade(dy));
    mix_of(
        mix_of(corner(0, 0, dx, dy), corner(1, 0, dx - 1.0, dy), tx),
        mix_of(
            corner(0, 1, dx, dy - 1.0),
            corner(1, 1, dx - 1.0, dy - 1.0),
            tx,
        ),
        ty,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_bounded_and_not_flat() {
        let noise = Noise::new(3, 40.0, 5, 0.5);
        let mut lowest = f64::MAX;
        let mut highest = f64::MIN;
        for step in 0..2000 {
            let x = f64::from(step) * 0.37;
            let here = noise.at(x, -x * 0.6);
            let beside = noise.at(x + 0.001, -x * 0.6);
            assert!((here - beside).abs() < 0.01, "{x}");
            lowest = lowest.min(here);
            highest = highest.max(here);
        }
        assert!((-1.5..-0.3).contains(&lowest), "{lowest}");
        assert!((0.3..1.5).contains(&highest), "{highest}");
    }
}
