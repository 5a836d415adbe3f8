//! Corrections from the field: proposed, decided, and what follows from it.

use chrono::Utc;
use schoolbeat::{
    domain::{
        correction::{Proposal, State},
        location::Location,
        school::SchoolId,
    },
    store::{
        StoreError,
        corrections::{
            self, Correction, CorrectionFilter, Decision, DecisionRefusal, NewCorrection,
            ProposalRefusal,
        },
    },
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
};

/// A country of two areas, west and east of 36.5 degrees, and a school in the west.
pub fn world() -> (TestDatabase, Uuid) {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let west = fixtures::area(&db, 1, None, "West", [36.0, -2.0, 36.5, 0.0]);
    fixtures::area(&db, 1, None, "East", [36.5, -2.0, 37.0, 0.0]);
    let new = NewSchool {
        name: "Oak",
        position: Some((36.4, -1.0)),
        areas: &[west],
        ..NewSchool::default()
    };
    let school = new.add(&db);
    (db, school)
}

pub fn place(longitude: f64, latitude: f64) -> Proposal {
    Proposal::Position {
        location: Location::new(longitude, latitude).unwrap(),
        accuracy_m: Some(8.0),
    }
}

pub fn propose(
    db: &TestDatabase,
    school: Uuid,
    proposal: &Proposal,
    person: &str,
) -> Result<Uuid, ProposalRefusal> {
    let new = NewCorrection {
        school: SchoolId(school),
        proposal,
        note: None,
        person,
        now: Utc::now(),
    };
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let proposed = corrections::propose(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        proposed
    })
}

pub fn decide(db: &TestDatabase, id: Uuid, counts: bool) -> Result<SchoolId, DecisionRefusal> {
    try_decide(db, id, counts).unwrap()
}

fn try_decide(
    db: &TestDatabase,
    id: Uuid,
    counts: bool,
) -> Result<Result<SchoolId, DecisionRefusal>, StoreError> {
    let decision = Decision {
        id,
        person: "head",
        note: None,
        now: Utc::now(),
    };
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let decided = if counts {
            corrections::approve(&tx, &decision).await?
        } else {
            corrections::decline(&tx, &decision).await?
        };
        if decided.is_ok() {
            tx.commit().await.unwrap();
        }
        Ok(decided)
    })
}

fn list(db: &TestDatabase, filter: &CorrectionFilter) -> Vec<Correction> {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let (items, total) = corrections::list(&client, filter, None, 50).await.unwrap();
        assert_eq!(i64::try_from(items.len()).unwrap(), total);
        items
    })
}

fn text(db: &TestDatabase, sql: &str) -> String {
    let row = db.sql().query_one(&format!("SELECT ({sql})::text"), &[]);
    row.unwrap().get::<_, Option<String>>(0).unwrap_or_default()
}

#[test]
fn an_approved_position_moves_the_school_into_its_area_and_its_history() {
    let (db, school) = world();
    let id = propose(&db, school, &place(36.6, -1.0), "amina").unwrap();
    let waits = &list(&db, &CorrectionFilter::default())[0];
    assert_eq!(
        (waits.state, waits.beyond_border_m),
        (State::Pending, Some(0.0))
    );
    // A fifth of a degree at one degree south.
    assert!(
        (waits.moved_m.unwrap() - 22_260.0).abs() < 10.0,
        "{waits:?}"
    );
    assert_eq!(
        text(&db, "SELECT ST_X(location) FROM school"),
        "36.4",
        "it waits"
    );
    assert_eq!(decide(&db, id, true), Ok(SchoolId(school)));
    let now = "SELECT concat_ws(' ', ST_X(location), ST_Y(location), a.name) FROM school s
               JOIN school_area l ON l.school_id = s.id JOIN area a ON a.id = l.area_id";
    assert_eq!(text(&db, now), "36.6 -1 East");
    let change = "SELECT concat_ws(' ', kind, actor, before #>> '{location,longitude}',
                                   after #>> '{location,longitude}') FROM school_change";
    assert_eq!(text(&db, change), "corrected head 36.4 36.6");
    let done = &list(&db, &CorrectionFilter::default())[0];
    assert_eq!(done.state, State::Approved);
    assert_eq!(done.decided.as_ref().unwrap().0, "head");
    assert_eq!(
        done.known.position,
        Some((36.4, -1.0)),
        "what was known then stays"
    );
    let audit = "SELECT string_agg(actor || ': ' || action, ', ' ORDER BY id) FROM audit_event";
    assert_eq!(
        text(&db, audit),
        "amina: correction proposed, head: correction approved"
    );
}

#[test]
fn a_school_without_a_position_gets_one_and_no_problem_is_left() {
    let (db, _) = world();
    let lost = NewSchool {
        position: None,
        ..NewSchool::default()
    };
    let school = lost.add(&db);
    let id = propose(&db, school, &place(36.2, -1.5), "amina").unwrap();
    assert_eq!(list(&db, &CorrectionFilter::default())[0].moved_m, None);
    decide(&db, id, true).unwrap();
    assert_eq!(
        fixtures::count(&db, "school WHERE location_problem IS NOT NULL"),
        0
    );
    assert_eq!(fixtures::count(&db, "school_area"), 2);
}

#[test]
fn a_position_outside_the_country_is_refused_beyond_the_tolerance_of_outlines() {
    let (db, school) = world();
    // A degree of longitude has 111.3 km at one degree south.
    let id = propose(&db, school, &place(37.013, -1.0), "amina").unwrap();
    let beyond = list(&db, &CorrectionFilter::default())[0]
        .beyond_border_m
        .unwrap();
    assert!((1440.0..1450.0).contains(&beyond), "{beyond}");
    decide(&db, id, true).unwrap();
    assert_eq!(fixtures::count(&db, "school_area"), 0, "it lies in no area");
    let refused = propose(&db, school, &place(37.014, -1.0), "amina").unwrap_err();
    let ProposalRefusal::OutsideCountry {
        nearest,
        distance_m,
        ..
    } = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(nearest, "East");
    assert!((1500.0..1600.0).contains(&distance_m), "{distance_m}");
    assert_eq!(fixtures::count(&db, "school_correction"), 1);
}

#[test]
fn a_proposal_that_is_sent_again_is_the_same_and_another_takes_its_place() {
    let (db, school) = world();
    let first = propose(&db, school, &place(36.41, -1.0), "amina").unwrap();
    assert_eq!(
        propose(&db, school, &place(36.41, -1.0), "amina"),
        Ok(first)
    );
    let better = propose(&db, school, &place(36.42, -1.0), "amina").unwrap();
    assert_ne!(better, first);
    let name = Proposal::Name("Oak Academy".into());
    propose(&db, school, &name, "amina").unwrap();
    propose(&db, school, &place(36.43, -1.0), "brian").unwrap();
    let pending = CorrectionFilter {
        state: Some(State::Pending),
        ..CorrectionFilter::default()
    };
    assert_eq!(list(&db, &pending).len(), 3, "by person and by field");
    assert_eq!(
        decide(&db, first, true),
        Err(DecisionRefusal::Decided(State::Withdrawn)),
        "nobody approves what is no longer meant"
    );
    let own = CorrectionFilter {
        proposed_by: Some("brian".into()),
        ..CorrectionFilter::default()
    };
    assert_eq!(list(&db, &own).len(), 1);
}

#[test]
fn what_is_known_already_is_no_correction() {
    let (db, school) = world();
    let same = Proposal::Name("Oak".into());
    let refused = Err(ProposalRefusal::NothingNew);
    assert_eq!(propose(&db, school, &same, "amina"), refused);
    // Half a metre.
    assert_eq!(
        propose(&db, school, &place(36.400_004, -1.0), "amina"),
        refused
    );
    let nobody = propose(&db, Uuid::now_v7(), &same, "amina");
    assert_eq!(nobody, Err(ProposalRefusal::NoSchool));
}

#[test]
fn a_correction_is_decided_once_and_a_declined_one_changes_nothing() {
    let (db, school) = world();
    let name = Proposal::Name("Oak Academy".into());
    let id = propose(&db, school, &name, "amina").unwrap();
    decide(&db, id, false).unwrap();
    assert_eq!(text(&db, "SELECT name FROM school"), "Oak");
    assert_eq!(fixtures::count(&db, "school_override"), 0);
    let again = decide(&db, id, true);
    assert_eq!(again, Err(DecisionRefusal::Decided(State::Declined)));
    let nobody = decide(&db, Uuid::now_v7(), true);
    assert_eq!(nobody, Err(DecisionRefusal::NoCorrection));
}

#[test]
fn a_school_that_changed_since_is_told_to_who_decides() {
    let (db, school) = world();
    propose(&db, school, &place(36.41, -1.0), "amina").unwrap();
    let name = propose(&db, school, &Proposal::Name("Elm".into()), "brian").unwrap();
    assert!(
        list(&db, &CorrectionFilter::default())
            .iter()
            .all(|c| c.as_known_then)
    );
    let other = propose(&db, school, &place(36.2, -1.0), "cecile").unwrap();
    decide(&db, other, true).unwrap();
    decide(&db, name, true).unwrap();
    let waits = CorrectionFilter {
        state: Some(State::Pending),
        ..CorrectionFilter::default()
    };
    let waits = &list(&db, &waits)[0];
    assert!(!waits.as_known_then);
    assert_eq!(waits.known.position, Some((36.4, -1.0)));
    assert_eq!(waits.current.position, Some((36.2, -1.0)));
}

#[test]
fn two_who_decide_at_once_do_not_both() {
    let (db, school) = world();
    let id = propose(&db, school, &place(36.41, -1.0), "amina").unwrap();
    let store = db.store();
    let decided: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let store = store.clone();
                scope.spawn(move || {
                    let runtime = tokio::runtime::Runtime::new().unwrap();
                    runtime.block_on(async {
                        let mut client = store.client().await.unwrap();
                        let tx = client.transaction().await.unwrap();
                        let person = format!("head {n}");
                        let decision = Decision {
                            id,
                            person: &person,
                            note: None,
                            now: Utc::now(),
                        };
                        let decided = corrections::approve(&tx, &decision).await.unwrap();
                        tx.commit().await.unwrap();
                        decided.is_ok()
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(decided.iter().filter(|done| **done).count(), 1);
    assert_eq!(fixtures::count(&db, "school_change"), 1);
}
