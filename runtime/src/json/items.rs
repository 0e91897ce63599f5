//! The items of a JSON array, from a text that arrives in pieces.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;

use crate::client::{Decoder, Dropped};
use crate::codec::words::{EMPTY, END, MORE, quoted};
use crate::codec::{Omitted, Position};
use crate::{CodecError, CodecErrorKind};

use super::{FromJson, Slot};

/// The largest item, in bytes.
const LARGEST_ITEM: usize = 16 << 20;

/// Splits an array into its items by their brackets and strings, and decodes each when it is complete. Memory is bound
/// by the largest item and the largest piece.
pub struct ItemReader<T> {
    array: Array,
    item: PhantomData<fn() -> T>,
}

/// The array, whatever its items are.
struct Array {
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
    /// Of the beginning of the text.
    position: Position,
    omitted: Omitted,
    /// The item that is not as documented.
    failed: Option<Vec<u8>>,
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
    /// Creates a reader of a text that has not begun.
    pub fn new() -> Self {
        Self {
            array: Array {
                text: Vec::new(),
                at: 0,
                start: 0,
                state: State::Start,
                bom: 0,
                depth: 0,
                in_string: false,
                escaped: false,
                index: 0,
                position: Position::START,
                omitted: Omitted::default(),
                failed: None,
            },
            item: PhantomData,
        }
    }
}

impl Array {
    /// An error at the byte that comes next.
    fn error(
        &mut self,
        kind: CodecErrorKind,
        expected: impl Into<Cow<'static, str>>,
        found: impl Display,
    ) -> CodecError {
        let is_outside = matches!(self.state, State::Start | State::End);
        self.state = State::Failed;
        let error = CodecError::expected(kind, self.at, expected, found);
        let path = match is_outside {
            true => "$".to_owned(),
            false => format!("$[{}]", self.index),
        };
        error.placed(path, Some(self.position_of(self.at)))
    }

    fn position_of(&self, at: usize) -> Position {
        let mut position = self.position;
        position.advance(self.text.get(..at).unwrap_or_default());
        position
    }

    /// Goes on to the end of the next item, and says where it is.
    fn scan(&mut self) -> Option<Result<std::ops::Range<usize>, CodecError>> {
        while let Some(&byte) = self.text.get(self.at) {
            if self.state == State::Inside {
                if let Some(end) = self.inside(byte) {
                    let item = self.start..end;
                    self.state = State::After;
                    return Some(Ok(item));
                }
                if self.at - self.start >= LARGEST_ITEM {
                    let expected = format!("items of at most {LARGEST_ITEM} bytes");
                    return Some(Err(self.error(CodecErrorKind::Limit, expected, MORE)));
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
                    let found = "markup (possibly an HTML page)";
                    return Some(Err(self.error(CodecErrorKind::Html, "a JSON array", found)));
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
                        State::End => END,
                        State::After => "a comma or the end of the array",
                        _ => "an item",
                    };
                    let found = match self.text.get(self.at..) {
                        // A text in place of the array.
                        Some(text) if state == State::Start && byte.is_ascii_alphabetic() => {
                            quoted(&String::from_utf8_lossy(text))
                        }
                        _ => format!("{:?}", char::from(byte)),
                    };
                    return Some(Err(self.error(CodecErrorKind::Syntax, expected, found)));
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

    fn push(&mut self, piece: &[u8]) {
        // What was read is dropped before more is kept.
        let keep = if self.state == State::Inside {
            self.start
        } else {
            self.at
        };
        let keep = keep.min(self.text.len());
        self.position = self.position_of(keep);
        self.text.drain(..keep);
        self.at -= keep;
        self.start = self.start.saturating_sub(keep);
        self.text.extend_from_slice(piece);
    }

    /// Reads the next item, if all of it is there. Nulls are passed over.
    fn next(&mut self, slot: &mut dyn Slot) -> Option<Result<(), CodecError>> {
        loop {
            let range = match self.scan()? {
                Ok(range) => range,
                Err(error) => return Some(Err(error)),
            };
            let start = range.start;
            let text = self.text.get(range).unwrap_or_default();
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            let is_null = text
                .strip_prefix(b"null")
                .is_some_and(|rest| rest.iter().all(is_space));
            let decoded = super::read_lenient(text, slot);
            let path = format!("$[{}]", self.index);
            let place = |error: CodecError| error.within(&path, Some(self.position_of(start)));
            let (omitted, is_item) = match decoded {
                Ok(omitted) => (omitted, true),
                Err(error) if is_null => {
                    let mut omitted = Omitted::default();
                    omitted.push(error);
                    (omitted, false)
                }
                Err(error) => {
                    let error = place(error);
                    self.failed = Some(text.to_vec());
                    self.state = State::Failed;
                    return Some(Err(error));
                }
            };
            let errors: Vec<_> = omitted.errors.into_iter().map(place).collect();
            self.omitted.more += omitted.more;
            errors
                .into_iter()
                .for_each(|error| self.omitted.push(error));
            if is_item {
                return Some(Ok(()));
            }
        }
    }

    fn finish(&mut self) -> Result<(), CodecError> {
        match self.state {
            State::End | State::Failed => Ok(()),
            State::Start => Err(self.error(CodecErrorKind::Empty, "a JSON array", EMPTY)),
            _ => Err(self.error(CodecErrorKind::Truncated, "the end of the array", END)),
        }
    }
}

impl<T: FromJson + Send> Decoder<T> for ItemReader<T> {
    fn push(&mut self, piece: &[u8]) {
        self.array.push(piece);
    }

    fn next(&mut self) -> Option<Result<T, CodecError>> {
        let mut item = None;
        let read = self.array.next(&mut item)?;
        Some(read.and_then(|()| item.ok_or_else(super::not_read)))
    }

    fn failed(&mut self) -> Option<Vec<u8>> {
        self.array.failed.take()
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        Dropped::all(&std::mem::take(&mut self.array.omitted))
    }

    fn finish(&mut self) -> Result<(), CodecError> {
        self.array.finish()
    }
}
