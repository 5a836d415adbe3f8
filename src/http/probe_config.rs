//! What the server asks of a probe: the usual policy, with its school's days and hours.

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveTime, Offset, TimeZone, Timelike, Utc};
use schoolbeat_wire::{DaySpan, PolicyTarget, ProbeConfig, TestWindow, Vantage as WireVantage};
use sha2::{Digest, Sha256};

use super::{ApiError, AppState, auth};
use crate::{
    domain::{calendar::SchoolCalendar, policy::ProbePolicy, record::Vantage},
    store::{policies, probes::KnownProbe},
};

const MINUTES_A_DAY: u16 = 24 * 60;
/// Days for which a probe is told its holidays.
const DAYS_AHEAD: usize = 60;

/// `GET /api/v1/probe/config`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<Json<ProbeConfig>, ApiError> {
    let probe = auth::probe(&request, &state).await?;
    asked(&state, &probe, Utc::now()).await.map(Json)
}

/// What is asked of a probe at this time, its country's wishes included.
pub(super) async fn asked(
    state: &AppState,
    probe: &KnownProbe,
    now: DateTime<Utc>,
) -> Result<ProbeConfig, ApiError> {
    let client = state.store.client().await?;
    let policy = policies::of_country(&client, &probe.country_code).await?;
    Ok(of(probe, &policy, &state.config.public_url, now))
}

/// What is asked of a probe at this time. The version is a hash of all the rest: it differs after
/// every change, a change of the clocks in spring and autumn among them.
fn of(
    probe: &KnownProbe,
    policy: &ProbePolicy,
    public_url: &str,
    now: DateTime<Utc>,
) -> ProbeConfig {
    let (calendar, usual) = (&probe.calendar, ProbeConfig::default());
    let mb = |wish: Option<i32>, usual| wish.and_then(|mb| mb.try_into().ok()).unwrap_or(usual);
    let mut config = ProbeConfig {
        version: 0,
        speed_test_early_stop: true,
        speed_test_windows: TestWindow::usual(),
        utc_offset_s: utc_offset_s(calendar, now),
        school_days: school_days(calendar),
        opening: DaySpan {
            from_minute: minute(calendar.opens_at),
            to_minute: end_minute(calendar.closes_at),
        },
        vantage: Some(match probe.vantage {
            Vantage::Device => WireVantage::Device,
            Vantage::Router => WireVantage::Router,
            Vantage::Isp => WireVantage::Isp,
            Vantage::Browser => WireVantage::Browser,
        }),
        closed_dates: closed_dates(calendar, now),
        budget_mb_per_month: mb(policy.budget_mb_per_month, usual.budget_mb_per_month),
        budget_mb_per_day: mb(policy.budget_mb_per_day, usual.budget_mb_per_day),
        presence_target: match &policy.presence_target {
            Some(target) => target.clone(),
            None => usual.presence_target.clone(),
        },
        proxy: policy.proxy.clone().unwrap_or_default(),
        sync_slot: policy.sync.map(|(from, to)| DaySpan {
            from_minute: minute(from),
            to_minute: end_minute(to),
        }),
        targets: targets(policy, public_url),
        page_targets: policy.page_targets.clone(),
        ..usual
    };
    config.version = version(&config);
    config
}

/// The coming weeks' days without school: a probe asks again before they are over.
fn closed_dates(calendar: &SchoolCalendar, now: DateTime<Utc>) -> Vec<String> {
    let days = calendar.closed_days(now, DAYS_AHEAD);
    days.iter().map(ToString::to_string).collect()
}

/// They take turns by days. Without Measurement Lab there is only the server itself, as is usual.
fn targets(policy: &ProbePolicy, public_url: &str) -> Vec<PolicyTarget> {
    if !policy.mlab {
        return vec![];
    }
    let target = |name: &str, kind: &str, host: &str| PolicyTarget {
        name: name.to_owned(),
        kind: kind.to_owned(),
        host: host.to_owned(),
    };
    vec![
        target("our own", "ndt7", public_url),
        target("Measurement Lab", "mlab", ""),
    ]
}

fn utc_offset_s(calendar: &SchoolCalendar, now: DateTime<Utc>) -> i32 {
    let offset = calendar
        .time_zone
        .offset_from_utc_datetime(&now.naive_utc());
    offset.fix().local_minus_utc()
}

fn school_days(calendar: &SchoolCalendar) -> Vec<u8> {
    let days = calendar.school_days.iter();
    days.filter_map(|day| u8::try_from(*day).ok()).collect()
}

fn minute(time: NaiveTime) -> u16 {
    u16::try_from(time.hour() * 60 + time.minute()).unwrap_or_default()
}

/// Midnight as an end is that of the same day.
fn end_minute(time: NaiveTime) -> u16 {
    match minute(time) {
        0 => MINUTES_A_DAY,
        minute => minute,
    }
}

/// 48 bits, which every JSON reader takes exactly; 0 and 1 are of configurations without a school.
fn version(config: &ProbeConfig) -> u64 {
    let written = serde_json::to_vec(config).unwrap_or_default();
    let hash = Sha256::digest(written);
    let first = hash.iter().take(6);
    first
        .fold(0, |version, byte| version << 8 | u64::from(*byte))
        .max(2)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono_tz::Tz;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{measurement::ProbeId, retention::Kept, school::SchoolId};

    fn probe(time_zone: Tz) -> KnownProbe {
        KnownProbe {
            id: ProbeId(Uuid::nil()),
            school_id: SchoolId(Uuid::nil()),
            vantage: Vantage::Router,
            calendar: Arc::new(SchoolCalendar {
                time_zone,
                opens_at: NaiveTime::from_hms_opt(7, 30, 0).unwrap(),
                closes_at: NaiveTime::from_hms_opt(13, 0, 0).unwrap(),
                school_days: vec![7, 1, 2, 3, 4],
                closed: vec![],
            }),
            revoked_at: None,
            kept: Kept::usual(DateTime::UNIX_EPOCH),
            country_code: "EGY".into(),
        }
    }

    fn usual(time_zone: Tz, now: DateTime<Utc>) -> ProbeConfig {
        of(
            &probe(time_zone),
            &ProbePolicy::default(),
            "https://beat.example",
            now,
        )
    }

    #[test]
    fn what_a_country_wishes_is_asked_and_changes_the_version() {
        let now: DateTime<Utc> = "2026-12-15T10:00:00Z".parse().unwrap();
        let mut probe = probe(Tz::Africa__Cairo);
        let day = |text: &str| text.parse().unwrap();
        Arc::make_mut(&mut probe.calendar).closed = vec![(day("2026-12-24"), day("2026-12-25"))];
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let policy = ProbePolicy {
            budget_mb_per_month: Some(200),
            presence_target: Some(String::new()),
            sync: Some((hour(22), hour(0))),
            mlab: true,
            page_targets: vec!["https://learn.example".into()],
            ..ProbePolicy::default()
        };
        let config = of(&probe, &policy, "https://beat.example", now);
        assert_eq!(config.budget_mb_per_month, 200);
        assert_eq!(config.budget_mb_per_day, 50, "as usual");
        assert_eq!(config.presence_target, "");
        let sync = config.sync_slot.unwrap();
        assert_eq!((sync.from_minute, sync.to_minute), (1_320, 1_440));
        assert_eq!(config.closed_dates, ["2026-12-24", "2026-12-25"]);
        assert_eq!(config.targets[0].host, "https://beat.example");
        assert_eq!(config.targets[1].kind, "mlab");
        assert_eq!(config.page_targets, ["https://learn.example"]);
        assert_ne!(config.version, usual(Tz::Africa__Cairo, now).version);
    }

    #[test]
    fn the_calendar_of_the_country_is_the_probes() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let config = usual(Tz::Africa__Cairo, now);
        assert_eq!(config.utc_offset_s, 7_200);
        assert_eq!(config.school_days, [7, 1, 2, 3, 4]);
        assert_eq!(
            (config.opening.from_minute, config.opening.to_minute),
            (450, 780)
        );
        assert_eq!(config.vantage, Some(WireVantage::Router));
        assert!(config.speed_test_early_stop && config.speed_test_windows.len() == 4);
    }

    #[test]
    fn the_version_changes_with_the_clocks_and_not_with_time() {
        let version = |zone, now: &str| usual(zone, now.parse().unwrap()).version;
        let winter = version(Tz::Europe__Madrid, "2026-11-24T10:00:00Z");
        assert_eq!(winter, version(Tz::Europe__Madrid, "2026-12-24T10:00:00Z"));
        assert_ne!(winter, version(Tz::Europe__Madrid, "2026-07-24T10:00:00Z"));
        assert!(winter > 1 && winter < 1 << 48);
    }
}
