//! From bytes to text: byte-order marks, charsets, declarations.

use super::trace::Origin;
use crate::codec::Position;
use crate::codec::words::quoted;
use crate::{CodecError, CodecErrorKind};
use encoding_rs::{DecoderResult, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use std::borrow::Cow;

/// How far an XML declaration may reach.
const DECLARATION: usize = 1024;

/// An encoding, and how many bytes its mark takes.
#[derive(Clone, Copy)]
pub(super) struct Detected {
    pub(super) encoding: &'static Encoding,
    pub(super) mark: usize,
}

/// Whether [`detect`] needs to see more of the input to decide.
pub(super) fn needs_more(bytes: &[u8]) -> bool {
    if bytes.len() < 4 {
        return true;
    }
    let declared = bytes.len() < 6 && b"<?xml".starts_with(bytes.get(..5).unwrap_or(bytes))
        || bytes.starts_with(b"<?xml");
    declared && bytes.len() < DECLARATION && memmem::find(bytes, b"?>").is_none()
}

/// Finds the encoding: by the byte-order mark, then the charset that the
/// transport names, then the XML declaration; else UTF-8.
pub(super) fn detect(bytes: &[u8], charset: Option<&str>) -> Result<Detected, CodecError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(Detected { encoding, mark });
    }
    let found = |encoding| Ok(Detected { encoding, mark: 0 });
    match bytes {
        [b'<', 0, b'?', 0, ..] => return found(UTF_16LE),
        [0, b'<', 0, b'?', ..] => return found(UTF_16BE),
        _ => {}
    }
    // A transport's charset that nobody knows says nothing.
    if let Some(encoding) = charset.and_then(|label| known(label.trim_matches('"'))) {
        return found(match own_encoding(bytes) {
            // A server's setting for all that it serves, which the document contradicts.
            Some(own) if encoding == UTF_8 && own != UTF_8 && str::from_utf8(bytes).is_err() => own,
            _ => encoding,
        });
    }
    // A declaration that cannot be true, such as UTF-16 in 8-bit characters, or that nobody knows, says nothing either.
    if let Some(encoding) = own_encoding(bytes) {
        return found(encoding);
    }
    match declared(bytes).filter(|_| str::from_utf8(whole(bytes)).is_err()) {
        Some(label) => Err(error(label)),
        None => found(UTF_8),
    }
}

/// The bytes up to a character that the next piece of the input may complete.
fn whole(bytes: &[u8]) -> &[u8] {
    let start = bytes.len().saturating_sub(3);
    let tail = bytes.get(start..).unwrap_or_default();
    let cut = tail.iter().position(|byte| *byte >= 0xC0);
    bytes
        .get(..start + cut.unwrap_or(tail.len()))
        .unwrap_or(bytes)
}

/// The encoding of 8-bit characters that the declaration names.
fn own_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    declared(bytes)
        .and_then(known)
        .filter(|e| *e != UTF_16LE && *e != UTF_16BE)
}

fn known(label: &str) -> Option<&'static Encoding> {
    // The usual one needs no search.
    if label.eq_ignore_ascii_case("utf-8") {
        return Some(UTF_8);
    }
    Encoding::for_label(label.trim().as_bytes()).filter(|e| *e != REPLACEMENT)
}

fn error(label: &str) -> CodecError {
    let expected = match label.to_ascii_lowercase().starts_with("utf-16") {
        true => "characters of 16 bits, as the XML declaration says, or UTF-8",
        false => "a known encoding",
    };
    CodecError::expected(CodecErrorKind::Encoding, 0, expected, quoted(label))
        .placed("", Some(Position::START))
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = bytes.get(..DECLARATION).unwrap_or(bytes);
    let declaration = start.strip_prefix(b"<?xml")?;
    let declaration = declaration.get(..memmem::find(declaration, b"?>")?)?;
    let declaration = str::from_utf8(declaration).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

/// The text of a whole document, without its byte-order mark.
pub(super) fn to_text<'b>(
    bytes: &'b [u8],
    charset: Option<&str>,
) -> Result<Cow<'b, str>, CodecError> {
    let Detected { encoding, mark } = detect(bytes, charset)?;
    let bytes = bytes.get(mark..).unwrap_or_default();
    if encoding.is_single_byte()
        && let Ok(text) = str::from_utf8(bytes)
        && is_shown(text, encoding)
    {
        return Ok(Cow::Borrowed(text));
    }
    if encoding == UTF_8 {
        return match str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => {
                let (good, bad) = bytes.split_at(e.valid_up_to());
                let good = str::from_utf8(good).unwrap_or_default();
                let error = CodecError::encoding(good.len(), encoding.name(), bad.first().copied());
                Err(error.locate(good, &Origin::default()))
            }
        };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    transcode(&mut decoder, bytes, true, &mut text)
        .map_err(|e| e.locate(&text, &Origin::default()))?;
    Ok(Cow::Owned(text))
}

/// Whether a text shows that a document is UTF-8, whose old declaration names an encoding of single bytes. What is written in
/// such an encoding is hardly ever UTF-8, but for single words of Cyrillic letters.
pub(super) fn is_shown(text: &str, declared: &'static Encoding) -> bool {
    let least = if declared == WINDOWS_1252 { 1 } else { 3 };
    text.chars().filter(|c| !c.is_ascii()).take(least).count() == least
}

/// Appends the text of more bytes; `last`: no more will come.
pub(super) fn transcode(
    decoder: &mut encoding_rs::Decoder,
    bytes: &[u8],
    last: bool,
    text: &mut String,
) -> Result<(), CodecError> {
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(most.unwrap_or(bytes.len()));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, text, last);
    match result {
        DecoderResult::InputEmpty => Ok(()),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => {
            let bad = bytes.get(read.saturating_sub(1)).copied();
            Err(CodecError::encoding(
                text.len(),
                decoder.encoding().name(),
                bad,
            ))
        }
    }
}
