//! `doctor`: what works here, what does not, and what to do about it. It changes nothing.

mod checks;

use std::process::ExitCode;

use serde::Serialize;

use crate::{complaint::Complaint, output::Show, state::StateDir};

/// How a check came out, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// All is well.
    Well,
    /// The probe works, with limits.
    Limited,
    /// The probe does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    /// What was found, and what to do about it.
    text: String,
}

impl Check {
    fn new(name: &'static str, verdict: Verdict, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name,
            verdict,
            text,
        }
    }
}

#[derive(Serialize)]
struct Shown {
    verdict: Verdict,
    checks: Vec<Check>,
}

pub(crate) fn doctor(state: &StateDir, show: Show) -> Result<ExitCode, Complaint> {
    let checks = checks::all(state)?;
    let verdict = worst(&checks);
    let shown = Shown { verdict, checks };
    show.result(&shown, || lines(&shown));
    Ok(match verdict {
        Verdict::Well => ExitCode::SUCCESS,
        Verdict::Limited => ExitCode::from(1),
        Verdict::Broken => ExitCode::from(2),
    })
}

fn worst(checks: &[Check]) -> Verdict {
    let verdicts = checks.iter().map(|check| check.verdict);
    verdicts.max().unwrap_or(Verdict::Well)
}

fn lines(shown: &Shown) -> Vec<String> {
    let mark = |verdict| match verdict {
        Verdict::Well => "well   ",
        Verdict::Limited => "limited",
        Verdict::Broken => "BROKEN ",
    };
    let mut lines: Vec<String> = shown
        .checks
        .iter()
        .map(|check| format!("{}  {:<12} {}", mark(check.verdict), check.name, check.text))
        .collect();
    lines.push(
        match shown.verdict {
            Verdict::Well => "This probe works.",
            Verdict::Limited => "This probe works, with limits: see above.",
            Verdict::Broken => {
                "This probe does not work: mend what is BROKEN, then run doctor again."
            }
        }
        .to_owned(),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_check_decides() {
        let check = |verdict| Check::new("x", verdict, "");
        assert_eq!(worst(&[]), Verdict::Well);
        let checks = [check(Verdict::Limited), check(Verdict::Well)];
        assert_eq!(worst(&checks), Verdict::Limited);
        let checks = [check(Verdict::Broken), check(Verdict::Limited)];
        assert_eq!(worst(&checks), Verdict::Broken);
    }
}
