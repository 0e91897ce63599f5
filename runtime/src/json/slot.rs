//! Where the values go that are read.

use super::Reader;
use crate::CodecError;

/// Where a value goes that is read: a struct's field, an item of a list, the value of a reply. What is generic is compiled for each
/// type, so it is this alone.
pub trait Slot {
    /// Reads the value.
    ///
    /// # Errors
    /// Where it is not of the slot's type.
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError>;
}

/// A slot that is a function: for what is not generic, as each has code of its own.
pub(crate) struct By<F>(pub F);

impl<F: FnMut(&mut Reader<'_>) -> Result<(), CodecError>> Slot for By<F> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        (self.0)(r)
    }
}

/// Where the properties are kept that a struct does not name.
pub trait Rest {
    /// Reads a property's value.
    ///
    /// # Errors
    /// Where it is not of the type.
    fn read(&mut self, name: String, r: &mut Reader<'_>) -> Result<(), CodecError>;
}
