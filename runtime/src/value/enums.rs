//! Open enums: known values, and room for those that the server will add.

use std::fmt;
use std::hash::{Hash, Hasher};

/// An enum that also holds values that were not known when it was generated.
pub trait OpenEnum: Sized + 'static {
    /// How a value is written on the wire: `Box<str>` or `i64`.
    type Wire: Clone + fmt::Debug + fmt::Display + Eq + Ord + Hash;
    /// All known values, in document order.
    const KNOWN: &'static [Self];
    /// What an unknown value becomes.
    fn from_unknown(value: Unknown<Self>) -> Self;
    /// Whether this is one of the known values' wire forms.
    fn is_known(wire: &Self::Wire) -> bool;
}

/// An [`OpenEnum`] whose values are strings on the wire.
pub trait StringEnum: OpenEnum<Wire = Box<str>> {
    /// The known value that is written so.
    fn from_known(wire: &str) -> Option<Self>;
    /// The value that is written so, known or not.
    fn read(wire: &str) -> Self {
        Self::from_known(wire).unwrap_or_else(|| Self::from_unknown(Unknown(wire.into())))
    }
    /// As on the wire.
    fn as_str(&self) -> &str;
}

/// An [`OpenEnum`] whose values are integers on the wire.
pub trait IntegerEnum: OpenEnum<Wire = i64> {
    /// The known value that is written so.
    fn from_known(wire: i64) -> Option<Self>;
    /// The value that is written so, known or not.
    fn read(wire: i64) -> Self {
        Self::from_known(wire).unwrap_or_else(|| Self::from_unknown(Unknown(wire)))
    }
    /// As on the wire.
    fn code(&self) -> i64;
}

/// A value that enum `E` does not know. It can only be made of a wire form that is none of the known ones, so that
/// every value has one representation.
pub struct Unknown<E: OpenEnum>(E::Wire);

impl<E: OpenEnum> Unknown<E> {
    /// Creates an unknown value. `None` where the value is a known one.
    pub fn new(wire: impl Into<E::Wire>) -> Option<Self> {
        let wire = wire.into();
        (!E::is_known(&wire)).then_some(Self(wire))
    }

    /// Returns the value as on the wire.
    pub fn wire(&self) -> &E::Wire {
        &self.0
    }
}

// Derives would ask for the traits on `E` instead of on its wire form.
impl<E: OpenEnum> Clone for Unknown<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: OpenEnum<Wire = i64>> Copy for Unknown<E> {}

impl<E: OpenEnum> fmt::Debug for Unknown<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: OpenEnum> PartialEq for Unknown<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: OpenEnum> Eq for Unknown<E> {}

impl<E: OpenEnum> PartialOrd for Unknown<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E: OpenEnum> Ord for Unknown<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<E: OpenEnum> Hash for Unknown<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// A text that is none of an enum's known values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    found: String,
    known: Vec<String>,
}

impl UnknownValue {
    /// Creates a table for [`string_enum!`](crate::string_enum): `known` gives the nth value.
    #[doc(hidden)]
    #[must_use]
    pub fn new(found: &str, known: &dyn Fn(usize) -> Option<String>) -> Self {
        Self {
            found: found.to_owned(),
            known: (0..).map_while(known).collect(),
        }
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        f.write_str("expected ")?;
        for (index, known) in self.known.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}`{known}`")?;
        }
        if self.known.len() > SHOWN {
            write!(f, " or one of {} more", self.known.len() - SHOWN)?;
        }
        write!(f, ", found {:?}", self.found)
    }
}

impl std::error::Error for UnknownValue {}

/// Returns the enum's value for a string.
pub fn from_str<E: StringEnum>(wire: &str) -> E {
    E::read(wire)
}

/// Returns the enum's value for an integer.
pub fn from_integer<E: IntegerEnum>(wire: i64) -> E {
    E::read(wire)
}

/// Implements what an open enum of strings needs.
///
/// The enum has a variant `Unknown(Unknown<Self>)` beside the named ones:
/// `string_enum! { Currency { Rub = "RUB", Usd = "USD" } }`.
#[macro_export]
macro_rules! string_enum {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        impl $crate::OpenEnum for $name {
            type Wire = ::std::boxed::Box<str>;
            const KNOWN: &'static [Self] = &[$(Self::$variant),+];
            fn from_unknown(value: $crate::Unknown<Self>) -> Self {
                Self::Unknown(value)
            }
            fn is_known(wire: &::std::boxed::Box<str>) -> bool {
                matches!(&**wire, $($wire)|+)
            }
        }
        impl $crate::StringEnum for $name {
            fn from_known(wire: &str) -> ::std::option::Option<Self> {
                ::std::option::Option::Some(match wire {
                    $($wire => Self::$variant,)+
                    _ => return ::std::option::Option::None,
                })
            }
            fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(value) => value.wire(),
                }
            }
        }
        impl $name {
            /// Returns the value as it is on the wire.
            pub fn as_str(&self) -> &str {
                $crate::StringEnum::as_str(self)
            }
            /// Returns whether this is one of the documented values.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
            /// Returns all known values, in document order.
            pub fn known() -> &'static [Self] {
                <Self as $crate::OpenEnum>::KNOWN
            }
        }
        impl ::std::convert::From<&str> for $name {
            fn from(wire: &str) -> Self {
                $crate::StringEnum::read(wire)
            }
        }
        /// Accepts the documented values only; [`From`] accepts every text.
        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownValue;
            fn from_str(wire: &str) -> ::std::result::Result<Self, $crate::UnknownValue> {
                $crate::StringEnum::from_known(wire).ok_or_else(|| {
                    $crate::UnknownValue::new(wire, &|n| Self::known().get(n).map(|known| known.as_str().to_owned()))
                })
            }
        }
        impl ::std::convert::From<::std::string::String> for $name {
            fn from(wire: ::std::string::String) -> Self {
                $crate::StringEnum::read(&wire)
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::std::result::Result<Self, $crate::CodecError> {
                $crate::json::read_string_enum(r)
            }
        }
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                w.string(self.as_str());
            }
        }
        $crate::__json_serde!($name);
        impl $crate::ToText for $name {
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }
        $crate::__enum_xml!(string_enum $name);
        impl $crate::client::ToParam for $name {
            fn to_param(&self) -> $crate::client::Value<'_> {
                $crate::client::Value::Text($crate::ToText::to_text(self))
            }
        }
        $crate::__enum_schema!($name, string_enum, [$($wire),+]);
    };
}

/// Implements what an open enum of integers needs.
///
/// The enum has a variant `Unknown(Unknown<Self>)` beside the named ones:
/// `integer_enum! { Owner { OwnStore = 0, Market = 1 } }`.
#[macro_export]
macro_rules! integer_enum {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        impl $crate::OpenEnum for $name {
            type Wire = i64;
            const KNOWN: &'static [Self] = &[$(Self::$variant),+];
            fn from_unknown(value: $crate::Unknown<Self>) -> Self {
                Self::Unknown(value)
            }
            fn is_known(wire: &i64) -> bool {
                matches!(*wire, $($wire)|+)
            }
        }
        impl $crate::IntegerEnum for $name {
            fn from_known(wire: i64) -> ::std::option::Option<Self> {
                ::std::option::Option::Some(match wire {
                    $($wire => Self::$variant,)+
                    _ => return ::std::option::Option::None,
                })
            }
            fn code(&self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(value) => *value.wire(),
                }
            }
        }
        impl $name {
            /// Returns the value as it is on the wire.
            pub fn code(&self) -> i64 {
                $crate::IntegerEnum::code(self)
            }
            /// Returns whether this is one of the documented values.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
            /// Returns all known values, in document order.
            pub fn known() -> &'static [Self] {
                <Self as $crate::OpenEnum>::KNOWN
            }
        }
        /// Accepts the documented values only; [`From`] accepts every integer.
        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownValue;
            fn from_str(wire: &str) -> ::std::result::Result<Self, $crate::UnknownValue> {
                wire.parse().ok().and_then($crate::IntegerEnum::from_known).ok_or_else(|| {
                    $crate::UnknownValue::new(wire, &|n| Self::known().get(n).map(|known| known.code().to_string()))
                })
            }
        }
        impl ::std::convert::From<i64> for $name {
            fn from(wire: i64) -> Self {
                $crate::IntegerEnum::read(wire)
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.code(), f)
            }
        }
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::std::result::Result<Self, $crate::CodecError> {
                $crate::json::read_integer_enum(r)
            }
        }
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                $crate::json::ToJson::to_json(&self.code(), w);
            }
        }
        $crate::__json_serde!($name);
        impl $crate::ToText for $name {
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Owned(self.code().to_string())
            }
        }
        $crate::__enum_xml!(integer_enum $name);
        impl $crate::client::ToParam for $name {
            fn to_param(&self) -> $crate::client::Value<'_> {
                $crate::client::Value::Literal($crate::ToText::to_text(self))
            }
        }
        $crate::__enum_schema!($name, integer_enum, [$($wire),+]);
    };
}

/// Implements what an open enum of any scalars needs; the wire forms are JSON texts:
/// `mixed_enum! { Limit { Unlimited = "\"none\"", Ten = "10" } }`.
#[macro_export]
macro_rules! mixed_enum {
    ($name:ident { $($variant:ident = $wire:literal),* $(,)? }) => {
        impl $name {
            /// As it is on the wire, as JSON.
            fn json(&self) -> ::std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$variant => ::std::borrow::Cow::Borrowed($wire),)*
                    Self::Unknown(value) => ::std::borrow::Cow::Owned(value.to_string()),
                }
            }
        }
        impl ::std::convert::From<::serde_json::Value> for $name {
            fn from(value: ::serde_json::Value) -> Self {
                match value.to_string().as_str() {
                    $($wire => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&$crate::ToText::to_text(self))
            }
        }
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::std::result::Result<Self, $crate::CodecError> {
                <::serde_json::Value as $crate::json::FromJson>::from_json(r).map(Self::from)
            }
        }
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                let value = ::serde_json::from_str::<::serde_json::Value>(&self.json()).unwrap_or_default();
                $crate::json::ToJson::to_json(&value, w);
            }
        }
        $crate::__json_serde!($name);
        impl $crate::ToText for $name {
            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                match ::serde_json::from_str::<::serde_json::Value>(&self.json()) {
                    ::std::result::Result::Ok(::serde_json::Value::String(text)) => ::std::borrow::Cow::Owned(text),
                    _ => self.json(),
                }
            }
        }
        impl $crate::client::ToParam for $name {
            fn to_param(&self) -> $crate::client::Value<'_> {
                $crate::client::Value::Literal($crate::ToText::to_text(self))
            }
        }
        $crate::__enum_xml!(mixed_enum $name);
        $crate::__mixed_schema!($name);
    };
}
