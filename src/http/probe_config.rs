//! What the server asks of a probe: the usual policy, with its school's days and hours.

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveTime, Offset, TimeZone, Timelike, Utc};
use schoolbeat_wire::{DaySpan, ProbeConfig, TestWindow, Vantage as WireVantage};
use sha2::{Digest, Sha256};

use super::{ApiError, AppState, auth};
use crate::{
    domain::{calendar::SchoolCalendar, record::Vantage},
    store::probes::KnownProbe,
};

const MINUTES_A_DAY: u16 = 24 * 60;

/// `GET /api/v1/probe/config`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<Json<ProbeConfig>, ApiError> {
    let probe = auth::probe(&request, &state).await?;
    Ok(Json(of(&probe, Utc::now())))
}

/// What is asked of a probe at this time. The version is a hash of all the rest: it differs after
/// every change, a change of the clocks in spring and autumn among them.
pub(super) fn of(probe: &KnownProbe, now: DateTime<Utc>) -> ProbeConfig {
    let calendar = &probe.calendar;
    let mut config = ProbeConfig {
        version: 0,
        speed_test_early_stop: true,
        speed_test_windows: TestWindow::usual(),
        utc_offset_s: utc_offset_s(calendar, now),
        school_days: school_days(calendar),
        opening: DaySpan {
            from_minute: minute(calendar.opens_at),
            to_minute: match minute(calendar.closes_at) {
                0 => MINUTES_A_DAY,
                minute => minute,
            },
        },
        vantage: Some(match probe.vantage {
            Vantage::Device => WireVantage::Device,
            Vantage::Router => WireVantage::Router,
            Vantage::Isp => WireVantage::Isp,
            Vantage::Browser => WireVantage::Browser,
        }),
        ..ProbeConfig::default()
    };
    config.version = version(&config);
    config
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
    use chrono_tz::Tz;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{measurement::ProbeId, school::SchoolId};

    fn probe(time_zone: Tz) -> KnownProbe {
        KnownProbe {
            id: ProbeId(Uuid::nil()),
            school_id: SchoolId(Uuid::nil()),
            vantage: Vantage::Router,
            calendar: SchoolCalendar {
                time_zone,
                opens_at: NaiveTime::from_hms_opt(7, 30, 0).unwrap(),
                closes_at: NaiveTime::from_hms_opt(13, 0, 0).unwrap(),
                school_days: vec![7, 1, 2, 3, 4],
            },
            revoked_at: None,
        }
    }

    #[test]
    fn the_calendar_of_the_country_is_the_probes() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let config = of(&probe(Tz::Africa__Cairo), now);
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
        let version = |zone, now: &str| of(&probe(zone), now.parse().unwrap()).version;
        let winter = version(Tz::Europe__Madrid, "2026-11-24T10:00:00Z");
        assert_eq!(winter, version(Tz::Europe__Madrid, "2026-12-24T10:00:00Z"));
        assert_ne!(winter, version(Tz::Europe__Madrid, "2026-07-24T10:00:00Z"));
        assert!(winter > 1 && winter < 1 << 48);
    }
}
