//! Uploads that are too large, break off or are no lists: an answer that says so, and nothing kept.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::json;

use super::{LIST, PATH, Wizard};
use crate::support::{eventually, fixtures, http::Answer};

/// What a person said of a file of that kind.
const QUERY: &str = "country=XTA&file_name=list.csv";

/// A connection on which the head of an upload was sent, with these headers.
fn begin(wizard: &Wizard, headers: &str) -> TcpStream {
    let mut line = TcpStream::connect(wizard.server.address).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "POST {PATH}?{QUERY} HTTP/1.1\r\nhost: schoolbeat.test\r\ncookie: {}\r\n{headers}\r\n",
        wizard.cookie
    );
    line.write_all(head.as_bytes()).unwrap();
    line
}

/// The status and the body of the answer.
fn answer(mut line: TcpStream) -> (u16, String) {
    let mut text = String::new();
    line.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text)
}

fn nothing_kept(wizard: &Wizard) {
    for table in ["import", "import_file_chunk", "school"] {
        assert_eq!(fixtures::count(&wizard.server.db, table), 0, "{table}");
    }
}

#[test]
fn a_file_that_comes_in_pieces_is_put_together() {
    let wizard = Wizard::new();
    // Longer than a piece of the database, so that it is put together there too.
    let row = |n: i32| format!("School {n},-1.3{n:05},36.8{n:05},E{n},yes\n");
    let header = LIST.lines().next().unwrap();
    let list: String = std::iter::once(format!("{header}\n"))
        .chain((0..30_000).map(row))
        .collect();
    assert!(list.len() > 1 << 20);
    let mut line = begin(
        &wizard,
        "transfer-encoding: chunked\r\nconnection: close\r\n",
    );
    for piece in list.as_bytes().chunks(70_001) {
        write!(line, "{:x}\r\n", piece.len()).unwrap();
        line.write_all(piece).unwrap();
        line.write_all(b"\r\n").unwrap();
    }
    line.write_all(b"0\r\n\r\n").unwrap();
    let (status, text) = answer(line);
    assert_eq!(status, 201, "{text}");
    let list_of_all = wizard.get(PATH).json();
    let import = &list_of_all["imports"][0];
    assert_eq!(import["file_bytes"], list.len());
    let chunks =
        "(SELECT sum(length(bytes))::bigint AS n FROM import_file_chunk) c WHERE n > 1048576";
    assert_eq!(fixtures::count(&wizard.server.db, chunks), 1);
    let staged = wizard.stage(import["id"].as_str().unwrap());
    assert_eq!(staged["counts"]["rows"], 30_000);
    assert_eq!(staged["rows_read"], 30_000);
}

#[test]
fn a_file_that_says_that_it_is_too_large_is_not_even_read() {
    let wizard = Wizard::new();
    let line = begin(
        &wizard,
        "content-length: 500000001\r\nconnection: close\r\n",
    );
    let (status, text) = answer(line);
    assert_eq!(status, 413, "{text}");
    assert!(
        text.contains("too_large") && text.contains("500 MB"),
        "{text}"
    );
    nothing_kept(&wizard);
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let wizard = Wizard::new();
    let mut line = begin(&wizard, "content-length: 100000\r\n");
    line.write_all(LIST.as_bytes()).unwrap();
    line.shutdown(std::net::Shutdown::Both).unwrap();
    drop(line);
    // The server notices in its own time, and has nothing open then.
    let open = "pg_stat_activity WHERE datname = current_database()
                AND state LIKE 'idle in transaction%'";
    eventually("the upload is given up", || {
        (fixtures::count(&wizard.server.db, open) == 0).then_some(())
    });
    nothing_kept(&wizard);
    // What is no chunk ends the connection, with an answer or without.
    let mut line = begin(
        &wizard,
        "transfer-encoding: chunked\r\nconnection: close\r\n",
    );
    line.write_all(b"5\r\nschoo\r\nnonsense\r\n").unwrap();
    let mut text = String::new();
    line.read_to_string(&mut text).unwrap();
    assert!(!text.contains(" 201 "), "{text}");
    nothing_kept(&wizard);
}

#[test]
fn what_is_no_list_says_why_and_is_not_kept() {
    let wizard = Wizard::new();
    let upload = |file: &[u8]| wizard.upload(QUERY, file);
    for (file, code) in [
        (&b""[..], "file_empty"),
        (b"%PDF-1.7 \xff\xfe", "file_not_a_list"),
        (b"<html><body>Log in</body></html>", "file_not_a_list"),
    ] {
        let refused = upload(file);
        assert_eq!(
            refused.status,
            if code == "file_empty" {
                refused.status
            } else {
                400
            }
        );
        let error = refused.body_json()["error"].clone();
        assert!(error["message"].as_str().unwrap().len() > 10, "{error}");
    }
    nothing_kept(&wizard);
}

#[test]
fn what_is_said_of_a_file_must_make_sense() {
    let wizard = Wizard::new();
    let upload = |query: &str| wizard.upload(query, LIST.as_bytes());
    upload("country=ZZZ&file_name=a.csv").field_error("country");
    upload("country=XTA&file_name=").field_error("file_name");
    upload("country=XTA&file_name=%0a").field_error("file_name");
    let long = "x".repeat(201);
    upload(&format!("country=XTA&file_name=a&source={long}")).field_error("source");
    for query in [
        "country=XTA",
        "file_name=a",
        "country=XTA&file_name=a&colour=red",
    ] {
        upload(query).error(400, "invalid_parameter");
    }
    nothing_kept(&wizard);
    let id = wizard.create(LIST);
    let said = |body| -> Answer { wizard.layout(&id, &body) };
    said(json!({"encoding": "klingon"})).field_error("encoding");
    said(json!({"delimiter": 7})).field_error("delimiter");
    said(json!({"columns": ["a"]})).field_error("columns");
    said(json!({"colour": "red"})).error(400, "invalid_body");
    said(json!([])).error(400, "invalid_body");
    let bad = |body| {
        let answer = said(body);
        assert_eq!(answer.status, 400, "{}", answer.text());
    };
    bad(json!({"columns": {"school_name": "magic"}}));
    bad(json!({"sheet": "Sheet2"}));
    assert_eq!(wizard.stage(&id)["state"], "staged", "as it was");
}

#[test]
fn a_list_that_cannot_be_read_to_its_end_says_why_and_may_be_read_otherwise() {
    let wizard = Wizard::new();
    let id = wizard.create("name,lat,lon\nOak,95,36.8\nElm,n/k,36.9\n");
    let failed = wizard.stage(&id);
    assert_eq!(failed["state"], "failed", "{failed}");
    assert_eq!(failed["error"]["code"], "file_no_usable_position");
    assert!(failed["error"]["message"].as_str().unwrap().len() > 20);
    assert_eq!(failed["counts"], json!(null));
    wizard.act(&id, "apply").error(409, "import_in_wrong_state");
    assert_eq!(wizard.stage(&id)["state"], "failed", "once more");
    assert_eq!(wizard.discard(&id).json()["state"], "discarded");
}

/// Who gives a file up while it is read has given it up.
#[test]
fn a_list_that_is_given_up_while_it_is_read_stays_given_up() {
    let wizard = Wizard::new();
    let row = |n: i32| format!("School {n},-1.3{n:05},36.8{n:05},E{n}\n");
    let list: String = std::iter::once("name,lat,lon,emis_code\n".to_owned())
        .chain((0..20_000).map(row))
        .collect();
    let id = wizard.create(&list);
    assert_eq!(wizard.act(&id, "stage").status, 202);
    wizard.act(&id, "stage").error(409, "import_in_wrong_state");
    assert_eq!(wizard.discard(&id).json()["state"], "discarded");
    let rows = "pg_stat_activity WHERE datname = current_database() AND state = 'active'
                AND query ILIKE '%staged_%' AND pid <> pg_backend_pid()";
    for _ in 0..3 {
        std::thread::sleep(Duration::from_secs(1));
        eventually("nothing is staged any more", || {
            (fixtures::count(&wizard.server.db, rows) == 0).then_some(())
        });
    }
    assert_eq!(wizard.find(&id)["state"], "discarded");
    assert_eq!(fixtures::count(&wizard.server.db, "staged_school"), 0);
}
