//! How values of a property differ from what is usual for their type.

use super::{ToJson, Writer};

/// How a property's values are written, and which other forms of them are read. The reader and the writer hold that of the
/// property that they are at; it applies to a value, and to the items of a list or map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form(u16);

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident $is:ident = $bit:literal;)*) => {
        impl Form {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(self) -> Self {
                    Self(self.0 | 1 << $bit)
                }

                #[inline]
                pub(crate) const fn $is(self) -> bool {
                    self.0 & 1 << $bit != 0
                }
            )*
        }
    };
}

forms! {
    /// A decimal is written as a string.
    decimal_string is_decimal_string = 0;
    /// A moment is written as `2009-06-04 14:22:34 +0400`.
    rails_timestamp is_rails_timestamp = 1;
    /// A number, boolean or integer enum may be a string.
    accept_string takes_string = 2;
    /// A string may be a number, a boolean 1 or 0.
    accept_number takes_number = 3;
    /// `""` stands for an absent value.
    empty_string takes_empty_string = 4;
    /// `[]` stands for an empty object or map.
    empty_array takes_empty_array = 5;
    /// `{}` stands for an empty list.
    empty_object takes_empty_object = 6;
    /// Items that are null are skipped.
    null_items takes_null_items = 7;
    /// `0000-00-00` stands for an absent date.
    zero_date takes_zero_date = 8;
    /// One item stands for a list of it.
    single takes_single = 9;
    /// A value of another type is an error, although the property is optional.
    strict is_strict = 10;
    /// The property is written even where it is `None`.
    always is_always = 11;
    /// A string must be an identifier: it is documented as a UUID.
    uuid is_uuid = 12;
    /// The property must come.
    present must_come = 13;
}

impl Form {
    /// Returns the form of a property that must be there.
    #[must_use]
    pub const fn required() -> Self {
        Self(0).always().present()
    }

    /// Returns the form of a property that must be there and may be null.
    #[must_use]
    pub const fn nullable() -> Self {
        Self(0).always().present()
    }

    /// Returns the form of a property that may be left out.
    #[must_use]
    pub const fn optional() -> Self {
        Self(0)
    }

    /// Returns the form of a property that may be left out or null.
    #[must_use]
    pub const fn maybe() -> Self {
        Self(0)
    }

    /// Whether a string is read otherwise than usual.
    #[inline]
    pub(crate) const fn changes_strings(self) -> bool {
        self.takes_number() || self.is_uuid()
    }

    /// Whether something that is not null may stand for an absent value.
    #[inline]
    pub(crate) const fn takes_absent(self) -> bool {
        self.takes_empty_string() || self.takes_zero_date() || self.takes_empty_array()
    }
}

/// A value that is written in a form of its own, outside a struct.
#[derive(Clone, Copy, Debug)]
pub struct InForm<'a, T: ?Sized>(pub &'a T, pub Form);

impl<T: ToJson + ?Sized> ToJson for InForm<'_, T> {
    fn to_json(&self, w: &mut Writer) {
        w.form(self.1);
        self.0.to_json(w);
        w.form(Form::default());
    }

    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }
}
