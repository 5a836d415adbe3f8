//! `schoolbeat export`: what was taken in, out again, so that importing it changes nothing.

mod infrastructure;
mod rows;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    pin::pin,
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};
use futures_util::TryStreamExt;
use rows::{Columns, area_feature, school_feature};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::{AreaLevel, CountryCode},
    store::{Client, countries, exports},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The schools of a country
    Schools(SchoolArguments),
    /// The areas of a country, as GeoJSON
    Areas(AreaArguments),
    /// Infrastructure of one kind, with the columns that its files had
    Infrastructure(infrastructure::Arguments),
}

#[derive(Debug, Args)]
pub(super) struct SchoolArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// What to write
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatName,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct AreaArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// Level of the areas
    #[arg(long, default_value = "1", value_parser = parse::level)]
    level: AreaLevel,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Csv,
    Geojson,
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::Infrastructure(arguments) => infrastructure::run(arguments, config, output),
        Command::Schools(arguments) => {
            let (country, file) = (&arguments.country, arguments.file.as_deref());
            of_country(country, file, config, output, async |db, sink| {
                write_schools(db, arguments, sink).await
            })
        }
        Command::Areas(arguments) => {
            let (country, file) = (&arguments.country, arguments.file.as_deref());
            of_country(country, file, config, output, async |db, sink| {
                write_areas(db, arguments, sink).await
            })
        }
    }
}

fn of_country(
    country: &CountryCode,
    file: Option<&Path>,
    config: &Config,
    output: Output,
    write: impl AsyncFnOnce(&Client, Sink) -> Result<usize, CommandError>,
) -> Result<ExitCode, CommandError> {
    if file.is_none() && output.is_json() {
        let message = "--json prints one document: name a --file for the export itself";
        return Err(CommandError::new("file_missing", message));
    }
    let sink = Sink::open(file)?;
    let written = with_store(config, async |store| {
        let db = store.client().await?;
        if countries::find(&db, country).await?.is_none() {
            let message = format!("there is no country {country} yet: import its areas or schools");
            return Err(CommandError::new("country_not_found", message));
        }
        write(&db, sink).await
    })?;
    let Some(file) = file else {
        return Ok(ExitCode::SUCCESS);
    };
    let file = file.display().to_string();
    let text = format!("{written} written to {file}");
    let document = json!({"country": country.as_str(), "written": written, "file": file});
    Ok(output.answer(&document, text))
}

async fn write_schools(
    db: &Client,
    arguments: &SchoolArguments,
    mut sink: Sink,
) -> Result<usize, CommandError> {
    let country = &arguments.country;
    let columns = Columns::new(exports::school_attributes(db, country).await?);
    let mut schools = pin!(exports::schools(db, country).await?);
    let mut written = 0;
    match arguments.format {
        FormatName::Csv => {
            sink.csv(&columns.header())?;
            while let Some(school) = schools.try_next().await? {
                sink.csv(&columns.fields(&school))?;
                written += 1;
            }
        }
        FormatName::Geojson => {
            sink.begin_features()?;
            while let Some(school) = schools.try_next().await? {
                sink.feature(written, &school_feature(&columns, &school))?;
                written += 1;
            }
            sink.end_features()?;
        }
    }
    sink.finish()?;
    Ok(written)
}

async fn write_areas(
    db: &Client,
    arguments: &AreaArguments,
    mut sink: Sink,
) -> Result<usize, CommandError> {
    let mut areas = pin!(exports::areas(db, &arguments.country, arguments.level).await?);
    let mut written = 0;
    sink.begin_features()?;
    while let Some(area) = areas.try_next().await? {
        sink.feature(written, &area_feature(&area)?)?;
        written += 1;
    }
    sink.end_features()?;
    sink.finish()?;
    Ok(written)
}

/// Where an export goes. A file appears under its name only when it is whole.
struct Sink {
    out: Box<dyn Write>,
    half: Option<(PathBuf, PathBuf)>,
    shown: String,
}

impl Sink {
    fn open(file: Option<&Path>) -> Result<Self, CommandError> {
        let Some(file) = file else {
            let out = Box::new(BufWriter::new(io::stdout()));
            return Ok(Self {
                out,
                half: None,
                shown: "standard output".into(),
            });
        };
        let mut half = file.as_os_str().to_owned();
        half.push(".half-written");
        let half = PathBuf::from(half);
        let shown = file.display().to_string();
        let opened = File::create(&half)
            .map_err(|error| CommandError::new("file", format!("cannot write {shown}: {error}")))?;
        let out = Box::new(BufWriter::new(opened));
        let half = Some((half, file.to_owned()));
        Ok(Self { out, half, shown })
    }

    fn done(&self, result: io::Result<()>) -> Result<(), CommandError> {
        result.map_err(|error| {
            CommandError::new("file", format!("cannot write {}: {error}", self.shown))
        })
    }

    fn csv(&mut self, fields: &[String]) -> Result<(), CommandError> {
        let mut writer = csv::WriterBuilder::new()
            .buffer_capacity(1 << 10)
            .from_writer(vec![]);
        let line = writer
            .write_record(fields)
            .map_err(io::Error::from)
            .and_then(|()| writer.into_inner().map_err(csv::IntoInnerError::into_error));
        let written = line.and_then(|line| self.out.write_all(&line));
        self.done(written)
    }

    fn begin_features(&mut self) -> Result<(), CommandError> {
        let begun = self
            .out
            .write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n");
        self.done(begun)
    }

    fn feature(&mut self, before: usize, feature: &serde_json::Value) -> Result<(), CommandError> {
        let comma = if before > 0 { ",\n" } else { "" };
        let written = write!(self.out, "{comma}{feature}");
        self.done(written)
    }

    fn end_features(&mut self) -> Result<(), CommandError> {
        let ended = self.out.write_all(b"\n]}\n");
        self.done(ended)
    }

    fn finish(mut self) -> Result<(), CommandError> {
        let flushed = self.out.flush();
        self.done(flushed)?;
        let Some((half, file)) = self.half.take() else {
            return Ok(());
        };
        let renamed = std::fs::rename(half, file);
        self.done(renamed)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Some((half, _)) = &self.half {
            // Nothing half-done is kept; that it cannot be removed harms nobody.
            let _ = std::fs::remove_file(half);
        }
    }
}
