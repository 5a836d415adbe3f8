//! What the answers about imports look like.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::http::bodies::hex;
use crate::store::imports::{
    Change, ExampleFinding, FindingKind, Import, ImportState, Page, RepairKindCount, StagedRow,
};

#[derive(Serialize)]
pub(in crate::http) struct ImportsBody {
    imports: Vec<ImportBody>,
    total: i64,
    next_cursor: Option<String>,
}

impl ImportsBody {
    pub fn new(imports: &[Import], total: i64, limit: i64) -> Self {
        let full = i64::try_from(imports.len()).is_ok_and(|found| found == limit);
        let last = imports.last().filter(|last| full && last.number > 1);
        Self {
            next_cursor: last.map(|import| import.number.to_string()),
            imports: imports.iter().map(ImportBody::in_a_list).collect(),
            total,
        }
    }
}

/// An import; in a list without what only one page shows.
#[derive(Serialize)]
pub(in crate::http) struct ImportBody {
    id: Uuid,
    country: String,
    subject: String,
    file_name: String,
    file_sha256: String,
    file_bytes: Option<i64>,
    source: Option<String>,
    actor: String,
    state: &'static str,
    created_at: DateTime<Utc>,
    staged_at: Option<DateTime<Utc>>,
    applied_at: Option<DateTime<Utc>>,
    applied_by: Option<String>,
    undone_at: Option<DateTime<Utc>>,
    undone_by: Option<String>,
    error: Option<FailureBody>,
    rows_read: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Value>,
    counts: Option<CountsBody>,
    findings: Vec<KindBody>,
    repairs: Vec<RepairsBody>,
    bounds: Option<[f64; 4]>,
}

#[derive(Serialize)]
struct FailureBody {
    code: String,
    message: String,
}

#[derive(Serialize)]
struct CountsBody {
    rows: i32,
    created: i32,
    updated: i32,
    unchanged: i32,
    rejected: i32,
    missing: i32,
    not_placed: i32,
    findings: i32,
    matched_by: Value,
}

#[derive(Serialize)]
struct KindBody {
    code: String,
    severity: String,
    count: i64,
    rows: i64,
    field: Option<String>,
    example: ExampleBody,
    notes: Vec<NoteBody>,
}

/// What is to be said of the file as a whole.
#[derive(Serialize)]
struct NoteBody {
    field: Option<String>,
    value: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct ExampleBody {
    row: i32,
    value: Option<String>,
    message: String,
}

#[derive(Serialize)]
struct RepairsBody {
    kind: String,
    proposed: i64,
    accepted: i64,
}

impl ImportBody {
    fn in_a_list(import: &Import) -> Self {
        let (applied_at, applied_by) = import.times.applied.clone().unzip();
        let (undone_at, undone_by) = import.times.undone.clone().unzip();
        let counted = matches!(
            import.state,
            ImportState::Staged | ImportState::Applied | ImportState::Undone
        );
        let failure = import.failure.clone();
        Self {
            id: import.id,
            country: import.country.to_string(),
            subject: import.subject.clone(),
            file_name: import.file_name.clone(),
            file_sha256: hex(&import.file_sha256),
            file_bytes: import.file_bytes,
            source: import.source.clone(),
            actor: import.actor.clone(),
            state: import.state.slug(),
            created_at: import.times.created_at,
            staged_at: import.times.staged_at,
            applied_at,
            applied_by,
            undone_at,
            undone_by,
            error: failure.map(|(code, message)| FailureBody { code, message }),
            rows_read: import.rows_read,
            layout: None,
            counts: counted.then(|| CountsBody {
                rows: import.rows,
                created: import.created,
                updated: import.updated,
                unchanged: import.unchanged,
                rejected: import.rejected,
                missing: import.missing,
                not_placed: import.not_placed,
                findings: import.findings,
                matched_by: import.matched_by.clone(),
            }),
            findings: vec![],
            repairs: vec![],
            bounds: None,
        }
    }

    pub fn whole(
        import: &Import,
        kinds: Vec<FindingKind>,
        repairs: Vec<RepairKindCount>,
        bounds: Option<[f64; 4]>,
    ) -> Self {
        let note = |note: ExampleFinding| NoteBody {
            field: note.field,
            value: note.value,
            message: note.message,
        };
        let kind = |kind: FindingKind| KindBody {
            code: kind.code,
            severity: kind.severity,
            count: kind.count,
            rows: kind.row_count,
            notes: kind.notes.into_iter().map(note).collect(),
            field: kind.example.field,
            example: ExampleBody {
                row: kind.example.row,
                value: kind.example.value,
                message: kind.example.message,
            },
        };
        let repair = |repair: RepairKindCount| RepairsBody {
            kind: repair.kind,
            proposed: repair.proposed,
            accepted: repair.accepted,
        };
        // What a person forced stands beside what was found.
        let layout = import.layout.clone().map(|mut layout| {
            layout["chosen"] = import.options.clone();
            layout
        });
        Self {
            layout,
            findings: kinds.into_iter().map(kind).collect(),
            repairs: repairs.into_iter().map(repair).collect(),
            bounds,
            ..Self::in_a_list(import)
        }
    }
}

#[derive(Serialize)]
pub(in crate::http) struct RowsBody {
    rows: Vec<RowBody>,
    total: i64,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct RowBody {
    row: Option<i32>,
    verdict: String,
    school_id: Option<Uuid>,
    name: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    r#match: Option<MatchBody>,
    changes: Vec<ChangeBody>,
    findings: Vec<FindingBody>,
    repairs: Vec<RepairBody>,
}

#[derive(Serialize)]
struct MatchBody {
    by: String,
    confidence: f32,
}

#[derive(Serialize)]
struct ChangeBody {
    field: String,
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize)]
struct FindingBody {
    severity: Option<String>,
    code: Option<String>,
    field: Option<String>,
    value: Option<String>,
    message: Option<String>,
}

#[derive(Serialize)]
struct RepairBody {
    kind: String,
    stated: String,
    proposed: String,
    accepted: bool,
}

impl From<Page> for RowsBody {
    fn from(page: Page) -> Self {
        Self {
            rows: page.rows.into_iter().map(RowBody::from).collect(),
            total: page.total,
            next_cursor: page.next,
        }
    }
}

impl From<StagedRow> for RowBody {
    fn from(row: StagedRow) -> Self {
        let change = |Change { field, old, new }| ChangeBody { field, old, new };
        let finding = |[severity, code, field, value, message]: [Option<String>; 5]| FindingBody {
            severity,
            code,
            field,
            value,
            message,
        };
        let repair = |(kind, stated, proposed, accepted)| RepairBody {
            kind,
            stated,
            proposed,
            accepted,
        };
        let (longitude, latitude) = row.position.unzip();
        Self {
            row: row.row,
            verdict: row.verdict,
            school_id: row.school_id,
            name: row.name,
            longitude,
            latitude,
            r#match: row.matched.map(|matched| MatchBody {
                by: matched.by,
                confidence: matched.confidence,
            }),
            changes: row.changes.into_iter().map(change).collect(),
            findings: row.findings.into_iter().map(finding).collect(),
            repairs: row.repairs.into_iter().map(repair).collect(),
        }
    }
}
