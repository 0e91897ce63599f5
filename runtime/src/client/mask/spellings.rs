//! The spellings of a text in which a secret may be: one step of decoding, or of putting together, each.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::Unit;

/// Base64 whose last bits may be anything: the word may have been cut.
const URL_SAFE_LOOSE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

pub(super) fn plain(text: &str) -> Vec<Unit> {
    text.char_indices()
        .map(|(start, character)| Unit {
            character,
            start,
            end: start + character.len_utf8(),
        })
        .collect()
}

/// The characters without what groups and lines are made with: `74:68:65`, `74 68 65`, lines of Base64.
pub(super) fn together(units: &[Unit]) -> Vec<Unit> {
    let apart = |c: char| c.is_ascii_whitespace() || matches!(c, ':' | ',');
    let kept = units.iter().filter(|unit| !apart(unit.character));
    kept.copied().collect()
}

/// The characters without those that are not seen and, if `tags`, without tags, with which pages break long words; `None` where
/// there are none.
pub(super) fn joined(units: &[Unit], tags: bool) -> Option<Vec<Unit>> {
    /// Longer tags are not looked for: whatever follows a `<` would be passed over and over.
    const TAG: usize = 200;
    let unseen = |c: char| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    let splits = |unit: &Unit| unseen(unit.character) || tags && unit.character == '<';
    if !units.iter().any(splits) {
        return None;
    }
    let mut out = Vec::with_capacity(units.len());
    let mut rest = units;
    while let [first, after @ ..] = rest {
        rest = after;
        if unseen(first.character) {
            continue;
        }
        let named = after.first().is_some_and(|unit| {
            unit.character.is_ascii_alphabetic() || matches!(unit.character, '/' | '!')
        });
        if tags && first.character == '<' && named {
            let mut tag = after.iter().take(TAG);
            let end = tag.position(|unit| matches!(unit.character, '<' | '>'));
            if let Some([last, behind @ ..]) = end.and_then(|end| after.get(end..))
                && last.character == '>'
            {
                rest = behind;
                continue;
            }
        }
        out.push(*first);
    }
    (out.len() < units.len()).then_some(out)
}

/// What a word holds as hexadecimal digits, or as Base64 from one of its first four characters on.
pub(super) fn unwrapped(word: &[u8]) -> impl Iterator<Item = String> {
    let hex = word.iter().all(u8::is_ascii_hexdigit).then(|| {
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
        let pairs = word.as_chunks::<2>().0.iter();
        pairs
            .filter_map(|[high, low]| u8::try_from(digit(*high) * 16 + digit(*low)).ok())
            .collect::<Vec<u8>>()
    });
    let base64 = (0..4).filter_map(|from| {
        let word = word.get(from..)?;
        // A rest of one character holds no byte.
        let whole = word.len() - usize::from(word.len() % 4 == 1);
        URL_SAFE_LOOSE.decode(word.get(..whole)?).ok()
    });
    let bytes = hex.into_iter().chain(base64);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The characters with one layer of encodings undone; `None` where there is none.
pub(super) fn decoded(units: &[Unit]) -> Option<Vec<Unit>> {
    let mut out = Vec::with_capacity(units.len());
    let mut changed = false;
    let mut rest = units;
    while let [first, after @ ..] = rest {
        let taken = match first.character {
            '%' => percent(rest, &mut out),
            '&' => reference(rest, &mut out),
            '\\' => escape(rest, &mut out),
            '=' => printable(rest, &mut out),
            _ => 0,
        };
        changed |= taken > 0;
        rest = match taken {
            0 => {
                out.push(*first);
                after
            }
            taken => rest.get(taken..).unwrap_or_default(),
        };
    }
    changed.then_some(out)
}

/// A character spelled by these units.
fn spelled(character: char, units: &[Unit]) -> Option<Unit> {
    Some(Unit {
        character,
        start: units.first()?.start,
        end: units.last()?.end,
    })
}

/// A row of `%41` and the like.
fn percent(units: &[Unit], out: &mut Vec<Unit>) -> usize {
    bytes(units, 3, &|unit| hexadecimal('%', unit), out)
}

/// Such a sign and two hexadecimal digits.
fn hexadecimal(sign: char, units: &[Unit]) -> Option<u8> {
    let [first, high, low] = units else {
        return None;
    };
    let digits = high.character.to_digit(16).zip(low.character.to_digit(16));
    let (high, low) = digits.filter(|_| first.character == sign)?;
    u8::try_from(high * 16 + low).ok()
}

/// A row of bytes that are spelled by so many characters each, and are characters in UTF-8.
fn bytes(
    units: &[Unit],
    width: usize,
    read: &dyn Fn(&[Unit]) -> Option<u8>,
    out: &mut Vec<Unit>,
) -> usize {
    let bytes: Vec<u8> = units.chunks_exact(width).map_while(read).collect();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let start = rest.get(..rest.len().min(4)).unwrap_or(rest);
        let valid = match std::str::from_utf8(start) {
            Ok(text) => text,
            Err(error) => {
                let (valid, _) = start.split_at(error.valid_up_to());
                std::str::from_utf8(valid).unwrap_or_default()
            }
        };
        let (character, length) = match valid.chars().next() {
            Some(character) => (character, character.len_utf8()),
            None => (char::from(rest.first().copied().unwrap_or_default()), 1),
        };
        let from = at * width;
        out.extend(spelled(
            character,
            units.get(from..from + length * width).unwrap_or_default(),
        ));
        at += length;
    }
    bytes.len() * width
}

/// `&amp;`, `&#x41;`
fn reference(units: &[Unit], out: &mut Vec<Unit>) -> usize {
    const LONGEST: usize = 12;
    let text: String = units.iter().take(LONGEST).map(|u| u.character).collect();
    let named = text.split_once(';').map(|(name, _)| name);
    // `&#45secret`: browsers read it.
    let digits = text.strip_prefix("&#").unwrap_or_default();
    let number = digits.len()
        - digits
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let unended = text.get(..2 + number).filter(|_| number > 0);
    let found = [(named, 1), (unended, 0)]
        .into_iter()
        .find_map(|(name, end)| {
            let name = name?;
            let text = crate::failure::unescape(&format!("{name};"));
            let mut characters = text.chars();
            let character = characters.next().filter(|_| characters.next().is_none())?;
            Some((character, name.chars().count() + end))
        });
    let Some((character, taken)) = found else {
        return 0;
    };
    out.extend(spelled(character, units.get(..taken).unwrap_or_default()));
    taken
}

/// A row of `=41` of quoted-printable; its soft line breaks are skipped.
fn printable(units: &[Unit], out: &mut Vec<Unit>) -> usize {
    let at = |index: usize| units.get(index).map(|unit| unit.character);
    match (at(1), at(2)) {
        (Some('\r'), Some('\n')) => 3,
        (Some('\n'), _) => 2,
        _ => bytes(units, 3, &|unit| hexadecimal('=', unit), out),
    }
}

/// A row of `\101` or `\x41`.
fn escaped_bytes(units: &[Unit], out: &mut Vec<Unit>) -> usize {
    let octal = |units: &[Unit]| {
        let (first, digits) = units.split_first()?;
        let digits = digits.iter().map(|unit| unit.character.to_digit(8));
        let code = digits
            .into_iter()
            .try_fold(0, |code, digit| Some(code * 8 + digit?))?;
        (first.character == '\\').then(|| u8::try_from(code).ok())?
    };
    let hex = |units: &[Unit]| {
        let (first, rest) = units.split_first()?;
        (first.character == '\\').then(|| hexadecimal('x', rest))?
    };
    match bytes(units, 4, &octal, out) {
        0 => bytes(units, 4, &hex, out),
        taken => taken,
    }
}

/// `\u0041`, `\x41`, `\u{41}`, `\101`, `\"`
fn escape(units: &[Unit], out: &mut Vec<Unit>) -> usize {
    let taken = escaped_bytes(units, out);
    if taken > 0 {
        return taken;
    }
    let hex = |from: usize, digits: usize| {
        let digits = units.get(from..from + digits)?.iter();
        digits
            .map(|unit| unit.character.to_digit(16))
            .try_fold(0, |code, digit| Some(code * 16 + digit?))
    };
    let (character, taken) = match units.get(1).map(|unit| unit.character) {
        Some('u') if units.get(2).is_some_and(|unit| unit.character == '{') => {
            let end = units.iter().take(12).position(|unit| unit.character == '}');
            let code = end.and_then(|end| hex(3, end.checked_sub(3)?));
            (code.and_then(char::from_u32), end.unwrap_or_default() + 1)
        }
        Some('u') => match (hex(2, 4), hex(8, 4)) {
            (Some(high @ 0xD800..=0xDBFF), Some(low @ 0xDC00..=0xDFFF)) => {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                (char::from_u32(code), 12)
            }
            (code, _) => (code.and_then(char::from_u32), 6),
        },
        Some('n') => (Some('\n'), 2),
        Some('r') => (Some('\r'), 2),
        Some('t') => (Some('\t'), 2),
        other => (other.filter(|c| !c.is_alphanumeric()), 2),
    };
    match character {
        Some(character) => {
            out.extend(spelled(character, units.get(..taken).unwrap_or_default()));
            taken
        }
        None => 0,
    }
}

/// The characters that a text has as numbers, each of a byte: `[116, 104, 101]` as Rust prints bytes, `[116 104 101]` as Go does.
pub(super) fn numbers(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut run: Vec<(u8, usize, usize)> = Vec::new();
    let mut digits = 0..0;
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        if byte.is_ascii_digit() {
            if digits.end < at || digits.is_empty() {
                digits = at..at;
            }
            digits.end = at + 1;
            continue;
        }
        if digits.end == at && !digits.is_empty() {
            match text.get(digits.clone()).map(str::parse) {
                Some(Ok(byte)) => run.push((byte, digits.start, at)),
                _ => characters(&mut run, &mut units),
            }
        }
        if !matches!(byte, b',' | b';' | b' ') {
            characters(&mut run, &mut units);
        }
    }
    units
}

/// Takes the characters of these bytes, and what separates them from others.
fn characters(run: &mut Vec<(u8, usize, usize)>, units: &mut Vec<Unit>) {
    let bytes: Vec<u8> = run.iter().map(|(byte, _, _)| *byte).collect();
    let mut at = 0;
    for character in String::from_utf8_lossy(&bytes).chars() {
        let last = at + character.len_utf8() - 1;
        let (Some((_, start, _)), Some((_, _, end))) = (run.get(at), run.get(last)) else {
            break;
        };
        units.push(Unit {
            character,
            start: *start,
            end: *end,
        });
        at = last + 1;
    }
    if let Some((_, _, end)) = run.last() {
        units.push(Unit {
            character: '\0',
            start: *end,
            end: *end,
        });
    }
    run.clear();
}
