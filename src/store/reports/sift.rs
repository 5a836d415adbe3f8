//! Finds the records of a report that the database will not have, so that they hold up nothing else: not
//! their neighbours, and not their probe, which would send them for ever.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Arrived, Report, write_together};
use crate::{
    domain::record::{Judged, Rejected},
    store::{Store, StoreError},
};

/// Whether it is what was to be written that failed, and not the database: it would fail again.
pub(super) fn is_of_the_data(error: &StoreError) -> bool {
    let StoreError::Query { source, .. } = error else {
        return false;
    };
    match source.code() {
        // What the driver could not put into the form of its column.
        None => !source.is_closed(),
        // Data exceptions, violated constraints, a program's limits, no such partition.
        Some(code) => ["22", "23", "54"]
            .iter()
            .any(|class| code.code().starts_with(class)),
    }
}

/// A report, to read its records' texts from.
#[derive(Deserialize)]
struct AsItCame<'a> {
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

/// What a record is rejected for that the database will not have.
pub const NOT_STORABLE: &str = "not_storable";

/// Tries each record alone and puts aside those that cannot be stored, as they came; which, and why.
pub(super) async fn sift(
    store: &Store,
    arrived: &mut Arrived,
) -> Result<Vec<(usize, String)>, StoreError> {
    // It was read before it was judged; should it not be now, the record is known by its number alone.
    let texts: Vec<String> = serde_json::from_slice(&arrived.body)
        .map(|as_it_came: AsItCame<'_>| {
            let records = as_it_came.records.into_iter();
            records.map(|text| text.get().to_owned()).collect()
        })
        .unwrap_or_default();
    let mut put_aside = vec![];
    for index in 0..arrived.judged.len() {
        let Err(error) = trial(store, arrived, index).await else {
            continue;
        };
        if !is_of_the_data(&error) {
            return Err(error);
        }
        arrived.judged[index] = Judged::Rejected(Rejected {
            sequence: arrived.judged[index].sequence(),
            reason: NOT_STORABLE,
            detail: error.to_string(),
            record: texts.get(index).cloned().unwrap_or_default(),
        });
        put_aside.push((index, error.to_string()));
    }
    Ok(put_aside)
}

/// Writes one record and takes it back.
async fn trial(store: &Store, arrived: &Arrived, index: usize) -> Result<(), StoreError> {
    let failed = |error| StoreError::query("reports_trial", error);
    let report = Report {
        judged: &arrived.judged[index..=index],
        ..arrived.report()
    };
    let mut client = store.client().await?;
    let tx = client.transaction().await.map_err(failed)?;
    let written = write_together(&tx, &[report]).await;
    tx.rollback().await.map_err(failed)?;
    written.map(drop)
}
