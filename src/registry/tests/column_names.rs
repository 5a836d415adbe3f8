//! Which column means what, in the languages that lists come in.

use std::collections::BTreeMap;

use crate::registry::columns::{Columns, Field};

fn guess(names: &[&str]) -> Columns {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    Columns::guess_around(&names, &BTreeMap::new())
}

#[test]
fn names_are_known_in_five_languages() {
    for (field, names) in [
        (
            Field::Name,
            vec!["Nom de l'école", "NOMBRE", "Nome da Escola", "اسم المدرسة"],
        ),
        (
            Field::Latitude,
            vec!["Latitude (WGS84)", "LATITUD", "خط العرض"],
        ),
        (
            Field::EducationLevel,
            vec!["Niveau", "Nivel educativo", "Nível de ensino", "المرحلة"],
        ),
        (
            Field::StudentCount,
            vec!["Nb. élèves", "Matrícula", "Número de alunos", "عدد الطلاب"],
        ),
        (
            Field::Connectivity,
            vec!["Accès à Internet", "Tiene internet", "الإنترنت"],
        ),
        (
            Field::GovernmentId,
            vec!["Code établissement", "Código INEP", "رمز المدرسة"],
        ),
    ] {
        for name in names {
            assert_eq!(guess(&[name]).of(field), [0], "{name}");
        }
    }
    for (attribute, names) in [
        (
            "school_area_type",
            vec!["Urban/Rural", "Milieu", "Zona", "حضري/ريفي"],
        ),
        (
            "school_funding_type",
            vec!["operator:type", "Statut", "Rede de Ensino", "التمويل"],
        ),
        (
            "electricity_availability",
            vec!["Électricité", "ENERGIA ELETRICA", "الكهرباء"],
        ),
        (
            "num_teachers",
            vec!["Nombre d’enseignants", "Docentes", "Professores"],
        ),
        ("admin1", vec!["Région", "Provincia", "Estado", "المحافظة"]),
        (
            "download_speed_govt",
            vec!["Download speed (Mbps)", "Débit", "سرعة الإنترنت"],
        ),
    ] {
        for name in names {
            let columns = guess(&[name]);
            assert_eq!(
                columns.attribute(0).map(|a| a.name),
                Some(attribute),
                "{name}"
            );
        }
    }
    assert_eq!(
        guess(&["students (girls)"]).of(Field::StudentCount),
        [0_usize; 0]
    );
}

#[test]
fn of_two_columns_that_claim_one_field_the_better_counts() {
    let columns = guess(&["Province", "name", "admin1", "School Name", "roof"]);
    assert_eq!(columns.of(Field::Name), [3]);
    assert_eq!(columns.attribute(2).map(|a| a.name), Some("admin1"));
    assert_eq!(columns.attribute(0), None);
    let findings = columns.findings();
    let fields: Vec<_> = findings
        .iter()
        .map(|f| (f.code, f.field.as_deref()))
        .collect();
    let code = "column_claimed_twice";
    assert_eq!(fields, [(code, Some("name")), (code, Some("Province"))]);
    // Giga's own pairs are no slip.
    let pairs = guess(&[
        "connectivity",
        "connectivity_govt",
        "education_level_govt",
        "education_level",
    ]);
    assert!(pairs.findings().is_empty());
}

#[test]
fn a_tag_of_openstreetmap_is_no_column_of_a_list() {
    let columns = guess(&[
        "@id",
        "name",
        "school",
        "level",
        "isced:level",
        "addr:district",
    ]);
    assert_eq!(columns.of(Field::EducationLevel), [4]);
    assert!(columns.findings().is_empty());
    assert_eq!(columns.attribute(5).map(|a| a.name), Some("admin2"));
}
