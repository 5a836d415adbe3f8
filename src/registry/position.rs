//! Where a row says that its school lies, and whether that can be believed.

use geo::{CoordsIter, InteriorPoint, MultiPolygon};

use super::{
    columns::{Columns, Field},
    degrees::{self, Axis, Degrees, Notation},
    lost_position::{self, Problem, locate},
    table::{Row, Shape},
};
use crate::domain::{
    listing::{Finding, Proposed, Repair, RepairKind, StatedPosition},
    location::Location,
};

/// What a row states and what became of it.
pub(super) struct Position {
    /// The place, or why there is none.
    pub location: Result<Location, Problem>,
    /// As the file writes it.
    pub longitude: Option<String>,
    /// As the file writes it.
    pub latitude: Option<String>,
    /// What there is to know of a position that was taken.
    pub notes: Vec<Finding>,
    /// Whether the texts say more than the place does: they are kept.
    pub keeps_texts: bool,
    /// What may be mended.
    pub repair: Option<Repair>,
}

impl Position {
    fn new(location: Result<Location, Problem>, texts: [Option<String>; 2]) -> Self {
        let [longitude, latitude] = texts;
        Self {
            location,
            longitude,
            latitude,
            notes: vec![],
            keeps_texts: false,
            repair: None,
        }
    }

    /// What the texts say, latitude first, as people write it.
    fn stated(&self) -> String {
        let [latitude, longitude] = [&self.latitude, &self.longitude]
            .map(|text| text.as_deref().unwrap_or_default().trim());
        format!("{latitude}, {longitude}")
    }

    fn propose(&mut self, kind: RepairKind, location: Location) {
        self.repair = Some(Repair {
            kind,
            stated: self.stated(),
            proposed: Proposed::Position(location),
            accepted: kind.counts_at_first(),
        });
    }

    /// The same, with the other order of the numbers proposed where that alone is on the globe.
    fn turned(mut self, numbers: [f64; 2]) -> Self {
        let beyond = self
            .location
            .as_ref()
            .is_err_and(|p| p.code == lost_position::OUT_OF_RANGE);
        if let Ok(location) = Location::new(numbers[1], numbers[0])
            && beyond
        {
            self.propose(RepairKind::SwappedCoordinates, location);
        }
        self
    }

    /// The same, with what its notation is worth knowing for.
    fn noted(mut self, row: i32, names: [&str; 2], degrees: [Degrees; 2]) -> Self {
        let Ok(location) = self.location else {
            return self;
        };
        let any = |of: &dyn Fn(Degrees) -> bool| degrees.iter().any(|degrees| of(*degrees));
        let mut codes = vec![];
        if any(&|degrees| degrees.notation == Notation::Marked) {
            self.keeps_texts = true;
            self.propose(RepairKind::Dms, location);
            codes.push((
                "coordinate_dms",
                "the position is written with degree signs or letters; it was read as such, which \
                 is proposed as a repair, and is kept as it was in the attributes \
                 latitude_as_stated and longitude_as_stated: check it on the map",
            ));
        }
        if any(&|degrees| degrees.notation == Notation::DecimalComma) {
            codes.push((
                "coordinate_decimal_comma",
                "the position is written with decimal commas; it was read as such",
            ));
        }
        if any(&|degrees| degrees.coarse) {
            codes.push((
                "coordinate_coarse",
                "the position has fewer than three decimals, so that it may be a kilometre away; \
                 state five decimals",
            ));
        }
        let value = self.stated();
        let field = format!("{}, {}", names[1], names[0]);
        self.notes.extend(codes.into_iter().map(|(code, message)| {
            Finding::info(row, code, message)
                .field(&field)
                .value(&value)
        }));
        self
    }
}

/// Reads a row's position from its shape, or from its columns where it has no shape.
pub(super) fn read(row: &Row, columns: &Columns) -> Position {
    match &row.shape {
        Shape::Point {
            longitude,
            latitude,
        } => from_point(row.number, [*longitude, *latitude]),
        Shape::Surface(surface) => from_surface(surface),
        Shape::Lines(_) if !columns.has(Field::Latitude) => nowhere("its geometry is a line"),
        Shape::Unusable(reason) if !columns.has(Field::Latitude) => nowhere(reason),
        Shape::Absent if !columns.has(Field::Latitude) => nowhere("it has no geometry"),
        Shape::Absent | Shape::Lines(_) | Shape::Unusable(_) => from_columns(row, columns),
    }
}

/// Reads a latitude and a longitude as a list states them, as an import of that list would.
pub fn read_position(latitude: &str, longitude: &str) -> Option<StatedPosition> {
    let position = from_texts(0, SHAPE_NAMES, [longitude, latitude]);
    Some(StatedPosition {
        location: position.location.ok()?,
        keeps_texts: position.keeps_texts,
    })
}

fn nowhere(reason: &str) -> Position {
    let message = format!("{reason}; give it a Point, a Polygon or a MultiPolygon");
    let problem = Problem::new("coordinate_missing", "geometry", None, message);
    Position::new(Err(problem), [None, None])
}

const SHAPE_NAMES: [&str; 2] = ["longitude", "latitude"];

fn from_numbers(numbers: [f64; 2]) -> Position {
    let texts = numbers.map(|number| number.to_string());
    let location = locate(SHAPE_NAMES, numbers, [&texts[0], &texts[1]]);
    Position::new(location, texts.map(Some))
}

fn from_point(row: i32, numbers: [f64; 2]) -> Position {
    let position = from_numbers(numbers);
    let [Some(longitude), Some(latitude)] = [&position.longitude, &position.latitude] else {
        return position;
    };
    let degrees = [
        degrees::read(longitude, Axis::Longitude),
        degrees::read(latitude, Axis::Latitude),
    ];
    match degrees {
        [Some(longitude), Some(latitude)] => {
            let noted = position.noted(row, SHAPE_NAMES, [longitude, latitude]);
            noted.turned(numbers)
        }
        _ => position.turned(numbers),
    }
}

/// A point on the surface, so that a building around a court is not placed beside itself.
fn from_surface(surface: &MultiPolygon<f64>) -> Position {
    let on_globe = |c: geo::Coord| c.x.abs() <= 180.0 && c.y.abs() <= 90.0;
    if let Some(c) = surface.coords_iter().find(|c| !on_globe(*c)) {
        return from_numbers([c.x, c.y]);
    }
    match surface.interior_point() {
        Some(point) => from_numbers([point.x(), point.y()]),
        None => nowhere("its outline is empty"),
    }
}

fn from_columns(row: &Row, columns: &Columns) -> Position {
    let stated = |field| columns.stated(row, field).map(|(_, text)| text);
    let name = |field| {
        columns
            .of(field)
            .first()
            .map_or("", |column| columns.name(*column))
    };
    let texts = [stated(Field::Longitude), stated(Field::Latitude)];
    let names = [name(Field::Longitude), name(Field::Latitude)];
    let owned = texts.map(|text| text.map(Into::into));
    let missing = |name: &str, message: String| {
        Position::new(
            Err(Problem::new("coordinate_missing", name, None, message)),
            owned.clone(),
        )
    };
    match texts {
        [Some(longitude), Some(latitude)] => from_texts(row.number, names, [longitude, latitude]),
        [None, None] => {
            let message = "longitude and latitude are missing; state both in decimal degrees";
            missing(names[1], message.into())
        }
        [longitude, _] => {
            let (name, word) = match longitude {
                None => (names[0], "longitude"),
                Some(_) => (names[1], "latitude"),
            };
            missing(
                name,
                format!("the {word} is missing; state it in decimal degrees"),
            )
        }
    }
}

fn from_texts(row: i32, names: [&str; 2], texts: [&str; 2]) -> Position {
    let owned = texts.map(|text| Some(text.to_owned()));
    let axes = [Axis::Longitude, Axis::Latitude];
    let number = |at: usize| {
        degrees::read(texts[at], axes[at]).ok_or_else(|| {
            let message = if degrees::read(texts[at], axes[1 - at]).is_some() {
                "its letter is that of the other coordinate: latitude and longitude seem to be \
                 swapped; swap them back"
            } else {
                "it is no number; write decimal degrees, such as -1.28333"
            };
            let value = Some(texts[at]);
            Problem::new("coordinate_not_a_number", names[at], value, message.into())
        })
    };
    // The latitude first: it is what people look at first.
    let degrees = number(1).and_then(|latitude| Ok([number(0)?, latitude]));
    match degrees {
        Ok(degrees) => {
            let numbers = degrees.map(|degrees| degrees.value);
            let location = locate(names, numbers, texts);
            let position = Position::new(location, owned).noted(row, names, degrees);
            position.turned(numbers)
        }
        Err(problem) => Position::new(Err(problem), owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::columns::Said;

    fn of(latitude: &str, longitude: &str) -> Position {
        let columns = Columns::guess_around(&["lat".to_owned(), "lon".to_owned()], &Said::new());
        let row = Row {
            number: 2,
            cells: vec![(0, latitude.into()), (1, longitude.into())],
            shape: Shape::Absent,
        };
        read(&row, &columns)
    }

    #[test]
    fn what_is_no_position_says_why() {
        for (latitude, longitude, code, field, hint) in [
            ("0", "36.5", "coordinate_lost", "lat", "true one"),
            ("-1.5", "0.0", "coordinate_lost", "lon", "true one"),
            ("0", "0", "coordinate_lost", "lat", "true one"),
            (
                "104.9",
                "-12.5",
                "coordinate_out_of_range",
                "lat",
                "swapped",
            ),
            (
                "9858000",
                "260000",
                "coordinate_out_of_range",
                "lat",
                "projection",
            ),
            ("1.5", "200", "coordinate_out_of_range", "lon", "degrees"),
            (
                "1° 17' E",
                "36.5",
                "coordinate_not_a_number",
                "lat",
                "swapped",
            ),
            (
                "-7.7.9091",
                "36.5",
                "coordinate_not_a_number",
                "lat",
                "decimal degrees",
            ),
            (
                "1.5",
                "9.3597233,15",
                "coordinate_not_a_number",
                "lon",
                "decimal degrees",
            ),
            ("nan", "36.5", "coordinate_missing", "lat", "state it"),
            ("1.5", "", "coordinate_missing", "lon", "state it"),
            (" ", "null", "coordinate_missing", "lat", "state both"),
        ] {
            let problem = of(latitude, longitude).location.unwrap_err();
            assert_eq!(
                (problem.code, problem.field.as_str()),
                (code, field),
                "{latitude} {longitude}"
            );
            assert!(problem.message.contains(hint), "{}", problem.message);
        }
    }

    #[test]
    fn blanks_around_a_number_and_a_decimal_comma_do_no_harm() {
        let location = of(" -1,28333\u{a0}", "36.8").location.unwrap();
        assert!((location.latitude() + 1.28333).abs() < 1e-12);
    }

    #[test]
    fn a_school_around_a_court_is_placed_on_its_building() {
        let ring =
            |a: f64, b: f64| geo::LineString::from(vec![(a, a), (b, a), (b, b), (a, b), (a, a)]);
        let outline = geo::Polygon::new(ring(10.0, 11.0), vec![ring(10.1, 10.9)]);
        let position = from_surface(&MultiPolygon::new(vec![outline]));
        let location = position.location.unwrap();
        let in_court = |degrees: f64| degrees > 10.1 && degrees < 10.9;
        assert!(!(in_court(location.longitude()) && in_court(location.latitude())));
        assert_eq!(
            from_surface(&MultiPolygon::new(vec![]))
                .location
                .unwrap_err()
                .code,
            "coordinate_missing"
        );
    }
}
