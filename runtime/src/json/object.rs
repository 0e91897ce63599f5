//! The codec of a struct.

use super::properties::Keys;
use super::slot::{Rest, Slot};
use super::{Form, FromJson, Reader, ToJson, Writer};
use crate::CodecError;
use crate::slot::{Nullable, Optional, Required, ThreeState};

/// The table of a struct's fields, and the code that works by it: reading and writing in JSON and, where the entries say how
/// fields appear in it, in XML; the constructor and the setters.
///
/// ```text
/// object! {
///     Price: json both, xml both, new {
///         id = "id": required in new(impl Into<String>) => attribute,
///         price = "price": required as decimal_string in new(Decimal) => element("price", "decimal"),
///         tags = "tags": optional by with_tags(Vec<String>) => list("tags", "array") of ("tag"),
///         note = "note": maybe as accept_number | null_items by with_note(impl Into<String>) => element,
///         kind = "kind": required is ("price".into()) => element,
///         ..others
///     }
/// }
/// ```
///
/// An entry names the field, the property in JSON, its presence, and how its values differ from what is usual for their
/// type: the functions of [`Form`](crate::json::Form).
/// - `required`: a value;
/// - `nullable`: an `Option` that is always there, as a value or as null;
/// - `optional`: an `Option` that may be left out or null, and is left out where it is `None`;
/// - `maybe`: a [`Maybe`](crate::Maybe).
///
/// `new` in the first line adds the constructor: `in new(T)` makes the field an argument of it, in the order of the entries,
/// and `is (value)` gives the field a constant value there. `by with_field(T)` adds a setter.
///
/// `=>` says what carries it in XML, with what is given to [`tag!`](crate::tag) where that is not the property's name:
/// `element`, `list … of …` (a wrapper and its items), `attribute`, `text`; a further `of …` has the items of items that are lists. `..others` is a map of all other properties.
///
/// Properties are written in this order, read in any order (fastest in this one), and what is not named is skipped.
///
/// `json` and `xml` say in which direction programs use the type: `read`, `written`, `both`, `unused`. The other direction
/// works as well, but is compiled only in the program that uses it.
#[macro_export]
macro_rules! object {
    ($name:ident: json $json:ident, xml $xml:ident, new $fields:tt) => {
        $crate::__json_object!($json $name $fields);
        $crate::__xml_object!($xml $name $fields);
        $crate::__object_methods!(new $name $fields);
    };
    ($name:ident: json $json:ident, xml $xml:ident $fields:tt) => {
        $crate::__json_object!($json $name $fields);
        $crate::__xml_object!($xml $name $fields);
        $crate::__object_methods!($name $fields);
    };
    ($name:ident: json $json:ident, new $fields:tt) => {
        $crate::__json_object!($json $name $fields);
        $crate::__object_methods!(new $name $fields);
    };
    ($name:ident: json $json:ident $fields:tt) => {
        $crate::__json_object!($json $name $fields);
        $crate::__object_methods!($name $fields);
    };
    // A struct without a codec: the options of an operation, a form with content that is sent.
    ($name:ident: plain, new $fields:tt) => {
        $crate::__object_methods!(new $name $fields);
    };
    ($name:ident: plain $fields:tt) => {
        $crate::__object_methods!($name $fields);
    };
    ($name:ident $fields:tt) => {
        $crate::object!($name: json both $fields);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_object {
    (read $name:ident $fields:tt) => {
        $crate::__json_object!(@ [] [#[inline]] $name $fields);
    };
    (written $name:ident $fields:tt) => {
        $crate::__json_object!(@ [#[inline]] [] $name $fields);
    };
    (unused $name:ident $fields:tt) => {
        $crate::__json_object!(@ [#[inline]] [#[inline]] $name $fields);
    };
    (both $name:ident $fields:tt) => {
        $crate::__json_object!(@ [] [] $name $fields);
    };
    (@ [$($read:tt)*] [$($write:tt)*] $name:ident {
        $($(#[$($meta:tt)*])* $field:ident = $wire:literal: $presence:ident $(as $($form:ident)|+)?
            $(in new($($argument:tt)*))? $(is ($($constant:tt)*))? $(by $set:ident($($given:tt)*))?
            $(=> $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))*)?),* $(,)?
        $(..$rest:ident $(,)?)?
    }) => {
        #[allow(deprecated, clippy::disallowed_names)]
        const _: () = {
            static KEYS: $crate::json::Keys = $crate::json::Keys::new(&[$(
                $crate::json::Key::new(
                    $wire,
                    concat!("\"", $wire, "\":"),
                    $crate::json::Form::$presence()$($(.$form())+)?,
                )
            ),*]);
            impl $crate::json::FromJson for $name {
                $($read)*
                fn from_json(r: &mut $crate::json::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                    let mut slots = ($($crate::slot::$presence(),)*);
                    $(let mut $rest = ::core::default::Default::default();)?
                    let ($($field,)*) = &mut slots;
                    let object = r.fields(&KEYS, &mut [$($field),*], $crate::__json_rest!(&mut $($rest)?))?;
                    match slots {
                        ($($crate::__came!($presence $field),)*) => ::core::result::Result::Ok(Self { $($field,)* $($rest,)? }),
                        #[allow(unreachable_patterns)] // where nothing is required
                        slots => {
                            $crate::slot::discard(slots);
                            ::core::result::Result::Err(object.missing(&KEYS))
                        }
                    }
                }
            }
            impl $crate::json::ToJson for $name {
                $($write)*
                fn to_json(&self, w: &mut $crate::json::Writer) {
                    w.fields(&KEYS, &[$(&self.$field),*], $crate::__json_rest!(& $(self.$rest)?));
                }
                #[inline]
                fn keys(&self) -> ::core::option::Option<&'static $crate::json::Keys> {
                    ::core::option::Option::Some(&KEYS)
                }
            }
        };
        $crate::__json_serde!($name);
    };
}

/// A slot whose field has come, as a pattern. All slots of a struct are matched at once: to give up at one after the other would take
/// code, for each of them, that drops all others.
#[doc(hidden)]
#[macro_export]
macro_rules! __came {
    (required $field:ident) => {
        $crate::slot::Required(::core::option::Option::Some($field))
    };
    (nullable $field:ident) => {
        $crate::slot::Nullable(::core::option::Option::Some($field))
    };
    (optional $field:ident) => {
        $crate::slot::Optional($field)
    };
    (maybe $field:ident) => {
        $crate::slot::ThreeState($field)
    };
}

/// The constructor and the setters.
#[doc(hidden)]
#[macro_export]
macro_rules! __object_methods {
    (new $name:ident {
        $($(#[$($meta:tt)*])* $field:ident $(= $wire:literal)?: $presence:ident $(as $($form:ident)|+)?
            $(in new($argument:ty))? $(is ($constant:expr))? $(by $set:ident($given:ty))?
            $(=> $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))*)?),* $(,)?
        $(..$rest:ident $(,)?)?
    }) => {
        #[allow(deprecated)]
        impl $name {
            #[doc = ::core::concat!("Creates a `", ::core::stringify!($name), "` with its required fields.")]
            #[must_use]
            #[allow(clippy::too_many_arguments, clippy::disallowed_names)]
            pub fn new($($($field: $argument,)?)*) -> Self {
                Self {
                    $($field: $crate::__object_value!($field [$($argument)?] [$($constant)?]),)*
                    $($rest: ::core::default::Default::default(),)?
                }
            }
            $($crate::__object_setter!([$(#[$($meta)*])*] $field $presence $($set [$given])?);)*
        }
    };
    // A type that programs do not make has neither.
    ($name:ident {
        $($field:ident $(= $wire:literal)?: $presence:ident $(as $($form:ident)|+)?
            $(=> $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))*)?),* $(,)?
        $(..$rest:ident $(,)?)?
    }) => {};
    ($name:ident {
        $($(#[$($meta:tt)*])* $field:ident $(= $wire:literal)?: $presence:ident $(as $($form:ident)|+)?
            $(by $set:ident($given:ty))?
            $(=> $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))*)?),* $(,)?
        $(..$rest:ident $(,)?)?
    }) => {
        #[allow(deprecated)]
        impl $name {
            $($crate::__object_setter!([$(#[$($meta)*])*] $field $presence $($set [$given])?);)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_value {
    ($field:ident [$argument:ty] []) => {
        ::core::convert::Into::into($field)
    };
    ($field:ident [] [$constant:expr]) => {
        $constant
    };
    ($field:ident [] []) => {
        ::core::default::Default::default()
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_setter {
    ([$($meta:tt)*] $field:ident $presence:ident) => {};
    ([$($meta:tt)*] $field:ident $presence:ident $set:ident [$given:ty]) => {
        #[doc = ::core::concat!("Sets [`", ::core::stringify!($field), "`](Self::", ::core::stringify!($field), ").")]
        $($meta)*
        #[must_use]
        #[inline]
        pub fn $set(mut self, value: $given) -> Self {
            self.$field = $crate::slot::set::$presence(::core::convert::Into::into(value));
            self
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_rest {
    (&) => {
        ::core::option::Option::None
    };
    (&mut) => {
        ::core::option::Option::None
    };
    ($($rest:tt)+) => {
        ::core::option::Option::Some($($rest)+)
    };
}

/// Properties that a struct does not name, to write.
pub trait RestToJson {
    /// Writes those that the struct does not name.
    fn write(&self, keys: &Keys, w: &mut Writer);
}

impl<T: FromJson> Slot for Option<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        *self = Some(T::from_json(r)?);
        Ok(())
    }
}

impl<T: FromJson> Slot for Required<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0.read(r)
    }
}

impl<T: FromJson> Slot for Optional<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        r.optional(&mut self.0)
    }
}

impl<T: FromJson> Slot for Nullable<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        self.0 = Some(None);
        if r.null()? || r.stands_for_absent()? {
            return Ok(());
        }
        self.0 = Some(Some(T::from_json(r)?));
        Ok(())
    }
}

impl<T: FromJson> Slot for ThreeState<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), CodecError> {
        if r.null()? {
            self.0 = crate::Maybe::Null;
            return Ok(());
        }
        let mut value = None;
        r.optional(&mut value)?;
        if let Some(value) = value {
            self.0 = crate::Maybe::Value(value);
        }
        Ok(())
    }
}

impl<T: FromJson> Rest for std::collections::BTreeMap<String, T> {
    fn read(&mut self, name: String, r: &mut Reader<'_>) -> Result<(), CodecError> {
        let (mark, start) = (r.mark(), r.place());
        match T::from_json(r) {
            Ok(value) => {
                r.keep(self, name, value, start);
                Ok(())
            }
            Err(error) => r.leave_out(mark, error),
        }
    }
}

impl<T: ToJson> RestToJson for std::collections::BTreeMap<String, T> {
    fn write(&self, keys: &Keys, w: &mut Writer) {
        w.form(Form::default());
        for (name, value) in self.iter().filter(|(name, _)| !keys.contains(name)) {
            w.field(name, value);
        }
    }
}
