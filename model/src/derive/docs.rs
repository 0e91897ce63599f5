//! Documentation.

use super::Deriver;
use crate::model::Doc;
use crate::normalized::{Evidence, Schema, Spanned};

impl Deriver<'_> {
    /// Documentation of a schema.
    pub(super) fn doc(&self, schema: &Schema) -> Doc {
        let mut doc = self.texts(
            None,
            schema.description.as_ref(),
            schema.deprecated.value,
            &schema.lavka.evidence,
        );
        doc.assumed = schema.unresolved.is_some();
        doc
    }

    /// Documentation of texts; without them where only types are of interest.
    pub(super) fn texts(
        &self,
        summary: Option<&Spanned<String>>,
        description: Option<&Spanned<String>>,
        deprecated: bool,
        evidence: &Evidence,
    ) -> Doc {
        let (summary, description) = if self.types_only {
            (None, None)
        } else {
            (summary, description)
        };
        texts(summary, description, deprecated, evidence)
    }
}

/// Documentation of texts.
pub(super) fn texts(
    summary: Option<&Spanned<String>>,
    description: Option<&Spanned<String>>,
    deprecated: bool,
    evidence: &Evidence,
) -> Doc {
    let description = text(description);
    Doc {
        summary: summary.map_or_else(
            || first_sentence(&description),
            |summary| summary.value.trim().to_owned(),
        ),
        description,
        source: evidence.source.as_ref().map(|source| source.value.clone()),
        evidence: evidence
            .grade
            .as_ref()
            .map(|grade| grade.value)
            .unwrap_or_default(),
        deprecated,
        assumed: false,
    }
}

/// A text, or none.
pub(super) fn text(text: Option<&Spanned<String>>) -> String {
    text.map_or_else(String::new, |text| text.value.trim().to_owned())
}

/// The first sentence of the first paragraph, on one line.
fn first_sentence(text: &str) -> String {
    let paragraph = text.split('\n').take_while(|line| !line.is_empty());
    let mut words = paragraph.flat_map(str::split_whitespace).peekable();
    let mut out = String::new();
    while let Some(word) = words.next() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        // `e.g. `, `i.e. `: what follows a sentence begins with a capital letter.
        let begins = |next: &&str| next.starts_with(|c: char| !c.is_lowercase());
        if word.ends_with('.') && words.peek().is_some_and(begins) {
            break;
        }
    }
    out
}
