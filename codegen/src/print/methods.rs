//! Methods of the client, and the trait of them.

use proc_macro2::{Delimiter, Group, Literal, TokenStream};
use quote::{format_ident, quote};

use super::bodies::into_option;
use super::joined;
use super::method::{Method, expression};
use super::pages::pages;
use super::replies::reader;
use super::rust_type::Paths;
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::operations::{BodyPlace, Operation, Stream};
use crate::plan::replies::{Read, StreamForm};

/// The methods of an operation.
pub(super) fn methods(op: &Operation, paths: &mut Paths<'_>) -> TokenStream {
    let mut all = own(op, paths);
    for known in &op.streams {
        all.extend(stream(op, known, paths));
    }
    all.extend(pages(op, paths));
    all.extend(batches(op, paths));
    all
}

/// The method that gives the whole reply.
fn own(op: &Operation, paths: &mut Paths<'_>) -> TokenStream {
    let end = match &op.reply.read {
        Read::Stream(form) => stream_end(*form, paths),
        read => {
            let reader = reader(read, paths);
            quote!(.call(#reader))
        }
    };
    let output = paths.ty(&op.reply.output);
    let none = Docs::default();
    let (with, with_docs) = match &op.options {
        Some(options) => (&options.method, &options.method_docs),
        None => (&op.name, &none),
    };
    call(
        op,
        &op.constant,
        [&op.name, with],
        [&op.docs, with_docs],
        &output,
        end,
        paths,
    )
}

/// A method that gives items while they arrive.
fn stream(op: &Operation, stream: &Stream, paths: &mut Paths<'_>) -> TokenStream {
    let output = paths.ty(&stream.output);
    let end = stream_end(stream.form, paths);
    let constant = stream
        .asks
        .as_ref()
        .map_or(&op.constant, |asked| &asked.constant);
    let docs = &stream.docs;
    call(
        op,
        constant,
        [&stream.name, &stream.with],
        [docs, docs],
        &output,
        end,
        paths,
    )
}

/// A method that calls the operation; and the one that takes the options too, where there are some.
fn call(
    op: &Operation,
    constant: &Name,
    [name, with]: [&Name; 2],
    [docs, with_docs]: [&Docs; 2],
    output: &TokenStream,
    end: TokenStream,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let call = paths.runtime(&["client", "Call"]);
    let body = into_option(op);
    let value = expression(op, constant, &quote!(self), end, paths);
    let method = Method {
        name,
        docs,
        with,
        with_docs,
        arguments: op.arguments(),
        output: quote!(#call<'_, #output>),
        value: quote!(#body #value),
        must_use: false,
    };
    method.print(op, paths)
}

/// The method that sends a list in parts.
fn batches(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let batches = op.batches.as_ref()?;
    let body = op.body.as_ref()?;
    let (name, call, argument) = (&batches.name, &op.name, &body.name);
    let part = match body.place {
        BodyPlace::OptionalArgument => quote!(&part.to_vec()),
        _ => quote!(part),
    };
    let batch = paths.runtime(&["client", "Batch"]);
    let in_batches = paths.runtime(&["client", "in_batches"]);
    let vec = paths.vec();
    let item = paths.ty(&batches.item);
    let output = paths.ty(&op.reply.output);
    let max = Literal::u64_unsuffixed(batches.max);
    let doc = paths.comments.outer(&batches.docs);
    let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
    Some(match &batches.field {
        None => quote! {
            #doc
            #deprecated
            pub async fn #name<'a>(&self, #argument: &'a [#item]) -> #vec<#batch<'a, #item, #output>> {
                #in_batches(#argument, #max, move |part| self.#call(#part)).await
            }
        },
        Some(field) => {
            let ty = paths.ty(&body.ty);
            quote! {
                #doc
                #deprecated
                pub async fn #name<'a>(&self, #argument: &'a #ty) -> #vec<#batch<'a, #item, #output>> {
                    #in_batches(&#argument.#field, #max, move |part| {
                        let part = #ty { #field: part.to_vec(), ..#argument.clone() };
                        async move { self.#call(&part).await }
                    }).await
                }
            }
        }
    })
}

/// The operations as a trait, so that a program can be tested without a server.
pub(super) fn operations_trait(all: &[Operation], paths: &mut Paths<'_>) -> TokenStream {
    let mut entries = Vec::new();
    for op in all {
        let output = paths.ty(&op.reply.output);
        let arguments = op.arguments();
        let names: Vec<&Name> = arguments.iter().map(|(name, _)| *name).collect();
        let types: Vec<TokenStream> = arguments.iter().map(|(_, ty)| paths.plain(ty)).collect();
        let (name, constant) = (&op.name, &op.constant);
        let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
        let Some(options) = &op.options else {
            entries.push(quote! {
                #deprecated #name(#(#names: #types),*) -> #output = operations::#constant
            });
            continue;
        };
        let with = &options.method;
        let ty = format_ident!("{}", options.ty);
        entries.push(quote! {
            #deprecated #name(#(#names: #types),*) -> #output => #with(#(#names,)* &#ty::default())
        });
        entries.push(quote! {
            #deprecated #with(#(#names: #types,)* params: &#ty) -> #output = operations::#constant
        });
    }
    let entries = Group::new(Delimiter::Brace, joined(';', entries));
    quote!(lavka_runtime::operations! { Operations for Client #entries })
}

/// What makes a stream of a call.
fn stream_end(form: StreamForm, paths: &mut Paths<'_>) -> TokenStream {
    let decoder = match form {
        StreamForm::Json => "json",
        StreamForm::Xml => "xml",
        StreamForm::Events => "events",
        StreamForm::TextEvents => "text_events",
        StreamForm::JsonLines => "json_lines",
        StreamForm::Bytes => return quote!(.download()),
    };
    let decoder = format_ident!("{decoder}");
    let items = paths.runtime(&["client", "Items"]);
    quote!(.stream(#items::#decoder))
}
