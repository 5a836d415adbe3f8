//! An export as Parquet, with its geometry as GeoParquet 1.1 describes one. A group of rows is
//! gathered at a time.

use std::{io::Write, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    schema::types::Type,
};
use serde_json::json;

use super::layer::{Cell, Extent, Geometry, Kind, Layer, ShapeKind, Writer, Written, free_name};

/// A group ends after so many rows or bytes, whichever comes first.
const GROUP_ROWS: usize = 20_000;
const GROUP_BYTES: usize = 32 << 20;

pub(super) struct ParquetWriter<W: Write + Send> {
    /// What is written to, until the columns are known.
    out: Option<W>,
    file: Option<SerializedFileWriter<W>>,
    columns: Vec<Values>,
    rows: usize,
    bytes: usize,
    geometry: Option<(String, ShapeKind)>,
    extent: Extent,
}

/// The cells of a column in the group that is gathered.
struct Values {
    /// 1 where a cell holds something, 0 where it is blank.
    levels: Vec<i16>,
    held: Held,
}

enum Held {
    Bytes(Vec<ByteArray>),
    Integers(Vec<i64>),
    Reals(Vec<f64>),
}

impl<W: Write + Send> ParquetWriter<W> {
    pub fn new(out: W) -> Self {
        Self {
            out: Some(out),
            file: None,
            columns: vec![],
            rows: 0,
            bytes: 0,
            geometry: None,
            extent: Extent::default(),
        }
    }

    fn file(&mut self) -> Written<&mut SerializedFileWriter<W>> {
        self.file
            .as_mut()
            .ok_or_else(|| "the file was not begun".into())
    }

    /// Writes the rows that were gathered.
    fn flush(&mut self) -> Written {
        if self.rows == 0 {
            return Ok(());
        }
        (self.rows, self.bytes) = (0, 0);
        let Some(file) = self.file.as_mut() else {
            return Ok(());
        };
        let mut group = file.next_row_group()?;
        for column in &mut self.columns {
            if let Some(writer) = group.next_column()? {
                column.write(writer)?;
            }
        }
        group.close()?;
        Ok(())
    }
}

impl<W: Write + Send> Writer for ParquetWriter<W> {
    fn begin(&mut self, layer: &Layer) -> Written {
        let text = Some(LogicalType::String);
        let mut fields = vec![];
        for column in &layer.columns {
            let (physical, logical, held) = match column.kind {
                Kind::Text => (Physical::BYTE_ARRAY, text.clone(), Held::Bytes(vec![])),
                Kind::Integer => (Physical::INT64, None, Held::Integers(vec![])),
                Kind::Real => (Physical::DOUBLE, None, Held::Reals(vec![])),
            };
            fields.push(field(&column.name, physical, logical)?);
            self.columns.push(Values::new(held));
        }
        let mut stated = vec![KeyValue::new("title".to_owned(), layer.title.clone())];
        if let Some(credit) = &layer.credit {
            stated.push(KeyValue::new("credit".to_owned(), credit.clone()));
        }
        if let Some(shape) = layer.shape {
            let name = free_name(layer, &["geometry", "geom", "schoolbeat_geometry"])?;
            fields.push(field(&name, Physical::BYTE_ARRAY, None)?);
            self.columns.push(Values::new(Held::Bytes(vec![])));
            self.geometry = Some((name, shape));
        }
        let schema = Type::group_type_builder("schema")
            .with_fields(fields.into_iter().map(Arc::new).collect())
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by("schoolbeat".into())
            .set_key_value_metadata(Some(stated))
            .build();
        let out = self.out.take().ok_or("the file was begun twice")?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        self.file = Some(file);
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>], geometry: Option<&Geometry>) -> Written {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += column.add(cell)?;
        }
        if self.geometry.is_some()
            && let Some(column) = self.columns.last_mut()
        {
            let blob = match geometry {
                Some(geometry) => {
                    self.extent.add(geometry)?;
                    Some(geometry.wkb()?)
                }
                None => None,
            };
            self.bytes += column.add_bytes(blob.as_deref())?;
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Written {
        self.flush()?;
        if let Some((column, shape)) = self.geometry.take() {
            let geo = geo_of(&column, shape, self.extent.0);
            let entry = KeyValue::new("geo".to_owned(), geo.to_string());
            self.file()?.append_key_value_metadata(entry);
        }
        let file = self.file()?;
        file.finish()?;
        Ok(file.inner_mut().flush()?)
    }
}

/// What GeoParquet wants to know; a reference system that is not named is OGC:CRS84, which is
/// what is written.
fn geo_of(column: &str, shape: ShapeKind, bounds: Option<[f64; 4]>) -> serde_json::Value {
    let types: &[&str] = match shape {
        ShapeKind::Point => &["Point"],
        ShapeKind::Surface => &["MultiPolygon"],
        ShapeKind::Mixed => &[],
    };
    let mut described = json!({"encoding": "WKB", "geometry_types": types});
    if let Some(bounds) = bounds {
        described["bbox"] = json!(bounds);
    }
    json!({"version": "1.1.0", "primary_column": column, "columns": {column: described}})
}

fn field(name: &str, physical: Physical, logical: Option<LogicalType>) -> Written<Type> {
    Ok(Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?)
}

impl Values {
    fn new(held: Held) -> Self {
        Self {
            levels: vec![],
            held,
        }
    }

    /// Takes a cell; returns the bytes that it holds.
    fn add(&mut self, cell: &Cell<'_>) -> Written<usize> {
        match (cell, &mut self.held) {
            (Cell::Blank, _) => {
                self.levels.push(0);
                return Ok(2);
            }
            (Cell::Integer(number), Held::Integers(numbers)) => numbers.push(*number),
            (Cell::Real(number), Held::Reals(numbers)) => numbers.push(*number),
            (cell, Held::Bytes(_)) => return self.add_bytes(Some(cell.shown().as_bytes())),
            (cell, _) => {
                let message = format!("{:?} is no number; take csv or geojson", cell.shown());
                return Err(message.into());
            }
        }
        self.levels.push(1);
        Ok(10)
    }

    fn add_bytes(&mut self, bytes: Option<&[u8]>) -> Written<usize> {
        let Held::Bytes(held) = &mut self.held else {
            return Err("bytes were written to a column of numbers".into());
        };
        self.levels.push(bytes.is_some().into());
        held.extend(bytes.map(|bytes| ByteArray::from(bytes.to_vec())));
        Ok(2 + bytes.map_or(0, <[u8]>::len))
    }

    /// Writes what was gathered, and forgets it.
    fn write(&mut self, mut writer: SerializedColumnWriter<'_>) -> Written {
        match &mut self.held {
            Held::Bytes(held) => batch::<ByteArrayType>(&mut writer, held, &self.levels)?,
            Held::Integers(held) => batch::<Int64Type>(&mut writer, held, &self.levels)?,
            Held::Reals(held) => batch::<DoubleType>(&mut writer, held, &self.levels)?,
        }
        self.levels.clear();
        Ok(writer.close()?)
    }
}

fn batch<T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    held: &mut Vec<T::T>,
    levels: &[i16],
) -> Written {
    writer.typed::<T>().write_batch(held, Some(levels), None)?;
    held.clear();
    Ok(())
}
