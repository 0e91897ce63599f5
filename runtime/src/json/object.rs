//! The codec of a struct.

use super::reader::Keys;
use super::{Error, Form, FromJson, Reader, ToJson, Writer};
use crate::slot::{Nullable, Optional, Required, ThreeState};

/// The table of a struct's properties, and the code that reads and writes by it, in JSON and, where the fields say how
/// they appear in it, in XML.
///
/// ```text
/// object! {
///     Price: json read, xml read {
///         id = "id": required => attribute,
///         price = "price": required as decimal_string => element("price", "decimal"),
///         tags = "tags": optional => list("tags", "array") of ("tag"),
///         note = "note": maybe as accept_number | null_items => element,
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
/// `=>` says what carries it in XML, with what is given to [`tag!`](crate::tag) where that is not the property's name:
/// `element`, `list … of …` (a wrapper and its items), `attribute`, `text`. `..others` is a map of all other properties.
///
/// Properties are written in this order, read in any order (fastest in this one), and what is not named is skipped.
///
/// `json` and `xml` say in which direction programs use the type: `read`, `written`, `both`, `unused`. The other direction
/// works as well, but is compiled only in the program that uses it.
#[macro_export]
macro_rules! object {
    ($name:ident: json $json:ident, xml $xml:ident {
        $($field:ident = $wire:literal: $presence:ident $(as $($form:ident)|+)?
            => $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))?),* $(,)?
        $(..$rest:ident)?
    }) => {
        $crate::object! {
            $name: json $json { $($field = $wire: $presence $(as $($form)|+)?),* $(,..$rest)? }
        }
        $crate::__xml_object! {
            $xml $name {
                $($field: $presence, [$($($form)|+)?], $node, [$crate::__object_tag!($wire $(($($tag)*))?)], [$($($item)*)?]);*
            } [$($rest)?]
        }
    };
    ($name:ident: json read $fields:tt) => {
        $crate::__json_object!([] [#[inline]] $name $fields);
    };
    ($name:ident: json written $fields:tt) => {
        $crate::__json_object!([#[inline]] [] $name $fields);
    };
    ($name:ident: json unused $fields:tt) => {
        $crate::__json_object!([#[inline]] [#[inline]] $name $fields);
    };
    ($name:ident: json both $fields:tt) => {
        $crate::__json_object!([] [] $name $fields);
    };
    ($name:ident $fields:tt) => {
        $crate::__json_object!([] [] $name $fields);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_tag {
    ($wire:literal) => {
        $crate::tag!($wire)
    };
    ($wire:literal ($($tag:tt)*)) => {
        $crate::tag!($($tag)*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_object {
    ([$($read:tt)*] [$($write:tt)*] $name:ident {
        $($field:ident = $wire:literal: $presence:ident $(as $($form:ident)|+)?),* $(,)?
        $(..$rest:ident)?
    }) => {
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
                fn from_json(r: &mut $crate::json::Reader<'_>) -> ::core::result::Result<Self, $crate::json::Error> {
                    $(let mut $field = $crate::slot::$presence();)*
                    $(let mut $rest = ::core::default::Default::default();)?
                    let object = r.fields(&KEYS, &mut [$(&mut $field),*], $crate::__json_rest!(&mut $($rest)?))?;
                    ::core::result::Result::Ok(Self {
                        $($field: match $field.take() {
                            ::core::option::Option::Some(value) => value,
                            ::core::option::Option::None => return ::core::result::Result::Err(object.missing($wire)),
                        },)*
                        $($rest,)?
                    })
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

/// Where a struct's field is kept while its object is read.
pub trait Slot {
    /// Reads the property's value.
    ///
    /// # Errors
    /// Where it is not of the field's type.
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), Error>;
}

/// Where the properties are kept that a struct does not name.
pub trait Rest {
    /// Reads a property's value.
    ///
    /// # Errors
    /// Where it is not of the type.
    fn read(&mut self, name: String, r: &mut Reader<'_>) -> Result<(), Error>;
}

/// Properties that a struct does not name, to write.
pub trait RestToJson {
    /// Writes those that the struct does not name.
    fn write(&self, keys: &Keys, w: &mut Writer);
}

impl<T: FromJson> Slot for Required<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), Error> {
        self.0 = Some(T::from_json(r)?);
        Ok(())
    }
}

impl<T: FromJson> Slot for Optional<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), Error> {
        if r.null()? || r.stands_for_absent()? {
            return Ok(());
        }
        let mark = r.mark();
        match T::from_json(r) {
            Ok(value) => self.0 = Some(value),
            Err(error) => r.leave_out(mark, error)?,
        }
        Ok(())
    }
}

impl<T: FromJson> Slot for Nullable<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), Error> {
        self.0 = Some(None);
        if r.null()? || r.stands_for_absent()? {
            return Ok(());
        }
        self.0 = Some(Some(T::from_json(r)?));
        Ok(())
    }
}

impl<T: FromJson> Slot for ThreeState<T> {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), Error> {
        if r.null()? {
            self.0 = crate::Maybe::Null;
            return Ok(());
        }
        if r.stands_for_absent()? {
            return Ok(());
        }
        let mark = r.mark();
        match T::from_json(r) {
            Ok(value) => self.0 = crate::Maybe::Value(value),
            Err(error) => r.leave_out(mark, error)?,
        }
        Ok(())
    }
}

impl<T: FromJson> Rest for std::collections::BTreeMap<String, T> {
    fn read(&mut self, name: String, r: &mut Reader<'_>) -> Result<(), Error> {
        let mark = r.mark();
        match T::from_json(r) {
            Ok(value) => {
                self.insert(name, value);
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
