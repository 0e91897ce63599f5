//! What somebody who knows serde writes by hand for the calls of the benches: the same fields of the same types as the
//! generated ones, with serde's own derives, and nothing of lavka's.

#![allow(
    dead_code,
    reason = "what counts is that they are read; each bench uses a part"
)]

pub mod book;
pub mod categories;
pub mod order;

/// An open enum of strings, by one match each way; a value that is not known keeps its text.
macro_rules! open_enum {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        #[derive(Debug, PartialEq)]
        pub enum $name {
            $($variant,)+
            Unknown(String),
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(text) => text,
                })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E>(self, text: &str) -> Result<$name, E> {
                        Ok(match text {
                            $($wire => $name::$variant,)+
                            _ => $name::Unknown(text.to_owned()),
                        })
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// An open enum of integers.
macro_rules! open_integers {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
        #[serde(from = "i64", into = "i64")]
        pub enum $name {
            $($variant,)+
            Unknown(i64),
        }

        impl From<i64> for $name {
            fn from(wire: i64) -> Self {
                match wire {
                    $($wire => Self::$variant,)+
                    _ => Self::Unknown(wire),
                }
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $wire,)+
                    $name::Unknown(wire) => wire,
                }
            }
        }
    };
}

pub(crate) use {open_enum, open_integers};

open_enum! {
    Locale { RuRu = "ru-RU", EnUs = "en-US" }
}
