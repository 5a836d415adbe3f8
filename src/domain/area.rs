//! Administrative areas: a tree of levels.

use std::fmt;

use uuid::Uuid;

/// A school this far beyond the border is kept where it is: outlines are drawn more coarsely than
/// that, and position and outline may both be right. Metres.
pub const BORDER_TOLERANCE_M: f64 = 1500.0;

/// Opaque, stable id of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AreaId(pub Uuid);

/// Depth in the tree: 0 is the country, 1 to 4 lie below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AreaLevel(i16);

impl AreaLevel {
    /// The deepest level.
    pub const DEEPEST: i16 = 4;

    /// The level, unless it is none of 0 to 4.
    pub fn new(level: i16) -> Option<Self> {
        (0..=Self::DEEPEST).contains(&level).then_some(Self(level))
    }

    /// 0 to 4.
    pub fn number(self) -> i16 {
        self.0
    }
}

impl fmt::Display for AreaLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// ISO 3166-1 alpha-3 code, such as `KEN`; `XXA` to `XZZ` are free for invented countries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode(String);

impl CountryCode {
    /// The code, upper-cased, unless it is not three ASCII letters.
    pub fn new(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        (code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(Self(code))
    }

    /// Three capital letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_five_levels_exist() {
        assert!(AreaLevel::new(-1).is_none());
        assert_eq!(AreaLevel::new(4).map(AreaLevel::number), Some(4));
        assert!(AreaLevel::new(5).is_none());
    }

    #[test]
    fn a_country_code_is_three_letters() {
        assert_eq!(
            CountryCode::new(" ken ").map(|c| c.to_string()),
            Some("KEN".into())
        );
        for bad in ["", "KE", "KENY", "K3N", "ÉTA"] {
            assert!(CountryCode::new(bad).is_none(), "{bad}");
        }
    }
}
