//! Where an offset is: element path, line, column. Only errors ask, so this
//! reads the input again up to there, and the reader keeps no track.

use super::scan::name_end;
use crate::CodecError;
use crate::codec::words::excerpt;
use crate::codec::{Position, is_secret};
use memchr::{memchr, memchr3, memmem};
use std::collections::HashMap;
use std::fmt::Write as _;

/// How many elements from either end of a path are shown.
const SHOWN: usize = 8;

/// Where a text begins that is a part of a document.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The path of what it is in.
    pub(super) path: String,
    pub(super) position: Position,
    /// How many siblings of the first element's name came before it.
    pub(super) before: usize,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            path: String::new(),
            position: Position::START,
            before: 0,
        }
    }
}

impl CodecError {
    /// Notes that the item of a list whose start tag is at `offset` is on the way.
    #[cold]
    pub(super) fn in_item(mut self, offset: usize) -> Self {
        self.0.items.push(offset);
        self
    }

    /// The same error at another offset.
    pub(super) fn moved(self, offset: usize) -> Self {
        let mut error = self.until(offset);
        error.0.at = offset;
        error
    }

    /// An error in a secret: the place becomes its element's start, and nothing of the value is shown.
    #[cold]
    pub(super) fn in_secret(self, element: usize) -> Self {
        self.moved(element).into_secret()
    }

    /// Works out the place from the input.
    #[cold]
    pub(super) fn locate(mut self, text: &str, origin: &Origin) -> Self {
        let at = boundary(text, self.0.at);
        let before = text.get(..at).unwrap_or_default();
        let mut position = origin.position;
        position.advance(before.as_bytes());
        self.0.position = Some(position);
        if let Some(start) = self.find_path(text, at, origin) {
            let element = before.get(start..).unwrap_or_default();
            self.0.excerpt = shown_before(element, text.get(at..).unwrap_or_default());
        }
        self
    }

    /// Works out the path alone, from what the writer has written.
    #[cold]
    pub(super) fn locate_output(mut self, text: &str) -> Self {
        self.find_path(text, text.len(), &Origin::default());
        self
    }

    /// Where the innermost element begins, unless that is the root.
    fn find_path(&mut self, text: &str, at: usize, origin: &Origin) -> Option<usize> {
        let open = open_at(text, at, &self.0.items, origin.before);
        if open.iter().any(|element| is_secret(element.name)) {
            self.hide();
        }
        let mut path = origin.path.clone();
        for (i, element) in open.iter().enumerate() {
            if i == SHOWN && open.len() > 2 * SHOWN {
                path.push_str("/…");
            }
            if i >= SHOWN && i + SHOWN < open.len() {
                continue; // hostile nesting; both ends say enough
            }
            let name = excerpt(element.name);
            let _ = match element.index {
                Some(index) => write!(path, "/{name}[{index}]"),
                None => write!(path, "/{name}"),
            };
        }
        if let Some(name) = open
            .last()
            .and_then(|inner| attribute_at(text, inner.start, at))
        {
            if is_secret(name) {
                self.hide();
            }
            let _ = write!(path, "/@{}", excerpt(name));
        }
        self.0.path = path;
        let inner = open.get(usize::from(origin.path.is_empty())..)?.last()?;
        Some(inner.start)
    }
}

/// The attribute in whose value an offset is, of the start tag at `start`.
fn attribute_at(text: &str, start: usize, at: usize) -> Option<&str> {
    let tag = text.get(start..at)?;
    let mut open = None;
    for (index, byte) in tag.bytes().enumerate() {
        match (open, byte) {
            (Some((_, quote)), byte) if byte == quote => open = None,
            (None, b'"' | b'\'') => open = Some((index, byte)),
            // The tag is at its end.
            (None, b'>') => return None,
            _ => {}
        }
    }
    let (quote, _) = open?;
    let before = tag.get(..quote)?.trim_end().strip_suffix('=')?.trim_end();
    before
        .split(|c: char| c.is_whitespace() || c == '"' || c == '\'')
        .next_back()
}

fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// How many bytes an excerpt covers.
const BEFORE: usize = 60;

/// The end of an element's markup before a place, without texts and the values of attributes; `rest` begins at the place.
fn shown_before(before: &str, rest: &str) -> String {
    // What is before the first `<` is the end of something.
    let from = boundary(before, before.len().saturating_sub(BEFORE));
    let text = before.get(from..).unwrap_or_default();
    let from = text.find('<').unwrap_or(text.len());
    let mut text = text.get(from..).unwrap_or_default();
    let mut out = String::new();
    while !text.is_empty() {
        let markup = text.get(..token_len(text)).unwrap_or(text);
        show_markup(markup, &mut out);
        text = text.get(markup.len()..).unwrap_or_default();
        let end = text.find('<').unwrap_or(text.len());
        if !text.get(..end).unwrap_or_default().trim().is_empty() {
            out.push('…');
        }
        text = text.get(end..).unwrap_or_default();
    }
    let is_text = !rest.starts_with('<') && !rest.trim().is_empty();
    if is_text && out.ends_with('>') {
        out.push('…');
    }
    out
}

fn show_markup(markup: &str, out: &mut String) {
    if markup.starts_with("<!") || markup.starts_with("<?") {
        out.push_str("<…");
        if markup.ends_with('>') {
            out.push('>');
        }
        return;
    }
    let mut quote = None;
    for c in markup.chars() {
        match quote {
            Some(end) if c == end => {
                out.push('…');
                out.push(c);
                quote = None;
            }
            Some(_) => {}
            None => {
                out.push(if c.is_control() { ' ' } else { c });
                quote = Some(c).filter(|c| matches!(c, '"' | '\''));
            }
        }
    }
}

/// An open element.
struct Open<'t> {
    name: &'t str,
    start: usize,
    index: Option<usize>,
    children: HashMap<&'t str, usize>,
}

/// The elements that are open at an offset. The text up to there has been
/// read without an error (or written by the writer), so this needs no checks.
fn open_at<'t>(text: &'t str, offset: usize, items: &[usize], before: usize) -> Vec<Open<'t>> {
    let bytes = text.as_bytes();
    let mut stack: Vec<Open<'t>> = Vec::new();
    let mut top: HashMap<&str, usize> = HashMap::new();
    let mut first = true;
    let mut at = 0;
    while let Some(n) = bytes
        .get(at..offset.max(at))
        .and_then(|b| memchr(b'<', b))
        .or_else(|| {
            // the tag that starts right at the offset counts
            (bytes.get(offset) == Some(&b'<') && at <= offset).then(|| offset - at)
        })
    {
        at += n;
        let rest = text.get(at..).unwrap_or_default();
        let len = token_len(rest);
        let inside = offset < at + len;
        if rest.starts_with("</") {
            if inside {
                break;
            }
            stack.pop();
        } else if !rest.starts_with("<!") && !rest.starts_with("<?") {
            let Some(end) = name_end(text, at + 1) else {
                break;
            };
            let name = text.get(at + 1..end).unwrap_or_default();
            let siblings = stack.last_mut().map_or(&mut top, |open| &mut open.children);
            let count = siblings
                .entry(name)
                .or_insert(if first { before } else { 0 });
            *count += 1;
            let index = (*count > 1 || items.contains(&at)).then_some(*count);
            first = false;
            let empty = rest.get(..len).is_some_and(|t| t.ends_with("/>"));
            if inside || !empty {
                stack.push(Open {
                    name,
                    start: at,
                    index,
                    children: HashMap::new(),
                });
            }
        }
        if inside {
            break;
        }
        at += len;
    }
    stack
}

/// The length of the markup at the start of a text.
fn token_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let until = |end: &str, from: usize| {
        bytes
            .get(from..)
            .and_then(|b| memmem::find(b, end.as_bytes()))
            .map_or(text.len(), |n| from + n + end.len())
    };
    if text.starts_with("<!--") {
        return until("-->", 4);
    }
    if text.starts_with("<![CDATA[") {
        return until("]]>", 9);
    }
    if text.starts_with("<?") {
        return until("?>", 2);
    }
    let mut at = 1;
    while let Some(n) = bytes.get(at..).and_then(|b| memchr3(b'>', b'"', b'\'', b)) {
        at += n;
        let Some(&byte) = bytes.get(at) else { break };
        if byte == b'>' {
            return at + 1;
        }
        match bytes.get(at + 1..).and_then(|b| memchr(byte, b)) {
            Some(n) => at += n + 2,
            None => break,
        }
    }
    text.len()
}
