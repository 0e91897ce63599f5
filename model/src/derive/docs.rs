//! Documentation.

use crate::model::Doc;
use crate::normalized::{Evidence, Schema, Spanned};

/// Documentation of a schema.
pub(super) fn doc(schema: &Schema) -> Doc {
    let mut doc = texts(
        None,
        schema.description.as_ref(),
        schema.deprecated.value,
        &schema.lavka.evidence,
    );
    doc.assumed = schema.unresolved.is_some();
    doc
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
    let paragraph = text
        .split("\n\n")
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let end = paragraph
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        // `e.g. `, `i.e. `: what follows a sentence begins with a capital letter.
        .find(|&at| {
            let rest = paragraph
                .get(at..)
                .and_then(|rest| rest.trim_start().chars().next());
            rest.is_some_and(|c| !c.is_lowercase())
        });
    end.and_then(|end| paragraph.get(..end))
        .unwrap_or(&paragraph)
        .to_owned()
}
