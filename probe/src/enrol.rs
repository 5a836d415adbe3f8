//! `enrol`: a one-time code becomes this machine's identity. The secret is never printed.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use schoolbeat_wire::{EnrolledSchool, Redeem};
use serde::Serialize;

use crate::{
    SOFTWARE_VERSION,
    arguments::EnrolArguments,
    bounds, clock,
    complaint::Complaint,
    output,
    output::Show,
    send::{Api, ApiError, Sender, Step},
    server_url::ServerUrl,
    spool::Limits,
    state::{Identity, StateDir, StateLock},
};

/// Batches that are sent for an identity that is about to go; the rest is set aside.
const MAX_LAST_BATCHES: u32 = 50;

#[derive(Serialize)]
struct Shown<'a> {
    probe_id: &'a str,
    school: &'a EnrolledSchool,
    server: &'a str,
    state_dir: String,
    set_aside: Option<PathBuf>,
}

pub(crate) fn enrol(
    state: &StateDir,
    arguments: &EnrolArguments,
    show: Show,
) -> Result<ExitCode, Complaint> {
    let server = ServerUrl::parse(&arguments.server)?;
    let lock = state.lock()?;
    // With --replace, an identity that cannot be read is no obstacle either.
    let old = match (state.identity(), arguments.replace) {
        (Err(complaint), false) => return Err(complaint),
        (Ok(Some(old)), false) => return Err(already(&old)),
        (old, _) => old.ok().flatten(),
    };
    if let Some(old) = &old {
        send_the_rest(state, &lock, old);
    }
    let redeem = Redeem {
        code: arguments.code.clone(),
        vantage: arguments.vantage.into(),
        software_version: SOFTWARE_VERSION.to_owned(),
    };
    let enrolled = Api::new(server.clone(), None)
        .redeem(&redeem)
        .map_err(|error| refused(&error))?;
    let identity = Identity {
        probe_id: enrolled.probe_id,
        secret: enrolled.secret,
        server: server.as_str().to_owned(),
        school: enrolled.school,
        vantage: redeem.vantage,
        enrolled_unix_ms: clock::wall_unix_ms(),
    };
    let config = bounds::bounded(&enrolled.config);
    let set_aside = state.replace_identity(&lock, &identity, &config).map_err(|error| {
        Complaint::setup(
            "state_dir_unusable",
            format!(
                "The code was redeemed, but the identity cannot be kept in {}: {error}. Mend that, and \
                 ask for a new code.",
                state.path().display()
            ),
        )
    })?;
    let shown = Shown {
        probe_id: &identity.probe_id,
        school: &identity.school,
        server: &identity.server,
        state_dir: state.path().display().to_string(),
        set_aside,
    };
    show.result(&shown, || lines(&shown));
    Ok(ExitCode::SUCCESS)
}

fn lines(shown: &Shown<'_>) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Enrolled as a probe of {} ({}).",
            shown.school.name, shown.school.country
        ),
        format!("  server     {}", shown.server),
        format!("  probe      {}", shown.probe_id),
        format!("  kept in    {}", shown.state_dir),
    ];
    if let Some(path) = &shown.set_aside {
        lines.push(format!(
            "  set aside  unsent records of the old identity, {}",
            path.display()
        ));
    }
    lines.push("Next: schoolbeat-probe run (or start the service)".to_owned());
    lines
}

fn already(identity: &Identity) -> Complaint {
    Complaint::setup(
        "already_enrolled",
        format!(
            "This machine is already enrolled, for {} at {}. To give that up, add --replace.",
            identity.school.name, identity.server
        ),
    )
}

/// The server's own code and words, where it had any: used, expired and unknown codes differ.
fn refused(error: &ApiError) -> Complaint {
    match error {
        ApiError::Status {
            detail: Some(detail),
            ..
        } => Complaint::failed(
            &detail.code,
            format!("{} ({})", detail.message, detail.code),
        ),
        ApiError::Unreachable { .. } => {
            Complaint::failed("server_unreachable", format!("{error}."))
        }
        ApiError::Status { .. } | ApiError::NotUnderstood { .. } => {
            Complaint::failed("server_not_understood", format!("{error}."))
        }
    }
}

/// Sends what the old identity still has. Whatever does not work is no obstacle: it is set aside.
fn send_the_rest(state: &StateDir, lock: &StateLock, old: &Identity) {
    let Ok(server) = ServerUrl::parse(&old.server) else {
        return;
    };
    let Ok((spool, _)) = state.spool(lock, Limits::default()) else {
        return;
    };
    if spool.figures().waiting == 0 {
        return;
    }
    let api = Api::new(server, Some(old.secret.clone()));
    let spool = Arc::new(Mutex::new(spool));
    let mut sender = Sender::new(api, spool, state.refused_path(), clock::boot_id());
    for _ in 0..MAX_LAST_BATCHES {
        match sender.step() {
            Step::Acknowledged { records, .. } => {
                output::log(format!("sent {records} record(s) of the old identity"));
            }
            Step::Halved { .. } | Step::SetAside { .. } => {}
            Step::Nothing => return,
            Step::Later { reason, .. } | Step::NotWelcome { reason } => {
                output::log(format!(
                    "records of the old identity cannot be sent: {reason}"
                ));
                return;
            }
            Step::SpoolFailed(error) => {
                output::log(format!(
                    "records of the old identity cannot be read: {error}"
                ));
                return;
            }
        }
    }
}
