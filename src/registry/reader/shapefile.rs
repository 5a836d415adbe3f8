//! Zipped Shapefiles → a table: one row a shape, numbered from 1. Reads nothing but the one layer
//! that the archive holds.

use std::{
    fmt::Display,
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use shapefile::{PolygonRing, ShapeReader};
use zip::ZipArchive;

use super::{FileError, dbf, options::TextEncoding, sheet};
use crate::{
    domain::listing::{Finding, shortened},
    registry::table::{Row, Shape, Table},
};

/// Reads the layer; its encoding is the one that is forced, or that of its `.cpg`, or found out.
pub(super) fn read(
    bytes: &[u8],
    forced: Option<TextEncoding>,
) -> Result<(Table, TextEncoding), FileError> {
    // The reader of shapes is not ours: what it does not expect must end this import only.
    let read = catch_unwind(AssertUnwindSafe(|| layer(bytes, forced)));
    read.unwrap_or_else(|_| Err(broken(&"its content makes no sense")))
}

fn layer(bytes: &[u8], forced: Option<TextEncoding>) -> Result<(Table, TextEncoding), FileError> {
    let mut parts = Parts::open(bytes)?;
    let missing = |part: &str| broken(&format!("the archive lacks the layer's .{part} file"));
    let shapes = parts.read("shp")?.ok_or_else(|| missing("shp"))?;
    let attributes = parts.read("dbf")?.ok_or_else(|| missing("dbf"))?;
    let mut findings = vec![];
    match parts.read("prj")? {
        Some(projection) => check_reference_system(&projection)?,
        None => {
            let message = "the Shapefile does not say in which reference system it is; it was \
                           taken as longitude and latitude (WGS 84)";
            findings.push(Finding::info(0, "reference_system", message));
        }
    }
    let stated = parts.read("cpg")?.and_then(|page| {
        let page = String::from_utf8_lossy(&page).trim().to_owned();
        page.parse().or_else(|_| format!("cp{page}").parse()).ok()
    });
    let table = dbf::read(&attributes, forced.or(stated))?;
    let mut reader = ShapeReader::new(Cursor::new(&shapes)).map_err(|e| broken(&e))?;
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut row_count = 0_i32;
    let mut records = table.rows.into_iter();
    for read in reader.iter_shapes() {
        let read =
            read.map_err(|e| broken(&format!("shape {}: {e}", row_count.saturating_add(1))))?;
        row_count = row_count.saturating_add(1);
        let Some(record) = records.next() else {
            return Err(broken(&"it has more shapes than rows"));
        };
        match record {
            Some(cells) => rows.push(Row {
                number: row_count,
                cells,
                shape: shape(&read),
            }),
            None => {
                let message = "the row is marked as deleted; it was passed over";
                findings.push(Finding::info(row_count, "blank_row", message));
            }
        }
    }
    if records.next().is_some() {
        return Err(broken(&"it has fewer shapes than rows"));
    }
    let table_of = Table {
        columns: sheet::unique_names(&table.columns),
        rows,
        row_count,
        findings,
    };
    Ok((table_of, table.encoding))
}

/// The files of the one layer.
struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The layer's path without its ending.
    layer: String,
}

impl<'a> Parts<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
        let mut layers: Vec<String> = names(&archive)
            .filter(|name| is_layer(name))
            .map(|name| name[..name.len() - 4].to_owned())
            .collect();
        match layers.len() {
            1 => Ok(Self {
                layer: layers.remove(0),
                archive,
            }),
            several => Err(broken(&format!(
                "{several} layers are in the archive ({}); pack the one that is meant alone",
                shortened(&layers.join(", "))
            ))),
        }
    }

    /// The content of one file; archives were found to unpack to a bearable size before.
    fn read(&mut self, ending: &str) -> Result<Option<Vec<u8>>, FileError> {
        let wanted = format!("{}.{ending}", self.layer);
        let found = names(&self.archive).find(|name| name.eq_ignore_ascii_case(&wanted));
        let Some(at) = found.and_then(|name| self.archive.index_for_name(&name)) else {
            return Ok(None);
        };
        let mut file = self.archive.by_index(at).map_err(|e| broken(&e))?;
        let mut content = vec![];
        file.read_to_end(&mut content).map_err(|e| broken(&e))?;
        Ok(Some(content))
    }
}

fn names(archive: &ZipArchive<Cursor<&[u8]>>) -> impl Iterator<Item = String> {
    archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
}

/// Whether a packed file is a layer; Macs add shadows of every file.
pub(super) fn is_layer(name: &str) -> bool {
    let ending = name.len().checked_sub(4).and_then(|at| name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(".shp"))
        && !name.starts_with("__MACOSX")
}

/// Only longitude and latitude are read, not the metres of a projection.
fn check_reference_system(projection: &[u8]) -> Result<(), FileError> {
    let text = String::from_utf8_lossy(projection).to_uppercase();
    let name = text
        .split('"')
        .nth(1)
        .unwrap_or("an unknown reference system");
    let degrees = text.trim_start().starts_with("GEOG");
    if degrees && text.contains("WGS") && text.contains("84") {
        return Ok(());
    }
    Err(FileError::OtherReferenceSystem {
        crs: shortened(name),
    })
}

fn shape(read: &shapefile::Shape) -> Shape {
    use shapefile::Shape as Read;
    let point = |longitude, latitude| Shape::Point {
        longitude,
        latitude,
    };
    match read {
        Read::NullShape => Shape::Absent,
        Read::Point(p) => point(p.x, p.y),
        Read::PointM(p) => point(p.x, p.y),
        Read::PointZ(p) => point(p.x, p.y),
        Read::Polygon(p) => surface(p.rings(), |p| Coord { x: p.x, y: p.y }),
        Read::PolygonM(p) => surface(p.rings(), |p| Coord { x: p.x, y: p.y }),
        Read::PolygonZ(p) => surface(p.rings(), |p| Coord { x: p.x, y: p.y }),
        Read::Polyline(l) => lines(l.parts(), |p| Coord { x: p.x, y: p.y }),
        Read::PolylineM(l) => lines(l.parts(), |p| Coord { x: p.x, y: p.y }),
        Read::PolylineZ(l) => lines(l.parts(), |p| Coord { x: p.x, y: p.y }),
        other => Shape::Unusable(format!("its geometry is a {}", other.shapetype())),
    }
}

fn lines<P>(parts: &[Vec<P>], place: impl Fn(&P) -> Coord<f64>) -> Shape {
    let lines = parts
        .iter()
        .map(|part| part.iter().map(&place).collect::<LineString<f64>>());
    Shape::Lines(MultiLineString::new(lines.collect()))
}

/// Holes follow their outline; one without an outline is an outline drawn the wrong way round.
fn surface<P>(rings: &[PolygonRing<P>], place: impl Fn(&P) -> Coord<f64>) -> Shape {
    let mut polygons: Vec<Polygon<f64>> = vec![];
    for ring in rings {
        let line: LineString<f64> = ring.points().iter().map(&place).collect();
        match (ring, polygons.last_mut()) {
            (PolygonRing::Inner(_), Some(polygon)) => polygon.interiors_push(line),
            _ => polygons.push(Polygon::new(line, vec![])),
        }
    }
    Shape::Surface(MultiPolygon::new(polygons))
}

fn broken(reason: &dyn Display) -> FileError {
    FileError::NotAShapefile {
        reason: shortened(&reason.to_string()),
    }
}
