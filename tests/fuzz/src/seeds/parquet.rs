//! Parquet files with coordinates in columns, and GeoParquet with geometry in well-known binary.

use std::sync::Arc;

use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::parser::parse_message_type,
};

use super::geopackage::{point, square, squares};

const LIST: &str = "message list {
    OPTIONAL BYTE_ARRAY school_name (UTF8);
    REQUIRED DOUBLE latitude;
    REQUIRED DOUBLE longitude;
    REQUIRED INT64 emis_code;
    REQUIRED INT32 opened (DATE);
    REQUIRED BOOLEAN internet;
    OPTIONAL GROUP bbox { REQUIRED DOUBLE xmin; }
}";
const GEO: &str = "message geo { OPTIONAL BYTE_ARRAY name (UTF8); OPTIONAL BYTE_ARRAY geometry; }";
const DESCRIBED: &str = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Point","Polygon","MultiPolygon"],"bbox":[36.0,0.0,41.0,1.0]}}}"#;

fn file(
    schema: &str,
    properties: WriterProperties,
    columns: &[Column],
) -> Result<Vec<u8>, ParquetError> {
    let schema = Arc::new(parse_message_type(schema)?);
    let mut bytes = vec![];
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    for _ in 0..2 {
        let mut group = writer.next_row_group()?;
        for column in columns {
            let Some(mut out) = group.next_column()? else {
                break;
            };
            match column {
                Column::Bytes(values, levels) => {
                    let values: Vec<ByteArray> =
                        values.iter().map(|value| value.clone().into()).collect();
                    out.typed::<ByteArrayType>()
                        .write_batch(&values, Some(levels), None)?
                }
                Column::Doubles(values, levels) => {
                    out.typed::<DoubleType>()
                        .write_batch(values, levels.as_deref(), None)?
                }
                Column::Long(values) => out.typed::<Int64Type>().write_batch(values, None, None)?,
                Column::Int(values) => out.typed::<Int32Type>().write_batch(values, None, None)?,
                Column::Bool(values) => out.typed::<BoolType>().write_batch(values, None, None)?,
            };
            out.close()?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(bytes)
}

enum Column {
    Bytes(Vec<Vec<u8>>, Vec<i16>),
    Doubles(Vec<f64>, Option<Vec<i16>>),
    Long(Vec<i64>),
    Int(Vec<i32>),
    Bool(Vec<bool>),
}

fn list() -> Vec<Column> {
    vec![
        Column::Bytes(vec![b"Oak School".to_vec(), "École".into()], vec![1, 1, 0]),
        Column::Doubles(vec![1.5, 1.6, 1.7], None),
        Column::Doubles(vec![36.5, 36.6, 36.7], None),
        Column::Long(vec![10_203, 10_204, 10_205]),
        Column::Int(vec![10_470, 10_471, 10_472]),
        Column::Bool(vec![true, false, true]),
        Column::Doubles(vec![36.0, 36.1], Some(vec![1, 1, 0])),
    ]
}

fn geo(geometries: [Vec<u8>; 2]) -> Vec<Column> {
    vec![
        Column::Bytes(vec![b"West".to_vec(), b"East".to_vec()], vec![1, 1]),
        Column::Bytes(geometries.into(), vec![1, 1]),
    ]
}

pub fn all() -> Vec<Vec<u8>> {
    let described = || {
        let key = KeyValue::new("geo".into(), Some(DESCRIBED.into()));
        WriterProperties::builder().set_key_value_metadata(Some(vec![key]))
    };
    let packed = |compression| {
        WriterProperties::builder()
            .set_compression(compression)
            .build()
    };
    let plain = WriterProperties::builder().set_dictionary_enabled(false);
    let newer = WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0);
    let files = [
        file(LIST, packed(Compression::UNCOMPRESSED), &list()),
        file(LIST, packed(Compression::SNAPPY), &list()),
        file(LIST, packed(Compression::ZSTD(Default::default())), &list()),
        file(LIST, packed(Compression::GZIP(Default::default())), &list()),
        file(LIST, plain.build(), &list()),
        file(LIST, newer.build(), &list()),
        file(
            GEO,
            described().build(),
            &geo([point(36.5, 1.5), point(36.6, 1.6)]),
        ),
        file(
            GEO,
            described().build(),
            &geo([square(36.0), squares(38.0)]),
        ),
    ];
    files
        .into_iter()
        .map(|file| file.expect("a Parquet file can be made"))
        .collect()
}
