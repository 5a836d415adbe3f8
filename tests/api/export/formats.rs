//! Every format of an export: that nothing is lost in it, and that other programs open it.

use std::{fs, path::Path, process::Command};

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Value, json};

use super::{AREAS, FORMATS, export, import, without_ids};
use crate::{
    command_line::{fails, run},
    support::TestDatabase,
};

/// Texts that formats are known to spoil: ids that look like numbers, formulas, quotes, line ends,
/// blanks at the ends, what XML and Excel escape, scripts from right to left.
const NASTY: &[&str] = &[
    "007",
    "1e5",
    "00012345678901234567890",
    "=1+1",
    "+254 20 1234",
    "-",
    "@SUM(A1)",
    "'=quoted",
    "''=twice",
    "'64' SECONDARY",
    "\"",
    "a \"b\", c; d|e",
    "two\nlines",
    "two\r\nlines",
    "a\ttab",
    "<b>&amp;</b>",
    "_x0041_",
    "TRUE",
    "1/2/2024",
    "12:30",
    "0.10",
    "é\u{301}",
    "مدرسة النور",
    "学校🏫",
    "a\u{a0}b",
    "C:\\new",
    "{\"a\":[1]}",
    "%41",
    "two  spaces and blanks at the end  ",
];

/// A list in which each text is a name's end, an id's and an attribute.
fn nasty_list(path: &Path) -> usize {
    let mut writer = csv::Writer::from_path(path).unwrap();
    let header = [
        "school_name",
        "lat",
        "lon",
        "school_id_govt",
        "remark",
        "Ünï \"code\"; x",
    ];
    writer.write_record(header).unwrap();
    for (at, text) in NASTY.iter().enumerate() {
        let latitude = format!("-1.{}", 250_000_000_000_001_u64 + at as u64);
        let (name, id) = (format!("School {text}"), format!("{text} {at}"));
        let blanks = format!("  {text} \u{3000}");
        let row = [&name, &latitude, "36.46740248799324", &id, text, &blanks];
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
    NASTY.len()
}

#[test]
fn no_text_is_lost_in_any_format() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let count = nasty_list(&at("in.csv"));
    let db = TestDatabase::new();
    assert_eq!(import(&db, &["schools"], &at("in.csv"))["created"], count);
    let first = export(&db, &["schools"], &at("first.csv"));
    for format in FORMATS {
        let file = at(&format!("out.{format}"));
        export(&db, &["schools", "--format", format], &file);
        let again = import(&db, &["schools"], &file);
        assert_eq!(again["unchanged"], count, "{format}: {again}");
        // Nor in a database that knows none of the schools.
        let other = TestDatabase::new();
        assert_eq!(
            import(&other, &["schools"], &file)["created"],
            count,
            "{format}"
        );
        let table = export(&other, &["schools"], &at("table.csv"));
        assert_eq!(without_ids(&table), without_ids(&first), "{format}");
    }
}

#[test]
fn areas_come_back_from_every_format_that_holds_outlines() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("areas.geojson"), AREAS).unwrap();
    let db = TestDatabase::new();
    let areas = ["areas", "--level", "1"];
    import(&db, &areas, &at("areas.geojson"));
    for format in ["csv", "geojson", "gpkg", "parquet"] {
        let file = at(&format!("out.{format}"));
        export(&db, &[&areas[..], &["--format", format]].concat(), &file);
        let again = import(&db, &areas, &file);
        assert_eq!(again["unchanged"], 2, "{format}: {again}");
    }
    let table = fs::read_to_string(at("out.csv")).unwrap();
    assert!(table.contains("36.123456789012344 -2,"), "{table}");
    let sheet = [&areas[..], &["--format", "xlsx"]].concat();
    let said = super::export_of(&db, "KEN", &sheet, &at("out.xlsx"));
    assert_eq!(
        (&said["written"], &said["outlines"]),
        (&json!(2), &json!(false))
    );
}

/// A country with a credit, and its schools in a format.
fn credited(format: &str, dir: &Path) -> Vec<u8> {
    let db = TestDatabase::new();
    nasty_list(&dir.join("in.csv"));
    let credit = ["schools", "--credit", "© A & B, CC BY 4.0"];
    import(&db, &credit, &dir.join("in.csv"));
    let file = dir.join(format!("out.{format}"));
    export(&db, &["schools", "--format", format], &file)
}

#[test]
fn a_geopackage_is_opened_by_gdal() {
    let dir = tempfile::tempdir().unwrap();
    credited("gpkg", dir.path());
    let file = dir.path().join("out.gpkg");
    let mut ogrinfo = Command::new("ogrinfo");
    let Ok(shown) = ogrinfo.args(["-so", "-al"]).arg(&file).output() else {
        println!("skipped: no ogrinfo (install gdal-bin)");
        return;
    };
    let complaints = String::from_utf8_lossy(&shown.stderr);
    assert!(
        shown.status.success() && complaints.is_empty(),
        "{complaints}"
    );
    let shown = String::from_utf8(shown.stdout).unwrap();
    for line in [
        "Layer name: schools".to_owned(),
        "Geometry: Point".into(),
        format!("Feature Count: {}", NASTY.len()),
        "FID Column = fid".into(),
        "Geometry Column = geom".into(),
        "ID[\"EPSG\",4326]".into(),
        "num_students: Integer64 (0.0)".into(),
        "school_id_govt: String (0.0)".into(),
        "DESCRIPTION=© A & B, CC BY 4.0".into(),
        "IDENTIFIER=Schools of Kenya".into(),
    ] {
        assert!(shown.contains(&line), "no {line:?} in {shown}");
    }
}

#[test]
fn a_parquet_file_says_what_its_geometry_is() {
    let dir = tempfile::tempdir().unwrap();
    credited("parquet", dir.path());
    let file = fs::File::open(dir.path().join("out.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let file = reader.metadata().file_metadata();
    assert_eq!(usize::try_from(file.num_rows()), Ok(NASTY.len()));
    let stated = |key: &str| {
        let mut entries = file.key_value_metadata().unwrap().iter();
        let entry = entries.find(|entry| entry.key == key).unwrap();
        entry.value.clone().unwrap()
    };
    let geo: Value = serde_json::from_str(&stated("geo")).unwrap();
    assert_eq!(geo["version"], "1.1.0");
    assert_eq!(geo["primary_column"], "geometry");
    let column = &geo["columns"]["geometry"];
    assert_eq!(
        (&column["encoding"], &column["geometry_types"]),
        (&json!("WKB"), &json!(["Point"]))
    );
    let bounds = column["bbox"].as_array().unwrap();
    assert_eq!(bounds.len(), 4);
    assert_eq!(bounds[0], 36.467_402_487_993_24);
    assert_eq!(stated("credit"), "© A & B, CC BY 4.0");
}

#[test]
fn a_workbook_holds_texts_and_no_formula() {
    let dir = tempfile::tempdir().unwrap();
    let book = credited("xlsx", dir.path());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut part = |name: &str| {
        let file = archive.by_name(name).unwrap();
        std::io::read_to_string(file).unwrap()
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(
        !sheet.contains("<f>") && sheet.contains(">=1+1<"),
        "{sheet}"
    );
    assert!(part("docProps/core.xml").contains("© A &amp; B, CC BY 4.0"));
    let shown = run(&TestDatabase::new(), &["export", "schools", "--help"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("xlsx"), "{shown}");
}

#[test]
fn a_workbook_that_cannot_hold_a_text_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let (list, book) = (dir.path().join("in.csv"), dir.path().join("out.xlsx"));
    let remark = "x".repeat(32_768);
    let text = format!("school_name,lat,lon,school_id_govt,remark\nOak,-1.251,36.501,1,{remark}\n");
    fs::write(&list, text).unwrap();
    let db = TestDatabase::new();
    import(&db, &["schools"], &list);
    let arguments = [
        "export",
        "schools",
        "--country",
        "KEN",
        "--format",
        "xlsx",
        "--json",
    ];
    let file = ["--file", book.to_str().unwrap()];
    let refused = fails(&run(&db, &[&arguments[..], &file].concat()), "file");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("row 2, column \"remark\"") && message.contains("take csv"),
        "{message}"
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
