//! `schoolbeat import areas`

use std::process::ExitCode;

use clap::Args;

use super::{file::FileArguments, summary};
use crate::{
    commands::{CommandError, Output, database::with_store, parse},
    config::Config,
    domain::area::AreaLevel,
    registry::{ReadOptions, read_areas_with},
    store::imports,
};

#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
    /// 0 for the country itself, 1 to 4 for the levels below
    #[arg(long, value_parser = parse::level)]
    level: AreaLevel,
}

pub(super) fn run(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (file, level) = (&arguments.file, arguments.level);
    let described = file.describe(None)?;
    let options = ReadOptions {
        encoding: file.encoding,
        ..ReadOptions::default()
    };
    let list = read_areas_with(&file.read()?, level, &options).map_err(|e| file.refused(&e))?;
    let import_file = described.file.clone();
    let outcome = with_store(config, async move |store| {
        let mut client = store.client().await?;
        Ok(imports::import_areas(&mut client, &import_file, level, list).await?)
    })?;
    summary::notices(&described.notices, outcome.country_is_new, output);
    let subject = format!("areas of level {level}");
    let document = summary::document(&outcome, &described.file);
    Ok(output.answer(
        &document,
        summary::text(&outcome, &subject, &described.file, file.all_findings),
    ))
}
