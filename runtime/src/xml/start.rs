//! Start tags: names, attributes, namespaces.

use super::element::{EMPTY, Element, NIL};
use super::limits::Dialect;
use super::reader::{Binding, Reader};
use super::scan::{illegal, name_end, skip_space};
use super::tag::{Node, Tag};
use crate::codec::words::{MORE, excerpt};
use crate::{CodecError, CodecErrorKind};
use memchr::{memchr, memchr2};
use std::collections::HashSet;

/// XML Schema's instance namespace, whose `nil` means null in every dialect.
pub(super) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespace to which the prefix `xml` is bound in every document.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The most namespace declarations in scope at one place.
const MAX_NAMESPACES: usize = 64;

impl<'x> Reader<'x> {
    /// Reads the start tag at `at`, and finds out by `find` which of `tags` it is, unless the same came before.
    #[inline]
    pub(super) fn known_start_tag(
        &mut self,
        at: usize,
        tags: &'static [Tag],
        find: impl FnOnce(&Self, Element) -> Option<usize>,
    ) -> Result<(Element, Option<usize>), CodecError> {
        if self.namespaces.is_empty()
            && let Some(known) = self.known.get(self.bytes, at, tags)
        {
            return Ok(known);
        }
        let el = self.start_tag(at)?;
        let found = find(self, el);
        if self.namespaces.is_empty() {
            self.known.add(self.bytes, el, tags, found);
        }
        Ok((el, found))
    }

    /// Reads the start tag at `at`, whose name may be anything.
    #[inline(never)]
    pub(super) fn start_tag(&mut self, at: usize) -> Result<Element, CodecError> {
        let Some(name_end) = name_end(self.text, at + 1) else {
            return Err(self.unexpected(at, "an element"));
        };
        let mut el = Element {
            start: at,
            name_len: name_end - at - 1,
            end: 0,
            flags: 0,
        };
        if self.byte(name_end) == Some(b'>') {
            el.end = name_end + 1;
            return Ok(el);
        }
        let mut seen = Seen::default();
        let mut xsi_nil: Option<&str> = None;
        let mut p = name_end;
        loop {
            let before = p;
            p = skip_space(self.bytes, p);
            match self.byte(p) {
                Some(b'>') => {
                    el.end = p + 1;
                    break;
                }
                Some(b'/') => {
                    if self.byte(p + 1) != Some(b'>') {
                        return Err(self.unexpected(p + 1, "`>` behind `/`"));
                    }
                    el.flags |= EMPTY;
                    el.end = p + 2;
                    break;
                }
                None => return Err(self.truncated("the end of a start tag")),
                Some(_) if before == p => return Err(self.unexpected(p, "`>` or white space")),
                Some(_) => {}
            }
            let (name, from, to) = self.attribute_at(p)?;
            let value = self.slice(from, to);
            if seen.add(name) {
                return Err(self.syntax(
                    p,
                    "each attribute at most once",
                    format!("`{}` again", excerpt(name)),
                ));
            }
            if seen.count > self.limits.max_attributes {
                return Err(CodecError::expected(
                    CodecErrorKind::Limit,
                    p,
                    format!("at most {} attributes", self.limits.max_attributes),
                    MORE,
                ));
            }
            match name {
                "nil" if self.dialect == Dialect::Rails => {
                    if matches!(value, "true" | "1") {
                        el.flags |= NIL;
                    }
                }
                "xmlns" => self.bind("", from, to)?,
                _ => match name.split_once(':') {
                    Some(("xmlns", prefix)) => self.bind(prefix, from, to)?,
                    Some((prefix, "nil")) if matches!(value, "true" | "1") => {
                        xsi_nil = Some(prefix);
                    }
                    _ => {}
                },
            }
            p = to + 1;
        }
        // The usual prefix, too, where its declaration got lost on the way.
        if xsi_nil.is_some_and(|prefix| match self.resolve(prefix) {
            "" => matches!(prefix, "xsi" | "i"),
            uri => uri == XSI,
        }) {
            el.flags |= NIL;
        }
        Ok(el)
    }

    /// Reads the attribute at `at`: its name and the range of its value.
    pub(super) fn attribute_at(&self, at: usize) -> Result<(&'x str, usize, usize), CodecError> {
        let Some(end) = name_end(self.text, at) else {
            return Err(self.unexpected(at, "an attribute or `>`"));
        };
        let name = self.slice(at, end);
        let p = skip_space(self.bytes, end);
        if self.byte(p) != Some(b'=') {
            return Err(self.unexpected(p, format!("`=` and a value of `{}`", excerpt(name))));
        }
        let p = skip_space(self.bytes, p + 1);
        let Some(quote @ (b'"' | b'\'')) = self.byte(p) else {
            return Err(self.unexpected(p, format!("a quoted value of `{}`", excerpt(name))));
        };
        let from = p + 1;
        let rest = self.rest(from);
        match memchr2(quote, b'<', rest) {
            Some(n) if rest.get(n) == Some(&quote) => {
                let to = from + n;
                let value = self.slice(from, to);
                if let Some(n) = illegal(value) {
                    return Err(self.illegal_character(from + n));
                }
                if memchr(b'&', value.as_bytes()).is_some() {
                    self.unescape(from, to, true)?;
                }
                Ok((name, from, to))
            }
            Some(n) => Err(self.unexpected(from + n, "no `<` in an attribute's value")),
            None => Err(self.truncated(format!("the end of the value of `{}`", excerpt(name)))),
        }
    }

    /// Declares a namespace for the element that is being read.
    fn bind(&mut self, prefix: &str, from: usize, to: usize) -> Result<(), CodecError> {
        if self.namespaces.len() >= MAX_NAMESPACES {
            return Err(CodecError::expected(
                CodecErrorKind::Limit,
                from,
                format!("at most {MAX_NAMESPACES} namespaces at one place"),
                MORE,
            ));
        }
        let uri = self.unescape(from, to, true)?.into_owned();
        self.namespaces.push(Binding {
            prefix: prefix.to_owned(),
            uri,
            depth: self.depth + 1,
        });
        Ok(())
    }

    /// The namespace of a prefix; empty: none.
    pub(super) fn resolve(&self, prefix: &str) -> &str {
        if prefix == "xml" {
            return XML;
        }
        self.namespaces
            .iter()
            .rev()
            .find(|b| b.prefix == prefix)
            .map_or("", |b| b.uri.as_str())
    }

    /// Whether an element is the one that a tag describes. A tag without a namespace means the name in any namespace:
    /// specs that name none are of servers that send prefixes, or a default namespace, all the same.
    pub(super) fn is(&self, el: Element, tag: &Tag) -> bool {
        self.which(el, std::slice::from_ref(tag), 0).is_some()
    }

    /// Which of `tags` describes an element, in the sense of [`is`](Self::is): the search begins with `first`.
    pub(super) fn which(&self, el: Element, tags: &[Tag], first: usize) -> Option<usize> {
        let name = self.name(el);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let is = |tag: &Tag| {
            let named = match tag.namespace.is_empty() {
                true => tag.name == local || tag.name == name,
                false => tag.name == local && self.resolve(prefix) == tag.namespace,
            };
            named && tag.node == Node::Element
        };
        let first = first.min(tags.len());
        let (before, behind) = tags.split_at(first);
        let found = behind.iter().position(is).map(|index| first + index);
        found.or_else(|| before.iter().position(is))
    }

    /// Finds an attribute of an element: the range of its value.
    pub(super) fn find_attribute(&self, el: Element, tag: &Tag) -> Option<(usize, usize)> {
        let mut p = el.start + 1 + el.name_len;
        let mut prefixed = None;
        loop {
            p = skip_space(self.bytes, p);
            if p >= el.end || matches!(self.byte(p), Some(b'>' | b'/')) {
                return prefixed;
            }
            let (name, from, to) = self.attribute_at(p).ok()?;
            let found = match name.split_once(':') {
                Some((prefix, local)) if tag.namespace.is_empty() => {
                    let general = prefix == "xmlns" || matches!(self.resolve(prefix), XSI | XML);
                    if local == tag.name && !general {
                        prefixed.get_or_insert((from, to));
                    }
                    name == tag.name
                }
                None if tag.namespace.is_empty() => name == tag.name,
                Some((prefix, local)) => local == tag.name && self.resolve(prefix) == tag.namespace,
                None => false,
            };
            if found {
                return Some((from, to));
            }
            p = to + 1;
        }
    }
}

/// The names of a start tag's attributes, to find one that comes twice.
#[derive(Default)]
struct Seen<'x> {
    count: usize,
    first: [&'x str; 8],
    more: HashSet<&'x str>,
}

impl<'x> Seen<'x> {
    /// Adds a name; whether it was there.
    fn add(&mut self, name: &'x str) -> bool {
        let seen = self.first.iter().take(self.count).any(|n| *n == name);
        let seen = match self.first.get_mut(self.count) {
            Some(slot) => {
                *slot = name;
                seen
            }
            None => seen || !self.more.insert(name),
        };
        self.count += 1;
        seen
    }
}
