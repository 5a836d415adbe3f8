//! `schoolbeat enrol SCHOOL`: a one-time code for a new probe.

use std::process::ExitCode;

use chrono::Utc;
use clap::Args;
use qrcode::{QrCode, render::unicode};
use serde_json::json;

use super::{CommandError, Output, database::with_store, school};
use crate::{
    config::Config,
    store::new_enrolment::{self, NewEnrolment},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The school: its id here, at Giga, or of the ministry
    school: String,
}

pub(super) fn run(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let server = config.http.public_url.clone();
    let (school, enrolment) = with_store(config, async |store| {
        let mut db = store.client().await?;
        let school = school::find_one(&db, &arguments.school).await?;
        let enrolment = new_enrolment::create(&mut db, school.id, super::ACTOR, Utc::now()).await?;
        Ok((school, enrolment))
    })?;
    let NewEnrolment { code, expires_at } = enrolment;
    let command = new_enrolment::command(&server, &code);
    let qr = QrCode::new(&command).map_err(|error| CommandError::new("qr", error))?;
    // Terminals are dark as a rule, and cameras want dark modules on a light ground.
    let qr = qr
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build();
    let document = json!({
        "code": code.as_str(),
        "expires_at": expires_at,
        "server": server,
        "command": command,
        "school": {"id": school.id.0, "name": school.name, "country": school.country},
    });
    let text = format!(
        "{qr}\n\nSchool   {} ({})\nCode     {}\nGood for one probe until {}\n\nAt the school, type:\n\n    {command}\n",
        school.name,
        school.country,
        code.as_str(),
        expires_at.format("%Y-%m-%d %H:%M UTC"),
    );
    Ok(output.answer(&document, text))
}
