//! Percent-encoding.

/// Part of a request that a text is written into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::client) enum Part {
    /// A path segment, a query's name or value: only unreserved characters are kept.
    Url,
    /// A path segment in which a full stop separates values.
    Label,
    /// A query's value with `allowReserved`.
    Reserved,
    /// A cookie's name or value.
    Cookie,
    /// A header: nothing is encoded.
    Header,
}

const UNRESERVED: u8 = 1;
/// Kept where reserved characters are allowed: `#`, `[`, `]` cannot be in a query, `&` and `+` mean something there.
const RESERVED: u8 = 2;
const COOKIE: u8 = 4;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b'~') {
            table[byte] |= UNRESERVED | COOKIE;
        }
        if matches!(
            c,
            b':' | b'/'
                | b'?'
                | b'@'
                | b'!'
                | b'$'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b','
                | b';'
                | b'='
        ) {
            table[byte] |= RESERVED;
        }
        if c.is_ascii_graphic() && !matches!(c, b'"' | b',' | b';' | b'\\' | b'%') {
            table[byte] |= COOKIE;
        }
        byte += 1;
    }
    table
}

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

fn escape(out: &mut String, byte: u8) {
    let digit =
        |nibble: u8| char::from_digit(nibble.into(), 16).map_or('0', |c| c.to_ascii_uppercase());
    out.push('%');
    out.push(digit(byte >> 4));
    out.push(digit(byte & 15));
}

/// Appends a text, encoded for this part.
pub(in crate::client) fn push(out: &mut String, part: Part, text: &str) {
    let kept = match part {
        Part::Header => return out.push_str(text),
        Part::Url | Part::Label => UNRESERVED,
        Part::Reserved => UNRESERVED | RESERVED,
        Part::Cookie => COOKIE,
    };
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let keep = match byte {
            b'.' if part == Part::Label => false,
            b'%' if part == Part::Reserved => {
                matches!(bytes.get(at + 1..at + 3), Some([a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
            }
            _ => class(byte) & kept != 0,
        };
        if !keep {
            // Only ASCII is kept, so both ends are between characters or empty.
            out.push_str(text.get(from..at).unwrap_or_default());
            escape(out, byte);
            from = at + 1;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

/// Appends a text for `application/x-www-form-urlencoded`, where a space is `+`.
pub(in crate::client) fn push_plus(out: &mut String, text: &str) {
    let mut pieces = text.split(' ');
    push(out, Part::Url, pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push('+');
        push(out, Part::Url, piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(part: Part, text: &str) -> String {
        let mut out = String::new();
        push(&mut out, part, text);
        out
    }

    #[test]
    fn every_byte_is_kept_or_encoded() {
        for byte in 0..128_u8 {
            let text = char::from(byte).to_string();
            let kept = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            let expected = if kept {
                text.clone()
            } else {
                format!("%{byte:02X}")
            };
            assert_eq!(encoded(Part::Url, &text), expected);
        }
        assert_eq!(
            encoded(Part::Url, "кот\u{10ffff}a"),
            "%D0%BA%D0%BE%D1%82%F4%8F%BF%BFa"
        );
    }

    #[test]
    fn reserved_characters_are_kept_where_they_cannot_be_taken_for_others() {
        assert_eq!(
            encoded(Part::Reserved, ":/?#[]@!$&'()*+,;= %41%4%"),
            ":/?%23%5B%5D@!$%26'()*%2B,;=%20%41%254%25"
        );
    }

    #[test]
    fn cookies_keep_what_they_may_hold() {
        assert_eq!(
            encoded(Part::Cookie, "a+/=:\"b\", c;\\%д"),
            "a+/=:%22b%22%2C%20c%3B%5C%25%D0%B4"
        );
    }
}
