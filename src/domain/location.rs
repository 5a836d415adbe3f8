//! A place on the earth, or a refusal.

use geo::Point;

/// A position in WGS 84 degrees that could be a school's: finite and on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location(Point<f64>);

/// Why two numbers are no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationError {
    /// Not a finite number.
    NotFinite,
    /// Latitude beyond ±90 or longitude beyond ±180.
    OutOfRange,
    /// One of the two is exactly zero: a lost coordinate. Both zero is the same loss twice.
    Lost,
}

impl Location {
    /// A position, longitude first.
    ///
    /// An exact zero is refused: a school exactly on the equator or on the meridian of Greenwich
    /// is so much rarer than a coordinate lost on its way through a spreadsheet that a person
    /// must say so.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, LocationError> {
        if !longitude.is_finite() || !latitude.is_finite() {
            return Err(LocationError::NotFinite);
        }
        if longitude.abs() > 180.0 || latitude.abs() > 90.0 {
            return Err(LocationError::OutOfRange);
        }
        if longitude == 0.0 || latitude == 0.0 {
            return Err(LocationError::Lost);
        }
        Ok(Self(Point::new(longitude, latitude)))
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.0.x()
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.0.y()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_no_location() {
        let cases = [
            (f64::NAN, 1.0, LocationError::NotFinite),
            (1.0, f64::INFINITY, LocationError::NotFinite),
            (180.1, 1.0, LocationError::OutOfRange),
            (1.0, -90.1, LocationError::OutOfRange),
            (36.8, 0.0, LocationError::Lost),
            (0.0, 51.5, LocationError::Lost),
            (-0.0, 51.5, LocationError::Lost),
        ];
        for (longitude, latitude, error) in cases {
            assert_eq!(
                Location::new(longitude, latitude),
                Err(error),
                "{longitude} {latitude}"
            );
        }
        assert!(Location::new(180.0, -90.0).is_ok());
    }
}
