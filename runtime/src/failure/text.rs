//! The text of a body, whatever its encoding, and what is in front of it.

use std::borrow::Cow;

/// The beginning of a text, at most so many bytes.
pub(crate) fn start(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The text of a body: UTF-8, UTF-16, or the charset that the transport names. `None`: it is not text.
pub(crate) fn to_text<'b>(bytes: &'b [u8], charset: Option<&str>) -> Option<Cow<'b, str>> {
    if let Some(text) = utf16(bytes) {
        return Some(Cow::Owned(text));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => other(bytes, charset),
    };
    let seen = start(&text, SEEN);
    (odd_characters(seen) * 10 <= seen.chars().count()).then_some(text)
}

/// How much of a body decides whether it is text, in bytes.
const SEEN: usize = 4096;

/// Counts the characters that texts do not have: control characters but white space, and what stands for bytes that are none.
fn odd_characters(text: &str) -> usize {
    // Read on every call of some APIs.
    if text.is_ascii() {
        let is_odd = |byte: &&u8| byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r');
        return text.as_bytes().iter().filter(is_odd).count();
    }
    let is_odd =
        |c: &char| c.is_control() && !c.is_whitespace() || *c == char::REPLACEMENT_CHARACTER;
    text.chars().filter(is_odd).count()
}

/// The text of bytes in UTF-16: by its mark, or by the zeros that half of its first characters are.
pub(crate) fn utf16(bytes: &[u8]) -> Option<String> {
    let (bytes, big) = match bytes {
        [0xFE, 0xFF, rest @ ..] => (rest, true),
        [0xFF, 0xFE, rest @ ..] => (rest, false),
        [0, first, 0, ..] if *first != 0 => (bytes, true),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (bytes, false),
        _ => return None,
    };
    let units = bytes.chunks_exact(2).map(|pair| match (pair, big) {
        ([high, low], true) | ([low, high], false) => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.collect())
}

#[cfg(feature = "xml")]
fn other<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
    use encoding_rs::Encoding;
    let declared = || {
        let start = bytes.get(..bytes.len().min(256))?;
        let start =
            std::str::from_utf8(start.get(..start.iter().position(|b| *b == b'>')?)?).ok()?;
        let (_, value) = start.split_once("encoding=")?;
        value.get(1..)?.split(['"', '\'']).next()
    };
    let encoding = charset
        .or_else(declared)
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .filter(|encoding| *encoding != encoding_rs::UTF_8);
    match encoding {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
        None => match guessed(bytes) {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => String::from_utf8_lossy(bytes),
        },
    }
}

/// What bytes that are not UTF-8 look like: a text in windows-1251, which servers of this field send without saying so, or one in
/// Latin letters, with accents or quotation marks here and there.
#[cfg(feature = "xml")]
fn guessed(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let start = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let is_odd = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let is_letter = |byte: &u8| matches!(byte, 0xC0..=0xFF | 0xA8 | 0xB8);
    if start.iter().any(is_odd) {
        return None;
    }
    let foreign = start.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = start.iter().filter(|byte| is_letter(byte)).count();
    // Letters among their like, and those between Latin letters.
    let pairs = || start.iter().zip(start.iter().skip(1));
    let alike = pairs().filter(|(one, other)| is_letter(one) && is_letter(other));
    let mixed = pairs().filter(|(one, other)| {
        is_letter(one) && other.is_ascii_alphabetic()
            || one.is_ascii_alphabetic() && is_letter(other)
    });
    if letters * 10 >= foreign * 8 && alike.count() >= mixed.count() {
        return Some(encoding_rs::WINDOWS_1251);
    }
    (foreign * 3 <= start.len()).then_some(encoding_rs::WINDOWS_1252)
}

#[cfg(not(feature = "xml"))]
fn other<'b>(bytes: &'b [u8], _: Option<&str>) -> Cow<'b, str> {
    String::from_utf8_lossy(bytes)
}

/// How far a warning of PHP may reach.
const WARNING: usize = 16 << 10;

/// The length of what keeps JSON from being run as a script, where a text begins so.
pub(crate) fn script_guard(text: &str) -> Option<usize> {
    const GUARDS: [&str; 5] = [")]}',", ")]}'", "for(;;);", "for (;;);", "while(1);"];
    let guard = GUARDS.into_iter().find(|guard| text.starts_with(guard))?;
    let rest = text.get(guard.len()..)?.trim_start();
    rest.starts_with(['{', '['])
        .then(|| text.len() - rest.len())
}

/// Where the content of a body begins in front of which PHP has printed warnings; `None` where it has not.
pub(crate) fn php_warning(text: &str) -> Option<usize> {
    const KINDS: [&str; 5] = [
        "Warning",
        "Notice",
        "Deprecated",
        "Strict Standards",
        "Fatal error",
    ];
    let start = self::start(text, WARNING);
    let begin = start.trim_start().trim_start_matches("<br />").trim_start();
    let begin = begin.trim_start_matches("PHP ").trim_start_matches("<b>");
    let printed = KINDS.iter().any(|kind| {
        let rest = begin.strip_prefix(kind);
        rest.is_some_and(|rest| rest.starts_with(':') || rest.starts_with("</b>:"))
    });
    if !printed {
        return None;
    }
    // After the last warning: each names a line of a file.
    let (at, _) = start.match_indices(" on line ").last()?;
    let rest = start.get(at..)?;
    let number = rest.find(|c: char| c.is_ascii_digit())?;
    let after = rest.get(number..)?;
    let end = after.find(|c: char| !c.is_ascii_digit())?;
    let mut content = after.get(end..)?;
    for passed in ["</b>", "<br />", "<br>"] {
        content = content.trim_start().strip_prefix(passed).unwrap_or(content);
    }
    let content = content.trim_start();
    content
        .starts_with(['{', '[', '"', '<'])
        .then(|| start.len() - content.len())
}
