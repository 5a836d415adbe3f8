//! Codes and the probes that come of them.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use schoolbeat::{
    domain::{measurement::ProbeId, record::Vantage, school::SchoolId},
    store::{
        enrolments::{self, Newcomer, Redemption},
        probes, secrets,
    },
};

use super::support::{TestDatabase, fixtures};

const CODE: &str = "K7QF2-9XWMB";

/// A database with a school and a code for it, good for an hour from `now`.
fn code(now: DateTime<Utc>) -> TestDatabase {
    let db = TestDatabase::new();
    let school = SchoolId(fixtures::school(&db));
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let until = now + TimeDelta::hours(1);
        enrolments::add(&client, school, &secrets::hash(CODE), "tests", until).await
    })
    .unwrap();
    db
}

fn redeem(db: &TestDatabase, code: &str, now: DateTime<Utc>, keep: bool) -> Redemption {
    let secret = secrets::fresh_token();
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let newcomer = Newcomer {
            vantage: Vantage::Router,
            software_version: "0.1.0",
            secret_hash: &secrets::hash(&secret),
        };
        let redeemed = enrolments::redeem(&tx, &secrets::hash(code), &newcomer, now).await;
        if keep {
            tx.commit().await.unwrap();
        }
        redeemed.unwrap()
    })
}

#[test]
fn a_code_is_good_until_its_last_moment_and_not_at_it() {
    // The database keeps microseconds; a finer moment would never be the last one.
    let now = Utc::now().trunc_subsecs(6);
    let db = code(now);
    let end = now + TimeDelta::hours(1);
    let expired = redeem(&db, CODE, end, true);
    let Redemption::Expired { at } = expired else {
        panic!("{expired:?}")
    };
    assert_eq!(at, end);
    let moment_before = end - TimeDelta::milliseconds(1);
    let redeemed = redeem(&db, CODE, moment_before, true);
    assert!(matches!(redeemed, Redemption::Enrolled(_)), "{redeemed:?}");
    // A used code says so, even when its time is over as well.
    let used = redeem(&db, CODE, end, true);
    assert!(matches!(used, Redemption::Used { .. }), "{used:?}");
}

#[test]
fn a_redemption_that_is_not_committed_leaves_the_code_good() {
    let now = Utc::now();
    let db = code(now);
    for keep in [false, false, true] {
        let redeemed = redeem(&db, CODE, now, keep);
        assert!(matches!(redeemed, Redemption::Enrolled(_)), "{redeemed:?}");
    }
    assert_eq!(fixtures::count(&db, "probe"), 1);
}

#[test]
fn a_code_that_nobody_made_is_unknown() {
    let now = Utc::now();
    let db = code(now);
    // Spelling is the domain's business: the store knows one hash.
    assert_eq!(redeem(&db, "k7qf2-9xwmb", now, true), Redemption::Unknown);
    assert_eq!(fixtures::count(&db, "probe"), 0);
}

#[test]
fn a_probe_is_known_by_its_secret_alone() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let probe = fixtures::probe(&db, school);
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let hash = secrets::hash(&probe.secret);
        let known = probes::find_by_secret(&client, &hash)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (known.id, known.school_id),
            (ProbeId(probe.id), SchoolId(school))
        );
        assert_eq!(known.calendar.time_zone, chrono_tz::Africa::Nairobi);
        let other = secrets::hash("another");
        assert!(
            probes::find_by_secret(&client, &other)
                .await
                .unwrap()
                .is_none()
        );
        for _ in 0..2 {
            let revoked = probes::revoke(&client, known.id).await.unwrap();
            assert_eq!(revoked, Some(SchoolId(school)));
        }
        let known = probes::find_by_secret(&client, &hash)
            .await
            .unwrap()
            .unwrap();
        assert!(known.revoked_at.is_some());
        let nobody = ProbeId(uuid::Uuid::now_v7());
        assert_eq!(probes::revoke(&client, nobody).await.unwrap(), None);
    });
}
