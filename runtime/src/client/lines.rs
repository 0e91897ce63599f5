//! Lines, and JSON texts on lines of their own.

use super::Dropped;
use super::stream::Decoder;
use crate::codec::Omitted;
use crate::codec::words::MORE;
use crate::json::{self, FromJson};
use crate::{CodecError, CodecErrorKind};

/// The longest line or text, and the most data of one event, in bytes.
pub(super) const LARGEST: usize = 16 << 20;

/// Begins each text of a JSON text sequence (RFC 7464).
pub(super) const RECORD: u8 = 0x1E;

/// Decodes the item of this index, from 0.
pub(super) fn decode<T: FromJson>(
    text: &[u8],
    index: u64,
    omitted: &mut Omitted,
) -> Result<T, CodecError> {
    let within = |error: CodecError| error.within(&format!("$[{index}]"), None);
    let (value, left_out) = json::decode_lenient(text).map_err(within)?;
    omitted.more += left_out.more;
    let errors = left_out.errors.into_iter().map(within);
    errors.for_each(|error| omitted.push(error));
    Ok(value)
}

#[cold]
pub(super) fn too_large() -> CodecError {
    let expected = format!("items of at most {LARGEST} bytes");
    CodecError::expected(CodecErrorKind::Limit, 0, expected, MORE)
}

/// Splits a text into lines.
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// How far it was searched for its end.
    searched: usize,
    /// Whether a carriage return alone ends a line, as in event streams.
    carriage_returns: bool,
    /// The last line ended with a carriage return: a line feed that follows belongs to it.
    after_return: bool,
    begun: bool,
}

impl Lines {
    pub(super) fn new(carriage_returns: bool) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            searched: 0,
            carriage_returns,
            after_return: false,
            begun: false,
        }
    }

    pub(super) fn push(&mut self, piece: &[u8]) {
        self.buffer.drain(..self.start);
        self.searched = self.searched.saturating_sub(self.start);
        self.start = 0;
        self.buffer.extend_from_slice(piece);
    }

    /// The next line without its end, if it is complete.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        if !self.begun {
            const BOM: &[u8] = b"\xEF\xBB\xBF";
            // It may come in pieces.
            if self.buffer.len() < BOM.len() && BOM.starts_with(&self.buffer) {
                return None;
            }
            self.begun = true;
            if self.buffer.starts_with(BOM) {
                self.start = BOM.len();
            }
        }
        if self.after_return && self.start < self.buffer.len() {
            self.after_return = false;
            if self.buffer.get(self.start) == Some(&b'\n') {
                self.start += 1;
            }
        }
        let from = self.searched.max(self.start);
        let rest = self.buffer.get(from..).unwrap_or_default();
        let end = match self.carriage_returns {
            true => memchr::memchr2(b'\n', b'\r', rest),
            false => memchr::memchr(b'\n', rest),
        };
        let Some(end) = end.map(|end| from + end) else {
            self.searched = self.buffer.len();
            return None;
        };
        self.after_return = self.carriage_returns && self.buffer.get(end) == Some(&b'\r');
        let line = self.start..end;
        self.start = end + 1;
        self.searched = self.start;
        self.buffer.get(line)
    }

    /// What is left after the last line's end.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

/// The brackets of a text that are open.
#[derive(Default)]
struct Brackets {
    open: usize,
    in_string: bool,
    escaped: bool,
}

impl Brackets {
    /// Goes on over this part of the text.
    fn pass(&mut self, part: &[u8]) {
        for byte in part {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => self.open += 1,
                b'}' | b']' => self.open = self.open.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// A text that goes on behind its first line: one of a sequence, or one that is printed for people.
struct Opened {
    text: Vec<u8>,
    brackets: Brackets,
}

/// Reads JSON texts that are on lines of their own, or begin with a record separator.
pub(super) struct JsonLines<T> {
    lines: Lines,
    index: u64,
    decode: fn(&[u8], u64, &mut Omitted) -> Result<T, CodecError>,
    opened: Option<Opened>,
    /// The reply is at its end.
    ended: bool,
    omitted: Omitted,
    /// A text that could not be read.
    failed: Option<Vec<u8>>,
}

impl<T: FromJson> JsonLines<T> {
    pub(super) fn new() -> Self {
        Self {
            lines: Lines::new(false),
            index: 0,
            decode: decode::<T>,
            opened: None,
            ended: false,
            omitted: Omitted::default(),
            failed: None,
        }
    }
}

impl<T> JsonLines<T> {
    /// The text that ends with the next line, if one does; whether there was a line.
    fn text(&mut self) -> Option<Option<Vec<u8>>> {
        let line = self.lines.next()?;
        let record = line.strip_prefix(&[RECORD]);
        if let Some(opened) = &mut self.opened
            && record.is_none()
        {
            opened.text.push(b'\n');
            opened.text.extend_from_slice(line);
            opened.brackets.pass(line);
            let ends = opened.brackets.open == 0 || opened.text.len() > LARGEST;
            let ended = self.opened.take_if(|_| ends);
            return Some(ended.map(|opened| opened.text));
        }
        // A text before it that has not ended is broken.
        let broken = self.opened.take().map(|opened| opened.text);
        let text = record.unwrap_or(line).trim_ascii();
        let mut brackets = Brackets::default();
        if record.is_some() || matches!(text, b"{" | b"[") {
            brackets.pass(text);
        }
        if broken.is_some() {
            return Some(broken);
        }
        let text = text.to_vec();
        if brackets.open > 0 {
            self.opened = Some(Opened { text, brackets });
            return Some(None);
        }
        Some(Some(text).filter(|text| !text.is_empty()))
    }
}

impl<T: Send> Decoder<T> for JsonLines<T> {
    fn push(&mut self, piece: &[u8]) {
        self.lines.push(piece);
    }

    fn next(&mut self) -> Option<Result<T, CodecError>> {
        let text = loop {
            match self.text() {
                Some(Some(text)) => break text,
                Some(None) => {}
                None if self.lines.rest().len() > LARGEST => return Some(Err(too_large())),
                None if self.ended => break self.opened.take()?.text,
                None => return None,
            }
        };
        if text.len() > LARGEST {
            return Some(Err(too_large()));
        }
        let item = (self.decode)(&text, self.index, &mut self.omitted);
        self.failed = item.is_err().then_some(text);
        self.index += 1;
        Some(item)
    }

    fn failed(&mut self) -> Option<Vec<u8>> {
        self.failed.take()
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        Dropped::all(&std::mem::take(&mut self.omitted))
    }

    /// The last line needs no end.
    fn finish(&mut self) -> Result<(), CodecError> {
        self.lines.push(b"\n");
        self.ended = true;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    /// What a decoder gives of a text that comes in pieces of this size.
    fn items(text: &[u8], size: usize) -> Result<Vec<serde_json::Value>, CodecError> {
        let mut decoder = JsonLines::new();
        let mut items = Vec::new();
        for piece in text.chunks(size) {
            decoder.push(piece);
            while let Some(item) = decoder.next() {
                items.push(item?);
            }
        }
        decoder.finish()?;
        while let Some(item) = decoder.next() {
            items.push(item?);
        }
        Ok(items)
    }

    #[test]
    fn texts_in_pieces() {
        let text = b"{\"a\": 1}\r\n\n\x1E[2]\n  \n{\n  \"b}\": [\n  4]\n}\n\x1E{\"c\":\n\"\\\"{\"}\n\x1E\n3";
        for size in 1..text.len() {
            let items = items(text, size).expect("items");
            assert_eq!(
                items,
                [
                    serde_json::json!({"a": 1}),
                    serde_json::json!([2]),
                    serde_json::json!({"b}": [4]}),
                    serde_json::json!({"c": "\"{"}),
                    serde_json::json!(3)
                ]
            );
        }
    }

    #[test]
    fn a_text_that_is_cut_off_is_an_error() {
        for text in [
            &b"{\"a\": 1,\n{\"b\": 2}\n"[..],
            b"\x1E{\"a\": 1,\n\x1E{\"b\": 2}\n",
            b"{\n\"a\": 1",
        ] {
            let error = items(text, 5).expect_err("cut off");
            assert_eq!(error.kind(), CodecErrorKind::Truncated);
        }
    }

    #[test]
    fn a_text_without_an_end_is_an_error() {
        let piece = vec![b'x'; 1 << 20];
        let mut lines = JsonLines::<i64>::new();
        for _ in 0..17 {
            lines.push(&piece);
        }
        let error = lines.next().and_then(Result::err).expect("an error");
        assert_eq!(error.kind(), CodecErrorKind::Limit);
        let mut lines = JsonLines::<i64>::new();
        lines.push(b"{\n");
        let error = loop {
            lines.push(b"\"x\": [\n");
            lines.push(&piece);
            lines.push(b"\n");
            if let Some(item) = lines.next() {
                break item.expect_err("an error");
            }
        };
        assert_eq!(error.kind(), CodecErrorKind::Limit);
    }
}
