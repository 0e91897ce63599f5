//! Comments as attributes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::plan::docs::Docs;

/// The attribute that holds the lines of a comment until the text is formatted: one of any length, where `doc` is one for each line.
pub const DOCS: &str = "docs";

fn text(docs: &Docs) -> Option<String> {
    let mut text = String::new();
    for (index, line) in docs.lines.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if !line.is_empty() {
            text.push(' ');
            text.push_str(line);
        }
    }
    (!docs.lines.is_empty()).then_some(text)
}

/// As an attribute of what follows.
pub(super) fn outer(docs: &Docs) -> Option<TokenStream> {
    let (name, text) = (format_ident!("{DOCS}"), text(docs)?);
    Some(quote!(#[#name = #text]))
}

/// As an attribute of a module.
pub(super) fn inner(docs: &Docs) -> Option<TokenStream> {
    let (name, text) = (format_ident!("{DOCS}"), text(docs)?);
    Some(quote!(#![#name = #text]))
}

/// Words of the generator, as an attribute of what follows.
pub(super) fn own(text: &str) -> Option<TokenStream> {
    outer(&Docs::own(text))
}
