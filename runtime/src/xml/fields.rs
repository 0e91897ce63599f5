//! What a field holds: one value, the items of a list, the children of a map.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::children::Children;
use super::element::Element;
use super::reader::{FromXml, Reader};
use super::tag::Tag;
use crate::CodecError;

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

    /// Reads the current element as an item of a list.
    ///
    /// # Errors
    /// Where it is not of the type.
    fn item(r: &mut Reader<'_>, tag: &'static Tag) -> Result<Self, CodecError> {
        let mut slot = None;
        Self::read(&mut slot, r, tag)?;
        slot.ok_or_else(|| r.refuse())
    }

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

    #[inline]
    fn item(r: &mut Reader<'_>, _: &'static Tag) -> Result<Self, CodecError> {
        T::from_xml(r)
    }

    fn from_attribute(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::from_xml(r)
    }
}

impl<T: ReadField> ReadField for Vec<T> {
    fn read(
        slot: &mut Option<Self>,
        r: &mut Reader<'_>,
        tag: &'static Tag,
    ) -> Result<(), CodecError> {
        if !tag.wrapped {
            return r.repeated(slot.get_or_insert_default(), tag);
        }
        if slot.is_some() || r.el.is_nil() {
            return Err(r.not_a_value(slot.is_some()));
        }
        *slot = Some(r.list(tag.items)?);
        Ok(())
    }

    fn item(r: &mut Reader<'_>, tag: &'static Tag) -> Result<Self, CodecError> {
        r.list(tag.items)
    }

    fn from_attribute(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        r.attribute_list()
    }

    fn absent(tag: &Tag) -> Option<Self> {
        (!tag.wrapped).then(Vec::new)
    }
}

impl<T: FromXml> FromXml for BTreeMap<String, T> {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let mut map = Self::new();
        let el = r.el;
        let children = r.each_child(&mut |r, name| {
            let element = r.el;
            let value = T::from_xml(r)?;
            match map.entry(name) {
                Entry::Vacant(free) => drop(free.insert(value)),
                Entry::Occupied(mut first) => {
                    if first.get_mut().again(value) {
                        r.comes_again(element);
                    }
                }
            }
            Ok(())
        })?;
        match map.is_empty() && (children.stray || children.quoted) {
            true => Err(r.only_text(el, "elements")),
            false => Ok(map),
        }
    }
}

impl Reader<'_> {
    /// Reads the current attribute as a list with white space between its items.
    pub(super) fn attribute_list<T: ReadField>(&mut self) -> Result<Vec<T>, CodecError> {
        let Some((from, to)) = self.attribute else {
            return Err(self.not_a_value(false));
        };
        let mut items = Vec::new();
        let mut at = from;
        while let Some(end) = self.next_word(at, to) {
            items.push(T::from_attribute(self)?);
            at = end;
        }
        self.attribute = Some((from, to));
        Ok(items)
    }

    /// Goes on to the next word of an attribute's text, as if it were the whole attribute. Where it ends.
    #[inline(never)]
    fn next_word(&mut self, at: usize, to: usize) -> Option<usize> {
        let rest = self.slice(at, to);
        let word = rest.trim_start();
        let start = to - word.len();
        let end = word.find(char::is_whitespace).map_or(to, |len| start + len);
        if start == end {
            return None;
        }
        self.pos = start;
        self.attribute = Some((start, end));
        Some(end)
    }

    /// Calls `read` at each child element of the current one, whatever its name.
    pub(super) fn each_child(
        &mut self,
        read: &mut dyn FnMut(&mut Self, String) -> Result<(), CodecError>,
    ) -> Result<Children, CodecError> {
        let mut children = self.children(&[]);
        while children.next_of_any_name(self)? {
            let name = self.name(self.el);
            let name = name.split_once(':').map_or(name, |(_, local)| local);
            read(self, name.to_owned())?;
        }
        Ok(children)
    }

    /// Reads the child elements that have one of these names, and counts them: each is the value, or holds an element with one of these
    /// tags that is.
    #[cold]
    pub(crate) fn content(
        &mut self,
        names: &[&str],
        roots: &[Tag],
        found: &mut usize,
        read: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        self.each_child(&mut |r, name| {
            if !names.contains(&name.as_str()) {
                return r.skip();
            }
            *found += 1;
            match r.children_names().as_slice() {
                [only] if roots.iter().any(|tag| tag.name == *only) => {
                    r.each_child(&mut |r, _| read(r)).map(drop)
                }
                _ => read(r),
            }
        })
        .map(drop)
    }

    /// Reads the current element as one more item of a list.
    ///
    /// # Errors
    /// Where it is null or not of the type, or the list is too long.
    #[inline(never)]
    pub(super) fn repeated<T: ReadField>(
        &mut self,
        items: &mut Vec<T>,
        tag: &'static Tag,
    ) -> Result<(), CodecError> {
        let at = self.el.start;
        if items.len() >= self.limits.max_list_items || self.el.is_nil() {
            // A null item is passed over by a lenient reader.
            return self.leave_out_value(self.mark(), self.not_an_item(items.len()));
        }
        let mark = self.mark();
        match T::item(self, tag) {
            Ok(item) => {
                if items.capacity() == 0 {
                    items.reserve_exact(1); // most lists are this short
                }
                items.push(item);
                Ok(())
            }
            Err(error) => self.no_item(mark, error.in_item(at)),
        }
    }

    /// An empty element that is no item is passed over by a lenient reader too: servers write lists without items as one.
    #[cold]
    pub(super) fn no_item(
        &mut self,
        mark: (Element, usize),
        error: CodecError,
    ) -> Result<(), CodecError> {
        match self.is_blank(mark.0) {
            true => self.leave_out_value(mark, error),
            false => Err(error),
        }
    }

    /// Reads the current element as a list of elements with these tags.
    ///
    /// # Errors
    /// Where an item is null or not of the type, or the list is too long.
    #[inline(never)]
    pub fn list<T: ReadField>(&mut self, tags: &'static [Tag]) -> Result<Vec<T>, CodecError> {
        let mut items = Vec::new();
        let mut children = self.children(tags);
        let el = self.el;
        while let Some(tag) = children.next_item(self)? {
            self.repeated(&mut items, tag)?;
        }
        if items.is_empty() {
            self.no_items(el, &children)?;
        }
        Ok(items)
    }
}
