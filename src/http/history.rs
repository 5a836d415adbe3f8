//! The history of a school: who changed what, when, from which file.
//!
//! Names of people, and what a list states beyond what the school's page shows, are for who is
//! logged in.

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{ApiError, AppState, auth, bodies::hex};
use crate::{
    domain::school::SchoolId,
    store::school_changes::{self, SchoolChange},
};

/// Entries on a page, unless asked otherwise, and at most.
const PAGE: (i64, i64) = (20, 100);
/// What the public may read; the rest of a list may name people.
const PUBLIC_FIELDS: [&str; 10] = [
    "name",
    "location",
    "location_problem",
    "education_level",
    "student_count",
    "connectivity_declared",
    "merged_into",
    "merged_from",
    "longitude",
    "latitude",
];

#[derive(Deserialize)]
pub(super) struct Parameters {
    limit: Option<i64>,
    cursor: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct Page {
    total: i64,
    next_cursor: Option<i64>,
    items: Vec<EntryBody>,
}

#[derive(Serialize)]
struct EntryBody {
    id: i64,
    at: DateTime<Utc>,
    /// Only for who is logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    kind: String,
    import_id: Option<Uuid>,
    file_name: Option<String>,
    file_sha256: Option<String>,
    changes: Vec<FieldBody>,
}

#[derive(Serialize, Debug, PartialEq)]
struct FieldBody {
    field: String,
    old: Value,
    new: Value,
}

impl EntryBody {
    fn new(change: SchoolChange, is_public: bool) -> Self {
        let changes = fields(&change.before, &change.after);
        let shown = |field: &FieldBody| !is_public || PUBLIC_FIELDS.contains(&&*field.field);
        let file = change.file;
        let hash = file.as_ref().and_then(|file| file.sha256.as_deref());
        Self {
            id: change.id,
            at: change.at,
            actor: (!is_public).then_some(change.actor),
            kind: change.kind,
            import_id: file.as_ref().map(|file| file.import_id),
            file_sha256: hash.map(hex),
            file_name: file.and_then(|file| file.name),
            changes: changes.into_iter().filter(shown).collect(),
        }
    }
}

/// What differs, field by field; attributes one by one.
fn fields(before: &Value, after: &Value) -> Vec<FieldBody> {
    let (before, after) = (flat(before), flat(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let value = |of: &Map<String, Value>, name: &String| of.get(name).cloned().unwrap_or_default();
    let change = |name: &String| FieldBody {
        field: name.clone(),
        old: value(&before, name),
        new: value(&after, name),
    };
    let changes = names.into_iter().map(change);
    changes.filter(|change| change.old != change.new).collect()
}

fn flat(object: &Value) -> Map<String, Value> {
    let mut flat = Map::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Object(attributes) if name == "attributes" => {
                let named = |(key, value): (&String, &Value)| (key.clone(), value.clone());
                let one = attributes.iter().map(named);
                flat.extend(one.map(|(key, value)| (format!("attributes.{key}"), value)));
            }
            value => {
                flat.insert(
                    name.clone(),
                    position(value).unwrap_or_else(|| value.clone()),
                );
            }
        }
    }
    // An import notes the two numbers of a position; what people see is one place.
    if let (Some(longitude), Some(latitude)) = (flat.remove("longitude"), flat.remove("latitude"))
        && longitude.is_number()
    {
        let place = json!({"longitude": longitude, "latitude": latitude});
        flat.insert("location".into(), place);
    }
    flat
}

/// A position as everywhere else in this interface, however it was noted.
fn position(value: &Value) -> Option<Value> {
    let coordinates = value.get("coordinates")?.as_array()?;
    let (longitude, latitude) = (coordinates.first()?, coordinates.get(1)?);
    Some(json!({"longitude": longitude, "latitude": latitude}))
}

/// `GET /api/v1/schools/{id}/history`: newest first. A merged school has its own.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    parameters: Query<Parameters>,
) -> Result<Json<Page>, ApiError> {
    let limit = parameters.limit.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&limit) {
        let message = format!("limit must be from 1 to {}", PAGE.1);
        return Err(ApiError::field("limit", message));
    }
    let is_public = auth::account(&request, &state).await?.is_none();
    let id = SchoolId(*id);
    let db = state.store.client().await?;
    let total = school_changes::count(&db, id)
        .await?
        .ok_or_else(|| ApiError::not_found("school", id))?;
    let mut items = school_changes::page(&db, id, parameters.cursor, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let next_cursor = items.last().filter(|_| more).map(|item| item.id);
    let entry = |change| EntryBody::new(change, is_public);
    Ok(Json(Page {
        total,
        next_cursor,
        items: items.into_iter().map(entry).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told_and_attributes_one_by_one() {
        let before = json!({"name": "Oak", "student_count": 4, "attributes": {"roof": "tin"}});
        let after = json!({"name": "Elm", "student_count": 4, "attributes": {"head": "A. B."}});
        let change = |field: &str, old, new| FieldBody {
            field: field.into(),
            old,
            new,
        };
        let expected = [
            change("attributes.head", Value::Null, json!("A. B.")),
            change("attributes.roof", json!("tin"), Value::Null),
            change("name", json!("Oak"), json!("Elm")),
        ];
        assert_eq!(fields(&before, &after), expected);
    }

    #[test]
    fn a_position_is_told_in_one_way_and_a_new_school_has_no_before() {
        let geojson = json!({"location": {"type": "Point", "coordinates": [36.5, -1.25]}});
        let ours = json!({"location": {"longitude": 36.5, "latitude": -1.25}});
        assert_eq!(fields(&geojson, &ours), []);
        let all = fields(&Value::Null, &ours);
        assert_eq!(all[0].old, Value::Null);
        assert_eq!(all[0].new["longitude"], 36.5);
    }
}
