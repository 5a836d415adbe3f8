//! One INSERT a record over HTTP, each its own transaction: a server of the usual making, in a process
//! of its own.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
    sync::Arc,
};

use actix_web::{App, HttpResponse, HttpServer, web};
use schoolbeat::store::{Connection, Store};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    PROBES, Spent,
    load::{self, Run},
    processor::Processes,
    records::Fleet,
    spent,
    support::TestDatabase,
};

/// The argument by which this program serves instead.
pub const SERVE: &str = "serve-single-inserts";

#[derive(Deserialize)]
struct One {
    school_id: Uuid,
    probe_id: Uuid,
    sequence: i64,
    rtt_min_ms: f64,
    rtt_median_ms: f64,
    rtt_p95_ms: f64,
    rtt_max_ms: f64,
}

async fn insert(store: web::Data<Store>, one: web::Json<One>) -> HttpResponse {
    const INSERT: &str = "
        INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at,
            probe_clock_at, time_basis, vantage, in_opening_hours, outcome, target, target_kind,
            method, sent, received, timeout_ms, rtt_min_ms, rtt_median_ms, rtt_p95_ms, rtt_max_ms)
        VALUES ($1, now(), $2, $3, now(), now(), 'monotonic', 'device', true, 'ok', 'test',
            'server', 'tcp', 20, 18, 3000, $4, $5, $6, $7)";
    let client = store.client().await.unwrap();
    let statement = client.prepare_cached(INSERT).await.unwrap();
    client
        .execute(
            &statement,
            &[
                &one.school_id,
                &one.probe_id,
                &one.sequence,
                &one.rtt_min_ms,
                &one.rtt_median_ms,
                &one.rtt_p95_ms,
                &one.rtt_max_ms,
            ],
        )
        .await
        .unwrap();
    HttpResponse::Ok().json(serde_json::json!({"stored": true}))
}

/// Serves until it is killed; prints where.
pub fn serve(url: &str) {
    let store = Store::new(Connection::from_url(url, None).unwrap(), 16).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap());
    let store = web::Data::new(store);
    let system = actix_web::rt::System::new();
    system
        .block_on(async {
            HttpServer::new(move || {
                App::new()
                    .app_data(store.clone())
                    .route("/measurements", web::post().to(insert))
            })
            .listen(listener)
            .unwrap()
            .run()
            .await
        })
        .unwrap();
}

pub fn run(db: &TestDatabase, fleet: &Fleet, records: usize) -> Spent {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args([SERVE, &db.url()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.trim().parse().unwrap();
    let requests = requests(fleet, records / PROBES);
    let processes = Processes::of(&mut db.sql());
    let (base, own, mine) = (processes.spent(), spent::of(process.id()), spent::own());
    let Run { wall, p50, p99 } = load::send(address, &requests, None);
    let spent = Spent {
        records: records / PROBES * PROBES,
        wall,
        server: spent::of(process.id()).saturating_sub(own),
        database: processes.spent().saturating_sub(base),
        generator: spent::own().saturating_sub(mine),
        p50,
        p99,
    };
    process.kill().unwrap();
    process.wait().unwrap();
    spent
}

fn requests(fleet: &Fleet, each: usize) -> Vec<Vec<Arc<[u8]>>> {
    let of = |(number, probe): (usize, &crate::support::fixtures::EnrolledProbe)| {
        (0..each)
            .map(|one| {
                let mut record = Fleet::record(number, one);
                record["school_id"] = probe.school.to_string().into();
                record["probe_id"] = probe.id.to_string().into();
                let body = record.to_string();
                let head = format!(
                    "POST /measurements HTTP/1.1\r\nHost: bench\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                (head + &body).into_bytes().into()
            })
            .collect()
    };
    fleet.probes.iter().enumerate().map(of).collect()
}
