//! Slots of properties, and what holds other values: lists, maps, options.

use std::collections::BTreeMap;

use super::{Error, FromJson, Reader, ToJson, Writer};
use crate::Maybe;

/// Reads a value; what [`FromJson::from_json`] and [`super::Via::read`] are.
pub type ReadFn<T> = fn(&mut Reader<'_>) -> Result<T, Error>;

impl Reader<'_> {
    /// Reads a value that must not be null.
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn required<T>(&mut self, slot: &mut Option<T>, read: ReadFn<T>) -> Result<(), Error> {
        *slot = Some(read(self)?);
        Ok(())
    }

    /// Reads a value or null; null leaves the slot empty. So does, for a lenient reader, a value of another type.
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn optional<T>(&mut self, slot: &mut Option<T>, read: ReadFn<T>) -> Result<(), Error> {
        if !self.null()? {
            let mark = self.mark();
            match read(self) {
                Ok(value) => *slot = Some(value),
                Err(error) => self.leave_out(mark, error)?,
            }
        }
        Ok(())
    }

    /// Reads a value or null of an optional property whose wrong values are errors whatever the reader (`x-strict`).
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn strict<T>(&mut self, slot: &mut Option<T>, read: ReadFn<T>) -> Result<(), Error> {
        if !self.null()? {
            *slot = Some(read(self)?);
        }
        Ok(())
    }

    /// Reads a value or null of a property that must be there.
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn nullable<T>(
        &mut self,
        slot: &mut Option<Option<T>>,
        read: ReadFn<T>,
    ) -> Result<(), Error> {
        *slot = Some(None);
        if !self.null()? {
            *slot = Some(Some(read(self)?));
        }
        Ok(())
    }

    /// Reads a value or null, and keeps which of them it was.
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn maybe<T>(&mut self, slot: &mut Maybe<T>, read: ReadFn<T>) -> Result<(), Error> {
        if self.null()? {
            *slot = Maybe::Null;
            return Ok(());
        }
        let mark = self.mark();
        match read(self) {
            Ok(value) => *slot = Maybe::Value(value),
            Err(error) => self.leave_out(mark, error)?,
        }
        Ok(())
    }

    /// As [`Reader::maybe`] for a property whose wrong values are errors whatever the reader (`x-strict`).
    ///
    /// # Errors
    /// Those of `read`.
    #[inline(never)]
    pub fn strict_maybe<T>(&mut self, slot: &mut Maybe<T>, read: ReadFn<T>) -> Result<(), Error> {
        *slot = match self.null()? {
            true => Maybe::Null,
            false => Maybe::Value(read(self)?),
        };
        Ok(())
    }

    pub(super) fn list<T>(&mut self, read: ReadFn<T>) -> Result<Vec<T>, Error> {
        let mut list = Vec::new();
        self.items(&mut |r| {
            let mark = r.mark();
            match read(r) {
                Ok(item) => list.push(item),
                Err(error) => r.leave_out_null(mark, error)?,
            }
            Ok(())
        })?;
        Ok(list)
    }

    pub(super) fn map<T>(&mut self, read: ReadFn<T>) -> Result<BTreeMap<String, T>, Error> {
        let mut map = BTreeMap::new();
        self.entries(&mut |r, name| {
            let mark = r.mark();
            match read(r) {
                Ok(value) => drop(map.insert(name.into_owned(), value)),
                Err(error) => r.leave_out_null(mark, error)?,
            }
            Ok(())
        })?;
        Ok(map)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.list(T::from_json)
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.map(T::from_json)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, Error> {
        T::from_json(reader).map(Self::new)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, Error> {
        match reader.null()? {
            true => Ok(None),
            false => T::from_json(reader).map(Some),
        }
    }
}

impl<T: FromJson> FromJson for Maybe<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Option::from_json(reader).map(Self::or_null)
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self, w: &mut Writer) {
        w.begin_array();
        for value in self {
            w.item(value);
        }
        w.end_array();
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self, w: &mut Writer) {
        self.as_slice().to_json(w);
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self, w: &mut Writer) {
        w.begin();
        for (name, value) in self {
            w.field(name, value);
        }
        w.end();
    }
}

impl<T: ToJson + ?Sized> ToJson for Box<T> {
    fn to_json(&self, w: &mut Writer) {
        (**self).to_json(w);
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self, w: &mut Writer) {
        (**self).to_json(w);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self, w: &mut Writer) {
        match self {
            Some(value) => value.to_json(w),
            None => w.null(),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: ToJson> ToJson for Maybe<T> {
    fn to_json(&self, w: &mut Writer) {
        match self {
            Self::Value(value) => value.to_json(w),
            Self::Null | Self::Absent => w.null(),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}
