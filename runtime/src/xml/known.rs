//! Start tags that were read before: the elements that a server adds to those of the document, and those that it sends in
//! another order, are the same in each record of a list.

use memchr::memchr;

use super::element::Element;
use super::tag::Tag;

/// Longer start tags are not kept.
const LONGEST: usize = 48;
/// A power of two: each start tag has two of them.
const SLOTS: usize = 256;
/// Stands for none of the tags.
const NONE: u16 = u16::MAX;
/// So many start tags come before a table pays.
const FEW: usize = 16;

/// The table, by the bytes of a start tag and the tags among which it is looked up. It is kept for the whole document, and
/// only used where no namespace is declared: so the bytes say all.
#[derive(Debug, Default)]
pub(super) struct KnownTags {
    read: usize,
    slots: Vec<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    tags: &'static [Tag],
    bytes: [u8; LONGEST],
    len: u8,
    name_len: u8,
    flags: u8,
    found: u16,
}

impl KnownTags {
    /// The element whose start tag is at `at`, and which of `tags` it is, if it came before.
    #[inline]
    pub(super) fn get(
        &self,
        text: &[u8],
        at: usize,
        tags: &'static [Tag],
    ) -> Option<(Element, Option<usize>)> {
        if self.slots.is_empty() {
            return None;
        }
        let tag = start_tag(text, at)?;
        let slot = slot(tag, tags);
        let known = [slot, slot ^ 1].into_iter().find_map(|slot| {
            let known = self.slots.get(slot)?;
            let same = std::ptr::eq(known.tags, tags) && known.bytes() == tag;
            same.then_some(known)
        })?;
        let element = Element {
            start: at,
            name_len: known.name_len.into(),
            end: at + tag.len(),
            flags: known.flags.into(),
        };
        Some((element, (known.found != NONE).then_some(known.found.into())))
    }

    /// Notes a start tag that has been read.
    pub(super) fn add(
        &mut self,
        text: &[u8],
        el: Element,
        tags: &'static [Tag],
        found: Option<usize>,
    ) {
        self.read += 1;
        let Some(tag) = start_tag(text, el.start) else {
            return;
        };
        // A `>` in a value is no end, and which tag has a prefix depends on more than its bytes.
        if self.read < FEW || tag.len() != el.end - el.start || memchr(b':', tag).is_some() {
            return;
        }
        let Some(known) = Known::new(tag, el, tags, found) else {
            return;
        };
        if self.slots.is_empty() {
            self.slots = vec![Known { len: 0, ..known }; SLOTS];
        }
        let first = slot(tag, tags);
        let taken = self.slots.get(first).is_some_and(|slot| slot.len > 0);
        let slot = if taken { first ^ 1 } else { first };
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = known;
        }
    }
}

impl Known {
    fn new(tag: &[u8], el: Element, tags: &'static [Tag], found: Option<usize>) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..tag.len())?.copy_from_slice(tag);
        Some(Self {
            tags,
            bytes,
            len: tag.len().try_into().ok()?,
            name_len: el.name_len.try_into().ok()?,
            flags: el.flags.try_into().ok()?,
            found: found.map_or(Ok(NONE), u16::try_from).ok()?,
        })
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len.into()).unwrap_or_default()
    }
}

/// The bytes up to the first `>`, if they are few.
#[inline]
fn start_tag(text: &[u8], at: usize) -> Option<&[u8]> {
    let rest = text.get(at..)?;
    let rest = rest.get(..LONGEST).unwrap_or(rest);
    rest.get(..=memchr(b'>', rest)?)
}

/// Where a start tag is kept. Whoever makes tags collide makes reading no slower than it is without the table.
#[inline]
fn slot(tag: &[u8], tags: &[Tag]) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = tag.as_chunks::<8>();
    let mut hash = tags.as_ptr().addr() as u64;
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    for byte in rest {
        hash = mix(hash, u64::from(*byte));
    }
    usize::try_from(hash >> 56).unwrap_or_default() % SLOTS
}
