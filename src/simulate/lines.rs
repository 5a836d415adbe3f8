//! The lines that schools have: provider, technology and what they carry. Knows no school list.

use super::dice::Dice;

/// Four providers that do not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    /// Fibre in the towns.
    Fibre,
    /// The telephone network of old; slow.
    Copper,
    /// Masts along the roads.
    Mobile,
    /// A dish and a geostationary satellite.
    Satellite,
}

impl Provider {
    pub const ALL: [Self; 4] = [Self::Fibre, Self::Copper, Self::Mobile, Self::Satellite];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fibre => "Thalassia Light (invented)",
            Self::Copper => "Old Wire Telephone (invented)",
            Self::Mobile => "Mastline Mobile (invented)",
            Self::Satellite => "Skyreef Satellite (invented)",
        }
    }

    /// Its technology, as Giga's school master names it.
    pub fn technology(self) -> &'static str {
        match self {
            Self::Fibre => "fiber",
            Self::Copper => "xdsl",
            Self::Mobile => "cellular",
            Self::Satellite => "satellite",
        }
    }

    /// What its lines are like.
    fn kind(self) -> Kind {
        match self {
            Self::Fibre => Kind {
                download_mbps: (80.0, 0.55),
                upload_share: 0.6,
                rtt_ms: (11.0, 0.3),
                bloat_ms: 25.0,
                dip: 0.12,
            },
            Self::Copper => Kind {
                download_mbps: (5.5, 0.7),
                upload_share: 0.13,
                rtt_ms: (32.0, 0.25),
                bloat_ms: 240.0,
                dip: 0.35,
            },
            Self::Mobile => Kind {
                download_mbps: (21.0, 0.75),
                upload_share: 0.32,
                rtt_ms: (48.0, 0.3),
                bloat_ms: 160.0,
                dip: 0.42,
            },
            Self::Satellite => Kind {
                download_mbps: (11.0, 0.7),
                upload_share: 0.14,
                rtt_ms: (590.0, 0.04),
                bloat_ms: 320.0,
                dip: 0.3,
            },
        }
    }
}

/// Median and spread of a provider's lines.
struct Kind {
    download_mbps: (f64, f64),
    upload_share: f64,
    rtt_ms: (f64, f64),
    bloat_ms: f64,
    dip: f64,
}

/// The line of one school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub provider: Provider,
    /// On an ordinary hour.
    pub download_mbps: f64,
    pub upload_mbps: f64,
    pub rtt_ms: f64,
    /// What a loaded line adds to its round trip.
    pub bloat_ms: f64,
    /// Share of the rate that is lost in the busiest hours.
    pub dip: f64,
    /// Share of packets lost on an ordinary day.
    pub loss: f64,
}

/// A line for a school so remote: fibre near, satellite far.
pub(super) fn install(dice: &mut Dice, remoteness: f64) -> Line {
    let near = 1.0 - remoteness;
    let totals = super::dice::running_totals([
        1.3 * near * near,
        0.30,
        0.45 + 0.35 * remoteness,
        0.6 * remoteness * remoteness,
    ]);
    let provider = Provider::ALL[dice.weighted(&totals)];
    let kind = provider.kind();
    // One line in seven or so is sick: an old router, a shared link, a prepaid plan that ran out.
    let sick = if dice.chance(0.13 + 0.07 * remoteness) {
        dice.between(0.01, 0.09)
    } else {
        1.0
    };
    let download = dice.log_normal(kind.download_mbps.0, kind.download_mbps.1) * sick;
    let upload = download * kind.upload_share * dice.log_normal(1.0, 0.25);
    Line {
        provider,
        download_mbps: download.clamp(0.05, 900.0),
        upload_mbps: upload.clamp(0.05, 900.0),
        rtt_ms: dice.log_normal(kind.rtt_ms.0, kind.rtt_ms.1) + 14.0 * remoteness,
        bloat_ms: dice.log_normal(kind.bloat_ms, 0.4),
        dip: kind.dip,
        loss: dice.log_normal(0.004, 0.9).min(0.12),
    }
}
