//! Zipped Shapefiles → rows: one a shape, numbered from 1. Reads nothing but the one layer that the
//! archive holds.

use std::{
    fmt::Display,
    fs::File,
    io::{self, BufReader, Read, Seek},
};

use geo::{Coord, CoordsIter, LineString, MultiLineString, MultiPolygon, Polygon};
use shapefile::{PolygonRing, ShapeReader};
use zip::ZipArchive;

use super::{
    FileError, dbf,
    options::TextEncoding,
    sheet,
    source::{Input, Source, unreadable},
    stream::{Outbox, Stream},
};
use crate::{
    domain::listing::{Finding, shortened},
    registry::table::{Entry, Opened, Row, Shape},
};

/// Longest of the small files beside the layer.
const MAX_NOTE_BYTES: u64 = 1 << 20;

/// What a position takes in memory.
const POSITION_BYTES: usize = 16;

/// Opens the layer; its encoding is the one that is forced, or that of its `.cpg`, or found out.
pub(super) fn open(
    source: &Source,
    forced: Option<TextEncoding>,
) -> Result<(Opened, TextEncoding), FileError> {
    let mut parts = Parts::open(source)?;
    let missing = |part: &str| broken(&format!("the archive lacks the layer's .{part} file"));
    let shapes = parts.unpack("shp")?.ok_or_else(|| missing("shp"))?;
    let attributes = parts.unpack("dbf")?.ok_or_else(|| missing("dbf"))?;
    let mut findings = vec![];
    match parts.note("prj")? {
        Some(projection) => check_reference_system(&projection)?,
        None => {
            let message = "the Shapefile does not say in which reference system it is; it was \
                           taken as longitude and latitude (WGS 84)";
            findings.push(Finding::info(0, "reference_system", message));
        }
    }
    let stated = parts.note("cpg")?.and_then(|page| {
        let page = page.trim();
        page.parse().or_else(|_| format!("cp{page}").parse()).ok()
    });
    let table = dbf::open(attributes, forced.or(stated))?;
    let records = table.rows;
    // The reader of shapes is not ours: what it does not expect must end this import only.
    let no_sense = broken(&"its content makes no sense");
    let rows = Stream::begin(no_sense, move |outbox| read(shapes, records, outbox))?;
    let opened = Opened {
        columns: sheet::unique_names(&table.columns),
        findings,
        entries: Box::new(rows),
    };
    Ok((opened, table.encoding))
}

fn read(
    shapes: File,
    mut records: dbf::Records,
    outbox: &mut Outbox<Entry>,
) -> Result<(), FileError> {
    let mut reader = ShapeReader::new(BufReader::new(shapes)).map_err(|e| broken(&e))?;
    let mut number = 0_i32;
    for shape in reader.iter_shapes() {
        number = number.saturating_add(1);
        let shape = shape.map_err(|e| broken(&format!("shape {number}: {e}")))?;
        let Some(record) = records.next().transpose()? else {
            return Err(broken(&"it has more shapes than rows"));
        };
        let shape = self::shape(&shape);
        let bytes = match &shape {
            Shape::Surface(surface) => surface.coords_count() * POSITION_BYTES,
            Shape::Lines(lines) => lines.coords_count() * POSITION_BYTES,
            _ => POSITION_BYTES,
        };
        let entry = if let Some(cells) = record {
            Entry::Row(Row {
                number,
                cells,
                shape,
            })
        } else {
            let message = "the row is marked as deleted; it was passed over";
            Entry::Passed(Finding::info(number, "blank_row", message))
        };
        if !outbox.put(entry, bytes) {
            return Ok(());
        }
    }
    if records.next().is_some() {
        return Err(broken(&"it has fewer shapes than rows"));
    }
    Ok(())
}

/// The files of the one layer.
struct Parts {
    archive: ZipArchive<Input>,
    /// The layer's path without its ending.
    layer: String,
}

impl Parts {
    fn open(source: &Source) -> Result<Self, FileError> {
        let archive = ZipArchive::new(source.open()?).map_err(|e| broken(&e))?;
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

    fn find(&self, ending: &str) -> Option<usize> {
        let wanted = format!("{}.{ending}", self.layer);
        let found = names(&self.archive).find(|name| name.eq_ignore_ascii_case(&wanted));
        found.and_then(|name| self.archive.index_for_name(&name))
    }

    /// One file, in a file of its own that nobody else sees and that is gone when it is closed.
    /// Archives were found to unpack to a bearable size before.
    fn unpack(&mut self, ending: &str) -> Result<Option<File>, FileError> {
        let Some(at) = self.find(ending) else {
            return Ok(None);
        };
        let mut packed = self.archive.by_index(at).map_err(|e| broken(&e))?;
        let mut file = tempfile::tempfile().map_err(|e| unreadable(&e))?;
        io::copy(&mut packed, &mut file).map_err(|e| broken(&e))?;
        file.rewind().map_err(|e| unreadable(&e))?;
        Ok(Some(file))
    }

    /// The text of one of the small files.
    fn note(&mut self, ending: &str) -> Result<Option<String>, FileError> {
        let Some(at) = self.find(ending) else {
            return Ok(None);
        };
        let packed = self.archive.by_index(at).map_err(|e| broken(&e))?;
        let mut content = vec![];
        let read = packed.take(MAX_NOTE_BYTES).read_to_end(&mut content);
        read.map_err(|e| broken(&e))?;
        Ok(Some(String::from_utf8_lossy(&content).into_owned()))
    }
}

fn names(archive: &ZipArchive<Input>) -> impl Iterator<Item = String> {
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
fn check_reference_system(projection: &str) -> Result<(), FileError> {
    let text = projection.to_uppercase();
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
