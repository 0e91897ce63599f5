//! Bytes turned into text: byte-order marks and declared encodings.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text of an XML document, without its byte-order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (declared(bytes)?, 0),
    };
    let body = bytes.get(skip..).unwrap_or_default();
    encoding
        .decode_without_bom_handling_and_without_replacement(body)
        .ok_or_else(|| format!("bytes that are not valid {}", encoding.name()))
}

/// The encoding that the XML declaration names; UTF-8 without one.
fn declared(bytes: &[u8]) -> Result<&'static Encoding, String> {
    let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    if !head.starts_with(b"<?xml") {
        return Ok(UTF_8);
    }
    let end = memchr::memmem::find(head, b"?>").unwrap_or(head.len());
    let head = String::from_utf8_lossy(head.get(..end).unwrap_or_default());
    let Some((_, rest)) = head.split_once("encoding") else {
        return Ok(UTF_8);
    };
    let rest = rest
        .trim_start()
        .strip_prefix('=')
        .unwrap_or_default()
        .trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let label = quote
        .and_then(|quote| rest.get(1..)?.split(quote).next())
        .unwrap_or_default();
    // A broken declaration is for the parser to report.
    if label.is_empty() {
        return Ok(UTF_8);
    }
    match Encoding::for_label(label.as_bytes()) {
        // A declaration that can be read byte by byte is not in UTF-16.
        Some(wide) if wide == UTF_16LE || wide == UTF_16BE => {
            Err(format!("encoding {label:?} without a byte-order mark"))
        }
        Some(encoding) => Ok(encoding),
        None => Err(format!("the unknown encoding {label:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let windows = b"<?xml version='1.0' encoding='windows-1251'?><a>\xcc\xe8\xf0</a>";
        assert!(decode(windows).unwrap().ends_with("<a>Мир</a>"));
        assert_eq!(decode(b"\xef\xbb\xbf<a/>").unwrap(), "<a/>");
        assert_eq!(decode(b"\xff\xfe<\0a\0/\0>\0").unwrap(), "<a/>");
        assert_eq!(decode(b"\xfe\xff\0<\0a\0/\0>").unwrap(), "<a/>");
        assert!(decode(b"<a>\xcc</a>").unwrap_err().contains("UTF-8"));
        assert!(
            decode(b"<?xml version='1.0' encoding='klingon'?><a/>")
                .unwrap_err()
                .contains("klingon")
        );
        assert!(decode(b"<?xml version='1.0' encoding='utf-16'?><a/>").is_err());
        assert!(decode(b"<?xml encoding").is_ok() && decode(b"").is_ok());
    }
}
