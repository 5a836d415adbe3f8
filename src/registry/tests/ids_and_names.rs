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
