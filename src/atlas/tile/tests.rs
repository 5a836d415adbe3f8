//! Tiles, decoded and counted.

use std::collections::BTreeMap;

use proptest::prelude::*;
use prost::Message;
use uuid::Uuid;

use super::*;
use crate::{
    atlas::snapshot::AtlasSchool,
    domain::{location::Location, school::SchoolId},
};

#[derive(Clone, PartialEq, Message)]
struct AnyTile {
    #[prost(message, repeated, tag = "3")]
    layers: Vec<AnyLayer>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyLayer {
    #[prost(string, required, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    features: Vec<AnyFeature>,
    #[prost(string, repeated, tag = "3")]
    keys: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    values: Vec<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyFeature {
    #[prost(uint32, repeated, tag = "2")]
    tags: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    geometry: Vec<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(string, optional, tag = "1")]
    string: Option<String>,
    #[prost(uint64, optional, tag = "5")]
    uint: Option<u64>,
}

fn school(number: u128, longitude: f64, latitude: f64, status: Status) -> AtlasSchool {
    AtlasSchool {
        id: SchoolId(Uuid::from_u128(number)),
        name: format!("School {number}"),
        status,
        location: Location::new(longitude, latitude).unwrap(),
    }
}

/// Features as position and attributes, in words.
fn features(
    snapshot: &Snapshot,
    z: u32,
    x: u32,
    y: u32,
) -> Vec<((u32, u32), BTreeMap<String, String>)> {
    let Some(bytes) = schools_tile(snapshot, TileAddress::new(z, x, y).unwrap()) else {
        return vec![];
    };
    let tile = AnyTile::decode(&*bytes).unwrap();
    let layer = &tile.layers[0];
    assert_eq!(layer.name, "schools");
    let decode = |feature: &AnyFeature| {
        let attributes = feature.tags.chunks(2).map(|tag| {
            let value = &layer.values[tag[1] as usize];
            let value = value
                .string
                .clone()
                .unwrap_or_else(|| value.uint.unwrap().to_string());
            (layer.keys[tag[0] as usize].clone(), value)
        });
        (
            (feature.geometry[1] / 2, feature.geometry[2] / 2),
            attributes.collect(),
        )
    };
    layer.features.iter().map(decode).collect()
}

fn schools_in(snapshot: &Snapshot, z: u32) -> u64 {
    let mut sum = 0;
    for x in 0..(1 << z) {
        for y in 0..(1 << z) {
            for ((px, py), attributes) in features(snapshot, z, x, y) {
                assert!(px < EXTENT && py < EXTENT, "{px} {py}");
                sum += attributes
                    .get("count")
                    .map_or(1, |count| count.parse::<u64>().unwrap());
            }
        }
    }
    sum
}

#[test]
fn a_school_stands_where_it_is() {
    // The centre of the world is the corner of four tiles of zoom 1; 36.8 E 1.3 S is Nairobi.
    let snapshot = Snapshot::new(1, 1, vec![school(1, 36.8, -1.3, Status::Good)]);
    let [(position, attributes)] = &features(&snapshot, 0, 0, 0)[..] else {
        panic!()
    };
    // x = (36.8 / 360 + 0.5) * 4096 = 2466.7; y = 2048 + 1.3 / 360 * 4096 = 2062.8
    assert_eq!(*position, (2466, 2062));
    assert_eq!(attributes["status"], "good");
    assert!(!attributes.contains_key("name"), "names come with zoom 9");
    // (36.8 / 360 + 0.5) * 1024 = 616.7
    assert_eq!(features(&snapshot, 10, 616, 515)[0].1["name"], "School 1");
}

#[test]
fn the_edges_of_the_world_have_tiles() {
    let corners = vec![
        school(1, 180.0, 90.0, Status::Good),
        school(2, -180.0, -90.0, Status::Bad),
        school(3, 179.999_999, -0.000_001, Status::Unknown),
        school(4, -179.999_999, 85.06, Status::Moderate),
    ];
    let snapshot = Snapshot::new(1, 1, corners);
    for z in 0..=5 {
        assert_eq!(schools_in(&snapshot, z), 4, "zoom {z}");
    }
}

#[test]
fn an_empty_tile_is_none_and_a_tile_that_is_not_there_has_no_address() {
    let snapshot = Snapshot::new(1, 1, vec![school(1, 36.8, -1.3, Status::Good)]);
    assert_eq!(
        schools_tile(&snapshot, TileAddress::new(1, 0, 0).unwrap()),
        None
    );
    assert!(TileAddress::new(1, 2, 0).is_none());
    assert!(TileAddress::new(15, 0, 0).is_none());
}

#[test]
fn a_crowd_becomes_cells_that_add_up_by_status() {
    let crowd: Vec<_> = (0..10_000_u32)
        .map(|n| {
            let (a, b) = (f64::from(n % 100), f64::from(n / 100));
            let status = Status::ALL[n as usize % 6];
            school(u128::from(n), 30.0 + a / 50.0, 10.0 + b / 50.0, status)
        })
        .collect();
    let snapshot = Snapshot::new(1, 1, crowd);
    let cells = features(&snapshot, 0, 0, 0);
    assert!(cells.len() < 100, "{}", cells.len());
    for status in Status::ALL {
        let of_status = |attributes: &BTreeMap<String, String>| -> u64 {
            match attributes.get("count") {
                Some(_) => attributes
                    .get(status.slug())
                    .map_or(0, |n| n.parse().unwrap()),
                None => u64::from(attributes["status"] == status.slug()),
            }
        };
        let sum: u64 = cells
            .iter()
            .map(|(_, attributes)| of_status(attributes))
            .sum();
        let expected = (0..10_000).filter(|n| Status::ALL[n % 6] == status).count() as u64;
        assert_eq!(sum, expected, "{status:?}");
    }
    for z in 0..=7 {
        assert_eq!(schools_in(&snapshot, z), 10_000, "zoom {z}");
    }
}

#[test]
fn a_cell_wears_its_most_frequent_status_and_counts_the_others() {
    let status = |n| if n < 10 { Status::Bad } else { Status::Unknown };
    let crowd = (0..9000)
        .map(|n| school(n, 30.001, 10.001, status(n)))
        .collect();
    let cell = &features(&Snapshot::new(1, 1, crowd), 0, 0, 0)[0].1;
    assert_eq!(cell["status"], "unknown");
    assert_eq!(
        (cell["bad"].as_str(), cell["unknown"].as_str()),
        ("10", "8990")
    );
}

proptest! {
    #[test]
    fn every_school_is_in_one_feature_at_every_zoom(
        places in prop::collection::vec((-180.0..180.0_f64, -90.0..90.0_f64, 0..6_usize), 1..60),
    ) {
        let schools: Vec<_> = places.iter().enumerate()
            .filter(|(_, (longitude, latitude, _))| *longitude != 0.0 && *latitude != 0.0)
            .map(|(n, (longitude, latitude, status))| {
                school(n as u128, *longitude, *latitude, Status::ALL[*status])
            })
            .collect();
        let count = schools.len() as u64;
        let snapshot = Snapshot::new(1, 1, schools);
        for z in 0..=4 {
            prop_assert_eq!(schools_in(&snapshot, z), count);
        }
    }
}
