//! The values that fields of generated types hold, beside those of the standard library.

mod base64;
pub mod decimal;
pub mod enums;
mod maybe;
mod secret;
mod text;
pub mod time;
mod union;

pub use base64::{Base64, Base64Url};
pub use enums::{IntegerEnum, OpenEnum, StringEnum, Unknown, UnknownValue};
pub use maybe::Maybe;
pub(crate) use secret::MASK;
pub use secret::Secret;
pub use text::ToText;
pub(crate) use text::{is_identifier, is_uuid};
pub use time::{Date, DateOptionalTime, DateTime};
