//! Where an offset is: element path, line, column. Only errors ask, so this
//! reads the input again up to there, and the reader keeps no track.

use super::error::excerpt;
use super::scan::name_end;
use memchr::{memchr, memchr_iter, memchr3, memmem, memrchr};
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

/// A place for an error.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: u64,
    pub(super) column: u64,
}

/// Line and column, each from 1, of the character that comes next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
    /// A carriage return came last, so a line feed ends the same line.
    after_return: bool,
}

impl Position {
    pub(super) const START: Self = Self {
        line: 1,
        column: 1,
        after_return: false,
    };

    /// Moves behind a text. Linear, and as fast as counting bytes.
    pub(super) fn advance(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let Some(last) = bytes.last() else {
            return;
        };
        let mut ends = memchr_iter(b'\n', bytes).count() as u64;
        let mut last_end = memrchr(b'\n', bytes);
        if self.after_return && bytes.first() == Some(&b'\n') {
            ends -= 1;
        }
        if memchr(b'\r', bytes).is_some() {
            for at in memchr_iter(b'\r', bytes) {
                if bytes.get(at + 1) != Some(&b'\n') {
                    ends += 1;
                    last_end = last_end.max(Some(at));
                }
            }
        }
        self.line += ends;
        let from = match last_end {
            Some(at) => {
                self.column = 1;
                at + 1
            }
            None => 0,
        };
        self.column += text.get(from..).map_or(0, |t| t.chars().count()) as u64;
        self.after_return = *last == b'\r';
    }
}

/// An open element.
struct Open<'t> {
    name: &'t str,
    index: Option<usize>,
    children: HashMap<&'t str, usize>,
}

/// The place of a byte offset. `items` are the offsets of start tags of lists' items.
pub(super) fn locate(text: &str, offset: usize, items: &[usize], origin: &Origin) -> Place {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let mut position = origin.position;
    position.advance(text.get(..offset).unwrap_or_default());
    let mut path = origin.path.clone();
    let open = open_at(text, offset, items, origin.before);
    for (i, element) in open.iter().enumerate() {
        if i == SHOWN && open.len() > 2 * SHOWN {
            path.push_str("/…");
        }
        if i >= SHOWN && i + SHOWN < open.len() {
            continue; // hostile nesting; both ends tell enough
        }
        let name = excerpt(element.name);
        let _ = match element.index {
            Some(index) => write!(path, "/{name}[{index}]"),
            None => write!(path, "/{name}"),
        };
    }
    Place {
        path,
        line: position.line,
        column: position.column,
    }
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
