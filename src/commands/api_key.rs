//! `schoolbeat api-key add|list|revoke`: which programs may send for schools.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::CountryCode,
    store::{
        StoreError,
        api_keys::{self, ApiKey, NewApiKey},
        audit, countries, secrets,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key; it is shown this once
    Add(AddArguments),
    /// Show the keys: names, countries and when they were used, never the keys themselves
    List,
    /// Take a key's worth, for good
    Revoke {
        /// The key's name
        #[arg(value_parser = parse::stated)]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// What to call it, such as `giga-meter-kenya`
    #[arg(value_parser = parse::stated)]
    name: String,
    /// Only for schools of this country
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::Add(arguments) => add(arguments, config, output),
        Command::List => list(config, output),
        Command::Revoke { name } => revoke(name, config, output),
    }
}

fn add(
    arguments: &AddArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (name, country) = (&*arguments.name, arguments.country.as_ref());
    let secret = secrets::fresh_token();
    with_store(config, async |store| {
        let failed = |error| StoreError::query("api_key_add", error);
        let mut db = store.client().await?;
        if let Some(code) = country
            && countries::find(&db, code).await?.is_none()
        {
            let message = format!("there is no country {code}: import its areas or schools first");
            return Err(CommandError::new("country_not_found", message));
        }
        let tx = db.transaction().await.map_err(failed)?;
        let hash = secrets::hash(&secret);
        let key = NewApiKey {
            name,
            country,
            hash: &hash,
        };
        if api_keys::add(&tx, &key, Utc::now()).await?.is_none() {
            let message =
                format!("there is a key {name:?} already: revoke it, or use another name");
            return Err(CommandError::new("name_taken", message));
        }
        let detail = json!({"country": country.map(CountryCode::as_str)});
        let subject = format!("API key {name}");
        audit::record(&tx, super::ACTOR, "API key added", &subject, &detail).await?;
        tx.commit().await.map_err(failed)?;
        Ok(())
    })?;
    let document = json!({
        "name": name,
        "country": country.map(CountryCode::as_str),
        "key": secret,
    });
    let whose = country.map_or_else(|| "every country".to_owned(), ToString::to_string);
    let text = format!(
        "{secret}\n\nThis is the key {name}, for schools of {whose}. It is not kept and cannot be \
         shown again."
    );
    Ok(output.answer(&document, text))
}

fn list(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let keys = with_store(config, async |store| {
        let db = store.client().await?;
        Ok(api_keys::list(&db).await?)
    })?;
    let one = |key: &ApiKey| {
        json!({
            "id": key.id,
            "name": key.name,
            "country": key.country.as_ref().map(CountryCode::as_str),
            "created_at": key.created_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
        })
    };
    let document = json!({"items": keys.iter().map(one).collect::<Vec<_>>()});
    let lines: Vec<String> = keys.iter().map(in_words).collect();
    let text = if lines.is_empty() {
        "no keys".to_owned()
    } else {
        lines.join("\n")
    };
    Ok(output.answer(&document, text))
}

fn in_words(key: &ApiKey) -> String {
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
    let country = key.country.as_ref();
    let whose = country.map_or_else(|| "every country".to_owned(), ToString::to_string);
    let used = key.last_used_at.map_or_else(
        || "never used".to_owned(),
        |at| format!("last used {}", day(at)),
    );
    let revoked = key
        .revoked_at
        .map_or_else(String::new, |at| format!(", revoked {}", day(at)));
    let made = day(key.created_at);
    format!("{}  {whose}, made {made}, {used}{revoked}", key.name)
}

fn revoke(name: &str, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let revoked = with_store(config, async |store| {
        let failed = |error| StoreError::query("api_key_revoke", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        let Some(id) = api_keys::revoke(&tx, name, Utc::now()).await? else {
            return Ok(None);
        };
        let subject = format!("API key {name}");
        audit::record(
            &tx,
            super::ACTOR,
            "API key revoked",
            &subject,
            &json!({"id": id}),
        )
        .await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(id))
    })?;
    let id = revoked.ok_or_else(|| {
        let message = format!("there is no key {name:?} in use (schoolbeat api-key list)");
        CommandError::new("api_key_not_found", message)
    })?;
    let document = json!({"id": id, "name": name, "revoked": true});
    Ok(output.answer(
        &document,
        format!("the key {name} is worth nothing any more"),
    ))
}
