//! A school list as a whole: what its rows say, gathered. Reads none of them itself.

use super::{FileError, ReadOptions, reader::Source, school_file::SchoolFile};
use crate::domain::listing::SchoolList;

/// Reads a school list, or says why nothing of it can be taken.
pub fn read_schools(bytes: &[u8]) -> Result<SchoolList, FileError> {
    read_schools_with(bytes, &ReadOptions::default())
}

/// The same, where something is known of the file beforehand.
pub fn read_schools_with(bytes: &[u8], options: &ReadOptions) -> Result<SchoolList, FileError> {
    let file = SchoolFile::of(&Source::memory(bytes), options)?;
    let stated = file.stated().clone();
    let (mut rows, mut findings) = (vec![], vec![]);
    let mut entries = file.rows();
    for entry in &mut entries {
        let entry = entry?;
        rows.extend(entry.school);
        findings.extend(entry.findings);
    }
    let end = entries.finish()?;
    findings.extend(end.findings);
    findings.sort_by_key(|finding| finding.row);
    Ok(SchoolList {
        rows,
        row_count: end.row_count,
        findings,
        stated,
    })
}
