//! Doc comments as attributes.

use proc_macro2::TokenStream;
use quote::quote;

use crate::plan::docs::Docs;

fn lines(docs: &Docs) -> impl Iterator<Item = String> + '_ {
    docs.lines.iter().map(|line| match line.is_empty() {
        true => String::new(),
        false => format!(" {line}"),
    })
}

/// As attributes of what follows.
pub(super) fn outer(docs: &Docs) -> TokenStream {
    let lines = lines(docs);
    quote!(#(#[doc = #lines])*)
}

/// As attributes of a module.
pub(super) fn inner(docs: &Docs) -> TokenStream {
    let lines = lines(docs);
    quote!(#(#![doc = #lines])*)
}

/// Words of the generator, as attributes of what follows.
pub(super) fn own(text: &str) -> TokenStream {
    outer(&Docs::own(text))
}
