//! The features of a `GeoJSON` text, one at a time and unread, and what the collection says of
//! itself. Does not know what is in a feature.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufReader, Read},
};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, value::RawValue};

use crate::registry::FileError;

/// Longest feature; the outlines of the most rugged countries have some 50 MB.
const MAX_FEATURE_BYTES: u64 = 128_000_000;
/// Bytes that are read at once.
const PIECE_BYTES: usize = 1 << 16;

/// Why a text that begins like JSON is none.
pub(super) struct NotGeoJson<T>(pub T);

impl<T: ToString> From<NotGeoJson<T>> for FileError {
    fn from(reason: NotGeoJson<T>) -> Self {
        Self::NotGeoJson {
            reason: reason.0.to_string(),
        }
    }
}

/// What a collection says of itself.
#[derive(Debug, Default)]
pub(super) struct Collection {
    pub kind: Option<String>,
    pub has_features: bool,
    pub crs: Option<Value>,
}

/// Shows every feature, as long as more are wanted, and what stands around them.
pub(super) fn each(
    text: impl Read,
    mut look: impl FnMut(&RawValue) -> bool,
) -> Result<Collection, FileError> {
    let since = Cell::new(0);
    let text = Bounded {
        text,
        since: &since,
    };
    let text = BufReader::with_capacity(PIECE_BYTES, text);
    let mut json = serde_json::Deserializer::from_reader(text);
    let mut found = Found {
        collection: Collection::default(),
        look: &mut look,
        since: &since,
        wants_more: true,
    };
    let read = json
        .deserialize_map(&mut found)
        .and_then(|()| if found.wants_more { json.end() } else { Ok(()) });
    match read {
        Err(error) if found.wants_more => Err(NotGeoJson(error).into()),
        _ => Ok(found.collection),
    }
}

/// A text of which no part is endless.
struct Bounded<'a, R> {
    text: R,
    /// Bytes since the last part began.
    since: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > MAX_FEATURE_BYTES {
            let reason = format!(
                "a feature is larger than {} MB",
                MAX_FEATURE_BYTES / 1_000_000
            );
            return Err(io::Error::other(reason));
        }
        let length = self.text.read(room)?;
        self.since.set(self.since.get() + length as u64);
        Ok(length)
    }
}

struct Found<'a> {
    collection: Collection,
    look: &'a mut dyn FnMut(&RawValue) -> bool,
    since: &'a Cell<u64>,
    wants_more: bool,
}

impl<'de> Visitor<'de> for &mut Found<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.since.set(0);
            match key.as_str() {
                "type" => self.collection.kind = Some(map.next_value()?),
                "crs" => self.collection.crs = map.next_value()?,
                "features" if self.collection.has_features => {
                    return Err(A::Error::duplicate_field("features"));
                }
                "features" => map.next_value_seed(Features(&mut *self))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The list of features, or nothing in its place.
struct Features<'a, 'b>(&'a mut Found<'b>);

impl<'de> DeserializeSeed<'de> for Features<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Features<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.collection.has_features = true;
        while let Some(feature) = list.next_element::<Box<RawValue>>()? {
            self.0.since.set(0);
            if !(self.0.look)(&feature) {
                self.0.wants_more = false;
                return Err(A::Error::custom("no more is wanted"));
            }
        }
        Ok(())
    }
}
