//! Where a table begins and ends in its file, and which sign stands between its cells.

use super::{fixture, of_the_reader, schools};
use crate::{
    domain::listing::SchoolRow,
    registry::{Delimiter, ReadOptions, read_schools, read_schools_with},
};

fn rows(rows: &[SchoolRow]) -> Vec<(i32, &str)> {
    rows.iter()
        .map(|row| (row.row, row.name.as_deref().unwrap_or("?")))
        .collect()
}

#[test]
fn titles_and_remarks_are_no_schools_and_the_rows_keep_their_numbers() {
    let list = schools("titles.csv");
    assert_eq!(
        rows(&list.rows),
        [(5, "Oak School"), (6, "Elm School"), (7, "Ash School")]
    );
    let expected = [
        (1, "info", "title_row"),
        (2, "info", "title_row"),
        (8, "warning", "footer_row"),
        (10, "warning", "footer_row"),
        (11, "warning", "footer_row"),
    ];
    assert_eq!(of_the_reader(&list.findings), expected);
    assert_eq!(
        list.findings[1].value.as_deref(),
        Some("Schools, by district, 2024")
    );
    // Remarks are rows that were not taken; titles are no rows at all.
    assert_eq!((list.row_count, list.rejected_count()), (6, 3));
}

#[test]
fn a_school_at_the_end_that_has_only_a_name_is_a_school() {
    let text = "school_name,latitude,longitude\nOak School,1.5,36.5\nTotal Academy,,\n";
    let list = read_schools(text.as_bytes()).unwrap();
    assert_eq!(rows(&list.rows), [(2, "Oak School"), (3, "Total Academy")]);
}

#[test]
fn a_header_is_looked_for_in_the_first_lines_only() {
    let titled = |titles: usize| {
        let mut text = "A title\n".repeat(titles);
        text.push_str("school_name,latitude,longitude\nOak School,1.5,36.5\n");
        read_schools(text.as_bytes())
    };
    assert_eq!(rows(&titled(19).unwrap().rows), [(21, "Oak School")]);
    assert_eq!(titled(20).unwrap_err().code(), "file_no_name_column");
}

#[test]
fn every_delimiter_is_found_and_can_be_forced() {
    let list = schools("pipes.csv");
    assert_eq!(
        rows(&list.rows),
        [(2, "Oak School"), (3, "Elm | Ash School")]
    );
    let forced = |delimiter| ReadOptions {
        delimiter: Some(delimiter),
        ..ReadOptions::default()
    };
    let bytes = fixture("pipes.csv");
    assert!(read_schools_with(&bytes, &forced(Delimiter::Pipe)).is_ok());
    assert!(read_schools_with(&bytes, &forced(Delimiter::Tab)).is_err());
}

#[test]
fn an_option_that_means_nothing_for_the_file_is_refused() {
    let sheet = ReadOptions {
        sheet: Some("Schools".into()),
        ..ReadOptions::default()
    };
    let error = read_schools_with(&fixture("border.csv"), &sheet).unwrap_err();
    assert_eq!(error.code(), "file_option");
    let delimiter = ReadOptions {
        delimiter: Some(Delimiter::Comma),
        ..ReadOptions::default()
    };
    let error = read_schools_with(&fixture("features.geojson"), &delimiter).unwrap_err();
    assert!(
        error.to_string().contains("leave out --delimiter"),
        "{error}"
    );
}

#[test]
fn a_table_of_too_many_columns_is_refused() {
    let header = (0..10_000).fold(String::from("name,lat,lon"), |text, at| {
        text + &format!(",c{at}")
    });
    let error = read_schools(format!("{header}\nOak,1,36\n").as_bytes()).unwrap_err();
    assert_eq!(error.code(), "file_too_many_columns");
    let message = error.to_string();
    assert!(
        message.contains("10003 columns, and at most 1000"),
        "{message}"
    );
}
