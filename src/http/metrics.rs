//! What the service counts of itself, for Prometheus.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use prometheus::{
    Encoder, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

use super::{ApiError, AppState};
use crate::store::{
    Store, StoreError,
    reports::Observer,
    summaries::{self, Backlog},
};

/// What is counted of the reports that are written.
#[derive(Clone)]
struct Ingest {
    accepted_records: IntCounter,
    waiting_records: IntGauge,
    batch_records: Histogram,
    commit_seconds: Histogram,
    failed_reports: IntCounter,
    put_aside_records: IntCounter,
}

impl Ingest {
    fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            let histogram = Histogram::with_opts(options)?;
            registry.register(Box::new(histogram.clone()))?;
            Ok::<_, prometheus::Error>(histogram)
        };
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let waiting_records = gauge(
            registry,
            "schoolbeat_ingest_waiting_records",
            "Records of reports that wait to be written, or are being written",
        )?;
        Ok(Self {
            accepted_records: counter(
                "schoolbeat_ingest_accepted_records_total",
                "Records that came into the queue",
            )?,
            waiting_records,
            batch_records: histogram(
                "schoolbeat_ingest_batch_records",
                "Records that were written with one commit",
                &[1.0, 10.0, 50.0, 200.0, 1000.0, 3000.0, 6000.0],
            )?,
            commit_seconds: histogram(
                "schoolbeat_ingest_commit_seconds",
                "Time to write and commit a batch of reports",
                &[0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0],
            )?,
            failed_reports: counter(
                "schoolbeat_ingest_failed_reports_total",
                "Reports that could not be written and were sent away to come again",
            )?,
            put_aside_records: counter(
                "schoolbeat_ingest_put_aside_records_total",
                "Records that the database would not have, kept as they came",
            )?,
        })
    }
}

/// What is known of the database, and of what waits in it.
#[derive(Clone)]
struct Database {
    connections_used: IntGauge,
    connections_open: IntGauge,
    up: IntGauge,
    dirty_marks: IntGaugeVec,
    summaries_overdue_s: GaugeVec,
}

impl Database {
    fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let summaries_overdue_s = GaugeVec::new(
            Opts::new(
                "schoolbeat_summaries_overdue_seconds",
                "For how long what waits longest has been due to be summarised, by stage",
            ),
            &["stage"],
        )?;
        registry.register(Box::new(summaries_overdue_s.clone()))?;
        let dirty_marks = IntGaugeVec::new(
            Opts::new(
                "schoolbeat_summaries_dirty_marks",
                "Marks of what is to be summarised again, by stage",
            ),
            &["stage"],
        )?;
        registry.register(Box::new(dirty_marks.clone()))?;
        Ok(Self {
            connections_used: gauge(registry, "schoolbeat_database_connections_used", "In use")?,
            connections_open: gauge(registry, "schoolbeat_database_connections_open", "Open")?,
            up: gauge(
                registry,
                "schoolbeat_database_up",
                "1 if the database answers, 0 if not",
            )?,
            dirty_marks,
            summaries_overdue_s,
        })
    }

    /// Looks at it. What is counted elsewhere is told without a database, too; what waits in it stays as it
    /// was last seen.
    async fn look(&self, store: &Store) {
        let (used, open) = store.pool_status();
        self.connections_used.set(count(used));
        self.connections_open.set(count(open));
        match backlog(store).await {
            Ok(backlog) => {
                self.up.set(1);
                for Backlog {
                    stage,
                    marks,
                    overdue_s,
                } in &backlog
                {
                    self.dirty_marks.with_label_values(&[stage]).set(*marks);
                    self.summaries_overdue_s
                        .with_label_values(&[stage])
                        .set(*overdue_s);
                }
            }
            Err(error) => {
                self.up.set(0);
                tracing::debug!(%error, "what waits to be summarised is not known");
            }
        }
    }
}

async fn backlog(store: &Store) -> Result<Vec<Backlog>, StoreError> {
    let client = store.client().await?;
    summaries::backlog(&client).await
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
    let gauge = IntGauge::new(name, help)?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

impl Observer for Metrics {
    fn accepted(&self, records: usize) {
        self.ingest
            .accepted_records
            .inc_by(u64::try_from(records).unwrap_or_default());
    }

    fn waiting(&self, records: usize) {
        self.ingest.waiting_records.set(count(records));
    }

    #[expect(clippy::cast_precision_loss, reason = "some thousand")]
    fn committed(&self, _reports: usize, records: usize, took: Duration) {
        self.ingest.batch_records.observe(records as f64);
        self.ingest.commit_seconds.observe(took.as_secs_f64());
    }

    fn failed(&self, reports: usize) {
        self.ingest
            .failed_reports
            .inc_by(u64::try_from(reports).unwrap_or_default());
    }

    fn put_aside(&self, records: usize) {
        self.ingest
            .put_aside_records
            .inc_by(u64::try_from(records).unwrap_or_default());
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The service's own counters. Labels are routes and slugs, never ids.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    /// Reports by result: `stored`, or the error's code.
    pub reports: IntCounterVec,
    /// Records by verdict.
    pub records: IntCounterVec,
    /// Records that are not counted, by reason.
    pub refused_records: IntCounterVec,
    /// Directions of speed tests at our own server, by how they ended.
    pub speed_transfers: IntCounterVec,
    ingest: Ingest,
    atlas_schools: IntGauge,
    atlas_version: IntGauge,
    database: Database,
}

impl Metrics {
    /// Registers everything.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let request_seconds = HistogramVec::new(
            HistogramOpts::new(
                "schoolbeat_http_request_seconds",
                "Time to answer a request",
            )
            .buckets(vec![0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0]),
            &["route"],
        )?;
        registry.register(Box::new(request_seconds.clone()))?;
        #[cfg(target_os = "linux")]
        registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))?;
        Ok(Self {
            requests: counter(
                "schoolbeat_http_requests_total",
                "Requests by route, method and status",
                &["route", "method", "status"],
            )?,
            request_seconds,
            reports: counter(
                "schoolbeat_probe_reports_total",
                "Reports of probes by result",
                &["result"],
            )?,
            records: counter(
                "schoolbeat_probe_records_total",
                "Records of reports by verdict",
                &["verdict"],
            )?,
            refused_records: counter(
                "schoolbeat_probe_records_refused_total",
                "Records of reports that are rejected or stored as invalid, by reason",
                &["reason"],
            )?,
            speed_transfers: counter(
                "schoolbeat_ndt7_transfers_total",
                "Directions of speed tests at our own server by ending",
                &["direction", "ending"],
            )?,
            ingest: Ingest::new(&registry)?,
            atlas_schools: gauge(&registry, "schoolbeat_atlas_schools", "Schools on the map")?,
            atlas_version: gauge(&registry, "schoolbeat_atlas_version", "Version of the map")?,
            database: Database::new(&registry)?,
            registry,
        })
    }

    pub(super) fn observe_request(&self, route: &str, method: &str, status: u16, took: Duration) {
        // Methods are a client's free choice: an unknown one must not make a label of its own.
        let known = ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"];
        let method = if known.contains(&method) {
            method
        } else {
            "other"
        };
        self.requests
            .with_label_values(&[route, method, &status.to_string()])
            .inc();
        self.request_seconds
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }
}

/// `GET /metrics`
pub(super) async fn show(state: web::Data<AppState>) -> Result<HttpResponse, ApiError> {
    let metrics = &state.metrics;
    let snapshot = state.atlas.snapshot();
    metrics.atlas_schools.set(count(snapshot.len()));
    metrics
        .atlas_version
        .set(i64::try_from(snapshot.version).unwrap_or(i64::MAX));
    metrics.database.look(&state.store).await;
    let mut body = vec![];
    TextEncoder::new()
        .encode(&metrics.registry.gather(), &mut body)
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .content_type(prometheus::TEXT_FORMAT)
        .body(body))
}
