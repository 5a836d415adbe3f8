//! What the service counts of itself, for Prometheus.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use super::{ApiError, AppState};

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
    /// Directions of speed tests at our own server, by how they ended.
    pub speed_transfers: IntCounterVec,
    atlas_schools: IntGauge,
    atlas_version: IntGauge,
    connections_used: IntGauge,
    connections_open: IntGauge,
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
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
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
            speed_transfers: counter(
                "schoolbeat_ndt7_transfers_total",
                "Directions of speed tests at our own server by ending",
                &["direction", "ending"],
            )?,
            atlas_schools: gauge("schoolbeat_atlas_schools", "Schools on the map")?,
            atlas_version: gauge("schoolbeat_atlas_version", "Version of the map")?,
            connections_used: gauge("schoolbeat_database_connections_used", "In use")?,
            connections_open: gauge("schoolbeat_database_connections_open", "Open")?,
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
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let snapshot = state.atlas.snapshot();
    metrics.atlas_schools.set(count(snapshot.len()));
    metrics
        .atlas_version
        .set(i64::try_from(snapshot.version).unwrap_or(i64::MAX));
    let (used, open) = state.store.pool_status();
    metrics.connections_used.set(count(used));
    metrics.connections_open.set(count(open));
    let mut body = vec![];
    TextEncoder::new()
        .encode(&metrics.registry.gather(), &mut body)
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .content_type(prometheus::TEXT_FORMAT)
        .body(body))
}
