//! XML: a reader and a writer that emitted code drives.
//!
//! The reader works on the bytes of the whole document, without an event in
//! between: emitted code asks for the next documented child, the reader compares
//! the documented start tag with what is there, and scalars are read from
//! where they are. What is unusual (other attributes, references, CDATA,
//! comments, another order) takes slower paths with the same result.

mod children;
mod document;
mod element;
mod encoding;
mod fields;
mod free;
mod input;
mod known;
mod lenient;
mod limits;
mod object;
mod reader;
mod scalar;
mod scan;
mod skip;
mod splitter;
mod start;
mod stream;
mod tag;
mod text;
mod time;
mod trace;
mod variants;
mod write_field;
mod writer;

pub use crate::tag;
pub use children::Children;
pub use fields::ReadField;
pub use limits::{Dialect, Limits};
pub use object::Slot;
pub use reader::{FromXml, Reader};
pub(crate) use scalar::not_a;
pub use stream::ListDecoder;
pub use tag::{ListTag, Tag, Tags};
pub use variants::{Content, Variant};
pub use write_field::WriteField;
pub use writer::{ToXml, Writer};

use crate::codec::Omitted;
use crate::{CodecError, CodecErrorKind};
use std::borrow::Cow;
use trace::Origin;

/// Decodes a document whose root is one of `roots`.
///
/// `charset` is the one that the transport names, if any (`Content-Type`).
///
/// # Errors
/// Where the input is not such a document, or passes a limit. The error says where.
pub fn decode<T: FromXml>(
    bytes: &[u8],
    charset: Option<&str>,
    roots: &[Tag],
    dialect: Dialect,
    limits: &Limits,
) -> Result<T, CodecError> {
    let mut value = None;
    whole(bytes, charset, roots, dialect, limits, None, &mut |r| {
        value = Some(T::from_xml(r)?);
        Ok(())
    })?;
    value.ok_or_else(not_read)
}

/// Decodes as [`decode`] does, but an optional element with unexpected content is absent, and a null item is passed over: what was
/// left out is given beside the value.
///
/// # Errors
/// As [`decode`].
pub fn decode_lenient<T: FromXml>(
    bytes: &[u8],
    charset: Option<&str>,
    roots: &[Tag],
    dialect: Dialect,
    limits: &Limits,
) -> Result<(T, Omitted), CodecError> {
    let mut value = None;
    let omitted = read_lenient(bytes, charset, roots, dialect, limits, &mut |r| {
        value = Some(T::from_xml(r)?);
        Ok(())
    })?;
    Ok((value.ok_or_else(not_read)?, omitted))
}

/// As [`decode_lenient`]; `read` reads the root.
pub(crate) fn read_lenient(
    bytes: &[u8],
    charset: Option<&str>,
    roots: &[Tag],
    dialect: Dialect,
    limits: &Limits,
    read: &mut Read<'_>,
) -> Result<Omitted, CodecError> {
    let mut omitted = Omitted::default();
    let lenient = Some(&mut omitted);
    whole(bytes, charset, roots, dialect, limits, lenient, read)?;
    Ok(omitted)
}

/// Decodes as [`decode_list`] does, as leniently as [`decode_lenient`].
///
/// # Errors
/// As [`decode_list`].
pub fn decode_list_lenient<T: ReadField>(
    bytes: &[u8],
    charset: Option<&str>,
    list: &'static ListTag,
    dialect: Dialect,
    limits: &Limits,
) -> Result<(Vec<T>, Omitted), CodecError> {
    let mut items = None;
    let omitted = read_lenient(bytes, charset, list.roots, dialect, limits, &mut |r| {
        items = Some(r.list(list.items)?);
        Ok(())
    })?;
    Ok((items.ok_or_else(not_read)?, omitted))
}

/// Decodes a document that is a list: a root with the items inside.
///
/// # Errors
/// As [`decode`]; also where an item is not of its type.
pub fn decode_list<T: ReadField>(
    bytes: &[u8],
    charset: Option<&str>,
    list: &'static ListTag,
    dialect: Dialect,
    limits: &Limits,
) -> Result<Vec<T>, CodecError> {
    let mut items = None;
    whole(
        bytes,
        charset,
        list.roots,
        dialect,
        limits,
        None,
        &mut |r| {
            items = Some(r.list(list.items)?);
            Ok(())
        },
    )?;
    items.ok_or_else(not_read)
}

/// `whole` calls its reader, or gives an error: this is for the compiler.
pub(crate) fn not_read() -> CodecError {
    CodecError::missing(0, "the document")
}

/// Reads a value to where it is to be.
pub(crate) type Read<'a> = dyn FnMut(&mut Reader<'_>) -> Result<(), CodecError> + 'a;

/// Reads a document. Not generic, so that it is compiled once.
fn whole(
    bytes: &[u8],
    charset: Option<&str>,
    roots: &[Tag],
    dialect: Dialect,
    limits: &Limits,
    lenient: Option<&mut Omitted>,
    read: &mut Read<'_>,
) -> Result<(), CodecError> {
    if bytes.len() > limits.max_bytes {
        let expected = format!("a document of at most {} bytes", limits.max_bytes);
        let found = format!("{} bytes", bytes.len());
        return Err(CodecError::expected(
            CodecErrorKind::Limit,
            0,
            expected,
            found,
        ));
    }
    let text = encoding::to_text(bytes, charset)?;
    let mut reader = Reader::new(&text, dialect, limits);
    reader.omitted = lenient.as_ref().map(|_| Omitted::default());
    let result = reader
        .open_document(roots)
        .and_then(|_| read(&mut reader))
        .and_then(|()| reader.close_document());
    if let Some(lenient) = lenient {
        let mut omitted = reader.omitted.take().unwrap_or_default();
        let errors = omitted.errors.into_iter();
        omitted.errors = errors
            .map(|e| e.locate(&text, &Origin::default()))
            .collect();
        *lenient = omitted;
    }
    result.map_err(|e| e.locate(&text, &Origin::default()))
}

/// Encodes a value as a document with the root `root`, in UTF-8.
///
/// # Errors
/// Where XML cannot carry the value. The error says which element.
pub fn encode<T: ToXml + ?Sized>(
    root: &Tag,
    value: &T,
    dialect: Dialect,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(1024);
    write(&mut out, dialect, &mut |w| w.field(root, value))?;
    Ok(out)
}

/// As [`encode`], for what a server is to understand: an optional list that is given and is empty is an error where it would be
/// written as nothing, as one that is not given.
///
/// # Errors
/// As [`encode`].
pub(crate) fn encode_exact<T: ToXml + ?Sized>(
    root: &Tag,
    value: &T,
    dialect: Dialect,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(1024);
    write(&mut out, dialect, &mut |w| {
        w.exact = true;
        w.field(root, value)
    })?;
    Ok(out)
}

/// As [`encode_list`], as exactly as [`encode_exact`].
///
/// # Errors
/// As [`encode`].
pub(crate) fn encode_list_exact<T: WriteField>(
    list: &'static ListTag,
    items: &[T],
    dialect: Dialect,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(1024);
    write(&mut out, dialect, &mut |w| {
        w.exact = true;
        w.list(list, items)
    })?;
    Ok(out)
}

/// Encodes a document that is a list.
///
/// # Errors
/// As [`encode`].
pub fn encode_list<T: WriteField>(
    list: &'static ListTag,
    items: &[T],
    dialect: Dialect,
) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::with_capacity(1024);
    encode_list_into(&mut out, list, items, dialect)?;
    Ok(out)
}

/// Encodes a document that is a list into a buffer that is emptied first; a
/// buffer that is used again saves the system from finding new memory.
///
/// # Errors
/// As [`encode`]; the buffer is empty then.
pub fn encode_list_into<T: WriteField>(
    out: &mut Vec<u8>,
    list: &'static ListTag,
    items: &[T],
    dialect: Dialect,
) -> Result<(), CodecError> {
    write(out, dialect, &mut |w| w.list(list, items))
}

fn write(
    out: &mut Vec<u8>,
    dialect: Dialect,
    value: &mut dyn FnMut(&mut Writer) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    let mut buffer = std::mem::take(out);
    buffer.clear();
    let mut writer = Writer::new(dialect, buffer);
    value(&mut writer).map_err(|e| writer.locate(e))?;
    *out = writer.finish();
    Ok(())
}

/// Returns the text of an XML document in any encoding, without its byte-order mark;
/// for showing it.
///
/// # Errors
/// Where the bytes are not of their encoding.
pub fn to_text<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, CodecError> {
    encoding::to_text(bytes, charset)
}
