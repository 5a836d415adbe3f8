//! The laws of the spool, tried on real files.

use std::{fs, path::Path};

use proptest::prelude::*;
use schoolbeat_wire::{Outcome, PathCheck, PathMethod, Record, RecordKind, TargetKind};

use super::*;

const SMALL: Limits = Limits {
    max_bytes: 1 << 20,
    segment_bytes: 1_500,
    max_age: Duration::MAX,
};

pub(super) fn record(sequence: u64) -> Record {
    Record {
        sequence,
        boot_id: "boot".to_owned(),
        boot_ms: sequence * 1_000,
        wall_unix_ms: 1_794_000_000_000,
        kind: RecordKind::PathCheck(PathCheck {
            outcome: Outcome::Ok,
            failed_stage: None,
            failure: None,
            target: "192.0.2.7".to_owned(),
            target_kind: TargetKind::Server,
            method: PathMethod::Icmp,
            sent: 20,
            received: 20,
            timeout_ms: 3_000,
            rtt_min_ms: Some(1.5),
            rtt_median_ms: Some(2.5),
            rtt_p95_ms: Some(3.5),
            rtt_max_ms: Some(4.5),
            jitter_ms: Some(0.5),
            pdv_p95_ms: None,
            loss_ratio: Some(0.0),
        }),
    }
}

fn open(dir: &Path) -> Spool {
    Spool::open(dir, SMALL).unwrap().0
}

pub(super) fn sequences(spool: &Spool) -> Vec<u64> {
    spool
        .waiting(10_000, usize::MAX)
        .unwrap()
        .iter()
        .map(|waiting| waiting.sequence)
        .collect()
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn records_wait_in_order_and_survive_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    for expected in 1..=12 {
        assert_eq!(spool.append(record).unwrap(), expected);
    }
    drop(spool);
    let spool = open(dir.path());
    assert_eq!(sequences(&spool), (1..=12).collect::<Vec<_>>());
    assert_eq!(spool.next_sequence(), 13);
    let first = &spool.waiting(1, usize::MAX).unwrap()[0];
    let back: Record = serde_json::from_str(first.json.get()).unwrap();
    assert_eq!(back, record(1));
}

#[test]
fn segments_rotate_and_go_when_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    for _ in 0..20 {
        spool.append(record).unwrap();
    }
    assert!(files(dir.path()).len() > 2, "more than one segment");
    spool.acknowledge(13).unwrap();
    assert_eq!(sequences(&spool), (14..=20).collect::<Vec<_>>());
    spool.acknowledge(20).unwrap();
    assert_eq!(
        files(dir.path()),
        [("acknowledged".to_owned(), b"20\n".to_vec())]
    );
    assert_eq!(spool.append(record).unwrap(), 21);
    drop(spool);
    assert_eq!(open(dir.path()).next_sequence(), 22);
}

#[test]
fn an_emptied_spool_never_counts_backwards() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    spool.append(record).unwrap();
    spool.append(record).unwrap();
    spool.acknowledge(2).unwrap();
    drop(spool);
    let mut spool = open(dir.path());
    assert_eq!(spool.figures().waiting, 0);
    assert_eq!(spool.append(record).unwrap(), 3);
}

#[test]
fn what_was_never_given_out_cannot_be_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    spool.append(record).unwrap();
    spool.acknowledge(99).unwrap();
    assert_eq!(sequences(&spool), [1]);
    assert_eq!(spool.acknowledged_sequence(), 0);
}

fn kinds(spool: &Spool) -> Vec<String> {
    let waiting = spool.waiting(10_000, usize::MAX).unwrap();
    let kind = |waiting: &Waiting| {
        let record: Record = serde_json::from_str(waiting.json.get()).unwrap();
        match record.kind {
            RecordKind::SpeedTest(_) => "speed_test".to_owned(),
            RecordKind::PathCheck(_) => "path_check".to_owned(),
            RecordKind::PageCheck(_) => "page_check".to_owned(),
            RecordKind::Presence(_) => "presence".to_owned(),
            RecordKind::Notice(notice) => format!("{} dropped", notice.of),
        }
    };
    waiting.iter().map(kind).collect()
}

fn speed_test(sequence: u64) -> Record {
    let test = serde_json::json!({"kind": "speed_test", "outcome": "ok", "protocol": "ndt7",
        "server": "s:1", "download_bytes_per_100_ms": vec![1_000_000; 20]});
    Record {
        kind: serde_json::from_value(test).unwrap(),
        ..record(sequence)
    }
}

#[test]
fn a_full_spool_drops_the_oldest_speed_tests_first_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        max_bytes: 8_000,
        segment_bytes: 900,
        max_age: Duration::MAX,
    };
    let (mut spool, _) = Spool::open(dir.path(), limits).unwrap();
    let mut checks = 0;
    while !kinds(&spool)
        .iter()
        .any(|kind| kind == "speed_test dropped")
    {
        spool.append(record).unwrap();
        spool.append(speed_test).unwrap();
        checks += 1;
        assert!(checks < 100, "it never becomes full");
    }
    let shown = kinds(&spool);
    let count = |kind: &str| shown.iter().filter(|shown| *shown == kind).count();
    assert_eq!(count("path_check"), checks, "{shown:?}");
    assert!(count("speed_test") < checks, "{shown:?}");
    for _ in 0..200 {
        spool.append(record).unwrap();
    }
    assert!(spool.figures().bytes <= limits.max_bytes);
    assert!(
        kinds(&spool)
            .iter()
            .any(|kind| kind == "path_check dropped")
    );
    let numbers = sequences(&spool);
    assert!(numbers.is_sorted_by(|a, b| a < b), "each number once");
    let next = spool.next_sequence();
    drop(spool);
    let (spool, mended) = Spool::open(dir.path(), limits).unwrap();
    assert_eq!((sequences(&spool), spool.next_sequence()), (numbers, next));
    assert_eq!(mended, Mended::default());
}

#[test]
fn batches_are_bounded_by_records_and_bytes_but_never_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    for _ in 0..10 {
        spool.append(record).unwrap();
    }
    assert_eq!(spool.waiting(3, usize::MAX).unwrap().len(), 3);
    assert_eq!(spool.waiting(10, 1).unwrap().len(), 1);
    let one = spool.waiting(1, usize::MAX).unwrap()[0].json.get().len() + 1;
    assert_eq!(spool.waiting(10, one * 4).unwrap().len(), 4);
}

#[test]
fn an_unreadable_mark_is_refused_rather_than_guessed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("acknowledged"), "nonsense").unwrap();
    let error = Spool::open(dir.path(), SMALL).unwrap_err();
    assert!(error.to_string().contains("--replace"), "{error}");
}

#[test]
fn looking_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    for _ in 0..3 {
        spool.append(record).unwrap();
    }
    spool.acknowledge(1).unwrap();
    let path = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some())
        .unwrap();
    let mut torn = fs::read(&path).unwrap();
    torn.extend_from_slice(&[9, 9, 9]);
    fs::write(&path, &torn).unwrap();
    let figures = Spool::inspect(dir.path()).unwrap();
    assert_eq!(figures.waiting, 2);
    assert_eq!(figures.oldest_waiting_sequence, Some(2));
    assert_eq!(figures.next_sequence, 4);
    assert_eq!(fs::read(&path).unwrap(), torn);
    assert_eq!(Spool::open(dir.path(), SMALL).unwrap().1.torn_bytes, 3);
}

/// Cuts the last segment after every byte: every whole record survives, and the next number is
/// the one after the last survivor.
#[test]
fn a_cut_at_any_byte_loses_only_the_torn_record() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    let mut ends = Vec::new();
    for _ in 0..3 {
        spool.append(record).unwrap();
        ends.push(spool.figures().bytes);
    }
    let (name, bytes) = files(dir.path()).remove(0);
    for cut in 0..=bytes.len() {
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join(&name), &bytes[..cut]).unwrap();
        let mut spool = open(copy.path());
        let whole = ends.iter().filter(|end| **end <= cut as u64).count() as u64;
        assert_eq!(
            sequences(&spool),
            (1..=whole).collect::<Vec<_>>(),
            "cut at {cut}"
        );
        if cut % 97 == 0 {
            assert_eq!(spool.append(record).unwrap(), whole + 1, "cut at {cut}");
            drop(spool);
            let spool = open(copy.path());
            assert_eq!(sequences(&spool), (1..=whole + 1).collect::<Vec<_>>());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A life of appends, acknowledgements, reopenings and kills: no number is given twice after it
    /// was safe, none that was safe and not acknowledged is ever lost.
    #[test]
    fn no_life_loses_or_doubles_a_record(steps in prop::collection::vec((0_u8..4, 0.0_f64..1.0), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = open(dir.path());
        let mut given = 0_u64;
        let mut acknowledged = 0_u64;
        for (step, unit) in steps {
            match step {
                0 | 1 => {
                    let sequence = spool.append(record).unwrap();
                    prop_assert_eq!(sequence, given + 1);
                    given = sequence;
                }
                2 => {
                    let span = crate::units::count(given - acknowledged);
                    acknowledged += crate::units::rounded(span * unit);
                    spool.acknowledge(acknowledged).unwrap();
                }
                _ => {
                    drop(spool);
                    tear_a_half_written_frame_onto_the_end(dir.path(), given + 1, unit);
                    spool = open(dir.path());
                }
            }
            prop_assert_eq!(sequences(&spool), (acknowledged + 1..=given).collect::<Vec<_>>());
            prop_assert_eq!(spool.next_sequence(), given + 1);
            prop_assert_eq!(spool.acknowledged_sequence(), acknowledged);
        }
    }
}

/// What a kill during an append leaves behind: some of the frame's bytes, in the last segment or in
/// one that had just been begun.
fn tear_a_half_written_frame_onto_the_end(dir: &Path, sequence: u64, unit: f64) {
    let payload = serde_json::to_vec(&record(sequence)).unwrap();
    let frame = segment::frame(&payload).unwrap();
    let length = crate::units::rounded(crate::units::count(frame.len() as u64 - 1) * unit);
    let torn = &frame[..usize::try_from(length).unwrap()];
    let last = files(dir)
        .pop()
        .map(|(name, _)| name)
        .filter(|name| name != "acknowledged");
    let name = last
        .filter(|_| unit > 0.3)
        .unwrap_or_else(|| files::segment_name(sequence));
    let path = dir.join(name);
    let mut bytes = fs::read(&path).unwrap_or_default();
    bytes.extend_from_slice(torn);
    fs::write(path, bytes).unwrap();
}
