//! What somebody in the field says a school's name or position should be, and what a person who
//! decides about it should look at twice. Must not know how either is kept.

use super::location::Location;

/// A receiver that is less sure than this may mean the neighbour's house. Metres.
pub const IMPRECISE_M: f64 = 100.0;
/// A list rarely errs by more; farther away it may be another school. Metres.
pub const FAR_M: f64 = 5000.0;
/// Positions nearer to each other than this are the same. Metres.
pub const SAME_PLACE_M: f64 = 1.0;
/// Longest name of a school, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// What is proposed.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposal {
    /// Another name.
    Name(String),
    /// Another position.
    Position {
        /// Where the school is.
        location: Location,
        /// How sure the receiver was, metres; absent if the position was typed or pointed at.
        accuracy_m: Option<f64>,
    },
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for somebody who decides.
    Pending,
    /// It counts, and survives the next import.
    Approved,
    /// It does not count.
    Declined,
    /// Its author proposed something else since.
    Withdrawn,
}

/// What to look at twice before a proposal is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The receiver was not sure.
    Imprecise,
    /// Nobody says how sure the position is.
    AccuracyUnknown,
    /// It lies beyond the border, within the tolerance of outlines.
    BeyondBorder,
    /// It is far from where the school was.
    Far,
    /// What is known changed after it was proposed.
    ChangedSince,
}

/// What the doubts follow from. Distances in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circumstances {
    /// Whether it is a position.
    pub is_position: bool,
    /// How sure the receiver was.
    pub accuracy_m: Option<f64>,
    /// How far beyond the nearest area; `None` where no areas are known.
    pub beyond_border_m: Option<f64>,
    /// How far from where the school is now; `None` if that is not known.
    pub moved_m: Option<f64>,
    /// Whether what is known now is what was known then.
    pub as_known_then: bool,
}

impl Proposal {
    /// `name` or `location`.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Position { .. } => "location",
        }
    }
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Pending,
        Self::Approved,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// The state's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

impl Doubt {
    /// The doubt's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Imprecise => "imprecise",
            Self::AccuracyUnknown => "accuracy_unknown",
            Self::BeyondBorder => "beyond_border",
            Self::Far => "far",
            Self::ChangedSince => "changed_since",
        }
    }
}

/// What to look at twice.
pub fn doubts(facts: Circumstances) -> Vec<Doubt> {
    let position = facts.is_position;
    let cases = [
        (
            position && facts.accuracy_m.is_some_and(|m| m > IMPRECISE_M),
            Doubt::Imprecise,
        ),
        (
            position && facts.accuracy_m.is_none(),
            Doubt::AccuracyUnknown,
        ),
        (
            position && facts.beyond_border_m.is_some_and(|m| m > 0.0),
            Doubt::BeyondBorder,
        ),
        (
            position && facts.moved_m.is_some_and(|m| m > FAR_M),
            Doubt::Far,
        ),
        (!facts.as_known_then, Doubt::ChangedSince),
    ];
    let holds = cases.into_iter().filter(|(holds, _)| *holds);
    holds.map(|(_, doubt)| doubt).collect()
}

/// A name as it is kept: single spaces, none at its ends. `None` if that is no name.
pub fn tidy_name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !name.is_empty()
        && name.chars().count() <= MAX_NAME_CHARS
        && !name.chars().any(char::is_control);
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURE: Circumstances = Circumstances {
        is_position: true,
        accuracy_m: Some(8.0),
        beyond_border_m: Some(0.0),
        moved_m: Some(340.0),
        as_known_then: true,
    };

    #[test]
    fn a_good_reading_near_the_known_place_raises_no_doubt() {
        assert_eq!(doubts(SURE), []);
        let nothing_known = Circumstances {
            beyond_border_m: None,
            moved_m: None,
            ..SURE
        };
        assert_eq!(doubts(nothing_known), []);
    }

    #[test]
    fn a_hundred_metres_are_sure_enough_and_more_are_not() {
        let with = |accuracy_m| doubts(Circumstances { accuracy_m, ..SURE });
        assert_eq!(with(Some(IMPRECISE_M)), []);
        assert_eq!(with(Some(100.1)), [Doubt::Imprecise]);
        assert_eq!(with(None), [Doubt::AccuracyUnknown]);
    }

    #[test]
    fn every_doubt_is_told() {
        let facts = Circumstances {
            is_position: true,
            accuracy_m: Some(900.0),
            beyond_border_m: Some(1.0),
            moved_m: Some(5000.1),
            as_known_then: false,
        };
        let expected = [
            Doubt::Imprecise,
            Doubt::BeyondBorder,
            Doubt::Far,
            Doubt::ChangedSince,
        ];
        assert_eq!(doubts(facts), expected);
    }

    #[test]
    fn a_name_has_no_doubts_of_a_position() {
        let facts = Circumstances {
            is_position: false,
            accuracy_m: None,
            ..SURE
        };
        assert_eq!(doubts(facts), []);
    }

    #[test]
    fn a_name_is_kept_with_single_spaces_and_nonsense_is_none() {
        assert_eq!(
            tidy_name("  Oak \t Academy\n").as_deref(),
            Some("Oak Academy")
        );
        let long = "ж".repeat(MAX_NAME_CHARS);
        assert_eq!(tidy_name(&long).as_deref(), Some(&*long));
        for bad in ["", "  ", "a\0b", &format!("{long}ж")] {
            assert_eq!(tidy_name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_state_is_known_by_its_slug() {
        for state in State::ALL {
            assert_eq!(State::from_slug(state.slug()), Some(state));
        }
        assert_eq!(State::from_slug("Pending"), None);
    }
}
