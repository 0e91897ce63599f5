//! The codec of a struct.

/// Implements [`FromJson`](crate::json::FromJson), [`ToJson`](crate::json::ToJson) and, by them, Serde's traits for a
/// struct: `json_object! { Price { price = "price": required, note = "note": optional as AcceptNumber } }`.
///
/// Each field stands with its name on the wire and whether it must be there:
/// - `required`: a value;
/// - `nullable`: an `Option` that must be there, as a value or as null;
/// - `optional`: an `Option` that may be left out or null, and is left out where it is `None`;
/// - `maybe`: a [`Maybe`](crate::Maybe).
///
/// `as` names a form of [`json::forms`](crate::json::forms) that is not the type's usual one. Properties are written in
/// this order, read in any order (fastest in this one), and what is not named is passed.
///
/// A word before the name says in which direction programs use the type: `read`, `written`, `unused`, both where there
/// is none. The other direction works as well, but is compiled only in the program that uses it.
#[macro_export]
macro_rules! json_object {
    (read $name:ident $fields:tt) => {
        $crate::json_object!(@ [] [#[inline]] $name $fields);
    };
    (written $name:ident $fields:tt) => {
        $crate::json_object!(@ [#[inline]] [] $name $fields);
    };
    (unused $name:ident $fields:tt) => {
        $crate::json_object!(@ [#[inline]] [#[inline]] $name $fields);
    };
    ($name:ident $fields:tt) => {
        $crate::json_object!(@ [] [] $name $fields);
    };
    (@ [$($read:tt)*] [$($write:tt)*] $name:ident { $($field:ident = $wire:literal: $presence:ident $(as $form:ident)?),* $(,)? }) => {
        impl $crate::json::FromJson for $name {
            $($read)*
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::std::result::Result<Self, $crate::json::Error> {
                static NAMES: $crate::json::Names = $crate::json::Names::new(&[$($wire),*]);
                $(let mut $field = ::std::default::Default::default();)*
                let mut object = r.object(&NAMES)?;
                while let ::std::option::Option::Some(next) = object.next(r)? {
                    let index = 0;
                    $(
                        if next == index {
                            r.$presence(&mut $field, $crate::__json_read!($($form)?))?;
                            continue;
                        }
                        let index = index + 1;
                    )*
                    let _ = (index, next);
                }
                let index = 0;
                $(
                    let $field = $crate::__json_take!(object, index, $field, $presence);
                    let index = index + 1;
                )*
                let _ = index;
                ::std::result::Result::Ok(Self { $($field),* })
            }
        }
        impl $crate::json::ToJson for $name {
            $($write)*
            fn to_json(&self, w: &mut $crate::json::Writer) {
                w.begin();
                $($crate::__json_write!(w, $wire, &self.$field, $presence $($form)?);)*
                w.end();
            }
        }
        $crate::__json_serde!($name);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_read {
    () => {
        $crate::json::FromJson::from_json
    };
    ($form:ident) => {
        $crate::json::Via::<$crate::json::forms::$form>::read
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_take {
    ($object:ident, $index:ident, $value:ident, required) => {
        $object.present($value, $index)?
    };
    ($object:ident, $index:ident, $value:ident, nullable) => {
        $object.present($value, $index)?
    };
    ($object:ident, $index:ident, $value:ident, $presence:ident) => {
        $value
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __json_write {
    ($w:ident, $wire:literal, $value:expr, required) => {
        $crate::__json_write!(@ member $w, $wire, $value)
    };
    ($w:ident, $wire:literal, $value:expr, nullable) => {
        $crate::__json_write!(@ member $w, $wire, $value)
    };
    ($w:ident, $wire:literal, $value:expr, $presence:ident) => {
        $crate::__json_write!(@ optional $w, $wire, $value)
    };
    ($w:ident, $wire:literal, $value:expr, $presence:ident $form:ident) => {
        $crate::__json_write!(
            $w,
            $wire,
            &$crate::json::InForm::<$crate::json::forms::$form, _>::new($value),
            $presence
        )
    };
    (@ $method:ident $w:ident, $wire:literal, $value:expr) => {{
        static KEY: $crate::json::Key = $crate::json::Key::new($wire, concat!("\"", $wire, "\":"));
        $w.$method(&KEY, $value)
    }};
}
