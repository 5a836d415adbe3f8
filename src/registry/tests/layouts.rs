//! What a file is shown as before its rows are taken, and how a person corrects it.

use std::collections::BTreeMap;

use rust_xlsxwriter::Workbook;

use crate::registry::{
    Delimiter, FileError, Layout, ReadOptions, SchoolFile, meanings, read_schools_with,
    reader::Source,
};

const LIST: &str = "A;B;C;Niveau;milieu;internet\n\
    École du Chêne;1.51234;36.51234;primaire;urbain;oui\n\
    Oak School;1.61234;36.61234;basic;R;sometimes\n\
    Oak School;1.71234;36.71234;Primaire;zone 4;\n";

fn said(columns: &[(&str, Option<&str>)]) -> ReadOptions {
    let columns = columns.iter();
    let columns = columns.map(|(name, slug)| ((*name).into(), slug.map(Into::into)));
    ReadOptions {
        columns: columns.collect::<BTreeMap<_, _>>(),
        ..ReadOptions::default()
    }
}

fn opened(bytes: &[u8], options: &ReadOptions) -> Result<SchoolFile, FileError> {
    SchoolFile::of(&Source::memory(bytes), options)
}

fn layout(text: &str, options: &ReadOptions) -> Layout {
    opened(text.as_bytes(), options).unwrap().layout().clone()
}

#[test]
fn a_file_that_may_not_be_taken_is_shown_all_the_same() {
    let file = opened(LIST.as_bytes(), &ReadOptions::default()).unwrap();
    let layout = file.layout();
    assert_eq!((layout.format, layout.encoding), ("CSV", Some("UTF-8")));
    assert_eq!(layout.delimiter, Some(Delimiter::Semicolon));
    let meanings: Vec<_> = layout.columns.iter().map(|column| column.meaning).collect();
    let expected = [
        None,
        None,
        None,
        Some("education_level"),
        Some("school_area_type"),
        Some("connectivity_govt"),
    ];
    assert_eq!(meanings, expected);
    assert!(layout.columns.iter().all(|column| column.guessed));
    assert_eq!(layout.columns[0].samples, ["École du Chêne", "Oak School"]);
    let taken = |at: usize| {
        let values = layout.columns[at].values.iter();
        let values = values.map(|(stated, taken)| (stated.as_str(), taken.as_deref()));
        values.collect::<Vec<_>>()
    };
    assert_eq!(taken(0), []);
    let levels = [
        ("primaire", Some("Primary")),
        ("basic", None),
        ("Primaire", Some("Primary")),
    ];
    assert_eq!(taken(3), levels);
    let areas = [
        ("urbain", Some("urban")),
        ("R", Some("rural")),
        ("zone 4", None),
    ];
    assert_eq!(taken(4), areas);
    assert_eq!(taken(5), [("oui", Some("yes")), ("sometimes", None)]);
    assert_eq!(file.check().unwrap_err().code(), "file_no_name_column");
    let mut rows = file.rows();
    let first = rows.next().unwrap().unwrap_err();
    assert_eq!(first.code(), "file_no_name_column");
    assert!(rows.next().is_none());
    assert_eq!(rows.finish().unwrap_err(), first);
}

#[test]
fn what_a_person_says_counts_before_what_is_guessed() {
    let options = said(&[
        ("A", Some("school_name")),
        ("B", Some("latitude")),
        ("C", Some("longitude")),
        ("Niveau", Some("admin2")),
        ("milieu", None),
    ]);
    let file = opened(LIST.as_bytes(), &options).unwrap();
    assert!(file.check().is_ok() && !file.stated().education_level);
    let guessed: Vec<_> = file.layout().columns.iter().map(|c| c.guessed).collect();
    assert_eq!(guessed, [false, false, false, false, false, true]);
    let list = read_schools_with(LIST.as_bytes(), &options).unwrap();
    let school = &list.rows[0];
    assert_eq!(school.name.as_deref(), Some("École du Chêne"));
    assert!(school.location.is_ok());
    assert_eq!(school.education_level, None);
    assert_eq!(school.attributes["admin2"], "primaire");
    assert_eq!(school.attributes["milieu"], "urbain");
}

#[test]
fn a_guess_gives_way_to_the_column_that_a_person_names() {
    let text = "name,lat,lon,teachers,staff\nOak,1.51234,36.51234,9,12\n";
    let options = said(&[("staff", Some("num_teachers"))]);
    let list = read_schools_with(text.as_bytes(), &options).unwrap();
    assert!(list.findings.is_empty(), "{:?}", list.findings);
    assert_eq!(list.rows[0].attributes["num_teachers"], "12");
    assert_eq!(list.rows[0].attributes["teachers"], "9");
    let text = "name,lat,lon,num_teachers,staff\nOak,1.51234,36.51234,9,12\n";
    let list = read_schools_with(text.as_bytes(), &options).unwrap();
    assert_eq!(list.rows[0].attributes["num_teachers"], "12");
}

#[test]
fn a_header_is_found_by_what_a_person_says_of_it() {
    let text = format!("Schools of the West\n{LIST}");
    let guessed = layout(&text, &ReadOptions::default());
    assert_eq!(guessed.columns[0].name, "Schools of the West");
    let columns = [("A", "school_name"), ("B", "latitude"), ("C", "longitude")];
    let columns = columns.map(|(name, slug)| (name, Some(slug)));
    let corrected = layout(&text, &said(&columns));
    assert_eq!(corrected.columns[0].meaning, Some("school_name"));
}

#[test]
fn what_is_said_of_no_column_or_means_nothing_is_refused() {
    for (columns, word) in [
        (
            vec![("D", Some("latitude"))],
            "no column \"D\"; its columns are \"A\"",
        ),
        (vec![("A", Some("title"))], "no known meaning"),
        (
            vec![("B", Some("latitude")), ("C", Some("latitude"))],
            "\"B\" and \"C\" cannot both",
        ),
    ] {
        let error = opened(LIST.as_bytes(), &said(&columns)).err().unwrap();
        assert_eq!(error.code(), "file_columns");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn a_workbook_of_several_lists_shows_the_first_and_names_all() {
    let mut book = Workbook::new();
    for name in ["Primary", "Secondary"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, text) in (0..).zip(["school_name", "latitude", "longitude"]) {
            sheet.write(0, column, text).unwrap();
            sheet.write(1, column, 36.5).unwrap();
        }
    }
    let file = opened(&book.save_to_buffer().unwrap(), &ReadOptions::default()).unwrap();
    let layout = file.layout();
    assert_eq!(layout.sheet.as_deref(), Some("Primary"));
    assert_eq!(layout.sheets, ["Primary", "Secondary"]);
    assert_eq!(file.check().unwrap_err().code(), "file_sheet");
}

#[test]
fn a_person_may_choose_every_meaning_and_needs_three() {
    let needed = meanings().into_iter().filter(|meaning| meaning.needed);
    let needed: Vec<_> = needed.map(|meaning| meaning.slug).collect();
    assert_eq!(needed, ["school_name", "latitude", "longitude"]);
    for meaning in meanings() {
        let options = said(&[("A", Some(meaning.slug))]);
        let layout = layout(LIST, &options);
        assert_eq!(layout.columns[0].meaning, Some(meaning.slug));
    }
}
