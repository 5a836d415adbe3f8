//! The floor and the target that a school's line is judged by.

/// A benchmark for download rates.
///
/// The global default follows the ITU/UNICEF aspirational target for 2030: 20 Mbps a school, or
/// 50 kbps a student above 400 students; the floor of 1 Mbps is the one that Giga Maps uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// Name shown beside every figure that was judged by it.
    pub name: String,
    /// Who set it.
    pub source: String,
    /// Below this a line is bad, megabits per second.
    pub download_floor_mbps: f64,
    /// From this on a line is good, megabits per second.
    pub download_target_mbps: f64,
    /// A school with more students than this is judged by its students.
    pub large_school_students: i32,
    /// The target of a large school, kilobits per second for each student.
    pub large_school_kbps_per_student: f64,
}

impl Default for Benchmark {
    fn default() -> Self {
        Self {
            name: "ITU/UNICEF 2030".into(),
            source: "UN Tech Envoy and ITU aspirational targets for 2030; floor as in Giga Maps"
                .into(),
            download_floor_mbps: 1.0,
            download_target_mbps: 20.0,
            large_school_students: 400,
            large_school_kbps_per_student: 50.0,
        }
    }
}

impl Benchmark {
    /// The target for a school of so many students, megabits per second.
    ///
    /// Never less than the target of a small school; an unknown number counts as small.
    pub fn target_mbps(&self, student_count: Option<i32>) -> f64 {
        match student_count {
            Some(students) if students > self.large_school_students => {
                let by_students = f64::from(students) * self.large_school_kbps_per_student / 1000.0;
                by_students.max(self.download_target_mbps)
            }
            _ => self.download_target_mbps,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_large_school_is_judged_by_its_students() {
        let benchmark = Benchmark::default();
        for (students, target) in [
            (None, 20.0),
            (Some(0), 20.0),
            (Some(400), 20.0),
            (Some(401), 20.05),
            (Some(1000), 50.0),
        ] {
            assert!(
                (benchmark.target_mbps(students) - target).abs() < 1e-9,
                "{students:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn more_students_never_lower_the_target(a in 0..100_000_i32, b in 0..100_000_i32) {
            let benchmark = Benchmark::default();
            let (few, many) = (a.min(b), a.max(b));
            prop_assert!(benchmark.target_mbps(Some(few)) <= benchmark.target_mbps(Some(many)));
        }
    }
}
