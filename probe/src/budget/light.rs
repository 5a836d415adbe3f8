//! What do light checks and reports cost, and how often does the budget bear them? Pure.
//!
//! Checks of the path to the server, and reports, are always made. Those of the name server and of pages
//! have a share each of what the budget leaves beside them, and come less often where it is small.

use schoolbeat_wire::{PageCheck, ProbeConfig};

use super::MEGABYTE;

/// A packet there and back: 84 bytes of IP and 14 of Ethernet each way.
const BYTES_A_PACKET: u64 = 196;
/// A page check beyond the answer's own bytes: name, connection, TLS with its certificates.
const BYTES_A_PAGE: u64 = 8_000;
/// The longest month, so that a share of it never runs out before its end.
const DAYS_A_MONTH: u64 = 31;
const SHARES: u64 = 10;
/// What a server that ignores the wish for one byte may have on its way until we hang up: what our
/// receive buffer takes.
const BYTES_UNASKED: u64 = 20_000;
/// HTTP: a part of the page, as asked.
const PARTIAL_CONTENT: u16 = 206;
/// A report: connection, TLS with its certificates, headers, body and answer.
pub const BYTES_A_REPORT: u64 = 6_000;

/// Path checks in a day, at this cadence.
fn checks_per_day(config: &ProbeConfig) -> u64 {
    86_400 / config.path_check_interval_s.max(1)
}

/// Bytes that checks of the path to the server, and reports, cost in a day: they are always made.
fn needed_bytes_per_day(config: &ProbeConfig) -> u64 {
    let check = check_bytes(config.path_check_packets) + BYTES_A_REPORT;
    checks_per_day(config).saturating_mul(check)
}

/// What the nearer targets, and again the pages, may cost in a day: a tenth of what the budget leaves
/// beside what is always needed.
fn share_per_day(config: &ProbeConfig) -> u64 {
    let month = config.budget_mb_per_month.saturating_mul(MEGABYTE);
    let day = config.budget_mb_per_day.saturating_mul(MEGABYTE);
    let available = day.min(month / DAYS_A_MONTH);
    available.saturating_sub(needed_bytes_per_day(config)) / SHARES
}

/// In which path checks the name server and the gateway are checked too: in each, if the budget bears it,
/// else in each second, third …; `None`: in none. Packets to the gateway stay on the school's own network
/// and cost nothing.
pub fn nearer_every(config: &ProbeConfig) -> Option<u64> {
    let cost = checks_per_day(config).saturating_mul(check_bytes(config.path_check_packets));
    let share = share_per_day(config);
    (share > 0).then(|| cost.div_ceil(share).max(1))
}

/// What a round of pages can cost at most, with its report.
fn pages_bytes(config: &ProbeConfig) -> u64 {
    let pages = u64::try_from(config.page_targets.len()).unwrap_or(u64::MAX);
    pages
        .saturating_mul(BYTES_A_PAGE + BYTES_UNASKED)
        .saturating_add(BYTES_A_REPORT)
}

/// Mean time between rounds of the pages, seconds: the policy's, or longer where the budget wants it.
/// `None`: there are no pages, or no data for them.
pub fn page_interval_s(config: &ProbeConfig) -> Option<u64> {
    let share = share_per_day(config);
    if config.page_targets.is_empty() || share == 0 {
        return None;
    }
    let affordable_s = pages_bytes(config).saturating_mul(86_400).div_ceil(share);
    Some(config.page_check_every_s.max(affordable_s))
}

/// Bytes that path checks, page checks and reports cost in a day, at this cadence.
pub fn light_bytes_per_day(config: &ProbeConfig) -> u64 {
    let checks = checks_per_day(config).saturating_mul(check_bytes(config.path_check_packets));
    let nearer = nearer_every(config).map_or(0, |every| checks / every);
    let pages = page_interval_s(config).map_or(0, |interval_s| {
        pages_bytes(config).saturating_mul(86_400) / interval_s.max(1)
    });
    needed_bytes_per_day(config)
        .saturating_add(nearer)
        .saturating_add(pages)
}

/// Bytes that a page check has cost, at most.
pub fn page_bytes(check: &PageCheck) -> u64 {
    let unasked = match check.http_status {
        Some(PARTIAL_CONTENT | 300..=399) | None => 0,
        Some(_) => BYTES_UNASKED,
    };
    // A name that is not found and a connection that is not made cost next to nothing.
    let reached = if check.connect_ms.is_some() {
        BYTES_A_PAGE
    } else {
        BYTES_A_PACKET
    };
    reached + check.bytes_down + unasked
}

/// Bytes that a path check of so many packets costs.
pub fn check_bytes(packets: u32) -> u64 {
    u64::from(packets) * BYTES_A_PACKET
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_budget(mb_per_month: u64) -> ProbeConfig {
        ProbeConfig {
            budget_mb_per_month: mb_per_month,
            ..ProbeConfig::default()
        }
    }

    #[test]
    fn nearer_checks_and_pages_take_what_the_budget_leaves() {
        let with_pages = |mb_per_month| ProbeConfig {
            page_targets: vec!["https://a.example/".to_owned(); 8],
            ..with_budget(mb_per_month)
        };
        let usual = with_pages(1_000);
        assert_eq!(nearer_every(&usual), Some(1));
        assert_eq!(
            light_bytes_per_day(&with_budget(1_000)),
            96 * (2 * 3_920 + 6_000)
        );
        let poor = with_pages(50);
        assert!(nearer_every(&poor) > Some(1), "{:?}", nearer_every(&poor));
        assert!(page_interval_s(&poor) > Some(3_600));
        let share = (light_bytes_per_day(&poor) - light_bytes_per_day(&with_budget(1))) * 31;
        assert!(share <= 2 * 5_000_000, "{share}");
        let broke = with_pages(1);
        assert_eq!(
            (nearer_every(&broke), page_interval_s(&broke)),
            (None, None)
        );
        assert_eq!(
            page_interval_s(&with_budget(1_000)),
            None,
            "nothing is asked for"
        );
    }
}
