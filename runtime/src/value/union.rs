//! Values of several types.

/// Implements the JSON codec and Serde's traits for an enum whose variants hold the types that a value can have, and its
/// XML codec where `xml` says so. How variants are distinguished:
///
/// ```text
/// // By the JSON type: `string`, `integer`, `number`, `boolean`, `array`, `object`, `null`.
/// union! { Message: json_type { Text(String): string, Localized(Vec<Text>): array } }
/// // By a property; `Unknown` holds a value with another. A value without the property is written with the first of its names.
/// // `tag "kind" or Unknown`: it holds a value without the property too, which is an error otherwise.
/// // `tag "kind" else Dog`: this variant holds a value with another, or without the property.
/// union! { Pet: tag "kind" { Cat(Cat): "cat" | "kitten", Dog(Dog): "dog", ..Unknown } }
/// // By trying them in this order, those that have what is asked.
/// union! { Target: first { Order(Order): object has "order_id", Any(Value): any is "kind" = "\"any\"" } }
/// ```
///
/// Nothing is buffered, and an error inside a variant keeps its position and message.
#[macro_export]
macro_rules! union {
    ($name:ident: json_type $(, $xml:ident)? { $($variant:ident($ty:ty): $kind:ident),+ $(,)? }) => {
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                match r.kind() {
                    $($crate::__union_kind!($kind) => $crate::json::FromJson::from_json(r).map(Self::$variant),)+
                    _ => ::core::result::Result::Err(r.refuse($crate::__union_kinds!($($kind),+))),
                }
            }
        }
        $crate::__union! { $name { $($variant($ty)),+ } }
        $crate::__union_xml! { $($xml)? $name { $($variant($ty): $kind),+ } }
    };
    ($name:ident: tag $tag:literal $(or $none:ident)? $(else $other:ident)? $(, $xml:ident)? { $($variant:ident($ty:ty): $($value:literal)|+),+ $(, ..$unknown:ident)? $(,)? }) => {
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                match r.tag($tag)?.as_deref() {
                    $(::core::option::Option::Some($($value)|+) => {
                        $crate::json::FromJson::from_json(r).map(Self::$variant)
                    })+
                    $(::core::option::Option::Some(_) => $crate::json::FromJson::from_json(r).map(Self::$unknown),)?
                    $(::core::option::Option::None if r.kind() == $crate::__union_kind!(object) => {
                        $crate::json::FromJson::from_json(r).map(Self::$none)
                    })?
                    $(_ if r.kind() == $crate::__union_kind!(object) => {
                        $crate::json::FromJson::from_json(r).map(Self::$other)
                    })?
                    #[allow(unreachable_patterns)]
                    _ => ::core::result::Result::Err(r.refuse(concat!(
                        "an object whose `", $tag, "` is one of", $($(" ", $value),+),+
                    ))),
                }
            }
        }
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                match self {
                    $(Self::$variant(value) => w.tagged($tag, $crate::__union_first!($($value),+), value),)+
                    $(Self::$unknown(value) => $crate::json::ToJson::to_json(value, w),)?
                }
            }
        }
        $crate::__json_serde!($name);
        $crate::__union_xml! { $($xml)? $name { $($variant($ty): object [$tag $($value)+]),+ $(, $unknown(::serde_json::Value): any)? } }
    };
    ($name:ident: first $(, $xml:ident)? {
        $($variant:ident($ty:ty): $kind:ident $(has $key:literal)* $(is $constant:literal = $value:literal)*),+ $(,)?
    }) => {
        impl $crate::json::FromJson for $name {
            fn from_json(r: &mut $crate::json::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                static GUARDS: &[$crate::json::Guard] = &[$($crate::json::Guard {
                    name: stringify!($variant),
                    kind: $crate::__union_kind_name!($kind),
                    required: &[$($key),*],
                    constants: &[$(($constant, $value)),*],
                }),+];
                let value = ::core::cell::Cell::new(::core::option::Option::None);
                r.first_fit(GUARDS, &mut [$(&mut |r: &mut $crate::json::Reader<'_>| {
                    value.set(::core::option::Option::Some(Self::$variant($crate::json::FromJson::from_json(r)?)));
                    ::core::result::Result::Ok(())
                }),+])?;
                value.into_inner().ok_or_else(|| r.refuse("a value"))
            }
        }
        $crate::__union! { $name { $($variant($ty)),+ } }
        $crate::__union_xml! { $($xml)? $name { $($variant($ty): $kind),+ } }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($name:ident { $($variant:ident($ty:ty)),+ }) => {
        impl $crate::json::ToJson for $name {
            fn to_json(&self, w: &mut $crate::json::Writer) {
                match self {
                    $(Self::$variant(value) => $crate::json::ToJson::to_json(value, w),)+
                }
            }
        }
        $crate::__json_serde!($name);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union_first {
    ($first:literal $(, $more:literal)*) => {
        $first
    };
}

/// `xml`: a value in one element. `xml_list`: a variant is a list whose items repeat the element.
#[doc(hidden)]
#[macro_export]
macro_rules! __union_xml {
    ($name:ident $variants:tt) => {};
    (xml $name:ident { $($variant:ident($ty:ty): $kind:ident $([$tag:literal $($value:literal)+])?),+ }) => {
        impl $crate::xml::FromXml for $name {
            fn from_xml(r: &mut $crate::xml::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                let value = ::core::cell::Cell::new(::core::option::Option::None);
                r.first_fit(&mut [$($crate::xml::Variant {
                    content: $crate::__union_content!($kind),
                    tags: <$ty as $crate::xml::FromXml>::tags(),
                    values: &[$($(($tag, $value)),+)?],
                    read: &mut |r: &mut $crate::xml::Reader<'_>| {
                        value.set(::core::option::Option::Some(Self::$variant($crate::xml::FromXml::from_xml(r)?)));
                        ::core::result::Result::Ok(())
                    },
                }),+])?;
                value.into_inner().ok_or_else(|| r.refuse())
            }
        }
        impl $crate::xml::ToXml for $name {
            fn to_xml(&self, w: &mut $crate::xml::Writer) -> ::core::result::Result<(), $crate::CodecError> {
                match self {
                    $(Self::$variant(value) => $crate::xml::ToXml::to_xml(value, w),)+
                }
            }
        }
    };
    (xml_list $name:ident { $($variant:ident($ty:ty): $kind:ident $([$($tag:literal)+])?),+ }) => {
        impl $crate::xml::ReadField for $name {
            fn read(
                slot: &mut ::core::option::Option<Self>,
                r: &mut $crate::xml::Reader<'_>,
                tag: &'static $crate::xml::Tag,
            ) -> ::core::result::Result<(), $crate::CodecError> {
                let before = ::core::cell::Cell::new(slot.take());
                let value = ::core::cell::Cell::new(::core::option::Option::None);
                r.first_fit(&mut [$($crate::xml::Variant {
                    content: $crate::__union_content!($kind),
                    tags: ::core::option::Option::None,
                    values: &[],
                    read: &mut |r: &mut $crate::xml::Reader<'_>| {
                    let mut inner = match before.take() {
                        ::core::option::Option::Some(Self::$variant(inner)) => ::core::option::Option::Some(inner),
                        other => {
                            before.set(other);
                            ::core::option::Option::None
                        }
                    };
                    $crate::xml::ReadField::read(&mut inner, r, tag)?;
                    value.set(inner.map(Self::$variant));
                    ::core::result::Result::Ok(())
                    },
                }),+])?;
                *slot = value.into_inner();
                ::core::result::Result::Ok(())
            }

            fn from_attribute(r: &mut $crate::xml::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                ::core::result::Result::Err(r.refuse())
            }
        }
        impl $crate::xml::WriteField for $name {
            fn write(
                &self,
                w: &mut $crate::xml::Writer,
                tag: &$crate::xml::Tag,
            ) -> ::core::result::Result<(), $crate::CodecError> {
                match self {
                    $(Self::$variant(value) => $crate::xml::WriteField::write(value, w, tag),)+
                }
            }
        }
    };
}

/// What the element of a variant of this JSON type contains.
#[doc(hidden)]
#[macro_export]
macro_rules! __union_content {
    (string) => {
        $crate::xml::Content::AnyText
    };
    (array) => {
        $crate::xml::Content::Children
    };
    (object) => {
        $crate::xml::Content::Children
    };
    (any) => {
        $crate::xml::Content::Either
    };
    ($scalar:ident) => {
        $crate::xml::Content::Text
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
        ::core::option::Option::Some($crate::json::Kind::String)
    };
    (integer) => {
        ::core::option::Option::Some($crate::json::Kind::Number)
    };
    (number) => {
        ::core::option::Option::Some($crate::json::Kind::Number)
    };
    (boolean) => {
        ::core::option::Option::Some($crate::json::Kind::Boolean)
    };
    (null) => {
        ::core::option::Option::Some($crate::json::Kind::Null)
    };
    (array) => {
        ::core::option::Option::Some($crate::json::Kind::Array)
    };
    (object) => {
        ::core::option::Option::Some($crate::json::Kind::Object)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union_kind_name {
    (any) => {
        ::core::option::Option::None
    };
    ($kind:ident) => {
        $crate::__union_kind!($kind)
    };
}
