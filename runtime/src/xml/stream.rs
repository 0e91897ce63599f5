//! Lists that arrive in pieces.

use super::document::Prolog;
use super::encoding::{self, malformed, transcode};
use super::error::{XmlError, XmlErrorKind};
use super::limits::{Dialect, Limits};
use super::reader::{Binding, FromXml, Reader};
use super::splitter::{Splitter, Unit};
use super::tag::ListTag;
use super::trace::{Origin, Position};
use std::marker::PhantomData;

/// Decodes a list whose document arrives in pieces, item by item.
///
/// Memory is bounded by the largest item
/// ([`Limits::max_item_bytes`]) and the largest piece.
///
/// ```text
/// while let Some(piece) = body.next().await {
///     decoder.push(&piece?)?;
///     while let Some(item) = decoder.next() { … item? … }
/// }
/// decoder.finish()?;
/// while let Some(item) = decoder.next() { … item? … }
/// ```
///
/// It gives what [`decode_list`](super::decode_list) gives, with the same errors,
/// after the items before them; only bytes that are not of the encoding are
/// found where they stand rather than at the start.
#[derive(Debug)]
pub struct ListDecoder<T> {
    list: &'static ListTag,
    dialect: Dialect,
    limits: Limits,
    charset: Option<String>,
    input: Input,
    /// What is not consumed yet, in UTF-8.
    buffer: Vec<u8>,
    splitter: Splitter,
    phase: Phase,
    /// Of the buffer's start.
    position: Position,
    namespaces: Vec<Binding>,
    root: String,
    /// Items and other elements that have come, by whether they are items.
    items: usize,
    failed: bool,
    finished: bool,
    marker: PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum Input {
    /// Waiting for enough bytes to know the encoding.
    Unknown,
    Utf8,
    Other(Box<encoding_rs::Decoder>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Prolog { first: bool, doctype: bool },
    Items,
    Epilog,
}

impl<T: FromXml> ListDecoder<T> {
    /// A decoder. `charset` is the one that the transport names, if any.
    #[must_use]
    pub fn new(
        charset: Option<&str>,
        list: &'static ListTag,
        dialect: Dialect,
        limits: Limits,
    ) -> Self {
        Self {
            list,
            dialect,
            limits,
            charset: charset.map(str::to_owned),
            input: Input::Unknown,
            buffer: Vec::new(),
            splitter: Splitter::new(),
            phase: Phase::Prolog {
                first: true,
                doctype: false,
            },
            position: Position::START,
            namespaces: Vec::new(),
            root: String::new(),
            items: 0,
            failed: false,
            finished: false,
            marker: PhantomData,
        }
    }

    /// Takes the next piece, of any size.
    ///
    /// # Errors
    /// Where the bytes are not of their encoding; the decoder is at its end then.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), XmlError> {
        let result = self.take(piece, false);
        self.failed |= result.is_err();
        result
    }

    /// Says that no more pieces come. Items, or the error of what is missing,
    /// may still follow from [`next`](Self::next).
    ///
    /// # Errors
    /// Where the last bytes are not of their encoding.
    pub fn finish(&mut self) -> Result<(), XmlError> {
        let result = self.take(&[], true);
        self.finished = true;
        self.failed |= result.is_err();
        result
    }

    /// The next item; `None`: more pieces are needed, or the end.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end")]
    pub fn next(&mut self) -> Option<Result<T, XmlError>> {
        if self.failed || matches!(self.input, Input::Unknown) {
            return None;
        }
        match self.step() {
            Ok(item) => item.map(Ok),
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }

    fn take(&mut self, piece: &[u8], last: bool) -> Result<(), XmlError> {
        if self.failed || self.finished {
            return Ok(());
        }
        self.drop_consumed();
        if matches!(self.input, Input::Unknown) {
            self.buffer.extend_from_slice(piece);
            if !last && encoding::needs_more(&self.buffer) {
                return Ok(());
            }
            let found = encoding::detect(&self.buffer, self.charset.as_deref())?;
            self.buffer.drain(..found.mark);
            if found.encoding == encoding_rs::UTF_8 {
                self.input = Input::Utf8;
                return Ok(());
            }
            let decoder = found.encoding.new_decoder_without_bom_handling();
            self.input = Input::Other(Box::new(decoder));
            let bytes = std::mem::take(&mut self.buffer);
            return self.transcode(&bytes, last);
        }
        match self.input {
            Input::Other(_) => self.transcode(piece, last),
            Input::Utf8 | Input::Unknown => {
                self.buffer.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    fn transcode(&mut self, bytes: &[u8], last: bool) -> Result<(), XmlError> {
        let Input::Other(decoder) = &mut self.input else {
            return Ok(());
        };
        let mut text = String::new();
        let result = transcode(decoder, bytes, last, &mut text);
        self.buffer.extend_from_slice(text.as_bytes());
        result.map_err(|e| {
            let mut position = self.position;
            position.advance(&String::from_utf8_lossy(&self.buffer));
            e.at(&self.path(), position.line, position.column)
        })
    }

    /// Drops what has been consumed. It is at most once per piece, and what
    /// stays is of the last piece or has never been moved.
    fn drop_consumed(&mut self) {
        let gone = self.splitter.start().min(self.buffer.len());
        if gone > 0 {
            if let Some(text) = self.buffer.get(..gone).and_then(|b| str::from_utf8(b).ok()) {
                self.position.advance(text);
            }
            self.buffer.drain(..gone);
            self.splitter.shift(gone);
        }
    }

    fn path(&self) -> String {
        match self.phase {
            Phase::Items => format!("/{}", self.root),
            Phase::Prolog { .. } | Phase::Epilog => String::new(),
        }
    }

    fn step(&mut self) -> Result<Option<T>, XmlError> {
        loop {
            let unit = self.splitter.next(&self.buffer);
            let (unit, from, to) = match unit {
                Some(found) => found,
                None if self.finished => return self.end(),
                None => {
                    let from = self.splitter.start();
                    if self.buffer.len() - from > self.limits.max_item_bytes {
                        return Err(self.too_large(from));
                    }
                    return Ok(None);
                }
            };
            if to - from > self.limits.max_item_bytes {
                return Err(self.too_large(from));
            }
            if let Some(item) = self.unit(unit, from, to)? {
                return Ok(Some(item));
            }
        }
    }

    /// What is left when no more pieces come.
    fn end(&mut self) -> Result<Option<T>, XmlError> {
        let (from, to) = (self.splitter.start(), self.buffer.len());
        if self.phase == Phase::Epilog && !self.splitter.is_inside() {
            if from < to {
                self.unit(Unit::Text, from, to)?;
            }
            // nothing more to read, now and later
            self.failed = true;
            return Ok(None);
        }
        // The document is cut off. Reading what is there tells what is missing.
        let in_element = self.splitter.is_inside() && from < to;
        let kind = match (self.phase, in_element) {
            (Phase::Items, true) if self.starts_with(from, b"</") => Unit::RootEnd,
            (Phase::Items, true) if self.starts_with(from, b"<!") => Unit::Markup,
            (Phase::Items, true) if self.starts_with(from, b"<?") => Unit::Markup,
            (Phase::Items, true) if self.starts_with(from, b"<") => Unit::Element,
            (Phase::Items, _) => Unit::Text,
            (Phase::Prolog { .. }, _) => Unit::Root,
            (Phase::Epilog, _) => Unit::Markup,
        };
        self.unit(kind, from, to)?;
        let expected = match self.phase {
            Phase::Items => format!("</{}>", self.root),
            Phase::Prolog { .. } | Phase::Epilog => "an XML document".to_owned(),
        };
        let error = XmlError::new(
            XmlErrorKind::Truncated,
            to - from,
            expected,
            "the end of the input",
        );
        Err(self.locate(error, from, to))
    }

    fn starts_with(&self, from: usize, start: &[u8]) -> bool {
        self.buffer
            .get(from..)
            .is_some_and(|b| b.starts_with(start))
    }

    fn too_large(&self, from: usize) -> XmlError {
        let error = XmlError::new(
            XmlErrorKind::Limit,
            0,
            format!("items of at most {} bytes", self.limits.max_item_bytes),
            "more",
        );
        self.locate(error, from, self.buffer.len())
    }

    /// Adds the place to an error whose offset counts from `from`.
    fn locate(&self, error: XmlError, from: usize, to: usize) -> XmlError {
        let mut position = self.position;
        position.advance(&String::from_utf8_lossy(
            self.buffer.get(..from).unwrap_or_default(),
        ));
        let origin = Origin {
            path: self.path(),
            position,
            before: self.items,
        };
        let text = String::from_utf8_lossy(self.buffer.get(from..to).unwrap_or_default());
        error.locate(&text, &origin)
    }

    /// Reads one unit.
    fn unit(&mut self, unit: Unit, from: usize, to: usize) -> Result<Option<T>, XmlError> {
        let result = self.read(unit, from, to);
        match result {
            Ok((phase, item)) => {
                self.phase = phase;
                Ok(item)
            }
            Err(error) => Err(self.locate(error, from, to)),
        }
    }

    fn read(&mut self, unit: Unit, from: usize, to: usize) -> Result<(Phase, Option<T>), XmlError> {
        let bytes = self.buffer.get(from..to).unwrap_or_default();
        let text = str::from_utf8(bytes).map_err(|e| {
            let at = e.valid_up_to();
            malformed(encoding_rs::UTF_8, at, bytes.get(at).copied())
        })?;
        let mut r = Reader::new(text, self.dialect, &self.limits);
        match self.phase {
            Phase::Prolog { first, mut doctype } => match r.prolog(first, &mut doctype)? {
                Prolog::Misc | Prolog::End => {
                    let first = false;
                    Ok((Phase::Prolog { first, doctype }, None))
                }
                Prolog::Root(at) => {
                    let el = r.root(at, self.list.roots)?;
                    r.name(el).clone_into(&mut self.root);
                    let phase = if el.empty {
                        Phase::Epilog
                    } else {
                        Phase::Items
                    };
                    self.namespaces = r.namespaces;
                    Ok((phase, None))
                }
            },
            Phase::Epilog => {
                r.epilog()?;
                Ok((Phase::Epilog, None))
            }
            Phase::Items => {
                r.namespaces.clone_from(&self.namespaces);
                r.depth = 1;
                match unit {
                    Unit::RootEnd => {
                        let name = text.strip_prefix("</").and_then(|t| t.strip_suffix('>'));
                        if name.map(trim_end) != Some(self.root.as_str()) {
                            let expected = format!("</{}>", self.root);
                            return Err(if text.ends_with('>') {
                                r.unexpected(0, expected)
                            } else {
                                r.truncated(expected)
                            });
                        }
                        Ok((Phase::Epilog, None))
                    }
                    Unit::Text => {
                        r.check_text(0, text.len())?;
                        Ok((Phase::Items, None))
                    }
                    Unit::Markup => {
                        r.markup()?;
                        Ok((Phase::Items, None))
                    }
                    Unit::Element | Unit::Root => {
                        let item = r.item(self.list.items)?;
                        self.items += usize::from(item.is_some());
                        Ok((Phase::Items, item))
                    }
                }
            }
        }
    }
}

fn trim_end(name: &str) -> &str {
    name.trim_end_matches([' ', '\n', '\t', '\r'])
}

impl Reader<'_> {
    /// Reads the element at the start of the text: an item, or another one,
    /// which is skipped.
    fn item<T: FromXml>(&mut self, items: &'static [super::Tag]) -> Result<Option<T>, XmlError> {
        let mut children = self.children(items);
        if children.child(self, 0)?.is_none() {
            return Ok(None);
        }
        let mut item = Vec::new();
        self.repeated(&mut item)?;
        Ok(item.pop())
    }
}
