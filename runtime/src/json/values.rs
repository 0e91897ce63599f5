//! What holds other values: lists, maps, options.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Key;

use super::properties::{Entry, Keys};
use super::{FromJson, Reader, Slot, ToJson, Writer};
use crate::CodecError;
use crate::Maybe;

/// Compiled once: what is generic is only what reads one value.
impl<'t> Reader<'t> {
    /// Reads an array by reading its items.
    #[inline(never)]
    fn list(&mut self, item: &mut dyn Slot) -> Result<(), CodecError> {
        let form = self.form;
        if self.peek() != Some(b'[') {
            if form.takes_empty_object() && self.take_empty(b'{', b'}') {
                return Ok(());
            }
            if form.takes_single() && self.kind() != Some(super::Kind::Null) {
                return item.read(self);
            }
        }
        self.items(&mut |r| {
            if form.takes_null_items() && r.null()? {
                return Ok(());
            }
            let mark = r.mark();
            item.read(r).or_else(|error| r.leave_out_null(mark, error))
        })
    }

    /// Reads an object by reading its values.
    #[inline(never)]
    fn map(&mut self, read: Entry<'_, 't>) -> Result<(), CodecError> {
        let form = self.form;
        if form.takes_empty_array() && self.take_empty(b'[', b']') {
            return Ok(());
        }
        self.entries(&mut |r, name| {
            if form.takes_null_items() && r.null()? {
                return Ok(());
            }
            let mark = r.mark();
            r.undeclared = r.undeclared.saturating_add(1);
            read(r, name).or_else(|error| r.leave_out_null(mark, error))
        })
    }

    /// Reads a value that may be absent, null, or left out.
    #[inline(never)]
    pub(super) fn optional(&mut self, slot: &mut dyn Slot) -> Result<(), CodecError> {
        if self.null()? || self.stands_for_absent()? {
            return Ok(());
        }
        let mark = self.mark();
        slot.read(self).or_else(|error| self.leave_out(mark, error))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let mut list = Self::new();
        reader.list(&mut Last(&mut list))?;
        Ok(list)
    }
}

/// The place after the last item of a list.
struct Last<'v, T>(&'v mut Vec<T>);

impl<T: FromJson> Slot for Last<'_, T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0.push(T::from_json(r)?);
        Ok(())
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let mut map = Self::new();
        reader.map(&mut |reader, name| {
            let start = reader.place();
            let value = T::from_json(reader)?;
            reader.keep(&mut map, name.into_owned(), value, start);
            Ok(())
        })?;
        Ok(map)
    }
}

impl Reader<'_> {
    /// Puts a value that began at `start` into a map.
    pub(super) fn keep<T>(
        &mut self,
        map: &mut BTreeMap<String, T>,
        name: String,
        value: T,
        start: usize,
    ) {
        match map.entry(name) {
            Key::Vacant(free) => drop(free.insert(value)),
            Key::Occupied(mut first) => {
                self.comes_again(start, first.key());
                first.insert(value);
            }
        }
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        T::from_json(reader).map(Self::new)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.null()? {
            true => Ok(None),
            false => T::from_json(reader).map(Some),
        }
    }
}

impl<T: FromJson> FromJson for Maybe<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
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

    fn keys(&self) -> Option<&'static Keys> {
        (**self).keys()
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self, w: &mut Writer) {
        (**self).to_json(w);
    }

    fn keys(&self) -> Option<&'static Keys> {
        (**self).keys()
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
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
