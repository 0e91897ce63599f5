//! Doc comments: what a spec says, and what the generator adds, as lines of Markdown.

use lavka_model::model::{Constraints, Doc, Grade};
use serde_json::Value;

use super::markdown;

/// A doc comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// Lines of Markdown, without the space that a comment begins with.
    pub lines: Vec<String>,
}

impl Docs {
    /// A comment of words of the generator.
    #[must_use]
    pub fn own(text: impl AsRef<str>) -> Self {
        let mut docs = Self::default();
        docs.paragraph(text.as_ref());
        docs
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a paragraph of the generator's own words, which are Markdown. What they quote of a spec must have gone through
    /// [`markdown`].
    pub fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.space();
        self.lines
            .extend(text.lines().map(|line| line.trim_end().to_owned()));
    }

    /// Adds a text of the spec as paragraphs of their own.
    pub fn spec(&mut self, text: &str) {
        let lines = markdown::block(text);
        if !lines.is_empty() {
            self.space();
            self.lines.extend(lines);
        }
    }

    /// Adds summary and description of a node of the spec. A description that begins with the summary continues its line.
    pub fn described(&mut self, summary: &str, description: &str) {
        let (summary, description) = (summary.trim(), description.trim());
        if begins_with(description, summary) {
            self.spec(description);
        } else {
            self.spec(summary);
            self.spec(description);
        }
    }

    /// Adds words of the generator to the last paragraph.
    pub fn sentence(&mut self, text: &str) {
        match self.lines.last_mut() {
            Some(last) if continues(last) => {
                last.push(' ');
                last.push_str(text);
            }
            _ => self.paragraph(text),
        }
    }

    /// What the spec says of a node, and how it is known where no document says so.
    #[must_use]
    pub fn of(doc: &Doc, fallback: impl FnOnce() -> String) -> Self {
        let mut docs = Self::default();
        docs.described(&doc.summary, &doc.description);
        if docs.is_empty() {
            docs.paragraph(&fallback());
        }
        if let Some(evidence) = evidence(doc.evidence) {
            docs.sentence(&format!("({evidence})"));
        }
        docs
    }

    /// What the spec says of a part with this name on the wire. A part that is not described is called by its name.
    #[must_use]
    pub fn named(doc: &Doc, kind: &str, wire: &str) -> Self {
        Self::of(doc, || format!("The {kind} {}.", markdown::code(wire)))
    }

    /// Adds the name on the wire, where the description is not about the name itself.
    pub fn wire(&mut self, doc: &Doc, wire: &str) {
        if !(doc.summary.trim().is_empty() && doc.description.trim().is_empty()) {
            self.paragraph(&format!("On the wire: {}.", markdown::code(wire)));
        }
    }

    /// The same in one line.
    #[must_use]
    pub fn line(doc: &Doc, fallback: impl FnOnce() -> String) -> String {
        let mut line = match begins_with(&doc.description, &doc.summary) {
            true => markdown::inline(&doc.description),
            false => markdown::inline(&format!("{} {}", doc.summary, doc.description)),
        };
        if line.is_empty() {
            line = fallback();
        }
        if let Some(evidence) = evidence(doc.evidence) {
            line.push_str(&format!(" ({evidence})"));
        }
        line
    }

    /// Adds where the spec has it from, as the last paragraph of an item.
    pub fn source(&mut self, doc: &Doc) {
        if let Some(source) = &doc.source {
            self.paragraph(&format!("Source: document {}.", markdown::inline(source)));
        }
    }

    /// Adds limits and the default of a value.
    pub fn limits(&mut self, constraints: &Constraints, default: Option<&Value>) {
        let mut facts = limits(constraints);
        if let Some(default) = default {
            let text = match default {
                Value::String(text) if !text.is_empty() => text.clone(),
                other => other.to_string(),
            };
            facts.push(format!("Default: {}.", markdown::code(&text)));
        }
        self.paragraph(&facts.join(" "));
    }

    fn space(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }
}

/// Whether a description begins with the words of a summary, on however many lines they are.
fn begins_with(description: &str, summary: &str) -> bool {
    let mut rest = description.trim_start();
    let mut words = summary.split_whitespace();
    words.all(|word| match rest.strip_prefix(word) {
        Some(after) => {
            rest = after.trim_start();
            true
        }
        None => false,
    })
}

/// Whether words can be added to a line: not to the end of a block of code, a heading or a table.
fn continues(line: &str) -> bool {
    !(line.is_empty() || line.starts_with("```") || line.starts_with('#') || line.contains('|'))
}

/// How it is known that something is so, where no document says it.
fn evidence(grade: Grade) -> Option<&'static str> {
    match grade {
        Grade::Documented => None,
        Grade::Vendor => Some("from another page of the vendor"),
        Grade::Capture => Some("not documented: seen in production"),
        Grade::Client => Some("not documented: published clients depend on it"),
        Grade::Inferred => Some("not documented: inferred"),
    }
}

/// How something that has no comment of its own is known, in parentheses.
#[must_use]
pub fn citation(source: Option<&str>, grade: Grade) -> Option<String> {
    let source = source.map(|source| format!("document {}", markdown::inline(source)));
    let parts: Vec<String> = evidence(grade)
        .map(str::to_owned)
        .into_iter()
        .chain(source)
        .collect();
    (!parts.is_empty()).then(|| format!("({})", parts.join("; ")))
}

fn limits(c: &Constraints) -> Vec<String> {
    let mut facts = Vec::new();
    match (&c.minimum, &c.maximum) {
        (Some(min), Some(max)) => facts.push(format!("From {min} to {max}.")),
        (Some(min), None) => facts.push(format!("At least {min}.")),
        (None, Some(max)) => facts.push(format!("At most {max}.")),
        (None, None) => {}
    }
    if let Some(bound) = &c.exclusive_minimum {
        facts.push(format!("Greater than {bound}."));
    }
    if let Some(bound) = &c.exclusive_maximum {
        facts.push(format!("Less than {bound}."));
    }
    if let Some(step) = &c.multiple_of {
        facts.push(format!("A multiple of {step}."));
    }
    let counts = [
        (c.min_length.filter(|n| *n > 0), c.max_length, "character"),
        (c.min_items.filter(|n| *n > 0), c.max_items, "item"),
    ];
    for (min, max, what) in counts {
        let many = |n: u64| if n == 1 { "" } else { "s" };
        facts.extend(match (min, max) {
            (Some(min), Some(max)) if min == max => {
                Some(format!("Exactly {min} {what}{}.", many(min)))
            }
            (Some(min), Some(max)) => Some(format!("From {min} to {max} {what}s.")),
            (Some(min), None) => Some(format!("At least {min} {what}{}.", many(min))),
            (None, Some(max)) => Some(format!("At most {max} {what}{}.", many(max))),
            (None, None) => None,
        });
    }
    if c.unique_items {
        facts.push("Without duplicates.".to_owned());
    }
    if let Some(pattern) = c
        .pattern
        .as_deref()
        .map(markdown::code)
        .filter(|p| !p.is_empty())
    {
        facts.push(format!("Pattern: {pattern}."));
    }
    facts
}
