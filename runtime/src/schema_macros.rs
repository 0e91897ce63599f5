//! Helpers of `string_enum!` and `integer_enum!` that differ by the runtime's features: a `cfg`
//! inside an exported macro would ask for a feature of the user's crate.

/// Implements `JsonSchema` for a type by an expression of the generator.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_schema {
    ($name:ident, |$g:ident| $schema:expr) => {
        impl $crate::schema::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", stringify!($name)))
            }
            fn json_schema(
                $g: &mut $crate::schema::schemars::SchemaGenerator,
            ) -> $crate::schema::schemars::Schema {
                $schema
            }
        }
    };
}

#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $function:ident, $known:tt) => {
        $crate::__json_schema!($name, |_g| $crate::schema::$function(&$known));
    };
}

#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $function:ident, $known:tt) => {};
}

/// Implements `JsonSchema` for an enum of `union!`, for generated code with schemas: not by `union!` itself, as the types
/// that it holds need not have one.
#[cfg(feature = "schema")]
#[macro_export]
macro_rules! union_schema {
    ($name:ident: $($ty:ty),+ $(,)?) => {
        $crate::__json_schema!($name, |g| $crate::schema::union(vec![
            $(g.subschema_for::<$ty>()),+
        ]));
    };
}

#[cfg(feature = "xml")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_xml {
    ($read:ident $name:ident) => {
        impl $crate::xml::FromXml for $name {
            const NULL_IF_EMPTY: bool = true;
            #[inline]
            fn from_xml(
                r: &mut $crate::xml::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::CodecError> {
                r.$read()
            }
        }
        impl $crate::xml::ToXml for $name {
            const NULL_IF_EMPTY: bool = true;
            #[inline]
            fn to_xml(
                &self,
                w: &mut $crate::xml::Writer,
            ) -> ::core::result::Result<(), $crate::CodecError> {
                w.string(&$crate::ToText::to_text(self))
            }
        }
    };
}

#[cfg(not(feature = "xml"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_xml {
    ($read:ident $name:ident) => {};
}

#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __mixed_schema {
    ($name:ident) => {
        $crate::__json_schema!($name, |g| g.subschema_for::<::serde_json::Value>());
    };
}

#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mixed_schema {
    ($name:ident) => {};
}
