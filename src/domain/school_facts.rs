//! What rules ask of a school besides its line: how many learn there, when, at which stage, and what
//! the line is made of. Reads the words of a school list; what it does not say stays unknown.

/// A fact that a rule may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// How many students it has.
    Students,
    /// How many are there at once, in the busiest shift.
    BusiestShift,
    /// What it teaches.
    Stage,
    /// What the line is made of.
    Technology,
}

impl Fact {
    /// The fact's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Students => "students",
            Self::BusiestShift => "busiest_shift",
            Self::Stage => "education_level",
            Self::Technology => "technology",
        }
    }
}

/// What a school teaches, as far as rules care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Primary, or before it.
    Primary,
    /// Secondary or beyond, whatever else.
    Secondary,
}

impl Stage {
    /// The stage's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }

    /// The stage of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary]
            .into_iter()
            .find(|stage| stage.slug() == slug)
    }

    /// The stage of an education level in Giga's words. A school that teaches primary and secondary counts
    /// as secondary, as England's Department for Education has it for all-through schools.
    pub fn of_level(level: &str) -> Option<Self> {
        let level = level.to_lowercase();
        if level.contains("secondary") {
            Some(Self::Secondary)
        } else {
            level.contains("primary").then_some(Self::Primary)
        }
    }
}

/// Yes, no or not known, as lists say it in a few languages. Anything else is not known.
pub fn yes_or_no(stated: &str) -> Option<bool> {
    match stated.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "1.0" | "oui" | "si" | "sí" | "sim" => Some(true),
        "no" | "n" | "false" | "0" | "0.0" | "non" | "não" | "none" => Some(false),
        _ => None,
    }
}

/// What is known of one school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SchoolFacts {
    /// All its students.
    pub students: Option<i32>,
    /// Those of its busiest shift.
    pub busiest_shift: Option<i32>,
    /// What it teaches.
    pub stage: Option<Stage>,
    /// Whether its line is a satellite's.
    pub satellite: Option<bool>,
}

/// The attribute of a list that holds the students of the busiest shift.
pub const BUSIEST_SHIFT: &str = "num_students_busiest_shift";
/// The attribute of a list that holds what the line is made of, in Giga's words.
pub const TECHNOLOGY: &str = "connectivity_type";

impl SchoolFacts {
    /// As a list states them.
    pub fn stated(
        students: Option<i32>,
        education_level: Option<&str>,
        technology: Option<&str>,
        busiest_shift: Option<&str>,
    ) -> Self {
        let shift = busiest_shift.and_then(|text| text.trim().parse::<i32>().ok());
        let technology = technology.map(|text| text.trim().to_lowercase());
        let technology = technology
            .filter(|text| !text.is_empty() && !["unknown", "other"].contains(&text.as_str()));
        Self {
            students,
            busiest_shift: shift.filter(|shift| *shift >= 0),
            stage: education_level.and_then(Stage::of_level),
            satellite: technology.map(|text| text.contains("satellite")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_does_not_say_is_not_known() {
        assert_eq!(
            SchoolFacts::stated(None, None, None, None),
            SchoolFacts::default()
        );
        let vague = SchoolFacts::stated(None, Some("Other"), Some("unknown"), Some("many"));
        assert_eq!(vague, SchoolFacts::default());
        let stated =
            SchoolFacts::stated(Some(9), Some("Pre-Primary"), Some("Satellite"), Some(" 7"));
        let wanted = SchoolFacts {
            students: Some(9),
            busiest_shift: Some(7),
            stage: Some(Stage::Primary),
            satellite: Some(true),
        };
        assert_eq!(stated, wanted);
    }

    #[test]
    fn whoever_teaches_secondary_too_counts_as_secondary() {
        for (level, stage) in [
            ("Primary", Some(Stage::Primary)),
            ("Pre-Primary and Primary", Some(Stage::Primary)),
            ("Primary and Secondary", Some(Stage::Secondary)),
            ("Post-Secondary", Some(Stage::Secondary)),
            ("Unknown", None),
            ("", None),
        ] {
            assert_eq!(Stage::of_level(level), stage, "{level}");
        }
    }

    #[test]
    fn a_blank_is_no_no() {
        for (text, known) in [("Yes", Some(true)), ("não", Some(false)), ("", None)] {
            assert_eq!(yes_or_no(text), known, "{text}");
        }
    }
}
