//! A fresh code for a school, wherever it is asked for: by a command or by a page.

use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::Client;
use serde_json::json;

use super::{StoreError, audit, enrolments, secrets};
use crate::domain::{enrolment_code::EnrolmentCode, school::SchoolId};

/// A code is good for two days: enough to reach a village.
const LIFETIME: TimeDelta = TimeDelta::hours(48);

/// A code, shown this once.
#[derive(Debug)]
pub struct NewEnrolment {
    /// The code.
    pub code: EnrolmentCode,
    /// When it ceases to be worth anything.
    pub expires_at: DateTime<Utc>,
}

/// Makes a code; only its hash stays.
pub async fn create(
    db: &mut Client,
    school: SchoolId,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<NewEnrolment, StoreError> {
    let failed = |error| StoreError::query("enrolment_create", error);
    let code = secrets::fresh_code();
    let expires_at = now + LIFETIME;
    let tx = db.transaction().await.map_err(failed)?;
    let hash = secrets::hash(code.as_str());
    enrolments::add(&tx, school, &hash, actor, expires_at).await?;
    let subject = format!("school {school}");
    let detail = json!({"expires_at": expires_at});
    audit::record(&tx, actor, "enrolment code made", &subject, &detail).await?;
    tx.commit().await.map_err(failed)?;
    Ok(NewEnrolment { code, expires_at })
}

/// What to type at the school.
pub fn command(public_url: &str, code: &EnrolmentCode) -> String {
    format!(
        "schoolbeat-probe enrol --server {public_url} --code {}",
        code.as_str()
    )
}
