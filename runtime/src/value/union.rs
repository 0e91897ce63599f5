//! Values of several types that are told apart by their JSON type.

/// Implements Serde's traits for an enum whose variants have different JSON types:
/// `union! { Message { Text(String): string, Localized(Vec<Text>): array } }`.
///
/// The kinds are `string`, `integer`, `number`, `boolean`, `array` and `object`. Unlike `#[serde(untagged)]` nothing
/// is buffered, and an error inside a variant keeps its position and message.
#[macro_export]
macro_rules! union {
    ($name:ident { $($variant:ident($ty:ty): $kind:ident),+ $(,)? }) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::serde::Serialize::serialize(value, s),)+
                }
            }
        }
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(d: D) -> ::std::result::Result<Self, D::Error> {
                struct Visitor;
                impl<'de> $crate::serde::de::Visitor<'de> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str($crate::__union_kinds!($($kind),+))
                    }
                    $($crate::__union_visit! { $kind, $name, $variant, $ty })+
                }
                d.deserialize_any(Visitor)
            }
        }
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
macro_rules! __union_visit {
    (string, $name:ident, $variant:ident, $ty:ty) => {
        fn visit_str<E: $crate::serde::de::Error>(self, value: &str) -> ::std::result::Result<$name, E> {
            $crate::__union_visit!(@scalar value, $name, $variant, $ty)
        }
    };
    (integer, $name:ident, $variant:ident, $ty:ty) => {
        fn visit_i64<E: $crate::serde::de::Error>(self, value: i64) -> ::std::result::Result<$name, E> {
            $crate::__union_visit!(@scalar value, $name, $variant, $ty)
        }
        fn visit_u64<E: $crate::serde::de::Error>(self, value: u64) -> ::std::result::Result<$name, E> {
            $crate::__union_visit!(@scalar value, $name, $variant, $ty)
        }
    };
    (number, $name:ident, $variant:ident, $ty:ty) => {
        $crate::__union_visit! { integer, $name, $variant, $ty }
        fn visit_f64<E: $crate::serde::de::Error>(self, value: f64) -> ::std::result::Result<$name, E> {
            $crate::__union_visit!(@scalar value, $name, $variant, $ty)
        }
    };
    (boolean, $name:ident, $variant:ident, $ty:ty) => {
        fn visit_bool<E: $crate::serde::de::Error>(self, value: bool) -> ::std::result::Result<$name, E> {
            $crate::__union_visit!(@scalar value, $name, $variant, $ty)
        }
    };
    (array, $name:ident, $variant:ident, $ty:ty) => {
        fn visit_seq<A: $crate::serde::de::SeqAccess<'de>>(self, items: A) -> ::std::result::Result<$name, A::Error> {
            let items = $crate::serde::de::value::SeqAccessDeserializer::new(items);
            <$ty as $crate::serde::Deserialize>::deserialize(items).map($name::$variant)
        }
    };
    (object, $name:ident, $variant:ident, $ty:ty) => {
        fn visit_map<A: $crate::serde::de::MapAccess<'de>>(self, fields: A) -> ::std::result::Result<$name, A::Error> {
            let fields = $crate::serde::de::value::MapAccessDeserializer::new(fields);
            <$ty as $crate::serde::Deserialize>::deserialize(fields).map($name::$variant)
        }
    };
    (@scalar $value:ident, $name:ident, $variant:ident, $ty:ty) => {{
        let value = $crate::serde::de::IntoDeserializer::into_deserializer($value);
        <$ty as $crate::serde::Deserialize>::deserialize(value).map($name::$variant)
    }};
}
