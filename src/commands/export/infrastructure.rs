//! Things of infrastructure as rows and features: what their file stated, by its own columns, so that
//! importing them changes nothing; what else is known of them in columns that an import passes over.

use std::{path::PathBuf, pin::pin, process::ExitCode};

use clap::Args;
use futures_util::TryStreamExt;
use serde_json::{Map, Value, json};

use super::{FormatName, Sink, rows::plain};
use crate::{
    commands::{CommandError, Output, database::with_store, parse},
    config::Config,
    domain::{
        area::CountryCode,
        infrastructure::{Form, Kind},
    },
    store::{
        Client,
        infrastructure::{self, ExportedThing},
    },
};

/// What people want beside what the file stated. An import takes them from elsewhere.
const OWN: [&str; 10] = [
    "schoolbeat:id",
    "schoolbeat:name",
    "schoolbeat:status",
    "schoolbeat:operator",
    "schoolbeat:technology",
    "schoolbeat:generations",
    "schoolbeat:range_m",
    "schoolbeat:source",
    "schoolbeat:licence",
    "schoolbeat:as_of",
];

#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    /// What to write: fibre-node, fibre-line, microwave-node, cell-site, coverage or grid-line
    #[arg(long, value_parser = parse::infrastructure_kind)]
    kind: Kind,
    /// Only what this source says
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Only what speaks for this country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
    /// How to write it
    #[arg(long, value_enum, default_value = "geojson")]
    format: FormatName,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    if arguments.file.is_none() && output.is_json() {
        let message = "--json prints one document: name a --file for the export itself";
        return Err(CommandError::new("file_missing", message));
    }
    if matches!(arguments.format, FormatName::Csv) && arguments.kind.form() != Form::Point {
        let message = "a CSV holds points only; write lines and outlines as geojson";
        return Err(CommandError::new("format_without_shapes", message));
    }
    let sink = Sink::open(arguments.file.as_deref())?;
    let written = with_store(config, async |store| {
        let db = store.client().await?;
        write(&db, arguments, sink).await
    })?;
    let Some(file) = &arguments.file else {
        return Ok(ExitCode::SUCCESS);
    };
    let file = file.display().to_string();
    let text = format!("{written} written to {file}");
    let document = json!({"kind": arguments.kind.slug(), "written": written, "file": file});
    Ok(output.answer(&document, text))
}

async fn write(db: &Client, arguments: &Arguments, mut sink: Sink) -> Result<usize, CommandError> {
    let (kind, source) = (arguments.kind, arguments.source.as_deref());
    let country = arguments.country.as_ref();
    let columns = infrastructure::attributes(db, kind, source, country).await?;
    let mut things = pin!(infrastructure::export(db, kind, source, country).await?);
    let mut written = 0;
    let csv = matches!(arguments.format, FormatName::Csv);
    if csv {
        sink.csv(&header(&columns))?;
    } else {
        sink.begin_features()?;
    }
    while let Some(thing) = things.try_next().await? {
        if csv {
            sink.csv(&fields(&columns, &thing))?;
        } else {
            sink.feature(written, &feature(&thing)?)?;
        }
        written += 1;
    }
    if !csv {
        sink.end_features()?;
    }
    sink.finish()?;
    Ok(written)
}

fn header(columns: &[String]) -> Vec<String> {
    let position = ["longitude", "latitude"].map(str::to_owned).into_iter();
    let own = OWN.map(str::to_owned);
    position.chain(columns.iter().cloned()).chain(own).collect()
}

fn fields(columns: &[String], thing: &ExportedThing) -> Vec<String> {
    let (longitude, latitude) = thing.position.unzip();
    let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
    let position = [number(longitude), number(latitude)].into_iter();
    let stated = columns.iter().map(|column| {
        let value = thing.attributes.get(column).and_then(Value::as_str);
        plain(value.unwrap_or_default())
    });
    let own = own(thing).map(|text| plain(&text.unwrap_or_default()));
    position.chain(stated).chain(own).collect()
}

/// The values of [`OWN`], in their order.
fn own(thing: &ExportedThing) -> [Option<String>; 10] {
    let generations = thing.generations.join(" ");
    [
        Some(thing.match_key.clone()),
        thing.name.clone(),
        Some(thing.status.clone()),
        thing.operator.clone(),
        thing.technology.clone(),
        (!generations.is_empty()).then_some(generations),
        thing.range_m.map(|range| range.to_string()),
        Some(thing.origin.source.clone()),
        Some(thing.origin.licence.clone()),
        Some(thing.origin.as_of.to_string()),
    ]
}

fn feature(thing: &ExportedThing) -> Result<Value, CommandError> {
    let mut properties: Map<String, Value> = thing.attributes.clone();
    for (name, value) in OWN.iter().zip(own(thing)) {
        if let Some(value) = value {
            properties.insert((*name).to_owned(), value.into());
        }
    }
    let geometry = match (&thing.geometry, thing.position) {
        (Some(geometry), _) => serde_json::from_str(geometry)
            .map_err(|error| CommandError::new("database", format!("a geometry: {error}")))?,
        (None, Some((longitude, latitude))) => {
            json!({"type": "Point", "coordinates": [longitude, latitude]})
        }
        (None, None) => Value::Null,
    };
    Ok(json!({"type": "Feature", "properties": properties, "geometry": geometry}))
}
