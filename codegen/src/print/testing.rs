//! Examples of the types.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use crate::plan::Plan;

/// The module `testing`; `None` where it is not wanted or there is none.
#[must_use]
pub(super) fn examples(plan: &Plan) -> Option<TokenStream> {
    let testing = plan.testing.as_ref()?;
    if testing.examples.is_empty() {
        return None;
    }
    let entries = testing.examples.iter().map(|example| {
        let (name, json) = (&example.ty, raw_string(&example.json)?);
        Some(match example.sampled {
            true => quote!(#name = #json),
            false => quote!(#name = synthetic #json),
        })
    });
    let entries: Vec<TokenStream> = entries.flatten().collect();
    let doc = docs::inner(&plan.files.testing);
    Some(quote! {
        #doc
        use super::types::*;
        lavka_runtime::examples! { types { #(#entries),* } }
    })
}

/// A raw string, so that JSON is read as it is.
fn raw_string(json: &str) -> Option<TokenStream> {
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}").parse().ok()
}
