//! Texts in other encodings than UTF-8: read and said so, or refused with the byte.

use super::{fixture, of_the_reader, schools};
use crate::registry::{ReadOptions, read_schools, read_schools_with};

fn forced(name: &str, encoding: &str) -> ReadOptions {
    let encoding = encoding.parse().unwrap_or_else(|_| panic!("{name}"));
    ReadOptions {
        encoding: Some(encoding),
        ..ReadOptions::default()
    }
}

#[test]
fn lists_of_other_encodings_are_read_and_the_encoding_is_said() {
    for (name, encoding, school) in [
        ("latin1.csv", "windows-1252", "École du Chêne"),
        ("arabic.csv", "windows-1256", "مدرسة النور"),
        ("utf16.csv", "UTF-16LE", "Oak School"),
    ] {
        let list = schools(name);
        assert_eq!(list.rows[0].name.as_deref(), Some(school), "{name}");
        assert_eq!(
            of_the_reader(&list.findings),
            [(0, "info", "encoding")],
            "{name}"
        );
        let message = &list.findings[0].message;
        assert!(message.contains(encoding), "{message}");
    }
}

#[test]
fn a_forced_encoding_is_used() {
    let bytes = fixture("not_utf8.csv");
    let list = read_schools_with(&bytes, &forced("not_utf8.csv", "windows-1251")).unwrap();
    assert_eq!(list.rows[0].name.as_deref(), Some("Школа деревни Дубки"));
    assert_eq!(of_the_reader(&list.findings), [(0, "info", "encoding")]);
    let plain = fixture("border.csv");
    let list = read_schools_with(&plain, &forced("border.csv", "utf-8")).unwrap();
    assert!(
        list.findings
            .iter()
            .all(|finding| finding.code != "encoding")
    );
}

#[test]
fn a_forced_encoding_that_does_not_fit_names_the_byte_and_the_line() {
    let error = read_schools_with(&fixture("latin1.csv"), &forced("latin1.csv", "utf-8"));
    let error = error.unwrap_err();
    assert_eq!(error.code(), "file_encoding");
    let message = error.to_string();
    assert!(
        message.contains("byte 31 (line 2) is 0xc9; name another --encoding"),
        "{message}"
    );
}

#[test]
fn a_text_in_an_encoding_that_is_not_sure_is_refused_with_a_hint() {
    let message = read_schools(&fixture("not_utf8.csv"))
        .unwrap_err()
        .to_string();
    assert!(message.contains("--encoding windows-1251"), "{message}");
}
