//! Ids and names that suffered on their way: said, never mended in silence.

use super::{brief, schools};
use crate::domain::school::AliasScheme::{Government, Import};

#[test]
fn an_id_that_stands_for_no_school_is_not_used() {
    let list = schools("dummy_ids.csv");
    let expected = [
        (3, "warning", "dummy_id"),
        (4, "warning", "dummy_id"),
        (5, "warning", "dummy_id"),
        (6, "warning", "dummy_id"),
        (7, "warning", "dummy_id"),
    ];
    assert_eq!(brief(&list.findings), expected);
    let schemes: Vec<_> = list.rows.iter().map(|row| row.aliases[0].0).collect();
    let expected = [
        Government, Import, Import, Import, Import, Import, Import, Government,
    ];
    assert_eq!(schemes, expected);
    assert_eq!(list.rows[1].attributes["emis_code"], "0");
    assert_eq!(list.rejected_count(), 0);
}

#[test]
fn an_id_that_lost_its_zeros_is_said_and_not_mended() {
    let list = schools("leading_zeros.csv");
    let expected = [
        (5, "warning", "id_leading_zeros"),
        (7, "warning", "id_leading_zeros"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert_eq!(list.rows[3].aliases, [(Government, "123".to_owned())]);
    assert!(
        list.findings[0].message.contains("was 00123;"),
        "{:?}",
        list.findings[0]
    );
}

#[test]
fn ids_of_many_lengths_have_lost_nothing() {
    for ids in [
        "7,12,103,9,88",
        "10001,10002,10003,7,10005",
        "00001,00002,00003,A7,00005",
    ] {
        let rows = ids.split(',').enumerate();
        let rows = rows.map(|(n, id)| format!("School {n},1.501,36.50{n},{id}\n"));
        let file = format!("name,lat,lon,emis_code\n{}", rows.collect::<String>());
        let list = crate::registry::read_schools(file.as_bytes()).unwrap();
        assert!(list.findings.is_empty(), "{ids}: {:?}", list.findings);
    }
}

#[test]
fn an_export_comes_back_to_the_same_schools() {
    let id = "0192f1a4-7c00-7000-8000-000000000007";
    let other = "0192f1a4-7c00-7000-8000-000000000008";
    let file = format!(
        "schoolbeat_id,name,lat,lon,emis_code\n{id},Oak,1.501,36.501,\n{other},Oak,1.501,36.501,\n\
         {id},Elm,1.601,36.601,\nnot-one,Ash,1.701,36.701,\n,Fir,1.801,36.801,E1\n\
         {{0192F1A4-7C00-7000-8000-000000000009}},,,,\n"
    );
    let list = crate::registry::read_schools(file.as_bytes()).unwrap();
    let expected = [
        (4, "error", "duplicate_id"),
        (5, "warning", "unusable_id"),
        (7, "warning", "coordinate_missing"),
        (7, "warning", "missing_name"),
    ];
    let mut found = brief(&list.findings);
    found.sort_unstable();
    assert_eq!(found, expected);
    let ids: Vec<_> = list.rows.iter().map(|row| row.school_id).collect();
    let known = |id: &str| Some(uuid::Uuid::parse_str(id).unwrap());
    let last = known("0192f1a4-7c00-7000-8000-000000000009");
    assert_eq!(ids, [known(id), known(other), None, None, last]);
    // Two schools that a list cannot tell apart are told apart by their ids of ours.
    assert_eq!(list.rows[0].aliases, [(Import, id.to_owned())]);
    assert_eq!(list.rows[3].aliases, [(Government, "E1".to_owned())]);
    let attributes = list.rows.iter().flat_map(|row| row.attributes.keys());
    assert!(!attributes.into_iter().any(|name| name == "schoolbeat_id"));
}

#[test]
fn a_spoiled_name_is_kept_and_its_repair_proposed() {
    let list = schools("spoiled_names.csv");
    let expected = [
        (3, "warning", "name_mojibake"),
        (4, "warning", "name_mojibake"),
        (5, "warning", "name_mixed_scripts"),
    ];
    assert_eq!(brief(&list.findings), expected);
    for (finding, repair) in list.findings.iter().zip(["Español", "PRIMÊRE", "Средняя"]) {
        assert!(finding.message.contains(repair), "{}", finding.message);
    }
    assert_eq!(list.rows[1].name.as_deref(), Some("Colegio EspaÃ±ol"));
    assert_eq!(list.rows[4].name.as_deref(), Some("École du Chêne"));
}
