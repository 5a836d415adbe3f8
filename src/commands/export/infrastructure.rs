//! Things of infrastructure as rows and features: what their file stated, by its own columns, so that
//! importing them changes nothing; what else is known of them in columns that an import passes over.

use std::{path::PathBuf, pin::pin, process::ExitCode};

use clap::Args;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use super::{
    layer::{Cell, Column, Geometry, Kind as Cells, Layer, ShapeKind},
    target::{Format, Target},
};
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
    format: Format,
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
    if arguments.format.is_flat() && arguments.kind.form() != Form::Point {
        let message = "such a table holds points only; write lines and outlines as geojson, gpkg \
                       or parquet";
        return Err(CommandError::new("format_without_shapes", message));
    }
    let target = Target::open(arguments.file.as_deref(), arguments.format)?;
    let written = with_store(config, async |store| {
        let db = store.client().await?;
        write(&db, arguments, target).await
    })?;
    let Some(file) = &arguments.file else {
        return Ok(ExitCode::SUCCESS);
    };
    let file = file.display().to_string();
    let text = format!("{written} written to {file}");
    let document = json!({"kind": arguments.kind.slug(), "written": written, "file": file});
    Ok(output.answer(&document, text))
}

async fn write(
    db: &Client,
    arguments: &Arguments,
    mut target: Target,
) -> Result<usize, CommandError> {
    let (kind, source) = (arguments.kind, arguments.source.as_deref());
    let country = arguments.country.as_ref();
    let columns = infrastructure::attributes(db, kind, source, country).await?;
    let mut things = pin!(infrastructure::export(db, kind, source, country).await?);
    let is_flat = arguments.format.is_flat();
    target.begin(&layer(kind, &columns, is_flat))?;
    while let Some(thing) = things.try_next().await? {
        let place = place(&thing);
        let cells = cells(&columns, &thing, is_flat);
        target.row(&cells, place.as_ref().filter(|_| !is_flat))?;
    }
    target.finish()
}

/// Where points can only stand in columns, two more begin each row.
fn layer(kind: Kind, columns: &[String], is_flat: bool) -> Layer {
    let position = ["longitude", "latitude"].map(|name| Column::new(name, Cells::Real));
    let position = position.into_iter().filter(|_| is_flat);
    let stated = columns.iter().map(|name| Column::new(name, Cells::Text));
    let own = OWN.map(|name| Column::new(name, Cells::Text));
    Layer {
        name: kind.slug().into(),
        title: kind.slug().replace('_', " "),
        // Each row names its own source and licence.
        credit: None,
        columns: position.chain(stated).chain(own).collect(),
        shape: match kind.form() {
            _ if is_flat => None,
            Form::Point => Some(ShapeKind::Point),
            _ => Some(ShapeKind::Mixed),
        },
    }
}

fn place(thing: &ExportedThing) -> Option<Geometry> {
    let point = thing.position.map(|(longitude, latitude)| Geometry::Point {
        longitude,
        latitude,
    });
    point.or_else(|| thing.geometry.clone().map(Geometry::Wkb))
}

fn cells<'a>(columns: &[String], thing: &'a ExportedThing, is_flat: bool) -> Vec<Cell<'a>> {
    let (longitude, latitude) = thing.position.unzip();
    let position = [longitude, latitude].map(|number| number.map_or(Cell::Blank, Cell::Real));
    let position = position.into_iter().filter(|_| is_flat);
    let stated = columns
        .iter()
        .map(|column| Cell::text(thing.attributes.get(column).and_then(Value::as_str)));
    let own = own(thing).map(Cell::text);
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
