//! The readers of school, area and infrastructure files.

use crate::{
    domain::{area::AreaLevel, infrastructure::Kind},
    registry::{ReadOptions, read_areas_with, read_infrastructure, read_schools_with},
};

/// Why no reader makes anything of the file. Some seeds are made to be refused.
pub fn refusal(bytes: &[u8]) -> Option<String> {
    let options = ReadOptions::default();
    let schools = read_schools_with(bytes, &options).err()?;
    let areas = read_areas_with(bytes, AreaLevel::new(1)?, &options).err()?;
    Some(format!("{schools} / {areas}"))
}

/// Reads it as each of them.
pub fn read(bytes: &[u8]) {
    let options = options(bytes);
    if let Ok(list) = read_schools_with(bytes, &options) {
        assert!(list.rejected_count() >= 0 && list.rows.len() as i64 <= i64::from(list.row_count));
    }
    if let Some(level) = AreaLevel::new(1)
        && let Ok(list) = read_areas_with(bytes, level, &options)
    {
        assert!(list.rejected_count() >= 0 && list.rows.len() as i64 <= i64::from(list.row_count));
    }
    let kind = Kind::ALL[bytes.len() % Kind::ALL.len()];
    drop(read_infrastructure(bytes, kind, None, &options));
}

/// What a person says about the file: mostly nothing, sometimes something wrong.
fn options(bytes: &[u8]) -> ReadOptions {
    let sum = bytes.iter().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(*byte))
    });
    let encodings = [
        "utf-8",
        "utf-16le",
        "windows-1252",
        "windows-1256",
        "shift_jis",
        "gb18030",
    ];
    let delimiters = ["comma", "semicolon", "tab", "pipe"];
    let mut options = ReadOptions::default();
    match sum >> 16 & 15 {
        0 => options.encoding = encodings[sum as usize % encodings.len()].parse().ok(),
        1 => options.delimiter = delimiters[sum as usize % delimiters.len()].parse().ok(),
        2 => options.sheet = Some("Schools".into()),
        _ => {}
    }
    options
}
