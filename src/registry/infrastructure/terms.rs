//! What people write for a status, a medium and a generation, in English, French, Spanish and
//! Portuguese. Knows one text at a time.

use crate::{
    domain::infrastructure::{Generation, Kind, Standing},
    registry::spelling::plain,
};

/// What carries the signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    Fibre,
    Microwave,
}

impl Medium {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fibre => "fibre",
            Self::Microwave => "microwave",
        }
    }
}

/// What a kind is made of, where a file may mix it with others.
pub(super) fn medium_of(kind: Kind) -> Option<Medium> {
    match kind {
        Kind::FibreNode | Kind::FibreLine => Some(Medium::Fibre),
        Kind::MicrowaveNode => Some(Medium::Microwave),
        Kind::CellSite | Kind::Coverage | Kind::GridLine => None,
    }
}

/// Words that stand for nothing.
const BLANK: &[&str] = &[
    "unknown",
    "undefined",
    "notknown",
    "notstated",
    "inconnu",
    "inconnue",
    "desconocido",
    "desconhecido",
    "indefini",
    "noname",
    "sansnom",
    "sinnombre",
    "semnome",
];

/// Whether a text says that nothing is known.
pub(super) fn is_blank(text: &str) -> bool {
    BLANK.contains(&&*plain(text))
}

/// The first that a text contains decides: `inactive` before `active`.
const STANDINGS: &[(Standing, &str)] = &[
    (
        Standing::Retired,
        "notoperational nonoperational outofservice horsservice inactive inactif inactivo inativo \
         decommissioned retired abandoned dismantled disused closed abandonne demantele retirado \
         desativado desactivado",
    ),
    (
        Standing::UnderConstruction,
        "construction construccion construcao encours",
    ),
    (
        Standing::Planned,
        "plan proposed propose prevu future futur projet proyect projet",
    ),
    (
        Standing::Live,
        "operational operationnel operacional operativo operating live active actif activo ativo \
         inservice enservice enservicio emservico existing existant existente built completed \
         onair lit inuse",
    ),
];

/// Whether something is there, in whatever words.
pub(super) fn standing(text: &str) -> Option<Standing> {
    let text = plain(text);
    let said = |words: &str| words.split_whitespace().any(|word| text.contains(word));
    let found = STANDINGS.iter().find(|(_, words)| said(words));
    found.map(|(standing, _)| *standing)
}

/// What carries the signal, if the text says so and names one only.
pub(super) fn medium(text: &str) -> Option<Medium> {
    let text = plain(text);
    let said = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let fibre = said(&["fibre", "fiber", "fibra", "optic", "optique", "ftth"]);
    let microwave = said(&[
        "microwave",
        "microonda",
        "hertzien",
        "radiolink",
        "radiorelay",
    ]);
    match (fibre, microwave) {
        (true, false) => Some(Medium::Fibre),
        (false, true) => Some(Medium::Microwave),
        _ => None,
    }
}

/// Names of radio technologies (3GPP), by generation.
const RADIOS: [(Generation, &[&str]); 4] = [
    (Generation::G2, &["gsm", "gprs", "edge"]),
    (
        Generation::G3,
        &["umts", "wcdma", "hspa", "hsdpa", "hsupa", "cdma2000"],
    ),
    (Generation::G4, &["lte", "volte"]),
    (Generation::G5, &["nr", "5gnr"]),
];

/// All generations that a text names: `2G/3G`, `LTE-A`, `gsm;umts`.
pub(super) fn generations(text: &str) -> Vec<Generation> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let named = |generation: Generation, radios: &[&str]| {
        let slug = generation.slug().to_lowercase();
        // `2G3G4G` is one word; `12g` names nothing.
        let in_word = |word: &&str| {
            word.match_indices(&slug)
                .any(|(at, _)| !word[..at].ends_with(|c: char| c.is_ascii_digit()))
        };
        words
            .iter()
            .any(|word| radios.contains(word) || in_word(word))
    };
    let found = RADIOS
        .iter()
        .filter(|(generation, radios)| named(*generation, radios));
    found.map(|(generation, _)| *generation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_in_whatever_words() {
        for (text, wanted) in [
            ("Operational", Some(Standing::Live)),
            (
                "Fibre Under Construction",
                Some(Standing::UnderConstruction),
            ),
            ("Microwave Planned", Some(Standing::Planned)),
            ("En service", Some(Standing::Live)),
            ("Inactive", Some(Standing::Retired)),
            ("Non-operational", Some(Standing::Retired)),
            ("prévu", Some(Standing::Planned)),
            ("Em construção", Some(Standing::UnderConstruction)),
            ("Fibre", None),
            ("", None),
        ] {
            assert_eq!(standing(text), wanted, "{text}");
        }
    }

    #[test]
    fn our_own_words_lead_back() {
        for wanted in [
            Standing::Live,
            Standing::UnderConstruction,
            Standing::Planned,
            Standing::Retired,
        ] {
            assert_eq!(standing(wanted.slug()), Some(wanted));
        }
        assert_eq!(standing(Standing::Unknown.slug()), None);
        assert!(is_blank(Standing::Unknown.slug()));
    }

    #[test]
    fn generations_are_read_out_of_what_operators_write() {
        use Generation::{G2, G3, G4, G5};
        for (text, wanted) in [
            ("LTE", vec![G4]),
            ("2G/3G", vec![G2, G3]),
            ("2G3G4G", vec![G2, G3, G4]),
            ("GSM;UMTS;LTE-A", vec![G2, G3, G4]),
            ("NR", vec![G5]),
            ("5G NSA", vec![G5]),
            ("12G", vec![]),
            ("Fibre", vec![]),
            ("Enrico", vec![]),
        ] {
            assert_eq!(generations(text), wanted, "{text}");
        }
    }

    #[test]
    fn fibre_is_told_from_microwave() {
        assert_eq!(medium("Fibre Operational"), Some(Medium::Fibre));
        assert_eq!(medium("Faisceau hertzien"), Some(Medium::Microwave));
        assert_eq!(medium("Fibre and microwave"), None);
    }
}
