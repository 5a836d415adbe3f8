//! `schoolbeat simulate load`: virtual probes at invented schools report to a server over HTTP, and what
//! arrived is counted afterwards.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};
use uuid::Uuid;

use super::sender::{self, Enrolled, Route, Told};
use crate::{
    commands::{CommandError, Output, database::with_store},
    config::Config,
    domain::{area::CountryCode, calendar::SchoolCalendar},
    simulate::{COUNTRY_CODE, load::VirtualProbe},
    store::{
        Store, countries, secrets,
        simulation::load::{self, LoadProbe, Stored},
    },
};

/// Ports of one address that are used at most: the system has about 28,000.
const PROBES_AN_ADDRESS: u64 = 20_000;

/// Who reports, what they have kept, and for how long they go on.
#[derive(Debug, Args)]
pub(super) struct Load {
    /// The server that they report to, such as `http://127.0.0.1:8080`: one on this database
    #[arg(long)]
    server: String,
    /// Number of probes, at schools of the invented country
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=200_000))]
    probes: u64,
    /// Days of records that each has kept when it begins
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(0..=60))]
    days: i64,
    /// Seconds within which they all begin
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    within_s: u64,
    /// Minutes for which they go on measuring and reporting, every quarter of an hour
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=100_000))]
    minutes: i64,
    /// Reports that are on their way at once: this is one machine, and packs for all of them
    #[arg(long, default_value_t = 2000)]
    at_once: usize,
    /// The same seed gives the same records at the same times before the beginning
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

pub(super) fn run(
    arguments: &Load,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let route = route(&arguments.server, arguments.at_once)?;
    with_store(config, async |store| {
        let calendar = calendar(&store).await?;
        let ids = enrol(&store, arguments.probes).await?;
        output.progress(format!(
            "{} probes, each with {} days of records, begin within {} s",
            ids.len(),
            arguments.days,
            arguments.within_s
        ));
        let began = Instant::now();
        let told = all(arguments, &route, &calendar, &ids).await;
        let wall = began.elapsed();
        let probes: Vec<Uuid> = ids.iter().map(|(probe, _)| *probe).collect();
        load::revoke(&store.client().await?, &probes).await?;
        let stored = load::stored(&store.client().await?, &probes).await?;
        let document = summary(&told, wall, &stored);
        let is_exact = document["exactly_once"] == json!(true);
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        let code = output.answer(&document, text);
        Ok(if is_exact { code } else { ExitCode::from(1) })
    })
}

fn route(server: &str, at_once: usize) -> Result<Route, CommandError> {
    let wrong = |why: &str| {
        let message = format!("--server is {server:?}: {why}, such as http://127.0.0.1:8080");
        CommandError::new("server", message)
    };
    let host = server
        .strip_prefix("http://")
        .map(|rest| rest.trim_end_matches('/'));
    let host = host.ok_or_else(|| wrong("it must begin with http://"))?;
    let found = if host.contains(':') {
        host.to_socket_addrs()
    } else {
        (host, 80).to_socket_addrs()
    };
    let server = found.ok().and_then(|mut addresses| addresses.next());
    Ok(Route {
        server: server.ok_or_else(|| wrong("it must name a host and a port"))?,
        host: host.to_owned(),
        source: None,
        at_once: Arc::new(Semaphore::new(at_once)),
    })
}

async fn calendar(store: &Store) -> Result<Arc<SchoolCalendar>, CommandError> {
    let missing = || {
        let message = "there is no invented country here: run `schoolbeat simulate` first";
        CommandError::new("country_not_found", message)
    };
    let code = CountryCode::new(COUNTRY_CODE).ok_or_else(missing)?;
    let country = countries::find(&store.client().await?, &code).await?;
    let country = country
        .filter(|country| country.invented)
        .ok_or_else(missing)?;
    Ok(Arc::new(country.calendar))
}

/// Enrols probes that nobody else knows the secrets of.
async fn enrol(store: &Store, count: u64) -> Result<Vec<(Uuid, String)>, CommandError> {
    let secrets: Vec<String> = (0..count).map(|_| secrets::fresh_token()).collect();
    let hashes: Vec<Vec<u8>> = secrets.iter().map(|secret| secrets::hash(secret)).collect();
    let mut client = store.client().await?;
    let enrolled = load::enrol(&mut client, COUNTRY_CODE, &hashes).await?;
    if enrolled.is_empty() {
        let message = "the invented country has no schools: run `schoolbeat simulate` first";
        return Err(CommandError::new("school_not_found", message));
    }
    let ids = enrolled.into_iter().map(|LoadProbe { id }| id);
    Ok(ids.zip(secrets).collect())
}

async fn all(
    arguments: &Load,
    route: &Route,
    calendar: &Arc<SchoolCalendar>,
    ids: &[(Uuid, String)],
) -> Vec<Told> {
    let now: DateTime<Utc> = Utc::now();
    let from = now - TimeDelta::days(arguments.days);
    let to = now + TimeDelta::minutes(arguments.minutes);
    let mut running = JoinSet::new();
    for (number, (_, secret)) in (0_u64..).zip(ids) {
        let probe = VirtualProbe::new(arguments.seed, number, Arc::clone(calendar), from, to);
        let enrolled = Enrolled {
            secret: secret.clone(),
            probe,
            seed: arguments.seed ^ number.rotate_left(32),
        };
        let route = Route {
            source: source(route.server, number),
            ..route.clone()
        };
        let share = arguments.within_s * 1000 * number / arguments.probes;
        running.spawn(async move {
            tokio::time::sleep(Duration::from_millis(share)).await;
            sender::run(enrolled, route).await
        });
    }
    let mut told = vec![];
    while let Some(one) = running.join_next().await {
        match one {
            Ok(one) => told.push(one),
            Err(error) => told.push(Told {
                faults: vec![format!("a virtual probe ended: {error}")],
                ..Told::default()
            }),
        }
    }
    told
}

/// A server on this machine is asked from many of its addresses.
fn source(server: SocketAddr, number: u64) -> Option<SocketAddr> {
    let address = u8::try_from(1 + number / PROBES_AN_ADDRESS).ok()?;
    let local = IpAddr::V4(Ipv4Addr::new(127, 0, 0, address));
    server
        .ip()
        .is_loopback()
        .then(|| SocketAddr::new(local, 0))
        .filter(|_| server.is_ipv4())
}

fn summary(told: &[Told], wall: Duration, stored: &Stored) -> Value {
    let sum = |of: fn(&Told) -> u64| told.iter().map(of).sum::<u64>();
    let (speed_tests, path_checks) = (sum(|one| one.speed_tests), sum(|one| one.path_checks));
    let presence = sum(|one| one.presence);
    let acknowledged = sum(|one| one.acknowledged);
    let mut latencies: Vec<Duration> = told.iter().flat_map(|one| one.latencies.clone()).collect();
    latencies.sort_unstable();
    let mut caught_up: Vec<Duration> = told.iter().filter_map(|one| one.caught_up_after).collect();
    caught_up.sort_unstable();
    let faults: Vec<&String> = told.iter().flat_map(|one| &one.faults).collect();
    let is_exact = faults.is_empty()
        && acknowledged == speed_tests + path_checks + presence
        && (stored.speed_tests, stored.path_checks) == (speed_tests, path_checks)
        && stored.doubled == 0;
    json!({
        "exactly_once": is_exact,
        "probes": told.len(),
        "wall_s": seconds(wall),
        "records": {"speed_tests": speed_tests, "path_checks": path_checks, "presence": presence,
                    "acknowledged": acknowledged},
        "stored": {"speed_tests": stored.speed_tests, "path_checks": stored.path_checks,
                   "presence_spans": stored.presence, "rejected": stored.rejected,
                   "doubled": stored.doubled},
        "reports": sum(|one| one.reports),
        "duplicates_answered": sum(|one| one.duplicates),
        "rejected_answered": sum(|one| one.rejected),
        "busy": sum(|one| one.busy),
        "broken": sum(|one| one.broken),
        "answers_lost": sum(|one| one.answers_lost),
        "report_ms": shares(&latencies),
        "caught_up_ms": shares(&caught_up),
        "faults": faults.len(),
        "first_faults": faults.iter().take(5).collect::<Vec<_>>(),
    })
}

fn seconds(wall: Duration) -> f64 {
    (wall.as_secs_f64() * 1000.0).round() / 1000.0
}

fn shares(sorted: &[Duration]) -> Value {
    let at = |share: usize| {
        let index = (sorted.len() * share / 100).min(sorted.len().saturating_sub(1));
        sorted
            .get(index)
            .map(|one| u64::try_from(one.as_millis()).unwrap_or(u64::MAX))
    };
    json!({"p50": at(50), "p95": at(95), "p99": at(99), "max": at(100)})
}
