//! Files that are made to fill the memory, or to reach what is none of theirs: refused, in words.

use std::io::Write;

use rust_xlsxwriter::Workbook;

use super::{packed, shapefiles, unpacked};
use crate::registry::{FileError, ReadOptions, SchoolFile, read_schools};

#[test]
fn a_line_of_two_hundred_megabytes_is_refused() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"name,lat,lon\nOak,1.5,36.5\n").unwrap();
    let piece = vec![b'x'; 1_000_000];
    for _ in 0..200 {
        file.write_all(&piece).unwrap();
    }
    let error = SchoolFile::open(file.path(), &ReadOptions::default());
    let error = error.err().unwrap();
    assert_eq!(error.code(), "file_not_csv");
    let message = error.to_string();
    assert!(
        message.contains("after row 2 is longer than 8 MB"),
        "{message}"
    );
}

#[test]
fn an_entity_bomb_in_a_workbook_ends_in_an_error_or_is_left_as_it_is() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["school_name", "latitude", "longitude"]) {
        sheet.write(0, column, text).unwrap();
    }
    sheet.write(1, 0, "Oak School").unwrap();
    sheet.write(1, 1, 1.5).unwrap();
    sheet.write(1, 2, 36.5).unwrap();
    let entities = (1..10).fold(r#"<!ENTITY e0 "lol">"#.to_owned(), |text, at| {
        let ten = format!("&e{};", at - 1).repeat(10);
        text + &format!(r#"<!ENTITY e{at} "{ten}">"#)
    });
    let mut parts = unpacked(&book.save_to_buffer().unwrap());
    for (_, content) in parts
        .iter_mut()
        .filter(|(name, _)| name.ends_with("sharedStrings.xml"))
    {
        let text = String::from_utf8(content.clone()).unwrap();
        let text = text.replace("<sst", &format!("<!DOCTYPE sst [{entities}]><sst"));
        *content = text.replace("Oak School", "&e9;").into_bytes();
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    match read_schools(&packed(&parts)) {
        Ok(list) => assert!(list.rows[0].name.as_ref().is_none_or(|n| n.len() < 10)),
        Err(error) => assert!(matches!(error, FileError::NotAWorkbook { .. }), "{error}"),
    }
}

#[test]
fn a_shapefile_that_leads_out_of_its_archive_is_refused() {
    let mut archive = shapefiles::schools(shapefiles::WGS_84, &[("aa/aa/evil.dbf", b"x")]);
    let places: Vec<usize> = archive
        .windows(5)
        .enumerate()
        .filter_map(|(at, window)| (window == b"aa/aa").then_some(at))
        .collect();
    assert_eq!(places.len(), 2);
    for at in places {
        archive[at..at + 5].copy_from_slice(b"../..");
    }
    let error = read_schools(&archive).unwrap_err();
    assert_eq!(error.code(), "file_unsafe");
    let message = error.to_string();
    assert!(
        message.contains("\"../../evil.dbf\" leads out"),
        "{message}"
    );
}

#[test]
fn a_shapefile_of_too_many_columns_is_refused() {
    let mut table = vec![3, 124, 1, 1, 0, 0, 0, 0];
    table.extend((32_u16 + 1001 * 32 + 1).to_le_bytes());
    table.extend(1002_u16.to_le_bytes());
    table.resize(32, 0);
    for at in 0..1001 {
        let mut column = format!("c{at}").into_bytes();
        column.resize(11, 0);
        column.extend([b'C', 0, 0, 0, 0, 1]);
        column.resize(32, 0);
        table.extend(column);
    }
    table.push(b'\r');
    let error = read_schools(&packed(&[("a.shp", b""), ("a.dbf", &table)])).unwrap_err();
    assert_eq!(error.code(), "file_too_many_columns", "{error}");
}
