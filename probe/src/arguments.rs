//! What each command can be told. It must not know the commands.

use clap::{Args, ValueEnum};
use schoolbeat_wire::Vantage;

/// Arguments of `enrol`.
#[derive(Debug, Args)]
pub(crate) struct EnrolArguments {
    /// The server's address, such as <https://schoolbeat.example.org>
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// The one-time code
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// Where this probe sits on the school's network
    #[arg(long, value_enum, default_value = "device")]
    pub vantage: VantageArgument,
    /// Give up the present enrolment; its unsent records are sent first, or set aside
    #[arg(long)]
    pub replace: bool,
}

/// Where a probe that runs this program can sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VantageArgument {
    /// A computer on the school's network
    Device,
    /// The school's router
    Router,
    /// Equipment of the internet provider
    Isp,
}

impl From<VantageArgument> for Vantage {
    fn from(argument: VantageArgument) -> Self {
        match argument {
            VantageArgument::Device => Self::Device,
            VantageArgument::Router => Self::Router,
            VantageArgument::Isp => Self::Isp,
        }
    }
}

/// Arguments of `once`.
#[derive(Debug, Args)]
pub(crate) struct OnceArguments {
    /// Measure against this server, without enrolment; nothing is stored or sent
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Time the first answer of this page instead of those of the server's policy; may be given several
    /// times
    #[arg(long = "page", value_name = "URL")]
    pub pages: Vec<String>,
    /// Longest time of one direction of the speed test, seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=15))]
    pub max_seconds: Option<u64>,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// Mean time between speed tests, instead of the server's wish
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub speed_test_every: Option<u64>,
    /// Mean time between path checks, instead of the server's wish
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub path_check_every: Option<u64>,
    /// Mean time between checks of the learning platforms' pages, instead of the server's wish
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub page_check_every: Option<u64>,
    /// Longest time of one direction of a speed test, seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=15))]
    pub max_seconds: Option<u64>,
    /// Time between two looks whether the internet is there, instead of the server's wish
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub presence_every: Option<u64>,
    /// Ask this when the server does not answer, instead of the server's wish; blank for nothing
    #[arg(long, value_name = "HOST:PORT")]
    pub presence_target: Option<String>,
    /// Measure immediately, then by schedule
    #[arg(long)]
    pub now: bool,
}
