//! Parquet: a list as `pyarrow` writes it, plain columns, and files made to do harm.

use std::sync::Arc;

use parquet::{
    data_type::{ByteArray, ByteArrayType, DoubleType},
    file::metadata::KeyValue,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::{brief, fixture};
use crate::registry::read_schools;

/// A file of texts and numbers; a second group repeats the first.
fn file(schema: &str, texts: &[&str], numbers: [&[f64]; 2], geo: Option<&str>) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let entry = geo.map(|geo| vec![KeyValue::new("geo".to_owned(), geo.to_owned())]);
    let properties = WriterProperties::builder().set_key_value_metadata(entry);
    let properties = Arc::new(properties.build());
    let mut bytes = vec![];
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, None, None)
        .unwrap();
    column.close().unwrap();
    for numbers in numbers {
        let Some(mut column) = group.next_column().unwrap() else {
            break;
        };
        column
            .typed::<DoubleType>()
            .write_batch(numbers, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

const PLAIN: &str = "message s { required binary name (UTF8); required double lat;
                     required double lon; }";

#[test]
fn a_list_of_another_program_is_read_exactly() {
    let list = read_schools(&fixture("list.parquet")).unwrap();
    let expected = [
        (0, "warning", "column_left_out"),
        (0, "warning", "column_left_out"),
        (1, "info", "coordinate_coarse"),
        (2, "info", "coordinate_coarse"),
        (3, "warning", "coordinate_missing"),
        (3, "warning", "missing_name"),
    ];
    let mut found = brief(&list.findings);
    found.sort_unstable();
    assert_eq!(found, expected);
    let left_out: Vec<_> = list
        .findings
        .iter()
        .filter_map(|f| f.field.as_deref())
        .collect();
    assert!(
        left_out.contains(&"tags") && left_out.contains(&"photo"),
        "{left_out:?}"
    );
    let oak = &list.rows[0];
    assert_eq!(oak.name.as_deref(), Some("Oak School"));
    assert_eq!(oak.aliases[0].1, "007");
    assert_eq!(oak.student_count, Some(120));
    assert_eq!(
        (oak.longitude.as_deref(), oak.latitude.as_deref()),
        (Some("36.5"), Some("-1.25"))
    );
    for (name, value) in [
        ("rate", "0.1"),
        ("opened", "1998-09-01"),
        ("seen", "2024-03-01T12:00:00.000000001Z"),
        ("noon", "2024-03-01T12:00:00"),
        ("fee", "-12.50"),
        ("fed", "true"),
        ("school_address", r#"{"no":7,"street":"High"}"#),
    ] {
        assert_eq!(
            oak.attributes.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
    assert_eq!(oak.attributes.len(), 7);
    let second = &list.rows[1];
    assert_eq!(second.name.as_deref(), Some("Élan, \"Upper\""));
    assert_eq!(second.longitude.as_deref(), Some("36.46740248799324"));
    assert_eq!(second.attributes.len(), 1);
    assert_eq!(list.rows[2].student_count, Some(0));
}

#[test]
fn positions_may_stand_in_columns() {
    let list = read_schools(&file(PLAIN, &["Oak"], [&[-1.25], &[36.5]], None)).unwrap();
    assert_eq!(list.rows[0].latitude.as_deref(), Some("-1.25"));
    assert!(list.rows[0].location.is_ok());
}

#[test]
fn a_geometry_that_is_not_in_degrees_or_not_there_is_refused() {
    for (geo, word) in [
        ("{", "no JSON"),
        ("{}", "primary_column"),
        (
            r#"{"primary_column":"g","columns":{"g":{"encoding":"WKT"}}}"#,
            "\"WKT\"",
        ),
        (
            r#"{"primary_column":"g","columns":{"g":{"encoding":"WKB"}}}"#,
            "no column \"g\"",
        ),
        (
            r#"{"primary_column":"lat","columns":{"lat":{"encoding":"WKB"}}}"#,
            "not written",
        ),
        (
            r#"{"primary_column":"g","columns":{"g":{"encoding":"WKB","crs":
                {"name":"UTM 37S","id":{"authority":"EPSG","code":32737}}}}}"#,
            "EPSG:32737 (UTM 37S)",
        ),
    ] {
        let file = file(PLAIN, &["Oak"], [&[-1.25], &[36.5]], Some(geo));
        let message = read_schools(&file).unwrap_err().to_string();
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn a_few_bytes_cannot_claim_to_be_a_country() {
    let names = vec!["Oak"; 200_000];
    let numbers = vec![1.5; 200_000];
    let bomb = file(PLAIN, &names, [&numbers, &numbers], None);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let message = read_schools(&bomb).unwrap_err().to_string();
    assert!(message.contains("200000 rows in"), "{message}");
}

#[test]
fn a_broken_file_ends_in_an_error_and_never_in_more() {
    let file = fixture("list.parquet");
    for at in (4..file.len()).step_by(31) {
        for change in [0x01, 0xff] {
            let mut broken = file.clone();
            broken[at] ^= change;
            drop(read_schools(&broken));
        }
        drop(read_schools(&file[..at]));
    }
    for (bytes, word) in [
        (b"PAR1".to_vec(), "end is missing"),
        (b"PAR1PARE\0\0\0\0PARE".to_vec(), "end is missing or locked"),
        (
            [&file[..file.len() - 8], b"\xff\xff\xff\x7fPAR1"].concat(),
            "end is missing",
        ),
        // A schema of 2^32 elements.
        (
            b"PAR1\x15\x04\x19\xfc\xff\xff\xff\xff\x0f0000\x0d\0\0\0PAR1".to_vec(),
            "4294967295 columns",
        ),
    ] {
        let error = read_schools(&bytes).unwrap_err();
        assert_eq!(error.code(), "file_not_parquet");
        assert!(error.to_string().contains(word), "{error}");
    }
}
