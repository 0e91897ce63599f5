//! Telling the variants of a union apart.

use super::element::Element;
use super::reader::Reader;
use super::scan::skip_space;
use super::tag::{Node, Tag, Tags};
use crate::codec::words::excerpt;
use crate::{CodecError, CodecErrorKind};

/// A variant of a union.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "it has a closure")]
pub struct Variant<'f, 'x> {
    /// What its content is.
    pub content: Content,
    /// What a struct has.
    pub tags: Option<&'static Tags>,
    /// The property that distinguishes it, with a value that it has.
    pub values: &'static [(&'static str, &'static str)],
    /// Reads it.
    pub read: &'f mut dyn FnMut(&mut Reader<'x>) -> Result<(), CodecError>,
}

/// What the element of a variant contains.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text of some form: a number.
    Text,
    /// Any text.
    AnyText,
    /// Elements.
    Children,
    /// Text or elements.
    Either,
}

/// How many names of children are looked at.
const MOST_NAMES: usize = 256;

/// How little an element is like a variant: another value of the tag, a required part that is not there, parts that it does not have.
type Distance = (bool, bool, usize, usize);

impl<'x> Reader<'x> {
    /// Returns whether the current element contains elements rather than text, to tell the variants of a union apart. Reads
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

    /// Reads the current element as the first of several variants that can be read. Of those that are structs, the one is tried
    /// first that has what the element has.
    ///
    /// # Errors
    /// Where none can be read: the last error.
    #[inline(never)]
    pub fn first_fit(&mut self, variants: &mut [Variant<'_, 'x>]) -> Result<(), CodecError> {
        let mark = self.mark();
        let children = self.has_children();
        // Every value must fit.
        let lenient = self.omitted.take();
        let mut order: Vec<usize> = (0..variants.len()).collect();
        if variants
            .iter()
            .filter(|variant| variant.content == Content::Children)
            .count()
            > 1
        {
            let distances = self.distances(variants);
            order.sort_by_key(|index| distances.get(*index));
            // A value of the tag that none has is left to the variant of any content, where there is one.
            if variants
                .iter()
                .any(|variant| variant.content == Content::Either)
            {
                order.retain(|index| !distances.get(*index).is_some_and(|far| far.0));
            }
        }
        let result = self.try_in(&order, children, variants, mark);
        self.omitted = lenient;
        result
    }

    fn try_in(
        &mut self,
        order: &[usize],
        children: bool,
        variants: &mut [Variant<'_, 'x>],
        mark: (Element, usize),
    ) -> Result<(), CodecError> {
        let mut result = Err(self.refuse());
        // An element without children may be a struct of attributes.
        use Content::{AnyText, Children, Either, Text};
        let contents: &[Content] = match children {
            true => &[Children, Either],
            false => &[Text, Either, AnyText, Children],
        };
        for wanted in contents {
            for index in order {
                let Some(variant) = variants.get_mut(*index) else {
                    continue;
                };
                if variant.content != *wanted || result.is_ok() {
                    continue;
                }
                result = (variant.read)(self);
                if result.is_err() {
                    self.back(mark);
                }
            }
        }
        result
    }

    /// How little the current element is like each variant. Reads nothing.
    fn distances(&mut self, variants: &[Variant<'_, 'x>]) -> Vec<Distance> {
        let el = self.el;
        let names: Vec<&str> = variants
            .iter()
            .flat_map(|variant| variant.values.iter().map(|(name, _)| *name))
            .collect();
        let (children, mut tag) = self.look(&names);
        for known in variants.iter().filter_map(|variant| variant.tags) {
            let attribute = |tag: &&Tag| tag.node == Node::Attribute && names.contains(&tag.name);
            if let Some((from, to)) = known
                .tags
                .iter()
                .find(attribute)
                .and_then(|tag| self.find_attribute(el, tag))
            {
                tag.get_or_insert(self.slice(from, to).to_owned());
            }
        }
        let attributes = |known: &Tags| {
            let found = known.tags.iter();
            found
                .filter(|tag| tag.node == Node::Attribute)
                .filter(|tag| self.find_attribute(el, tag).is_some())
                .count()
        };
        let known = variants.iter().filter_map(|variant| variant.tags);
        let most = known.map(attributes).max().unwrap_or_default();
        variants
            .iter()
            .map(|variant| {
                let Some(known) = variant.tags else {
                    return Distance::default();
                };
                let missing = known.tags.iter().filter(|tag| match tag.node {
                    Node::Element => tag.required && !children.contains(&tag.name),
                    Node::Attribute => tag.required && self.find_attribute(el, tag).is_none(),
                    Node::Text => false,
                });
                let unknown = children.iter().filter(|name| !known.contains(name)).count();
                let others = |tag: &String| !variant.values.iter().any(|(_, value)| value == tag);
                let missing = missing.count();
                let tagged = !variant.values.is_empty() && tag.as_ref().is_some_and(others);
                let unknown = unknown + most - attributes(known);
                (tagged, missing > 0, unknown, missing)
            })
            .collect()
    }

    /// The local names of the current element's children, each once, and the text of the first that has one of these names.
    fn look(&mut self, tags: &[&str]) -> (Vec<&'x str>, Option<String>) {
        let mark = self.mark();
        let mut children = self.children(&[]);
        let (mut names, mut found) = (Vec::new(), None);
        while let Ok(true) = children.next_of_any_name(self) {
            let name = self.name(self.el);
            let local = name.split_once(':').map_or(name, |(_, local)| local);
            if names.len() < MOST_NAMES && !names.contains(&local) {
                names.push(local);
            }
            let read = match found.is_none() && tags.contains(&local) {
                true => self.string().map(|text| found = Some(text)),
                false => self.skip(),
            };
            if read.is_err() {
                break;
            }
        }
        self.back(mark);
        (names, found)
    }

    /// Returns an error about the current element.
    #[cold]
    #[must_use]
    pub fn refuse(&self) -> CodecError {
        let name = excerpt(self.name(self.el));
        let expected = format!("<{name}> of one of its documented types");
        CodecError::expected(CodecErrorKind::Value, self.el.start, expected, "another")
    }
}
