//! One way of writing a scalar, applied through `Option`, `Maybe`, lists and maps.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Maybe;

/// A way of writing values of a type.
pub trait Codec<T> {
    /// Writes a value.
    ///
    /// # Errors
    /// The serializer's.
    fn serialize<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads a value.
    ///
    /// # Errors
    /// The deserializer's, or that the value has another form.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;
}

/// A type that holds values written by codec `C`: the scalar itself, or `Option`, `Maybe`, a list, a map of it.
pub trait Via<C>: Sized {
    /// Writes the value.
    ///
    /// # Errors
    /// The serializer's.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads the value.
    ///
    /// # Errors
    /// The deserializer's, or that a value has another form.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Makes Serde's traits of a [`Via`].
struct Reading<C, T>(T, PhantomData<C>);
struct Writing<'a, C, T>(&'a T, PhantomData<C>);

impl<'de, C, T: Via<C>> Deserialize<'de> for Reading<C, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self(value, PhantomData))
    }
}

impl<C, T: Via<C>> Serialize for Writing<'_, C, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<C, T: Via<C>> Via<C> for Option<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Writing::<C, T>(value, PhantomData)),
            None => serializer.serialize_none(),
        }
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(<Option<Reading<C, T>> as Deserialize>::deserialize(deserializer)?.map(|value| value.0))
    }
}

impl<C, T: Via<C>> Via<C> for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_some(&Writing::<C, T>(value, PhantomData)),
            Self::Null | Self::Absent => serializer.serialize_none(),
        }
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Option<T> as Via<C>>::deserialize(deserializer).map(Self::or_null)
    }
}

impl<C, T: Via<C>> Via<C> for Vec<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for value in self {
            list.serialize_element(&Writing::<C, T>(value, PhantomData))?;
        }
        list.end()
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = <Vec<Reading<C, T>> as Deserialize>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|value| value.0).collect())
    }
}

impl<C, T: Via<C>> Via<C> for BTreeMap<String, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(key, &Writing::<C, T>(value, PhantomData))?;
        }
        map.end()
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = <BTreeMap<String, Reading<C, T>> as Deserialize>::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(key, value)| (key, value.0)).collect())
    }
}

/// `#[serde(deserialize_with = "…::required")]` for an `Option` or `Maybe` field that may be null but must be there:
/// Serde takes a missing `Option` for `None` unless a function reads it.
///
/// # Errors
/// The deserializer's.
pub fn required<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

/// `#[serde(default, deserialize_with = "…::non_null")]` for an `Option` field that may be left out but not be null.
///
/// # Errors
/// Where the value is null, and the deserializer's.
pub fn non_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// What a scalar's text must be, for messages.
pub(super) struct Expected(pub(super) &'static str);

impl de::Expected for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
