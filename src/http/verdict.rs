//! The verdict on a school as it is answered: the evidence, what was asked of it, and by which rule set.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::bodies::BenchmarkBody;
use crate::{
    domain::{
        benchmark::{Bar, Benchmark, Metric},
        school_facts::Fact,
    },
    store::schools::Verdict,
};

/// A verdict that rests on nothing newer is marked stale.
const STALE_AFTER: TimeDelta = TimeDelta::days(7);

#[derive(Serialize)]
pub(super) struct VerdictBody {
    status: &'static str,
    stale: bool,
    valid_tests: i32,
    failed_tests: i32,
    off_hours_only: bool,
    download_median_mbps: Option<f64>,
    upload_median_mbps: Option<f64>,
    rtt_median_ms: Option<f64>,
    target_download_mbps: f64,
    floor_download_mbps: f64,
    last_measured_at: Option<DateTime<Utc>>,
    computed_at: DateTime<Utc>,
    /// Whose tests it rests on, where not our own probes'.
    software: Option<String>,
    /// What it was judged by; absent only while that cannot be read.
    benchmark: Option<BenchmarkBody>,
    /// What was asked of this school, a metric each.
    bars: Vec<BarBody>,
    /// What is not known of it, so that the rule set's default was taken.
    assumed: Vec<&'static str>,
}

#[derive(Serialize)]
struct BarBody {
    /// `download`, `upload` in Mbps, `rtt` in ms, `loss` as a ratio.
    metric: &'static str,
    floor: Option<f64>,
    target: f64,
    /// What was measured; absent where nothing was.
    measured: Option<f64>,
}

impl BarBody {
    fn new(bar: &Bar, verdict: &Verdict) -> Self {
        Self {
            metric: bar.metric.slug(),
            floor: bar.floor,
            target: bar.target,
            measured: match bar.metric {
                Metric::Download => verdict.download_median_mbps,
                Metric::Upload => verdict.upload_median_mbps,
                Metric::Rtt => verdict.rtt_median_ms,
                Metric::Loss => verdict.loss_ratio,
            },
        }
    }
}

impl VerdictBody {
    pub(super) fn new(verdict: &Verdict, benchmark: Option<Benchmark>, now: DateTime<Utc>) -> Self {
        let demand = benchmark
            .as_ref()
            .map(|benchmark| benchmark.demand(&verdict.facts));
        let (bars, assumed) = demand.map_or_else(Default::default, |demand| {
            let bars = demand.bars.iter().map(|bar| BarBody::new(bar, verdict));
            (
                bars.collect(),
                demand.assumed.into_iter().map(Fact::slug).collect(),
            )
        });
        let measured = verdict.status.is_measured();
        let old = verdict
            .last_measured_at
            .is_none_or(|at| now - at > STALE_AFTER);
        Self {
            status: verdict.status.slug(),
            stale: measured && old,
            valid_tests: verdict.valid_tests,
            failed_tests: verdict.failed_tests,
            off_hours_only: verdict.off_hours_only,
            download_median_mbps: verdict.download_median_mbps,
            upload_median_mbps: verdict.upload_median_mbps,
            rtt_median_ms: verdict.rtt_median_ms,
            target_download_mbps: verdict.target_download_mbps,
            floor_download_mbps: verdict.floor_download_mbps,
            last_measured_at: verdict.last_measured_at,
            computed_at: verdict.computed_at,
            software: verdict.software.clone(),
            benchmark: benchmark.map(BenchmarkBody::from),
            bars,
            assumed,
        }
    }
}
