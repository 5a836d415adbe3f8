//! What a ministry asks of its probes, where it differs from the usual.

use chrono::{NaiveDate, NaiveTime};

/// A country's wishes. What is absent is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbePolicy {
    /// Most megabytes (10^6 bytes) that a probe may spend in a local month.
    pub budget_mb_per_month: Option<i32>,
    /// The same in a local day.
    pub budget_mb_per_day: Option<i32>,
    /// Host and port asked when our server is silent; blank for none.
    pub presence_target: Option<String>,
    /// When schools fetch their own content, local time, within one day.
    pub sync: Option<(NaiveTime, NaiveTime)>,
    /// Learning platforms whose first answer is timed, `https://` URLs.
    pub page_targets: Vec<String>,
    /// Whether probes also measure against Measurement Lab, whose results are public.
    pub mlab: bool,
    /// Proxy between the schools and the internet, `http://host:port`. Probes use it unless their own
    /// machine names another, and do without where it does not lead to our server.
    pub proxy: Option<String>,
}

/// Local days without school, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// What people call it.
    pub name: String,
}

/// Longest that a holiday may be, days.
pub const LONGEST_HOLIDAY_DAYS: i64 = 370;
/// Most learning platforms that are timed.
pub const MOST_PAGES: usize = 10;

/// Why a wish cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The field at fault.
    pub field: &'static str,
    /// What it must be.
    pub wants: &'static str,
}

impl ProbePolicy {
    /// Whether every wish can be granted.
    pub fn check(&self) -> Result<(), PolicyProblem> {
        let problem = |field, wants| Err(PolicyProblem { field, wants });
        let within = |value: Option<i32>, least| {
            value.is_none_or(|value| (least..=1_000_000).contains(&value))
        };
        if !within(self.budget_mb_per_month, 10) {
            return problem("budget_mb_per_month", "from 10 to 1,000,000 megabytes");
        }
        if !within(self.budget_mb_per_day, 1) {
            return problem("budget_mb_per_day", "from 1 to 1,000,000 megabytes");
        }
        let day_beyond_month = self
            .budget_mb_per_day
            .zip(self.budget_mb_per_month)
            .is_some_and(|(day, month)| day > month);
        if day_beyond_month {
            return problem("budget_mb_per_day", "at most what a month may cost");
        }
        // Midnight as an end is that of the same day.
        let is_span = |(from, to): (NaiveTime, NaiveTime)| from < to || to == NaiveTime::MIN;
        if !self.sync.is_none_or(is_span) {
            return problem(
                "sync",
                "a span of one day, such as 01:00-03:00 or 22:00-00:00",
            );
        }
        let target = self.presence_target.as_deref().unwrap_or_default();
        if !target.is_empty() && !is_host_and_port(target) {
            return problem("presence_target", "a host and port, such as 1.1.1.1:443");
        }
        if !self.proxy.as_deref().is_none_or(is_proxy) {
            return problem(
                "proxy",
                "a proxy's address, such as http://proxy.example:3128",
            );
        }
        if self.page_targets.len() > MOST_PAGES {
            return problem("page_targets", "at most 10 pages");
        }
        if !self.page_targets.iter().all(|url| is_page(url)) {
            return problem(
                "page_targets",
                "https:// URLs, such as https://learn.example",
            );
        }
        Ok(())
    }
}

fn is_host_and_port(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let sound = |c: char| c.is_ascii_alphanumeric() || ".-[]:".contains(c);
        !host.is_empty() && host.chars().all(sound) && port.parse::<u16>().is_ok_and(|p| p > 0)
    })
}

fn is_proxy(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(is_host_and_port) && url.len() <= 260
}

fn is_page(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '#';
        !host.is_empty() && !host.contains('@') && rest.chars().all(plain) && url.len() <= 500
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(policy: &ProbePolicy) -> Option<&'static str> {
        policy.check().err().map(|problem| problem.field)
    }

    #[test]
    fn nothing_wished_is_as_usual() {
        assert_eq!(ProbePolicy::default().check(), Ok(()));
    }

    #[test]
    fn each_wish_has_its_bounds() {
        let usual = ProbePolicy::default;
        let metered = ProbePolicy {
            budget_mb_per_month: Some(200),
            budget_mb_per_day: Some(20),
            presence_target: Some(String::new()),
            page_targets: vec!["https://learn.example/login?x=1".into()],
            ..usual()
        };
        assert_eq!(problem(&metered), None);
        let cases = [
            (
                ProbePolicy {
                    budget_mb_per_month: Some(9),
                    ..usual()
                },
                "budget_mb_per_month",
            ),
            (
                ProbePolicy {
                    budget_mb_per_day: Some(300),
                    ..metered.clone()
                },
                "budget_mb_per_day",
            ),
            (
                ProbePolicy {
                    presence_target: Some("1.1.1.1".into()),
                    ..usual()
                },
                "presence_target",
            ),
            (
                ProbePolicy {
                    sync: NaiveTime::from_hms_opt(9, 0, 0).map(|nine| (nine, nine)),
                    ..usual()
                },
                "sync",
            ),
        ];
        for (policy, field) in cases {
            assert_eq!(problem(&policy), Some(field), "{policy:?}");
        }
        for url in ["http://a", "https://", "https://u@a", "https://a b", "a"] {
            let policy = ProbePolicy {
                page_targets: vec![url.into()],
                ..usual()
            };
            assert_eq!(problem(&policy), Some("page_targets"), "{url}");
        }
    }
}
