//! HTML in descriptions, as many documents have it, as Markdown: paragraphs, lists, headings, code and links. Marks without a
//! meaning in text (`<b>`, `<span>`) are dropped. What is not such a tag, or is never closed, stays and is text.

use std::borrow::Cow;
use std::collections::HashMap;

/// Tags that are dropped: what is inside stays.
const DROPPED: &[&str] = &[
    "b", "strong", "i", "em", "u", "s", "small", "big", "span", "font", "sup", "sub", "center",
    "label", "var", "table", "thead", "tbody", "colgroup", "section", "article", "nobr", "abbr",
    "cite",
];
/// Tags whose content is code within a line.
const CODE: &[&str] = &["code", "tt", "kbd", "samp"];
/// Tags at which a paragraph ends.
const BREAKS: &[&str] = &[
    "p",
    "div",
    "br",
    "hr",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "blockquote",
    "note",
    "important",
    "fullname",
    "details",
    "summary",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];
/// Tags with a meaning of their own.
const OTHERS: &[&str] = &["a", "pre", "img"];
/// Tags that need no other that closes them.
const ALONE: &[&str] = &["p", "br", "hr", "li", "dt", "dd", "tr", "td", "th"];

/// A text without its HTML.
pub(super) fn to_markdown(text: &str) -> Cow<'_, str> {
    let mut marks = text.match_indices('<');
    if !marks.any(|(at, _)| tag(&text[at..]).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer {
        whole: text,
        ..Writer::default()
    };
    let mut rest = text;
    while let Some(at) = rest.find(['<', '`']) {
        writer.text(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('`') {
            let span = verbatim(rest);
            writer.text(&rest[..span]);
            rest = &rest[span..];
            continue;
        }
        let taken = tag(rest).and_then(|tag| writer.tag(&tag, rest));
        match taken {
            Some(taken) => rest = &rest[taken..],
            None => {
                writer.text("<");
                rest = &rest[1..];
            }
        }
    }
    writer.text(rest);
    Cow::Owned(writer.out)
}

/// The length of a span or block of code in Markdown; of the marks alone, where nothing closes them.
fn verbatim(text: &str) -> usize {
    let marks = text.len() - text.trim_start_matches('`').len();
    let (open, inner) = text.split_at(marks);
    inner.find(open).map_or(marks, |end| marks + end + marks)
}

/// A tag at the beginning of a text.
struct Tag<'t> {
    /// In small letters.
    name: String,
    closes: bool,
    attributes: &'t str,
    /// Its bytes.
    len: usize,
}

fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find(['<', '>', '\n'])?;
    let inner = inner[..end].trim_end_matches('/');
    if text.as_bytes().get(end + 1) != Some(&b'>') {
        return None;
    }
    let name = inner.strip_prefix('/');
    let closes = name.is_some();
    let name = name.unwrap_or(inner);
    let letters = name.find(|c: char| !c.is_ascii_alphanumeric());
    let (name, attributes) = name.split_at(letters.unwrap_or(name.len()));
    let attributes = attributes.trim();
    let name = name.to_ascii_lowercase();
    let known = [DROPPED, CODE, BREAKS, ALONE, OTHERS]
        .iter()
        .any(|tags| tags.contains(&name.as_str()));
    // `<a b>` is a tag only with values of attributes.
    (known && (attributes.is_empty() || attributes.contains('='))).then_some(Tag {
        name,
        closes,
        attributes,
        len: end + 2,
    })
}

#[derive(Default)]
struct Writer<'t> {
    /// The whole text.
    whole: &'t str,
    out: String,
    /// Open lists: whether each is numbered.
    lists: Vec<bool>,
    /// Names of open tags that another closes.
    open: Vec<String>,
    /// Whether white space that follows is dropped.
    fresh: bool,
    /// The address of an open link, and where its text begins.
    link: Option<(String, usize)>,
    /// Names → where the next tag is that closes them. `None`: there is no more.
    closing: HashMap<String, Option<usize>>,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        let text = match self.fresh {
            true => text.trim_start(),
            false => text,
        };
        if !text.is_empty() {
            self.fresh = false;
            self.out.push_str(text);
        }
    }

    fn end_paragraph(&mut self, ends: &str) {
        let kept = self.out.trim_end().len();
        self.out.truncate(kept);
        if kept > 0 {
            self.out.push_str(ends);
        }
        self.fresh = true;
    }

    /// What is before the tag that closes one of this name. Where it was looked for is kept, so that time stays linear.
    fn until_closed<'r>(&mut self, name: &str, rest: &'r str) -> Option<&'r str> {
        let start = self.whole.len() - rest.len();
        let known = self.closing.get(name).copied();
        let at = match known {
            Some(None) => None,
            Some(Some(at)) if at >= start => Some(at),
            _ => {
                let wanted = format!("</{name}>");
                let mut parts = rest.as_bytes().windows(wanted.len());
                let found = parts.position(|part| part.eq_ignore_ascii_case(wanted.as_bytes()));
                found.map(|at| start + at)
            }
        };
        self.closing.insert(name.to_owned(), at);
        rest.get(..at? - start)
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        self.fresh = true;
    }

    /// Writes what a tag means, and returns the length of what it took. `None`: it is text.
    fn tag(&mut self, tag: &Tag<'_>, rest: &str) -> Option<usize> {
        let name = tag.name.as_str();
        if tag.closes {
            match self.open.iter().rposition(|open| open == name) {
                Some(at) => {
                    self.open.truncate(at);
                }
                None if ALONE.contains(&name) => {}
                None => return None,
            }
        } else if !ALONE.contains(&name) && name != "img" {
            let after = &rest[tag.len..];
            let inner = self.until_closed(name, after)?;
            if CODE.contains(&name) || name == "pre" {
                let taken = tag.len + inner.len() + "</>".len() + name.len();
                self.code(&entities(&without_tags(inner)), name == "pre");
                return Some(taken);
            }
            self.open.push(name.to_owned());
        }
        match name {
            "ul" | "ol" if tag.closes => {
                self.lists.pop();
            }
            "ul" | "ol" => self.lists.push(name == "ol"),
            _ => {}
        }
        match name {
            "li" if tag.closes => self.fresh = true,
            "li" => {
                self.end_paragraph("\n");
                let marker = match self.lists.last() {
                    Some(true) => "1. ",
                    _ => "- ",
                };
                let depth = self.lists.len().saturating_sub(1);
                self.out.push_str(&"  ".repeat(depth.min(3)));
                self.out.push_str(marker);
            }
            "td" | "th" => self.space(),
            "a" => self.link(tag),
            // Inside an item a paragraph would end the list.
            "p" | "br" | "div" if !self.lists.is_empty() => self.space(),
            "ul" | "ol" if !self.lists.is_empty() && !tag.closes => self.end_paragraph("\n"),
            _ if BREAKS.contains(&name) => self.end_paragraph("\n\n"),
            _ => {}
        }
        let heading = name.len() == 2 && name.starts_with('h') && name != "hr";
        if heading && !tag.closes {
            self.out.push_str("#### ");
        }
        Some(tag.len)
    }

    fn code(&mut self, inner: &str, block: bool) {
        if block {
            self.end_paragraph("\n\n");
            let marks = "`".repeat(3);
            let inner = inner.replace(&marks, "'''");
            let inner = inner.trim_matches('\n');
            self.out.extend([&marks, "\n", inner, "\n", &marks]);
            self.end_paragraph("\n\n");
            return;
        }
        let inner = inner.trim();
        self.fresh = false;
        if inner.is_empty() || inner.contains(['`', '\n']) {
            self.out.push_str(inner);
        } else {
            self.out.extend(["`", inner, "`"]);
        }
    }

    /// A link shows its address behind its text.
    fn link(&mut self, tag: &Tag<'_>) {
        if !tag.closes {
            let address = tag.attributes.split_once("href=").map(|(_, value)| {
                let value = value.trim_start_matches(['"', '\'']);
                let end = value.find(['"', '\'', ' ']).unwrap_or(value.len());
                value[..end].to_owned()
            });
            self.link = address.map(|address| (address, self.out.len()));
            return;
        }
        let Some((address, start)) = self.link.take() else {
            return;
        };
        let shown = self.out.get(start..).unwrap_or("");
        if address.starts_with("http") && !shown.contains(&address) {
            self.out.extend([" (", address.as_str(), ")"]);
        }
    }
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some(known) => rest = &rest[known.len..],
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Characters that are written by name, which spans of code do not decode.
fn entities(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        if text.contains(name) {
            text = text.replace(name, plain);
        }
    }
    text
}
