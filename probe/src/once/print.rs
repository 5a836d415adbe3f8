//! The result of `once` in a few lines for a person, every number with its unit.

use schoolbeat_wire::{Outcome, PageCheck, PathCheck, PathMethod, SpeedTest, TargetKind};

use super::Shown;

pub(super) fn lines(shown: &Shown) -> Vec<String> {
    let mut lines = vec![format!(
        "Measured against {} at {}",
        shown.server, shown.measured_at
    )];
    let checks = shown.nearer_path_checks.iter().chain([&shown.path_check]);
    lines.extend(checks.map(|check| {
        let name = target_name(check.target_kind);
        format!("  {name:<10} {}, {}", check.target, path_line(check))
    }));
    let pages = shown.page_checks.iter();
    lines.extend(pages.map(|check| format!("  page       {}", page_line(check))));
    match &shown.speed_test {
        Some(test) => lines.extend(speed_lines(test)),
        None => lines.push(
            "  speed      not measured: the server was busy three times; your line is not at fault"
                .to_owned(),
        ),
    }
    if !shown.stored_sequences.is_empty() {
        let numbers: Vec<String> = shown.stored_sequences.iter().map(u64::to_string).collect();
        let fate = if shown.acknowledged {
            "the server has it"
        } else {
            "waiting to be sent"
        };
        lines.push(format!("  record     {} ({fate})", numbers.join(", ")));
    }
    lines.extend(
        shown
            .remarks
            .iter()
            .map(|remark| format!("  note       {remark}")),
    );
    lines
}

fn target_name(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Gateway => "gateway",
        TargetKind::Resolver => "resolver",
        TargetKind::Server => "server",
        TargetKind::Other => "other",
    }
}

/// Whom a path check asked, in words.
pub(crate) fn target(check: &PathCheck) -> String {
    format!("{} {}", target_name(check.target_kind), check.target)
}

/// One measurement in one line, for the log of `run`.
pub(crate) fn page_line(check: &PageCheck) -> String {
    let steps = format!(
        "name {}, connect {}, TLS {}, first byte {}",
        ms(check.dns_ms),
        ms(check.connect_ms),
        ms(check.tls_ms),
        ms(check.http_ms)
    );
    let status = check
        .http_status
        .map_or_else(String::new, |status| format!(", status {status}"));
    match check.outcome {
        Outcome::Ok => format!("{}: {steps}{status}", check.url),
        Outcome::Failed => format!(
            "{}: {}; {steps}",
            check.url,
            failed(check.failed_stage, check.failure.as_deref())
        ),
    }
}

/// One measurement in one line, for the log of `run`.
pub(crate) fn path_line(check: &PathCheck) -> String {
    match check.outcome {
        Outcome::Ok => format!(
            "round trip {} median ({} min, {} 95 %), jitter {}, loss {} ({}/{} by {}, lost after {} ms)",
            ms(check.rtt_median_ms),
            ms(check.rtt_min_ms),
            ms(check.rtt_p95_ms),
            ms(check.jitter_ms),
            percent(check.loss_ratio),
            check.received,
            check.sent,
            method(check.method),
            check.timeout_ms,
        ),
        Outcome::Failed => failed(check.failed_stage, check.failure.as_deref()),
    }
}

/// One measurement in one line, for the log of `run`.
pub(crate) fn speed_line(test: &SpeedTest) -> String {
    let rates = format!(
        "download {}, upload {}",
        mbps(test.download_mbps),
        mbps(test.upload_mbps)
    );
    match test.outcome {
        Outcome::Ok => rates,
        Outcome::Failed => format!(
            "{}; {rates}",
            failed(test.failed_stage, test.failure.as_deref())
        ),
    }
}

fn speed_lines(test: &SpeedTest) -> Vec<String> {
    let mut lines = vec![
        format!(
            "  download   {} ({})",
            mbps(test.download_mbps),
            moved(test.bytes_down, test.download_duration_ms)
        ),
        format!(
            "  upload     {} ({})",
            mbps(test.upload_mbps),
            moved(test.bytes_up, test.upload_duration_ms)
        ),
        format!(
            "  round trip {} idle, {} loaded",
            ms(test.rtt_min_ms),
            ms(test.rtt_loaded_ms)
        ),
    ];
    if test.outcome == Outcome::Failed {
        lines.push(format!(
            "  speed      {}",
            failed(test.failed_stage, test.failure.as_deref())
        ));
    }
    lines
}

fn failed(stage: Option<schoolbeat_wire::Stage>, text: Option<&str>) -> String {
    let stage = stage.map_or_else(String::new, |stage| {
        format!(" at {}", format!("{stage:?}").to_lowercase())
    });
    format!("failed{stage}: {}", text.unwrap_or("no reason given"))
}

fn method(method: PathMethod) -> &'static str {
    match method {
        PathMethod::Icmp => "ICMP",
        PathMethod::Tcp => "TCP connect",
    }
}

fn ms(value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| {
            if value < 10.0 {
                format!("{value:.2} ms")
            } else {
                format!("{value:.1} ms")
            }
        },
    )
}

fn mbps(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2} Mbit/s"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", value * 100.0))
}

fn moved(bytes: u64, duration_ms: u64) -> String {
    let megabytes = crate::units::count(bytes) / 1e6;
    let seconds = crate::units::count(duration_ms) / 1e3;
    format!("{megabytes:.1} MB in {seconds:.1} s")
}
