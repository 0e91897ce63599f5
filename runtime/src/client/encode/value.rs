//! Values of parameters and form fields, as far as a style tells them apart.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::json::{self, FromJson, InForm, Kind, Reader, ToJson};
use crate::{CodecError, Date, DateOptionalTime, DateTime, Decimal, Maybe, Secret, ToText};

/// A value as a parameter carries it. `Debug` shows no text: it may be that of a [`Secret`].
#[derive(Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// Not given: nothing is sent.
    Absent,
    /// Null, which is sent as an empty value.
    Null,
    /// A text.
    Text(Cow<'a, str>),
    /// A number or a boolean, as JSON writes it.
    Literal(Cow<'a, str>),
    /// A list.
    List(Vec<Self>),
    /// An object or a map.
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Null => f.write_str("Null"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Literal(text) => write!(f, "Literal({} bytes)", text.len()),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Object(entries) => {
                let entries = entries.iter().map(|(name, value)| (name, value));
                f.debug_map().entries(entries).finish()
            }
        }
    }
}

/// A type whose values can be sent as parameters and form fields.
pub trait ToParam: Sync {
    /// The value.
    fn to_param(&self) -> Value<'_>;
}

/// A value that is sent by its JSON form: structs and unions as objects, and any type where a parameter has a JSON
/// `content`.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a, T: ?Sized>(pub &'a T);

impl<T: ToJson + Sync + ?Sized> ToParam for Json<'_, T> {
    fn to_param(&self) -> Value<'_> {
        if self.0.is_absent() {
            return Value::Absent;
        }
        of_json(self.0)
    }
}

impl<T: ToJson + ?Sized> ToText for Json<'_, T> {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(of_json(self.0).flat().into_owned())
    }

    fn is_finite(&self) -> bool {
        json::encode_finite(&self.0).is_some()
    }
}

/// The value by its JSON form.
fn of_json<T: ToJson + ?Sized>(value: &T) -> Value<'static> {
    match json::encode_finite(&value) {
        Some(text) => Value::from_json(&text),
        None => Value::Literal(Cow::Borrowed(NAN)),
    }
}

/// Replaces a value with a number that JSON does not have.
const NAN: &str = "NaN";
pub(in crate::client) const NOT_FINITE: &str = "expected finite numbers, found NaN or an infinity";

impl Value<'_> {
    /// Fails where the value has a number that is NaN or infinite: no server reads one.
    pub(in crate::client) fn check(&self) -> Result<(), String> {
        match self {
            Value::Literal(text) if matches!(&**text, NAN | "inf" | "-inf") => {
                Err(NOT_FINITE.to_owned())
            }
            Value::List(items) => items.iter().try_for_each(Value::check),
            Value::Object(entries) => entries.iter().try_for_each(|(_, value)| value.check()),
            _ => Ok(()),
        }
    }

    /// The value that this JSON text has. A text that is none, which no codec writes, is a text.
    pub(in crate::client) fn from_json(text: &[u8]) -> Value<'static> {
        match json::decode::<Tree>(text) {
            Ok(Tree(value)) => value,
            Err(_) => Value::Text(Cow::Owned(String::from_utf8_lossy(text).into_owned())),
        }
    }

    /// The text of a scalar; empty for null.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Value::Absent | Value::Null => Some(""),
            Value::Text(text) | Value::Literal(text) => Some(text),
            Value::List(_) | Value::Object(_) => None,
        }
    }

    /// The scalar itself, or the JSON text of what is none: no style says how lists in lists are written.
    pub(super) fn flat(&self) -> Cow<'_, str> {
        match self.scalar() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.json_text()),
        }
    }

    /// The value as a JSON text.
    pub(in crate::client) fn json_text(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        let string = |out: &mut String, text: &str| {
            out.push_str(std::str::from_utf8(&json::encode(text)).unwrap_or_default());
        };
        match self {
            Value::Absent | Value::Null => out.push_str("null"),
            Value::Text(text) => string(out, text),
            Value::Literal(text) => out.push_str(text),
            Value::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write_json(out);
                }
                out.push(']');
            }
            Value::Object(entries) => {
                out.push('{');
                let given = entries
                    .iter()
                    .filter(|(_, value)| !matches!(value, Value::Absent));
                for (index, (name, value)) in given.enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    string(out, name);
                    out.push(':');
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

/// A value that owns its texts, read from JSON.
struct Tree(Value<'static>);

impl FromJson for Tree {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, CodecError> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Ok(Self(match r.kind() {
            Some(Kind::Boolean) => {
                Value::Literal(Cow::Borrowed(if r.boolean()? { "true" } else { "false" }))
            }
            Some(Kind::Number) => Value::Literal(owned(r.number()?)),
            Some(Kind::String) => Value::Text(Cow::Owned(r.string()?.into_owned())),
            Some(Kind::Array) => {
                let mut items = Vec::new();
                r.items(&mut |r| {
                    items.push(Self::from_json(r)?.0);
                    Ok(())
                })?;
                Value::List(items)
            }
            Some(Kind::Object) => {
                let mut entries = Vec::new();
                r.entries(&mut |r, name| {
                    entries.push((Cow::Owned(name.into_owned()), Self::from_json(r)?.0));
                    Ok(())
                })?;
                Value::Object(entries)
            }
            Some(Kind::Null) | None => match r.null()? {
                true => Value::Null,
                false => return Err(r.refuse("a value")),
            },
        }))
    }
}

macro_rules! texts {
    ($($ty:ty),+) => {$(
        impl ToParam for $ty {
            fn to_param(&self) -> Value<'_> {
                Value::Text(self.to_text())
            }
        }
    )+};
}

macro_rules! literals {
    ($($ty:ty),+) => {$(
        impl ToParam for $ty {
            fn to_param(&self) -> Value<'_> {
                Value::Literal(self.to_text())
            }
        }
    )+};
}

texts!(str, String, Secret, DateTime, Date, DateOptionalTime);
literals!(i32, i64, u32, u64, f32, f64, Decimal);

impl ToParam for bool {
    fn to_param(&self) -> Value<'_> {
        Value::Literal(Cow::Borrowed(if *self { "true" } else { "false" }))
    }
}

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Value<'_> {
        (**self).to_param()
    }
}

impl<T: ToParam + ?Sized> ToParam for Box<T> {
    fn to_param(&self) -> Value<'_> {
        (**self).to_param()
    }
}

impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, ToParam::to_param)
    }
}

impl<T: ToParam> ToParam for Maybe<T> {
    fn to_param(&self) -> Value<'_> {
        match self {
            Self::Absent => Value::Absent,
            Self::Null => Value::Null,
            Self::Value(value) => value.to_param(),
        }
    }
}

/// An absent item is null: it has a place.
fn item<T: ToParam>(value: &T) -> Value<'_> {
    match value.to_param() {
        Value::Absent => Value::Null,
        value => value,
    }
}

impl<T: ToParam> ToParam for [T] {
    fn to_param(&self) -> Value<'_> {
        Value::List(self.iter().map(item).collect())
    }
}

impl<T: ToParam> ToParam for Vec<T> {
    fn to_param(&self) -> Value<'_> {
        self.as_slice().to_param()
    }
}

impl<T: ToParam> ToParam for BTreeMap<String, T> {
    fn to_param(&self) -> Value<'_> {
        Value::Object(
            self.iter()
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), item(value)))
                .collect(),
        )
    }
}

/// In the order of the names, so that the same map makes the same request.
impl<T: ToParam, S: Sync> ToParam for HashMap<String, T, S> {
    fn to_param(&self) -> Value<'_> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(name, _)| *name);
        Value::Object(
            entries
                .into_iter()
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), item(value)))
                .collect(),
        )
    }
}

impl ToParam for serde_json::Value {
    fn to_param(&self) -> Value<'_> {
        Value::from_json(&json::encode(self))
    }
}

impl<T: ToJson + Sync + ?Sized> ToParam for InForm<'_, T> {
    fn to_param(&self) -> Value<'_> {
        if self.is_absent() {
            return Value::Absent;
        }
        of_json(self)
    }
}

/// Values that are made already.
impl ToParam for Value<'_> {
    fn to_param(&self) -> Value<'_> {
        self.clone()
    }
}
