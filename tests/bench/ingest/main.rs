//! `make bench-ingest`: path checks of a thousand probes, sent to the real server over HTTP in reports
//! of twenty, beside the same rows by plain `COPY BINARY` and beside one INSERT a record over HTTP, in
//! one run on one durable cluster. What counts is processor time, and its ratios; no test asserts a time.
//!
//! `cargo bench --profile dev --bench ingest -- 1000000`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program for a developer"
)]

mod copying;
mod load;
#[path = "../registry/processor.rs"]
mod processor;
mod records;
mod server;
mod single;
mod spent;
#[path = "../../support/mod.rs"]
mod support;

use std::time::Duration;

use load::Run;
use processor::Processes;
use records::Fleet;
use support::TestDatabase;

const PROBES: usize = 1000;
const PER_REPORT: usize = 20;
const RECORDS: usize = 1_000_000;
/// A single INSERT costs so much that fewer show it.
const SINGLE_RECORDS: usize = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .first()
        .is_some_and(|first| first == single::SERVE)
    {
        single::serve(&arguments[1]);
        return;
    }
    let count = arguments.iter().find_map(|text| text.parse().ok());
    let records: usize = count.unwrap_or(RECORDS);
    let rounds = records / PROBES / PER_REPORT;
    let db = TestDatabase::new();
    db.durable();
    let fleet = Fleet::enrol(&db, PROBES);
    println!(
        "{records} path checks of {PROBES} probes, {PER_REPORT} a report; 2 cores do all of it"
    );
    println!(
        "{:<28} {:>9} {:>9} {:>9} {:>11} {:>9} {:>9} {:>9}",
        "", "server s", "base s", "sum s", "per million", "rate 1/s", "p50 ms", "p99 ms"
    );

    let copied = copying::run(&db, &fleet, rounds * PER_REPORT);
    let copy = Row::new("COPY BINARY, 5,000 a batch", copied);
    copy.print();
    empty(&db);

    let ours = over_http(&db, &fleet, rounds);
    let group = Row::new("our server", ours);
    group.print();
    let stored: i64 = db
        .sql()
        .query_one("SELECT count(*) FROM path_check", &[])
        .unwrap()
        .get(0);
    assert_eq!(
        stored,
        i64::try_from((rounds + 1) * PROBES * PER_REPORT).unwrap(),
        "each exactly once"
    );
    empty(&db);

    let rate = ours.records as f64 / ours.wall.as_secs_f64();
    let half = half_load(&db, &fleet, rounds, rate / 2.0);
    Row::new("our server, half that rate", half).print();
    empty(&db);

    let inserted = single::run(&db, &fleet, SINGLE_RECORDS);
    let single = Row::new("one INSERT a record, HTTP", inserted);
    single.print();

    println!();
    println!(
        "processor: ours / COPY {:.2} (bar: at most 2); single INSERT / ours {:.1} (bar: at least 20)",
        group.per_million_s() / copy.per_million_s(),
        single.per_million_s() / group.per_million_s(),
    );
    println!(
        "rate without the generator's share: ours / COPY {:.2} (bar: at least 0.5)",
        group.own_rate() / copy.own_rate()
    );
}

/// What a way of storing spent.
#[derive(Debug, Clone, Copy)]
struct Spent {
    records: usize,
    wall: Duration,
    server: Duration,
    database: Duration,
    /// Of this program, which sends.
    generator: Duration,
    p50: Duration,
    p99: Duration,
}

struct Row {
    name: &'static str,
    spent: Spent,
}

impl Row {
    fn new(name: &'static str, spent: Spent) -> Self {
        Self { name, spent }
    }

    fn processor_s(&self) -> f64 {
        (self.spent.server + self.spent.database).as_secs_f64()
    }

    fn per_million_s(&self) -> f64 {
        self.processor_s() * 1e6 / self.spent.records as f64
    }

    /// Records a second, if the two cores had not had to send them as well.
    fn own_rate(&self) -> f64 {
        let wall_s = self.spent.wall.as_secs_f64() - self.spent.generator.as_secs_f64() / 2.0;
        self.spent.records as f64 / wall_s
    }

    fn print(&self) {
        let s = |time: Duration| format!("{:.2}", time.as_secs_f64());
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
        println!(
            "{:<28} {:>9} {:>9} {:>9.2} {:>11.2} {:>9.0} {:>9} {:>9}",
            self.name,
            s(self.spent.server),
            s(self.spent.database),
            self.processor_s(),
            self.per_million_s(),
            self.spent.records as f64 / self.spent.wall.as_secs_f64(),
            ms(self.spent.p50),
            ms(self.spent.p99),
        );
    }
}

/// The real program, and all probes sending as fast as they are answered.
fn over_http(db: &TestDatabase, fleet: &Fleet, rounds: usize) -> Spent {
    measured(db, fleet, rounds, None)
}

/// The same with so many records a second.
fn half_load(db: &TestDatabase, fleet: &Fleet, rounds: usize, records_per_s: f64) -> Spent {
    measured(db, fleet, (rounds / 2).max(1), Some(records_per_s))
}

fn measured(db: &TestDatabase, fleet: &Fleet, rounds: usize, records_per_s: Option<f64>) -> Spent {
    let mut reports = fleet.reports(rounds + 1, PER_REPORT);
    let first: Vec<_> = reports
        .iter_mut()
        .map(|of_probe| of_probe.drain(..1).collect())
        .collect();
    let server = server::Server::start(db);
    // A probe's first word is news: its school is summarised and judged at once, which is not what is
    // measured here.
    load::send(server.address, &first, None);
    settled(db);
    let processes = Processes::of(&mut db.sql());
    let (base, own) = (processes.spent(), server.spent());
    let mine = spent::own();
    let pause = records_per_s.map(|rate| {
        let reports_per_s = rate / PER_REPORT as f64;
        Duration::from_secs_f64(PROBES as f64 / reports_per_s)
    });
    let Run { wall, p50, p99 } = load::send(server.address, &reports, pause);
    let generator = spent::own().saturating_sub(mine);
    Spent {
        records: rounds * PROBES * PER_REPORT,
        wall,
        server: server.spent().saturating_sub(own),
        database: processes.spent().saturating_sub(base),
        generator,
        p50,
        p99,
    }
}

/// Until nothing is due to be summarised.
fn settled(db: &TestDatabase) {
    let mut sql = db.sql();
    let due = "SELECT count(*) FROM dirty_school_day WHERE due_at <= now()";
    while sql.query_one(due, &[]).unwrap().get::<_, i64>(0) > 0 {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// As if nothing had ever been reported.
fn empty(db: &TestDatabase) {
    let mut sql = db.sql();
    for statement in [
        "TRUNCATE path_check, dirty_school_day, school_day",
        "UPDATE probe SET last_sequence = 0",
        "VACUUM ANALYZE probe",
    ] {
        sql.batch_execute(statement).unwrap();
    }
    // What the cluster puts off is not the next one's to pay.
    db.checkpoint();
}
