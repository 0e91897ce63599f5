//! An element, by where its start tag is.

/// An element whose start tag has been read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Element {
    /// The offset of `<`.
    pub(super) start: usize,
    /// The length of the name with its prefix.
    pub(super) name_len: usize,
    /// The offset behind `>`.
    pub(super) end: usize,
    /// [`NIL`], [`EMPTY`]. As wide as the rest, so that copying an element is
    /// copying words: smaller fields cost the processor a stall.
    pub(super) flags: usize,
}

/// Null, by the dialect's attribute or `xsi:nil`.
pub(super) const NIL: usize = 1;
/// `<name/>`
pub(super) const EMPTY: usize = 2;

impl Element {
    #[inline]
    pub(super) fn is_nil(self) -> bool {
        self.flags & NIL != 0
    }

    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.flags & EMPTY != 0
    }
}
