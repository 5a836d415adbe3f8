//! The gap: how many schools and students lack what the benchmark promises, by area.
//!
//! Every school is in exactly one row, so that rows add up to the total; unknown is a count of its
//! own and never folded into bad.

use std::{collections::BTreeMap, ops::AddAssign};

use super::{area::AreaId, status::Status};

/// One area's line of the report. The counts of `Status` are exclusive and add up to `schools`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GapCounts {
    /// All schools.
    pub schools: i64,
    /// Measured, meeting the target.
    pub good: i64,
    /// Measured, between floor and target.
    pub moderate: i64,
    /// Measured below the floor, or failing.
    pub bad: i64,
    /// Declared connected, not measured.
    pub connected_unmeasured: i64,
    /// Declared not connected.
    pub not_connected: i64,
    /// Nothing known.
    pub unknown: i64,
    /// Schools whose number of students is known.
    pub schools_with_students: i64,
    /// Students of those schools.
    pub students_known: i64,
    /// Students of those schools that meet the target.
    pub students_meeting_target: i64,
    /// Students of those schools that are measured and do not.
    pub students_below_target: i64,
    /// Students of those schools that nobody measured.
    pub students_not_measured: i64,
}

impl GapCounts {
    /// Counts so many schools of one status, and their students.
    pub fn add(&mut self, status: Status, schools: i64, with_students: i64, students: i64) {
        self.schools += schools;
        self.schools_with_students += with_students;
        self.students_known += students;
        let (count, share) = match status {
            Status::Good => (&mut self.good, &mut self.students_meeting_target),
            Status::Moderate => (&mut self.moderate, &mut self.students_below_target),
            Status::Bad => (&mut self.bad, &mut self.students_below_target),
            Status::ConnectedUnmeasured => (
                &mut self.connected_unmeasured,
                &mut self.students_not_measured,
            ),
            Status::NotConnected => (&mut self.not_connected, &mut self.students_not_measured),
            Status::Unknown => (&mut self.unknown, &mut self.students_not_measured),
        };
        *count += schools;
        *share += students;
    }

    /// Schools with a verdict from measurements.
    pub fn measured(&self) -> i64 {
        self.good + self.moderate + self.bad
    }

    /// Schools measured or declared connected.
    pub fn connected(&self) -> i64 {
        self.measured() + self.connected_unmeasured
    }

    /// Share of the measured schools that meet the target; absent where none is measured.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of schools lie far below 2^53"
    )]
    pub fn meeting_share(&self) -> Option<f64> {
        let measured = self.measured();
        (measured > 0).then(|| self.good as f64 / measured as f64)
    }
}

impl AddAssign<&Self> for GapCounts {
    fn add_assign(&mut self, other: &Self) {
        self.schools += other.schools;
        self.good += other.good;
        self.moderate += other.moderate;
        self.bad += other.bad;
        self.connected_unmeasured += other.connected_unmeasured;
        self.not_connected += other.not_connected;
        self.unknown += other.unknown;
        self.schools_with_students += other.schools_with_students;
        self.students_known += other.students_known;
        self.students_meeting_target += other.students_meeting_target;
        self.students_below_target += other.students_below_target;
        self.students_not_measured += other.students_not_measured;
    }
}

/// The area that a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapArea {
    /// Its id.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// Its code, where it has one.
    pub code: Option<String>,
}

/// A line of the report. Without an area: schools that lie in none, or whose position is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRow {
    /// The area.
    pub area: Option<GapArea>,
    /// Its counts.
    pub counts: GapCounts,
}

/// The sum of all lines.
pub fn total(rows: &[GapRow]) -> GapCounts {
    let mut sum = GapCounts::default();
    for row in rows {
        sum += &row.counts;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn statuses_and_students_add_up(adds in prop::collection::vec((0..6_usize, 0..50_i64, 0..9000_i64), 0..40)) {
            let mut rows = vec![];
            for (status, schools, students) in adds {
                let mut counts = GapCounts::default();
                counts.add(Status::ALL[status], schools, schools, students);
                rows.push(GapRow { area: None, counts });
            }
            let sum = total(&rows);
            prop_assert_eq!(sum.schools, sum.connected() + sum.not_connected + sum.unknown);
            prop_assert_eq!(
                sum.students_known,
                sum.students_meeting_target + sum.students_below_target + sum.students_not_measured
            );
        }
    }

    #[test]
    fn unknown_is_never_bad_and_never_good() {
        let mut counts = GapCounts::default();
        counts.add(Status::Unknown, 5, 0, 0);
        assert_eq!(
            (counts.unknown, counts.bad, counts.good, counts.measured()),
            (5, 0, 0, 0)
        );
        assert_eq!(counts.meeting_share(), None);
    }
}
