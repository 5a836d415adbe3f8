//! A vector tile, read back: points and attributes, by a reader that is not the writer's.

use std::{collections::BTreeMap, f64::consts::PI};

use prost::Message;

use crate::support::{http::Headers, server::TestServer};

#[derive(Clone, PartialEq, Message)]
struct Tile {
    #[prost(message, repeated, tag = "3")]
    layers: Vec<Layer>,
}

#[derive(Clone, PartialEq, Message)]
struct Layer {
    #[prost(message, repeated, tag = "2")]
    features: Vec<RawFeature>,
    #[prost(string, repeated, tag = "3")]
    keys: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    values: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct RawFeature {
    #[prost(uint32, repeated, tag = "2")]
    tags: Vec<u32>,
    #[prost(uint32, repeated, tag = "4")]
    geometry: Vec<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, optional, tag = "1")]
    string: Option<String>,
    #[prost(int64, optional, tag = "4")]
    int: Option<i64>,
    #[prost(uint64, optional, tag = "5")]
    uint: Option<u64>,
    #[prost(sint64, optional, tag = "6")]
    sint: Option<i64>,
    #[prost(bool, optional, tag = "7")]
    bool: Option<bool>,
}

/// A feature: the first point of its geometry, in tile units, and its attributes as text.
#[derive(Debug)]
pub struct Feature {
    pub x: i64,
    pub y: i64,
    pub attributes: BTreeMap<String, String>,
}

impl Value {
    fn text(&self) -> String {
        let numbers = [
            self.int,
            self.sint,
            self.uint.map(|n| n.try_into().unwrap()),
        ];
        let number = numbers.into_iter().flatten().next();
        let number = number.map(|number| number.to_string());
        let truth = self.bool.map(|truth| truth.to_string());
        self.string.clone().or(number).or(truth).unwrap_or_default()
    }
}

fn feature(layer: &Layer, raw: &RawFeature) -> Feature {
    // The command word, then zigzag x and y.
    let zigzag = |n: u32| (i64::from(n) >> 1) ^ -(i64::from(n) & 1);
    let pair = |pair: &[u32]| {
        let value = &layer.values[pair[1] as usize];
        (layer.keys[pair[0] as usize].clone(), value.text())
    };
    Feature {
        x: zigzag(raw.geometry[1]),
        y: zigzag(raw.geometry[2]),
        attributes: raw.tags.chunks(2).map(pair).collect(),
    }
}

/// The features of a tile, of all its layers.
#[track_caller]
pub fn get(server: &TestServer, path: &str) -> Vec<Feature> {
    get_with(server, path, &[])
}

/// The same, as somebody.
#[track_caller]
pub fn get_with(server: &TestServer, path: &str, headers: Headers<'_>) -> Vec<Feature> {
    let answer = server.get_with(path, headers);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let tile = Tile::decode(&answer.body[..]).unwrap();
    let of_layer = |layer: &Layer| -> Vec<Feature> {
        layer
            .features
            .iter()
            .map(|raw| feature(layer, raw))
            .collect()
    };
    tile.layers.iter().flat_map(of_layer).collect()
}

/// Web Mercator, 0 to 1 from the north-west corner.
fn mercator(longitude: f64, latitude: f64) -> (f64, f64) {
    let y = (PI / 4.0 + latitude.to_radians() / 2.0).tan().ln();
    ((longitude + 180.0) / 360.0, (1.0 - y / PI) / 2.0)
}

/// Path of the tile of schools that holds a place.
pub fn tile_at(zoom: u32, longitude: f64, latitude: f64) -> String {
    let (x, y) = mercator(longitude, latitude);
    let tiles = f64::from(1 << zoom);
    format!(
        "/tiles/schools/{zoom}/{}/{}.mvt",
        (x * tiles).floor(),
        (y * tiles).floor()
    )
}

/// The place within that tile, in units of its 4096.
#[expect(clippy::cast_possible_truncation, reason = "0 to 4096")]
pub fn within_tile(zoom: u32, longitude: f64, latitude: f64) -> (i64, i64) {
    let (x, y) = mercator(longitude, latitude);
    let units = |part: f64| ((part * f64::from(1 << zoom)).fract() * 4096.0) as i64;
    (units(x), units(y))
}
