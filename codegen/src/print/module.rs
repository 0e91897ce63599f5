//! A module of bindings: its files.

use quote::{format_ident, quote};

use super::part::{Code, Comments, Part, Sink};
use super::{client, dynamic, operations, replies, testing, types};
use crate::plan::Plan;

/// Prints a file, part by part. Nothing where the module has no such file.
pub type Printer = fn(&Plan, &mut Sink<'_>);

/// The files of a module but its root: their names without `.rs`, and what prints them. They need nothing of each other.
pub const FILES: [(&str, Printer); 6] = [
    ("types", types::types),
    ("operations", operations::operations),
    ("client", client::client),
    ("replies", replies::envelopes),
    ("dynamic", dynamic::dynamic),
    ("testing", testing::examples),
];

/// Where the files of a module are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Beside the root.
    Files,
    /// In the root, which is included by `include!`: each module holds one line, [`nested`], for its file.
    Nested,
}

/// The line that stands for a nested file.
#[must_use]
pub fn nested(name: &str) -> String {
    format!("type {} = ();", marker(name))
}

fn marker(name: &str) -> String {
    format!("__LAVKA_FILE_{name}")
}

/// Prints the root of a module of these files.
#[must_use]
pub fn root(plan: &Plan, files: &[&str], layout: Layout) -> Part {
    let nests = layout == Layout::Nested;
    // A file that is included has no attributes of its own.
    let mut comments = Comments::default();
    let doc = comments.inner(&plan.docs).filter(|_| !nests);
    // What is deprecated is used by what is made of it.
    let allow = plan.deprecated.then(|| quote!(#[allow(deprecated)]));
    // A program need not use all of an API.
    let unused = nests.then(|| quote!(#[allow(dead_code, unreachable_pub)]));
    let modules = files.iter().map(|name| {
        let ident = format_ident!("{name}");
        let gate = |feature: Option<&String>| feature.map(|feature| quote!(#[cfg(feature = #feature)]));
        let head = match *name {
            "operations" => quote!(#allow #unused pub mod #ident),
            "dynamic" => {
                let gate = gate(plan.dynamic.as_ref().map(|dynamic| &dynamic.feature));
                quote!(#allow #gate #unused pub mod #ident)
            }
            "testing" => {
                let gate = gate(plan.testing.as_ref().map(|testing| &testing.feature));
                quote!(#allow #gate #unused mod #ident)
            }
            "raw" => {
                let gate = gate(plan.raw_feature.as_ref());
                quote! {
                    #gate
                    #[allow(missing_docs, unused, clippy::all, clippy::pedantic, unreachable_pub, rust_2018_idioms)]
                    #unused
                    pub mod #ident
                }
            }
            _ => quote!(#allow #unused mod #ident),
        };
        match nests {
            true => {
                let file = format_ident!("{}", marker(name));
                quote!(#head { type #file = (); })
            }
            false => quote!(#head;),
        }
    });
    let unused = nests.then(|| quote!(#[allow(unused_imports, unreachable_pub)]));
    let types = files.contains(&"types").then(|| {
        quote!(
            #unused
            pub use types::*;
        )
    });
    comments.part(Code::Items(quote! {
        #doc
        #(#modules)*
        #unused
        pub use client::*;
        #types
    }))
}
