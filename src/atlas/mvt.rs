//! Point layers of a Mapbox Vector Tile, version 2.1.

use std::collections::HashMap;

use prost::Message;

/// Side of a tile in its own units.
pub const EXTENT: u32 = 4096;

#[derive(Clone, PartialEq, Message)]
struct TileMessage {
    #[prost(message, repeated, tag = "3")]
    layers: Vec<LayerMessage>,
}

#[derive(Clone, PartialEq, Message)]
struct LayerMessage {
    #[prost(uint32, required, tag = "15")]
    version: u32,
    #[prost(string, required, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    features: Vec<FeatureMessage>,
    #[prost(string, repeated, tag = "3")]
    keys: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    values: Vec<ValueMessage>,
    #[prost(uint32, optional, tag = "5")]
    extent: Option<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct FeatureMessage {
    #[prost(uint32, repeated, tag = "2")]
    tags: Vec<u32>,
    /// 1 = point.
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
    #[prost(uint32, repeated, tag = "4")]
    geometry: Vec<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueMessage {
    #[prost(string, optional, tag = "1")]
    string: Option<String>,
    #[prost(uint64, optional, tag = "5")]
    uint: Option<u64>,
}

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Text.
    Text(String),
    /// A count.
    Count(u64),
}

/// A layer of points that is being filled. Keys and values are written once, however often used.
#[derive(Debug, Default)]
pub struct Layer {
    features: Vec<FeatureMessage>,
    keys: Vec<String>,
    key_index: HashMap<&'static str, u32>,
    values: Vec<ValueMessage>,
    value_index: HashMap<Value, u32>,
}

impl Layer {
    /// Adds a point in tile units; it may lie in the buffer around the tile.
    pub fn add_point(&mut self, x: i32, y: i32, attributes: &[(&'static str, Value)]) {
        let tags = attributes
            .iter()
            .flat_map(|(key, value)| [self.key(key), self.value(value)]);
        let tags = tags.collect();
        // MoveTo, once; then the zigzag-encoded position.
        let geometry = vec![9, zigzag(x), zigzag(y)];
        self.features.push(FeatureMessage {
            tags,
            kind: Some(1),
            geometry,
        });
    }

    fn key(&mut self, key: &'static str) -> u32 {
        *self.key_index.entry(key).or_insert_with(|| {
            self.keys.push(key.to_owned());
            index(self.keys.len())
        })
    }

    fn value(&mut self, value: &Value) -> u32 {
        if let Some(known) = self.value_index.get(value) {
            return *known;
        }
        self.values.push(match value {
            Value::Text(text) => ValueMessage {
                string: Some(text.clone()),
                uint: None,
            },
            Value::Count(count) => ValueMessage {
                string: None,
                uint: Some(*count),
            },
        });
        let place = index(self.values.len());
        self.value_index.insert(value.clone(), place);
        place
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

fn index(len: usize) -> u32 {
    u32::try_from(len - 1).unwrap_or(u32::MAX)
}

#[expect(
    clippy::cast_sign_loss,
    reason = "zigzag maps signed onto unsigned bits"
)]
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// The tile of one layer.
pub fn encode_points(name: &str, layer: Layer) -> Vec<u8> {
    let layer = LayerMessage {
        version: 2,
        name: name.to_owned(),
        features: layer.features,
        keys: layer.keys,
        values: layer.values,
        extent: Some(EXTENT),
    };
    TileMessage {
        layers: vec![layer],
    }
    .encode_to_vec()
}
