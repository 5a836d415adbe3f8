//! `schoolbeat probe-release key|sign`: a release that probes may update themselves to. Who signs keeps
//! the key; no server of ours needs it, and none sees it.

use std::{
    collections::HashSet,
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::Utc;
use clap::{Args, Subcommand};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use schoolbeat_wire::{RELEASE_FORMAT, RELEASE_PROGRAM, Release, ReleaseBuild, SignedRelease};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{CommandError, Output};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key to sign with; keep the file where releases are made, and nowhere else
    Key {
        /// Where to write the private key (PKCS#8); an existing file is left alone
        file: PathBuf,
    },
    /// Sign a release
    // Its own --version is the release's.
    #[command(disable_version_flag = true)]
    Sign(SignArguments),
}

#[derive(Debug, Args)]
pub(super) struct SignArguments {
    /// The private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The release's version, x.y.z: what `schoolbeat-probe --version` says
    #[arg(long, value_name = "VERSION")]
    version: String,
    /// The program for a kind of machine, such as aarch64-unknown-linux-musl=build/schoolbeat-probe-arm;
    /// once for each
    #[arg(long = "build", value_name = "TARGET=FILE", required = true)]
    builds: Vec<String>,
    /// Where to write the release; the programs are to lie beside it, under their own names
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(command: &Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Key { file } => key(file, output),
        Command::Sign(arguments) => sign(arguments, output),
    }
}

fn of_file(path: &Path) -> impl Fn(std::io::Error) -> CommandError {
    move |error| CommandError::new("file", format!("{}: {error}", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn key(path: &Path, output: Output) -> Result<ExitCode, CommandError> {
    let random = SystemRandom::new();
    let document = Ed25519KeyPair::generate_pkcs8(&random)
        .map_err(|_| CommandError::new("key", "the system gives no random numbers"))?;
    let pair = read_key(document.as_ref())?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(of_file(path))?;
    file.write_all(document.as_ref())
        .and_then(|()| file.sync_all())
        .map_err(of_file(path))?;
    let public = hex(pair.public_key().as_ref());
    let text = format!(
        "{public}\n\nThis is the public key: schoolbeat-probe update enable --url URL --key {public}\nThe \
         private key is in {}. Who has it can put any program on every probe that trusts it.",
        path.display()
    );
    let document = json!({"public_key": public, "file": path});
    Ok(output.answer(&document, text))
}

fn read_key(pkcs8: &[u8]) -> Result<Ed25519KeyPair, CommandError> {
    Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|error| {
        let message = format!("this is no key of `schoolbeat probe-release key` ({error})");
        CommandError::new("key", message)
    })
}

fn sign(arguments: &SignArguments, output: Output) -> Result<ExitCode, CommandError> {
    let numbers: Vec<_> = arguments
        .version
        .split('.')
        .map(str::parse::<u32>)
        .collect();
    if numbers.len() != 3 || numbers.iter().any(Result::is_err) {
        let message = format!("the version {:?} must be x.y.z", arguments.version);
        return Err(CommandError::new("version", message));
    }
    let pair = read_key(&fs::read(&arguments.key).map_err(of_file(&arguments.key))?)?;
    let builds: Vec<ReleaseBuild> = arguments
        .builds
        .iter()
        .map(|build| read_build(build))
        .collect::<Result<_, _>>()?;
    let mut taken = HashSet::new();
    for name in builds.iter().flat_map(|build| [&build.target, &build.url]) {
        if !taken.insert(name) {
            let message =
                format!("{name} is there twice: each build has a target and a name of its own");
            return Err(CommandError::new("build", message));
        }
    }
    let release = Release {
        format: RELEASE_FORMAT,
        program: RELEASE_PROGRAM.to_owned(),
        version: arguments.version.clone(),
        signed_unix_ms: Utc::now().timestamp_millis(),
        builds,
    };
    let failed = |error: serde_json::Error| CommandError::new("release", error);
    let text = serde_json::to_string(&release).map_err(failed)?;
    let signed = SignedRelease {
        signature: hex(pair.sign(text.as_bytes()).as_ref()),
        release: text,
    };
    let bytes = serde_json::to_vec_pretty(&signed).map_err(failed)?;
    fs::write(&arguments.file, bytes).map_err(of_file(&arguments.file))?;
    let names: Vec<_> = release.builds.iter().map(|build| &*build.url).collect();
    let text = format!(
        "{} {} is signed in {}; put beside it: {}",
        release.program,
        release.version,
        arguments.file.display(),
        names.join(", ")
    );
    let document = json!({"file": arguments.file, "release": release});
    Ok(output.answer(&document, text))
}

fn read_build(build: &str) -> Result<ReleaseBuild, CommandError> {
    let wanted = || {
        let message = format!(
            "{build:?} must be TARGET=FILE, such as x86_64-unknown-linux-gnu=schoolbeat-probe"
        );
        CommandError::new("build", message)
    };
    let (target, path) = build.split_once('=').ok_or_else(wanted)?;
    let path = Path::new(path);
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(wanted)?;
    let bytes = fs::read(path).map_err(of_file(path))?;
    Ok(ReleaseBuild {
        target: target.to_owned(),
        sha256: hex(&Sha256::digest(&bytes)),
        size_bytes: bytes.len() as u64,
        url: name.to_owned(),
    })
}
