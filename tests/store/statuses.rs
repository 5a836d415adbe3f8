//! The verdict on a school, from the raw tests of its window.

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat::{
    domain::{school::SchoolId, status::Status},
    store::{
        schools::{self, Verdict},
        statuses,
    },
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    measured::{Measured, store},
};

struct Judge {
    db: TestDatabase,
    school: Uuid,
    now: DateTime<Utc>,
}

impl Judge {
    fn new() -> Self {
        let db = TestDatabase::new();
        let school = fixtures::school(&db);
        Self {
            db,
            school,
            now: Utc::now(),
        }
    }

    fn test(&self, mbps: f64) -> Measured {
        Measured::new(self.school, self.now, mbps)
    }

    /// Stores these too, and judges.
    fn with(&self, tests: &[Measured]) -> Verdict {
        store(&self.db, tests);
        self.at(self.now)
    }

    fn at(&self, now: DateTime<Utc>) -> Verdict {
        let school = SchoolId(self.school);
        self.db.block_on(async {
            let mut client = self.db.store().client().await.unwrap();
            let tx = client.transaction().await.unwrap();
            statuses::recompute(&tx, &[school], now).await.unwrap();
            tx.commit().await.unwrap();
            schools::find(&client, school)
                .await
                .unwrap()
                .unwrap()
                .verdict
        })
    }
}

#[test]
fn the_median_is_exact() {
    for (rates, median) in [
        (&[7.0][..], 7.0),
        (&[30.0, 10.0], 20.0),
        (&[100.0, 1.0, 2.0], 2.0),
        (&[1.0, 1.0, 1.0, 400.0], 1.0),
        (&[4.0, 3.0, 2.0, 1.0], 2.5),
    ] {
        let judge = Judge::new();
        let tests: Vec<_> = rates.iter().map(|mbps| judge.test(*mbps)).collect();
        let verdict = judge.with(&tests);
        assert_eq!(verdict.download_median_mbps, Some(median), "{rates:?}");
        assert_eq!(verdict.upload_median_mbps, Some(median / 2.0), "{rates:?}");
    }
}

#[test]
fn tests_outside_of_opening_hours_count_only_where_there_are_no_others() {
    let judge = Judge::new();
    let verdict = judge.with(&[judge.test(50.0).off_hours()]);
    assert_eq!(
        (verdict.status, verdict.off_hours_only),
        (Status::Good, true)
    );
    let verdict = judge.with(&[judge.test(5.0)]);
    assert_eq!(
        (verdict.status, verdict.off_hours_only),
        (Status::Moderate, false)
    );
    assert_eq!(
        (verdict.download_median_mbps, verdict.valid_tests),
        (Some(5.0), 1)
    );
}

#[test]
fn a_failure_in_opening_hours_does_not_hide_what_was_measured_outside_of_them() {
    let judge = Judge::new();
    let failures = vec![judge.test(0.0).failed(); 3];
    let verdict = judge.with(&failures);
    assert_eq!((verdict.status, verdict.failed_tests), (Status::Bad, 3));
    let verdict = judge.with(&[judge.test(50.0).off_hours()]);
    assert_eq!(
        (verdict.status, verdict.off_hours_only),
        (Status::Good, true)
    );
}

#[test]
fn a_browser_is_never_mixed_with_a_probe() {
    let judge = Judge::new();
    let verdict = judge.with(&[
        judge.test(50.0).of("browser"),
        judge.test(60.0).of("browser"),
    ]);
    assert_eq!(
        verdict.download_median_mbps,
        Some(55.0),
        "where no probe measures"
    );
    let verdict = judge.with(&[judge.test(5.0).of("router")]);
    assert_eq!(
        (verdict.download_median_mbps, verdict.valid_tests),
        (Some(5.0), 1)
    );
}

#[test]
fn three_failures_without_a_success_are_bad_and_two_prove_nothing() {
    let judge = Judge::new();
    let failure = || judge.test(0.0).failed();
    assert_eq!(judge.with(&[failure(), failure()]).status, Status::Unknown);
    let verdict = judge.with(&[failure()]);
    assert_eq!((verdict.status, verdict.failed_tests), (Status::Bad, 3));
    assert_eq!(verdict.last_measured_at, None, "nothing was measured");
    let verdict = judge.with(&[judge.test(25.0), failure()]);
    assert_eq!(verdict.status, Status::Good, "a line that works is not bad");
    assert_eq!((verdict.valid_tests, verdict.failed_tests), (1, 4));
}

#[test]
fn invalid_tests_are_never_averaged() {
    let judge = Judge::new();
    let verdict = judge.with(&[judge.test(500.0).invalid("inconsistent")]);
    assert_eq!((verdict.status, verdict.valid_tests), (Status::Unknown, 0));
    assert_eq!(verdict.last_measured_at, None);
    let failures = vec![judge.test(0.0).failed().invalid("time_in_future"); 5];
    assert_eq!(judge.with(&failures).failed_tests, 0);
    let verdict = judge.with(&[judge.test(5.0)]);
    assert_eq!(
        (verdict.download_median_mbps, verdict.valid_tests),
        (Some(5.0), 1)
    );
}

#[test]
fn only_the_window_counts_and_the_window_moves() {
    let judge = Judge::new();
    let ago = |days, hours| judge.now - TimeDelta::days(days) - TimeDelta::hours(hours);
    let verdict = judge.with(&[
        judge.test(500.0).at(ago(28, 1)),
        judge.test(5.0).at(ago(27, 23)),
        judge.test(900.0).at(judge.now + TimeDelta::minutes(1)),
    ]);
    assert_eq!(
        (verdict.download_median_mbps, verdict.valid_tests),
        (Some(5.0), 1)
    );
    let later = judge.at(judge.now + TimeDelta::hours(2));
    assert_eq!(later.download_median_mbps, Some(900.0));
    let gone = judge.at(judge.now + TimeDelta::days(40));
    assert_eq!((gone.status, gone.valid_tests), (Status::Unknown, 0));
    assert_eq!(
        gone.last_measured_at, later.last_measured_at,
        "known for good"
    );
}

#[test]
fn a_large_school_is_judged_by_its_students() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let new = NewSchool {
        students: Some(1000),
        ..NewSchool::default()
    };
    let school = new.add(&db);
    let now = Utc::now();
    let judge = Judge { db, school, now };
    let verdict = judge.with(&[judge.test(49.0)]);
    assert_eq!(
        (verdict.status, verdict.target_download_mbps),
        (Status::Moderate, 50.0)
    );
}

#[test]
fn a_country_decides_how_long_its_window_is() {
    let judge = Judge::new();
    let change = "UPDATE country SET window_days = 7";
    judge.db.sql().execute(change, &[]).unwrap();
    let verdict = judge.with(&[judge.test(50.0).at(judge.now - TimeDelta::days(8))]);
    assert_eq!(verdict.status, Status::Unknown);
}
