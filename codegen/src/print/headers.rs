//! Structs of the headers of replies.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::braces;
use super::rust_type::Paths;
use crate::plan::headers::{Form, Header, Headers};
use crate::plan::operations::Operation;

/// The structs of an operation's headers, where its replies have some.
pub(super) fn headers(op: &Operation, paths: &mut Paths<'_>) -> TokenStream {
    let success = op
        .headers
        .as_ref()
        .map(|known| of_success(op, known, paths));
    let error = op
        .error_headers
        .as_ref()
        .map(|known| of_error(op, known, paths));
    success.into_iter().chain(error).collect()
}

fn of_success(op: &Operation, known: &Headers, paths: &mut Paths<'_>) -> TokenStream {
    let (name, declared, allow) = structure(known, paths);
    let read = known.fields.iter().map(|header| {
        let (field, wire, form) = (&header.name, &header.wire, form(&header.form, paths));
        let method = match header.required {
            true => format_ident!("required"),
            false => format_ident!("optional"),
        };
        quote!(#field: headers.#method(#wire, #form)?)
    });
    let read: Vec<TokenStream> = read.collect();
    let [response, error] =
        [&["client", "Response"][..], &["Error"]].map(|path| paths.runtime(path));
    let result = paths.result();
    let constant = &op.constant;
    quote! {
        #declared

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
    }
}

fn of_error(op: &Operation, known: &Headers, paths: &mut Paths<'_>) -> TokenStream {
    let (name, declared, allow) = structure(known, paths);
    let read = known.fields.iter().map(|header| {
        let (field, wire, form) = (&header.name, &header.wire, form(&header.form, paths));
        quote!(#field: headers.readable(#wire, #form))
    });
    let read: Vec<TokenStream> = read.collect();
    let (error, option) = (paths.runtime(&["Error"]), paths.option());
    let constant = &op.constant;
    quote! {
        #declared

        #allow
        impl #name {
            /// Reads them from the error. `None` where it is not about a reply. A header that is not of its type is `None`.
            pub fn of(error: &#error) -> #option<Self> {
                let headers = error.typed_headers(&operations::#constant)?;
                Some(Self { #(#read,)* })
            }
        }
    }
}

/// The struct's name, the struct, and what its impl must allow.
fn structure(known: &Headers, paths: &mut Paths<'_>) -> (Ident, TokenStream, Option<TokenStream>) {
    let name = format_ident!("{}", known.ty);
    let doc = paths.comments.outer(&known.docs);
    let fields = known.fields.iter().map(|header| {
        let field = &header.name;
        let doc = paths.comments.outer(&header.docs);
        let ty = type_of(header, paths);
        let deprecated = header.deprecated.then(|| quote!(#[deprecated]));
        quote!(#doc #deprecated pub #field: #ty)
    });
    let fields = braces(fields);
    let deprecated = known.fields.iter().any(|header| header.deprecated);
    let allow = deprecated.then(|| quote!(#[allow(deprecated)]));
    let declared = quote! {
        #doc
        #allow
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name #fields
    };
    (name, declared, allow)
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
