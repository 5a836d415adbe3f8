//! Workbooks of Excel and of LibreOffice.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, XlsxError};

use super::packed::packed;

fn book() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("Notes")?
        .write(0, 0, "How this list was made")?;
    let sheet = book.add_worksheet();
    sheet
        .set_name("Schools")?
        .write(0, 0, "Schools of the West")?;
    let header = [
        "school_name",
        "latitude",
        "longitude",
        "emis_code",
        "internet",
        "opened",
        "students",
    ];
    for (column, text) in (0..).zip(header) {
        sheet.write(2, column, text)?;
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let opened = ExcelDateTime::from_ymd(1998, 9, 1)?;
    for (row, name, latitude) in [(3, "Oak School", 1.5), (5, "École du Chêne", 1.6)] {
        sheet.write(row, 0, name)?;
        sheet.write(row, 1, latitude)?.write(row, 2, 36.817_223)?;
        sheet.write(row, 3, 10_203 + row)?.write(row, 4, true)?;
        sheet.write_with_format(row, 5, &opened, &day)?;
        sheet.write(row, 6, Formula::new("=100+250").set_result("350"))?;
    }
    sheet.merge_range(0, 0, 0, 6, "Schools of the West", &Format::new())?;
    sheet.write(7, 0, "Source: EMIS")?;
    book.save_to_buffer()
}

fn small_book() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["name", "lat", "lon"]) {
        sheet.write(0, column, text)?;
    }
    sheet
        .write(1, 0, "Oak")?
        .write(1, 1, "1,5")?
        .write(1, 2, 36.5)?;
    book.save_to_buffer()
}

/// By hand, with strings in their cells and a sheet without places.
fn plain_book() -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Schools" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let cells = |texts: [&str; 3]| {
        texts
            .map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"))
            .concat()
    };
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C2"/><sheetData><row r="1">{}</row><row r="2">{}</row></sheetData></worksheet>"#,
        cells(["name", "lat", "lon"]),
        cells(["Oak &amp; Elm", "1.5", "36.5"])
    );
    packed(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

pub fn xlsx() -> Vec<Vec<u8>> {
    let made = [book(), small_book()].map(|book| book.expect("a workbook can be made"));
    made.into_iter().chain([plain_book()]).collect()
}

fn ods_of(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Schools">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

pub fn ods() -> Vec<Vec<u8>> {
    let row = |cells: &[&str]| {
        let cells = cells.iter().map(|text| {
            format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
        });
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.collect::<String>()
        )
    };
    let header = row(&["name", "lat", "lon", "opened", "internet"]);
    let typed = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>Oak<text:s text:c="2"/>School</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.50</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="36.5"/><table:table-cell office:value-type="date" office:date-value="1998-09-01"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell table:number-columns-repeated="1019"/></table:table-row><table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>"#;
    vec![
        ods_of(&format!(
            "{header}{}",
            row(&["Oak", "1,5", "36,5", "", "oui"])
        )),
        ods_of(&format!("{header}{typed}")),
    ]
}
