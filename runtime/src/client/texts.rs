//! Lists of JSON whose items are read while they arrive: an array, or texts on lines of their own, whichever of them comes.

use std::borrow::Cow;

use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::lines::{JsonLines, RECORD};
use super::stream::{Decoder, Items};
use super::{Dropped, Operation};
use crate::json::{self, FromJson, ItemReader};
use crate::{CodecError, failure};

impl<T: FromJson + Send + 'static> Items<T> {
    /// Returns the items of a JSON array that is the whole reply, or comes as JSON texts on lines of their own. For generated code, as
    /// an argument of `Request::stream`.
    pub fn json(_: &'static Operation, headers: &HeaderMap) -> Box<dyn Decoder<T>> {
        Box::new(Texts::new(Shape::Array, headers))
    }

    /// Returns the JSON texts of a reply that has one on each line (`application/x-ndjson`, `application/jsonl`), or behind each record
    /// separator (`application/json-seq`), or is an array of them. For generated code, as an argument of `Request::stream`.
    pub fn json_lines(_: &'static Operation, headers: &HeaderMap) -> Box<dyn Decoder<T>> {
        Box::new(Texts::new(Shape::Lines, headers))
    }
}

/// How a list is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Array,
    Lines,
}

/// How much is looked at to know what comes.
const HEAD: usize = 64 << 10;

/// Reads whichever comes.
struct Texts<T> {
    documented: Shape,
    /// The server says that these are lines.
    says_lines: bool,
    opening: Opening,
    /// The beginning, until it is known what comes.
    head: Vec<u8>,
    decoder: Option<Box<dyn Decoder<T>>>,
}

impl<T: FromJson + Send + 'static> Texts<T> {
    fn new(documented: Shape, headers: &HeaderMap) -> Self {
        Self {
            documented,
            says_lines: says_lines(headers),
            opening: Opening::Start(Vec::new()),
            head: Vec::new(),
            decoder: None,
        }
    }

    fn take(&mut self, piece: &[u8], ended: bool) {
        if let Some(decoder) = &mut self.decoder {
            return decoder.push(piece);
        }
        self.head.extend_from_slice(piece);
        let begin = self.head.trim_ascii_start();
        let begin = begin.strip_prefix(json::BOM).unwrap_or(begin);
        let shape = match (self.documented, begin.trim_ascii_start()) {
            (documented, []) if ended => Some(documented),
            (_, begin) if json::BOM.starts_with(begin) && !ended => None,
            // Unless lists are what the lines hold.
            (Shape::Lines, [b'[', ..]) if json::decode::<T>(b"[]").is_err() => Some(Shape::Array),
            (Shape::Array, [RECORD, ..]) => Some(Shape::Lines),
            (Shape::Array, [b'{', ..]) if self.says_lines => Some(Shape::Lines),
            (Shape::Array, begin @ [b'{', ..]) => match is_first_of_lines(begin) {
                Some(true) => Some(Shape::Lines),
                None if !ended && begin.len() < HEAD => None,
                _ => Some(Shape::Array),
            },
            (documented, _) => Some(documented),
        };
        let Some(shape) = shape else { return };
        let mut decoder: Box<dyn Decoder<T>> = match shape {
            Shape::Array => Box::new(ItemReader::new()),
            Shape::Lines => Box::new(JsonLines::new()),
        };
        decoder.push(&std::mem::take(&mut self.head));
        self.decoder = Some(decoder);
    }
}

impl<T: FromJson + Send + 'static> Decoder<T> for Texts<T> {
    fn push(&mut self, piece: &[u8]) {
        let mut opening = std::mem::replace(&mut self.opening, Opening::Plain);
        if let Some(piece) = opening.push(piece) {
            self.take(&piece, false);
        }
        self.opening = opening;
    }

    fn next(&mut self) -> Option<Result<T, CodecError>> {
        self.decoder.as_mut()?.next()
    }

    fn failed(&mut self) -> Option<Vec<u8>> {
        self.decoder.as_mut()?.failed()
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        let decoder = self.decoder.as_mut();
        decoder.map_or_else(Vec::new, |decoder| decoder.take_dropped())
    }

    fn finish(&mut self) -> Result<(), CodecError> {
        let rest = self.opening.finish();
        let is_new = self.decoder.is_none();
        self.take(&rest, true);
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        // It has not looked at the text yet, which is not an item.
        if is_new && let Some(Err(error)) = decoder.next() {
            return Err(error);
        }
        decoder.finish()
    }
}

/// Whether the server calls the body one of JSON texts on lines.
pub(super) fn says_lines(headers: &HeaderMap) -> bool {
    const NAMES: [&str; 5] = ["ndjson", "jsonl", "jsonlines", "json-seq", "stream+json"];
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let name = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_prefix("application/").unwrap_or(&name);
    NAMES.contains(&name.strip_prefix("x-").unwrap_or(name))
}

/// Whether a text that begins with an object is one of lines, each an object; `None` where that is not known yet.
fn is_first_of_lines(text: &[u8]) -> Option<bool> {
    let end = memchr::memchr(b'\n', text)?;
    let (line, rest) = text.split_at(end);
    if !std::str::from_utf8(line).is_ok_and(json::is_valid) {
        return Some(false);
    }
    rest.trim_ascii_start().first().map(|byte| *byte == b'{')
}

/// The list that JSON texts on lines of their own are; `None` where the text is not such.
#[cold]
pub(super) fn array_of_lines(text: &[u8], says_lines: bool) -> Option<Vec<u8>> {
    let text = text.strip_prefix(json::BOM).unwrap_or(text).trim_ascii();
    if !says_lines && is_first_of_lines(text) != Some(true) {
        return None;
    }
    let lines = text.split(|byte| matches!(*byte, b'\n' | RECORD));
    let lines = lines
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let mut list = Vec::with_capacity(text.len() + 2);
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        list.push(if list.is_empty() { b'[' } else { b',' });
        list.extend_from_slice(line);
        if std::str::from_utf8(line).is_ok_and(json::is_valid) {
            continue;
        }
        // The last line may be cut off, and so is the list then. Anything else is not a list.
        return lines.peek().is_none().then_some(list);
    }
    list.push(b']');
    Some(list).filter(|list| list.len() > 1)
}

/// What is in front of a text: it may be in UTF-16, and behind a guard against scripts.
enum Opening {
    /// What has come of the beginning.
    Start(Vec<u8>),
    Plain,
    Utf16 {
        big: bool,
        /// The first byte of a unit.
        odd: Option<u8>,
        /// The first half of a surrogate pair.
        half: Option<u16>,
    },
}

/// What a text begins with.
enum Begin {
    /// More must come first.
    More,
    /// The text, behind so many bytes.
    Text(usize),
    /// UTF-16, behind a mark of so many bytes.
    Utf16(bool, usize),
}

impl Opening {
    /// The text of the next piece; `None` where more must come first.
    fn push<'p>(&mut self, piece: &'p [u8]) -> Option<Cow<'p, [u8]>> {
        match self {
            Self::Plain => Some(piece.into()),
            Self::Utf16 { big, odd, half } => {
                Some(utf16(piece, *big, odd, half).into_bytes().into())
            }
            Self::Start(start) => {
                start.extend_from_slice(piece);
                let begin = begin(start);
                let start = match begin {
                    Begin::More => return None,
                    Begin::Text(_) | Begin::Utf16(..) => std::mem::take(start),
                };
                let behind = |skipped| start.get(skipped..).unwrap_or_default();
                Some(match begin {
                    Begin::Utf16(big, mark) => {
                        let (mut odd, mut half) = (None, None);
                        let text = utf16(behind(mark), big, &mut odd, &mut half);
                        *self = Self::Utf16 { big, odd, half };
                        text.into_bytes().into()
                    }
                    Begin::Text(skipped) => {
                        *self = Self::Plain;
                        behind(skipped).to_vec().into()
                    }
                    Begin::More => return None,
                })
            }
        }
    }

    /// What is left where no more comes.
    fn finish(&mut self) -> Vec<u8> {
        match self {
            Self::Start(start) => std::mem::take(start),
            Self::Plain | Self::Utf16 { .. } => Vec::new(),
        }
    }
}

/// The longest guard, and white space behind it.
const GUARD: usize = 32;

fn begin(start: &[u8]) -> Begin {
    match *start {
        [0xFE, 0xFF, ..] => return Begin::Utf16(true, 2),
        [0xFF, 0xFE, ..] => return Begin::Utf16(false, 2),
        [0, first, 0, ..] if first != 0 => return Begin::Utf16(true, 0),
        [first, 0, second, 0, ..] if first != 0 && second != 0 => return Begin::Utf16(false, 0),
        [] | [_] | [0, _] | [_, 0] | [_, 0, _] | [0xEF, 0xBB] => return Begin::More,
        _ => {}
    }
    let text = start.trim_ascii_start();
    let text = text
        .strip_prefix(json::BOM)
        .unwrap_or(text)
        .trim_ascii_start();
    if !matches!(text.first(), Some(b')' | b'f' | b'w')) {
        return Begin::Text(0);
    }
    let shown = text.get(..text.len().min(GUARD)).unwrap_or_default();
    match failure::script_guard(&String::from_utf8_lossy(shown)) {
        Some(at) => Begin::Text(start.len() - text.len() + at),
        None if text.len() < GUARD => Begin::More,
        None => Begin::Text(0),
    }
}

/// A piece of a text in UTF-16.
fn utf16(piece: &[u8], big: bool, odd: &mut Option<u8>, half: &mut Option<u16>) -> String {
    let mut units = Vec::with_capacity(piece.len() / 2 + 1);
    units.extend(half.take());
    for byte in piece {
        match (odd.take(), big) {
            (None, _) => *odd = Some(*byte),
            (Some(high), true) => units.push(u16::from_be_bytes([high, *byte])),
            (Some(low), false) => units.push(u16::from_le_bytes([low, *byte])),
        }
    }
    // The second half comes with the next piece.
    *half = units.pop_if(|unit| (0xD800..0xDC00).contains(unit));
    let text = char::decode_utf16(units);
    text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What becomes of a text that comes in pieces of this size.
    fn items(documented: Shape, text: &[u8], size: usize) -> Result<Vec<Value>, CodecError> {
        let mut decoder =
            Texts::<std::collections::BTreeMap<String, Value>>::new(documented, &HeaderMap::new());
        let mut items = Vec::new();
        let mut take = |decoder: &mut dyn Decoder<_>| {
            while let Some(item) = decoder.next() {
                items.push(json!(item?));
            }
            Ok(())
        };
        for piece in text.chunks(size) {
            decoder.push(piece);
            take(&mut decoder)?;
        }
        decoder.finish()?;
        take(&mut decoder)?;
        Ok(items)
    }

    fn units(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    }

    #[test]
    fn whichever_comes_is_read_in_pieces_of_any_size() {
        let expected = [json!({"a": "б😀"}), json!({"b": [{}]})];
        let array = "[{\"a\": \"б😀\"},\n {\"b\": [{}]}]\n";
        let lines = "{\"a\": \"б😀\"}\r\n\n{\"b\": [{}]}\n";
        let mut texts = Vec::new();
        for text in [array, lines] {
            for guard in [
                "",
                "\u{feff}",
                " \n",
                ")]}',\n",
                "for(;;);",
                "while(1); ",
                "\x1E",
            ] {
                if guard != "\x1E" || text == lines {
                    texts.push(format!("{guard}{text}").into_bytes());
                }
            }
            for mark in [true, false] {
                texts.push(units(text, mark, u16::to_be_bytes));
                texts.push(units(text, mark, u16::to_le_bytes));
            }
        }
        for text in texts {
            for size in 1..text.len() {
                for documented in [Shape::Array, Shape::Lines] {
                    let found = items(documented, &text, size);
                    let shown = String::from_utf8_lossy(&text);
                    assert_eq!(found.expect(&shown), expected, "{size}: {shown}");
                }
            }
        }
    }

    #[test]
    fn what_is_neither_is_an_error() {
        for (text, documented) in [
            (&b"{\"error\": 1}"[..], Shape::Array),
            (b"{\n \"error\": 1\n}\n", Shape::Array),
            (b"false", Shape::Lines),
            (b"wait", Shape::Array),
            (b"", Shape::Array),
            (b"[", Shape::Lines),
        ] {
            for size in 1..8 {
                assert!(
                    items(documented, text, size).is_err(),
                    "{}",
                    text.escape_ascii()
                );
            }
        }
        for text in ["", "[]", "\n"] {
            assert_eq!(
                items(Shape::Lines, text.as_bytes(), 1),
                Ok(vec![]),
                "{text}"
            );
        }
        assert_eq!(items(Shape::Array, b"[]", 1), Ok(vec![]));
    }
}
