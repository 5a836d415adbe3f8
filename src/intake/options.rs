//! What a person says of a file, and what the file seems to be, as JSON. Reads no file.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::registry::{Delimiter, Layout, ReadOptions, SchoolFile, TextEncoding, meanings};

/// Why what is said of a file makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct OptionsError {
    /// `encoding`, `delimiter`, `sheet` or `columns`.
    pub field: &'static str,
    /// What it must be.
    pub message: String,
}

/// Reads what is said: `encoding`, `delimiter`, `sheet`, and under `columns` the meaning of each
/// column that was corrected, or null for none.
pub fn options_from_json(json: &Value) -> Result<ReadOptions, OptionsError> {
    let text = |field: &'static str| match &json[field] {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.as_str())),
        _ => Err(OptionsError {
            field,
            message: "must be a text or null".into(),
        }),
    };
    let encoding = text("encoding")?.map(str::parse::<TextEncoding>);
    let encoding = encoding.transpose().map_err(|message| OptionsError {
        field: "encoding",
        message,
    })?;
    let delimiter = text("delimiter")?.map(str::parse::<Delimiter>);
    let delimiter = delimiter.transpose().map_err(|message| OptionsError {
        field: "delimiter",
        message: message.into(),
    })?;
    let columns = match &json["columns"] {
        Value::Null => Map::new(),
        Value::Object(columns) => columns.clone(),
        _ => return Err(columns_error()),
    };
    let columns = columns.into_iter().map(|(name, meaning)| match meaning {
        Value::Null => Ok((name, None)),
        Value::String(slug) => Ok((name, Some(slug))),
        _ => Err(columns_error()),
    });
    Ok(ReadOptions {
        encoding,
        delimiter,
        sheet: text("sheet")?.map(ToOwned::to_owned),
        columns: columns.collect::<Result<_, _>>()?,
    })
}

fn columns_error() -> OptionsError {
    OptionsError {
        field: "columns",
        message: "must be an object of column names and meanings".into(),
    }
}

/// The same as it is kept.
pub fn options_json(options: &ReadOptions) -> Value {
    json!({
        "encoding": options.encoding.map(TextEncoding::name),
        "delimiter": options.delimiter.map(Delimiter::slug),
        "sheet": options.sheet,
        "columns": options.columns,
    })
}

/// What was said of an earlier file of the same source, as far as it fits this one: a column that
/// this file does not have says nothing of it, and neither does a sheet. What is said of this file
/// itself comes first.
pub fn fitting(path: &Path, kept: ReadOptions, said: ReadOptions) -> ReadOptions {
    let mut options = ReadOptions {
        encoding: said.encoding.or(kept.encoding),
        delimiter: said.delimiter.or(kept.delimiter),
        sheet: said.sheet.or(kept.sheet),
        columns: said.columns,
    };
    let known = |options: &ReadOptions| SchoolFile::open(path, options).ok();
    // A file of another kind has no use for them, and says so by failing.
    let found = known(&options).or_else(|| {
        (options.encoding, options.delimiter, options.sheet) = (None, None, None);
        known(&options)
    });
    let Some(found) = found else { return options };
    let names: Vec<&str> = found.layout().columns.iter().map(|c| &*c.name).collect();
    for (name, meaning) in kept.columns {
        if names.contains(&&*name) {
            options.columns.entry(name).or_insert(meaning);
        }
    }
    options
}

/// What a file seems to be, for a person to look at and to correct.
pub fn layout_json(layout: &Layout) -> Value {
    let columns = layout.columns.iter().map(|column| {
        let values = column
            .values
            .iter()
            .map(|(stated, taken)| json!({ "stated": stated, "taken": taken }));
        json!({
            "name": column.name,
            "meaning": column.meaning,
            "guessed": column.guessed,
            "samples": column.samples,
            "values": (!column.values.is_empty()).then(|| values.collect::<Vec<_>>()),
        })
    });
    let all = meanings();
    let known = all
        .iter()
        .map(|meaning| json!({ "slug": meaning.slug, "needed": meaning.needed }));
    json!({
        "format": layout.format,
        "encoding": layout.encoding,
        "delimiter": layout.delimiter.map(Delimiter::slug),
        "sheet": layout.sheet,
        "sheets": layout.sheets,
        "columns": columns.collect::<Vec<_>>(),
        "meanings": known.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_says_is_kept_and_read_back() {
        let said = json!({"encoding": "latin-1", "delimiter": ";", "sheet": null,
                          "columns": {"NOM": "school_name", "X": null}});
        let options = options_from_json(&said).unwrap();
        let kept = options_json(&options);
        assert_eq!(kept["encoding"], "windows-1252");
        assert_eq!(kept["delimiter"], "semicolon");
        assert_eq!(kept["columns"], said["columns"]);
        assert_eq!(options_json(&options_from_json(&kept).unwrap()), kept);
        assert!(options_from_json(&json!({})).unwrap().columns.is_empty());
    }

    #[test]
    fn nonsense_names_its_field() {
        for (said, field) in [
            (json!({"encoding": "klingon"}), "encoding"),
            (json!({"delimiter": "space"}), "delimiter"),
            (json!({"sheet": 7}), "sheet"),
            (json!({"columns": []}), "columns"),
            (json!({"columns": {"a": 1}}), "columns"),
        ] {
            assert_eq!(options_from_json(&said).unwrap_err().field, field, "{said}");
        }
    }
}
