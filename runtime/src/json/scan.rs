//! Facts about the bytes of JSON.

/// Space, tab, line feed, carriage return.
#[inline]
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

/// The offset of the first byte from `at` that is not white space.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).copied().is_some_and(is_space) {
        at += 1;
    }
    at
}

/// Whether a byte of a string stands for itself: no quote, backslash or control character.
#[inline]
const fn is_plain(byte: u8) -> bool {
    byte >= 0x20 && byte != b'"' && byte != b'\\'
}

/// Whether a whole text stands for itself inside a JSON string.
pub(super) const fn is_all_plain(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let [first, more @ ..] = rest {
        if !is_plain(*first) {
            return false;
        }
        rest = more;
    }
    true
}

/// The offset of the first byte from `at` that does not stand for itself inside a string; the length if there is none.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // Eight at a time: a byte is found where subtracting borrows from its high bit. A borrow may reach the byte above
    // too, but the lowest find is always right.
    while let Some(chunk) = bytes
        .get(at..at + 8)
        .and_then(|c| <[u8; 8]>::try_from(c).ok())
    {
        let word = u64::from_le_bytes(chunk);
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found =
            (control | zero(word ^ (ONES * b'"' as u64)) | zero(word ^ (ONES * b'\\' as u64)))
                & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).copied().is_some_and(is_plain) {
        at += 1;
    }
    at
}

/// The offset after the digits that begin at `at`.
#[inline]
fn digits_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The offset after the number that begins at `at`, or the offset where it is none.
pub(super) fn number_end(bytes: &[u8], mut at: usize) -> Result<usize, usize> {
    let byte = |at: usize| bytes.get(at).copied();
    let digits = |at: usize| match digits_end(bytes, at) {
        end if end > at => Ok(end),
        end => Err(end),
    };
    if byte(at) == Some(b'-') {
        at += 1;
    }
    at = match byte(at) {
        Some(b'0') => at + 1,
        _ => digits(at)?,
    };
    if byte(at) == Some(b'.') {
        at = digits(at + 1)?;
    }
    if matches!(byte(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(byte(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = digits(at)?;
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::{is_plain, number_end, plain_end};

    #[test]
    fn the_end_of_plain_text_is_found_at_every_place() {
        for byte in 0..=255u8 {
            for filler in [b'a', 0x7F, 0x80, 0xFF, b'!', b'#', b'[', b']', b' '] {
                for place in 0..20 {
                    let mut bytes = [filler; 20];
                    bytes[place] = byte;
                    let expected = if is_plain(byte) { 20 } else { place };
                    assert_eq!(plain_end(&bytes, 0), expected, "{byte} {filler} {place}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_those_of_the_grammar() {
        for text in ["0", "-0", "10", "1.5", "0.10", "1e5", "1E-05", "-1.0e+9"] {
            assert_eq!(number_end(text.as_bytes(), 0), Ok(text.len()), "{text}");
        }
        // A leading zero ends the number, and what follows is not a comma.
        assert_eq!(number_end(b"01", 0), Ok(1));
        for (text, at) in [
            ("-", 1),
            ("1.", 2),
            (".5", 0),
            ("1e", 2),
            ("1e+", 3),
            ("+1", 0),
        ] {
            assert_eq!(number_end(text.as_bytes(), 0), Err(at), "{text}");
        }
    }
}
