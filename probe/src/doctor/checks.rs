//! What `doctor` looks at. Each check says what it found and what to do; none changes anything.

use std::{
    env, fs,
    time::{Duration, Instant},
};

use schoolbeat_wire::{ProbeConfig, Report};

use super::{Check, Verdict};
use crate::{
    SOFTWARE_VERSION, budget,
    clock::{self, Stamp},
    complaint::Complaint,
    durable,
    ledger::Ledger,
    measure::{self, Resolver, proxy},
    run::runtime,
    send::{Api, ApiError},
    server_url::ServerUrl,
    spool::Limits,
    state::{Identity, StateDir},
    trust, windows,
};

/// A clock that is off by more makes certificates fail and log lines mislead.
const MAX_CLOCK_OFF_MS: i64 = 60_000;
const SLOW_NAME: Duration = Duration::from_secs(1);
const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Everything, from the machine to the server.
pub(super) fn all(state: &StateDir) -> Result<Vec<Check>, Complaint> {
    let config = state.config();
    proxy::follow_policy(&config.proxy);
    let mut checks = vec![
        icmp()?,
        gateway(),
        resolver(),
        pages(&config),
        authorities(),
        proxy(&config),
        writable(state),
    ];
    checks.push(spool(state));
    checks.push(data(state, &config));
    match state.identity() {
        Ok(Some(identity)) => checks.extend(server(&identity)?),
        Ok(None) => checks.push(Check::new(
            "enrolment",
            Verdict::Broken,
            "not enrolled: ask for a code and run schoolbeat-probe enrol --server URL --code CODE",
        )),
        Err(complaint) => checks.push(Check::new("enrolment", Verdict::Broken, complaint.message)),
    }
    Ok(checks)
}

fn icmp() -> Result<Check, Complaint> {
    // The socket is registered with a runtime, so there must be one.
    let runtime = runtime()?;
    let _inside = runtime.enter();
    Ok(match measure::may_send_icmp() {
        Ok(()) => Check::new("icmp", Verdict::Well, "round trips are measured by ICMP"),
        Err(error) => Check::new(
            "icmp",
            Verdict::Limited,
            format!(
                "not allowed ({error}): round trips are measured by TCP connects instead. To allow it: \
                 sysctl net.ipv4.ping_group_range=\"0 2147483647\", or setcap cap_net_raw+ep on the program"
            ),
        ),
    })
}

fn gateway() -> Check {
    match measure::default_gateway() {
        Some((address, name)) => {
            Check::new("gateway", Verdict::Well, format!("{address} by {name}"))
        }
        None => Check::new(
            "gateway",
            Verdict::Limited,
            "there is no default route for IPv4: check the cable or the Wi-Fi",
        ),
    }
}

fn resolver() -> Check {
    let text = match measure::resolver() {
        Resolver::At(address) => format!("{address} is checked beside gateway and server"),
        Resolver::Gateway => {
            "the gateway passes names on: the provider's name server cannot be seen from here, and is \
             not checked"
                .to_owned()
        }
        Resolver::Unknown => {
            let text = "no file names a name server, so that none is checked (/etc/resolv.conf)";
            return Check::new("resolver", Verdict::Limited, text);
        }
    };
    Check::new("resolver", Verdict::Well, text)
}

fn pages(config: &ProbeConfig) -> Check {
    let text = match config.page_targets.len() {
        0 => "the server names no learning platforms".to_owned(),
        count => {
            let Some(interval_s) = budget::page_interval_s(config) else {
                let text =
                    format!("{count} page(s) are asked for, but the budget has no data for them");
                return Check::new("pages", Verdict::Limited, text);
            };
            let urls = config.page_targets.join(", ");
            format!("{count} page(s) of learning platforms, each {interval_s} s: {urls}")
        }
    };
    Check::new("pages", Verdict::Well, text)
}

fn authorities() -> Check {
    let text = match trust::trust().own_count() {
        0 => "certificates of public authorities are trusted".to_owned(),
        count => {
            format!("certificates of public authorities and of {count} of your own are trusted")
        }
    };
    Check::new("trust", Verdict::Well, text)
}

fn proxy(config: &ProbeConfig) -> Check {
    let set: Vec<&str> = PROXY_VARIABLES
        .into_iter()
        .filter(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect();
    let advice = "reports and speed tests go through it (it must let CONNECT through to the server's and the \
                  measurement server's ports), round trips cannot";
    if let Some(proxy) = proxy::current().filter(|_| !set.is_empty()) {
        let (host, port) = (proxy.host(), proxy.port());
        let text = format!("{host}:{port} of {}: {advice}", set.join(", "));
        return Check::new("proxy", Verdict::Limited, text);
    }
    if !set.is_empty() {
        let text = format!(
            "{} cannot be understood and is ignored: write http://HOST:PORT",
            set.join(", ")
        );
        return Check::new("proxy", Verdict::Limited, text);
    }
    match proxy::understood(&config.proxy) {
        Some(proxy) => Check::new(
            "proxy",
            Verdict::Limited,
            format!("{}:{} of the policy: {advice}", proxy.host(), proxy.port()),
        ),
        None => Check::new("proxy", Verdict::Well, "there is none"),
    }
}

fn writable(state: &StateDir) -> Check {
    let path = state.path().join("doctor");
    let tried = durable::create_dir(state.path())
        .and_then(|()| durable::replace(&path, b"x"))
        .and_then(|()| fs::remove_file(&path));
    let dir = state.path().display();
    match tried {
        Ok(()) => Check::new("state", Verdict::Well, format!("{dir} can be written")),
        Err(error) => Check::new(
            "state",
            Verdict::Broken,
            format!("{dir}: {}", durable::explained(&error)),
        ),
    }
}

fn spool(state: &StateDir) -> Check {
    let most = Limits::default().max_bytes;
    match state.spool_figures() {
        Err(complaint) => Check::new("spool", Verdict::Broken, complaint.message),
        Ok(figures) => {
            let percent = figures.bytes.saturating_mul(100) / most;
            let verdict = if percent < 80 {
                Verdict::Well
            } else {
                Verdict::Limited
            };
            let text = format!(
                "{} record(s) wait, {percent} % of {} MiB used",
                figures.waiting,
                most >> 20
            );
            Check::new("spool", verdict, text)
        }
    }
}

fn data(state: &StateDir, config: &ProbeConfig) -> Check {
    let kept = match Ledger::look(&state.ledger_path()) {
        Ok(kept) => kept,
        Err(error) => {
            let text = format!("ledger.json: {}", durable::explained(&error));
            return Check::new("budget", Verdict::Limited, text);
        }
    };
    let today = windows::local_day(config, clock::wall_unix_ms());
    let stopped = kept.exhausted_day == Some(today);
    let text = format!(
        "{}{}",
        budget::in_words(config, kept.spent_on(today)),
        if stopped {
            "; no speed tests until there is data again"
        } else {
            ""
        }
    );
    Check::new(
        "budget",
        if stopped {
            Verdict::Limited
        } else {
            Verdict::Well
        },
        text,
    )
}

/// Name, connection, certificate, secret and clock, by one empty report.
fn server(identity: &Identity) -> Result<Vec<Check>, Complaint> {
    let url = ServerUrl::parse(&identity.server)?;
    let started = Instant::now();
    let resolved = runtime()?.block_on(measure::resolves(&url));
    let took = started.elapsed();
    let name = match resolved {
        Err(text) => Check::new(
            "dns",
            Verdict::Broken,
            format!("{text}: check the name server of this network"),
        ),
        Ok(()) if took > SLOW_NAME => Check::new(
            "dns",
            Verdict::Limited,
            format!(
                "{} was found in {} ms, which is slow",
                url.host(),
                took.as_millis()
            ),
        ),
        Ok(()) => Check::new("dns", Verdict::Well, format!("{} is found", url.host())),
    };
    let stamp = Stamp::now(&clock::boot_id());
    let report = Report::<()> {
        boot_id: stamp.boot_id,
        sent_boot_ms: stamp.boot_ms,
        sent_wall_unix_ms: stamp.wall_unix_ms,
        software_version: SOFTWARE_VERSION.to_owned(),
        records: Vec::new(),
    };
    let api = Api::new(url, Some(identity.secret.clone()));
    let mut checks = vec![name];
    match api.report(&report) {
        Ok(answer) => {
            let text = format!("{} answers and knows this probe", identity.server);
            checks.push(Check::new("server", Verdict::Well, text));
            checks.push(clock_check(
                clock::wall_unix_ms().saturating_sub(answer.server_unix_ms),
            ));
        }
        Err(
            error @ ApiError::Status {
                status: 401 | 403, ..
            },
        ) => checks.push(Check::new(
            "server",
            Verdict::Broken,
            format!("{error}: ask for a new code and run schoolbeat-probe enrol --replace"),
        )),
        Err(error) => checks.push(Check::new(
            "server",
            Verdict::Broken,
            format!("{error}. Measurements are kept meanwhile"),
        )),
    }
    Ok(checks)
}

fn clock_check(off_ms: i64) -> Check {
    if off_ms.saturating_abs() <= MAX_CLOCK_OFF_MS {
        return Check::new(
            "clock",
            Verdict::Well,
            format!("{off_ms} ms from the server's"),
        );
    }
    Check::new(
        "clock",
        Verdict::Limited,
        format!(
            "{} s from the server's: times are corrected, but speed tests may come at the wrong hour. Set \
             the clock (timedatectl set-ntp true)",
            off_ms / 1_000
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_a_limit_and_no_failure() {
        assert_eq!(clock_check(-400).verdict, Verdict::Well);
        assert_eq!(clock_check(-400_000).verdict, Verdict::Limited);
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_said_plainly() {
        let check = writable(&StateDir::at("/proc/no-such-place"));
        assert_eq!(check.verdict, Verdict::Broken, "{check:?}");
        assert!(check.text.contains("/proc/no-such-place"));
    }
}
