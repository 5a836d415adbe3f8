//! `/api/v1/imports`: a list on its way in, as the wizard of the web app asks.

use serde_json::{Value, json};

use super::session::{log_in, log_in_as};
use crate::support::{eventually, fixtures, server::TestServer};
use schoolbeat::domain::account::Role;

const LIST: &str = "Nom;Latitude;Vers l'est;Statut;Niveau\n\
                    Oak;-1.50001;36.50001;public;Nursery\n\
                    Elm ;-1.60001;36.60001;public;Barn\n\
                    ;;;public;Primary\n\
                    Ash;-1.70001;36.70001;public;Primary\n";

struct Wizard {
    server: TestServer,
    cookie: String,
}

impl Wizard {
    fn begin() -> Self {
        let (server, ()) = TestServer::on(|db| {
            fixtures::country(db);
            fixtures::area(db, 1, None, "north", [36.0, -3.0, 38.0, 0.0]);
        });
        let cookie = log_in(&server);
        Self { server, cookie }
    }

    fn get(&self, path: &str) -> Value {
        let headers = [("cookie", &*self.cookie)];
        self.server.get_with(path, &headers).json()
    }

    fn upload(&self, name: &str) -> Value {
        let path = format!("/api/v1/imports?country=XTA&file_name={name}&source=Census");
        let headers = [("cookie", &*self.cookie)];
        let answer = self.server.post(&path, &headers, LIST.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    fn put_layout(&self, id: &str, columns: &Value) -> Value {
        let body = json!({
            "encoding": null, "delimiter": "semicolon", "sheet": null, "columns": columns,
        });
        let path = format!("/api/v1/imports/{id}/layout");
        let headers = [("cookie", &*self.cookie)];
        self.server.put_json(&path, &headers, &body).json()
    }

    fn act(&self, id: &str, deed: &str) -> Value {
        let path = format!("/api/v1/imports/{id}/{deed}");
        let headers = [("cookie", &*self.cookie)];
        self.server.post_json(&path, &headers, &json!({})).json()
    }

    /// The import when its list has been read.
    fn staged(&self, id: &str) -> Value {
        self.act(id, "stage");
        eventually("the list is read", || {
            let import = self.get(&format!("/api/v1/imports/{id}"));
            (import["state"] == "staged").then_some(import)
        })
    }

    fn rows(&self, id: &str, filter: &str) -> Value {
        self.get(&format!("/api/v1/imports/{id}/rows?{filter}"))
    }
}

fn id(import: &Value) -> String {
    import["id"].as_str().unwrap().to_owned()
}

fn column<'a>(import: &'a Value, name: &str) -> &'a Value {
    let columns = import["layout"]["columns"].as_array().unwrap();
    columns.iter().find(|c| c["name"] == name).unwrap()
}

fn kind<'a>(import: &'a Value, code: &str) -> &'a Value {
    let kinds = import["findings"].as_array().unwrap();
    kinds.iter().find(|kind| kind["code"] == code).unwrap()
}

#[test]
fn what_a_person_says_of_the_columns_replaces_what_was_said_before_and_is_remembered() {
    let wizard = Wizard::begin();
    let first = wizard.upload("list.csv");
    assert_eq!(column(&first, "Vers l'est")["meaning"], json!(null));
    assert_eq!(first["layout"]["chosen"]["delimiter"], json!(null));
    let said = json!({"Vers l'est": "longitude", "Statut": null});
    let put = wizard.put_layout(&id(&first), &said);
    assert_eq!(column(&put, "Vers l'est")["meaning"], "longitude");
    assert_eq!(column(&put, "Vers l'est")["guessed"], false);
    assert_eq!(column(&put, "Statut")["meaning"], json!(null));
    assert_eq!(put["layout"]["chosen"]["delimiter"], "semicolon");
    // What is no longer said is guessed again.
    let put = wizard.put_layout(&id(&first), &json!({"Vers l'est": "longitude"}));
    assert_eq!(column(&put, "Statut")["guessed"], true);
    let next = wizard.upload("next.csv");
    assert_eq!(column(&next, "Vers l'est")["meaning"], "longitude");
}

#[test]
fn the_rows_are_found_by_what_was_noticed_and_by_their_number_until_they_are_applied() {
    let wizard = Wizard::begin();
    let id = id(&wizard.upload("list.csv"));
    let said = json!({"Vers l'est": "longitude", "Niveau": "education_level"});
    wizard.put_layout(&id, &said);
    let staged = wizard.staged(&id);
    assert_eq!(staged["counts"]["created"], 3, "{staged}");
    assert_eq!(staged["counts"]["rejected"], 1);

    let nameless = kind(&staged, "missing_name");
    assert_eq!(
        (&nameless["rows"], &nameless["notes"]),
        (&json!(1), &json!([]))
    );
    let unknown = kind(&staged, "unknown_value");
    assert_eq!(unknown["rows"], 0, "it is said of the file: {unknown}");
    let about = unknown["notes"].as_array().unwrap();
    assert!(
        about
            .iter()
            .any(|note| note["field"] == "Niveau" && note["value"] == "Barn")
    );

    let found = wizard.rows(&id, "code=missing_name");
    assert_eq!(
        (&found["total"], &found["rows"][0]["row"]),
        (&json!(1), &json!(4))
    );
    let found = wizard.rows(&id, "row=3");
    assert_eq!(found["total"], 1);
    assert_eq!(found["rows"][0]["repairs"][0]["kind"], "trimmed_name");
    assert_eq!(wizard.rows(&id, "row=99")["total"], 0);

    let applied = wizard.act(&id, "apply");
    assert_eq!(
        (&applied["state"], &applied["applied_by"]),
        (&json!("applied"), &json!("admin"))
    );
    assert_eq!(
        wizard.rows(&id, "")["total"],
        3,
        "only what it changed is kept"
    );
    assert_eq!(wizard.rows(&id, "verdict=created")["total"], 3);
    for gone in ["verdict=rejected", "code=missing_name", "row=3"] {
        let page = wizard.rows(&id, gone);
        assert_eq!(
            (&page["total"], &page["rows"]),
            (&json!(0), &json!([])),
            "{gone}"
        );
    }
    assert_eq!(wizard.act(&id, "undo")["state"], "undone");
    assert_eq!(
        wizard.server.get("/api/v1/schools?country=XTA").json()["total"],
        0
    );
}

#[test]
fn the_list_of_imports_can_leave_out_what_are_no_schools_and_is_for_administrators() {
    let wizard = Wizard::begin();
    wizard.upload("list.csv");
    let sql = "INSERT INTO import (id, country_code, subject, file_name, file_sha256, actor, row_count,
                                   created_count, updated_count, unchanged_count, rejected_count)
               VALUES (gen_random_uuid(), 'XTA', 'areas', 'areas.geojson', '', 'command line', 1, 1, 0, 0, 0)";
    wizard.server.db.sql().batch_execute(sql).unwrap();
    assert_eq!(wizard.get("/api/v1/imports?country=XTA")["total"], 2);
    let schools = wizard.get("/api/v1/imports?country=XTA&subject=schools");
    assert_eq!(schools["total"], 1);
    assert_eq!(schools["imports"][0]["file_name"], "list.csv");
    let technician = log_in_as(&wizard.server, "amina", Role::Technician);
    let headers = [("cookie", &*technician)];
    let refused = wizard.server.get_with("/api/v1/imports", &headers);
    refused.error(403, "not_permitted");
}
