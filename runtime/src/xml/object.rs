//! The codec of a struct.

use std::collections::BTreeMap;

use super::reader::{Element, FromXml, Reader};
use super::scan::skip_space;
use super::tag::{Node, Tag};
use super::writer::{ToXml, Writer};
use crate::Maybe;
use crate::codec::words::{MORE, excerpt};
use crate::slot::{Nullable, Optional, Required, ThreeState};
use crate::{CodecError, CodecErrorKind};

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_object {
    (read $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [] [#[inline]] $name $fields);
    };
    (written $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [#[inline]] [] $name $fields);
    };
    (unused $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [#[inline]] [#[inline]] $name $fields);
    };
    (both $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [] [] $name $fields);
    };
    (@ [$($read:tt)*] [$($write:tt)*] $name:ident {
        $($(#[$($meta:tt)*])* $field:ident = $wire:literal: $presence:ident $(as $($form:ident)|+)?
            $(in new($($argument:tt)*))? $(is ($($constant:tt)*))? $(by $set:ident($($given:tt)*))?
            => $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))?),* $(,)?
        $(..$rest:ident)?
    }) => {
        #[allow(deprecated)]
        const _: () = {
            static TAGS: $crate::xml::Tags = $crate::xml::Tags::new(&[$(
                $crate::__xml_tag!($wire $(($($tag)*))?).$node().$presence() $($(.$form())+)?
                    .items($crate::__xml_items!($($($item)*)?))
            ),*]);
            impl $crate::xml::FromXml for $name {
                $($read)*
                fn from_xml(r: &mut $crate::xml::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                    $(let mut $field = $crate::slot::$presence();)*
                    let element = r.fields(&TAGS, &mut [$(&mut $field),*])?;
                    let index = 0;
                    $(
                        let $field = match $crate::xml::Slot::take($field, &TAGS, index) {
                            ::core::option::Option::Some(value) => value,
                            ::core::option::Option::None => {
                                return ::core::result::Result::Err(r.missing(element, &TAGS, index));
                            }
                        };
                        let index = index + 1;
                    )*
                    let _ = index;
                    ::core::result::Result::Ok(Self {
                        $($field,)*
                        $($rest: ::core::default::Default::default(),)?
                    })
                }
            }
            impl $crate::xml::ToXml for $name {
                $($write)*
                fn to_xml(&self, w: &mut $crate::xml::Writer) -> ::core::result::Result<(), $crate::CodecError> {
                    w.fields(&TAGS, &[$(&self.$field),*])
                }
                #[inline]
                fn tags(&self) -> ::core::option::Option<&'static $crate::xml::Tags> {
                    ::core::option::Option::Some(&TAGS)
                }
            }
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_tag {
    ($wire:literal) => {
        $crate::tag!($wire)
    };
    ($wire:literal ($($tag:tt)*)) => {
        $crate::tag!($($tag)*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_items {
    () => {
        &[]
    };
    ($($item:tt)+) => {
        &[$crate::tag!($($item)+)]
    };
}

/// The elements, attributes and text of a struct.
#[derive(Debug)]
pub struct Tags {
    pub(super) tags: &'static [Tag],
    attributes: bool,
    elements: bool,
    text: Option<usize>,
}

impl Tags {
    /// These, in the order in which they are written.
    #[must_use]
    pub const fn new(tags: &'static [Tag]) -> Self {
        let (mut attributes, mut elements, mut text) = (false, false, None);
        let mut index = 0;
        while index < tags.len() {
            match tags[index].node {
                Node::Attribute => attributes = true,
                Node::Element => elements = true,
                Node::Text => text = Some(index),
            }
            index += 1;
        }
        Self {
            tags,
            attributes,
            elements,
            text,
        }
    }

    /// Whether an element has this name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        let elements = self.tags.iter().filter(|tag| tag.node == Node::Element);
        elements.into_iter().any(|tag| tag.name == name)
    }

    fn get(&self, index: usize) -> Option<&'static Tag> {
        self.tags.get(index)
    }
}

/// A type that a field can have.
pub trait ReadField: Sized {
    /// As [`FromXml::NULL_IF_EMPTY`].
    const NULL_IF_EMPTY: bool = false;

    /// Reads the current element; for a list, the next of its elements or the wrapper.
    ///
    /// # Errors
    /// Where it is null, came before, or is not of the type.
    fn read(
        slot: &mut Option<Self>,
        r: &mut Reader<'_>,
        tag: &'static Tag,
    ) -> Result<(), CodecError>;

    /// Reads the value of the current attribute.
    ///
    /// # Errors
    /// Where it is not of the type.
    fn from_attribute(r: &mut Reader<'_>) -> Result<Self, CodecError>;

    /// What an element that does not come stands for.
    #[must_use]
    fn absent(_tag: &Tag) -> Option<Self> {
        None
    }
}

impl<T: FromXml> ReadField for T {
    const NULL_IF_EMPTY: bool = T::NULL_IF_EMPTY;

    fn read(
        slot: &mut Option<Self>,
        r: &mut Reader<'_>,
        _: &'static Tag,
    ) -> Result<(), CodecError> {
        if slot.is_some() || r.el.is_nil() {
            return Err(r.not_a_value(slot.is_some()));
        }
        *slot = Some(T::from_xml(r)?);
        Ok(())
    }

    fn from_attribute(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::from_xml(r)
    }
}

impl<T: FromXml> ReadField for Vec<T> {
    fn read(
        slot: &mut Option<Self>,
        r: &mut Reader<'_>,
        tag: &'static Tag,
    ) -> Result<(), CodecError> {
        if tag.items.is_empty() {
            return r.repeated(slot.get_or_insert_default());
        }
        if slot.is_some() || r.el.is_nil() {
            return Err(r.not_a_value(slot.is_some()));
        }
        *slot = Some(r.list(tag.items)?);
        Ok(())
    }

    fn from_attribute(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.attribute_list()
    }

    fn absent(tag: &Tag) -> Option<Self> {
        tag.items.is_empty().then(Vec::new)
    }
}

impl<T: FromXml> FromXml for BTreeMap<String, T> {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let mut map = Self::new();
        r.each_child(&mut |r, name| {
            map.insert(name, T::from_xml(r)?);
            Ok(())
        })?;
        Ok(map)
    }
}

/// Where a struct's field is kept while its element is read.
pub trait Slot {
    /// Reads the current element, or the text of the struct's own.
    ///
    /// # Errors
    /// Where it is not of the field's type.
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError>;

    /// Reads the current attribute.
    ///
    /// # Errors
    /// Where it is not of the field's type.
    fn attribute(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError>;

    /// The type of the field.
    type Field
    where
        Self: Sized;

    /// The field; `None` where it has not come and must.
    fn take(self, tags: &Tags, index: usize) -> Option<Self::Field>
    where
        Self: Sized;
}

impl<T: ReadField> Slot for Required<T> {
    type Field = T;

    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        T::read(&mut self.0, r, tag)
    }

    fn attribute(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0 = Some(T::from_attribute(r)?);
        Ok(())
    }

    #[inline]
    fn take(self, tags: &Tags, index: usize) -> Option<T> {
        self.0.or_else(|| T::absent(tags.get(index)?))
    }
}

impl<T: ReadField> Slot for Optional<T> {
    type Field = Option<T>;

    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        let mark = r.mark();
        let result = match r.null(T::NULL_IF_EMPTY) {
            // A list whose items repeat their element may have had some.
            Ok(true) => Ok(()),
            Ok(false) => T::read(&mut self.0, r, tag),
            Err(error) => Err(error),
        };
        result.or_else(|error| r.leave_out(mark, tag, error))
    }

    fn attribute(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0 = Some(T::from_attribute(r)?);
        Ok(())
    }

    #[inline]
    fn take(self, _: &Tags, _: usize) -> Option<Option<T>> {
        Some(self.0)
    }
}

impl<T: ReadField> Slot for Nullable<T> {
    type Field = Option<T>;

    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        match &mut self.0 {
            None if r.null(T::NULL_IF_EMPTY)? => self.0 = Some(None),
            Some(None) => return Err(r.not_a_value(true)),
            slot => T::read(slot.get_or_insert_default(), r, tag)?,
        }
        Ok(())
    }

    fn attribute(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0 = Some(Some(T::from_attribute(r)?));
        Ok(())
    }

    /// What is absent is null: attributes and lists without a wrapper have no other form of it, and servers leave null
    /// elements out.
    #[inline]
    fn take(self, _: &Tags, _: usize) -> Option<Option<T>> {
        Some(self.0.flatten())
    }
}

impl<T: ReadField> Slot for ThreeState<T> {
    type Field = Maybe<T>;

    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        let mark = r.mark();
        let mut slot = match std::mem::take(&mut self.0) {
            Maybe::Null => {
                let error = r.not_a_value(true);
                self.0 = Maybe::Null;
                return r.leave_out(mark, tag, error);
            }
            other => other.into_option(),
        };
        let result = match &slot {
            None => r.null(T::NULL_IF_EMPTY),
            Some(_) => Ok(false),
        };
        let result = match result {
            Ok(true) => {
                self.0 = Maybe::Null;
                return Ok(());
            }
            Ok(false) => T::read(&mut slot, r, tag),
            Err(error) => Err(error),
        };
        self.0 = Maybe::or_absent(slot);
        result.or_else(|error| r.leave_out(mark, tag, error))
    }

    fn attribute(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0 = Maybe::Value(T::from_attribute(r)?);
        Ok(())
    }

    #[inline]
    fn take(self, _: &Tags, _: usize) -> Option<Maybe<T>> {
        Some(self.0)
    }
}

/// Reads a variant of a union.
type ReadVariant<'f, 'x> = &'f mut dyn FnMut(&mut Reader<'x>) -> Result<(), CodecError>;

impl<'x> Reader<'x> {
    /// Reads the current element into slots, one for each of the tags. Gives the element.
    ///
    /// # Errors
    /// Where the document is not well-formed, and those of the slots.
    #[inline(never)]
    pub fn fields(
        &mut self,
        tags: &'static Tags,
        slots: &mut [&mut dyn Slot],
    ) -> Result<Element, CodecError> {
        let el = self.el;
        if tags.attributes {
            for (tag, slot) in tags.tags.iter().zip(slots.iter_mut()) {
                if tag.node == Node::Attribute {
                    self.attribute(el, tag, *slot)?;
                }
            }
        }
        if let Some(index) = tags.text {
            match (tags.get(index), slots.get_mut(index)) {
                (Some(tag), Some(slot)) => slot.read(self, tag)?,
                _ => self.skip()?,
            }
        } else if tags.elements {
            let mut children = self.children(tags.tags);
            while let Some(index) = children.next(self)? {
                match (tags.get(index), slots.get_mut(index)) {
                    (Some(tag), Some(slot)) => slot.read(self, tag)?,
                    _ => self.skip()?,
                }
            }
        } else {
            self.skip()?;
        }
        Ok(el)
    }

    fn attribute(&mut self, el: Element, tag: &Tag, slot: &mut dyn Slot) -> Result<(), CodecError> {
        if let Some((from, to)) = self.find_attribute(el, tag) {
            let before = (self.pos, self.el);
            self.pos = from;
            self.attribute = Some((from, to));
            let result = slot.attribute(self);
            self.attribute = None;
            (self.pos, self.el) = before;
            result?;
        }
        Ok(())
    }

    /// Reads the current attribute as a list with white space between its items.
    fn attribute_list<T: FromXml>(&mut self) -> Result<Vec<T>, CodecError> {
        let Some((from, to)) = self.attribute else {
            return Err(self.not_a_value(false));
        };
        let mut items = Vec::new();
        let mut at = from;
        while at < to {
            let rest = self.slice(at, to);
            let word = rest.len() - rest.trim_start().len();
            let end = rest
                .get(word..)
                .and_then(|text| text.find(char::is_whitespace))
                .map_or(rest.len(), |end| word + end);
            if end > word {
                self.pos = at + word;
                self.attribute = Some((at + word, at + end));
                items.push(T::from_xml(self)?);
            }
            at += end.max(1);
        }
        self.attribute = Some((from, to));
        Ok(items)
    }

    /// Calls `read` at each child element of the current one, whatever its name.
    pub(super) fn each_child(
        &mut self,
        read: &mut dyn FnMut(&mut Self, String) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        let mut children = self.children(&[]);
        while children.next_of_any_name(self)? {
            let name = self.name(self.el);
            let name = name.split_once(':').map_or(name, |(_, local)| local);
            read(self, name.to_owned())?;
        }
        Ok(())
    }

    /// Reads the current element as one more item of a list.
    ///
    /// # Errors
    /// Where it is null or not of the type, or the list is too long.
    #[inline(never)]
    pub(super) fn repeated<T: FromXml>(&mut self, items: &mut Vec<T>) -> Result<(), CodecError> {
        let at = self.el.start;
        if items.len() >= self.limits.max_list_items || self.el.is_nil() {
            let (mark, error) = (self.mark(), self.not_an_item(items.len()).in_item(at));
            // A null item is passed over by a lenient reader.
            return self.leave_out_value(mark, error);
        }
        match T::from_xml(self) {
            Ok(item) => {
                if items.capacity() == 0 {
                    items.reserve_exact(1); // most lists are this short
                }
                items.push(item);
                Ok(())
            }
            Err(e) => Err(e.in_item(at)),
        }
    }

    /// Reads the current element as a list of `item` elements.
    ///
    /// # Errors
    /// Where an item is null or not of the type, or the list is too long.
    #[inline(never)]
    pub fn list<T: FromXml>(&mut self, item: &'static [Tag]) -> Result<Vec<T>, CodecError> {
        let mut items = Vec::new();
        let mut children = self.children(item);
        let el = self.el;
        while children.next_item(self)? {
            self.repeated(&mut items)?;
        }
        if items.is_empty() && children.stray {
            let before = self.bytes.get(..self.pos).unwrap_or_default();
            let end = memchr::memrchr(b'<', before).unwrap_or_default();
            return Err(text_for_items(end, self.name(el)));
        }
        Ok(items)
    }

    /// Whether the current element contains elements rather than text, to tell the variants of a union apart. Reads
    /// nothing.
    #[must_use]
    pub fn has_children(&self) -> bool {
        if self.el.is_empty() {
            return false;
        }
        let mut ahead = Reader::new(self.text, self.dialect, self.limits);
        ahead.pos = self.pos;
        loop {
            let at = skip_space(ahead.bytes, ahead.pos);
            ahead.pos = at;
            match (ahead.byte(at), ahead.byte(at + 1)) {
                (Some(b'<'), Some(b'/')) => return false,
                (Some(b'<'), Some(b'!')) if ahead.byte(at + 2) == Some(b'[') => return false,
                (Some(b'<'), Some(b'!' | b'?')) => {
                    if ahead.markup().is_err() {
                        return false;
                    }
                }
                (Some(b'<'), Some(_)) => return true,
                _ => return false,
            }
        }
    }

    /// Reads the current element as the first of several variants that can be read. Each is given with what its content
    /// is: text (0), children (1), either (2), any text (3), which is tried last.
    ///
    /// # Errors
    /// Where none can be read: the last error.
    #[inline(never)]
    pub fn first_fit(
        &mut self,
        variants: &mut [(u8, ReadVariant<'_, 'x>)],
    ) -> Result<(), CodecError> {
        let mark = self.mark();
        let children = self.has_children();
        // Every value must fit.
        let lenient = self.omitted.take();
        let mut result = Err(self.refuse());
        let order = if children { [1, 2] } else { [0, 2] };
        for wanted in order.into_iter().chain((!children).then_some(3)) {
            for (content, read) in variants.iter_mut() {
                if *content != wanted || result.is_ok() {
                    continue;
                }
                result = read(self);
                if result.is_err() {
                    self.back(mark);
                }
            }
        }
        self.omitted = lenient;
        result
    }

    /// An error about the current element.
    #[cold]
    #[must_use]
    pub fn refuse(&self) -> CodecError {
        let name = excerpt(self.name(self.el));
        let expected = format!("<{name}> of one of its documented types");
        CodecError::expected(CodecErrorKind::Value, self.el.start, expected, "another")
    }

    fn back(&mut self, mark: (Element, usize)) {
        (self.el, self.depth) = mark;
        self.pos = self.el.end;
        self.attribute = None;
        let depth = self.depth;
        self.namespaces.retain(|binding| binding.depth <= depth);
    }

    /// The current element, to come back to it.
    #[inline]
    pub(super) fn mark(&self) -> (Element, usize) {
        (self.el, self.depth)
    }

    /// Leaves out the element of this mark, which could not be read, if this reader and the field may.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_out(
        &mut self,
        mark: (Element, usize),
        tag: &Tag,
        error: CodecError,
    ) -> Result<(), CodecError> {
        match tag.strict {
            true => Err(error),
            false => self.leave_out_value(mark, error),
        }
    }

    #[cold]
    fn leave_out_value(
        &mut self,
        mark: (Element, usize),
        error: CodecError,
    ) -> Result<(), CodecError> {
        use CodecErrorKind::{Duplicate, Missing, Value};
        if self.omitted.is_none() || !matches!(error.kind(), Duplicate | Missing | Value) {
            return Err(error);
        }
        self.back(mark);
        let start = self.el.start;
        if self.skip().is_err() {
            return Err(error);
        }
        if let Some(omitted) = &mut self.omitted {
            omitted.add(start, error);
        }
        Ok(())
    }

    /// Where the current element is null, reads to its end.
    #[inline(never)]
    pub(super) fn null(&mut self, if_empty: bool) -> Result<bool, CodecError> {
        let el = self.el;
        if el.is_nil() {
            // Rails writes the fields of an object that is null all the same.
            self.skip()?;
            return Ok(true);
        }
        if if_empty {
            if el.is_empty() {
                self.leave();
                return Ok(true);
            }
            let at = skip_space(self.bytes, self.pos);
            return Ok(self.try_close(el, at));
        }
        Ok(false)
    }

    #[cold]
    pub(super) fn not_a_value(&self, duplicate: bool) -> CodecError {
        let name = excerpt(self.name(self.el));
        let at = self.el.start;
        match duplicate {
            true => CodecError::duplicate(at, format!("element <{name}>")),
            false => {
                let expected = format!("a value of <{name}>");
                CodecError::expected(CodecErrorKind::Value, at, expected, "nil")
            }
        }
    }

    #[cold]
    fn not_an_item(&self, len: usize) -> CodecError {
        if len < self.limits.max_list_items {
            return self.not_a_value(false);
        }
        let expected = format!("at most {} items in a list", self.limits.max_list_items);
        CodecError::expected(CodecErrorKind::Limit, self.el.start, expected, MORE)
    }

    /// The error of a field of this element that has not come.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn missing(&self, el: Element, tags: &Tags, index: usize) -> CodecError {
        let Some(tag) = tags.get(index) else {
            return self.not_a_value(false);
        };
        let name = excerpt(self.name(el));
        let what = match tag.node {
            Node::Element => format!("<{}>", tag.name),
            Node::Attribute => format!("the attribute `{}`", tag.name),
            Node::Text => format!("the text of <{name}>"),
        };
        let at = match tag.node {
            // The last tag of the element ends right before the current position.
            Node::Element => {
                let before = self.bytes.get(..self.pos).unwrap_or_default();
                memchr::memrchr(b'<', before).unwrap_or_default()
            }
            Node::Attribute | Node::Text => el.start,
        };
        CodecError::missing(at, what)
    }
}

/// A list that holds text and no item: it says something else than that there are none.
#[cold]
pub(super) fn text_for_items(end: usize, name: &str) -> CodecError {
    let expected = format!("items in <{}>", excerpt(name));
    CodecError::expected(CodecErrorKind::Value, end, expected, "text")
}

// ---- writing ----

/// A type that a field can have.
pub trait WriteField {
    /// Writes the element, attribute or text.
    ///
    /// # Errors
    /// Where XML cannot carry the value.
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError>;

    /// Writes null.
    fn write_null(w: &mut Writer, tag: &Tag)
    where
        Self: Sized,
    {
        w.nil(tag);
    }
}

impl<T: ToXml> WriteField for T {
    #[inline(never)]
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match tag.node {
            Node::Element => w.field(tag, self),
            Node::Attribute => w.attribute(tag, self),
            Node::Text => self.to_xml(w),
        }
    }

    fn write_null(w: &mut Writer, tag: &Tag) {
        w.null(tag, T::NULL_IF_EMPTY);
    }
}

impl<T: ToXml> WriteField for Vec<T> {
    #[inline(never)]
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match tag.node {
            Node::Attribute => w.attribute_list(tag, self),
            _ if tag.items.is_empty() => w.repeated(tag, self),
            _ => w.wrapped(tag, tag.items, self),
        }
    }
}

impl<T: WriteField> WriteField for Option<T> {
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match self {
            Some(value) => value.write(w, tag),
            None => {
                if tag.nullable && tag.node == Node::Element {
                    T::write_null(w, tag);
                }
                Ok(())
            }
        }
    }
}

impl<T: WriteField> WriteField for Maybe<T> {
    fn write(&self, w: &mut Writer, tag: &Tag) -> Result<(), CodecError> {
        match self {
            Self::Value(value) => value.write(w, tag),
            Self::Null => {
                if tag.node == Node::Element {
                    T::write_null(w, tag);
                }
                Ok(())
            }
            Self::Absent => Ok(()),
        }
    }
}

impl Writer {
    /// Writes the attributes and the content of a struct's element.
    ///
    /// # Errors
    /// Where XML cannot carry a value.
    #[inline(never)]
    pub fn fields(&mut self, tags: &Tags, values: &[&dyn WriteField]) -> Result<(), CodecError> {
        if tags.attributes {
            for (tag, value) in tags.tags.iter().zip(values) {
                if tag.node == Node::Attribute {
                    value.write(self, tag)?;
                }
            }
        }
        for (tag, value) in tags.tags.iter().zip(values) {
            if tag.node != Node::Attribute {
                value.write(self, tag)?;
            }
        }
        Ok(())
    }
}
