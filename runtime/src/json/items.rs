//! The items of a JSON array, from a text that arrives in pieces.

use std::marker::PhantomData;

use crate::ErrorKind;
use crate::client::{DecodeError, Decoder, Dropped};

use super::FromJson;

/// The largest item, in bytes.
const LARGEST_ITEM: usize = 16 << 20;

/// Splits an array into its items by their brackets and strings, and decodes each when it is complete. Memory is bound
/// by the largest item and the largest piece.
pub struct ItemReader<T> {
    text: Vec<u8>,
    /// Where the text that has not been looked at begins.
    at: usize,
    /// Where the item that is being read begins.
    start: usize,
    state: State,
    /// Bytes of a byte-order mark that have come.
    bom: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
    index: usize,
    dropped: Vec<Dropped>,
    item: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the array's bracket.
    Start,
    /// After the bracket: an item or the end.
    First,
    /// After a comma.
    Before,
    Inside,
    /// After an item: a comma or the end.
    After,
    End,
    Failed,
}

impl<T> Default for ItemReader<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> ItemReader<T> {
    /// A reader of a text that has not begun.
    pub fn new() -> Self {
        Self {
            text: Vec::new(),
            at: 0,
            start: 0,
            state: State::Start,
            bom: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            index: 0,
            dropped: Vec::new(),
            item: PhantomData,
        }
    }

    fn error(&mut self, kind: ErrorKind, text: impl Into<String>) -> DecodeError {
        self.state = State::Failed;
        DecodeError {
            kind,
            path: format!("$[{}]", self.index),
            text: format!("in the reply: {}", text.into()),
        }
    }

    /// Goes on to the end of the next item, and says where it is.
    fn scan(&mut self) -> Option<Result<std::ops::Range<usize>, DecodeError>> {
        while let Some(&byte) = self.text.get(self.at) {
            if self.state == State::Inside {
                if let Some(end) = self.inside(byte) {
                    let item = self.start..end;
                    self.state = State::After;
                    return Some(Ok(item));
                }
                if self.at - self.start >= LARGEST_ITEM {
                    let text = format!("an item has more than {LARGEST_ITEM} bytes");
                    return Some(Err(self.error(ErrorKind::TooLarge, text)));
                }
                self.at += 1;
                continue;
            }
            if self.state == State::Start && super::BOM.get(self.bom) == Some(&byte) {
                self.bom += 1;
                self.at += 1;
                continue;
            }
            if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                // No byte-order mark begins after this, and a begun one stays begun.
                if self.bom == 0 {
                    self.bom = super::BOM.len();
                }
                self.at += 1;
                continue;
            }
            match (self.state, byte) {
                (State::Start, b'[') if matches!(self.bom, 0 | 3) => self.state = State::First,
                (State::Start, b'<') => {
                    return Some(Err(self.error(
                        ErrorKind::Html,
                        "expected a JSON array, found markup (possibly an HTML page)",
                    )));
                }
                (State::First | State::After, b']') => self.state = State::End,
                (State::After, b',') => {
                    self.state = State::Before;
                    self.index += 1;
                }
                (State::First | State::Before, byte) if byte != b',' && byte != b']' => {
                    self.state = State::Inside;
                    self.start = self.at;
                    (self.depth, self.in_string, self.escaped) = (0, false, false);
                    continue;
                }
                (State::Failed, _) => return None,
                (state, byte) => {
                    let expected = match state {
                        State::Start => "a JSON array",
                        State::End => "the end",
                        State::After => "a comma or the end of the array",
                        _ => "an item",
                    };
                    let text = format!("expected {expected}, found {:?}", char::from(byte));
                    return Some(Err(self.error(ErrorKind::Decode, text)));
                }
            }
            self.at += 1;
        }
        None
    }

    /// Looks at a byte of an item; where the item ends, if it does here.
    fn inside(&mut self, byte: u8) -> Option<usize> {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => self.depth -= 1,
            // The comma or bracket is not part of the item, and is looked at again.
            b',' | b']' if self.depth == 0 => return Some(self.at),
            _ => {}
        }
        None
    }
}

impl<T: FromJson + Send> Decoder<T> for ItemReader<T> {
    fn push(&mut self, piece: &[u8]) {
        // What was read is dropped before more is kept.
        let keep = if self.state == State::Inside {
            self.start
        } else {
            self.at
        };
        self.text.drain(..keep.min(self.text.len()));
        self.at -= keep;
        self.start = self.start.saturating_sub(keep);
        self.text.extend_from_slice(piece);
    }

    fn next(&mut self) -> Option<Result<T, DecodeError>> {
        let range = match self.scan()? {
            Ok(range) => range,
            Err(error) => return Some(Err(error)),
        };
        match super::decode_lenient::<T>(self.text.get(range).unwrap_or_default()) {
            Ok((item, omitted)) => {
                let mut dropped = Dropped::of_json(&omitted);
                for dropped in &mut dropped {
                    let inner = dropped.path.strip_prefix('$').unwrap_or_default();
                    dropped.path = format!("$[{}]{inner}", self.index);
                }
                self.dropped.append(&mut dropped);
                Some(Ok(item))
            }
            Err(error) => {
                self.state = State::Failed;
                let inner = error.path().strip_prefix('$').unwrap_or_default();
                let path = format!("$[{}]{inner}", self.index);
                let near = if error.excerpt().is_empty() {
                    String::new()
                } else {
                    format!(", near `{}`", error.excerpt())
                };
                let text = format!("in the reply: {path}: {}{near}", error.message());
                Some(Err(DecodeError {
                    kind: ErrorKind::Decode,
                    path,
                    text,
                }))
            }
        }
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        std::mem::take(&mut self.dropped)
    }

    fn finish(&mut self) -> Result<(), DecodeError> {
        match self.state {
            State::End | State::Failed => Ok(()),
            State::Start => Err(self.error(
                ErrorKind::Empty,
                "expected a JSON array, found an empty body",
            )),
            _ => Err(self.error(
                ErrorKind::Truncated,
                "the list ended before its closing bracket",
            )),
        }
    }
}
