//! Values of several types that are told apart by their JSON type.

/// Implements the JSON codec and Serde's traits for an enum whose variants have different JSON types:
/// `union! { Message { Text(String): string, Localized(Vec<Text>): array } }`.
///
/// The kinds are `string`, `integer`, `number`, `boolean`, `array` and `object`. Unlike `#[serde(untagged)]` nothing
/// is buffered, and an error inside a variant keeps its position and message.
#[macro_export]
macro_rules! union {
    ($name:ident { $($variant:ident($ty:ty): $kind:ident),+ $(,)? }) => {
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::std::result::Result<Self, $crate::json::Error> {
                match r.kind() {
                    $($crate::__union_kind!($kind) => $crate::json::FromJson::from_json(r).map(Self::$variant),)+
                    _ => ::std::result::Result::Err(r.refuse($crate::__union_kinds!($($kind),+))),
                }
            }
        }
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                match self {
                    $(Self::$variant(value) => $crate::json::ToJson::to_json(value, w),)+
                }
            }
        }
        $crate::__json_serde!($name);
        $(
            impl ::std::convert::From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )+
        $crate::__union_schema!($name, [$($ty),+]);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union_kinds {
    ($first:ident $(, $more:ident)*) => {
        concat!("a value of type ", stringify!($first) $(, " or ", stringify!($more))*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union_kind {
    (string) => {
        ::std::option::Option::Some($crate::json::Kind::String)
    };
    (integer) => {
        ::std::option::Option::Some($crate::json::Kind::Number)
    };
    (number) => {
        ::std::option::Option::Some($crate::json::Kind::Number)
    };
    (boolean) => {
        ::std::option::Option::Some($crate::json::Kind::Boolean)
    };
    (array) => {
        ::std::option::Option::Some($crate::json::Kind::Array)
    };
    (object) => {
        ::std::option::Option::Some($crate::json::Kind::Object)
    };
}
