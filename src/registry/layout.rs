//! How a file was read, for a person to look at and to correct. Decides nothing.

use super::{
    cell,
    columns::Columns,
    meanings::Meant,
    reader::{Delimiter, Format},
    table::Row,
};
use crate::domain::listing::shortened;

/// Texts of a column that are shown.
const MAX_SAMPLES: usize = 5;
/// Values of a column of few terms that are shown.
const MAX_VALUES: usize = 20;

/// What a file seems to be, and what its columns seem to mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// `CSV`, `XLSX`, `XLS`, `ODS`, `GeoJSON`, `Shapefile`, …
    pub format: &'static str,
    /// What its text is in, by the WHATWG's name; `None` where the format says so itself.
    pub encoding: Option<&'static str>,
    /// What stands between the cells of a CSV.
    pub delimiter: Option<Delimiter>,
    /// The sheet of a workbook that is read.
    pub sheet: Option<String>,
    /// All its sheets of cells, in their order.
    pub sheets: Vec<String>,
    /// In the order of the file.
    pub columns: Vec<ColumnGuess>,
}

/// What a column seems to mean.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnGuess {
    /// As the file names it, or `column 3` where it does not.
    pub name: String,
    /// The slug of its meaning; without one it is kept as an attribute under its own name.
    pub meaning: Option<&'static str>,
    /// Whether no person has said so.
    pub guessed: bool,
    /// Texts of the first rows, each once.
    pub samples: Vec<String>,
    /// Values of the first rows, as stated and as what they are taken, where the meaning has only
    /// a few; `None` where no term means the value.
    pub values: Vec<(String, Option<String>)>,
}

impl Layout {
    /// Of a file that was opened and of its first rows.
    pub(super) fn new<'a>(
        format: &Format,
        columns: &Columns,
        first: impl Iterator<Item = &'a Row>,
    ) -> Self {
        let names = columns.names().iter().enumerate();
        let guesses = names.map(|(column, name)| {
            let (meant, guessed) = columns.meant(column);
            ColumnGuess {
                name: name.clone(),
                meaning: meant.map(Meant::slug),
                guessed,
                samples: vec![],
                values: vec![],
            }
        });
        let mut layout = Self {
            format: format.name,
            encoding: format.encoding,
            delimiter: format.delimiter,
            sheet: format.sheet.clone(),
            sheets: format.sheets.clone(),
            columns: guesses.collect(),
        };
        for (column, text) in first.flat_map(|row| &row.cells) {
            if let Some(text) = cell::stated(text) {
                let (meant, _) = columns.meant(*column);
                let guess = &mut layout.columns[*column];
                guess.add_sample(text);
                if let Some(meant) = meant.filter(|meant| meant.has_terms()) {
                    guess.add_value(text, meant.term(columns.name(*column), text));
                }
            }
        }
        layout
    }
}

impl ColumnGuess {
    fn add_sample(&mut self, text: &str) {
        let text = shortened(text);
        if self.samples.len() < MAX_SAMPLES && !self.samples.contains(&text) {
            self.samples.push(text);
        }
    }

    fn add_value(&mut self, text: &str, term: Option<&'static str>) {
        let text = shortened(text);
        let known = self.values.iter().any(|(known, _)| *known == text);
        if self.values.len() < MAX_VALUES && !known {
            self.values.push((text, term.map(Into::into)));
        }
    }
}
