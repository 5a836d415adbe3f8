//! Every kind of finding is told of a list that has the fault, and not of one that has not. The kinds
//! are those that the program's own source names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex_lite::Regex;
use schoolbeat::domain::correction::Proposal;

use super::{codes, fixtures, school, take, try_preview};
use crate::{
    corrections::{decide, propose},
    imports::{areas, fixture},
    support::TestDatabase,
};

/// What is known when a list comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum World {
    /// Nothing.
    Bare,
    /// Areas.
    Areas,
    /// Areas and two schools; the name of one of them was corrected.
    Known,
}

/// Two files: one with a fault and one without.
#[derive(Clone)]
pub struct Pair {
    pub code: &'static str,
    pub world: World,
    pub faulty: Vec<u8>,
    /// Empty where it is the same file in a world of areas.
    pub sound: Vec<u8>,
}

impl World {
    fn build(self) -> TestDatabase {
        let db = TestDatabase::new();
        if self >= Self::Areas {
            areas(&db, &fixture("areas.geojson"), "XAA", 1);
        }
        if self == Self::Known {
            let giga = "6b1c7f2e-0000-4000-8000-000000000001";
            let known = format!(
                "name,lat,lon,emis_code,giga_id_school\nOak,1.51234,36.51234,E1,{giga}\n\
                 Elm,1.61234,36.61234,E2,\n"
            );
            take(&db, &known);
            let name = Proposal::Name("Oak Academy".into());
            let id = propose(&db, school(&db, "Oak"), &name, "amina").unwrap();
            decide(&db, id, true).unwrap();
        }
        db
    }
}

/// Kinds that only files of other formats, areas or infrastructure can have, and the tests that show
/// them with the fault and without.
const ELSEWHERE: [(&str, &str); 38] = [
    ("column_left_out", "src/registry/tests/geopackages.rs"),
    ("reference_system", "src/registry/tests/geopackages.rs"),
    ("sheet", "src/registry/tests/workbooks.rs"),
    ("area_not_in_file", "tests/store/imports/areas.rs"),
    ("area_parent_differs", "tests/store/imports/area_trees.rs"),
    ("area_parent_not_known", "tests/store/imports/area_trees.rs"),
    ("area_retired", "tests/store/imports/area_versions.rs"),
    ("area_outside_parent", "tests/store/imports/area_trees.rs"),
    ("area_overlaps", "tests/store/imports/area_trees.rs"),
    ("area_without_parent", "tests/store/imports/area_trees.rs"),
    ("duplicate_area", "src/registry/tests/pairs.rs"),
    ("no_polygon", "src/registry/tests/pairs.rs"),
    ("short_ring", "src/registry/tests/pairs.rs"),
    ("shared_key", "src/registry/tests/pairs.rs"),
    ("empty_outline", "tests/store/imports/areas.rs"),
    ("mended_outline", "tests/store/imports/areas.rs"),
    ("population_ambiguous", "src/registry/tests/pairs.rs"),
    ("population_not_a_number", "src/registry/tests/pairs.rs"),
    ("population_out_of_range", "src/registry/tests/pairs.rs"),
    ("school_back_on_map", "tests/store/imports/area_versions.rs"),
    ("school_left_out", "tests/store/imports/area_versions.rs"),
    ("duplicate_feature", "src/registry/tests/pairs.rs"),
    ("empty_geometry", "src/registry/tests/pairs.rs"),
    ("gone", "tests/store/infrastructure.rs"),
    ("missing_generation", "src/registry/tests/pairs.rs"),
    ("missing_status", "src/registry/tests/pairs.rs"),
    ("older_than_known", "tests/store/infrastructure.rs"),
    ("personal_column", "src/registry/tests/pairs.rs"),
    ("position_contradicts", "src/registry/tests/pairs.rs"),
    ("range_not_a_number", "src/registry/tests/pairs.rs"),
    ("same_place", "src/registry/tests/pairs.rs"),
    ("short_part", "src/registry/tests/pairs.rs"),
    ("status_contradicts", "src/registry/tests/pairs.rs"),
    ("unknown_status", "src/registry/tests/pairs.rs"),
    ("wrong_geometry", "src/registry/tests/pairs.rs"),
    ("zero_length", "src/registry/tests/pairs.rs"),
    ("other_kind", "src/registry/tests/pairs.rs"),
    ("technology_contradicts", "src/registry/tests/pairs.rs"),
];

#[test]
fn every_kind_is_told_of_the_fault_and_of_nothing_else() {
    let mut worlds = BTreeMap::<World, TestDatabase>::new();
    let mut wrong = vec![];
    for pair in fixtures::pairs() {
        let mut told = |world: World, bytes: &[u8]| {
            let db = worlds.entry(world).or_insert_with(|| world.build());
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("list.csv");
            fs::write(&path, bytes).unwrap();
            let staged = try_preview(db, &path);
            let staged = staged.unwrap_or_else(|error| panic!("{}: {error}", pair.code));
            codes(db, &staged)
        };
        let faulty = told(pair.world, &pair.faulty);
        let sound = match &*pair.sound {
            [] => told(World::Areas, &pair.faulty),
            sound => told(pair.world, sound),
        };
        if !faulty.contains_key(pair.code) || sound.contains_key(pair.code) {
            wrong.push(format!(
                "{}: {faulty:?}, without the fault {sound:?}",
                pair.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_that_the_source_names_has_its_pair() {
    let here: BTreeSet<String> = fixtures::pairs()
        .into_iter()
        .map(|pair| pair.code.to_owned())
        .collect();
    let elsewhere: BTreeSet<String> = ELSEWHERE.iter().map(|(code, _)| (*code).into()).collect();
    let shown: BTreeSet<String> = here.union(&elsewhere).cloned().collect();
    let named = named();
    let without: Vec<_> = named.difference(&shown).collect();
    assert!(without.is_empty(), "no pair of files shows {without:?}");
    let gone: Vec<_> = shown.difference(&named).collect();
    assert!(gone.is_empty(), "nothing in the source says {gone:?}");
    for (code, file) in ELSEWHERE {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(
            text.contains(&format!("\"{code}\"")),
            "{file} shows no {code}"
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Literals where a code of a finding stands.
static PLACES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"Finding::(?:error|warning|info)\([^"]*?,\s*"([a-z_]+)""#,
        r#"Problem::new\(\s*"([a-z_]+)""#,
        r#"row\.get\("row_number"\),\s*"([a-z_]+)""#,
        r#"\.warn\(\s*column,\s*"([a-z_]+)""#,
        r#"\bcode: "([a-z_]+)""#,
        r#"const OUT_OF_RANGE: &str = "([a-z_]+)""#,
        // A code and its message: what is between them is a pair or a call.
        r#""([a-z]+(?:_[a-z]+)+)",\s*(?:format!\(\s*)?"[^"\n]* [^"\n]* "#,
        r#"\bfinding\(\s*"([a-z_]+)""#,
        r#"about\([^"]*?,\s*"([a-z_]+)""#,
        // An arm of its own.
        r#"\n\s*"([a-z]+(?:_[a-z]+)+)"\n"#,
        r#"\("([a-z]+(?:_[a-z]+)+)", text\)"#,
    ]
    .map(|place| Regex::new(place).unwrap())
    .to_vec()
});

/// What looks like a code and is the name of a query, which has a text too.
static QUERIES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"sql!\(\s*"[a-z_]+""#).unwrap());

/// Every code that the source names.
fn named() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for file in files(&root().join("src/registry"))
        .into_iter()
        .chain(files(&root().join("src/store/imports")))
    {
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let text = QUERIES.replace_all(text, "");
        for place in PLACES.iter() {
            named.extend(place.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    let quoted = Regex::new("'([a-z]+(?:_[a-z]+)+)'").unwrap();
    for file in fs::read_dir(root().join("src/store/sql")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        if text.contains("INSERT INTO import_finding") {
            named.extend(quoted.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    assert!(named.len() > 60, "{named:?}");
    named
}

/// Sources of a directory and of those in it, without tests.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
