//! Files that are read row by row, from a disk or from memory: what is said does not depend on it.

use std::{fmt::Write, path::Path};

use crate::{
    domain::listing::{Finding, SchoolRow},
    registry::{FileError, ReadOptions, SchoolFile, read_schools},
};

/// What a list says once its rows were read one by one.
fn streamed(path: &Path) -> Result<(Vec<SchoolRow>, Vec<Finding>, i32), FileError> {
    let mut rows = SchoolFile::open(path, &ReadOptions::default())?.rows();
    let (mut schools, mut findings) = (vec![], vec![]);
    for entry in &mut rows {
        let entry = entry?;
        assert!(
            entry
                .findings
                .iter()
                .all(|finding| finding.row == entry.row)
        );
        assert!(entry.school.is_some() || !entry.findings.is_empty());
        schools.extend(entry.school);
        findings.extend(entry.findings);
    }
    let end = rows.finish()?;
    findings.extend(end.findings);
    findings.sort_by_key(|finding| finding.row);
    Ok((schools, findings, end.row_count))
}

#[test]
fn every_fixture_reads_the_same_from_a_disk() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/registry");
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let whole = read_schools(&std::fs::read(&path).unwrap())
            .map(|list| (list.rows, list.findings, list.row_count));
        assert_eq!(streamed(&path), whole, "{}", path.display());
        files += 1;
    }
    assert!(files > 20, "{files}");
    let gone = streamed(Path::new("/nowhere/schools.csv")).unwrap_err();
    assert_eq!(gone.code(), "file_unreadable");
}

#[test]
fn rows_are_many_and_duplicates_far_apart_are_still_found() {
    let mut text = String::from("name,lat,lon,emis_code\n");
    for at in 0..20_000 {
        writeln!(text, "School {at},1.5{at:05},36.5{at:05},E{at}").unwrap();
    }
    text += "School 3,1.500003,36.500003,E3\nSchool 4 B,1.600003,36.500003,E4\nSource: EMIS\n";
    let list = read_schools(text.as_bytes()).unwrap();
    assert_eq!((list.rows.len(), list.row_count), (20_000, 20_003));
    let found: Vec<_> = list.findings.iter().map(|f| (f.row, f.code)).collect();
    let expected = [
        (20_002, "duplicate_row"),
        (20_003, "duplicate_id"),
        (20_004, "footer_row"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_list_of_names_without_positions_is_no_footer_however_long() {
    let mut text = String::from("name,lat,lon\nOak,1.51234,36.51234\n");
    for at in 0..3000 {
        writeln!(text, "School {at},,").unwrap();
    }
    text += "Source: EMIS\n";
    let list = read_schools(text.as_bytes()).unwrap();
    assert_eq!(list.rows.len(), 3001);
    let footers: Vec<_> = list
        .findings
        .iter()
        .filter(|f| f.code == "footer_row")
        .collect();
    assert_eq!(footers.len(), 1);
    assert_eq!(footers[0].row, 3003);
}

#[test]
fn ids_that_lost_their_zeros_are_counted_where_they_are_too_many_to_name() {
    let mut text = String::from("name,lat,lon,emis_code\n");
    for at in 1..=30_000 {
        // Of five digits, where those behind have six.
        let id = if at <= 10_007 { at + 20_000 } else { at };
        let width = if at <= 10_007 { 5 } else { 6 };
        writeln!(text, "School {at},1.5{at:05},36.5{at:05},{id:0width$}").unwrap();
    }
    let list = read_schools(text.as_bytes()).unwrap();
    let lost = list
        .findings
        .iter()
        .filter(|f| f.code == "id_leading_zeros");
    let (of_file, of_rows): (Vec<_>, Vec<_>) = lost.partition(|finding| finding.row == 0);
    assert_eq!(of_rows.len(), 10_000);
    assert_eq!((of_rows[0].row, of_file.len()), (2, 1));
    assert!(
        of_file[0].message.starts_with("7 more ids have 5 digits"),
        "{:?}",
        of_file[0]
    );
}
