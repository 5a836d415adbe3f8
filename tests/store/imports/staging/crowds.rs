//! Several people at once: one after the other, or one of them is refused; nothing is half done.

use std::{sync::Barrier, thread};

use schoolbeat::store::{
    Store,
    imports::{self, Import, ImportError},
};
use uuid::Uuid;

use super::{ACTOR, find, preview, take, texts, undo};
use crate::{imports::number, support::TestDatabase};

const HEADER: &str = "name,lat,lon,emis_code,num_students\n";

/// Each step in a thread of its own, all at the same moment.
fn at_once(
    db: &TestDatabase,
    ids: &[Uuid],
    step: impl AsyncFn(&Store, Uuid) -> Result<Import, ImportError> + Send + Sync,
) -> Vec<Result<Import, ImportError>> {
    let (start, connection) = (Barrier::new(ids.len()), db.connection());
    thread::scope(|scope| {
        let run = |id: Uuid| {
            let (start, step, connection) = (&start, &step, connection.clone());
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let store = Store::new(connection, 2).unwrap();
                    start.wait();
                    step(&store, id).await
                })
            })
        };
        let threads: Vec<_> = ids.iter().map(|id| run(*id)).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.collect()
    })
}

async fn apply(store: &Store, id: Uuid) -> Result<Import, ImportError> {
    let mut client = store.client().await?;
    Ok(imports::apply(&mut client, id, ACTOR).await?.0)
}

async fn apply_unseen(store: &Store, id: Uuid) -> Result<Import, ImportError> {
    let mut client = store.client().await?;
    Ok(imports::apply_unseen(&mut client, id, ACTOR).await?.0)
}

fn list(from: i32, to: i32, students: i32) -> String {
    let row = |n: i32| format!("School {n},1.5{n:04},36.5{n:04},E{n},{students}\n");
    HEADER.to_owned() + &(from..to).map(row).collect::<String>()
}

/// How often each code was answered.
fn answers(results: &[Result<Import, ImportError>]) -> Vec<&'static str> {
    let code = |result: &Result<Import, ImportError>| match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    };
    let mut codes: Vec<_> = results.iter().map(code).collect();
    codes.sort_unstable();
    codes
}

#[test]
fn of_two_who_apply_the_same_import_one_is_refused() {
    let db = TestDatabase::new();
    let staged = preview(&db, &list(0, 40, 100));
    let results = at_once(&db, &[staged.id; 4], apply);
    let wrong = "import_in_wrong_state";
    assert_eq!(answers(&results), [wrong, wrong, wrong, "ok"]);
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 40);
    assert_eq!(number(&db, "SELECT count(*) FROM school_alias"), 40);
    assert_eq!(number(&db, "SELECT count(*) FROM school_change"), 40);
    let applied = "SELECT concat_ws(' ', actor, action) FROM audit_event";
    assert_eq!(texts(&db, applied), ["amina import schools"]);
}

#[test]
fn of_two_who_apply_different_imports_the_later_looks_again() {
    let db = TestDatabase::new();
    let ids = [0, 20, 40].map(|from| preview(&db, &list(from, from + 40, from)).id);
    let outdated = "import_outdated";
    assert_eq!(
        answers(&at_once(&db, &ids, apply)),
        [outdated, outdated, "ok"]
    );
    let left: Vec<Uuid> = ids
        .into_iter()
        .filter(|id| find(&db, *id).state.slug() == "staged")
        .collect();
    assert_eq!(answers(&at_once(&db, &left, apply_unseen)), ["ok", "ok"]);
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 80);
    assert_eq!(number(&db, "SELECT count(*) FROM school_alias"), 80);
    let told = "SELECT count(*) FROM school_change WHERE kind = 'created'";
    assert_eq!(number(&db, told), 80);
    let doubled = "SELECT count(*) FROM (SELECT FROM school GROUP BY name HAVING count(*) > 1) d";
    assert_eq!(number(&db, doubled), 0);
}

#[test]
fn who_applies_and_who_discards_at_once_do_not_both_have_their_way() {
    let db = TestDatabase::new();
    for _ in 0..4 {
        let staged = preview(&db, &list(0, 30, 100));
        let ids = [staged.id, staged.id];
        let first = std::sync::atomic::AtomicBool::new(true);
        let results = at_once(&db, &ids, async |store, id| {
            if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                return apply(store, id).await;
            }
            let client = store.client().await?;
            imports::discard(&client, id, ACTOR).await?;
            Ok(imports::find(&client, id).await?.unwrap())
        });
        assert_eq!(answers(&results), ["import_in_wrong_state", "ok"]);
        let schools = number(&db, "SELECT count(*) FROM school");
        match find(&db, staged.id).state.slug() {
            "applied" => {
                assert_eq!(schools, 30);
                undo(&db, staged.id).unwrap();
            }
            state => assert_eq!((state, schools), ("discarded", 0)),
        }
        assert_eq!(number(&db, "SELECT count(*) FROM staged_school"), 0);
    }
}

#[test]
fn of_two_who_undo_the_same_import_one_is_refused() {
    let db = TestDatabase::new();
    take(&db, &list(0, 20, 100));
    let second = take(&db, &list(0, 30, 120));
    let results = at_once(&db, &[second.id; 3], async |store, id| {
        let mut client = store.client().await?;
        imports::undo(&mut client, id, ACTOR).await
    });
    let wrong = "import_in_wrong_state";
    assert_eq!(answers(&results), [wrong, wrong, "ok"]);
    assert_eq!(
        number(&db, "SELECT count(*) FROM school WHERE student_count = 100"),
        20
    );
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 20);
}
