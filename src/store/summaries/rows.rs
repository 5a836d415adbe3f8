//! Days, weeks and months of schools are written, with their opening hours.

use chrono::NaiveDate;
use deadpool_postgres::Transaction;

use super::{
    columns,
    open_hours::{self, Hours},
};
use crate::{
    domain::{school::SchoolId, summary::Period},
    store::{StoreError, query::sql},
};

/// Makes these summaries again.
pub(super) async fn write(
    tx: &Transaction<'_>,
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> Result<(), StoreError> {
    let hours = open_hours::of(tx, wanted).await?;
    let (schools, periods, starts) = columns(wanted);
    let column = |of: fn(&Hours) -> i64| hours.iter().map(of).collect::<Vec<i64>>();
    sql!("school_summarise")
        .execute(
            tx,
            &[
                &schools,
                &periods,
                &starts,
                &column(|hours| hours.open_s),
                &column(|hours| hours.shares.online_s),
                &column(|hours| hours.shares.lan_down_s),
                &column(|hours| hours.shares.isp_down_s),
                &column(|hours| hours.shares.service_down_s),
                &column(|hours| hours.shares.off_s),
            ],
        )
        .await
        .map(drop)
}
