//! What the generator knows of an element: its tags, ready for comparing and writing.

/// How many bytes of a start tag are compared in one go.
const WINDOW: usize = 32;

/// What carries a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element,
    Attribute,
    Text,
}

/// The words of [`object!`](crate::object).
#[doc(hidden)]
impl Tag {
    #[must_use]
    pub const fn element(self) -> Self {
        self
    }

    #[must_use]
    pub const fn list(mut self) -> Self {
        self.wrapped = true;
        self
    }

    #[must_use]
    pub const fn attribute(mut self) -> Self {
        self.node = Node::Attribute;
        self.head_len = 0;
        self
    }

    #[must_use]
    pub const fn text(mut self) -> Self {
        self.node = Node::Text;
        self.head_len = 0;
        self
    }

    #[must_use]
    pub const fn items(mut self, items: &'static [Self]) -> Self {
        self.items = items;
        self
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        self
    }

    #[must_use]
    pub const fn maybe(self) -> Self {
        self
    }

    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    #[must_use]
    pub const fn uuid(mut self) -> Self {
        self.uuid = true;
        self
    }

    #[must_use]
    pub const fn decimal_string(self) -> Self {
        self
    }

    #[must_use]
    pub const fn rails_timestamp(self) -> Self {
        self
    }

    #[must_use]
    pub const fn accept_string(self) -> Self {
        self
    }

    #[must_use]
    pub const fn accept_number(self) -> Self {
        self
    }

    #[must_use]
    pub const fn empty_string(self) -> Self {
        self
    }

    #[must_use]
    pub const fn empty_array(self) -> Self {
        self
    }

    #[must_use]
    pub const fn empty_object(self) -> Self {
        self
    }

    #[must_use]
    pub const fn null_items(self) -> Self {
        self
    }

    #[must_use]
    pub const fn zero_date(self) -> Self {
        self
    }

    #[must_use]
    pub const fn single(self) -> Self {
        self
    }
}

/// The tags of one documented element, made by [`tag!`](super::tag) at compile time.
///
/// The reader compares the whole documented start tag at once before it looks
/// closer; the writer copies it.
#[derive(Debug)]
pub struct Tag {
    /// `<price type="decimal">`
    pub(super) open: &'static str,
    /// `</price>`, with the preferred prefix where there is one.
    pub(super) close: &'static str,
    /// The local name.
    pub(super) name: &'static str,
    /// The namespace's URI; empty: none.
    pub(super) namespace: &'static str,
    /// The preferred prefix; empty: none.
    pub(super) prefix: &'static str,
    /// What carries the value.
    pub(super) node: Node,
    /// The items of a list in this element; none where there is no list.
    pub(super) items: &'static [Self],
    /// A field's list is in one element; else it repeats the element, and `items` are those of an item that is a list.
    pub(super) wrapped: bool,
    /// `None` is written as null.
    pub(super) nullable: bool,
    /// A wrong value is an error, although the field is optional.
    pub(super) strict: bool,
    /// The field must come, unless it is a list.
    pub(super) required: bool,
    /// Its text must be an identifier: it is documented as a UUID.
    pub(super) uuid: bool,
    /// Date-times in this element are written in ISO 8601, whatever the dialect.
    pub(super) iso_time: bool,
    /// The start and end tags again, padded: copying a fixed number of bytes is
    /// faster than copying the right number.
    open_padded: [u8; WINDOW],
    close_padded: [u8; WINDOW],
    /// The start tag without `>`, zero-padded, and the mask of its bytes.
    head: [u64; WINDOW / 8],
    mask: [u64; WINDOW / 8],
    /// The length of the start tag without `>`; 0 where it cannot be predicted.
    head_len: usize,
}

/// The name of a root that may be any element: documents need not name the root of a reply.
const ANY: &str = "*";

impl Tag {
    /// A root that may be any element.
    pub(crate) const ANY: Self = Self::new(ANY, "<*>", "</*>", "");

    /// A text without an element of its own.
    pub(super) const TEXT: Self = Self::new("", "<>", "</>", "").text();

    /// Whether this is the root of a reply whose document does not name it, so that any element is read.
    pub(crate) fn is_any(&self) -> bool {
        self.name == ANY
    }

    /// Used by [`tag!`](super::tag).
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        open: &'static str,
        close: &'static str,
        kind: &'static str,
    ) -> Self {
        let bytes = open.as_bytes();
        let head_len = bytes.len() - 1;
        let mut head = [0u64; WINDOW / 8];
        let mut mask = [0u64; WINDOW / 8];
        let mut i = 0;
        while i < head_len && i < WINDOW {
            head[i / 8] |= (bytes[i] as u64) << (8 * (i % 8));
            mask[i / 8] |= 0xff << (8 * (i % 8));
            i += 1;
        }
        Self {
            open,
            close,
            name,
            namespace: "",
            prefix: "",
            node: Node::Element,
            items: &[],
            wrapped: false,
            nullable: false,
            strict: false,
            required: false,
            uuid: false,
            open_padded: padded(open),
            close_padded: padded(close),
            iso_time: is(kind, "datetime") || is(kind, "dateTime"),
            head,
            mask,
            head_len,
        }
    }

    /// Used by [`tag!`](super::tag).
    #[doc(hidden)]
    #[must_use]
    pub const fn in_namespace(mut self, namespace: &'static str, prefix: &'static str) -> Self {
        self.namespace = namespace;
        self.prefix = prefix;
        self.head_len = 0; // the prefix in the document is the sender's choice
        self
    }

    /// Appends the start tag.
    #[inline]
    pub(super) fn append_open(&self, out: &mut Vec<u8>) {
        append(out, self.open, &self.open_padded);
    }

    /// Appends the end tag.
    #[inline]
    pub(super) fn append_close(&self, out: &mut Vec<u8>) {
        append(out, self.close, &self.close_padded);
    }

    /// Where `bytes` at `at` has this start tag as documented, up to what ends
    /// it: the offset behind the last attribute's value or the name.
    #[inline]
    pub(super) fn head_at(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let end = at + self.head_len;
        let matched = match bytes.get(at..at + WINDOW) {
            Some(window) if self.head_len <= WINDOW => {
                let mut differ = 0;
                for (i, word) in window
                    .as_chunks::<8>()
                    .0
                    .iter()
                    .enumerate()
                    .take(WINDOW / 8)
                {
                    differ |= (u64::from_le_bytes(*word) & self.mask[i]) ^ self.head[i];
                }
                differ == 0
            }
            _ => bytes.get(at..end) == self.open.as_bytes().get(..self.head_len),
        };
        (matched && self.head_len != 0).then_some(end)
    }
}

#[inline]
fn append(out: &mut Vec<u8>, text: &str, padded: &[u8; WINDOW]) {
    if text.len() <= WINDOW {
        let end = out.len() + text.len();
        out.extend_from_slice(padded);
        out.truncate(end);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// The first bytes of a text, and zeros.
const fn padded(text: &str) -> [u8; WINDOW] {
    let bytes = text.as_bytes();
    let mut out = [0; WINDOW];
    let mut i = 0;
    while i < bytes.len() && i < WINDOW {
        out[i] = bytes[i];
        i += 1;
    }
    out
}

/// `a == b` in constants.
const fn is(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The root of a list, for [`decode_list`](super::decode_list),
/// [`ListDecoder`](super::ListDecoder) and [`encode_list`](super::encode_list).
#[derive(Debug)]
pub struct ListTag {
    /// The root elements that are accepted; the first is the one that is written.
    pub roots: &'static [Tag],
    /// The items' elements that are accepted; the first is the one that is written.
    pub items: &'static [Tag],
}

/// Describes an element to reader and writer: `tag!("price")`,
/// `tag!("price", "decimal")` with the `type` attribute of the dialect `rails`,
/// `tag!("price", ns = "urn:shop", prefix = "s")` in a namespace.
#[macro_export]
macro_rules! tag {
    ($name:literal) => {
        $crate::xml::Tag::new(
            $name,
            concat!("<", $name, ">"),
            concat!("</", $name, ">"),
            "",
        )
    };
    ($name:literal, $kind:literal) => {
        $crate::xml::Tag::new(
            $name,
            concat!("<", $name, " type=\"", $kind, "\">"),
            concat!("</", $name, ">"),
            $kind,
        )
    };
    ($name:literal, ns = $ns:literal) => {
        $crate::xml::Tag::new(
            $name,
            concat!("<", $name, ">"),
            concat!("</", $name, ">"),
            "",
        )
        .in_namespace($ns, "")
    };
    ($name:literal, ns = $ns:literal, prefix = $prefix:literal) => {
        $crate::xml::Tag::new(
            $name,
            concat!("<", $prefix, ":", $name, ">"),
            concat!("</", $prefix, ":", $name, ">"),
            "",
        )
        .in_namespace($ns, $prefix)
    };
}

/// The elements, attributes and text of a struct.
#[derive(Debug)]
pub struct Tags {
    pub(super) tags: &'static [Tag],
    pub(super) attributes: bool,
    pub(super) elements: bool,
    pub(super) text: Option<usize>,
}

impl Tags {
    /// Creates a table of these, in the order in which they are written.
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

    pub(super) fn get(&self, index: usize) -> Option<&'static Tag> {
        self.tags.get(index)
    }
}
