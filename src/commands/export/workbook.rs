//! An export as an Excel workbook of one sheet, written row by row. Texts are texts: none becomes a
//! formula, a number or a date.

use std::{io::Write, path::Path};

use rust_xlsxwriter::{DocProperties, Workbook};

use super::layer::{Cell, Geometry, Layer, Writer, Written};

/// Excel's own limits: rows with the header, columns, and characters of a cell (UTF-16).
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: usize = 16_384;
const MAX_CELL_CHARS: usize = 32_767;

pub(super) struct WorkbookWriter<W: Write + Send> {
    out: W,
    book: Workbook,
    names: Vec<String>,
    next_row: u32,
}

impl<W: Write + Send> WorkbookWriter<W> {
    /// Rows that were written wait in `folder` until the workbook is packed.
    pub fn new(out: W, folder: &Path) -> Written<Self> {
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        Ok(Self {
            out,
            book,
            names: vec![],
            next_row: 0,
        })
    }
}

impl<W: Write + Send> Writer for WorkbookWriter<W> {
    fn begin(&mut self, layer: &Layer) -> Written {
        if layer.shape.is_some() {
            return Err("a workbook holds no geometries; take gpkg or geojson".into());
        }
        let columns = layer.columns.len();
        if columns > MAX_COLUMNS {
            return Err(format!(
                "there are {columns} columns, and a workbook holds {MAX_COLUMNS}; take csv"
            )
            .into());
        }
        let mut properties = DocProperties::new().set_title(&layer.title);
        if let Some(credit) = &layer.credit {
            properties = properties.set_comment(credit);
        }
        self.book.set_properties(&properties);
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(&layer.name)?;
        self.names = layer
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let header: Vec<Cell<'_>> = layer
            .columns
            .iter()
            .map(|column| Cell::Text(column.name.as_str().into()))
            .collect();
        self.row(&header, None)
    }

    fn row(&mut self, cells: &[Cell<'_>], _: Option<&Geometry>) -> Written {
        let row = self.next_row;
        if row >= MAX_ROWS {
            return Err(format!(
                "there are more than {} rows, all that a workbook holds; take csv, parquet or gpkg",
                MAX_ROWS - 1
            )
            .into());
        }
        let sheet = self.book.worksheet_from_index(0)?;
        for ((column, name), cell) in (0..).zip(&self.names).zip(cells) {
            match cell {
                Cell::Blank => {}
                Cell::Text(text) => {
                    let chars = text.encode_utf16().count();
                    if chars > MAX_CELL_CHARS {
                        return Err(format!(
                            "row {}, column {name:?}: the text has {chars} characters, and a \
                             workbook's cell holds {MAX_CELL_CHARS}; take csv, parquet or gpkg",
                            row + 1
                        )
                        .into());
                    }
                    sheet.write_string(row, column, text.as_ref())?;
                }
                #[expect(clippy::cast_precision_loss, reason = "a sheet's numbers are doubles")]
                Cell::Integer(number) => {
                    sheet.write_number(row, column, *number as f64)?;
                }
                Cell::Real(number) => {
                    sheet.write_number(row, column, *number)?;
                }
            }
        }
        self.next_row += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Written {
        self.book.save_to_writer(&mut self.out)?;
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::commands::export::layer::{Column, Kind};

    fn begun() -> WorkbookWriter<Cursor<Vec<u8>>> {
        let out = Cursor::new(vec![]);
        let mut writer = WorkbookWriter::new(out, &std::env::temp_dir()).unwrap();
        let layer = Layer {
            name: "schools".into(),
            title: "Schools".into(),
            credit: None,
            columns: vec![Column::new("name", Kind::Text)],
            shape: None,
        };
        writer.begin(&layer).unwrap();
        writer
    }

    #[test]
    fn what_a_sheet_cannot_hold_is_refused_with_a_way_out() {
        let mut writer = begun();
        let long = "é".repeat(MAX_CELL_CHARS);
        writer
            .row(&[Cell::Text(long.as_str().into())], None)
            .unwrap();
        let longer = long + "é";
        let refused = writer.row(&[Cell::Text(longer.into())], None).unwrap_err();
        let message = refused.to_string();
        assert!(message.contains("row 3, column \"name\""), "{message}");
        assert!(message.contains("32768 characters") && message.contains("take csv"));
        writer.next_row = MAX_ROWS - 1;
        writer.row(&[Cell::Integer(1)], None).unwrap();
        let message = writer
            .row(&[Cell::Integer(1)], None)
            .unwrap_err()
            .to_string();
        assert!(message.contains("more than 1048575 rows"), "{message}");
    }
}
