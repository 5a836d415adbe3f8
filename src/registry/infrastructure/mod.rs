//! Features or rows → things of infrastructure and findings. Must not know what is stored, nor mend
//! outlines: that is the database's trade.

mod columns;
mod people;
mod place;
mod terms;

use std::collections::HashMap;

use columns::{Columns, Field};
use people::People;
use sha2::{Digest, Sha256};
use terms::Medium;

use super::{
    FileError, ReadOptions, cell, reader,
    table::{Row, Table},
};
use crate::domain::{
    infrastructure::{Generation, InfrastructureList, InfrastructureRow, Kind, Place, Standing},
    listing::{Finding, Severity},
};

/// Longest name, operator, technology or id that is taken, in characters.
const MAX_TEXT_CHARS: usize = 200;
/// No mast reaches farther than its horizon from a high mountain, metres.
const MAX_RANGE_M: f64 = 200_000.0;

/// Reads a file of one kind; `generation` is what its rows are of where they do not say.
pub fn read_infrastructure(
    bytes: &[u8],
    kind: Kind,
    generation: Option<Generation>,
    options: &ReadOptions,
) -> Result<InfrastructureList, FileError> {
    let table = reader::read(bytes, options)?;
    let reading = Reading::new(&table, kind, generation);
    let mut findings = table.findings.clone();
    findings.extend(reading.people.findings(&table.columns));
    let mut taken = Taken::default();
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match reading.row(row).and_then(|(thing, notes)| {
            let shared = taken.take(&thing)?;
            Ok((thing, notes.into_iter().chain(shared)))
        }) {
            Ok((thing, notes)) => {
                findings.extend(notes);
                rows.push(thing);
            }
            // What else is wrong with a row that is not taken is of no use to anybody.
            Err(finding) => findings.push(*finding),
        }
    }
    findings.sort_by_key(|finding| finding.row);
    if rows.is_empty() {
        let first = findings.iter().find(|finding| finding.row > 0);
        return Err(FileError::NoInfrastructure {
            kind: kind.slug(),
            first: first.map_or(table.column_names(), |finding| {
                format!("row {}: {}", finding.row, finding.message)
            }),
        });
    }
    Ok(InfrastructureList {
        kind,
        rows,
        row_count: table.row_count,
        findings,
    })
}

/// A row that is not taken.
type Rejection = Box<Finding>;

struct Reading<'a> {
    table: &'a Table,
    columns: Columns,
    people: People,
    kind: Kind,
    generation: Option<Generation>,
}

impl<'a> Reading<'a> {
    fn new(table: &'a Table, kind: Kind, generation: Option<Generation>) -> Self {
        Self {
            table,
            columns: Columns::guess(&table.columns),
            people: People::look(table),
            kind,
            generation,
        }
    }

    fn row(&self, row: &Row) -> Result<(InfrastructureRow, Vec<Finding>), Rejection> {
        let mut notes = vec![];
        let place = place::read(row, self.kind, &self.columns, &mut notes)?;
        let technology = self.technology(row, &mut notes)?;
        let standing = self.standing(row, &mut notes);
        let name = self.name(row);
        if name.is_none() {
            let message = "it has no name and is shown by its kind alone; add a column name";
            notes.push(Finding::info(row.number, "missing_name", message).field("name"));
        }
        let operator = self.text(row, Field::Operator);
        let generations = self.generations(row, &mut notes);
        let range_m = self.range_m(row, &mut notes);
        let match_key = self.columns.id(row).unwrap_or_else(|| {
            key_of(
                &place,
                &[name.as_deref(), operator.as_deref(), technology.as_deref()],
            )
        });
        let thing = InfrastructureRow {
            row: row.number,
            match_key,
            name,
            standing,
            operator,
            technology,
            generations,
            range_m,
            place,
            attributes: self.attributes(row),
        };
        Ok((thing, notes))
    }

    /// The first column of the field that says something.
    fn text(&self, row: &Row, field: Field) -> Option<String> {
        let text = self.columns.stated(row, field).next()?.1;
        Some(shortened(&cell::folded(text)))
    }

    fn name(&self, row: &Row) -> Option<String> {
        self.text(row, Field::Name).or_else(|| {
            let end = |field| self.text(row, field);
            match (end(Field::From), end(Field::To)) {
                (Some(from), Some(to)) if from == to => Some(from),
                (Some(from), Some(to)) => Some(shortened(&format!("{from} – {to}"))),
                (from, to) => from.or(to),
            }
        })
    }

    /// A list of fibre may hold microwave too, and its columns may disagree on which is which. Fibre
    /// is what would promise too much, so such a row is none of fibre, and microwave with a warning.
    fn technology(&self, row: &Row, notes: &mut Vec<Finding>) -> Result<Option<String>, Rejection> {
        let stated: Vec<_> = self.columns.stated(row, Field::Technology).collect();
        let technology = stated
            .first()
            .map(|(_, text)| shortened(&cell::folded(text)));
        let Some(wanted) = terms::medium_of(self.kind) else {
            return Ok(technology);
        };
        let media = stated
            .iter()
            .filter_map(|(column, text)| Some((*column, *text, terms::medium(text)?)));
        let (fitting, others): (Vec<_>, Vec<_>) = media.partition(|(.., medium)| *medium == wanted);
        let Some((column, text, other)) = others.first() else {
            return Ok(technology);
        };
        let finding = |code, message: String| {
            let finding = Finding::error(row.number, code, message);
            finding.field(&self.table.columns[*column]).value(text)
        };
        if fitting.is_empty() {
            let message = format!(
                "it is {}, not {}; import the file once more with the kind that fits",
                other.word(),
                wanted.word()
            );
            return Err(Box::new(finding("other_kind", message)));
        }
        let taken = wanted == Medium::Microwave;
        let message = format!(
            "one column says {} and another {}; it was {} taken as {}: correct one of the two",
            wanted.word(),
            other.word(),
            if taken { "still" } else { "not" },
            wanted.word()
        );
        let finding = finding("technology_contradicts", message);
        if !taken {
            return Err(Box::new(finding));
        }
        notes.push(Finding {
            severity: Severity::Warning,
            ..finding
        });
        Ok(technology)
    }

    fn standing(&self, row: &Row, notes: &mut Vec<Finding>) -> Standing {
        let stated: Vec<_> = self.columns.stated(row, Field::Status).collect();
        let known: Vec<_> = stated
            .iter()
            .filter_map(|(column, text)| Some((*column, *text, terms::standing(text)?)))
            .collect();
        let Some((_, _, first)) = known.first() else {
            let stranger = stated
                .iter()
                .find(|(column, _)| !self.columns.is(*column, Field::Technology));
            notes.push(match stranger {
                Some((column, text)) => {
                    let message = "no status is known by that word; it is taken as being there \
                                   and shown as not stated: write live, under construction, \
                                   planned or retired";
                    Finding::warning(row.number, "unknown_status", message)
                        .field(&self.table.columns[*column])
                        .value(text)
                }
                None => {
                    let message = "the row does not say whether it is in use or only planned; it \
                                   is taken as being there and shown as not stated";
                    Finding::info(row.number, "missing_status", message).field("status")
                }
            });
            return Standing::Unknown;
        };
        if let Some((column, text, _)) = known.iter().find(|(.., other)| other != first) {
            let message = format!(
                "another column says {}, which was taken; correct one of the two",
                first.slug()
            );
            let finding = Finding::warning(row.number, "status_contradicts", message);
            notes.push(finding.field(&self.table.columns[*column]).value(text));
        }
        *first
    }

    fn generations(&self, row: &Row, notes: &mut Vec<Finding>) -> Vec<Generation> {
        if !self.kind.has_generations() {
            return vec![];
        }
        let stated = self.columns.stated(row, Field::Technology);
        let mut found: Vec<_> = stated
            .flat_map(|(_, text)| terms::generations(text))
            .collect();
        if found.is_empty() {
            found.extend(self.generation);
        }
        if found.is_empty() {
            let message = "the row does not say of which generation it is; state 2G, 3G, 4G or 5G \
                           in a column technology, or for the whole file by --generation";
            notes.push(Finding::warning(row.number, "missing_generation", message));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn range_m(&self, row: &Row, notes: &mut Vec<Finding>) -> Option<f64> {
        let (column, text, metres) = self.columns.range(row)?;
        let believable = metres.filter(|metres| (0.0..=MAX_RANGE_M).contains(metres));
        if believable.is_none() {
            let message = "it is no range: a number of metres up to 200000 is wanted; the range \
                           was left out";
            let finding = Finding::warning(row.number, "range_not_a_number", message);
            notes.push(finding.field(&self.table.columns[column]).value(text));
        }
        // OpenCellID and others write 0 where the range is not known.
        believable.filter(|metres| *metres > 0.0)
    }

    /// Everything that the file says, but for what has a home and what is about people.
    fn attributes(&self, row: &Row) -> std::collections::BTreeMap<String, String> {
        let kept = row.cells.iter().filter_map(|(column, text)| {
            let text = cell::stated(text)?;
            let home = self.columns.is_home(*column, self.kind);
            (!home && !self.people.names(*column, text))
                .then(|| (self.table.columns[*column].clone(), text.to_owned()))
        });
        kept.collect()
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

/// What a thing without an id is recognised by: where it is and what it is called.
fn key_of(place: &Place, texts: &[Option<&str>]) -> String {
    let mut hash = Sha256::new();
    for position in place::positions(place) {
        hash.update(position.x.to_le_bytes());
        hash.update(position.y.to_le_bytes());
    }
    for text in texts {
        hash.update([0]);
        hash.update(text.unwrap_or_default());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let hex = digest[..16].iter().map(|byte| format!("{byte:02x}"));
    format!("place:{}", hex.collect::<String>())
}

/// What the rows before this one were.
#[derive(Default)]
struct Taken {
    ids: HashMap<String, i32>,
    wholes: HashMap<String, i32>,
    places: HashMap<String, i32>,
}

impl Taken {
    /// Refuses what was there before; notes what stands where something else does.
    fn take(&mut self, thing: &InfrastructureRow) -> Result<Option<Finding>, Rejection> {
        let row = thing.row;
        let place = key_of(&thing.place, &[]);
        let range = thing.range_m.map(|range| range.to_string());
        let generations: String = thing.generations.iter().map(|g| g.slug()).collect();
        let whole = key_of(
            &thing.place,
            &[
                thing.name.as_deref(),
                thing.operator.as_deref(),
                thing.technology.as_deref(),
                range.as_deref(),
                Some(&generations),
                Some(thing.standing.slug()),
            ],
        );
        if let Some(first) = self.wholes.get(&whole) {
            let message = format!(
                "rows {first} and {row} say the same of the same place; row {first} was taken, \
                 this one was not: delete one"
            );
            let finding = Finding::error(row, "duplicate_feature", message);
            return Err(Box::new(finding.value(&thing.match_key)));
        }
        if let Some(first) = self.ids.get(&thing.match_key) {
            let message = format!(
                "rows {first} and {row} have the same id; row {first} was taken, this one was \
                 not: give every row an id of its own"
            );
            let finding = Finding::error(row, "duplicate_id", message);
            return Err(Box::new(finding.value(&thing.match_key)));
        }
        self.ids.insert(thing.match_key.clone(), row);
        self.wholes.insert(whole, row);
        let Some(first) = self.places.get(&place) else {
            self.places.insert(place, row);
            return Ok(None);
        };
        let message = format!(
            "it lies exactly where that of row {first} does; both were taken: look whether they \
             are one"
        );
        Ok(Some(
            Finding::info(row, "same_place", message).field("geometry"),
        ))
    }
}
