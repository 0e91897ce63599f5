//! Examples of the types.

use proc_macro2::TokenStream;
use quote::quote;

use super::part::{Code, Comments, Sink};
use crate::plan::Plan;

/// The module `testing`; nothing where it is not wanted or there is none.
pub(super) fn examples(plan: &Plan, sink: &mut Sink<'_>) {
    let Some(testing) = plan.testing.as_ref().filter(|t| !t.examples.is_empty()) else {
        return;
    };
    let entries = testing.examples.iter().map(|example| {
        let (name, json) = (&example.ty, raw_string(&example.json)?);
        Some(match example.sampled {
            true => quote!(#name = #json),
            false => quote!(#name = synthetic #json),
        })
    });
    let entries: Vec<TokenStream> = entries.flatten().collect();
    let mut comments = Comments::default();
    let doc = comments.inner(&plan.files.testing);
    sink(comments.part(Code::Items(quote! {
        #doc
        use super::types::*;
        lavka_runtime::examples! { types { #(#entries),* } }
    })));
}

/// A raw string, so that JSON is read as it is.
fn raw_string(json: &str) -> Option<TokenStream> {
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}").parse().ok()
}
