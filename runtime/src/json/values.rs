//! What holds other values: lists, maps, options.

use std::collections::BTreeMap;

use super::properties::Keys;
use super::{FromJson, Reader, ToJson, Writer};
use crate::CodecError;
use crate::Maybe;

/// Reads a value: [`FromJson::from_json`].
type ReadFn<T> = fn(&mut Reader<'_>) -> Result<T, CodecError>;

impl Reader<'_> {
    pub(super) fn list<T>(&mut self, read: ReadFn<T>) -> Result<Vec<T>, CodecError> {
        let form = self.form;
        let mut list = Vec::new();
        if self.peek() != Some(b'[') {
            if form.takes_empty_object() && self.take_empty(b'{', b'}') {
                return Ok(list);
            }
            if form.takes_single() && self.kind() != Some(super::Kind::Null) {
                list.push(read(self)?);
                return Ok(list);
            }
        }
        self.items(&mut |r| {
            if form.takes_null_items() && r.null()? {
                return Ok(());
            }
            let mark = r.mark();
            match read(r) {
                Ok(item) => list.push(item),
                Err(error) => r.leave_out_null(mark, error)?,
            }
            Ok(())
        })?;
        Ok(list)
    }

    pub(super) fn map<T>(&mut self, read: ReadFn<T>) -> Result<BTreeMap<String, T>, CodecError> {
        let form = self.form;
        let mut map = BTreeMap::new();
        if form.takes_empty_array() && self.take_empty(b'[', b']') {
            return Ok(map);
        }
        self.entries(&mut |r, name| {
            if form.takes_null_items() && r.null()? {
                return Ok(());
            }
            let mark = r.mark();
            r.undeclared = r.undeclared.saturating_add(1);
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
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.list(T::from_json)
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.map(T::from_json)
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
