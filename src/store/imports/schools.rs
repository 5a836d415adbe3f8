//! A school list that is at hand as a whole: staged and applied at once, without being looked at.

use deadpool_postgres::GenericClient;
use futures_util::stream;

use super::{
    ImportError, ImportFile, Outcome,
    apply::apply_unseen,
    assign,
    kinds::findings,
    register::{Import, forget, register},
    stage::stage,
};
use crate::{
    domain::listing::{ListPart, SchoolEntry, SchoolList},
    store::{Client, StoreError},
};

/// Takes a school list, whole or not at all.
pub async fn import_schools(
    client: &mut Client,
    file: &ImportFile,
    list: SchoolList,
) -> Result<Outcome, ImportError> {
    let import = register(client, file).await?;
    let entries = list.rows.into_iter().map(|school| {
        ListPart::Entry(Box::new(SchoolEntry {
            row: school.row,
            school: Some(school),
            findings: vec![],
        }))
    });
    let end = ListPart::End {
        row_count: list.row_count,
        findings: list.findings,
    };
    let parts = entries.chain([end]).map(Ok::<_, std::convert::Infallible>);
    let staged = stage(client, import, &list.stated, stream::iter(parts), |_| {}).await;
    if let Err(error) = staged {
        forget(client, import).await?;
        return Err(error);
    }
    let applied = apply_unseen(client, import.id, &file.actor).await;
    let (record, country_is_new) = match applied {
        Ok(applied) => applied,
        Err(error) => {
            forget(client, import).await?;
            return Err(error);
        }
    };
    Ok(outcome(client, &record, country_is_new, i64::MAX).await?)
}

/// How an import went or will go, with the first findings of each kind.
pub async fn outcome(
    db: &impl GenericClient,
    record: &Import,
    country_is_new: bool,
    most_of_a_kind: i64,
) -> Result<Outcome, StoreError> {
    let (findings, more) = findings(db, record.id, most_of_a_kind).await?;
    Ok(Outcome {
        import_id: record.id,
        country_is_new,
        rows: record.rows,
        created: record.created,
        updated: record.updated,
        unchanged: record.unchanged,
        rejected: record.rejected,
        not_placed: record.not_placed,
        schools_in_areas: assign::counts(db, &record.country).await?,
        findings,
        more,
    })
}
