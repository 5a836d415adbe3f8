//! What learners can do with a school's line, and the levels and indices that others report of it.

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{ApiError, AppState, schools};
use crate::{
    domain::{
        benchmark::Metric,
        content_capacity::{self, FROM_HOUR, OffHours, TO_HOUR},
        iqb::{self, ENOUGH_TESTS, IQB, IQB_EDU},
        levels::{self, Known, Lacks},
        presence,
        school::SchoolId,
        thresholds::{self, Threshold},
        uses::{Carries, Line, USES, carries},
    },
    store::{benchmarks, countries, off_hours, presence as store_presence, statuses},
};

/// Spans of presence that are read at most.
const MAX_SPANS: i64 = 5000;
/// The rule set whose speed INEC asks for.
const ENEC: &str = "enec-2-2024";

#[derive(Serialize)]
pub(super) struct UsesBody {
    as_of: DateTime<Utc>,
    window_days: i32,
    /// The percentile of the window's valid tests that everything but `content` rests on.
    percentile: u8,
    valid_tests: i32,
    failed_tests: i32,
    off_hours_only: bool,
    /// Whose tests they are, where not our own probes'.
    software: Option<String>,
    line: LineBody,
    uses: Vec<UseBody>,
    content: ContentBody,
    iqb: IqbBody,
    levels: LevelsBody,
}

#[derive(Serialize)]
struct LineBody {
    download_mbps: Option<f64>,
    upload_mbps: Option<f64>,
    rtt_ms: Option<f64>,
    /// Packets lost ÷ sent to our server.
    loss_ratio: Option<f64>,
}

impl From<Line> for LineBody {
    fn from(line: Line) -> Self {
        Self {
            download_mbps: line.download_mbps,
            upload_mbps: line.upload_mbps,
            rtt_ms: line.rtt_ms,
            loss_ratio: line.loss_ratio,
        }
    }
}

#[derive(Serialize)]
struct UseBody {
    r#use: &'static str,
    /// At once; `null` where it cannot be said.
    learners: Option<u32>,
    limited_by: Option<&'static str>,
    /// What was not measured and would have to be.
    missing: Vec<&'static str>,
    /// Of one learner; round trip and loss at most.
    needs: LineBody,
    source: &'static str,
}

impl UseBody {
    fn new(line: &Line, threshold: &Threshold) -> Self {
        let (learners, limited_by, missing) = match carries(line, threshold) {
            Carries::Learners { count, limited_by } => (Some(count), Some(limited_by), vec![]),
            Carries::NotKnown(missing) => (None, None, missing),
        };
        let need = |metric| threshold.of_metric(metric).map(|ask| ask.value);
        Self {
            r#use: threshold.purpose.slug(),
            learners,
            limited_by: limited_by.map(Metric::slug),
            missing: missing.into_iter().map(Metric::slug).collect(),
            needs: LineBody {
                download_mbps: need(Metric::Download),
                upload_mbps: need(Metric::Upload),
                rtt_ms: need(Metric::Rtt),
                loss_ratio: need(Metric::Loss),
            },
            source: threshold.source,
        }
    }
}

/// Content that is fetched overnight.
#[derive(Serialize)]
struct ContentBody {
    /// 10^9 bytes; `null` where it is not known.
    gb_per_night: Option<f64>,
    why_not: Option<&'static str>,
    /// The rate that nine in ten tests outside of school hours exceeded.
    p10_download_mbps: Option<f64>,
    tests: i32,
    /// Share of the nights in which the internet was there, of the time of which that is known.
    availability: Option<f64>,
    from_hour: u32,
    to_hour: u32,
}

impl From<OffHours> for ContentBody {
    fn from(line: OffHours) -> Self {
        let capacity = content_capacity::gb_per_night(&line);
        Self {
            gb_per_night: capacity.ok(),
            why_not: capacity.err().map(content_capacity::WhyNot::slug),
            p10_download_mbps: line.p10_mbps,
            tests: line.tests,
            availability: line.availability,
            from_hour: FROM_HOUR,
            to_hour: TO_HOUR,
        }
    }
}

/// M-Lab's Internet Quality Barometer.
#[derive(Serialize)]
struct IqbBody {
    /// 0 to 1; `null` where a metric is missing.
    score: Option<f64>,
    /// With the weights of IQB-Edu.
    edu_score: Option<f64>,
    missing: Vec<&'static str>,
    /// `retransmissions`, as M-Lab measures loss, or `packets`, of our path checks.
    loss_source: Option<&'static str>,
    loss_ratio: Option<f64>,
    /// M-Lab asks for as many tests.
    enough_tests: bool,
}

impl IqbBody {
    fn new(line: Line, retransmitted: Option<f64>, valid_tests: i32) -> Self {
        let line = Line {
            loss_ratio: retransmitted.or(line.loss_ratio),
            ..line
        };
        let packets = line.loss_ratio.map(|_| "packets");
        let score = iqb::score(&line, &IQB);
        let missing = score.as_ref().err().cloned().unwrap_or_default();
        Self {
            score: score.ok(),
            edu_score: iqb::score(&line, &IQB_EDU).ok(),
            missing: missing.into_iter().map(Metric::slug).collect(),
            loss_source: retransmitted.map(|_| "retransmissions").or(packets),
            loss_ratio: line.loss_ratio,
            enough_tests: valid_tests >= ENOUGH_TESTS,
        }
    }
}

#[derive(Serialize)]
struct LevelsBody {
    inec: InecBody,
    /// Internet that pupils learn with: `yes`, `no` or `unknown`.
    sdg_4a1b: &'static str,
}

#[derive(Serialize)]
struct InecBody {
    /// 0 to 5; `null` where a fact is missing.
    level: Option<u8>,
    missing: Vec<&'static str>,
}

impl LevelsBody {
    fn new(known: Known) -> Self {
        let inec = levels::inec(&known);
        let missing = inec.as_ref().err().cloned().unwrap_or_default();
        Self {
            inec: InecBody {
                level: inec.ok(),
                missing: missing.into_iter().map(Lacks::slug).collect(),
            },
            sdg_4a1b: levels::sdg_4a1b(&known).slug(),
        }
    }
}

/// `GET /api/v1/schools/{id}/uses`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<UsesBody>, ApiError> {
    let db = state.store.client().await?;
    let id = SchoolId(*id);
    let school = schools::found(&db, id, &request).await?;
    let country = countries::find(&db, &school.country)
        .await?
        .ok_or_else(|| ApiError::not_found("country", &school.country))?;
    let now = Utc::now();
    let from = now - TimeDelta::days(i64::from(country.window_days));
    let judged = statuses::judged(&db, &[id], now, true).await?.pop();
    let judged = judged.ok_or_else(|| ApiError::not_found("school", id))?;
    let mut content = off_hours::of_school(&db, id, from, now).await?;
    let spans = store_presence::of_school(&db, id, from, MAX_SPANS).await?;
    let spans = presence::best(&spans);
    let zone = country.calendar.time_zone;
    content.availability = content_capacity::availability(&spans, zone, from, now);
    let enec = benchmarks::newest(&db, ENEC).await?;
    let known = Known::new(
        |name| school.attributes[name].as_str(),
        judged.declared,
        judged.evidence.download_median_mbps,
        &judged.facts,
        enec.as_ref(),
    );
    let evidence = judged.evidence;
    let line = Line {
        download_mbps: evidence.download_median_mbps,
        upload_mbps: evidence.upload_median_mbps,
        rtt_ms: evidence.rtt_median_ms,
        loss_ratio: evidence.loss_ratio,
    };
    let uses = USES.into_iter().filter_map(thresholds::of);
    Ok(Json(UsesBody {
        as_of: now,
        window_days: country.window_days,
        percentile: 50,
        valid_tests: evidence.valid_tests,
        failed_tests: evidence.failed_tests,
        off_hours_only: judged.off_hours_only,
        software: judged.software,
        uses: uses.map(|row| UseBody::new(&line, row)).collect(),
        content: content.into(),
        iqb: IqbBody::new(line, judged.retransmit_median, evidence.valid_tests),
        levels: LevelsBody::new(known),
        line: line.into(),
    }))
}
