//! A school's name as a list writes it → the name that is kept, and what may be mended in it. Knows
//! one name at a time.

use super::{
    cell,
    text_faults::{self, Fault},
};
use crate::domain::listing::{Finding, Proposed, Repair, RepairKind, shortened};

/// Longest name that is taken, in characters. An index of the database holds no more.
const MAX_NAME_CHARS: usize = 300;

/// A name that was read.
pub(super) struct Name<'a> {
    /// With single spaces, as long as is taken.
    pub kept: String,
    stated: &'a str,
    is_cut: bool,
    fault: Option<Fault>,
    /// What it was before it was read in the wrong encoding.
    mended: Option<String>,
}

/// Reads a name that is not blank.
pub(super) fn read(stated: &str) -> Name<'_> {
    let fault = text_faults::of_name(stated);
    // What was read wrongly is put right; letters of another script may be meant.
    let wrongly = fault.as_ref().filter(|fault| fault.code == "name_mojibake");
    let mended = wrongly.and_then(|fault| fault.repair.as_deref());
    Name {
        kept: taken(stated),
        stated,
        is_cut: cell::folded(stated).chars().nth(MAX_NAME_CHARS).is_some(),
        mended: mended.map(taken),
        fault,
    }
}

fn taken(stated: &str) -> String {
    let folded = cell::folded(stated);
    let end = folded.char_indices().nth(MAX_NAME_CHARS);
    let end = end.map_or(folded.len(), |(end, _)| end);
    folded[..end].trim_end().to_owned()
}

impl Name<'_> {
    /// What there is to know of it, without the column.
    pub fn findings(&self, row: i32) -> Vec<Finding> {
        let mut findings = vec![];
        if let Some(fault) = &self.fault {
            let was = fault.repair.as_deref().map_or(String::new(), |repair| {
                format!("; it was probably {:?}", shortened(&taken(repair)))
            });
            let mend = match self.mended {
                Some(_) if !self.is_cut => {
                    "accept that repair, which is proposed, or correct it in the list"
                }
                _ => "correct it in the list",
            };
            let message = format!("{}{was}; the name is kept as stated: {mend}", fault.what);
            findings.push(Finding::warning(row, fault.code, message));
        }
        if self.is_cut {
            let message = format!(
                "the name has more than {MAX_NAME_CHARS} characters and was cut; shorten it, or \
                 close a quotation mark"
            );
            findings.push(Finding::warning(row, "name_too_long", message));
        } else if self.kept != self.stated {
            let hard = self.stated.contains(['\u{a0}', '\u{202f}', '\u{2007}']);
            let what = if hard {
                "the name had no-break spaces (NBSP, as web pages and spreadsheets write them)"
            } else {
                "the name had spaces at its ends or several in a row"
            };
            let message = format!(
                "{what}; it is kept with single plain ones, which is proposed as a repair, and as \
                 it was in the attribute name_as_stated"
            );
            findings.push(Finding::info(row, "name_whitespace", message));
        }
        findings
    }

    /// What is proposed to mend it.
    pub fn repairs(&self) -> Vec<Repair> {
        let repair = |kind: RepairKind, name: &str| Repair {
            kind,
            stated: self.stated.to_owned(),
            proposed: Proposed::Name(name.to_owned()),
            accepted: kind.counts_at_first(),
        };
        // A name that would be too long as it is stated cannot be had back.
        if self.stated.chars().nth(MAX_NAME_CHARS).is_some() {
            return vec![];
        }
        let mended = self.mended.iter();
        let mut repairs: Vec<Repair> = mended
            .map(|name| repair(RepairKind::Mojibake, name))
            .collect();
        if self.kept != self.stated {
            repairs.push(repair(RepairKind::TrimmedName, &self.kept));
        }
        repairs
    }
}
