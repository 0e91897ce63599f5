//! Telling the variants of a union apart.

use super::element::Element;
use super::reader::Reader;
use super::scan::skip_space;
use super::tag::{Node, Tags};
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
        let order = self.order(variants);
        let result = self.try_in(&order, children, variants, mark);
        self.omitted = lenient;
        result
    }

    /// The variants in the order in which they are tried: that of the spec, or the one that is most like the element first.
    fn order(&mut self, variants: &[Variant<'_, 'x>]) -> Vec<usize> {
        let has = |content| {
            variants
                .iter()
                .filter(move |other| other.content == content)
        };
        if has(Content::Children).nth(1).is_none() {
            return (0..variants.len()).collect();
        }
        // A value of the tag that none has is left to the variant of any content, where there is one.
        let leaves_tags = has(Content::Either).next().is_some();
        let mut order: Vec<(Distance, usize)> = Vec::with_capacity(variants.len());
        for (index, distance) in self.distances(variants).into_iter().enumerate() {
            if !(leaves_tags && distance.0) {
                let at = order.partition_point(|(other, _)| *other <= distance);
                order.insert(at, (distance, index));
            }
        }
        order.into_iter().map(|(_, index)| index).collect()
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
        let mut names: Vec<&str> = Vec::new();
        for variant in variants {
            for (name, _) in variant.values {
                names.push(name);
            }
        }
        let (children, mut value) = self.look(&names);
        let mut distances = Vec::with_capacity(variants.len());
        // How many attributes each variant has of the element's.
        let mut attributes = Vec::with_capacity(variants.len());
        for variant in variants {
            let (mut missing, mut present) = (0, 0);
            for tag in variant.tags.map_or(&[][..], |known| known.tags) {
                let is_there = match tag.node {
                    Node::Element => children.contains(&tag.name),
                    Node::Attribute => match self.find_attribute(el, tag) {
                        Some((from, to)) => {
                            if value.is_none() && names.contains(&tag.name) {
                                value = Some(self.slice(from, to).to_owned());
                            }
                            present += 1;
                            true
                        }
                        None => false,
                    },
                    Node::Text => true,
                };
                missing += usize::from(tag.required && !is_there);
            }
            let is_unknown = |name: &&&str| variant.tags.is_some_and(|known| !known.contains(name));
            let unknown = children.iter().filter(is_unknown).count();
            attributes.push(present);
            distances.push((false, missing > 0, unknown, missing));
        }
        let most = attributes.iter().copied().max().unwrap_or_default();
        for ((distance, variant), present) in distances.iter_mut().zip(variants).zip(attributes) {
            if variant.tags.is_none() {
                continue;
            }
            let has_value = |value: &String| variant.values.iter().any(|(_, own)| own == value);
            distance.0 = !variant.values.is_empty() && !value.as_ref().is_none_or(has_value);
            distance.2 += most - present;
        }
        distances
    }

    /// The local names of the current element's children, each once. Reads nothing.
    pub(super) fn children_names(&mut self) -> Vec<&'x str> {
        self.look(&[]).0
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
