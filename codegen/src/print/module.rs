//! A module of bindings: its files.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{client, docs, dynamic, operations, replies, testing};
use crate::plan::Plan;

/// A file of a module.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name without `.rs`; `mod` is the module's root.
    pub name: &'static str,
    /// What is in it.
    pub tokens: TokenStream,
}

/// The file of the types.
#[must_use]
pub fn types_of(plan: &Plan) -> Vec<File> {
    let tokens = super::types::types(plan);
    tokens
        .map(|tokens| File {
            name: "types",
            tokens,
        })
        .into_iter()
        .collect()
}

/// Prints a module: its root first.
#[must_use]
pub fn module(plan: &Plan, types: Vec<File>) -> Vec<File> {
    let file = |name, tokens| File { name, tokens };
    let mut files = types;
    files.push(file("operations", operations::operations(plan)));
    files.push(file("client", client::client(plan)));
    files.extend(replies::envelopes(plan).map(|tokens| file("replies", tokens)));
    files.extend(dynamic::dynamic(plan).map(|tokens| file("dynamic", tokens)));
    files.extend(testing::examples(plan).map(|tokens| file("testing", tokens)));
    let root = root(plan, &files);
    files.insert(0, file("mod", root));
    files
}

fn root(plan: &Plan, files: &[File]) -> TokenStream {
    let doc = docs::inner(&plan.docs);
    let has = |name: &str| files.iter().any(|file| file.name == name);
    let modules = files.iter().map(|file| {
        let ident = format_ident!("{}", file.name);
        match file.name {
            "operations" => quote!(pub mod #ident;),
            "dynamic" => {
                let feature = plan.dynamic.as_ref().map(|dynamic| &dynamic.feature);
                let gate = feature.map(|feature| quote!(#[cfg(feature = #feature)]));
                quote!(#gate pub mod #ident;)
            }
            "testing" => {
                let feature = plan.testing.as_ref().map(|testing| &testing.feature);
                let gate = feature.map(|feature| quote!(#[cfg(feature = #feature)]));
                quote!(#gate mod #ident;)
            }
            _ => quote!(mod #ident;),
        }
    });
    let raw = plan.raw_feature.as_ref().map(|feature| {
        quote! {
            #[cfg(feature = #feature)]
            #[allow(missing_docs, unused, clippy::all, clippy::pedantic, unreachable_pub, rust_2018_idioms)]
            pub mod raw;
        }
    });
    let types = has("types").then(|| {
        quote!(
            pub use types::*;
        )
    });
    quote! {
        #doc
        #(#modules)*
        #raw
        pub use client::*;
        #types
    }
}
