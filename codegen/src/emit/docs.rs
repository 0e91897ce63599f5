//! Doc comments: what a spec says, as text that rustdoc takes without a warning.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::model::{Constraints, Doc, Evidence};
use crate::plan::docs::Docs;
use crate::plan::markdown;

/// Paragraphs of a doc comment.
#[derive(Clone, Debug, Default)]
pub(super) struct DocText(Docs);

/// How something is known, in parentheses; nothing where it stands in the document, but nobody says where.
pub(super) fn citation(source: Option<&str>, evidence: Evidence) -> Option<String> {
    let evidence = match evidence {
        Evidence::Documented => None,
        Evidence::Vendor => Some("from another page of the vendor"),
        Evidence::Capture => Some("not documented: seen in production"),
        Evidence::Client => Some("not documented: published clients depend on it"),
        Evidence::Inferred => Some("not documented: inferred"),
    };
    let source = source.map(|source| format!("document {}", markdown::inline(source)));
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
        Self(Docs::own(text.into()))
    }

    /// What the spec says of a node, with its source at the end.
    pub(super) fn of(doc: &Doc, fallback: &str) -> Self {
        let mut text = Docs::default();
        text.described(&doc.summary, &doc.description);
        if text.is_empty() {
            text.paragraph(fallback);
        }
        if let Some(citation) = citation(doc.source.as_deref(), doc.evidence) {
            text.sentence(&citation);
        }
        Self(text)
    }

    /// Adds words of our own to the last paragraph.
    pub(super) fn sentence(&mut self, text: &str) {
        self.0.sentence(text);
    }

    /// Adds a paragraph of our own words: taken as it is.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.0.paragraph(text);
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
                "Default: {}.",
                markdown::code(&default.to_string())
            ));
        }
        if !facts.is_empty() {
            self.paragraph(&facts.join(" "));
        }
    }

    /// As outer doc attributes.
    pub(super) fn outer(&self) -> TokenStream {
        let lines = self.0.lines.iter().map(|l| {
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
        let lines = self.0.lines.iter().map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!(" {l}")
            }
        });
        quote!(#(#![doc = #lines])*)
    }
}
