//! The bytes of a segment file: frames of length (u32), CRC-32 (u32), both little endian, and JSON.
//!
//! A segment is only ever appended to, so a crash can only tear its end. It must not touch a file.

use std::ops::Range;

use serde::Deserialize;

const HEADER_BYTES: usize = 8;
/// No record comes near this; a longer "length" is garbage.
pub(super) const MAX_PAYLOAD_BYTES: usize = 64 << 10;

#[derive(Deserialize)]
struct Numbered {
    sequence: u64,
}

/// A whole record within a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub sequence: u64,
    /// Where its JSON lies.
    pub payload: Range<usize>,
}

/// What a segment's bytes hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// The whole records, as they come.
    pub found: Vec<Found>,
    /// Where the last whole frame ends; what follows is a torn tail.
    pub whole_bytes: usize,
    /// Frames in the middle that the medium has damaged.
    pub damaged: usize,
}

/// The frame of one record's JSON.
pub(super) fn frame(payload: &[u8]) -> Option<Vec<u8>> {
    if payload.len() > MAX_PAYLOAD_BYTES {
        return None;
    }
    let length = u32::try_from(payload.len()).ok()?;
    let mut bytes = Vec::with_capacity(HEADER_BYTES + payload.len());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    bytes.extend_from_slice(payload);
    Some(bytes)
}

/// Finds the whole records of a segment.
///
/// A frame whose checksum is wrong is skipped only if a sound frame follows it; otherwise it and
/// what follows is a torn tail.
pub(super) fn scan(bytes: &[u8]) -> Scan {
    let mut scan = Scan::default();
    let mut offset = 0;
    let mut damaged_in_a_row = 0;
    while let Some((payload, sound)) = frame_at(bytes, offset) {
        offset = payload.end;
        let record = bytes
            .get(payload.clone())
            .filter(|_| sound)
            .and_then(number_of);
        match record {
            Some(sequence) => {
                scan.found.push(Found { sequence, payload });
                scan.whole_bytes = offset;
                scan.damaged += damaged_in_a_row;
                damaged_in_a_row = 0;
            }
            None => damaged_in_a_row += 1,
        }
    }
    scan
}

/// The frame at an offset, if its length is plausible and it lies within the bytes: where its
/// payload lies and whether the checksum fits.
fn frame_at(bytes: &[u8], offset: usize) -> Option<(Range<usize>, bool)> {
    let header = bytes.get(offset..offset.checked_add(HEADER_BYTES)?)?;
    let (length, checksum) = header.split_at(4);
    let length = usize::try_from(u32::from_le_bytes(length.try_into().ok()?)).ok()?;
    if length == 0 || length > MAX_PAYLOAD_BYTES {
        return None;
    }
    let start = offset + HEADER_BYTES;
    let payload = bytes.get(start..start + length)?;
    let sound = crc32fast::hash(payload) == u32::from_le_bytes(checksum.try_into().ok()?);
    Some((start..start + length, sound))
}

fn number_of(payload: &[u8]) -> Option<u64> {
    serde_json::from_slice::<Numbered>(payload)
        .ok()
        .map(|numbered| numbered.sequence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segment(sequences: Range<u64>) -> Vec<u8> {
        sequences
            .flat_map(|sequence| frame(format!(r#"{{"sequence":{sequence}}}"#).as_bytes()).unwrap())
            .collect()
    }

    #[test]
    fn whole_frames_are_found() {
        let bytes = segment(1..4);
        let scan = scan(&bytes);
        assert_eq!(
            scan.found.iter().map(|f| f.sequence).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!((scan.whole_bytes, scan.damaged), (bytes.len(), 0));
    }

    #[test]
    fn a_damaged_frame_in_the_middle_costs_only_itself() {
        let mut bytes = segment(1..4);
        let second = scan(&bytes).found[1].payload.clone();
        bytes[second.start + 3] ^= 0x40;
        let scan = scan(&bytes);
        assert_eq!(
            scan.found.iter().map(|f| f.sequence).collect::<Vec<_>>(),
            [1, 3]
        );
        assert_eq!((scan.whole_bytes, scan.damaged), (bytes.len(), 1));
    }

    #[test]
    fn a_tail_of_zeroes_is_torn() {
        let mut bytes = segment(1..3);
        let whole = bytes.len();
        bytes.extend_from_slice(&[0; 100]);
        assert_eq!(scan(&bytes).whole_bytes, whole);
    }

    #[test]
    fn a_record_that_is_too_long_has_no_frame() {
        assert_eq!(frame(&vec![b'x'; MAX_PAYLOAD_BYTES + 1]), None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let scan = scan(&bytes);
            prop_assert!(scan.whole_bytes <= bytes.len());
        }

        #[test]
        fn a_cut_anywhere_keeps_every_whole_record(count in 1_u64..20, cut in 0.0_f64..1.0) {
            let bytes = segment(1..count + 1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss,
                clippy::cast_precision_loss, reason = "a position within a small buffer")]
            let cut = (cut * bytes.len() as f64) as usize;
            let whole = scan(&bytes).found.iter().filter(|f| f.payload.end <= cut).count();
            prop_assert_eq!(scan(&bytes[..cut]).found.len(), whole);
        }
    }
}
