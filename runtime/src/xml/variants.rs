//! Telling the variants of a union apart.

use super::reader::Reader;
use super::scan::skip_space;
use crate::codec::words::excerpt;
use crate::{CodecError, CodecErrorKind};

/// Reads a variant of a union.
type ReadVariant<'f, 'x> = &'f mut dyn FnMut(&mut Reader<'x>) -> Result<(), CodecError>;

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

    /// Returns an error about the current element.
    #[cold]
    #[must_use]
    pub fn refuse(&self) -> CodecError {
        let name = excerpt(self.name(self.el));
        let expected = format!("<{name}> of one of its documented types");
        CodecError::expected(CodecErrorKind::Value, self.el.start, expected, "another")
    }
}
