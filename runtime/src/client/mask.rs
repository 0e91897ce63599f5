//! Masks secrets in texts that a server sent, in whatever spelling it repeats them.
//!
//! A run of 8 characters of a secret is masked (the whole, where a secret has 4 to 7), whatever the letter case, after
//! undoing percent-encoding, HTML references, escapes of JSON and C and quoted-printable, several times over, also where tags or
//! unseen characters split it; as hexadecimal digits and as Base64 at each of its three alignments, also where these are in
//! groups or on lines; and where Base64 or hexadecimal digits hold one of these once more. Time is linear in the text: runs are
//! found by rolling hashes.

use std::collections::HashSet;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD_NO_PAD};

use crate::Secret;

/// How many characters of a secret may be shown: one less than this.
const RUN: usize = 8;
/// Shorter secrets are not looked for: they would take ordinary words apart.
const SHORTEST: usize = 4;
pub(crate) const MASK: &str = "[redacted]";
/// How often encodings are undone: percent-encoding twice, around or inside HTML or JSON.
const PASSES: usize = 4;
/// Shorter words are not taken for wrapped secrets.
const WRAPPED: usize = 8;
/// Digests have this many hexadecimal digits: what a login is signed with is as good as the secret for a while.
const DIGEST: usize = 64;

/// Base64 whose last bits may be anything: the word may have been cut.
const URL_SAFE_LOOSE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Finds secrets.
pub(crate) struct Mask {
    /// Whatever the letter case.
    folded: Vec<Runs>,
    /// Hexadecimal digits.
    hex: Vec<Runs>,
    /// Base64.
    exact: Vec<Runs>,
    /// For texts that end in an ellipsis.
    secrets: Vec<Secret>,
}

/// The runs of one length that are masked, as hashes.
struct Runs {
    length: usize,
    hashes: HashSet<u64>,
    /// Which values the hashes' lowest 12 bits have.
    filter: Box<[u64; 64]>,
}

/// A character of a text in some spelling, and the bytes that spell it.
#[derive(Clone, Copy)]
struct Unit {
    character: char,
    start: usize,
    end: usize,
}

impl Mask {
    pub(crate) fn new(secrets: Vec<Secret>) -> Self {
        let mut mask = Self {
            folded: Vec::new(),
            hex: Vec::new(),
            exact: Vec::new(),
            secrets,
        };
        for secret in std::mem::take(&mut mask.secrets) {
            let text = secret.expose();
            // A header's value: its scheme is not a secret.
            let bare = text
                .strip_prefix("Bearer ")
                .or_else(|| text.strip_prefix("Basic "));
            let text = bare.unwrap_or(text).trim();
            if text.chars().count() >= SHORTEST {
                mask.add(text);
                mask.secrets.push(Secret::from(text));
            }
        }
        mask
    }

    fn add(&mut self, secret: &str) {
        let length = secret.chars().count().min(RUN);
        let folded: Vec<char> = secret.chars().map(fold).collect();
        add(&mut self.folded, length, &folded);
        // As a form spells a space.
        if secret.contains(' ') {
            let plus: Vec<char> = folded
                .iter()
                .map(|c| if *c == ' ' { '+' } else { *c })
                .collect();
            add(&mut self.folded, length, &plus);
        }
        let bytes = secret.as_bytes();
        let hex: Vec<char> = bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect();
        let byte_run = bytes.len().min(RUN);
        add(&mut self.hex, 2 * byte_run, &hex);
        for before in 0..3_usize {
            // What comes before and after the secret changes the characters at its ends.
            let mut padded = vec![0; before];
            padded.extend_from_slice(bytes);
            let whole = padded.len() * 8 / 6;
            let text: Vec<char> = STANDARD_NO_PAD
                .encode(&padded)
                .chars()
                .map(url_safe)
                .collect();
            let first = (before * 8).div_ceil(6);
            let own = text.get(first..whole).unwrap_or_default();
            // The characters that any run of this many bytes determines.
            let length = (byte_run * 8 - 4) / 6;
            add(&mut self.exact, length, own);
        }
    }

    /// Masks what is found in a text.
    pub(crate) fn apply(&self, text: &mut String) {
        let mut marks = Marks::default();
        digests(text, &mut marks);
        if !self.folded.is_empty() {
            let mut units: Vec<Unit> = plain(text);
            self.find_encoded(&together(&units), &mut marks);
            for pass in 0..=PASSES {
                for runs in &self.folded {
                    runs.find(&units, fold, &mut marks);
                }
                self.find_encoded(&units, &mut marks);
                // What is in `<…>` need not be a tag.
                for joined in [false, true]
                    .into_iter()
                    .filter_map(|tags| joined(&units, tags))
                {
                    for runs in &self.folded {
                        runs.find(&joined, fold, &mut marks);
                    }
                    self.find_encoded(&joined, &mut marks);
                }
                self.find_wrapped(&units, &mut marks);
                if pass == PASSES {
                    break;
                }
                match decoded(&units) {
                    Some(next) => units = next,
                    None => break,
                }
            }
            self.cut_off(text, &mut marks);
        }
        if let Some(masked) = marks.masked(text) {
            *text = masked;
        }
    }

    /// Secrets inside Base64 or hexadecimal digits that hold them in another spelling, such as Base64 once more.
    fn find_wrapped(&self, units: &[Unit], marks: &mut Marks) {
        let is_coded = |unit: &Unit| {
            unit.character.is_ascii_alphanumeric()
                || matches!(unit.character, '+' | '/' | '-' | '_')
        };
        for word in units.split(|unit| !is_coded(unit)) {
            let (Some(first), Some(last)) = (word.first(), word.last()) else {
                continue;
            };
            if word.len() < WRAPPED {
                continue;
            }
            let text: Vec<u8> = word
                .iter()
                .filter_map(|unit| u8::try_from(url_safe(unit.character)).ok())
                .collect();
            if unwrapped(&text).any(|text| self.is_in(&text)) {
                marks.add(first.start, last.end);
            }
        }
    }

    /// Whether a text that was unwrapped has a secret, as it is or in an encoding.
    fn is_in(&self, text: &str) -> bool {
        let mut marks = Marks::default();
        let mut units = plain(text);
        for _ in 0..PASSES {
            for runs in &self.folded {
                runs.find(&units, fold, &mut marks);
            }
            self.find_encoded(&units, &mut marks);
            match decoded(&units) {
                Some(next) if marks.0.is_empty() => units = next,
                _ => break,
            }
        }
        !marks.0.is_empty()
    }

    fn find_encoded(&self, units: &[Unit], marks: &mut Marks) {
        for runs in &self.hex {
            runs.find(units, fold, marks);
        }
        for runs in &self.exact {
            runs.find(units, url_safe, marks);
        }
    }

    /// The beginnings of secrets whose ends were cut off, with an ellipsis for it.
    fn cut_off(&self, text: &str, marks: &mut Marks) {
        for (cut, _) in text.match_indices('…') {
            let before = text.get(..cut).unwrap_or_default();
            for secret in self.secrets.iter().map(Secret::expose) {
                // Longer beginnings are runs.
                let ends = secret
                    .char_indices()
                    .map(|(at, _)| at)
                    .skip(SHORTEST)
                    .take(RUN);
                let shown = ends
                    .filter_map(|end| secret.get(..end))
                    .filter(|start| before.ends_with(start))
                    .last();
                if let Some(shown) = shown {
                    marks.add(cut - shown.len(), cut);
                }
            }
        }
    }
}

/// Adds all runs of this length.
fn add(all: &mut Vec<Runs>, length: usize, characters: &[char]) {
    if length == 0 || characters.len() < length {
        return;
    }
    let place = all.iter().position(|runs| runs.length == length);
    let place = place.unwrap_or_else(|| {
        all.push(Runs {
            length,
            hashes: HashSet::new(),
            filter: Box::new([0; 64]),
        });
        all.len() - 1
    });
    let Some(runs) = all.get_mut(place) else {
        return;
    };
    let mut rolling = Rolling::new(length);
    for (at, character) in characters.iter().enumerate() {
        let leaving = at.checked_sub(length).and_then(|at| characters.get(at));
        let hash = rolling.push(*character, leaving.copied());
        if at + 1 >= length {
            runs.hashes.insert(hash);
            if let Some(word) = runs.filter.get_mut((hash >> 6 & 63) as usize) {
                *word |= 1 << (hash & 63);
            }
        }
    }
}

impl Runs {
    fn find(&self, units: &[Unit], spelled: fn(char) -> char, marks: &mut Marks) {
        let mut rolling = Rolling::new(self.length);
        for (at, unit) in units.iter().enumerate() {
            let first = (at + 1).checked_sub(self.length);
            let leaving = at.checked_sub(self.length).and_then(|at| units.get(at));
            let hash = rolling.push(
                spelled(unit.character),
                leaving.map(|unit| spelled(unit.character)),
            );
            let word = self.filter.get((hash >> 6 & 63) as usize).copied();
            let likely = word.is_some_and(|word| word >> (hash & 63) & 1 == 1);
            if let Some(first) = first.and_then(|first| units.get(first))
                && likely
                && self.hashes.contains(&hash)
            {
                marks.add(first.start, unit.end);
            }
        }
    }
}

/// A hash of the last characters.
struct Rolling {
    hash: u64,
    /// What a character counts that leaves.
    leaving: u64,
}

/// Odd, and large.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rolling {
    fn new(length: usize) -> Self {
        let power = u32::try_from(length).unwrap_or(u32::MAX);
        Self {
            hash: 0,
            leaving: BASE.wrapping_pow(power),
        }
    }

    fn push(&mut self, character: char, leaving: Option<char>) -> u64 {
        let value = |c: char| u64::from(u32::from(c)) + 1;
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(value(character));
        if let Some(leaving) = leaving {
            let gone = value(leaving).wrapping_mul(self.leaving);
            self.hash = self.hash.wrapping_sub(gone);
        }
        // The low bits of the sum depend on the low bits of the characters alone.
        let mixed = self.hash ^ (self.hash >> 32);
        mixed.wrapping_mul(BASE) ^ (mixed >> 29)
    }
}

/// Ranges to mask.
#[derive(Default)]
struct Marks(Vec<(usize, usize)>);

impl Marks {
    fn add(&mut self, start: usize, end: usize) {
        match self.0.last_mut() {
            // Runs that overlap come one after the other.
            Some((from, to)) if *from <= start && start <= *to => *to = end.max(*to),
            _ => self.0.push((start, end)),
        }
    }

    fn masked(mut self, text: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.sort_unstable();
        let mut out = String::with_capacity(text.len());
        let mut shown = 0;
        let mut ranges = self.0.into_iter().peekable();
        while let Some((start, mut end)) = ranges.next() {
            while let Some((_, next)) = ranges.next_if(|(next, _)| *next <= end) {
                end = end.max(next);
            }
            out.push_str(text.get(shown..start).unwrap_or_default());
            out.push_str(MASK);
            shown = end;
        }
        out.push_str(text.get(shown..).unwrap_or_default());
        Some(out)
    }
}

/// One letter for both cases.
fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    character.to_lowercase().next().unwrap_or(character)
}

/// One alphabet for both of Base64.
fn url_safe(character: char) -> char {
    match character {
        '+' => '-',
        '/' => '_',
        other => other,
    }
}

fn plain(text: &str) -> Vec<Unit> {
    text.char_indices()
        .map(|(start, character)| Unit {
            character,
            start,
            end: start + character.len_utf8(),
        })
        .collect()
}

/// The characters without what groups and lines are made with: `74:68:65`, `74 68 65`, lines of Base64.
fn together(units: &[Unit]) -> Vec<Unit> {
    let apart = |c: char| c.is_ascii_whitespace() || matches!(c, ':' | ',');
    let kept = units.iter().filter(|unit| !apart(unit.character));
    kept.copied().collect()
}

/// The characters without those that are not seen and, if `tags`, without tags, with which pages break long words; `None` where
/// there are none.
fn joined(units: &[Unit], tags: bool) -> Option<Vec<Unit>> {
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
            let tag = after.iter().take(TAG);
            let end = tag
                .clone()
                .position(|unit| matches!(unit.character, '<' | '>'));
            if let Some(end) = end
                && tag
                    .clone()
                    .nth(end)
                    .is_some_and(|unit| unit.character == '>')
            {
                rest = after.get(end + 1..).unwrap_or_default();
                continue;
            }
        }
        out.push(*first);
    }
    (out.len() < units.len()).then_some(out)
}

/// What a word holds as hexadecimal digits, or as Base64 from one of its first four characters on.
fn unwrapped(word: &[u8]) -> impl Iterator<Item = String> {
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
fn decoded(units: &[Unit]) -> Option<Vec<Unit>> {
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

/// A row of `=41` of quoted-printable; its line breaks stand for nothing.
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

/// Long rows of hexadecimal digits.
fn digests(text: &str, marks: &mut Marks) {
    let mut start = None;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        match (start, byte.is_ascii_hexdigit()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                if at - from >= DIGEST {
                    marks.add(from, at);
                }
                start = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
