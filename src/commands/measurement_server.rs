//! `schoolbeat measurement-server add | list | remove`: servers of others that probes are sent to.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::{CommandError, Output, database::with_store};
use crate::{
    config::Config,
    domain::area::CountryCode,
    ndt7::Address,
    store::{
        StoreError, audit,
        measurement_servers::{self, KnownServer},
        secrets,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a server, or say where the one of this name is now
    Add(Add),
    /// List them, best first
    List,
    /// Make a key by which a server tells us what it saw, so that claims of probes can be put beside it.
    /// The key is shown this once, and replaces the one before
    Key {
        /// Its name
        name: String,
    },
    /// Take a server off the list; what it measured stays
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// What people call it, such as "IXP Nairobi"
    name: String,
    /// Where it is reached, such as `wss://speed.example:8081`
    url: String,
    /// Where it stands
    #[arg(long)]
    city: Option<String>,
    /// ISO 3166-1 code of its country; clients that say theirs are sent there first
    #[arg(long, value_parser = super::parse::country)]
    country: Option<CountryCode>,
    /// Lower is asked first; the service's own server has 0
    #[arg(long, default_value_t = 10, allow_negative_numbers = true)]
    rank: i32,
}

pub(super) fn run(
    command: Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::Add(add) => self::add(add, config, output),
        Command::List => list(config, output),
        Command::Key { name } => key(&name, config, output),
        Command::Remove { name } => remove(&name, config, output),
    }
}

fn add(add: Add, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    if Address::parse(&add.url).is_none() {
        return Err(CommandError::new(
            "url",
            format!(
                "{:?} is no address of a measurement server: it wants ws:// or wss://, a host and \
                 perhaps a port, such as wss://speed.example:8081",
                add.url
            ),
        ));
    }
    let server = KnownServer {
        name: add.name,
        url: add.url.trim_end_matches('/').to_owned(),
        city: add.city,
        country_code: add.country.map(|country| country.to_string()),
        rank: add.rank,
        told_at: None,
    };
    let document = shown(&server);
    changed(
        config,
        "measurement server added",
        &server.name,
        &document,
        async |tx| measurement_servers::put(tx, &server).await.map(|()| true),
    )?;
    Ok(output.answer(
        &document,
        format!("{} at {} is on the list", server.name, server.url),
    ))
}

fn list(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let servers = with_store(config, async |store| {
        Ok(measurement_servers::list(&store.client().await?, None).await?)
    })?;
    let document = json!({"servers": servers.iter().map(shown).collect::<Vec<_>>()});
    let lines: Vec<_> = servers
        .iter()
        .map(|server| format!("{:>4}  {}  {}", server.rank, server.name, server.url))
        .collect();
    let text = if lines.is_empty() {
        "there is no measurement server besides the service's own".to_owned()
    } else {
        lines.join("\n")
    };
    Ok(output.answer(&document, text))
}

fn key(name: &str, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let key = secrets::fresh_token();
    let hash = secrets::hash(&key);
    let was_there = changed(
        config,
        "measurement server key made",
        name,
        &json!({"name": name}),
        async |tx| measurement_servers::set_key(tx, name, &hash).await,
    )?;
    if !was_there {
        return Err(not_found(name));
    }
    let document = json!({"name": name, "key": key});
    let text = format!(
        "{key}\n\nIt is not shown again. On {name}, where `schoolbeat ndt7-server` runs, set \
         SCHOOLBEAT_NDT7_TELL_URL to this service's address and SCHOOLBEAT_NDT7_TELL_KEY to the key."
    );
    Ok(output.answer(&document, text))
}

fn not_found(name: &str) -> CommandError {
    CommandError::new(
        "measurement_server_not_found",
        format!("there is no measurement server {name:?}; `schoolbeat measurement-server list`"),
    )
}

fn remove(name: &str, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let document = json!({"name": name, "removed": true});
    let was_there = changed(
        config,
        "measurement server removed",
        name,
        &document,
        async |tx| measurement_servers::remove(tx, name).await,
    )?;
    if !was_there {
        return Err(not_found(name));
    }
    Ok(output.answer(&document, format!("{name} is off the list")))
}

/// A change with its line in the audit log, both or neither.
fn changed(
    config: &Config,
    action: &'static str,
    name: &str,
    detail: &serde_json::Value,
    change: impl AsyncFnOnce(&deadpool_postgres::Transaction<'_>) -> Result<bool, StoreError>,
) -> Result<bool, CommandError> {
    with_store(config, async |store| {
        let failed = |error| StoreError::query("measurement_server", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        if !change(&tx).await? {
            return Ok(false);
        }
        let subject = format!("measurement server {name}");
        audit::record(&tx, super::ACTOR, action, &subject, detail).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    })
}

fn shown(server: &KnownServer) -> serde_json::Value {
    json!({"name": server.name, "url": server.url, "city": server.city,
        "country": server.country_code, "rank": server.rank, "told_at": server.told_at})
}
