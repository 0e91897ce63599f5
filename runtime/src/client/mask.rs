//! Masks secrets in texts that a server sent, in whatever spelling it repeats them.
//!
//! A run of 8 characters of a secret is masked (the whole, where a secret has 4 to 7), whatever the letter case, after
//! undoing percent-encoding, HTML references, escapes of JSON and C and quoted-printable, several times over, also where tags or
//! unseen characters split it; as the numbers of its bytes; as hexadecimal digits and as Base64 at each of its three alignments, also where these are in
//! groups or on lines; and where Base64 or hexadecimal digits hold one of these once more. Time is linear in the text: runs are
//! found by rolling hashes.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use self::spellings::{decoded, joined, numbers, plain, together, unwrapped};
use crate::Secret;
use crate::value::MASK;

mod spellings;

/// How many characters of a secret may be shown: one less than this.
const RUN: usize = 8;
/// Shorter secrets are not looked for: they would take ordinary words apart.
const SHORTEST: usize = 4;
/// How often encodings are undone: percent-encoding twice, around or inside HTML or JSON.
const PASSES: usize = 4;
/// Shorter words are not taken for wrapped secrets.
const WRAPPED: usize = 8;
/// Digests have this many hexadecimal digits: what a login is signed with is as good as the secret for a while.
const DIGEST: usize = 64;

/// Before the secret in a header.
const SCHEMES: [&str; 6] = [
    "Bearer ", "Basic ", "Token ", "ApiKey ", "Digest ", "OAuth ",
];

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

/// What follows a scheme, in any letter case.
pub(super) fn after<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
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
            let text = SCHEMES
                .iter()
                .find_map(|scheme| after(text, scheme))
                .unwrap_or(text)
                .trim();
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
            self.find(&numbers(text), &mut marks);
            for pass in 0..=PASSES {
                self.find(&units, &mut marks);
                // What is in `<…>` need not be a tag.
                for tags in [false, true] {
                    if let Some(joined) = joined(&units, tags) {
                        self.find(&joined, &mut marks);
                    }
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
            self.find(&units, &mut marks);
            match decoded(&units) {
                Some(next) if marks.0.is_empty() => units = next,
                _ => break,
            }
        }
        !marks.0.is_empty()
    }

    /// Secrets as they are, as hexadecimal digits and as Base64.
    fn find(&self, units: &[Unit], marks: &mut Marks) {
        for runs in &self.folded {
            runs.find(units, fold, marks);
        }
        self.find_encoded(units, marks);
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
