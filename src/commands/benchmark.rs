//! `schoolbeat benchmark list | set`: the rule sets that schools are judged by, and which of them a
//! country judges by.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::{
        area::CountryCode,
        benchmark::{Amount, Arm, Benchmark, Condition, Metric, Rule, RuleSetId},
    },
    store::{
        StoreError, Transaction,
        benchmarks::{self, Decision, RuleSetEntry},
        countries,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Every rule set with its source, and which country judges by which since when
    List,
    /// From today on a country judges by this; its schools are judged again. What was judged before stays
    Set(Box<Set>),
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// ISO 3166-1 code, such as KEN
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// `itu-2030`, `giga`, `fcc-setda`, `enec-2-2024`, `dfe`, or `own` with what follows
    #[arg(long = "rule-set", value_name = "RULE_SET")]
    by: String,
    #[command(flatten)]
    own: Own,
}

/// A country's own rule set. It is written down as a new version.
#[derive(Debug, Args)]
struct Own {
    /// What people call it, such as "Kenya 2027"
    #[arg(long, value_parser = parse::stated)]
    name: Option<String>,
    /// Who set it, such as "Ministry of Education, circular 12"
    #[arg(long, value_parser = parse::stated)]
    source: Option<String>,
    /// Where it can be read
    #[arg(long, value_parser = url)]
    source_url: Option<String>,
    /// When it was published: 2027-01-31, 2027-01 or 2027
    #[arg(long, value_parser = published)]
    published: Option<String>,
    /// Below this download a school is bad, Mbps
    #[arg(long, value_parser = rate)]
    floor_mbps: Option<f64>,
    /// From this download on it is good, Mbps
    #[arg(long, value_parser = rate)]
    target_mbps: Option<f64>,
    /// Above so many students the download is to be so many kbps for each of them
    #[arg(long, requires = "kbps_per_student", value_parser = clap::value_parser!(i32).range(1..))]
    above_students: Option<i32>,
    /// For each student of a large school
    #[arg(long, requires = "above_students", value_parser = rate)]
    kbps_per_student: Option<f64>,
    /// From this upload on it is good, Mbps
    #[arg(long, value_parser = rate)]
    upload_target_mbps: Option<f64>,
    /// Below this upload it is bad, Mbps
    #[arg(long, requires = "upload_target_mbps", value_parser = rate)]
    upload_floor_mbps: Option<f64>,
    /// Up to this round trip it is good, milliseconds
    #[arg(long, value_parser = rate)]
    rtt_target_ms: Option<f64>,
    /// Above this round trip it is bad, milliseconds
    #[arg(long, requires = "rtt_target_ms", value_parser = rate)]
    rtt_floor_ms: Option<f64>,
    /// Up to this share of lost packets it is good, per cent
    #[arg(long, value_parser = rate)]
    loss_target_percent: Option<f64>,
    /// Above this share of lost packets it is bad, per cent
    #[arg(long, requires = "loss_target_percent", value_parser = rate)]
    loss_floor_percent: Option<f64>,
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    number
        .filter(|number: &f64| number.is_finite() && *number > 0.0 && *number <= 1e6)
        .ok_or_else(|| "wants a number above 0, at most 1,000,000".into())
}

fn url(text: &str) -> Result<String, String> {
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    if !is_url || text.contains(char::is_whitespace) {
        return Err("wants an address that begins with https://".into());
    }
    Ok(text.to_owned())
}

fn published(text: &str) -> Result<String, String> {
    let days = [
        text.to_owned(),
        format!("{text}-01"),
        format!("{text}-01-01"),
    ];
    let sound = days
        .iter()
        .any(|day| day.len() == 10 && day.parse::<chrono::NaiveDate>().is_ok());
    if sound {
        return Ok(text.to_owned());
    }
    Err("wants a day, a month or a year, such as 2027-01-31, 2027-01 or 2027".into())
}

impl Own {
    fn says_something(&self) -> bool {
        self.floor_mbps.is_some() || self.target_mbps.is_some() || self.name.is_some()
    }

    fn benchmark(&self) -> Result<Benchmark, CommandError> {
        let (Some(name), Some(source), Some(floor), Some(target)) =
            (&self.name, &self.source, self.floor_mbps, self.target_mbps)
        else {
            let message =
                "a country's own rule set wants --name, --source, --floor-mbps and --target-mbps";
            return Err(CommandError::new("benchmark", message));
        };
        let mut rules = vec![self.download(floor, target)];
        let others = [
            (
                Metric::Upload,
                self.upload_floor_mbps,
                self.upload_target_mbps,
                1.0,
            ),
            (Metric::Rtt, self.rtt_floor_ms, self.rtt_target_ms, 1.0),
            (
                Metric::Loss,
                self.loss_floor_percent,
                self.loss_target_percent,
                0.01,
            ),
        ];
        for (metric, floor, target, unit) in others {
            if let Some(target) = target {
                rules.push(Rule {
                    metric,
                    floor: floor.map(|floor| floor * unit),
                    arms: vec![usual(target * unit)],
                });
            }
        }
        if !rules.iter().all(is_in_order) {
            let message = "a floor must not ask for more than its target";
            return Err(CommandError::new("benchmark", message));
        }
        let note = "A school whose number of students is not known is judged as a small one.";
        Ok(Benchmark {
            id: RuleSetId {
                rule_set: String::new(),
                version: 0,
            },
            name: name.clone(),
            source: source.clone(),
            source_url: self.source_url.clone(),
            published: self.published.clone(),
            note: self.above_students.map_or("", |_| note).into(),
            rules,
        })
    }

    fn download(&self, floor: f64, target: f64) -> Rule {
        let large = self.above_students.zip(self.kbps_per_student);
        let large = large.map(|(students, kbps)| Arm {
            when: Some(Condition::StudentsAbove(students)),
            amount: Amount::PerStudent {
                each: kbps / 1000.0,
                at_least: target,
            },
        });
        Rule {
            metric: Metric::Download,
            floor: Some(floor),
            arms: large.into_iter().chain([usual(target)]).collect(),
        }
    }
}

fn usual(target: f64) -> Arm {
    Arm {
        when: None,
        amount: Amount::Fixed(target),
    }
}

/// Whoever meets the target of a small school must not be below its floor.
fn is_in_order(rule: &Rule) -> bool {
    rule.arms.iter().all(|arm| match (arm.amount, rule.floor) {
        (Amount::Fixed(target), Some(floor)) if rule.metric.is_better_low() => target <= floor,
        (Amount::Fixed(target), Some(floor)) => target >= floor,
        _ => true,
    })
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => list(config, output),
        Command::Set(set) => self::set(set, config, output),
    }
}

fn list(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let (entries, decisions) = with_store(config, async |store| {
        let db = store.client().await?;
        Ok((
            benchmarks::list(&db).await?,
            benchmarks::decisions(&db, None).await?,
        ))
    })?;
    let document = json!({
        "rule_sets": entries.iter().map(|entry| shown(&entry.benchmark)).collect::<Vec<_>>(),
        "countries": decisions.iter().map(decided).collect::<Vec<_>>(),
    });
    let text: Vec<_> = entries
        .iter()
        .map(|entry| line(entry, &decisions))
        .collect();
    Ok(output.answer(&document, text.join("\n\n")))
}

fn line(entry: &RuleSetEntry, decisions: &[Decision]) -> String {
    let benchmark = &entry.benchmark;
    let used: Vec<_> = decisions
        .iter()
        .filter(|decision| decision.in_force && decision.id == benchmark.id)
        .map(|decision| format!("{} since {}", decision.country, decision.since))
        .collect();
    let mut lines = vec![
        format!("{}: {}", benchmark.id, benchmark.name),
        format!("  {}", benchmark.in_words()),
        format!("  {}", benchmark.source),
    ];
    if !used.is_empty() {
        lines.push(format!("  In force: {}", used.join(", ")));
    }
    lines.join("\n")
}

fn set(set: &Set, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let country = &set.country;
    let is_own = set.by == "own";
    if !is_own && set.own.says_something() {
        let message =
            "what a rule set asks for can be said of a country's own only: --rule-set own";
        return Err(CommandError::new("benchmark", message));
    }
    let own = is_own.then(|| set.own.benchmark()).transpose()?;
    let (benchmark, schools) = with_store(config, async |store| {
        let failed = |error| StoreError::query("benchmark_set", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        if countries::find(&tx, country).await?.is_none() {
            let message =
                format!("there is no country {country} yet: import its areas or schools first");
            return Err(CommandError::new("country_not_found", message));
        }
        let benchmark = match own {
            Some(own) => benchmarks::add_own(&tx, country, own).await?,
            None => known(&tx, &set.by).await?,
        };
        let schools = benchmarks::choose(&tx, country, &benchmark, super::ACTOR).await?;
        tx.commit().await.map_err(failed)?;
        Ok((benchmark, schools))
    })?;
    let mut document = shown(&benchmark);
    document["country"] = country.to_string().into();
    document["schools_to_judge_again"] = schools.into();
    let text = format!(
        "{country} judges by {} ({}) from today on; {schools} schools are judged again. {}",
        benchmark.name,
        benchmark.id,
        benchmark.in_words()
    );
    Ok(output.answer(&document, text))
}

async fn known(tx: &Transaction<'_>, rule_set: &str) -> Result<Benchmark, CommandError> {
    // A country's own is set by `own`, so that no country judges by another's by mistake.
    let found = if rule_set.starts_with("own-") {
        None
    } else {
        benchmarks::newest(tx, rule_set).await?
    };
    found.ok_or_else(|| {
        let message = format!(
            "there is no rule set {rule_set:?}: `schoolbeat benchmark list` names them, and own is a \
             country's own"
        );
        CommandError::new("rule_set_not_found", message)
    })
}

fn shown(benchmark: &Benchmark) -> Value {
    json!({
        "rule_set": benchmark.id.rule_set,
        "version": benchmark.id.version,
        "name": benchmark.name,
        "source": benchmark.source,
        "source_url": benchmark.source_url,
        "published": benchmark.published,
        "in_words": benchmark.in_words(),
        "note": benchmark.note,
    })
}

fn decided(decision: &Decision) -> Value {
    json!({
        "country": decision.country,
        "rule_set": decision.id.rule_set,
        "version": decision.id.version,
        "since": decision.since,
        "in_force": decision.in_force,
    })
}
