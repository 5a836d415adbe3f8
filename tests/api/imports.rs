//! `/api/v1/imports` and `/tiles/imports`: a school list from its upload to its undoing.

mod broken;
mod staged;

use std::time::Duration;

use serde_json::{Value, json};

use super::session::{log_in, log_in_as};
use crate::support::{TestDatabase, fixtures, http::Answer, server::TestServer, within};
use schoolbeat::domain::account::Role;

const PATH: &str = "/api/v1/imports";
const LIST: &str = "school_name,latitude,longitude,emis_code,connectivity\n\
                    Oak,-1.31234,36.81234,E1,yes\nElm,-1.41234,36.91234,E2,no\n";

/// A server with a country in areas, and an administrator.
struct Wizard {
    server: TestServer,
    cookie: String,
}

impl Wizard {
    fn new() -> Self {
        let (server, _) = TestServer::on(|db: &TestDatabase| {
            fixtures::country(db);
            fixtures::area(db, 1, None, "West", [36.0, -2.0, 37.0, 0.0])
        });
        let cookie = log_in(&server);
        Self { server, cookie }
    }

    fn get(&self, path: &str) -> Answer {
        self.server.get_with(path, &[("cookie", &self.cookie)])
    }

    fn upload(&self, query: &str, file: &[u8]) -> Answer {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("content-type", "application/octet-stream"),
        ];
        self.server.post(&format!("{PATH}?{query}"), &headers, file)
    }

    /// Uploads a list; its id.
    fn create(&self, file: &str) -> String {
        let answer = self.upload("country=XTA&file_name=list.csv", file.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    fn act(&self, id: &str, what: &str) -> Answer {
        let path = format!("{PATH}/{id}/{what}");
        self.server.post(&path, &[("cookie", &self.cookie)], b"")
    }

    fn repair(&self, id: &str, body: &Value) -> Answer {
        let path = format!("{PATH}/{id}/repairs");
        self.server
            .post_json(&path, &[("cookie", &self.cookie)], body)
    }

    fn layout(&self, id: &str, body: &Value) -> Answer {
        let path = format!("{PATH}/{id}/layout");
        self.server
            .put_json(&path, &[("cookie", &self.cookie)], body)
    }

    fn discard(&self, id: &str) -> Answer {
        let path = format!("{PATH}/{id}");
        self.server.delete(&path, &[("cookie", &self.cookie)])
    }

    fn find(&self, id: &str) -> Value {
        self.get(&format!("{PATH}/{id}")).json()
    }

    /// Reads the file and waits for its end.
    fn stage(&self, id: &str) -> Value {
        let begun = self.act(id, "stage");
        assert_eq!(begun.status, 202, "{}", begun.text());
        self.ended(id)
    }

    fn ended(&self, id: &str) -> Value {
        within(Duration::from_secs(60), "the file is read", || {
            let import = self.find(id);
            (import["state"] != "reading").then_some(import)
        })
    }

    fn rows(&self, id: &str, query: &str) -> Value {
        self.get(&format!("{PATH}/{id}/rows?{query}")).json()
    }

    /// A list that was read; its id.
    fn staged(&self, file: &str) -> String {
        let id = self.create(file);
        let import = self.stage(&id);
        assert_eq!(import["state"], "staged", "{import}");
        id
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story from its beginning to its end"
)]
fn a_list_is_uploaded_shown_read_applied_and_undone() {
    let wizard = Wizard::new();
    let query = "country=XTA&file_name=Schools%202024.csv&source=EMIS";
    let answer = wizard.upload(query, LIST.as_bytes());
    assert_eq!(answer.status, 201);
    let made = answer.json();
    for (field, value) in [
        ("state", json!("uploaded")),
        ("country", json!("XTA")),
        ("subject", json!("schools")),
        ("file_name", json!("Schools 2024.csv")),
        ("file_bytes", json!(LIST.len())),
        ("source", json!("EMIS")),
        ("actor", json!("admin")),
        ("error", json!(null)),
        ("counts", json!(null)),
        ("rows_read", json!(0)),
        ("bounds", json!(null)),
        ("findings", json!([])),
        ("repairs", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made["file_sha256"].as_str().unwrap().len(), 64);
    let layout = &made["layout"];
    assert_eq!(
        (&layout["format"], &layout["encoding"], &layout["delimiter"]),
        (&json!("CSV"), &json!("UTF-8"), &json!("comma"))
    );
    let first = &layout["columns"][0];
    assert_eq!(
        (&first["name"], &first["meaning"], &first["guessed"]),
        (&json!("school_name"), &json!("school_name"), &json!(true))
    );
    assert_eq!(first["samples"], json!(["Oak", "Elm"]));
    assert!(layout["meanings"].as_array().unwrap().len() > 20);

    let id = made["id"].as_str().unwrap();
    let begun = wizard.act(id, "stage");
    assert_eq!(begun.status, 202);
    assert_eq!(begun.json()["rows_read"], 0);
    let staged = wizard.ended(id);
    let counts = json!({"rows": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0,
                        "missing": 0, "not_placed": 0, "findings": 0, "matched_by": {}});
    assert_eq!(
        (&staged["state"], &staged["counts"]),
        (&json!("staged"), &counts)
    );
    assert_eq!(staged["rows_read"], 2);
    assert_eq!(
        staged["bounds"],
        json!([36.81234, -1.41234, 36.91234, -1.31234])
    );
    assert_eq!(
        wizard.server.get("/api/v1/schools?country=XTA").json()["total"],
        0
    );

    let applied = wizard.act(id, "apply").json();
    assert_eq!(
        (&applied["state"], &applied["applied_by"]),
        (&json!("applied"), &json!("admin"))
    );
    assert!(applied["applied_at"].is_string());
    assert_eq!(
        wizard.server.get("/api/v1/schools?country=XTA").json()["total"],
        2
    );
    let rows = wizard.rows(id, "verdict=created");
    assert_eq!(
        (
            rows["total"].as_i64(),
            rows["rows"].as_array().unwrap().len()
        ),
        (Some(2), 2)
    );

    let undone = wizard.act(id, "undo").json();
    assert_eq!(
        (&undone["state"], &undone["undone_by"]),
        (&json!("undone"), &json!("admin"))
    );
    assert_eq!(
        wizard.server.get("/api/v1/schools?country=XTA").json()["total"],
        0
    );
    let list = wizard.get(&format!("{PATH}?country=XTA")).json();
    assert_eq!(list["total"], 1);
    assert_eq!(list["imports"][0]["id"], id);
    assert!(list["imports"][0].get("layout").is_none());
    assert_eq!(list["next_cursor"], json!(null));
}

#[test]
fn what_a_person_says_of_the_columns_is_remembered_for_the_source() {
    let wizard = Wizard::new();
    let file = "A,Y,X,B\nOak,-1.31234,36.81234,E1\n";
    let query = "country=XTA&file_name=list.csv&source=Ministry";
    let made = wizard.upload(query, file.as_bytes()).json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["layout"]["columns"][0]["meaning"], json!(null));
    let said = json!({"encoding": null, "delimiter": null, "sheet": null,
                      "columns": {"A": "school_name", "B": "school_id_govt"}});
    let set = wizard.layout(id, &said).json();
    assert_eq!(set["state"], "uploaded");
    let column = |import: &Value, at: usize| {
        let column = &import["layout"]["columns"][at];
        (column["meaning"].clone(), column["guessed"].clone())
    };
    assert_eq!(column(&set, 0), (json!("school_name"), json!(false)));
    assert_eq!(column(&set, 3), (json!("school_id_govt"), json!(false)));
    assert_eq!(wizard.stage(id)["counts"]["created"], 1);
    let row = &wizard.rows(id, "")["rows"][0];
    assert_eq!((&row["name"], &row["row"]), (&json!("Oak"), &json!(2)));

    // The next file of the ministry is read that way; one of somebody else is not.
    let next = wizard.upload(query, file.as_bytes()).json();
    assert_eq!(column(&next, 0).0, "school_name");
    let other = "country=XTA&file_name=list.csv&source=Other";
    let other = wizard.upload(other, file.as_bytes()).json();
    assert_eq!(column(&other, 0).0, json!(null));
    // A column with another heading now stands for itself again.
    let renamed = file.replace("A,", "roof,");
    let renamed = wizard.upload(query, renamed.as_bytes()).json();
    assert_ne!(column(&renamed, 0).0, "school_name");
    assert_eq!(column(&renamed, 3).0, "school_id_govt");

    // What was staged otherwise is to be read anew.
    let reset = wizard.layout(id, &json!({"columns": {"B": null, "A": "school_name"}}));
    assert_eq!(reset.json()["state"], "uploaded");
    wizard.act(id, "apply").error(409, "import_in_wrong_state");
}

#[test]
fn only_administrators_import() {
    let wizard = Wizard::new();
    let id = wizard.staged(LIST);
    let technician = log_in_as(&wizard.server, "juma", Role::Technician);
    let one = format!("{PATH}/{id}");
    let server = &wizard.server;
    for (cookie, status, code) in [
        ("", 401, "not_logged_in"),
        (&*technician, 403, "not_permitted"),
    ] {
        let headers = [("cookie", cookie)];
        let json = json!({"kind": "dms", "accept": true});
        let create = format!("{PATH}?country=XTA&file_name=list.csv");
        let answers = [
            server.get_with(PATH, &headers),
            server.get_with(&one, &headers),
            server.get_with(&format!("{one}/rows"), &headers),
            server.get_with(&format!("/tiles/imports/{id}/0/0/0.mvt"), &headers),
            server.post(&create, &headers, LIST.as_bytes()),
            server.put_json(&format!("{one}/layout"), &headers, &json!({})),
            server.post_json(&format!("{one}/repairs"), &headers, &json),
            server.post(&format!("{one}/stage"), &headers, b""),
            server.post(&format!("{one}/apply"), &headers, b""),
            server.post(&format!("{one}/undo"), &headers, b""),
            server.delete(&one, &headers),
        ];
        for answer in answers {
            answer.error(status, code);
        }
    }
    assert_eq!(wizard.find(&id)["state"], "staged");
    assert_eq!(fixtures::count(&wizard.server.db, "import"), 1);
    // Nor does a page of somebody else, in an administrator's browser.
    let foreign = [
        ("cookie", &*wizard.cookie),
        ("origin", "https://elsewhere.example"),
    ];
    let answer = server.post(&format!("{one}/apply"), &foreign, b"");
    answer.error(403, "foreign_origin");
}

#[test]
fn imports_are_listed_page_by_page() {
    let wizard = Wizard::new();
    let ids: Vec<String> = (0..3).map(|_| wizard.create(LIST)).collect();
    let first = wizard.get(&format!("{PATH}?limit=2")).json();
    assert_eq!(
        (&first["total"], &first["imports"][0]["id"]),
        (&json!(3), &json!(ids[2]))
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = wizard
        .get(&format!("{PATH}?limit=2&cursor={cursor}"))
        .json();
    assert_eq!(second["imports"].as_array().unwrap().len(), 1);
    assert_eq!(second["imports"][0]["id"], json!(ids[0]));
    assert_eq!(second["next_cursor"], json!(null));
    assert_eq!(
        wizard.get(&format!("{PATH}?country=XAB")).json()["total"],
        0
    );
    for query in [
        "limit=0",
        "limit=201",
        "country=1",
        "colour=red",
        "cursor=x",
    ] {
        let answer = wizard.get(&format!("{PATH}?{query}"));
        answer.error(400, "invalid_parameter");
    }
}
