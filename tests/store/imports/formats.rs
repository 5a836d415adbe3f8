//! Files of every format that is taken, through the command: what it says of how it read them.

use super::{fixture, import, schools, texts};
use crate::support::TestDatabase;

#[test]
fn a_list_in_another_encoding_is_taken_and_says_so() {
    let db = TestDatabase::new();
    let french = schools(&db, &fixture("latin1.csv"), "XAA");
    assert_eq!(french.counts(), [1, 1, 0, 0, 0]);
    assert!(french.message("encoding").contains("windows-1252"));
    let path = fixture("not_utf8.csv");
    let path = path.to_str().unwrap();
    let russian = [
        "schools",
        path,
        "--country",
        "XAA",
        "--encoding",
        "windows-1251",
    ];
    let russian = import(&db, &russian);
    assert_eq!(russian.counts(), [2, 2, 0, 0, 0]);
    assert_eq!(
        texts(&db, "SELECT name FROM school ORDER BY name COLLATE \"C\""),
        [
            "École du Chêne",
            "Средняя школа номер два",
            "Школа деревни Дубки"
        ]
    );
}

#[test]
fn workbooks_are_taken_and_an_option_without_use_is_refused() {
    let db = TestDatabase::new();
    let book = schools(&db, &fixture("list.xlsx"), "XAA");
    assert_eq!(book.counts(), [1, 1, 0, 0, 0]);
    // The same school in the old format, beside another one.
    let old = schools(&db, &fixture("old_excel.xls"), "XAA");
    assert_eq!(old.counts(), [2, 1, 0, 1, 0]);
    for (name, option, value, code) in [
        ("list.xlsx", "--sheet", "None", "file_sheet"),
        ("list.xlsx", "--delimiter", "tab", "file_option"),
        ("border.csv", "--sheet", "None", "file_option"),
        ("latin1.csv", "--encoding", "utf-8", "file_encoding"),
    ] {
        let path = fixture(name);
        let path = path.to_str().unwrap();
        let refused = import(&db, &["schools", path, "--country", "XAA", option, value]);
        assert_eq!(refused.error_code(), code, "{name}");
    }
}
