//! What the codecs of JSON and XML share: their error, its places, and the words of its messages.

mod error;
mod place;
pub(crate) mod words;

pub use error::{CodecError, CodecErrorKind, Omitted};
pub(crate) use place::{Position, begins_with, is_secret, looks_like_html};
