//! Doc comments: what a spec says, as text that rustdoc takes without a warning.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::model::{Constraints, Doc, Evidence};

/// Paragraphs of a doc comment.
#[derive(Clone, Debug, Default)]
pub(super) struct DocText {
    lines: Vec<String>,
}

/// How something is known, in parentheses; nothing where it stands in the document, but nobody says where.
pub(super) fn citation(source: Option<&str>, evidence: Evidence) -> Option<String> {
    let evidence = match evidence {
        Evidence::Documented => None,
        Evidence::Vendor => Some("from another page of the vendor"),
        Evidence::Capture => Some("not documented: seen in production"),
        Evidence::Client => Some("not documented: published clients depend on it"),
        Evidence::Inferred => Some("not documented: inferred"),
    };
    let source = source.map(|source| format!("document {source}"));
    let parts: Vec<String> = evidence
        .map(str::to_owned)
        .into_iter()
        .chain(source)
        .collect();
    (!parts.is_empty()).then(|| format!("({})", parts.join("; ")))
}

impl DocText {
    /// A comment with one sentence of our own.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        let mut doc = Self::default();
        doc.paragraph(&text.into());
        doc
    }

    /// A comment of words of the spec only.
    pub(super) fn plain_spec(text: &str) -> Self {
        let mut doc = Self::default();
        doc.spec(text);
        doc
    }

    /// Adds words of the spec as a paragraph.
    pub(super) fn append_spec(&mut self, text: &str) {
        self.spec(text);
    }

    /// Everything in one line.
    pub(super) fn line(&self) -> String {
        self.lines
            .iter()
            .filter(|l| !l.is_empty())
            .map(|l| l.trim())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What the spec says of a node, with its source at the end.
    pub(super) fn of(doc: &Doc, fallback: &str) -> Self {
        let mut text = Self::default();
        text.spec(&doc.summary);
        if doc.description.trim() != doc.summary.trim() {
            match doc.description.trim().strip_prefix(doc.summary.trim()) {
                Some(rest)
                    if !doc.summary.trim().is_empty() && rest.starts_with(char::is_whitespace) =>
                {
                    text.append(rest);
                }
                _ => text.spec(&doc.description),
            }
        }
        if text.lines.is_empty() {
            text.paragraph(fallback);
        }
        text.cite(doc);
        text
    }

    /// Adds a paragraph of our own words: taken as it is.
    pub(super) fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines
            .extend(text.lines().map(|l| l.trim_end().to_owned()));
    }

    /// Adds a sentence to the last paragraph.
    pub(super) fn sentence(&mut self, text: &str) {
        match self.lines.last_mut() {
            Some(last) if !last.is_empty() => {
                last.push(' ');
                last.push_str(text);
            }
            _ => self.lines.push(text.to_owned()),
        }
    }

    /// Adds words of the spec, made safe for rustdoc.
    fn spec(&mut self, text: &str) {
        self.paragraph(&escape(text));
    }

    fn append(&mut self, rest: &str) {
        if rest.starts_with('\n') {
            self.spec(rest);
        } else {
            for (index, line) in escape(rest.trim()).lines().enumerate() {
                if index == 0 {
                    self.sentence(line);
                } else {
                    self.lines.push(line.trim_end().to_owned());
                }
            }
        }
    }

    fn cite(&mut self, doc: &Doc) {
        if let Some(citation) = citation(doc.source.as_deref(), doc.evidence) {
            self.sentence(&citation);
        }
    }

    /// Adds limits and default of a value.
    pub(super) fn limits(&mut self, c: &Constraints, default: Option<&Value>) {
        let mut facts = Vec::new();
        match (&c.minimum, &c.maximum) {
            (Some(min), Some(max)) => facts.push(format!("From {min} to {max}.")),
            (Some(min), None) => facts.push(format!(
                "{} {min}.",
                if c.exclusive_minimum {
                    "Greater than"
                } else {
                    "At least"
                }
            )),
            (None, Some(max)) => facts.push(format!(
                "{} {max}.",
                if c.exclusive_maximum {
                    "Less than"
                } else {
                    "At most"
                }
            )),
            (None, None) => {}
        }
        if let Some(max) = c.max_length {
            facts.push(format!("At most {max} characters."));
        }
        if let Some(min) = c.min_items.filter(|n| *n > 0) {
            facts.push(format!(
                "At least {min} item{}.",
                if min == 1 { "" } else { "s" }
            ));
        }
        if let Some(max) = c.max_items {
            facts.push(format!("At most {max} items."));
        }
        if let Some(default) = default {
            facts.push(format!(
                "Default: `{}`.",
                default.to_string().replace('`', "'")
            ));
        }
        if !facts.is_empty() {
            self.paragraph(&facts.join(" "));
        }
    }

    /// As outer doc attributes.
    pub(super) fn outer(&self) -> TokenStream {
        let lines = self.lines.iter().map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!(" {l}")
            }
        });
        quote!(#(#[doc = #lines])*)
    }

    /// As inner doc attributes of a module.
    pub(super) fn inner(&self) -> TokenStream {
        let lines = self.lines.iter().map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!(" {l}")
            }
        });
        quote!(#(#![doc = #lines])*)
    }
}

/// Markdown in which rustdoc finds neither links, HTML nor code that the spec did not mean.
fn escape(text: &str) -> String {
    let mut lines = Vec::new();
    // What closes the fence that is open.
    let mut fence: Option<String> = None;
    for line in text.trim().lines() {
        match (&fence, fence_of(line)) {
            (None, Some(marks)) => {
                // rustdoc compiles a block that does not say what it holds.
                lines.push(format!("{marks}text"));
                fence = Some(marks);
            }
            (None, None) => lines.push(escape_line(line)),
            (Some(open), Some(marks))
                if marks.starts_with(open.as_str()) && line.trim() == marks =>
            {
                lines.push(marks);
                fence = None;
            }
            (Some(_), _) => lines.push(line.trim_end().to_owned()),
        }
    }
    lines.extend(fence);
    lines.join("\n")
}

/// The marks that begin or end a block of code in `line`.
fn fence_of(line: &str) -> Option<String> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let marks: String = line.chars().take_while(|c| *c == mark).collect();
    // `` ```a``` `` is code within a line.
    let rest = line.trim_start_matches(mark);
    (marks.len() >= 3 && !rest.contains('`')).then_some(marks)
}

fn escape_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut code = false;
    let mut rest = line.trim_end();
    // Four spaces would make a code block that rustdoc compiles.
    let indent = rest.len() - rest.trim_start().len();
    if indent >= 4 {
        rest = rest.trim_start();
        out.push_str("   ");
    }
    while let Some(c) = rest.chars().next() {
        if !code && let Some(url) = bare_url(rest) {
            out.push('<');
            out.push_str(url);
            out.push('>');
            rest = &rest[url.len()..];
            continue;
        }
        match c {
            '`' => {
                code = !code;
                out.push(c);
            }
            '[' | ']' | '<' | '>' if !code => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    if code {
        out.push('`');
    }
    out
}

fn bare_url(text: &str) -> Option<&str> {
    if !(text.starts_with("http://") || text.starts_with("https://")) {
        return None;
    }
    let end = text
        .find(|c: char| c.is_whitespace() || "<>\"`)]{}«»".contains(c))
        .unwrap_or(text.len());
    Some(text[..end].trim_end_matches(['.', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spec_text_cannot_break_rustdoc() {
        assert_eq!(
            escape("[ Products ]: <b> `a[0]`"),
            "\\[ Products \\]: \\<b\\> `a[0]`"
        );
        assert_eq!(
            escape("See http://a.example/b, or not."),
            "See <http://a.example/b>, or not."
        );
        assert_eq!(escape("an `open tick"), "an `open tick`");
        assert_eq!(escape("a\n        code"), "a\n   code");
        assert_eq!(
            escape("So:\n```rust\nlet a = b[0];\n```\nand [that]"),
            "So:\n```text\nlet a = b[0];\n```\nand \\[that\\]"
        );
        assert_eq!(escape("~~~\n```\nopen"), "~~~text\n```\nopen\n~~~");
    }

    #[test]
    fn a_description_that_repeats_the_summary_is_not_repeated() {
        let doc = Doc {
            summary: "Creates.".into(),
            description: "Creates. Then waits.".into(),
            ..Doc::default()
        };
        assert_eq!(DocText::of(&doc, "").lines, ["Creates. Then waits."]);
    }
}
