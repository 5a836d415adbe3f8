//! Accounts and their sessions.

use chrono::{TimeDelta, Utc};
use schoolbeat::{
    domain::account::Role,
    store::{accounts, passwords, secrets},
};

use super::support::{TestDatabase, fixtures};

#[test]
fn a_login_that_is_taken_stays_as_it_is() {
    let db = TestDatabase::new();
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let add = async |hash| accounts::add(&client, "head", Role::Administrator, hash).await;
        assert!(add("first").await.unwrap());
        assert!(!add("second").await.unwrap());
        let (account, hash) = accounts::find(&client, "head").await.unwrap().unwrap();
        assert_eq!((&*account.login, &*hash), ("head", "first"));
        assert!(accounts::find(&client, "Head").await.unwrap().is_none());
    });
}

#[test]
fn a_session_lasts_until_its_end_and_is_forgotten_afterwards() {
    let db = TestDatabase::new();
    let now = Utc::now();
    let end = now + TimeDelta::hours(12);
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        accounts::add(&client, "head", Role::Administrator, "x")
            .await
            .unwrap();
        let (account, _) = accounts::find(&client, "head").await.unwrap().unwrap();
        let token = secrets::hash("token");
        accounts::begin_session(&client, account.id, &token, now, end)
            .await
            .unwrap();
        let whose = async |at| accounts::of_session(&client, &token, at).await.unwrap();
        assert_eq!(
            whose(end - TimeDelta::milliseconds(1)).await,
            Some(account.clone())
        );
        assert_eq!(whose(end).await, None);
        let other = secrets::hash("other");
        let (later, until) = (end, end + TimeDelta::hours(12));
        accounts::begin_session(&client, account.id, &other, later, until)
            .await
            .unwrap();
        accounts::end_session(&client, &secrets::hash("nobody's"))
            .await
            .unwrap();
    });
    assert_eq!(
        fixtures::count(&db, "session"),
        1,
        "the one that is over is gone"
    );
}

#[test]
fn a_password_fits_its_own_hash_only() {
    let hash = passwords::hash("correct horse battery").unwrap();
    assert_ne!(
        hash,
        passwords::hash("correct horse battery").unwrap(),
        "salted"
    );
    assert!(passwords::verify("correct horse battery", &hash));
    for wrong in [
        "",
        "correct horse",
        "Correct horse battery",
        "correct horse battery ",
    ] {
        assert!(!passwords::verify(wrong, &hash), "{wrong:?}");
    }
    assert!(!passwords::verify("x", "no hash at all"));
}
