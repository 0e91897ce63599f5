//! Text from bytes that arrive in pieces.

use super::encoding::{detect, needs_more, transcode};
use crate::CodecError;
use encoding_rs::{Decoder, UTF_8};
use std::borrow::Cow;

/// Turns pieces of bytes into text.
#[derive(Debug)]
pub(super) struct Input {
    charset: Option<String>,
    state: State,
    /// Bytes that wait for more: the start of the document, or of a character.
    held: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// Waiting for enough bytes to know the encoding.
    Unknown,
    Utf8,
    Other(Box<Decoder>),
}

impl Input {
    pub(super) fn new(charset: Option<&str>) -> Self {
        Self {
            charset: charset.map(str::to_owned),
            state: State::Unknown,
            held: Vec::new(),
        }
    }

    /// Appends the text of the next piece; `last`: no more will come. With an
    /// error, the text before it has been appended; its place is still to be said.
    pub(super) fn feed(
        &mut self,
        piece: &[u8],
        last: bool,
        text: &mut String,
    ) -> Result<(), CodecError> {
        if matches!(self.state, State::Unknown) {
            self.held.extend_from_slice(piece);
            if !last && needs_more(&self.held) {
                return Ok(());
            }
            let found = detect(&self.held, self.charset.as_deref())?;
            self.held.drain(..found.mark);
            self.state = if found.encoding == UTF_8 {
                State::Utf8
            } else {
                State::Other(Box::new(found.encoding.new_decoder_without_bom_handling()))
            };
            return self.decode(&[], last, text);
        }
        self.decode(piece, last, text)
    }

    fn decode(&mut self, piece: &[u8], last: bool, text: &mut String) -> Result<(), CodecError> {
        let bytes = if self.held.is_empty() {
            Cow::Borrowed(piece)
        } else {
            self.held.extend_from_slice(piece);
            Cow::Owned(std::mem::take(&mut self.held))
        };
        if let State::Other(decoder) = &mut self.state {
            return transcode(decoder, &bytes, last, text);
        }
        let tail = if last { 0 } else { unfinished(&bytes) };
        let (whole, rest) = bytes.split_at(bytes.len() - tail);
        self.held.extend_from_slice(rest);
        match str::from_utf8(whole) {
            Ok(more) => {
                text.push_str(more);
                Ok(())
            }
            Err(e) => {
                let (good, bad) = whole.split_at(e.valid_up_to());
                text.push_str(str::from_utf8(good).unwrap_or_default());
                Err(CodecError::encoding(0, UTF_8.name(), bad.first().copied()))
            }
        }
    }
}

/// How many bytes at the end are the start of a character that goes on.
fn unfinished(bytes: &[u8]) -> usize {
    for (i, byte) in bytes.iter().rev().take(3).enumerate() {
        let needs = match byte {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
            0x80..=0xbf => continue,
            _ => return 0,
        };
        return if i + 1 < needs { i + 1 } else { 0 };
    }
    0
}
