//! Workbooks: the sheet that is meant, cells as people would type them, and hostile files.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::{fixture, of_the_reader, packed};
use crate::registry::{FileError, ReadOptions, read_schools, read_schools_with};

const HEADER: [&str; 6] = [
    "school_name",
    "latitude",
    "longitude",
    "emis_code",
    "internet",
    "opened",
];

/// A sheet with a title, a list and a remark.
fn list_sheet(book: &mut Workbook, name: &str) {
    let sheet = book.add_worksheet();
    sheet.set_name(name).unwrap();
    sheet.write(0, 0, "Schools of the West").unwrap();
    for (column, text) in (0..).zip(HEADER) {
        sheet.write(2, column, text).unwrap();
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let opened = ExcelDateTime::from_ymd(1998, 9, 1).unwrap();
    for (row, name, latitude) in [(3, "Oak School", 1.5), (5, "École du Chêne", 1.6)] {
        sheet.write(row, 0, name).unwrap();
        sheet.write(row, 1, latitude).unwrap();
        sheet.write(row, 2, 36.817_223).unwrap();
        sheet.write(row, 3, 10_203 + row).unwrap();
        sheet.write(row, 4, true).unwrap();
        sheet.write_with_format(row, 5, &opened, &day).unwrap();
    }
    sheet.write(7, 0, "Source: EMIS").unwrap();
}

fn notes_sheet(book: &mut Workbook) {
    let sheet = book.add_worksheet();
    sheet.set_name("Notes").unwrap();
    sheet.write(0, 0, "How this list was made").unwrap();
}

fn sheet(name: &str) -> ReadOptions {
    ReadOptions {
        sheet: Some(name.into()),
        ..ReadOptions::default()
    }
}

#[test]
fn the_one_sheet_that_holds_a_list_is_read() {
    let mut book = Workbook::new();
    notes_sheet(&mut book);
    list_sheet(&mut book, "Schools");
    let list = read_schools(&book.save_to_buffer().unwrap()).unwrap();
    let expected = [
        (0, "info", "sheet"),
        (1, "info", "title_row"),
        (8, "warning", "footer_row"),
    ];
    assert_eq!(of_the_reader(&list.findings), expected);
    let numbers: Vec<i32> = list.rows.iter().map(|row| row.row).collect();
    assert_eq!(numbers, [4, 6]);
    let oak = &list.rows[0];
    assert_eq!(oak.name.as_deref(), Some("Oak School"));
    assert_eq!(oak.longitude.as_deref(), Some("36.817223"));
    assert_eq!(oak.aliases[0].1, "10206");
    assert_eq!(oak.connectivity.slug(), "yes");
    assert_eq!(oak.attributes["opened"], "1998-09-01");
    assert_eq!(list.rows[1].name.as_deref(), Some("École du Chêne"));
}

#[test]
fn a_workbook_with_several_lists_names_its_sheets() {
    let mut book = Workbook::new();
    list_sheet(&mut book, "Primary");
    list_sheet(&mut book, "Secondary");
    let bytes = book.save_to_buffer().unwrap();
    let error = read_schools(&bytes).unwrap_err();
    assert_eq!(error.code(), "file_sheet");
    let message = error.to_string();
    assert!(
        message.contains("\"Primary\", \"Secondary\"") && message.contains("--sheet"),
        "{message}"
    );
    let list = read_schools_with(&bytes, &sheet("Secondary")).unwrap();
    assert!(list.findings[0].message.contains("Secondary"));
    let message = read_schools_with(&bytes, &sheet("Third")).unwrap_err();
    assert!(message.to_string().contains("no sheet \"Third\""));
}

#[test]
fn a_workbook_without_a_list_says_what_it_holds() {
    let mut book = Workbook::new();
    notes_sheet(&mut book);
    let error = read_schools(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(error.code(), "file_no_rows");
    let mut book = Workbook::new();
    notes_sheet(&mut book);
    let other = book.add_worksheet();
    other.write(0, 0, "Nor is this one").unwrap();
    let error = read_schools(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(error.code(), "file_sheet");
    let message = error.to_string();
    assert!(message.contains("\"Notes\", \"Sheet2\""), "{message}");
}

#[test]
fn a_sheet_of_ten_thousand_columns_is_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(HEADER) {
        sheet.write(0, column, text).unwrap();
    }
    sheet.write(1_048_575, 9_999, "far").unwrap();
    let error = read_schools(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(error.code(), "file_too_many_columns");
    let message = error.to_string();
    assert!(
        message.contains("10000 columns, and at most 1000"),
        "{message}"
    );
}

#[test]
fn a_workbook_that_is_cut_off_or_locked_is_refused() {
    let mut book = Workbook::new();
    list_sheet(&mut book, "Schools");
    let bytes = book.save_to_buffer().unwrap();
    for end in [4, 30, bytes.len() / 2, bytes.len() - 1] {
        let error = read_schools(&bytes[..end]).unwrap_err();
        assert_eq!(error.code(), "file_not_a_list", "{end}: {error}");
    }
}

const ODS_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A workbook of one sheet with those rows.
fn ods(rows: &str) -> Vec<u8> {
    ods_of(&ods_content(rows))
}

fn ods_content(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Schools">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"#
    )
}

fn ods_of(content: &str) -> Vec<u8> {
    packed(&[
        ("mimetype", ODS_TYPE.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_row(cells: &[&str]) -> String {
    let cells = cells.iter().map(|text| {
        let kind = match text.parse::<f64>() {
            Ok(number) => format!(r#"office:value-type="float" office:value="{number}""#),
            Err(_) => r#"office:value-type="string""#.to_owned(),
        };
        format!("<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>")
    });
    format!(
        "<table:table-row>{}</table:table-row>",
        cells.collect::<String>()
    )
}

#[test]
fn an_open_document_is_read() {
    let rows = [
        ods_row(&["School list"]),
        ods_row(&["school_name", "latitude", "longitude", "emis_code"]),
        r#"<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>"#
            .to_owned(),
        ods_row(&["Oak School", "1.5", "36.5", "10203"]),
    ];
    let list = read_schools(&ods(&rows.concat())).unwrap();
    assert_eq!(of_the_reader(&list.findings), [(1, "info", "title_row")]);
    assert_eq!((list.rows[0].row, list.rows.len()), (6, 1));
    assert_eq!(list.rows[0].aliases[0].1, "10203");
}

#[test]
fn an_open_document_that_repeats_without_end_is_refused() {
    let cell = |repeats: &str| {
        format!(
            r#"<table:table-cell office:value-type="string" {repeats}><text:p>x</text:p></table:table-cell>"#
        )
    };
    let row =
        |repeats: &str, cell: &str| format!("<table:table-row {repeats}>{cell}</table:table-row>");
    let header = ods_row(&["school_name", "latitude", "longitude"]);
    let wide = row("", &cell(r#"table:number-columns-repeated="10000""#));
    let error = read_schools(&ods(&format!("{header}{wide}"))).unwrap_err();
    assert_eq!(error.code(), "file_too_many_columns", "{error}");
    let long = row(
        r#"table:number-rows-repeated="1000000""#,
        &cell(r#"table:number-columns-repeated="900""#),
    );
    let error = read_schools(&ods(&format!("{header}{long}"))).unwrap_err();
    assert_eq!(error.code(), "file_unsafe", "{error}");
    let spaces = r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    let error = read_schools(&ods(&format!("{header}{spaces}"))).unwrap_err();
    assert_eq!(error.code(), "file_unsafe", "{error}");
    // What LibreOffice writes at the end of every sheet.
    let rest = r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let oak = ods_row(&["Oak School", "1.5", "36.5"]);
    assert!(read_schools(&ods(&format!("{header}{oak}{rest}"))).is_ok());
}

#[test]
fn an_open_document_whose_table_never_ends_is_refused() {
    let rows = [
        ods_row(&["school_name", "latitude", "longitude"]),
        ods_row(&["Oak School", "1.5", "36.5"]),
    ];
    let whole = ods_content(&rows.concat());
    assert!(read_schools(&ods_of(&whole)).is_ok());
    let (open, _) = whole.split_once("</table:table>").unwrap();
    for content in [
        whole.replace("</table:table>", "</tabl.e:table>"),
        whole.replace("</table:table>", ""),
        open.to_owned(),
    ] {
        let error = read_schools(&ods_of(&content)).unwrap_err();
        assert_eq!(error.code(), "file_not_a_workbook", "{error}");
    }
}

#[test]
fn an_entity_bomb_ends_in_an_error_or_is_left_as_it_is() {
    let entities = (1..10).fold(r#"<!ENTITY e0 "lol">"#.to_owned(), |text, at| {
        let ten = format!("&e{};", at - 1).repeat(10);
        text + &format!(r#"<!ENTITY e{at} "{ten}">"#)
    });
    let content = format!(
        r#"<?xml version="1.0"?><!DOCTYPE x [{entities}]><office:document-content
 xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="Schools">{}{}
</table:table></office:document-content>"#,
        ods_row(&["school_name", "latitude", "longitude"]),
        ods_row(&["&e9;", "1.5", "36.5"]),
    );
    let bytes = packed(&[
        ("mimetype", ODS_TYPE.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ]);
    match read_schools(&bytes) {
        Ok(list) => assert!(list.rows[0].name.as_ref().is_none_or(|n| n.len() < 10)),
        Err(error) => assert!(matches!(error, FileError::NotAWorkbook { .. }), "{error}"),
    }
}

#[test]
fn an_old_workbook_is_read() {
    let list = read_schools(&fixture("old_excel.xls")).unwrap();
    let names: Vec<_> = list.rows.iter().map(|row| row.name.as_deref()).collect();
    assert_eq!(names, [Some("Oak School"), Some("Elm School")]);
    assert_eq!(list.rows[0].aliases[0].1, "10203");
    assert_eq!(list.rows[1].row, 4);
}

#[test]
fn broken_old_workbooks_do_not_end_the_program() {
    let bytes = fixture("old_excel.xls");
    for end in (8..bytes.len()).step_by(97) {
        drop(read_schools(&bytes[..end]));
    }
}

/// The workbook with some of its bytes put in another's place, once found.
fn changed(from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = fixture("old_excel.xls");
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn an_old_workbook_that_would_not_end_or_not_fit_is_refused() {
    // The directory's sector is followed by itself.
    let endless = changed(
        &[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff],
        &[0xfd, 0xff, 0xff, 0xff, 1, 0, 0, 0],
    );
    let error = read_schools(&endless).unwrap_err();
    assert_eq!(error.code(), "file_not_a_workbook");
    assert!(error.to_string().contains("in circles"), "{error}");
    // A number at row 4, column 4 (from 1) moves far away.
    let number = |row: u16, column: u16| {
        let mut record = vec![3, 2, 14, 0];
        record.extend(row.to_le_bytes());
        record.extend(column.to_le_bytes());
        record
    };
    let wide = changed(&number(3, 3), &number(3, 60_000));
    let error = read_schools(&wide).unwrap_err();
    assert_eq!(error.code(), "file_too_many_columns");
    let large = changed(&number(3, 3), &number(65_535, 900));
    let error = read_schools(&large).unwrap_err();
    assert_eq!(error.code(), "file_unsafe");
    let announced = changed(
        &[0, 2, 14, 0, 0, 0, 0, 0, 5, 0, 0, 0],
        &[0, 2, 14, 0, 0, 0, 0, 0, 255, 255, 255, 255],
    );
    let error = read_schools(&announced).unwrap_err();
    assert_eq!(error.code(), "file_unsafe");
}
