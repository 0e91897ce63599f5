//! Text from bytes that arrive in pieces.

use super::encoding::{detect, is_shown, needs_more, transcode};
use crate::CodecError;
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::borrow::Cow;

/// How many bytes are held until they show their encoding.
const JUDGED: usize = 4096;

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
    /// The encoding is declared, and nothing has come that shows whether it is true.
    Declared(&'static Encoding),
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
            } else if found.encoding.is_single_byte() {
                State::Declared(found.encoding)
            } else {
                State::Other(Box::new(found.encoding.new_decoder_without_bom_handling()))
            };
            return self.decode(&[], last, text);
        }
        self.decode(piece, last, text)
    }

    /// Finds out whether a declared encoding is true, as far as the bytes so far show it. Text that is the same in both goes on.
    fn judge(&mut self, declared: &'static Encoding, bytes: &[u8], last: bool, text: &mut String) {
        let plain = bytes.iter().position(|byte| !byte.is_ascii());
        let (ascii, rest) = bytes.split_at(plain.unwrap_or(bytes.len()));
        text.push_str(str::from_utf8(ascii).unwrap_or_default());
        self.held = rest.to_vec();
        let (good, is_utf8) = match str::from_utf8(rest) {
            Ok(text) => (text, true),
            Err(e) => {
                let good = rest.get(..e.valid_up_to()).unwrap_or_default();
                let good = str::from_utf8(good).unwrap_or_default();
                (good, e.error_len().is_none() && !last)
            }
        };
        if is_utf8 && is_shown(good, declared) {
            self.state = State::Utf8;
        } else if !is_utf8 || last || rest.len() > JUDGED {
            self.state = State::Other(Box::new(declared.new_decoder_without_bom_handling()));
        }
    }

    fn decode(&mut self, piece: &[u8], last: bool, text: &mut String) -> Result<(), CodecError> {
        let bytes = if self.held.is_empty() {
            Cow::Borrowed(piece)
        } else {
            self.held.extend_from_slice(piece);
            Cow::Owned(std::mem::take(&mut self.held))
        };
        if let State::Declared(declared) = self.state {
            self.judge(declared, &bytes, last, text);
            return match self.state {
                State::Declared(_) => Ok(()),
                _ => self.decode(&[], last, text),
            };
        }
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
