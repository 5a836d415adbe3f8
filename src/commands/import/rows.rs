//! What the registry's reader found, as the store takes it. Neither may know the other.

use crate::{
    registry::{AreaList, Finding, SchoolList},
    store::imports::{AreaRecord, Areas, FindingRecord, SchoolRecord, Schools, Stated},
};

/// A school list for the store.
pub(in crate::commands) fn schools(list: SchoolList) -> Schools {
    let rows = list.rows.into_iter().map(|row| SchoolRecord {
        row: number(row.row),
        name: row.name,
        location: row.location,
        longitude: row.longitude,
        latitude: row.latitude,
        education_level: row.education_level,
        student_count: row.student_count,
        connectivity: row.connectivity,
        aliases: row.aliases,
        attributes: row.attributes,
    });
    Schools {
        rows: rows.collect(),
        row_count: number(list.row_count),
        findings: findings(list.findings),
        stated: Stated {
            education_level: list.stated.education_level,
            student_count: list.stated.student_count,
            connectivity: list.stated.connectivity,
            attributes: list.stated.attributes,
        },
    }
}

/// Areas for the store.
pub(in crate::commands) fn areas(list: AreaList) -> Areas {
    let rows = list.rows.into_iter().map(|row| AreaRecord {
        row: number(row.row),
        match_key: row.match_key,
        code: row.code,
        name: row.name,
        names: row.names,
        outline: row.outline,
        attributes: row.attributes,
    });
    Areas {
        rows: rows.collect(),
        row_count: number(list.row_count),
        findings: findings(list.findings),
    }
}

fn findings(list: Vec<Finding>) -> Vec<FindingRecord> {
    let records = list.into_iter().map(|finding| FindingRecord {
        row: number(finding.row),
        severity: finding.severity.slug(),
        code: finding.code,
        field: finding.field,
        value: finding.value,
        message: finding.message,
    });
    records.collect()
}

/// A file that is read at once has fewer rows than that.
fn number(row: u32) -> i32 {
    i32::try_from(row).unwrap_or(i32::MAX)
}
