//! Structs of what is optional in an operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::braces;
use super::rust_type::Paths;
use crate::plan::operations::Operation;

/// The struct, its fields and setters.
pub(super) fn options(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let options = op.options.as_ref()?;
    let name = format_ident!("{}", options.ty);
    let doc = paths.comments.outer(&options.docs);
    let mut declared = Vec::new();
    let mut entries = Vec::new();
    for known in &options.fields {
        let (field, doc) = (&known.name, paths.comments.outer(&known.docs));
        let option = paths.option();
        let ty = paths.ty(&known.ty);
        let set = field.setter();
        let deprecated = known.deprecated.then(|| quote!(#[deprecated]));
        declared.push(quote!(#doc #deprecated pub #field: #option<#ty>));
        let argument = paths.ty(&known.argument);
        entries.push(quote!(#deprecated #field: optional by #set(#argument)));
    }
    let (declared, entries) = (braces(declared), braces(entries));
    Some(quote! {
        #doc
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct #name #declared

        lavka_runtime::object! { #name: plain #entries }
    })
}
