//! `schoolbeat import areas`

use std::process::ExitCode;

use clap::Args;

use super::{file::FileArguments, summary};
use crate::{
    commands::{CommandError, Output, database::with_store, parse},
    config::Config,
    domain::area::AreaLevel,
    registry::{ReadOptions, read_areas_with, read_position},
    store::imports::{self, AreaImport},
};

#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
    /// 0 for the country itself, 1 to 4 for the levels below
    #[arg(long, value_parser = parse::level)]
    level: AreaLevel,
    /// The file is the whole level: known areas that it does not name are retired, and come back
    /// when a file names them again
    #[arg(long)]
    replace: bool,
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
    let import = AreaImport {
        level,
        list,
        replaces_level: arguments.replace,
        read_position,
    };
    let imported = with_store(config, async move |store| {
        let mut client = store.client().await?;
        Ok(imports::import_areas(&mut client, &import_file, import).await?)
    })?;
    let is_new = imported.outcome.country_is_new;
    summary::notices(&described.notices, is_new, output);
    let document = summary::area_document(&imported, &described.file);
    let text = summary::area_text(&imported, level, &described.file, file.all_findings);
    Ok(output.answer(&document, text))
}
