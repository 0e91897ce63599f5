//! Structs of what is optional in an operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::rust_type::Paths;
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::operations::Operation;
use crate::plan::rust_type::RustType;

/// The struct, its fields and setters.
pub(super) fn options(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let options = op.options.as_ref()?;
    let name = format_ident!("{}", options.ty);
    let doc = docs::own(&format!(
        "What is optional in [`Client::{}`].",
        options.method
    ));
    let mut fields: Vec<(Name, &RustType, Docs, bool)> = op
        .params
        .iter()
        .filter(|p| !p.required)
        .map(|p| (p.name.clone(), &p.ty, p.docs.clone(), p.deprecated))
        .collect();
    if let Some(body) = op.body.as_ref().filter(|body| !body.required) {
        fields.push((Name::fixed("body"), &body.ty, Docs::own("The body."), false));
    }
    let mut declared = Vec::new();
    let mut entries = Vec::new();
    for (field, ty, field_docs, deprecated) in &fields {
        let doc = docs::outer(field_docs);
        let option = paths.option();
        let rust = paths.ty(ty);
        let set = field.setter();
        let deprecated = deprecated.then(|| quote!(#[deprecated]));
        declared.push(quote!(#doc #deprecated pub #field: #option<#rust>));
        let argument = match ty.takes_into() {
            true => paths.ty(&RustType::Into(Box::new((*ty).clone()))),
            false => rust,
        };
        entries.push(quote!(#deprecated #field: optional by #set(#argument)));
    }
    Some(quote! {
        #doc
        #[derive(Clone, Debug, Default)]
        #[non_exhaustive]
        pub struct #name { #(#declared,)* }

        lavka_runtime::object! { #name: plain { #(#entries),* } }
    })
}
