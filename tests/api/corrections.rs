//! `/api/v1/schools/{id}/corrections`, `/api/v1/corrections` and `/api/v1/schools/{id}/history`

use serde_json::{Value, json};
use uuid::Uuid;

use super::session::{log_in, log_in_as};
use crate::support::{
    eventually,
    fixtures::{self, NewSchool},
    http::Answer,
    server::TestServer,
};
use schoolbeat::domain::account::Role;

/// A server with a school in an area; who proposes and who decides.
struct Field {
    server: TestServer,
    school: Uuid,
    technician: String,
    administrator: String,
}

impl Field {
    fn new() -> Self {
        let (server, school) = TestServer::on(|db| {
            fixtures::country(db);
            fixtures::area(db, 1, None, "West", [36.0, -2.0, 37.0, 0.0]);
            NewSchool::default().add(db)
        });
        let technician = log_in_as(&server, "amina", Role::Technician);
        let administrator = log_in(&server);
        Self {
            server,
            school,
            technician,
            administrator,
        }
    }

    fn propose(&self, body: &Value) -> Answer {
        let path = format!("/api/v1/schools/{}/corrections", self.school);
        self.server
            .post_json(&path, &[("cookie", &self.technician)], body)
    }

    fn decide(&self, id: &Value, what: &str, cookie: &str) -> Answer {
        let path = format!("/api/v1/corrections/{}/{what}", id.as_str().unwrap());
        self.server
            .post_json(&path, &[("cookie", cookie)], &json!({"note": "seen"}))
    }

    fn get(&self, path: &str, cookie: &str) -> Value {
        self.server.get_with(path, &[("cookie", cookie)]).json()
    }
}

#[test]
fn a_technician_proposes_an_administrator_approves_and_the_map_follows() {
    let field = Field::new();
    let body =
        json!({"longitude": 36.9, "latitude": -1.3, "accuracy_m": 140.0, "note": " by the gate "});
    let answer = field.propose(&body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = &answer.json()["items"][0];
    assert_eq!(made["state"], "pending");
    assert_eq!(made["note"], "by the gate");
    let again = field.propose(&body).json();
    assert_eq!(
        again["items"][0]["id"], made["id"],
        "sent again, it is the same"
    );
    let list = field.get(
        "/api/v1/corrections?state=pending&country=XTA",
        &field.administrator,
    );
    assert_eq!(list["total"], 1);
    let waits = &list["items"][0];
    assert_eq!(waits["doubts"], json!(["imprecise", "far"]));
    assert_eq!(
        waits["known"]["location"],
        json!({"longitude": 36.8, "latitude": -1.3})
    );
    assert_eq!(waits["proposed_by"], "amina");
    let id = &waits["id"];
    field
        .decide(id, "approve", &field.technician)
        .error(403, "not_permitted");
    let done = field.decide(id, "approve", &field.administrator).json();
    assert_eq!(
        (&done["state"], &done["decided_by"]),
        (&json!("approved"), &json!("admin"))
    );
    let shown = field.get(
        &format!("/api/v1/schools/{}", field.school),
        &field.technician,
    );
    assert_eq!(shown["location"]["longitude"], 36.9);
    assert_eq!(shown["areas"][0]["name"], "West");
    eventually("the atlas has it", || {
        (field.server.atlas.snapshot().version > 1).then_some(())
    });
    field
        .decide(id, "decline", &field.administrator)
        .error(409, "already_decided");
}

#[test]
fn the_history_names_people_only_to_who_is_logged_in() {
    let field = Field::new();
    let name = json!({"name": "  New   Name "});
    let made = field.propose(&name).json();
    field.decide(&made["items"][0]["id"], "approve", &field.administrator);
    let path = format!("/api/v1/schools/{}/history", field.school);
    let file = "INSERT INTO import VALUES ($1, 'XTA', 'schools', 'list.csv', '\\xab01', 'admin',
                                           1, 0, 1, 0, 0, 0, now())";
    let (import, mut sql) = (Uuid::now_v7(), field.server.db.sql());
    sql.execute(file, &[&import]).unwrap();
    let change = "INSERT INTO school_change (school_id, actor, kind, import_id, before, after)
                  VALUES ($1, 'admin', 'updated', $2, '{\"attributes\": {\"head\": \"A. B.\"}}',
                          '{\"student_count\": 12, \"attributes\": {}}')";
    sql.execute(change, &[&field.school, &import]).unwrap();
    let known = field.get(&path, &field.technician);
    assert_eq!(known["total"], 2);
    let [newest, first] = [0, 1].map(|n| &known["items"][n]);
    assert_eq!(
        (&newest["file_name"], &newest["file_sha256"]),
        (&json!("list.csv"), &json!("ab01"))
    );
    assert_eq!(newest["changes"].as_array().unwrap().len(), 2);
    let expected = json!([{"field": "name", "old": "First School", "new": "New Name"}]);
    assert_eq!(
        (&first["changes"], &first["actor"]),
        (&expected, &json!("admin"))
    );
    let public = field.server.get(&path).json();
    assert!(!public.to_string().contains("A. B."), "{public}");
    assert!(public["items"][0].get("actor").is_none());
    assert_eq!(public["items"][0]["changes"][0]["field"], "student_count");
    // Page by page.
    let page = field.get(&format!("{path}?limit=1"), &field.technician);
    let cursor = &page["next_cursor"];
    let last = field.get(
        &format!("{path}?limit=1&cursor={cursor}"),
        &field.technician,
    );
    assert_eq!(last["items"][0]["kind"], "corrected");
    assert_eq!(last["next_cursor"], Value::Null);
    let nobody = format!("/api/v1/schools/{}/history", Uuid::now_v7());
    field.server.get(&nobody).error(404, "not_found");
}

#[test]
fn what_cannot_be_is_refused_in_clear_words() {
    let field = Field::new();
    let outside = field.propose(&json!({"longitude": -1.3, "latitude": 36.8}));
    let error = outside.error(400, "outside_country");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("km beyond the border of West")
    );
    field
        .propose(&json!({"name": "First School"}))
        .error(400, "nothing_new");
    for (body, wrong) in [
        (json!({}), "name"),
        (json!({"name": " "}), "name"),
        (json!({"name": "a\u{0}b"}), "name"),
        (json!({"longitude": 36.8}), "latitude"),
        (json!({"longitude": 0, "latitude": -1.3}), "longitude"),
        (json!({"longitude": 181, "latitude": -1.3}), "longitude"),
        (
            json!({"longitude": 36.5, "latitude": -1.3, "accuracy_m": -1}),
            "accuracy_m",
        ),
        (json!({"name": "x", "note": "n".repeat(1001)}), "note"),
    ] {
        field.propose(&body).field_error(wrong);
    }
    let path = format!("/api/v1/schools/{}/corrections", field.school);
    field
        .server
        .post_json(&path, &[], &json!({"name": "x"}))
        .error(401, "not_logged_in");
    field
        .server
        .get("/api/v1/corrections")
        .error(401, "not_logged_in");
    assert_eq!(fixtures::count(&field.server.db, "school_correction"), 0);
}

#[test]
fn a_technician_sees_own_proposals_and_may_not_do_what_administrators_may() {
    let field = Field::new();
    let own = field.propose(&json!({"name": "Oak"})).json();
    let path = format!("/api/v1/schools/{}/corrections", field.school);
    field
        .server
        .post_json(
            &path,
            &[("cookie", &field.administrator)],
            &json!({"name": "Elm"}),
        )
        .json();
    let seen = |cookie| field.get("/api/v1/corrections?state=pending", cookie)["total"].clone();
    assert_eq!(
        (seen(&field.administrator), seen(&field.technician)),
        (json!(2), json!(1))
    );
    let session = field.get("/api/v1/session", &field.technician);
    assert_eq!(session["may"], json!(["enrol_probe", "propose_correction"]));
    let cookie = [("cookie", &*field.technician)];
    let school = field.school;
    let probe = fixtures::probe(&field.server.db, school).id;
    for path in [
        format!(
            "/api/v1/corrections/{}/decline",
            own["items"][0]["id"].as_str().unwrap()
        ),
        format!("/api/v1/schools/{school}/unmerge"),
        format!("/api/v1/probes/{probe}/revoke"),
    ] {
        field
            .server
            .post_json(&path, &cookie, &json!({}))
            .error(403, "not_permitted");
    }
    let enrol = format!("/api/v1/schools/{school}/enrolments");
    assert_eq!(
        field.server.post_json(&enrol, &cookie, &json!({})).status,
        201
    );
}
