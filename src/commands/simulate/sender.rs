//! One virtual probe on the network: a connection of its own, reports in order, and what goes wrong on the
//! way to a school.

use std::{
    io::Write,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::Utc;
use flate2::{Compression, write::GzEncoder};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header,
};
use hyper_util::rt::TokioIo;
use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};
use schoolbeat_wire::{REPORTS_PATH, Record, RecordVerdict, Report, ReportAnswer};
use tokio::{net::TcpSocket, sync::Semaphore};

use crate::simulate::load::{Taken, VirtualProbe};

/// Records of one report, as the probe sends them.
const MAX_RECORDS: usize = 200;
/// A server that is not there is asked again after so long at least, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// One answer in so many is lost on the way, and one report in so many is sent twice.
const LOST_ANSWER: u64 = 100;
const SENT_TWICE: u64 = 50;

/// What became of one probe's records.
#[derive(Debug, Default, Clone)]
pub(super) struct Told {
    pub reports: u64,
    pub speed_tests: u64,
    pub path_checks: u64,
    pub presence: u64,
    pub acknowledged: u64,
    pub duplicates: u64,
    pub rejected: u64,
    /// Answers that the server was too busy.
    pub busy: u64,
    /// Connections that could not be made, or broke.
    pub broken: u64,
    pub answers_lost: u64,
    /// What must not be: another status, or an answer that says less than was sent.
    pub faults: Vec<String>,
    /// From the first attempt to send a report to its answer.
    pub latencies: Vec<Duration>,
    /// From the probe's start to the answer to the last of what it had kept.
    pub caught_up_after: Option<Duration>,
}

/// A probe that may report.
pub(super) struct Enrolled {
    pub secret: String,
    pub probe: VirtualProbe,
    /// By what is lost and sent twice.
    pub seed: u64,
}

/// Where to, and from which address: one address has too few ports for a country.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub server: SocketAddr,
    pub host: String,
    pub source: Option<SocketAddr>,
    /// So many report at once: this is one machine, and packs for all of them.
    pub at_once: Arc<Semaphore>,
}

struct Line {
    route: Route,
    open: Option<SendRequest<Full<Bytes>>>,
}

enum Answer {
    Taken(ReportAnswer),
    Busy(Duration),
    Broken,
    Other(String),
}

/// Sends everything that the probe takes until its end.
pub(super) async fn run(enrolled: Enrolled, route: Route) -> Told {
    let began = Instant::now();
    let Enrolled {
        secret,
        mut probe,
        seed,
    } = enrolled;
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut one_in = |n: u64| chance.next_u64().is_multiple_of(n);
    let mut line = Line { route, open: None };
    let (mut told, mut coming) = (Told::default(), None::<Taken>);
    let mut kept: Vec<Record> = vec![];
    let mut is_online = true;
    loop {
        while kept.len() < MAX_RECORDS {
            coming = coming.or_else(|| probe.next());
            let Some(taken) = coming.take_if(|taken| taken.at <= Utc::now()) else {
                break;
            };
            told.count(&taken.record);
            is_online = taken.is_online;
            kept.push(taken.record);
        }
        // What is taken during an outage goes with what comes after it.
        let is_due = is_online || coming.is_none() || kept.len() == MAX_RECORDS;
        if is_due && !kept.is_empty() {
            deliver(&mut line, &secret, &probe, &kept, &mut told, &mut one_in).await;
            kept.clear();
            continue;
        }
        told.caught_up_after.get_or_insert_with(|| began.elapsed());
        let Some(next) = &coming else {
            return told;
        };
        line.open = None;
        let pause = (next.at - Utc::now()).to_std().unwrap_or_default();
        tokio::time::sleep(pause).await;
    }
}

impl Told {
    fn count(&mut self, record: &Record) {
        match record.kind {
            schoolbeat_wire::RecordKind::SpeedTest(_) => self.speed_tests += 1,
            schoolbeat_wire::RecordKind::PathCheck(_) => self.path_checks += 1,
            _ => self.presence += 1,
        }
    }

    fn answered(&mut self, answer: &ReportAnswer, records: &[Record]) {
        let last = records.last().map_or(0, |record| record.sequence);
        if answer.results.len() != records.len() || answer.acknowledged_sequence < last {
            self.faults.push(format!(
                "{} results up to {} for {} records up to {last}",
                answer.results.len(),
                answer.acknowledged_sequence,
                records.len()
            ));
        }
        for result in &answer.results {
            match result.verdict {
                RecordVerdict::Duplicate => self.duplicates += 1,
                RecordVerdict::Rejected => self.rejected += 1,
                RecordVerdict::Stored | RecordVerdict::StoredInvalid => {}
            }
        }
    }
}

/// Sends one report until it is taken.
async fn deliver(
    line: &mut Line,
    secret: &str,
    probe: &VirtualProbe,
    records: &[Record],
    told: &mut Told,
    one_in: &mut impl FnMut(u64) -> bool,
) {
    let began = Instant::now();
    let mut pause = PAUSES.0;
    let mut again = u32::from(one_in(SENT_TWICE));
    loop {
        let is_lost = one_in(LOST_ANSWER);
        let turn = Arc::clone(&line.route.at_once).acquire_owned().await;
        let answer = line.send(secret, packed(probe, records)).await;
        drop(turn);
        match answer {
            Answer::Taken(_) if is_lost => {
                told.answers_lost += 1;
                line.open = None;
            }
            Answer::Taken(answer) => {
                told.answered(&answer, records);
                told.reports += 1;
                if again > 0 {
                    again -= 1;
                    continue;
                }
                told.acknowledged += u64::try_from(records.len()).unwrap_or(u64::MAX);
                told.latencies.push(began.elapsed());
                return;
            }
            Answer::Busy(wait) => {
                told.busy += 1;
                // Nobody holds a line open for a minute.
                line.open = None;
                tokio::time::sleep(wait).await;
            }
            Answer::Broken => {
                told.broken += 1;
                line.open = None;
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
            Answer::Other(what) => {
                told.faults.push(what);
                return;
            }
        }
    }
}

/// A report as the probe would send it now.
fn packed(probe: &VirtualProbe, records: &[Record]) -> Bytes {
    let now = Utc::now();
    let (boot_id, booted_at) = probe.boot(now);
    let since_boot = (now - booted_at).num_milliseconds();
    let report = Report {
        boot_id,
        sent_boot_ms: u64::try_from(since_boot).unwrap_or_default(),
        sent_wall_unix_ms: (now + probe.clock_off()).timestamp_millis(),
        software_version: "load".into(),
        records: records.to_vec(),
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let written = serde_json::to_vec(&report).map(|text| packed.write_all(&text));
    debug_assert!(matches!(written, Ok(Ok(()))), "a vector takes everything");
    packed.finish().unwrap_or_default().into()
}

impl Line {
    async fn send(&mut self, secret: &str, body: Bytes) -> Answer {
        let mut known = self.open.take();
        if let Some(sender) = &mut known
            && sender.ready().await.is_err()
        {
            known = None;
        }
        let sender = match known {
            Some(sender) => sender,
            None => match connect(&self.route).await {
                Some(sender) => sender,
                None => return Answer::Broken,
            },
        };
        let sender = self.open.insert(sender);
        let request = Request::post(REPORTS_PATH)
            .header(header::HOST, &self.route.host)
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_ENCODING, "gzip")
            .body(Full::new(body));
        let Ok(request) = request else {
            return Answer::Other("the server's name cannot stand in a header".into());
        };
        let Ok(response) = sender.send_request(request).await else {
            return Answer::Broken;
        };
        let status = response.status();
        let wait = response.headers().get(header::RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let Ok(body) = response.into_body().collect().await else {
            return Answer::Broken;
        };
        let body = body.to_bytes();
        match (status, serde_json::from_slice(&body)) {
            (StatusCode::OK, Ok(answer)) => Answer::Taken(answer),
            (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS, _) => {
                Answer::Busy(Duration::from_secs(wait.unwrap_or(1)))
            }
            (status, _) => {
                let text: String = String::from_utf8_lossy(&body).chars().take(300).collect();
                Answer::Other(format!("{status}: {text}"))
            }
        }
    }
}

async fn connect(route: &Route) -> Option<SendRequest<Full<Bytes>>> {
    let socket = match route.server {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.ok()?;
    if let Some(source) = route.source {
        socket.bind(source).ok()?;
    }
    let stream = socket.connect(route.server).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(async move {
        // It says so by the request that fails.
        let _ = connection.await;
    });
    Some(sender)
}
