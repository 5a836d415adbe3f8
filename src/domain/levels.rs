//! Levels that others report officially: Brazil's INEC, 0 to 5, and SDG indicator 4.a.1(b). Pure functions
//! over what is known; where a fact is missing there is no level, and the fact is named.

use super::{
    benchmark::Benchmark,
    school::Connectivity,
    school_facts::{SchoolFacts, yes_or_no},
};

/// The attributes of a list that levels read. The first is Giga's; a list that has the others names its
/// columns so.
pub const POWER: &str = "electricity_availability";
/// Whether there is Wi-Fi.
pub const WIFI: &str = "wifi_availability";
/// Whether the Wi-Fi suffices: whole classes at once, where they learn.
pub const WIFI_ADEQUATE: &str = "wifi_adequate";
/// Whether pupils learn with the internet.
pub const PEDAGOGICAL: &str = "internet_for_pedagogical_use";

/// The Wi-Fi of a school, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wifi {
    /// None.
    None,
    /// Some, which does not suffice for whole classes.
    Insufficient,
    /// Some, which suffices.
    Adequate,
    /// Some; whether it suffices is not known.
    Some,
}

/// What levels rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// Whether it has the power that its internet needs.
    pub power: Option<bool>,
    /// Whether it has internet at all.
    pub internet: Option<bool>,
    /// Whether its line is as fast as ENEC asks.
    pub fast_enough: Option<bool>,
    /// Its Wi-Fi.
    pub wifi: Option<Wifi>,
    /// Whether pupils learn with the internet.
    pub pedagogical: Option<bool>,
}

/// A fact that a level lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacks {
    /// Whether there is power.
    Power,
    /// Whether there is internet.
    Internet,
    /// Whether the line is fast enough.
    Speed,
    /// Whether there is Wi-Fi.
    Wifi,
    /// Whether the Wi-Fi suffices.
    WifiQuality,
}

impl Lacks {
    /// The fact's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Internet => "internet",
            Self::Speed => "speed",
            Self::Wifi => "wifi",
            Self::WifiQuality => "wifi_quality",
        }
    }
}

impl Known {
    /// What a list states and what was measured. A measured line is internet; that it is declared is taken
    /// for true where nothing was measured.
    pub fn new<'a>(
        stated: impl Fn(&str) -> Option<&'a str>,
        declared: Connectivity,
        download_median_mbps: Option<f64>,
        facts: &SchoolFacts,
        enec: Option<&Benchmark>,
    ) -> Self {
        let say = |name| stated(name).and_then(yes_or_no);
        let wifi = match (say(WIFI), say(WIFI_ADEQUATE)) {
            (_, Some(true)) => Some(Wifi::Adequate),
            (Some(false), _) => Some(Wifi::None),
            (Some(true), Some(false)) => Some(Wifi::Insufficient),
            (Some(true), None) => Some(Wifi::Some),
            (None, _) => None,
        };
        let internet = match (download_median_mbps, declared) {
            (Some(_), _) | (None, Connectivity::Yes) => Some(true),
            (None, Connectivity::No) => Some(false),
            (None, Connectivity::Unknown) => None,
        };
        let fast_enough = download_median_mbps
            .zip(enec)
            .and_then(|(mbps, enec)| reaches(mbps, facts, enec));
        Self {
            power: say(POWER),
            internet,
            fast_enough,
            wifi,
            pedagogical: say(PEDAGOGICAL),
        }
    }
}

/// Whether a rate is what ENEC asks for. Where a fact is not known, only if the answer is the same whatever
/// it is.
fn reaches(mbps: f64, facts: &SchoolFacts, enec: &Benchmark) -> Option<bool> {
    let satellites = facts.satellite.map_or(vec![true, false], |is| vec![is]);
    let shifts = match (facts.busiest_shift, facts.students) {
        (Some(shift), _) => vec![shift],
        (None, students) => vec![0, students.unwrap_or(i32::MAX)],
    };
    let answers = satellites.into_iter().flat_map(|satellite| {
        shifts.iter().map(move |shift| SchoolFacts {
            satellite: Some(satellite),
            busiest_shift: Some(*shift),
            ..*facts
        })
    });
    let mut answers = answers.map(|facts| enec.demand(&facts).download().is_met_by(mbps));
    let first = answers.next()?;
    answers.all(|answer| answer == first).then_some(first)
}

/// INEC, the Indicador Escolas Conectadas: Brazil, Ministry of Education, Resolution 8/2025 of the Executive
/// Committee of the National Strategy of Connected Schools.
///
/// 0 no internet, or no adequate power; 1 too slow, no Wi-Fi; 2 too slow, with Wi-Fi; 3 fast enough, no
/// Wi-Fi; 4 fast enough, Wi-Fi that does not suffice; 5 fast enough, Wi-Fi that suffices. Fast enough is
/// Resolution 2/2024. The ministry's own figures rest on its census and its own measuring; which of its
/// sources wins is in its technical note 182/2025, which was not at hand: power that a list states is taken
/// for adequate, and ours may differ from the ministry's for that reason.
pub fn inec(known: &Known) -> Result<u8, Vec<Lacks>> {
    if known.internet == Some(false) || known.power == Some(false) {
        return Ok(0);
    }
    let mut lacks = vec![];
    let mut need = |is_known: bool, fact| {
        if !is_known {
            lacks.push(fact);
        }
    };
    need(known.power.is_some(), Lacks::Power);
    need(known.internet.is_some(), Lacks::Internet);
    need(known.fast_enough.is_some(), Lacks::Speed);
    need(known.wifi.is_some(), Lacks::Wifi);
    let enough = known.fast_enough != Some(false);
    need(
        !enough || known.wifi != Some(Wifi::Some),
        Lacks::WifiQuality,
    );
    match (known.fast_enough, known.wifi) {
        _ if !lacks.is_empty() => Err(lacks),
        (Some(false), Some(Wifi::None)) => Ok(1),
        (Some(false), _) => Ok(2),
        (_, Some(Wifi::None)) => Ok(3),
        (_, Some(Wifi::Insufficient)) => Ok(4),
        _ => Ok(5),
    }
}

/// SDG 4.a.1(b): whether the school has "internet for pedagogical purposes", which pupils can reach for
/// teaching and learning (UNESCO Institute for Statistics, metadata of 4.a.1, March 2022). No rate is asked
/// for. A line alone does not say that pupils may use it: only a list does; without a line there is none.
pub fn sdg_4a1b(known: &Known) -> Connectivity {
    match (known.pedagogical, known.internet) {
        (Some(true), _) => Connectivity::Yes,
        (Some(false), _) | (None, Some(false)) => Connectivity::No,
        (None, _) => Connectivity::Unknown,
    }
}

#[cfg(test)]
mod tests;
