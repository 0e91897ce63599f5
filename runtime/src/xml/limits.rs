//! What a reader accepts at most, and the dialects.

/// Limits of the reader. Each has a default that every documented payload
/// keeps by a wide margin; an input that passes one is refused with
/// [`CodecErrorKind::Limit`](crate::CodecErrorKind::Limit).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a whole document; 256 MiB. A streamed list is not bound by it.
    pub max_bytes: usize,
    /// Elements inside each other; 128. Decoding recurses once for each, so
    /// this bounds the stack too.
    pub max_depth: usize,
    /// Items of one list; 1,000,000. A streamed list is not bound by it.
    pub max_list_items: usize,
    /// Bytes of one item of a streamed list, and so the stream's memory; 16 MiB.
    pub max_item_bytes: usize,
    /// Attributes of one element; 256.
    pub max_attributes: usize,
}

impl Limits {
    /// The default limits, as a constant.
    pub const DEFAULT: Self = Self {
        max_bytes: 256 << 20,
        max_depth: 128,
        max_list_items: 1_000_000,
        max_item_bytes: 16 << 20,
        max_attributes: 256,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How an API writes XML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Plain XML: strings are kept as they are, null is `xsi:nil="true"`.
    #[default]
    Plain,
    /// Plain XML in which white space around a string is not part of it.
    /// The writer protects white space at a string's ends by character references.
    Trimmed,
    /// Ruby on Rails: strings are kept, null is `nil="true"`, date-times are
    /// written as `2009-06-04 14:22:34 +0400` unless the element's type is `datetime`.
    Rails,
}
