//! `schoolbeat simulate`: an invented country into the database, through the same doors as a real
//! one. Invents nothing itself.

mod load;
mod sender;

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
    process::ExitCode,
    time::Instant,
};

use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, SubsecRound, Utc};
use clap::{Args, Subcommand};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CommandError, Output, database::with_store};
use crate::{
    config::Config,
    domain::{
        area::{AreaLevel, CountryCode},
        benchmark::Benchmark,
        calendar::SchoolCalendar,
        presence::Span,
        record::PresenceState,
        school::SchoolId,
    },
    jobs::summarise,
    registry::{read_areas, read_position, read_schools},
    simulate::{self, COUNTRY_CODE, COUNTRY_NAME, CREDIT, History, ProbeHistory, World},
    store::{
        Store, StoreError,
        countries::{self, Country},
        imports::{self, AreaImport, CountryChanges, ImportFile},
        simulation::{self, Begun, InventedProbe, Recipe},
    },
};

/// Probes whose history goes into one transaction.
const PROBES_A_BATCH: usize = 120;
/// Days over which a status looks back, as for any country.
const WINDOW_DAYS: i32 = 28;
/// A history that ended longer ago than this has begun to leave the window.
const OLD: Duration = Duration::days(7);
/// Who did it, as the audit says.
const ACTOR: &str = "command line";

/// What the invented country follows from.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Simulate {
    #[command(subcommand)]
    load: Option<Under>,
    /// The same seed gives the same country everywhere
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32))]
    seed: u32,
    /// Number of schools
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    schools: u32,
    /// Days of measurements
    #[arg(long, default_value_t = 28, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// When the measurements end, such as 2026-11-24T05:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<DateTime<Utc>>,
}

#[derive(Debug, Subcommand)]
enum Under {
    /// Let virtual probes of the invented country report to a server over HTTP, as after an outage of the
    /// whole country, and count what arrived
    Load(load::Load),
}

/// What came of it.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    probes: usize,
    speed_tests: usize,
    path_checks: usize,
    /// The school with the most kinds of outages on one day, and how many these are.
    eventful: Option<(usize, SchoolId)>,
}

pub(super) fn run(
    arguments: &Simulate,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    if let Some(Under::Load(load)) = &arguments.load {
        return load::run(load, config, output);
    }
    let wanted = Recipe {
        seed: arguments.seed.into(),
        schools: arguments.schools.into(),
        days: arguments.days.into(),
        now: arguments.now.unwrap_or_else(Utc::now).trunc_subsecs(0),
    };
    let code = CountryCode::new(COUNTRY_CODE)
        .ok_or_else(|| CommandError::new("simulate", "the invented country has no valid code"))?;
    with_store(config, async move |store| {
        let recipe = match state(&store, &code, &wanted, arguments.now.is_some()).await? {
            State::New => {
                simulation::begin(&store.client().await?, &code, &wanted).await?;
                wanted
            }
            State::Unfinished(recipe) => {
                output.progress("an earlier run did not come to its end; this one continues it");
                recipe
            }
            State::Finished(recipe) => return Ok(nothing_to_do(output, &recipe)),
        };
        invent(&store, &code, &recipe, output).await
    })
}

enum State {
    New,
    Unfinished(Recipe),
    Finished(Recipe),
}

/// What the database holds of this recipe; another one, or a country that was not invented by us,
/// is refused.
async fn state(
    store: &Store,
    code: &CountryCode,
    wanted: &Recipe,
    now_is_wanted: bool,
) -> Result<State, CommandError> {
    let client = store.client().await?;
    let Some(Begun { recipe, finished }) = simulation::begun(&client, code).await? else {
        if countries::find(&client, code).await?.is_some() {
            let text = format!("{code} is there already, and not from this command");
            return Err(CommandError::new("country_exists", text));
        }
        return Ok(State::New);
    };
    let is_same = (recipe.seed, recipe.schools, recipe.days)
        == (wanted.seed, wanted.schools, wanted.days)
        && (!now_is_wanted || recipe.now == wanted.now);
    if !is_same {
        let text = format!(
            "{COUNTRY_NAME} is there already, with --seed {} --schools {} --days {} --now {}; \
             it is not replaced. For another one set SCHOOLBEAT_DATA_DIR to another directory",
            recipe.seed,
            recipe.schools,
            recipe.days,
            recipe.now.to_rfc3339_opts(SecondsFormat::Secs, true),
        );
        return Err(CommandError::new("simulated_otherwise", text));
    }
    Ok(if finished {
        State::Finished(recipe)
    } else {
        State::Unfinished(recipe)
    })
}

fn nothing_to_do(output: Output, recipe: &Recipe) -> ExitCode {
    let document = json!({
        "country": COUNTRY_CODE,
        "name": COUNTRY_NAME,
        "created": false,
        "seed": recipe.seed,
        "schools": recipe.schools,
        "days": recipe.days,
        "now": recipe.now,
    });
    let mut text = format!(
        "{COUNTRY_NAME} is there already, with {} schools and measurements up to {}; nothing done",
        recipe.schools,
        recipe.now.format("%Y-%m-%d %H:%M UTC"),
    );
    let age = Utc::now() - recipe.now;
    if age > OLD {
        let _ = write!(
            text,
            ". That is {} days ago, and a status looks back over {WINDOW_DAYS} days: for fresh \
             measurements remove the data directory and begin again",
            age.num_days()
        );
    }
    output.answer(&document, text)
}

async fn invent(
    store: &Store,
    code: &CountryCode,
    recipe: &Recipe,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let begun = Instant::now();
    let out_of_range = |_| CommandError::new("simulate", "the stored recipe is out of range");
    let seed = u64::try_from(recipe.seed).map_err(out_of_range)?;
    let schools = usize::try_from(recipe.schools).map_err(out_of_range)?;
    let days = u32::try_from(recipe.days).map_err(out_of_range)?;
    let world = World::invent(seed, schools);
    output.progress(format!(
        "{COUNTRY_NAME}: taking its areas and {schools} schools"
    ));
    let country = country(code);
    let areas = import_country(store, &country, &world).await?;
    output.progress(format!(
        "{COUNTRY_NAME}: making up {days} days of measurements"
    ));
    let counts = load_history(store, &country, &world, recipe.now, days).await?;
    output.progress(format!("{COUNTRY_NAME}: summarising them"));
    summarise::run_until_idle(store, Utc::now()).await?;
    simulation::finish(&mut store.client().await?, code).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let document = json!({
        "country": COUNTRY_CODE,
        "name": COUNTRY_NAME,
        "created": true,
        "seed": recipe.seed,
        "schools": recipe.schools,
        "days": recipe.days,
        "now": recipe.now,
        "areas": areas,
        "probes": counts.probes,
        "speed_tests": counts.speed_tests,
        "path_checks": counts.path_checks,
        "eventful_school": counts.eventful.map(|(_, school)| school.0),
        "seconds": seconds,
    });
    let mut text = format!(
        "{COUNTRY_NAME}: {} provinces, {} districts, {schools} schools; {} invented probes with \
         {} speed tests and {} path checks up to {}; in {seconds:.1} s",
        areas[1],
        areas[2],
        counts.probes,
        counts.speed_tests,
        counts.path_checks,
        recipe.now.format("%Y-%m-%d %H:%M UTC"),
    );
    if let Some((kinds, school)) = counts.eventful {
        let _ = write!(
            text,
            "\nOn one day of school {} there were {kinds} kinds of outages",
            school.0
        );
    }
    Ok(output.answer(&document, text))
}

fn country(code: &CountryCode) -> Country {
    Country {
        code: code.clone(),
        name: COUNTRY_NAME.into(),
        calendar: simulate::calendar(),
        window_days: WINDOW_DAYS,
        invented: true,
        credit: Some(CREDIT.into()),
        benchmark: Benchmark::default(),
    }
}

/// Sends areas and schools through the doors of `import`; how many areas each level has.
async fn import_country(
    store: &Store,
    country: &Country,
    world: &World,
) -> Result<[i32; 3], CommandError> {
    let mut client = store.client().await?;
    let refused = |error| CommandError::new("simulate", format!("the invented file: {error}"));
    let file = |name: &str, bytes: &[u8]| ImportFile {
        country: country.clone(),
        changes: CountryChanges::default(),
        file_name: name.into(),
        sha256: Sha256::digest(bytes).into(),
        bytes: i64::try_from(bytes.len()).ok(),
        source: None,
        actor: ACTOR.into(),
    };
    let mut counts = [0; 3];
    for (number, text) in (0_i16..).zip(world.areas_geojson()) {
        let Some(level) = AreaLevel::new(number) else {
            continue;
        };
        let list = read_areas(text.as_bytes(), level).map_err(refused)?;
        let name = format!("invented_level_{number}.geojson");
        let file = file(&name, text.as_bytes());
        let import = AreaImport {
            level,
            list,
            replaces_level: false,
            read_position,
        };
        let imported = imports::import_areas(&mut client, &file, import).await?;
        counts[usize::from(number.unsigned_abs())] = imported.outcome.rows;
    }
    let text = world.schools_csv();
    let list = read_schools(text.as_bytes()).map_err(refused)?;
    let file = file("invented_schools.csv", text.as_bytes());
    imports::import_schools(&mut client, &file, list).await?;
    Ok(counts)
}

async fn load_history(
    store: &Store,
    country: &Country,
    world: &World,
    now: DateTime<Utc>,
    days: u32,
) -> Result<Counts, StoreError> {
    let mut client = store.client().await?;
    let first = now - Duration::days(i64::from(days) + 1);
    simulation::make_room(&client, first.date_naive(), now.date_naive()).await?;
    let ids = simulation::schools_by_government_id(&client, &country.code).await?;
    let history = History::new(world, country.calendar.clone(), now, days);
    let mut counts = Counts::default();
    let mut batch = vec![];
    let schools = world.schools().iter();
    let probes = schools.filter_map(|school| {
        let id = *ids.get(&school.government_id)?;
        Some(invented_probe(history.of(school, id)?, id))
    });
    for probe in probes {
        counts.probes += 1;
        counts.speed_tests += probe.speed_tests.len();
        counts.path_checks += probe.path_checks.len();
        let kinds = kinds_on_a_day(&probe.presence, &country.calendar);
        if counts.eventful.is_none_or(|(most, _)| kinds > most) {
            counts.eventful = Some((kinds, probe.school_id));
        }
        batch.push(probe);
        if batch.len() >= PROBES_A_BATCH {
            simulation::insert(&mut client, &country.calendar, std::mem::take(&mut batch)).await?;
        }
    }
    simulation::insert(&mut client, &country.calendar, batch).await?;
    Ok(counts)
}

/// How many kinds of outages the worst day has.
fn kinds_on_a_day(presence: &[Span], calendar: &SchoolCalendar) -> usize {
    let mut days: BTreeMap<NaiveDate, HashSet<_>> = BTreeMap::new();
    let outages = presence
        .iter()
        .filter(|span| !matches!(span.state, PresenceState::Online | PresenceState::Off));
    for span in outages {
        let day = calendar.local_day(span.started_at);
        days.entry(day)
            .or_default()
            .insert((span.state, span.detail));
    }
    days.values().map(HashSet::len).max().unwrap_or(0)
}

fn invented_probe(history: ProbeHistory, school_id: SchoolId) -> InventedProbe {
    InventedProbe {
        id: history.probe_id,
        school_id,
        vantage: history.vantage,
        enrolled_at: history.enrolled_at,
        last_report_at: history.last_report_at,
        last_sequence: history.last_sequence,
        speed_tests: history.speed_tests,
        path_checks: history.path_checks,
        page_checks: history.page_checks,
        presence: history.presence,
    }
}
