//! Helpers of `string_enum!`, `integer_enum!` and `union!` that differ by the runtime's feature `schema`: a `cfg`
//! inside an exported macro would ask for a feature of the user's crate.

#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $function:ident, $known:tt) => {
        impl $crate::schema::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", stringify!($name)))
            }
            fn json_schema(
                _: &mut $crate::schema::schemars::SchemaGenerator,
            ) -> $crate::schema::schemars::Schema {
                $crate::schema::$function(&$known)
            }
        }
    };
}

#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $function:ident, $known:tt) => {};
}

#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __union_schema {
    ($name:ident, [$($ty:ty),+]) => {
        impl $crate::schema::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(concat!(module_path!(), "::", stringify!($name)))
            }
            fn json_schema(g: &mut $crate::schema::schemars::SchemaGenerator) -> $crate::schema::schemars::Schema {
                $crate::schema::union(vec![$(g.subschema_for::<$ty>()),+])
            }
        }
    };
}

#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __union_schema {
    ($name:ident, [$($ty:ty),+]) => {};
}
