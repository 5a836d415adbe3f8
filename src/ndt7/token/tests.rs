//! Tokens that let in, and every way in which one does not. The keys are of no secret.

use super::*;

/// A private key as OpenSSL writes it (PKCS#8, version 1), from a seed of this byte.
fn private(seed: u8) -> String {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([seed; 32]);
    in_pem("PRIVATE KEY", &der)
}

/// The public half of that key.
fn public(seed: u8) -> String {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let raw = pair.public_key().as_ref();
    in_pem("PUBLIC KEY", &[&PUBLIC_KEY_PREFIX, raw].concat())
}

fn in_pem(label: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn signer() -> Signer {
    Signer::from_pem(&private(1)).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn verifier() -> Verifier {
    Verifier::from_pem(&public(1), "speed.example", true).unwrap()
}

fn verified(token: &str, at: DateTime<Utc>) -> Result<(), TokenError> {
    verifier().admit(Some(token), at)
}

/// A token with these words, signed with our key.
fn signed(header: &str, claims: &str) -> String {
    let words = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = signer().0.sign(words.as_bytes());
    format!("{words}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn our_own_token_lets_in_for_its_five_minutes() {
    let token = signer().sign("speed.example", now());
    assert_eq!(verified(&token, now()), Ok(()));
    assert_eq!(verified(&token, now() + Duration::seconds(329)), Ok(()));
    let late = now() + Duration::seconds(340);
    assert_eq!(verified(&token, late), Err(TokenError::Expired));
}

#[test]
fn another_key_and_another_server_do_not() {
    let token = Signer::from_pem(&private(2))
        .unwrap()
        .sign("speed.example", now());
    assert_eq!(verified(&token, now()), Err(TokenError::NotSigned));
    let token = signer().sign("b.example", now());
    assert_eq!(verified(&token, now()), Err(TokenError::NotForUs));
}

#[test]
fn a_token_may_not_choose_how_it_is_verified() {
    let exp = now().timestamp() + 60;
    let claims = format!(r#"{{"iss":"locate","sub":"ndt","aud":"speed.example","exp":{exp}}}"#);
    assert_eq!(
        verified(&signed(r#"{"alg":"EdDSA"}"#, &claims), now()),
        Ok(())
    );
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"eddsa"}"#,
        r#"{"alg":"EdDSA","crit":["x"]}"#,
        "{}",
    ] {
        let verdict = verified(&signed(header, &claims), now());
        assert_eq!(verdict, Err(TokenError::Malformed), "{header}");
    }
    let unsigned = signed(r#"{"alg":"EdDSA"}"#, &claims);
    let unsigned = unsigned.rsplit_once('.').unwrap().0.to_owned() + ".";
    assert_eq!(verified(&unsigned, now()), Err(TokenError::NotSigned));
}

#[test]
fn every_claim_counts() {
    let exp = now().timestamp() + 60;
    let nbf = now().timestamp() + 60;
    let cases = [
        (
            format!(r#"{{"iss":"other","sub":"ndt","aud":"speed.example","exp":{exp}}}"#),
            TokenError::NotForUs,
        ),
        (
            format!(r#"{{"iss":"locate","sub":"msak","aud":"speed.example","exp":{exp}}}"#),
            TokenError::NotForUs,
        ),
        (
            format!(r#"{{"iss":"locate","sub":"ndt","aud":[],"exp":{exp}}}"#),
            TokenError::NotForUs,
        ),
        (
            format!(
                r#"{{"iss":"locate","sub":"ndt","aud":"speed.example","exp":{exp},"nbf":{nbf}}}"#
            ),
            TokenError::Expired,
        ),
        (
            r#"{"iss":"locate","sub":"ndt","aud":"speed.example"}"#.to_owned(),
            TokenError::Malformed,
        ),
    ];
    for (claims, error) in cases {
        let verdict = verified(&signed(r#"{"alg":"EdDSA"}"#, &claims), now());
        assert_eq!(verdict, Err(error), "{claims}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let long = "a.".repeat(3_000);
    for token in ["", "a", "a.b", "a.b.c", "..", "é.é.é", &long] {
        assert!(verified(token, now()).is_err(), "{token}");
    }
}

#[test]
fn a_server_that_wants_none_lets_in_without_but_not_with_a_bad_one() {
    let free = Verifier::from_pem(&public(1), "speed.example", false).unwrap();
    assert_eq!(free.admit(None, now()), Ok(()));
    assert!(free.admit(Some("a.b.c"), now()).is_err());
    assert_eq!(verifier().admit(None, now()), Err(TokenError::Missing));
}

#[test]
fn what_is_no_key_says_how_to_make_one() {
    for text in [String::new(), public(1), in_pem("PRIVATE KEY", &[0; 48])] {
        let error = Signer::from_pem(&text).unwrap_err();
        assert!(error.to_string().contains("openssl genpkey"), "{error}");
    }
    assert!(Verifier::from_pem(&private(1), "a", true).is_err());
}
