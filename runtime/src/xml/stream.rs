//! Lists that arrive in pieces.

use super::document::Prolog;
use super::fields::ReadField;
use super::input::Input;
use super::known::KnownTags;
use super::lenient::{other_items, text_for};
use super::limits::{Dialect, Limits};
use super::reader::{Binding, Reader};
use super::scan::{name_end, skip_space};
use super::splitter::{Splitter, Unit};
use super::tag::ListTag;
use super::trace::Origin;
use crate::codec::words::{EMPTY, END, MORE};
use crate::codec::{Omitted, Position};
use crate::{CodecError, CodecErrorKind};
use std::marker::PhantomData;

/// Decodes a list whose document arrives in pieces, item by item.
///
/// Memory is bounded by the largest item
/// ([`Limits::max_item_bytes`]) and the largest piece.
///
/// ```text
/// while let Some(piece) = body.next().await {
///     decoder.push(&piece?);
///     while let Some(item) = decoder.next() { … item? … }
/// }
/// decoder.finish();
/// while let Some(item) = decoder.next() { … item? … }
/// ```
///
/// It gives what [`decode_list`](super::decode_list) gives, with the same errors,
/// after the items before them; only bytes that are not of the encoding are
/// found in place rather than at the start.
#[derive(Debug)]
pub struct ListDecoder<T> {
    list: &'static ListTag,
    dialect: Dialect,
    limits: Limits,
    input: Input,
    /// The error of bytes that came behind the buffer's text.
    bad: Option<CodecError>,
    /// What is not consumed yet.
    buffer: String,
    splitter: Splitter,
    /// Where reading an element at once was tried last; `usize::MAX`: nowhere.
    tried: usize,
    phase: Phase,
    /// Of the buffer's start.
    position: Position,
    namespaces: Vec<Binding>,
    known: KnownTags,
    root: String,
    /// Items that have come.
    items: usize,
    /// Text has come between the items.
    stray: bool,
    /// The name of the first element that is not an item.
    other: Option<String>,
    failed: bool,
    /// The item that is not as documented.
    failed_item: Option<String>,
    finished: bool,
    /// What was left out of the items, where that may be.
    omitted: Option<Omitted>,
    marker: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Prolog { first: bool, doctype: bool },
    Items,
    Epilog,
}

impl<T: ReadField> ListDecoder<T> {
    /// Creates a decoder. `charset` is the one that the transport names, if any.
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
            input: Input::new(charset),
            bad: None,
            buffer: String::new(),
            splitter: Splitter::new(),
            tried: usize::MAX,
            phase: Phase::Prolog {
                first: true,
                doctype: false,
            },
            position: Position::START,
            namespaces: Vec::new(),
            known: KnownTags::default(),
            root: String::new(),
            items: 0,
            stray: false,
            other: None,
            failed: false,
            failed_item: None,
            finished: false,
            omitted: None,
            marker: PhantomData,
        }
    }

    /// Returns the same decoder, as lenient as [`decode_list_lenient`](super::decode_list_lenient).
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.omitted = Some(Omitted::default());
        self
    }

    /// Returns what was left out since this was asked last.
    pub fn take_omitted(&mut self) -> Omitted {
        let omitted = self.omitted.as_mut();
        omitted.map(std::mem::take).unwrap_or_default()
    }

    /// Returns the text of the item that is not as documented, once.
    pub fn take_failed(&mut self) -> Option<String> {
        self.failed_item.take()
    }

    fn note(&mut self, omitted: Option<Omitted>, from: usize, to: usize) {
        let Some(found) = omitted else { return };
        let located = (found.errors.into_iter()).map(|error| self.locate(error, from, to));
        let located: Vec<_> = located.collect();
        let omitted = self.omitted.get_or_insert_default();
        omitted.more += found.more;
        located.into_iter().for_each(|error| omitted.push(error));
    }

    /// Takes the next piece, of any size.
    pub fn push(&mut self, piece: &[u8]) {
        self.take(piece, false);
    }

    /// Says that no more pieces come. Items, or the error of what is missing,
    /// may still follow from [`next`](Self::next).
    pub fn finish(&mut self) {
        self.take(&[], true);
        self.finished = true;
    }

    /// Returns the next item; `None`: more pieces are needed, or the end.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end")]
    pub fn next(&mut self) -> Option<Result<T, CodecError>> {
        if self.failed {
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

    fn take(&mut self, piece: &[u8], last: bool) {
        if self.failed || self.finished || self.bad.is_some() {
            return;
        }
        self.drop_consumed();
        self.bad = self.input.feed(piece, last, &mut self.buffer).err();
    }

    /// Drops what has been consumed. It is at most once per piece, and what
    /// stays is of the last piece or has never been moved.
    fn drop_consumed(&mut self) {
        let gone = self.splitter.start().min(self.buffer.len());
        if gone > 0 {
            self.position
                .advance(self.buffer.as_bytes().get(..gone).unwrap_or_default());
            self.buffer.drain(..gone);
            self.splitter.shift(gone);
            self.tried = self.tried.checked_sub(gone).unwrap_or(usize::MAX);
        }
    }

    fn path(&self) -> String {
        match self.phase {
            Phase::Items => format!("/{}", self.root),
            Phase::Prolog { .. } | Phase::Epilog => String::new(),
        }
    }

    fn step(&mut self) -> Result<Option<T>, CodecError> {
        loop {
            if self.phase == Phase::Items
                && let Some(item) = self.at_once()?
            {
                return Ok(Some(item));
            }
            let unit = self.splitter.next(self.buffer.as_bytes());
            let (unit, from, to) = match unit {
                Some(found) => found,
                None if self.bad.is_some() => return Err(self.bad_bytes()),
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

    /// Reads elements that are there as a whole, without looking for their ends
    /// first: that is done, once, for one that is not.
    fn at_once(&mut self) -> Result<Option<T>, CodecError> {
        while self.tried != self.splitter.start() {
            let from = self.splitter.start();
            self.tried = from;
            let start = skip_space(self.buffer.as_bytes(), from);
            let Some(text) = self.buffer.get(start..) else {
                return Ok(None);
            };
            if !text.starts_with('<') || name_end(text, 1).is_none() {
                return Ok(None);
            }
            let mut r = Reader::new(text, self.dialect, &self.limits);
            r.namespaces.clone_from(&self.namespaces);
            r.known = std::mem::take(&mut self.known);
            r.depth = 1;
            r.omitted = self.omitted.as_ref().map(|_| Omitted::default());
            let item = r.item(self.list.items, &mut self.other);
            self.known = std::mem::take(&mut r.known);
            let Ok(item) = item else {
                return Ok(None); // whether it is wrong or not all there yet: see below
            };
            let (len, omitted) = (r.pos, r.omitted.take());
            self.note(omitted, start, start + len);
            if len > self.limits.max_item_bytes {
                return Err(self.too_large(start));
            }
            self.splitter.skip_to(start + len);
            self.items += usize::from(item.is_some());
            if item.is_some() {
                return Ok(item);
            }
        }
        Ok(None)
    }

    /// The error of bytes that are not of the encoding, behind all that is.
    fn bad_bytes(&mut self) -> CodecError {
        let (from, to) = (self.splitter.start(), self.buffer.len());
        let error = self
            .bad
            .take()
            .unwrap_or_else(|| CodecError::encoding(0, "UTF-8", None));
        self.locate(error.moved(to - from), from, to)
    }

    /// What is left when no more pieces come.
    fn end(&mut self) -> Result<Option<T>, CodecError> {
        let (from, to) = (self.splitter.start(), self.buffer.len());
        if self.phase == Phase::Epilog && !self.splitter.is_inside() {
            if from < to {
                self.unit(Unit::Text, from, to)?;
            }
            // nothing more to read, now and later
            self.failed = true;
            return Ok(None);
        }
        let text = self.buffer.get(from..).unwrap_or_default();
        if matches!(self.phase, Phase::Prolog { first: true, .. }) && trim_end(text).is_empty() {
            let error = CodecError::expected(CodecErrorKind::Empty, 0, "XML", EMPTY);
            return Err(self.locate(error, from, to));
        }
        // The document is cut off. Reading what is there shows what is missing.
        let in_element = self.splitter.is_inside() && from < to;
        let kind = match (self.phase, in_element) {
            (Phase::Items, true) if self.starts_with(from, "</") => Unit::RootEnd,
            (Phase::Items, true) if self.starts_with(from, "<!") => Unit::Markup,
            (Phase::Items, true) if self.starts_with(from, "<?") => Unit::Markup,
            (Phase::Items, true) if self.starts_with(from, "<") => Unit::Element,
            (Phase::Items, _) => Unit::Text,
            (Phase::Prolog { .. }, _) => Unit::Root,
            (Phase::Epilog, _) => Unit::Markup,
        };
        self.unit(kind, from, to)?;
        let error = match self.phase {
            Phase::Prolog { .. } | Phase::Epilog => truncated(to - from, "XML".to_owned()),
            Phase::Items => truncated(to - from, format!("</{}>", self.root)),
        };
        Err(self.locate(error, from, to))
    }

    fn starts_with(&self, from: usize, start: &str) -> bool {
        self.buffer
            .get(from..)
            .is_some_and(|text| text.starts_with(start))
    }

    fn too_large(&self, from: usize) -> CodecError {
        let expected = format!("items of at most {} bytes", self.limits.max_item_bytes);
        let error = CodecError::expected(CodecErrorKind::Limit, 0, expected, MORE);
        self.locate(error, from, self.buffer.len())
    }

    /// Adds the place to an error whose offset counts from `from`.
    fn locate(&self, error: CodecError, from: usize, to: usize) -> CodecError {
        let mut position = self.position;
        position.advance(self.buffer.as_bytes().get(..from).unwrap_or_default());
        let text = self.buffer.get(from..to).unwrap_or_default();
        let name = name_end(text, 1).and_then(|end| text.get(1..end));
        let local = name.map(|n| n.split_once(':').map_or(n, |(_, local)| local));
        let is_item =
            self.phase == Phase::Items && self.list.items.iter().any(|tag| Some(tag.name) == local);
        let origin = Origin {
            path: self.path(),
            position,
            before: if is_item { self.items } else { 0 },
        };
        error.locate(text, &origin)
    }

    /// Reads one unit.
    fn unit(&mut self, unit: Unit, from: usize, to: usize) -> Result<Option<T>, CodecError> {
        let result = self.read(unit, from, to);
        match result {
            Ok((phase, item)) => {
                self.phase = phase;
                Ok(item)
            }
            Err(error) => {
                if self.phase == Phase::Items && matches!(unit, Unit::Element) {
                    let text = self.buffer.get(from..to).unwrap_or_default();
                    self.failed_item = Some(text.to_owned());
                }
                Err(self.locate(error, from, to))
            }
        }
    }

    fn read(
        &mut self,
        unit: Unit,
        from: usize,
        to: usize,
    ) -> Result<(Phase, Option<T>), CodecError> {
        let text = self.buffer.get(from..to).unwrap_or_default();
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
                    let phase = if el.is_empty() {
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
                        if self.items == 0 && self.stray {
                            return Err(text_for("items", 0, &self.root));
                        }
                        if let (0, Some(other), [tag]) = (self.items, &self.other, self.list.items)
                        {
                            let error = other_items(0, &self.root, tag, other);
                            if self.omitted.is_some() {
                                let mut omitted = Omitted::default();
                                omitted.push(error);
                                self.note(Some(omitted), from, to);
                            }
                        }
                        Ok((Phase::Epilog, None))
                    }
                    Unit::Text => {
                        r.check_text(0, text.len())?;
                        let stray = !trim_end(text).is_empty();
                        self.stray |= stray;
                        Ok((Phase::Items, None))
                    }
                    Unit::Markup => {
                        r.markup()?;
                        Ok((Phase::Items, None))
                    }
                    Unit::Element | Unit::Root => {
                        r.omitted = self.omitted.as_ref().map(|_| Omitted::default());
                        let item = r.item(self.list.items, &mut self.other)?;
                        let omitted = r.omitted.take();
                        self.note(omitted, from, to);
                        self.items += usize::from(item.is_some());
                        Ok((Phase::Items, item))
                    }
                }
            }
        }
    }
}

fn truncated(at: usize, expected: String) -> CodecError {
    CodecError::expected(CodecErrorKind::Truncated, at, expected, END)
}

fn trim_end(name: &str) -> &str {
    name.trim_end_matches([' ', '\n', '\t', '\r'])
}

impl Reader<'_> {
    /// Reads the element at the start of the text: an item, or another one,
    /// which is skipped.
    fn item<T: ReadField>(
        &mut self,
        items: &'static [super::Tag],
        other: &mut Option<String>,
    ) -> Result<Option<T>, CodecError> {
        let mut children = self.children(items);
        // In an array of Rails, an item's name has no meaning.
        children.any_name = self.dialect == Dialect::Rails;
        let found = children.child(self, 0)?;
        let Some(tag) = found.and_then(|index| items.get(index)) else {
            let name = || name_end(self.text, 1).map(|end| self.slice(1, end).to_owned());
            *other = other.take().or_else(name);
            return Ok(None);
        };
        let el = self.el;
        if el.is_nil() {
            let error = self.not_a_value(false).in_item(el.start);
            let Some(omitted) = &mut self.omitted else {
                return Err(error);
            };
            omitted.push(error);
            self.skip()?;
            return Ok(None);
        }
        let mark = self.mark();
        match T::item(self, tag) {
            Ok(item) => Ok(Some(item)),
            Err(error) => self.no_item(mark, error.in_item(el.start)).map(|()| None),
        }
    }
}
