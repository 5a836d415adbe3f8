//! Passwords: Argon2id with the crate's defaults, which are OWASP's (19 MiB, two passes).

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Shorter passwords are refused (NIST SP 800-63B asks for eight at least).
pub const MIN_CHARACTERS: usize = 10;
/// Longer ones are refused before they cost anything.
pub const MAX_BYTES: usize = 1000;

/// The hash to keep, with its salt and parameters. Slow on purpose.
pub fn hash(password: &str) -> Result<String, String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

/// Whether the password is the one. Slow on purpose.
pub fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_its_hash() {
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(verify("correct horse", &kept));
        assert!(!verify("correct horse ", &kept));
        assert!(!verify("correct horse", "no hash"));
        assert_ne!(kept, hash("correct horse").unwrap(), "salted");
    }
}
