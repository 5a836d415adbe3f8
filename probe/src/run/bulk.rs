//! When `run` makes a speed test, and how large: brings the policy's windows, the budget and the
//! ledger together. It must not measure or send.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use schoolbeat_wire::{Notice, NoticeKind, ProbeConfig, SpeedTest, StopReason};

use crate::{
    budget::{self, DayOfMonth, Decision},
    clock,
    ledger::Ledger,
    measure, output,
    server_url::ServerUrl,
    windows::{self, Appointment},
};

const DAY_MS: i64 = 86_400_000;
/// Where Measurement Lab says where to measure.
const MLAB: &str = "https://locate.measurementlab.net";
/// With no window within reach the policy is looked at again after an hour.
const LOOK_AGAIN_MS: u64 = 3_600_000;

/// What may be done now.
pub(super) enum Plan {
    /// A speed test, with this configuration, against this server.
    Measure(Box<ProbeConfig>, ServerUrl),
    /// None; why, for the log, and once a day for the server too.
    Skip(String, Option<Notice>),
}

/// Bulk tests: their time, their size, their cost.
pub(super) struct Bulk {
    pub probe_id: String,
    pub ledger: Ledger,
    /// Bytes that the sending side has moved since they were last charged.
    pub traffic: Arc<AtomicU64>,
    pub started_unix_ms: i64,
    /// The first test comes at once, whatever the windows say.
    pub immediately: bool,
    /// What the test under way was charged with.
    reserved: u64,
}

impl Bulk {
    pub(super) fn new(
        probe_id: String,
        ledger: Ledger,
        traffic: Arc<AtomicU64>,
        immediately: bool,
    ) -> Self {
        Self {
            probe_id,
            ledger,
            traffic,
            started_unix_ms: clock::wall_unix_ms(),
            immediately,
            reserved: 0,
        }
    }

    fn next(&mut self, config: &ProbeConfig, now_unix_ms: i64) -> Option<Appointment> {
        // A start that lies ahead is of a clock that was wrong: every window would seem missed.
        self.started_unix_ms = self.started_unix_ms.min(now_unix_ms);
        let day = windows::local_day(config, now_unix_ms);
        let last = self.ledger.on(day).last_slot;
        windows::next(
            config,
            &self.probe_id,
            now_unix_ms,
            self.started_unix_ms,
            last,
        )
    }

    /// When the next speed test is due, by the clock since boot; `None` if the policy has no windows
    /// or the first test is to come at once.
    pub(super) fn appointment_boot_ms(&mut self, config: &ProbeConfig) -> Option<u64> {
        if config.speed_test_windows.is_empty() || self.immediately {
            return None;
        }
        let (now_unix_ms, now_boot_ms) = (clock::wall_unix_ms(), clock::boot_ms());
        let wait_ms = self
            .next(config, now_unix_ms)
            .map_or(LOOK_AGAIN_MS, |next| {
                u64::try_from(next.at_unix_ms.saturating_sub(now_unix_ms)).unwrap_or(0)
            });
        Some(now_boot_ms.saturating_add(wait_ms))
    }

    /// Decides about the test that is due, and charges what it can cost at most.
    pub(super) fn plan(&mut self, server: &ServerUrl, config: &ProbeConfig) -> Plan {
        let now_unix_ms = clock::wall_unix_ms();
        let day = windows::local_day(config, now_unix_ms);
        let next = self.next(config, now_unix_ms);
        let slot = windows::slot_at(config, now_unix_ms);
        self.immediately = false;
        let target = target(server, config, day);
        let mut config = config.clone();
        let full_is_due = self.full_is_due(&config, day, now_unix_ms);
        // Whatever comes of it, this window has had its turn.
        self.note(day, |kept| {
            kept.last_slot = slot.or(kept.last_slot);
            kept.last_test_unix_ms = Some(now_unix_ms);
        });
        if let Some(max_bytes) = next
            .filter(|next| Some(next.slot) == slot)
            .and_then(|n| n.max_bytes)
        {
            config.speed_test_max_bytes = config.speed_test_max_bytes.min(max_bytes);
        }
        if target.is_loopback() {
            // What does not leave this machine costs the school nothing.
            self.reserved = 0;
            config.speed_test_early_stop &= !full_is_due;
            return Plan::Measure(Box::new(config), target);
        }
        let decision = budget::decide(
            &config,
            self.ledger.spent(day),
            day_of_month(day),
            windows::tests_on(&config, day),
            self.ledger.on(day).rates(),
            full_is_due,
            windows::share_of(&format!("{}:{slot:?}:{now_unix_ms}", self.probe_id)),
        );
        match decision {
            Decision::Measure { max_bytes, full } => {
                config.speed_test_max_bytes = max_bytes;
                config.speed_test_early_stop &= !full;
                self.reserved = budget::most_bytes(max_bytes);
                self.charge(day, self.reserved);
                Plan::Measure(Box::new(config), target)
            }
            Decision::NotThisTime => Plan::Skip(
                "not this time: a test in every window would cost more data than there is"
                    .to_owned(),
                None,
            ),
            Decision::Exhausted => self.exhausted(day),
        }
    }

    fn exhausted(&mut self, day: i64) -> Plan {
        let spent = self.ledger.spent(day);
        let text = format!(
            "no data left for speed tests ({} MB spent today, {} MB this month); path checks go on",
            spent.day_bytes / 1_000_000,
            spent.month_bytes / 1_000_000
        );
        let said_today = self.ledger.on(day).exhausted_day == Some(day);
        self.note(day, |kept| kept.exhausted_day = Some(day));
        let notice = (!said_today).then(|| Notice {
            notice: NoticeKind::Skipped,
            of: "speed_test".to_owned(),
            count: 1,
            reason: "budget".to_owned(),
            detail: Some(text.clone()),
        });
        Plan::Skip(text, notice)
    }

    fn full_is_due(&mut self, config: &ProbeConfig, day: i64, now_unix_ms: i64) -> bool {
        let every_ms = i64::try_from(config.full_test_every_days).unwrap_or(0) * DAY_MS;
        let last = self.ledger.on(day).last_full_unix_ms;
        config.speed_test_early_stop
            && every_ms > 0
            && last.is_none_or(|last| now_unix_ms - last >= every_ms || last > now_unix_ms)
    }

    /// The test that was planned is over; without one it was not made at all.
    pub(super) fn settle(&mut self, config: &ProbeConfig, test: Option<&SpeedTest>) {
        let now_unix_ms = clock::wall_unix_ms();
        let day = windows::local_day(config, now_unix_ms);
        let reserved = std::mem::take(&mut self.reserved);
        if reserved > 0 {
            let cost = test.map_or(0, measure::moved);
            if let Err(error) = self.ledger.give_back(day, reserved.saturating_sub(cost)) {
                output::log(format!("ledger: {error}"));
            }
            self.charge(day, cost.saturating_sub(reserved));
        }
        let Some(test) = test else { return };
        let was_full = test.evidence.download_stop_reason == Some(StopReason::Full);
        let rates = (test.download_mbps, test.upload_mbps);
        self.note(day, |kept| {
            if let (Some(download_mbps), Some(upload_mbps)) = rates {
                kept.last_download_mbps = Some(download_mbps);
                kept.last_upload_mbps = Some(upload_mbps);
            }
            if was_full {
                kept.last_full_unix_ms = Some(now_unix_ms);
            }
        });
    }

    /// Charges what a light check has cost. What stays on this machine costs nothing.
    pub(super) fn charge_light(&mut self, host: &ServerUrl, config: &ProbeConfig, bytes: u64) {
        if !host.is_loopback() {
            self.charge_line(config, bytes);
        }
    }

    /// Charges what has left this machine.
    pub(super) fn charge_line(&mut self, config: &ProbeConfig, bytes: u64) {
        let day = windows::local_day(config, clock::wall_unix_ms());
        self.charge(day, bytes);
    }

    /// Charges what was sent to the server since the last time.
    pub(super) fn charge_sent(&mut self, server: &ServerUrl, config: &ProbeConfig) {
        let sent = self.traffic.swap(0, Ordering::Relaxed);
        self.charge_light(server, config, sent);
    }

    fn charge(&mut self, day: i64, bytes: u64) {
        if bytes > 0
            && let Err(error) = self.ledger.charge(day, bytes)
        {
            output::log(format!("ledger: {error}"));
        }
    }

    fn note(&mut self, day: i64, change: impl FnOnce(&mut crate::ledger::Kept)) {
        if let Err(error) = self.ledger.change(day, change) {
            output::log(format!("ledger: {error}"));
        }
    }
}

fn day_of_month(day: i64) -> DayOfMonth {
    let (_, _, of_month) = clock::civil(day);
    DayOfMonth {
        day: u32::try_from(of_month).unwrap_or(1),
        days: clock::days_in_month(day),
    }
}

/// The policy's targets take turns; kinds that this version does not know are skipped, and without
/// any the server itself says where to measure.
fn target(server: &ServerUrl, config: &ProbeConfig, day: i64) -> ServerUrl {
    let known: Vec<ServerUrl> = config
        .targets
        .iter()
        .filter_map(|target| match target.kind.as_str() {
            "ndt7" => ServerUrl::parse(&target.host).ok(),
            "mlab" => ServerUrl::parse(MLAB).ok(),
            _ => None,
        })
        .collect();
    let turn = usize::try_from(day.rem_euclid(i64::from(u16::MAX))).unwrap_or(0);
    let chosen = turn
        .checked_rem(known.len())
        .and_then(|turn| known.get(turn));
    chosen.unwrap_or(server).clone()
}

#[cfg(test)]
mod tests {
    use schoolbeat_wire::{PolicyTarget, TestWindow};

    use super::*;

    fn bulk(dir: &std::path::Path) -> Bulk {
        let ledger = Ledger::open(&dir.join("ledger.json")).0;
        Bulk::new("p".to_owned(), ledger, Arc::default(), false)
    }

    fn far_away() -> ServerUrl {
        ServerUrl::parse("https://schoolbeat.example").unwrap()
    }

    #[test]
    fn a_test_is_charged_before_it_begins_and_settled_after_it() {
        let dir = tempfile::tempdir().unwrap();
        let config = ProbeConfig::default();
        let mut bulk = bulk(dir.path());
        let Plan::Measure(planned, _) = bulk.plan(&far_away(), &config) else {
            panic!("there is a budget");
        };
        assert!(planned.speed_test_max_bytes < 50_000_000, "{planned:?}");
        let kept = || Ledger::look(&dir.path().join("ledger.json")).unwrap();
        assert_eq!(
            kept().day_bytes,
            budget::most_bytes(planned.speed_test_max_bytes)
        );
        bulk.settle(&config, None);
        assert_eq!(kept().day_bytes, 0, "it was not made");
    }

    #[test]
    fn a_spent_budget_stops_bulk_tests_and_is_said_once_a_day() {
        let dir = tempfile::tempdir().unwrap();
        let config = ProbeConfig::default();
        let mut bulk = bulk(dir.path());
        let day = windows::local_day(&config, clock::wall_unix_ms());
        bulk.ledger.charge(day, 50_000_000).unwrap();
        let mut notices = 0;
        for _ in 0..3 {
            match bulk.plan(&far_away(), &config) {
                Plan::Skip(_, notice) => notices += u32::from(notice.is_some()),
                Plan::Measure(..) => panic!("nothing is left"),
            }
        }
        assert_eq!(notices, 1);
        let loopback = ServerUrl::parse("http://127.0.0.1:1").unwrap();
        assert!(
            matches!(bulk.plan(&loopback, &config), Plan::Measure(..)),
            "it costs nothing"
        );
    }

    #[test]
    fn windows_make_appointments_and_intervals_do_not() {
        let dir = tempfile::tempdir().unwrap();
        let mut bulk = bulk(dir.path());
        let mut config = ProbeConfig::default();
        assert_eq!(bulk.appointment_boot_ms(&config), None);
        config.speed_test_windows = TestWindow::usual();
        assert!(bulk.appointment_boot_ms(&config).is_some());
        bulk.immediately = true;
        assert_eq!(bulk.appointment_boot_ms(&config), None);
    }

    #[test]
    fn a_start_under_a_clock_that_was_ahead_does_not_silence_the_probe() {
        let dir = tempfile::tempdir().unwrap();
        let mut bulk = bulk(dir.path());
        let config = ProbeConfig {
            speed_test_windows: TestWindow::usual(),
            ..ProbeConfig::default()
        };
        let now_ms = clock::wall_unix_ms();
        bulk.started_unix_ms = now_ms + 365 * DAY_MS;
        let next = bulk.next(&config, now_ms).expect("there is a window");
        assert!(next.at_unix_ms < now_ms + 2 * DAY_MS, "{next:?}");
        // And it comes: it is not put off for as long as the clock runs.
        let again = bulk.next(&config, next.at_unix_ms).expect("it is due");
        assert_eq!(again, next);
    }

    #[test]
    fn unknown_targets_are_skipped_and_the_others_take_turns() {
        let target_of = |kind: &str, host: &str| PolicyTarget {
            name: String::new(),
            kind: kind.to_owned(),
            host: host.to_owned(),
        };
        let mut config = ProbeConfig {
            targets: vec![target_of("msak", "https://a.example")],
            ..ProbeConfig::default()
        };
        assert_eq!(target(&far_away(), &config, 7), far_away());
        config.targets.push(target_of("ndt7", "https://b.example"));
        config.targets.push(target_of("mlab", ""));
        assert_eq!(target(&far_away(), &config, 8).host(), "b.example");
        assert_eq!(target(&far_away(), &config, 9).as_str(), MLAB);
    }
}
