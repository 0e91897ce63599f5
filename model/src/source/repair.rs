//! Repairs text that common parsers of YAML take and the strict one refuses: continuation lines of quoted scalars and of flow
//! collections that are not indented, JSON's surrogate pairs in quoted scalars, and byte-order marks. Only spaces are added, and
//! escapes replaced.

/// A text that says the same, and where each of its characters is in the original.
pub(super) struct Repaired {
    pub(super) text: String,
    /// Byte in the original of each character.
    pub(super) bytes: Vec<usize>,
    /// Whether a byte-order mark was left out.
    marks: bool,
}

impl Repaired {
    fn push(&mut self, c: char, byte: usize) {
        // Pasted text holds byte-order marks, which YAML does not allow and nobody sees.
        if c == '\u{FEFF}' {
            self.marks = true;
        } else {
            self.text.push(c);
            self.bytes.push(byte);
        }
    }

    fn push_str(&mut self, text: &str, byte: usize) {
        for (at, c) in text.char_indices() {
            self.push(c, byte + at);
        }
    }
}

/// A flow collection or quoted scalar that is open at the end of a line.
#[derive(Default)]
struct Flow {
    /// Open brackets.
    brackets: usize,
    /// The quote that is open.
    quote: Option<char>,
}

impl Flow {
    fn open(&self) -> bool {
        self.brackets > 0 || self.quote.is_some()
    }
}

/// Repairs a text. `None` where nothing needs to be.
pub(super) fn repair(text: &str) -> Option<Repaired> {
    let mut made = Repaired {
        text: String::with_capacity(text.len()),
        bytes: Vec::with_capacity(text.len()),
        marks: false,
    };
    let mut changed = false;
    let mut flow = Flow::default();
    // Indentation of the line on which the flow began, and of the parent of a block scalar.
    let mut base = 0;
    let mut block: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let indent = content.len() - content.trim_start_matches([' ', '\t']).len();
        let blank = content.trim().is_empty();
        let start = at;
        at += line.len();
        if flow.open() {
            if !blank && indent <= base {
                changed = true;
                for _ in 0..=base {
                    made.push(' ', start);
                }
            }
            changed |= scan(content, start, 0, &mut flow, &mut made);
            made.push_str(&line[content.len()..], start + content.len());
            continue;
        }
        if let Some(parent) = block {
            if blank || indent > parent {
                made.push_str(line, start);
                continue;
            }
            block = None;
        }
        let (value, column) = value_of(content);
        base = column;
        match content.get(value..).and_then(|rest| rest.chars().next()) {
            Some('"' | '\'' | '[' | '{') => {
                made.push_str(&content[..value], start);
                changed |= scan(content, start, value, &mut flow, &mut made);
                made.push_str(&line[content.len()..], start + content.len());
            }
            Some('|' | '>') => {
                block = Some(column);
                made.push_str(line, start);
            }
            _ => made.push_str(line, start),
        }
    }
    (changed || made.marks).then_some(made)
}

/// Where the value of a block line begins, and the column of the key or item that it belongs to.
fn value_of(line: &str) -> (usize, usize) {
    let mut at = line.len() - line.trim_start_matches(' ').len();
    let mut column = at;
    while let Some(rest) = line.get(at..).and_then(|rest| rest.strip_prefix("- ")) {
        column = at;
        at += 2 + (rest.len() - rest.trim_start_matches(' ').len());
    }
    let rest = line.get(at..).unwrap_or("");
    if rest.starts_with('#') {
        return (line.len(), column);
    }
    // The key, which may be quoted.
    let quoted = rest
        .strip_prefix(['"', '\''])
        .and_then(|inner| inner.find(rest.chars().next().unwrap_or('"')))
        .map(|end| end + 2);
    let colon = match quoted {
        Some(end) => rest
            .get(end..)
            .filter(|after| after.starts_with(": ") || *after == ":")
            .map(|_| end),
        None => rest
            .find(": ")
            .or_else(|| rest.strip_suffix(':').map(str::len)),
    };
    let Some(colon) = colon else {
        return (at, column);
    };
    let column = at;
    let mut value = at + colon + 1;
    value += line
        .get(value..)
        .map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    // A tag or an anchor before the value.
    while let Some(rest) = line
        .get(value..)
        .filter(|rest| rest.starts_with(['!', '&']))
    {
        let Some(space) = rest.find(' ') else { break };
        value += space;
        value += line
            .get(value..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    }
    (value, column)
}

/// Copies a line of a flow from `from` on, and keeps account of quotes and brackets. Whether an escape was replaced.
fn scan(line: &str, start: usize, from: usize, flow: &mut Flow, made: &mut Repaired) -> bool {
    let mut changed = false;
    let mut at = from;
    let mut before = ' ';
    while let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = line.get(at..).unwrap_or("");
        match (flow.quote, c) {
            (Some('"'), '\\') => {
                if let Some((character, length)) = surrogates(rest) {
                    changed = true;
                    made.push(character, start + at);
                    at += length;
                } else {
                    let length = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                    made.push_str(rest.get(..length).unwrap_or(""), start + at);
                    at += length;
                }
                before = 'x';
                continue;
            }
            (Some('\''), '\'') if rest.starts_with("''") => {
                made.push_str("''", start + at);
                at += 2;
                continue;
            }
            (Some(quote), c) if c == quote => {
                flow.quote = None;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, ' ' | '\t' | '[' | '{' | ',' | ':') => {
                flow.quote = Some(c);
            }
            (None, '[' | '{') => flow.brackets += 1,
            (None, ']' | '}') => flow.brackets = flow.brackets.saturating_sub(1),
            (None, '#') if matches!(before, ' ' | '\t') => {
                made.push_str(rest, start + at);
                return changed;
            }
            _ => {}
        }
        made.push(c, start + at);
        at += c.len_utf8();
        before = c;
        if !flow.open() {
            made.push_str(line.get(at..).unwrap_or(""), start + at);
            return changed;
        }
    }
    changed
}

/// A character that is written as two halves (`\ud83d\ude00`), or one half that stands for nothing, and the length of both.
fn surrogates(text: &str) -> Option<(char, usize)> {
    let half = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = half(text).filter(|code| (0xD800..0xE000).contains(code))?;
    let second = text
        .get(6..)
        .and_then(half)
        .filter(|code| (0xDC00..0xE000).contains(code));
    match second {
        Some(second) if first < 0xDC00 => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            Some((char::from_u32(code)?, 12))
        }
        _ => Some((char::REPLACEMENT_CHARACTER, 6)),
    }
}
