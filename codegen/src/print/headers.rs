//! Structs of the headers of replies.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::rust_type::Paths;
use crate::plan::headers::{Form, Header};
use crate::plan::operations::Operation;

/// The struct of an operation's headers, where its replies have some.
pub(super) fn headers(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let known = op.headers.as_ref()?;
    let name = format_ident!("{}", known.ty);
    let doc = docs::own(&format!("Headers of the reply of [`Client::{}`].", op.name));
    let mut declared = Vec::new();
    let mut read = Vec::new();
    for header in &known.fields {
        let (field, wire) = (&header.name, &header.wire);
        let (doc, ty) = (docs::outer(&header.docs), type_of(header, paths));
        let deprecated = header.deprecated.then(|| quote!(#[deprecated]));
        let form = form(&header.form, paths);
        let method = match header.required {
            true => format_ident!("required"),
            false => format_ident!("optional"),
        };
        declared.push(quote!(#doc #deprecated pub #field: #ty));
        read.push(quote!(#field: headers.#method(#wire, #form)?));
    }
    let allow = known
        .fields
        .iter()
        .any(|header| header.deprecated)
        .then(|| quote!(#[allow(deprecated)]));
    let [response, error] =
        [&["client", "Response"][..], &["Error"]].map(|path| paths.runtime(path));
    let result = paths.result();
    let constant = &op.constant;
    Some(quote! {
        #doc
        #allow
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #(#declared,)* }

        #allow
        impl #name {
            /// Reads them from what [`Call::response`](::lavka_runtime::client::Call::response) gives.
            ///
            /// # Errors
            /// Where a header is not of its type, or a required one is missing.
            pub fn of<T>(response: &#response<T>) -> #result<Self, #error> {
                let headers = response.typed_headers(&operations::#constant);
                Ok(Self { #(#read,)* })
            }
        }
    })
}

fn type_of(header: &Header, paths: &mut Paths<'_>) -> TokenStream {
    let ty = paths.ty(&header.ty);
    match header.required {
        true => ty,
        false => {
            let option = paths.option();
            quote!(#option<#ty>)
        }
    }
}

fn form(known: &Form, paths: &mut Paths<'_>) -> TokenStream {
    let ty = paths.runtime(&["client", "HeaderForm"]);
    match known {
        Form::Text => quote!(#ty::Text),
        Form::Literal => quote!(#ty::Literal),
        Form::Json => quote!(#ty::Json),
        Form::List(item) => {
            let item = form(item, paths);
            quote!(#ty::List(&#item))
        }
        Form::Object(fields) => {
            let fields: Vec<TokenStream> = fields
                .iter()
                .map(|(name, known)| {
                    let form = form(known, paths);
                    quote!((#name, #form))
                })
                .collect();
            quote!(#ty::Object(&[#(#fields),*]))
        }
    }
}
