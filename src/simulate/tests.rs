//! The country as a whole: the same for everyone, consistent, plausible, and plainly invented.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use geo::{Contains, MultiPolygon, Point};
use uuid::Uuid;

use super::*;
use crate::domain::{
    benchmark::Benchmark,
    measurement::{Transfer, judge_transfers},
    record::SpeedTest,
    school::{Connectivity, SchoolId},
    school_facts::SchoolFacts,
    status::{Evidence, Status, judge},
};

/// A Tuesday, 11:40 in the country.
const NOW: &str = "2026-11-24T05:40:00Z";

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// FNV-1a: one number for a whole text.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn histories(world: &World) -> Vec<ProbeHistory> {
    let history = History::new(world, calendar(), now(), 28);
    let schools = world.schools().iter();
    schools
        .filter_map(|school| history.of(school, SchoolId(Uuid::from_u128(school.index as u128))))
        .collect()
}

#[test]
fn a_seed_gives_the_same_country_on_every_machine() {
    let world = World::invent(7, 2000);
    let again = World::invent(7, 2000);
    assert_eq!(world.schools_csv(), again.schools_csv());
    assert_eq!(world.areas_geojson(), again.areas_geojson());
    assert_ne!(world.schools_csv(), World::invent(8, 2000).schools_csv());
    // If these change, every demonstration changes: say so in the change log.
    let [_, provinces, districts] = world.areas_geojson();
    let prints = [&world.schools_csv(), &provinces, &districts].map(|text| fingerprint(text));
    assert_eq!(
        prints,
        [
            17_581_463_853_537_713_427,
            14_950_038_758_516_945_553,
            11_230_711_191_215_929_754
        ]
    );
}

#[test]
fn a_history_is_the_same_for_the_same_now() {
    let world = World::invent(7, 300);
    assert_eq!(histories(&world), histories(&world));
}

#[test]
fn the_country_says_that_it_is_invented() {
    let world = World::invent(7, 50);
    let [country, provinces, _] = world.areas_geojson();
    assert!(country.contains("Thalassia (invented)"));
    assert!(provinces.contains("not real data"));
    assert!(
        world
            .schools_csv()
            .lines()
            .skip(1)
            .all(|line| line.contains("not real data"))
    );
}

fn polygon(feature: &geojson::Feature) -> MultiPolygon<f64> {
    feature.geometry.clone().unwrap().try_into().unwrap()
}

#[test]
fn every_school_lies_in_exactly_one_district_and_its_code_says_which() {
    let world = World::invent(7, 5000);
    let [_, _, districts] = world.areas_geojson();
    let districts: geojson::FeatureCollection = districts.parse().unwrap();
    let districts: Vec<(String, MultiPolygon<f64>)> = districts
        .features
        .iter()
        .map(|f| {
            (
                f.property("code").unwrap().as_str().unwrap().to_owned(),
                polygon(f),
            )
        })
        .collect();
    for school in world.schools() {
        let point = Point::new(school.place.0, school.place.1);
        let holders: Vec<&String> = districts
            .iter()
            .filter(|(_, area)| area.contains(&point))
            .map(|(code, _)| code)
            .collect();
        assert_eq!(holders.len(), 1, "{}", school.name);
        assert!(
            school.government_id.starts_with(holders[0].as_str()),
            "{}",
            school.name
        );
    }
}

#[test]
fn schools_have_names_and_codes_of_their_own() {
    let world = World::invent(7, 20_000);
    let names: HashSet<&str> = world
        .schools()
        .iter()
        .map(|school| school.name.as_str())
        .collect();
    let ids: HashSet<&str> = world
        .schools()
        .iter()
        .map(|s| s.government_id.as_str())
        .collect();
    assert_eq!((names.len(), ids.len()), (20_000, 20_000));
    let lost = world
        .schools()
        .iter()
        .filter(|s| s.stated()[0].parse::<f64>().is_ok_and(|l| l < -15.0));
    assert!((3..=4).contains(&(20_000 - lost.count())));
}

#[test]
fn the_list_is_three_valued_and_incomplete_as_real_ones_are() {
    let world = World::invent(7, 5000);
    let share = |is: &dyn Fn(&School) -> bool| {
        f64::from(u32::try_from(world.schools().iter().filter(|s| is(s)).count()).unwrap()) / 5000.0
    };
    let unknown = share(&|school| school.declared == Connectivity::Unknown);
    let yes = share(&|school| school.declared == Connectivity::Yes);
    let without_students = share(&|school| school.student_count.is_none());
    let measured = share(&|school| school.has_probe);
    assert!((0.12..0.18).contains(&unknown), "{unknown}");
    assert!((0.40..0.60).contains(&yes), "{yes}");
    assert!(
        (0.10..0.14).contains(&without_students),
        "{without_students}"
    );
    assert!((0.40..0.50).contains(&measured), "{measured}");
}

#[test]
fn every_test_would_have_been_taken_from_a_real_probe() {
    let world = World::invent(7, 1000);
    let calendar = calendar();
    for probe in histories(&world) {
        for test in &probe.speed_tests {
            assert!(test.origin.measured_at < test.origin.received_at);
            assert!(test.origin.received_at <= now());
            assert_eq!(
                test.origin.in_opening_hours,
                calendar.is_open(test.origin.measured_at)
            );
            if test.failure.is_some() {
                assert!(test.download_mbps.is_none() && test.bytes_down == 0);
            } else {
                assert_eq!(
                    judge_transfers(transfer(test, true), transfer(test, false)),
                    None
                );
                assert!(test.rtt_loaded_ms > test.rtt_min_ms);
            }
        }
        for check in &probe.path_checks {
            assert_eq!(check.received > 0, check.rtt_median_ms.is_some());
            assert!(
                check.rtt_min_ms <= check.rtt_median_ms && check.rtt_p95_ms <= check.rtt_max_ms
            );
            let lost = 1.0 - f64::from(check.received) / f64::from(check.sent);
            assert_eq!(check.loss_ratio, Some(lost));
        }
        let mut sequences: Vec<i64> = probe
            .speed_tests
            .iter()
            .map(|t| t.origin.sequence)
            .collect();
        sequences.extend(probe.path_checks.iter().map(|check| check.origin.sequence));
        sequences.extend(probe.page_checks.iter().map(|check| check.origin.sequence));
        sequences.sort_unstable();
        assert_eq!(sequences, (1..=probe.last_sequence).collect::<Vec<_>>());
    }
}

fn transfer(test: &SpeedTest, down: bool) -> Option<Transfer> {
    let (mbps, bytes, duration_ms) = if down {
        (
            test.download_mbps,
            test.bytes_down,
            test.download_duration_ms,
        )
    } else {
        (test.upload_mbps, test.bytes_up, test.upload_duration_ms)
    };
    Some(Transfer {
        steady_mbps: None,
        steady_span_ms: 1_000,
        mbps: mbps?,
        bytes: bytes.try_into().unwrap(),
        duration_ms: duration_ms.try_into().unwrap(),
        bytes_are_exact: true,
    })
}

#[test]
fn the_last_day_reaches_up_to_now_and_silent_probes_do_not() {
    let probes = histories(&World::invent(7, 2000));
    let last = probes
        .iter()
        .map(|probe| probe.last_report_at)
        .max()
        .unwrap();
    assert!(now() - last < chrono::Duration::minutes(5), "{last}");
    let silent = probes
        .iter()
        .filter(|p| now() - p.last_report_at > chrono::Duration::days(9))
        .count();
    assert!(
        silent * 100 > probes.len() * 3 && silent * 100 < probes.len() * 10,
        "{silent}"
    );
}

#[test]
fn statuses_are_mixed_as_the_benchmark_sees_them() {
    let world = World::invent(7, 5000);
    let schools: HashMap<Uuid, &School> = world
        .schools()
        .iter()
        .map(|s| (Uuid::from_u128(s.index as u128), s))
        .collect();
    let mut counts: HashMap<Status, u32> = HashMap::new();
    let probes = histories(&world);
    let rows: usize = probes
        .iter()
        .map(|p| p.speed_tests.len() + p.path_checks.len())
        .sum();
    assert!((200_000..450_000).contains(&rows), "{rows} rows");
    for probe in &probes {
        let Some(first) = probe.speed_tests.first() else {
            continue;
        };
        let mut rates: Vec<f64> = probe
            .speed_tests
            .iter()
            .filter_map(|t| t.download_mbps)
            .collect();
        rates.sort_by(f64::total_cmp);
        let failed = probe.speed_tests.len() - rates.len();
        let evidence = Evidence {
            valid_tests: rates.len().try_into().unwrap(),
            failed_tests: failed.try_into().unwrap(),
            download_median_mbps: rates.get(rates.len() / 2).copied(),
            ..Evidence::default()
        };
        let school = schools[&first.origin.school_id.0];
        let facts = SchoolFacts {
            students: school.student_count,
            ..SchoolFacts::default()
        };
        let demand = Benchmark::default().demand(&facts);
        let status = judge(evidence, school.declared, &demand);
        *counts.entry(status).or_default() += 1;
    }
    let all: u32 = counts.values().sum();
    let share = |status| f64::from(counts[&status]) / f64::from(all);
    assert!((0.33..0.47).contains(&share(Status::Good)), "{counts:?}");
    assert!(
        (0.37..0.52).contains(&share(Status::Moderate)),
        "{counts:?}"
    );
    assert!((0.10..0.20).contains(&share(Status::Bad)), "{counts:?}");
}
