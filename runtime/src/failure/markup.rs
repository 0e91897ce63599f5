//! Markup as events, tolerantly: for bodies that report a failure, which may be XML, HTML or half of either.

/// A piece of markup.
#[derive(Debug, PartialEq)]
pub(super) enum Event<'a> {
    Start {
        name: &'a str,
        attributes: Vec<(&'a str, String)>,
        /// `<name/>`
        empty: bool,
    },
    End {
        name: &'a str,
    },
    /// Text between tags, unescaped.
    Text(String),
}

/// Takes a text apart. Comments, instructions and document types are left out; entities of one's own are not expanded.
pub(super) struct Markup<'a> {
    rest: &'a str,
}

impl<'a> Markup<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Goes on after this end; where it is missing, nothing is left.
    fn skip_past(&mut self, end: &str) {
        let at = self.rest.find(end).map(|at| at + end.len());
        self.rest = at.and_then(|at| self.rest.get(at..)).unwrap_or_default();
    }

    fn tag(&mut self, inside: &'a str) -> Event<'a> {
        if let Some(name) = inside.strip_prefix('/') {
            return Event::End { name: name.trim() };
        }
        let (inside, empty) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let end = inside
            .find(|c: char| c.is_whitespace())
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        Event::Start {
            name,
            attributes: self::attributes(attributes),
            empty,
        }
    }
}

/// The most attributes of an element that are looked at.
const ATTRIBUTES: usize = 32;

fn attributes(text: &str) -> Vec<(&str, String)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            break;
        };
        let Some((value, after)) = after.get(1..).and_then(|after| after.split_once(quote)) else {
            break;
        };
        let name = name.trim().rsplit(char::is_whitespace).next();
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            out.push((name, unescape(value)));
        }
        if out.len() == ATTRIBUTES {
            break;
        }
        rest = after;
    }
    out
}

impl<'a> Iterator for Markup<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            let rest = self.rest;
            if rest.is_empty() {
                return None;
            }
            if rest.starts_with("<!--") {
                self.skip_past("-->");
            } else if let Some(section) = rest.strip_prefix("<![CDATA[") {
                let end = section.find("]]>");
                let text = section
                    .get(..end.unwrap_or(section.len()))
                    .unwrap_or_default();
                self.rest = end
                    .and_then(|end| section.get(end + 3..))
                    .unwrap_or_default();
                return Some(Event::Text(text.to_owned()));
            } else if rest.starts_with("<?") {
                self.skip_past("?>");
            } else if rest.starts_with("<!") {
                let end = rest.find('>').unwrap_or(rest.len());
                let declaration = rest.get(..end).unwrap_or_default();
                let subset = declaration.contains('[');
                self.skip_past(if subset { "]>" } else { ">" });
            } else if is_tag(rest) {
                let inside = rest.get(1..).unwrap_or_default();
                let Some(end) = tag_end(inside) else {
                    self.rest = "";
                    return None;
                };
                self.rest = inside.get(end + 1..).unwrap_or_default();
                return Some(self.tag(inside.get(..end).unwrap_or_default()));
            } else {
                // A bare `<` is text.
                let from = usize::from(rest.starts_with('<'));
                let end = rest
                    .get(from..)
                    .and_then(|text| text.find('<'))
                    .map_or(rest.len(), |at| at + from);
                let (text, after) = rest.split_at(end);
                self.rest = after;
                return Some(Event::Text(unescape(text)));
            }
        }
    }
}

/// Whether a tag begins here.
fn is_tag(rest: &str) -> bool {
    let mut chars = rest.chars();
    let begins = |c: char| c.is_alphabetic() || c == '_';
    match (chars.next(), chars.next()) {
        (Some('<'), Some('/')) => true,
        (Some('<'), Some(c)) => begins(c),
        _ => false,
    }
}

/// The offset of the `>` that ends a tag; one in quotation marks does not.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // Apostrophes in broken markup.
    memchr::memchr(b'>', inside.as_bytes())
}

/// The text with its references replaced, as far as they are known.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // References are short: what is further away is no end of one.
        let end = after.char_indices().take(12).find(|(_, c)| *c == ';');
        let known = end.and_then(|(end, _)| {
            let c = reference(after.get(..end)?)?;
            Some((c, after.get(end + 1..)?))
        });
        match known {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "laquo" => '«',
        "raquo" => '»',
        "mdash" | "ndash" => '–',
        "hellip" => '…',
        "plus" => '+',
        "sol" => '/',
        "equals" => '=',
        "hyphen" | "dash" => '-',
        "lowbar" => '_',
        "period" => '.',
        "colon" => ':',
        "num" => '#',
        "percnt" => '%',
        "commat" => '@',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}
