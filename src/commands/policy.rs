//! `schoolbeat policy` and `schoolbeat holiday`: what a country asks of its probes, and when its
//! schools are closed.

use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::{
        area::CountryCode,
        policy::{Holiday, LONGEST_HOLIDAY_DAYS, ProbePolicy},
    },
    store::{StoreError, audit, countries, policies},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What a country asks of its probes now
    Show {
        /// ISO 3166-1 code, such as KEN
        #[arg(long, value_parser = parse::country)]
        country: CountryCode,
    },
    /// Change what is named; everything else stays. Probes hear of it with their next report
    Set(Set),
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// ISO 3166-1 code, such as KEN
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// Most megabytes that a probe may spend in a month, or "usual"
    #[arg(long, value_parser = wish::<i32>)]
    month_mb: Option<Wish<i32>>,
    /// Most megabytes that a probe may spend in a day, or "usual"
    #[arg(long, value_parser = wish::<i32>)]
    day_mb: Option<Wish<i32>>,
    /// When schools fetch their own content, such as 01:00-03:00, or "none": no speed test then
    #[arg(long, value_parser = sync)]
    sync: Option<Wish<(NaiveTime, NaiveTime)>>,
    /// Host and port that is asked when our server is silent, "none", or "usual"
    #[arg(long)]
    presence_target: Option<String>,
    /// Proxy between the schools and the internet, such as `http://proxy.example:3128`, or "none"; where it
    /// does not lead to the server probes try without it
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Learning platforms whose first answer is timed, https:// URLs; replaces those that were set
    #[arg(long = "page")]
    pages: Vec<String>,
    /// Time no learning platform
    #[arg(long, conflicts_with = "pages")]
    no_pages: bool,
    /// Whether probes also measure against Measurement Lab, whose results are public
    #[arg(long, value_parser = clap::builder::BoolishValueParser::new())]
    mlab: Option<bool>,
}

/// A value, or that there is none of one's own.
#[derive(Debug, Clone)]
struct Wish<T>(Option<T>);

fn wish<T: std::str::FromStr>(text: &str) -> Result<Wish<T>, String> {
    if text == "usual" {
        return Ok(Wish(None));
    }
    let value = text.parse().map_err(|_| "wants a whole number, or usual");
    Ok(Wish(Some(value?)))
}

fn sync(text: &str) -> Result<Wish<(NaiveTime, NaiveTime)>, String> {
    if text == "none" {
        return Ok(Wish(None));
    }
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let span = text.split_once('-');
    let span = span.and_then(|(from, to)| time(from).zip(time(to)));
    span.map(|span| Wish(Some(span)))
        .ok_or_else(|| "wants two times, such as 01:00-03:00, or none".into())
}

impl Set {
    fn change(&self, policy: &mut ProbePolicy) {
        if let Some(Wish(mb)) = self.month_mb {
            policy.budget_mb_per_month = mb;
        }
        if let Some(Wish(mb)) = self.day_mb {
            policy.budget_mb_per_day = mb;
        }
        if let Some(Wish(span)) = self.sync {
            policy.sync = span;
        }
        if let Some(target) = &self.presence_target {
            policy.presence_target = match target.as_str() {
                "usual" => None,
                "none" => Some(String::new()),
                target => Some(target.to_owned()),
            };
        }
        if self.no_pages || !self.pages.is_empty() {
            policy.page_targets.clone_from(&self.pages);
        }
        if let Some(proxy) = &self.proxy {
            policy.proxy = (proxy != "none").then(|| proxy.trim_end_matches('/').to_owned());
        }
        policy.mlab = self.mlab.unwrap_or(policy.mlab);
    }
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let country = match command {
        Command::Show { country } => country,
        Command::Set(set) => &set.country,
    };
    let policy = with_store(config, async |store| {
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        known(&tx, country).await?;
        let mut policy = policies::of_country(&tx, country.as_str()).await?;
        if let Command::Set(set) = command {
            set.change(&mut policy);
            policy.check().map_err(|problem| {
                let message = format!("{} must be {}", problem.field, problem.wants);
                CommandError::new("policy", message)
            })?;
            policies::put(&tx, country, &policy).await?;
            let subject = format!("country {country}");
            let detail = shown(&policy);
            audit::record(&tx, super::ACTOR, "probe policy set", &subject, &detail).await?;
            tx.commit().await.map_err(failed)?;
        }
        Ok(policy)
    })?;
    let document = shown(&policy);
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(output.answer(&document, text))
}

fn failed(error: tokio_postgres::Error) -> StoreError {
    StoreError::query("policy", error)
}

async fn known(
    db: &impl deadpool_postgres::GenericClient,
    country: &CountryCode,
) -> Result<(), CommandError> {
    if countries::find(db, country).await?.is_some() {
        return Ok(());
    }
    Err(CommandError::new(
        "country_not_found",
        format!("there is no country {country} yet: import its areas or schools first"),
    ))
}

fn shown(policy: &ProbePolicy) -> Value {
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    json!({
        "budget_mb_per_month": policy.budget_mb_per_month,
        "budget_mb_per_day": policy.budget_mb_per_day,
        "presence_target": policy.presence_target,
        "sync": policy.sync.map(|(from, to)| format!("{}-{}", time(from), time(to))),
        "page_targets": policy.page_targets,
        "mlab": policy.mlab,
        "proxy": policy.proxy,
    })
}

#[derive(Debug, Subcommand)]
pub(super) enum HolidayCommand {
    /// Add days without school: no test is expected then, and none counts as in opening hours
    Add {
        #[command(flatten)]
        days: Days,
        /// What people call them
        #[arg(long, value_parser = parse::stated)]
        name: String,
        /// The last day, if it is not the first
        #[arg(long)]
        until: Option<NaiveDate>,
    },
    /// List them
    List {
        /// ISO 3166-1 code, such as KEN
        #[arg(long, value_parser = parse::country)]
        country: CountryCode,
    },
    /// Take away those that begin on a day
    Remove(Days),
}

#[derive(Debug, Args)]
pub(super) struct Days {
    /// The first day, such as 2026-12-19
    first_day: NaiveDate,
    /// ISO 3166-1 code, such as KEN
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
}

pub(super) fn run_holiday(
    command: &HolidayCommand,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let holidays = with_store(config, async |store| {
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        let country = match command {
            HolidayCommand::Add { days, .. } | HolidayCommand::Remove(days) => &days.country,
            HolidayCommand::List { country } => country,
        };
        known(&tx, country).await?;
        let action = match command {
            HolidayCommand::Add { days, name, until } => {
                let holiday = holiday(days, name, *until)?;
                policies::add_holiday(&tx, country, &holiday).await?;
                Some("holiday added")
            }
            HolidayCommand::Remove(days) => {
                if policies::remove_holiday(&tx, country, days.first_day).await? == 0 {
                    let message = format!("no holiday begins on {}", days.first_day);
                    return Err(CommandError::new("holiday_not_found", message));
                }
                Some("holiday removed")
            }
            HolidayCommand::List { .. } => None,
        };
        let holidays = policies::holidays(&tx, country.as_str()).await?;
        if let Some(action) = action {
            let (subject, detail) = (format!("country {country}"), list(&holidays));
            audit::record(&tx, super::ACTOR, action, &subject, &detail).await?;
            tx.commit().await.map_err(failed)?;
        }
        Ok(holidays)
    })?;
    let lines: Vec<_> = holidays
        .iter()
        .map(|holiday| {
            format!(
                "{} to {}  {}",
                holiday.first_day, holiday.last_day, holiday.name
            )
        })
        .collect();
    let text = if lines.is_empty() {
        "no holidays are known".to_owned()
    } else {
        lines.join("\n")
    };
    Ok(output.answer(&json!({"holidays": list(&holidays)}), text))
}

fn holiday(days: &Days, name: &str, until: Option<NaiveDate>) -> Result<Holiday, CommandError> {
    let last_day = until.unwrap_or(days.first_day);
    let length = (last_day - days.first_day).num_days();
    if !(0..LONGEST_HOLIDAY_DAYS).contains(&length) {
        let message = format!(
            "--until is {last_day}; it must be from {} to {LONGEST_HOLIDAY_DAYS} days later",
            days.first_day
        );
        return Err(CommandError::new("holiday", message));
    }
    Ok(Holiday {
        first_day: days.first_day,
        last_day,
        name: name.to_owned(),
    })
}

fn list(holidays: &[Holiday]) -> Value {
    let shown = |holiday: &Holiday| {
        json!({"first_day": holiday.first_day, "last_day": holiday.last_day,
            "name": holiday.name})
    };
    holidays.iter().map(shown).collect()
}
