//! Which configuration a probe accepts: the server asks, the probe keeps within reason, so that a
//! slip of an administrator cannot make a thousand schools flood a line or fall silent for ever.

use schoolbeat_wire::{DaySpan, ProbeConfig, TestWindow};

use crate::page_url::PageUrl;

const MINUTES_A_DAY: u16 = 1_440;
const MAX_WINDOWS: usize = 24;
const MAX_DATES: usize = 400;
const MAX_TARGETS: usize = 8;
const MAX_PAGES: usize = 8;
/// A terabyte: no school's line is measured for more.
const MAX_BUDGET_MB: u64 = 1_000_000;

/// The configuration with every value moved into the range that a probe accepts.
pub fn bounded(asked: &ProbeConfig) -> ProbeConfig {
    const WEEK_S: u64 = 7 * 24 * 3_600;
    ProbeConfig {
        version: asked.version,
        speed_test_interval_s: asked.speed_test_interval_s.clamp(1, WEEK_S),
        speed_test_max_duration_ms: asked.speed_test_max_duration_ms.clamp(500, 15_000),
        speed_test_max_bytes: asked.speed_test_max_bytes.clamp(1 << 14, 2_000_000_000),
        speed_test_early_stop: asked.speed_test_early_stop,
        speed_test_defer_s: asked.speed_test_defer_s.min(300),
        path_check_interval_s: asked.path_check_interval_s.clamp(1, WEEK_S),
        path_check_packets: asked.path_check_packets.clamp(1, 600),
        path_check_spacing_ms: asked.path_check_spacing_ms.clamp(10, 5_000),
        path_check_timeout_ms: asked.path_check_timeout_ms.clamp(100, 10_000),
        page_targets: pages(&asked.page_targets),
        page_check_every_s: asked.page_check_every_s.clamp(1, WEEK_S),
        presence_interval_s: asked.presence_interval_s.clamp(1, 3_600),
        presence_report_interval_s: asked.presence_report_interval_s.clamp(1, 24 * 3_600),
        presence_target: asked.presence_target.chars().take(260).collect(),
        proxy: asked.proxy.chars().take(260).collect(),
        speed_test_windows: windows(&asked.speed_test_windows),
        full_test_every_days: asked.full_test_every_days.min(365),
        utc_offset_s: asked.utc_offset_s.clamp(-18 * 3_600, 18 * 3_600),
        school_days: asked.school_days.iter().copied().take(7).collect(),
        opening: asked.opening,
        closed_dates: asked.closed_dates.iter().take(MAX_DATES).cloned().collect(),
        sync_slot: asked.sync_slot.filter(|span| is_span(*span)),
        targets: asked.targets.iter().take(MAX_TARGETS).cloned().collect(),
        vantage: asked.vantage,
        budget_mb_per_month: asked.budget_mb_per_month.min(MAX_BUDGET_MB),
        budget_mb_per_day: asked.budget_mb_per_day.min(MAX_BUDGET_MB),
    }
}

/// Windows that are spans of a day; a day holds no more of them than this.
fn windows(asked: &[TestWindow]) -> Vec<TestWindow> {
    let sound = asked.iter().filter(|window| is_span(window.span));
    sound.take(MAX_WINDOWS).cloned().collect()
}

/// Pages that can be asked for; what is none, or comes twice, is passed over.
fn pages(asked: &[String]) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    for url in asked.iter().filter(|url| PageUrl::parse(url).is_ok()) {
        if pages.len() < MAX_PAGES && !pages.contains(url) {
            pages.push(url.clone());
        }
    }
    pages
}

fn is_span(span: DaySpan) -> bool {
    span.from_minute < span.to_minute && span.to_minute <= MINUTES_A_DAY
}

#[cfg(test)]
mod tests {
    use schoolbeat_wire::WindowDays;

    use super::*;

    #[test]
    fn the_default_is_within_bounds() {
        assert_eq!(bounded(&ProbeConfig::default()), ProbeConfig::default());
    }

    #[test]
    fn nonsense_is_moved_into_range() {
        let zeroes = ProbeConfig {
            version: 9,
            speed_test_interval_s: 0,
            speed_test_max_duration_ms: 0,
            speed_test_max_bytes: 0,
            path_check_interval_s: 0,
            path_check_packets: 0,
            path_check_spacing_ms: 0,
            path_check_timeout_ms: u64::MAX,
            presence_interval_s: 0,
            presence_report_interval_s: u64::MAX,
            presence_target: "x".repeat(9_000),
            speed_test_windows: vec![TestWindow {
                span: DaySpan {
                    from_minute: 900,
                    to_minute: 600,
                },
                on: WindowDays::EveryDay,
                max_bytes: None,
            }],
            utc_offset_s: i32::MAX,
            page_targets: (0..20)
                .map(|number| format!("https://p{}.example/", number / 2))
                .chain(["http://plain.example/".to_owned()])
                .rev()
                .collect(),
            page_check_every_s: 0,
            ..ProbeConfig::default()
        };
        let bounded = bounded(&zeroes);
        assert_eq!(bounded.version, 9);
        assert_eq!(bounded.path_check_packets, 1);
        assert_eq!(bounded.path_check_timeout_ms, 10_000);
        assert_eq!(bounded.speed_test_interval_s, 1);
        assert_eq!(
            (
                bounded.presence_interval_s,
                bounded.presence_report_interval_s
            ),
            (1, 86_400)
        );
        assert_eq!(bounded.presence_target.len(), 260);
        assert_eq!(bounded.speed_test_windows, []);
        assert_eq!(bounded.utc_offset_s, 64_800);
        assert_eq!(bounded.page_targets.len(), MAX_PAGES);
        assert_eq!(bounded.page_targets[0], "https://p9.example/");
        assert_eq!(bounded.page_check_every_s, 1);
    }
}
