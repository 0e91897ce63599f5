//! JSON: a reader and a writer that emitted code drives, errors that say where, and the forms of single values.
//!
//! The reader works on the whole text: emitted code asks for the next documented property, the reader compares the
//! expected name with what is there, and values are read in place. Nothing of it is generic over a
//! format, so that a type costs the compiler as little as possible. Serde's traits go through it too (see [`bridge`]).

pub mod bridge;
mod forms;
mod items;
mod lenient;
mod locate;
mod object;
mod properties;
mod reader;
mod scalars;
mod scan;
mod slot;
mod strings;
mod values;
mod variants;
mod writer;

pub use forms::{Form, InForm};
pub use items::ItemReader;
pub use object::RestToJson;
pub(crate) use properties::same_name;
pub use properties::{Key, Keys, Place};
pub use reader::{FromJson, Kind, Reader};
#[cfg(feature = "xml")]
pub(crate) use scalars::integer_of;
#[doc(hidden)]
pub use scalars::{read_integer_enum, read_string_enum};
pub(crate) use slot::By;
pub use slot::{Rest, Slot};
pub use variants::Guard;
pub use writer::{ToJson, Writer};

use crate::codec::Omitted;
use crate::{CodecError, CodecErrorKind};
use std::borrow::Cow;

pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads a JSON text, with or without a byte-order mark.
///
/// # Errors
/// Where the text is no JSON, or not JSON of this type: with the path, the position and a short excerpt.
pub fn decode<T: FromJson>(text: &[u8]) -> Result<T, CodecError> {
    let mut value = None;
    whole(text, |text| Reader::new(text), None, &mut value)?;
    // It was read, or there was an error.
    value.ok_or_else(not_read)
}

/// The same, but a property's name may have another spelling: `product_id` where `ProductId` is documented.
///
/// # Errors
/// As [`decode`].
pub(crate) fn decode_spelled<T: FromJson>(text: &[u8]) -> Result<T, CodecError> {
    let mut value = None;
    whole(text, |text| Reader::spelled(text), None, &mut value)?;
    value.ok_or_else(not_read)
}

/// Returns the same, but an optional property with an unexpected value is absent, and a null item is passed over: what was left
/// out is given beside the value.
///
/// # Errors
/// As [`decode`].
pub fn decode_lenient<T: FromJson>(text: &[u8]) -> Result<(T, Omitted), CodecError> {
    let mut value = None;
    let omitted = read_lenient(text, &mut value)?;
    let value = value.ok_or_else(not_read)?;
    Ok((value, omitted))
}

/// As [`decode_lenient`], into a slot.
pub(crate) fn read_lenient(text: &[u8], slot: &mut dyn Slot) -> Result<Omitted, CodecError> {
    let mut omitted = Omitted::default();
    whole(text, |text| Reader::lenient(text), Some(&mut omitted), slot)?;
    Ok(omitted)
}

/// `whole` fills its slot, or gives an error: this is for the compiler.
pub(crate) fn not_read() -> CodecError {
    CodecError::missing(0, "the value")
}

/// Reads a whole text.
fn whole(
    text: &[u8],
    reader: for<'t> fn(&'t str) -> Reader<'t>,
    lenient: Option<&mut Omitted>,
    slot: &mut dyn Slot,
) -> Result<(), CodecError> {
    let bytes = text.strip_prefix(BOM).unwrap_or(text);
    let (text, broken) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let (good, _) = bytes.split_at(error.valid_up_to());
            // A character that is cut off at the end is no other fault than the text's being cut off.
            let broken = error.error_len().map(|_| good.len());
            (std::str::from_utf8(good).unwrap_or_default(), broken)
        }
    };
    let mut reader = reader(text);
    let result = slot.read(&mut reader).and_then(|()| reader.end());
    if let Some(lenient) = lenient {
        *lenient = reader.into_omitted();
        for error in &mut lenient.errors {
            error.locate_in(bytes);
        }
    }
    let encoding = |at, byte| Err(CodecError::encoding(at, "UTF-8", byte));
    match (result, broken) {
        // Nothing is wrong before the bytes that are no UTF-8.
        (Ok(()), Some(at)) => encoding(at, bytes.get(at).copied()),
        (Err(error), Some(at)) if error.kind() == CodecErrorKind::Truncated => {
            encoding(at, bytes.get(at).copied())
        }
        (result, _) if text.len() < bytes.len() && result.is_ok() => encoding(text.len(), None),
        (result, _) => result,
    }
    .map_err(|mut error| {
        error.locate_in(bytes);
        error
    })
}

/// Whether a text is JSON.
pub(crate) fn is_valid(text: &str) -> bool {
    let mut reader = Reader::new(text);
    reader.skip().is_ok() && reader.end().is_ok()
}

/// Reads a JSON text, or takes a body that is no JSON as an unquoted string (`x-bare-string`): some endpoints answer
/// an identifier as it is.
///
/// # Errors
/// As [`decode`].
pub fn decode_bare_string<T: FromJson>(text: &[u8]) -> Result<T, CodecError> {
    match bare_string(text) {
        Some(bare) => decode(&encode(&*bare)),
        None => decode(text),
    }
}

/// The text of a body that is a string, quoted or not. An identifier may begin with digits, so only what can be nothing
/// else is JSON.
pub(crate) fn bare_string(text: &[u8]) -> Option<Cow<'_, str>> {
    let text = text.strip_prefix(BOM).unwrap_or(text).trim_ascii();
    match text.first() {
        // A UUID in braces.
        Some(b'{') if text.len() > 2 && !text.contains(&b'"') => {
            std::str::from_utf8(text).ok().map(Cow::Borrowed)
        }
        None | Some(b'{' | b'[' | b'<') => None,
        Some(b'"') => decode::<String>(text).ok().map(Cow::Owned),
        Some(_) if matches!(text, b"null" | b"true" | b"false") => None,
        Some(_) => std::str::from_utf8(text).ok().map(Cow::Borrowed),
    }
}

/// Writes a value as JSON.
pub fn encode<T: ToJson + ?Sized>(value: &T) -> Vec<u8> {
    let mut writer = Writer::default();
    value.to_json(&mut writer);
    writer.finish()
}

/// As [`encode`]; `None` where the value has a number that JSON has not.
pub(crate) fn encode_finite(value: &dyn ToJson) -> Option<Vec<u8>> {
    let mut writer = Writer::default();
    value.to_json(&mut writer);
    let is_finite = !writer.not_a_number;
    is_finite.then(|| writer.finish())
}

/// Writes a value as JSON for people, indented by two spaces.
pub fn encode_pretty<T: ToJson + ?Sized>(value: &T) -> Vec<u8> {
    pretty(&encode(value))
}

/// Indents a JSON text without white space by two spaces.
pub(crate) fn pretty(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    let mut depth = 0;
    let mut rest = text;
    let line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', depth * 2));
    };
    while let [byte, more @ ..] = rest {
        rest = more;
        match byte {
            b'{' | b'[' => {
                out.push(*byte);
                // An empty object or array stays on its line.
                if let [end @ (b'}' | b']'), after @ ..] = more {
                    out.push(*end);
                    rest = after;
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(*byte);
            }
            b',' => {
                out.push(b',');
                line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b'"' => {
                out.push(b'"');
                loop {
                    let end = scan::plain_end(rest, 0);
                    let (plain, after) = rest.split_at(end);
                    out.extend_from_slice(plain);
                    // A quote ends the string, a backslash takes the next byte with it.
                    let taken = if after.first() == Some(&b'"') { 1 } else { 2 };
                    let (taken, after) = after.split_at(taken.min(after.len()));
                    out.extend_from_slice(taken);
                    rest = after;
                    if matches!(taken, [] | [b'"']) {
                        break;
                    }
                }
            }
            _ => out.push(*byte),
        }
    }
    out
}
