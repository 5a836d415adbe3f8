//! How a file is changed: by libFuzzer, by words that its format knows, by a block that repeats, and
//! inside the members of an archive. Knows no reader.

use std::io::{Cursor, Read, Write};

use libfuzzer_sys::fuzzer_mutate;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::format::Format;

/// What a member may grow by in one step.
const GROWTH: usize = 4096;
/// Members beyond these are left alone.
const MOST_MEMBERS: usize = 64;
const MOST_MEMBER_BYTES: u64 = 4_000_000;

/// Changes the file in place; returns its new length, at most `max_size`.
pub fn mutate(format: Format, bytes: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    if format.is_packed() && seed % 8 != 0 {
        if let Some(packed) = inside(format, &bytes[..size], seed)
            && packed.len() <= max_size
        {
            bytes[..packed.len()].copy_from_slice(&packed);
            return packed.len();
        }
    }
    flat(format, bytes, size, max_size, seed)
}

fn flat(format: Format, bytes: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let (kind, at) = (seed >> 3 & 15, (seed >> 7) as usize % (size + 1));
    match kind {
        0 | 1 => {
            let words = format.words();
            let word = words[(seed >> 11) as usize % words.len()].as_bytes();
            insert(bytes, size, max_size, at, word, 1)
        }
        2 if seed >> 11 & 15 == 0 => {
            let block = bytes[at..(at + 1 + (seed >> 20) as usize % 400).min(size)].to_vec();
            let times = 1 << (seed >> 15 & 15);
            insert(bytes, size, max_size, at, &block, times)
        }
        _ => fuzzer_mutate(bytes, size, max_size),
    }
}

/// Puts a block so often at a place, as far as there is room.
fn insert(
    bytes: &mut [u8],
    size: usize,
    max_size: usize,
    at: usize,
    block: &[u8],
    times: usize,
) -> usize {
    if block.is_empty() {
        return size;
    }
    let times = times.min((max_size - size) / block.len());
    let more = times * block.len();
    bytes.copy_within(at..size, at + more);
    for (to, byte) in bytes[at..at + more].iter_mut().zip(block.iter().cycle()) {
        *to = *byte;
    }
    size + more
}

/// Unpacks, changes one member, and packs again, so that every checksum is right.
fn inside(format: Format, bytes: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut members = vec![];
    for at in 0..archive.len().min(MOST_MEMBERS) {
        let file = archive.by_index(at).ok()?;
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        let mut content = vec![];
        file.take(MOST_MEMBER_BYTES)
            .read_to_end(&mut content)
            .ok()?;
        members.push((name, content));
    }
    if members.is_empty() {
        return None;
    }
    let which = (seed >> 3) as usize % members.len();
    match seed >> 9 & 63 {
        0 => drop(members.remove(which)),
        1 => {
            let (name, content) = members[which].clone();
            members.push((format!("a{name}"), content));
        }
        _ => {
            let content = &mut members[which].1;
            let size = content.len();
            content.resize(size + GROWTH, 0);
            let size = flat(format, content, size, size + GROWTH, seed.rotate_right(11));
            content.truncate(size);
        }
    }
    let method = if seed >> 31 == 0 {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in members {
        writer.start_file(name, options).ok()?;
        writer.write_all(&content).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}
