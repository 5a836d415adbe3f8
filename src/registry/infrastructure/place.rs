//! Where a row says that its thing is, and whether that can be believed. Moves nothing.

use geo::{
    Coord, CoordsIter, Distance, Geodesic, LineString, MultiLineString, MultiPolygon, Point,
    Polygon,
};

use super::{Columns, Rejection};
use crate::{
    domain::{
        infrastructure::{Form, Kind, Place},
        listing::Finding,
        location::{Location, LocationError},
    },
    registry::{
        columns::Field,
        degrees::{self, Axis},
        table::{Row, Shape},
    },
};

/// Fewest positions of a closed ring, the first repeated at the end (RFC 7946, 3.1.6).
const MIN_RING_POSITIONS: usize = 4;
/// Columns and geometry may differ by what a coarser notation loses, metres.
const SAME_PLACE_M: f64 = 100.0;

/// All positions, in their order.
pub(super) fn positions(place: &Place) -> Vec<Coord<f64>> {
    match place {
        Place::Point(at) => vec![Coord {
            x: at.longitude(),
            y: at.latitude(),
        }],
        Place::Lines(lines) => lines.coords_iter().collect(),
        Place::Surface(surface) => surface.coords_iter().collect(),
    }
}

/// Reads a row's place from its shape, or from its columns where it has none.
pub(super) fn read(
    row: &Row,
    kind: Kind,
    columns: &Columns,
    notes: &mut Vec<Finding>,
) -> Result<Place, Rejection> {
    match (kind.form(), &row.shape) {
        (
            Form::Point,
            Shape::Point {
                longitude,
                latitude,
            },
        ) => {
            let at = locate(row.number, "geometry", [*longitude, *latitude])?;
            notes.extend(contradiction(row, columns, at));
            Ok(Place::Point(at))
        }
        (Form::Point, Shape::Absent) => {
            let [longitude, latitude] = stated(row, columns)?;
            locate(row.number, "latitude, longitude", [longitude, latitude]).map(Place::Point)
        }
        (Form::Line, Shape::Lines(lines)) => self::lines(row, lines, notes).map(Place::Lines),
        (Form::Surface, Shape::Surface(surface)) => {
            self::surface(row, surface, notes).map(Place::Surface)
        }
        (form, shape) => {
            let wanted = match form {
                Form::Point => "a Point, or columns latitude and longitude",
                Form::Line => "a LineString or a MultiLineString",
                Form::Surface => "a Polygon or a MultiPolygon",
            };
            let found = match shape {
                Shape::Absent => "it has no geometry",
                Shape::Point { .. } => "its geometry is a Point",
                Shape::Surface(_) => "its geometry is a polygon",
                Shape::Lines(_) => "its geometry is a line",
                Shape::Unusable(reason) => reason,
            };
            let message = format!("{found}; {} is {wanted}", kind.slug());
            let finding = Finding::error(row.number, "wrong_geometry", message);
            Err(Box::new(finding.field("geometry")))
        }
    }
}

fn locate(row: i32, field: &str, [longitude, latitude]: [f64; 2]) -> Result<Location, Rejection> {
    Location::new(longitude, latitude).map_err(|error| {
        let (code, message) = match error {
            LocationError::Lost => (
                "coordinate_lost",
                "a coordinate of exactly 0 is one that was lost on its way; state the true one",
            ),
            LocationError::OutOfRange => OFF_GLOBE,
            LocationError::NotFinite => (
                "coordinate_not_a_number",
                "a coordinate is no number; write decimal degrees, such as -1.28333",
            ),
        };
        let finding = Finding::error(row, code, message).field(field);
        Box::new(finding.value(&format!("{latitude}, {longitude}")))
    })
}

const OFF_GLOBE: (&str, &str) = (
    "coordinate_out_of_range",
    "a position leaves the globe; state longitude and latitude in degrees (WGS 84), longitude first",
);

/// Longitude and latitude from the columns.
fn stated(row: &Row, columns: &Columns) -> Result<[f64; 2], Rejection> {
    let number = |field, axis, word: &str| {
        let Some((column, text)) = columns.position.stated(row, field) else {
            let message = format!("the {word} is missing; state it in decimal degrees");
            let finding = Finding::error(row.number, "coordinate_missing", message);
            return Err(Box::new(finding.field(word)));
        };
        degrees::read(text, axis)
            .map(|degrees| degrees.value)
            .ok_or_else(|| {
                let message =
                    format!("the {word} is no number; write decimal degrees, such as -1.28333");
                let finding = Finding::error(row.number, "coordinate_not_a_number", message);
                Box::new(finding.field(columns.position.name(column)).value(text))
            })
    };
    let longitude = number(Field::Longitude, Axis::Longitude, "longitude")?;
    Ok([
        longitude,
        number(Field::Latitude, Axis::Latitude, "latitude")?,
    ])
}

/// A feature may state its position twice, and not the same one.
fn contradiction(row: &Row, columns: &Columns, at: Location) -> Option<Finding> {
    let [longitude, latitude] = stated(row, columns).ok()?;
    let point = |longitude, latitude| Point::new(longitude, latitude);
    let apart_m = Geodesic.distance(
        point(at.longitude(), at.latitude()),
        point(longitude, latitude),
    );
    (apart_m > SAME_PLACE_M).then(|| {
        let message = format!(
            "its columns state another position, {apart_m:.0} m from its geometry, which was \
             taken; correct one of the two"
        );
        let finding = Finding::warning(row.number, "position_contradicts", message);
        finding
            .field("geometry")
            .value(&format!("{latitude}, {longitude}"))
    })
}

fn on_globe(row: &Row, mut positions: impl Iterator<Item = Coord<f64>>) -> Result<(), Rejection> {
    let bad = positions.find_map(|c| {
        let off = !(c.x.abs() <= 180.0 && c.y.abs() <= 90.0);
        let lost = c.x == 0.0 && c.y == 0.0;
        let lost_words = (
            "coordinate_lost",
            "a position of exactly 0, 0 is one that was lost on its way; state the true one",
        );
        off.then_some((OFF_GLOBE, c))
            .or(lost.then_some((lost_words, c)))
    });
    match bad {
        None => Ok(()),
        Some(((code, message), c)) => {
            let finding = Finding::error(row.number, code, message).field("geometry");
            Err(Box::new(finding.value(&format!("{}, {}", c.y, c.x))))
        }
    }
}

fn lines(
    row: &Row,
    lines: &MultiLineString<f64>,
    notes: &mut Vec<Finding>,
) -> Result<MultiLineString<f64>, Rejection> {
    on_globe(row, lines.coords_iter())?;
    let leads = |line: &&LineString<f64>| line.0.iter().any(|c| *c != line.0[0]);
    let kept: Vec<_> = lines.iter().filter(leads).cloned().collect();
    if kept.is_empty() {
        let (code, message) = match lines.coords_count() {
            0 => (
                "empty_geometry",
                "its line has no positions; draw it, or delete the row",
            ),
            _ => (
                "zero_length",
                "its line leads nowhere: all of its positions are the same; draw it, or delete \
                 the row",
            ),
        };
        let finding = Finding::error(row.number, code, message);
        return Err(Box::new(finding.field("geometry")));
    }
    if kept.len() < lines.0.len() {
        let message = "a part of its line has no length and was left out; look at the line";
        notes.push(Finding::warning(row.number, "short_part", message).field("geometry"));
    }
    Ok(MultiLineString::new(kept))
}

fn surface(
    row: &Row,
    surface: &MultiPolygon<f64>,
    notes: &mut Vec<Finding>,
) -> Result<MultiPolygon<f64>, Rejection> {
    on_globe(row, surface.coords_iter())?;
    let whole = |ring: &LineString<f64>| ring.0.len() >= MIN_RING_POSITIONS;
    let mut dropped = 0_usize;
    let polygons = surface.iter().filter_map(|polygon| {
        let (outline, holes) = polygon.clone().into_inner();
        let (holes, bad): (Vec<_>, Vec<_>) = holes.into_iter().partition(whole);
        dropped += bad.len() + usize::from(!whole(&outline));
        whole(&outline).then(|| Polygon::new(outline, holes))
    });
    let polygons = MultiPolygon::new(polygons.collect());
    if polygons.0.is_empty() {
        let message = "its outline has fewer than four positions; draw it again";
        let finding = Finding::error(row.number, "empty_geometry", message);
        return Err(Box::new(finding.field("geometry")));
    }
    if dropped > 0 {
        let message = format!(
            "{dropped} of its rings have fewer than four positions and were left out; look at the \
             outline"
        );
        notes.push(Finding::warning(row.number, "short_ring", message).field("geometry"));
    }
    Ok(polygons)
}
