//! Facts about single characters and bytes of XML.

/// Space, tab, line feed, carriage return.
#[inline]
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

/// Trims XML's white space (not Unicode's).
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\n', '\t', '\r'])
}

/// The offset of the first byte from `at` that is not white space.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).copied().is_some_and(is_space) {
        at += 1;
    }
    at
}

/// XML 1.0's `Char`.
pub(super) const fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// XML 1.0's `NameStartChar`.
const fn is_name_start(c: char) -> bool {
    matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// XML 1.0's `NameChar`.
const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}'
            | '\u{203f}'..='\u{2040}')
}

/// ASCII characters of names.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0u8;
    while i < 128 {
        table[i as usize] = is_name_char(i as char);
        i += 1;
    }
    table
};

/// The offset behind the name that starts at `at`, or `None` where there is none.
pub(super) fn name_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let bytes = rest.as_bytes();
    let ascii = bytes.iter().take_while(|&&b| NAME[b as usize]).count();
    let end = if bytes.get(ascii).is_some_and(|b| *b >= 0x80) {
        rest.find(|c| !is_name_char(c)).unwrap_or(rest.len())
    } else {
        ascii
    };
    (rest.chars().next().is_some_and(is_name_start)).then_some(at + end)
}

/// Whether a text without `<`, `&` and carriage return can be taken as it is:
/// no control characters, nothing that may be `]]>`, U+FFFE or U+FFFF (whose
/// UTF-8 starts with 0xEF). Written so that the compiler makes it vector code.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    has_none(bytes, odd)
}

/// As [`is_plain`], and without `&`.
#[inline]
pub(super) fn is_plain_without_references(bytes: &[u8]) -> bool {
    has_none(bytes, |b| odd(b) | u8::from(b == b'&'))
}

#[inline]
fn odd(b: u8) -> u8 {
    u8::from((b < b' ') & (b != b'\n') & (b != b'\t')) | u8::from(b == b']') | u8::from(b == 0xef)
}

/// Whether no byte is odd. Written so that the compiler makes it vector code.
#[inline]
pub(super) fn has_none(bytes: &[u8], odd: impl Fn(u8) -> u8) -> bool {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let mut any = 0;
    for chunk in chunks {
        for b in chunk {
            any |= odd(*b);
        }
    }
    for b in rest {
        any |= odd(*b);
    }
    any == 0
}

/// The offset of the first character that XML does not allow.
pub(super) fn illegal(text: &str) -> Option<usize> {
    if is_plain(text.as_bytes()) {
        return None;
    }
    text.char_indices()
        .find(|(_, c)| !is_legal(*c))
        .map(|(i, _)| i)
}

/// The character of a character reference's body (`#38` or `#x26`) or of a
/// predefined entity's name.
pub(super) fn reference(body: &str) -> Option<char> {
    let code = match body {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => body.strip_prefix('#')?,
    };
    let (digits, radix) = match code.strip_prefix('x') {
        Some(hex) => (hex, 16),
        None => (code, 10),
    };
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None; // `from_str_radix` would take a sign
    }
    let c = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    is_legal(c).then_some(c)
}
