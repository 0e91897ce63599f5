//! A module of bindings: its files.

use quote::{format_ident, quote};

use super::part::{Code, Comments, Part, Sink};
use super::{client, dynamic, operations, replies, testing, types};
use crate::plan::Plan;
use crate::plan::files::File;

/// A file of a module.
pub struct Unit<'p> {
    /// Its path in the module's folder, without `.rs`: `client`, `client/orders`.
    pub path: String,
    print: Box<dyn Fn(&mut Sink<'_>) + Send + Sync + 'p>,
}

impl Unit<'_> {
    /// Prints it, part by part. Nothing where the module has no such file.
    pub fn print(&self, sink: &mut Sink<'_>) {
        (self.print)(sink);
    }

    /// Returns all of its parts, for those who measure printing apart from formatting.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        self.print(&mut |part| parts.push(part));
        parts
    }
}

/// The files of a module but its root. They need nothing of each other.
#[must_use]
pub fn units(plan: &Plan) -> Vec<Unit<'_>> {
    type OfFile = fn(&Plan, &File, &mut Sink<'_>);
    type OfPlan = fn(&Plan, &mut Sink<'_>);
    let files = &plan.files;
    let mut units = Vec::new();
    let of_files: [(&File, OfFile, OfFile); 3] = [
        (&files.types, types::types, types::of_tag),
        (
            &files.operations,
            operations::operations,
            operations::of_tag,
        ),
        (&files.client, client::client, client::of_tag),
    ];
    for (file, root, of_tag) in of_files {
        let mut add = |path: String, file, print: OfFile| {
            let print = Box::new(move |sink: &mut Sink<'_>| print(plan, file, sink));
            units.push(Unit { path, print });
        };
        add(file.name.clone(), file, root);
        for tag in &file.tags {
            add(format!("{}/{}", file.name, tag.name), tag, of_tag);
        }
    }
    let others: [(&str, OfPlan); 3] = [
        ("replies", replies::envelopes),
        ("dynamic", dynamic::dynamic),
        ("testing", testing::examples),
    ];
    units.extend(others.map(|(path, print)| Unit {
        path: path.to_owned(),
        print: Box::new(move |sink: &mut Sink<'_>| print(plan, sink)),
    }));
    units
}

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
