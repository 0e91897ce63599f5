//! JSON: reading with errors that say where, writing, and the forms of single values.

mod error;
mod items;
mod locate;
mod scalars;
mod via;

pub use error::Error;
pub(crate) use error::looks_like_html;
pub use items::ItemReader;
pub use scalars::{
    accept_number, accept_string, date, date_optional_time, date_time, decimal, decimal_string,
    rails_timestamp,
};
pub use via::{Codec, Via, non_null, required};

#[doc(hidden)]
pub use crate::__accept_integer_enum as accept_integer_enum;

use serde::Serialize;
use serde::de::DeserializeOwned;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads a JSON text, with or without a byte-order mark.
///
/// # Errors
/// Where the text is no JSON, or not JSON of this type: with the path, the position and a short excerpt.
pub fn decode<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    serde_json::from_slice(text).map_err(|error| Error::new(text, &error))
}

/// Reads a JSON text, or takes a body that is no JSON as an unquoted string (`x-bare-string`): some endpoints answer
/// an identifier as it is.
///
/// # Errors
/// As [`decode`].
pub fn decode_bare_string<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let text = text.strip_prefix(BOM).unwrap_or(text).trim_ascii();
    // An identifier may begin with digits, so only what can be nothing else is read as JSON.
    let bare = match text.first() {
        None | Some(b'"' | b'{' | b'[' | b'<') => None,
        Some(_) if matches!(text, b"null" | b"true" | b"false") => None,
        Some(_) => std::str::from_utf8(text).ok(),
    };
    match bare.map(serde_json::to_vec) {
        Some(Ok(quoted)) => decode(&quoted),
        _ => decode(text),
    }
}

/// Writes a value as JSON.
///
/// # Errors
/// Where a value has no JSON form; types emitted from a spec always have one.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|error| Error::unwritable(&error))
}
