//! Bytes of any encoding → the bytes of UTF-8, in pieces. The encoding was found before; what does
//! not fit it now has changed since.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use super::{FileError, source::fill};

/// Bytes that are decoded at once.
const PIECE_BYTES: usize = 1 << 16;

/// A text as it is read.
pub(super) struct Decoded<R> {
    input: R,
    /// `None` for what is UTF-8 already.
    decoder: Option<Decoder>,
    piece: Vec<u8>,
    text: String,
    /// What of the text was read.
    at: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// The text behind the mark.
    pub fn new(mut input: R, encoding: &'static Encoding, mark: usize) -> Result<Self, FileError> {
        fill(&mut input, &mut vec![0; mark])?;
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        let piece = vec![0; if decoder.is_some() { PIECE_BYTES } else { 0 }];
        Ok(Self {
            input,
            decoder,
            piece,
            text: String::new(),
            at: 0,
            ended: false,
        })
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.input.read(room);
        };
        while self.at == self.text.len() && !self.ended {
            let length = fill(&mut self.input, &mut self.piece).map_err(io::Error::other)?;
            self.ended = length < self.piece.len();
            self.at = 0;
            self.text.clear();
            let most = decoder.max_utf8_buffer_length_without_replacement(length);
            self.text.reserve(most.unwrap_or(PIECE_BYTES * 4));
            let piece = &self.piece[..length];
            let (result, _) =
                decoder.decode_to_string_without_replacement(piece, &mut self.text, self.ended);
            if let DecoderResult::Malformed(..) = result {
                return Err(io::Error::other("it was changed while it was read"));
            }
        }
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.len().min(room.len());
        room[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}
