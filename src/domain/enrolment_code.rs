//! One-time codes that a person reads aloud over a bad telephone line and types on a phone.
//!
//! Ten characters of Crockford's base 32, 50 bits, in two groups: no I, L, O or U.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;

/// A code in its one true spelling, such as `K7QF2-9XWMB`.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode(***)")
    }
}

impl EnrolmentCode {
    /// The code of ten random bytes.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        let (left, right) = letters.split_at(LENGTH / 2);
        Self(left.iter().chain(&['-']).chain(right).collect())
    }

    /// The code that a person means: case, spaces and hyphens do not matter, O is 0, I and L are 1.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut bytes = [0; LENGTH];
        let mut letters = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !"-–—".contains(*c));
        for byte in &mut bytes {
            let letter = match letters.next()?.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            };
            let place = ALPHABET
                .iter()
                .position(|known| char::from(*known) == letter)?;
            *byte = u8::try_from(place).ok()?;
        }
        letters.next().is_none().then(|| Self::from_random(bytes))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_misheard_code_is_still_the_code() {
        let code = EnrolmentCode::parse("K7QF2-9XWM0").unwrap();
        for typed in ["k7qf29xwm0", " K7QF2 – 9XWMO ", "k7-qf2-9xwmo"] {
            assert_eq!(EnrolmentCode::parse(typed), Some(code.clone()), "{typed}");
        }
        for wrong in [
            "",
            "K7QF2-9XWM",
            "K7QF2-9XWM0B",
            "U7QF2-9XWM0",
            "K7QF2-9XWMé",
        ] {
            assert_eq!(EnrolmentCode::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: [u8; 10]) {
            let code = EnrolmentCode::from_random(bytes);
            prop_assert_eq!(EnrolmentCode::parse(code.as_str()), Some(code.clone()));
        }
    }
}
