//! What a client offers beside its operations: streams of long lists, lists in batches, a trait to stand in for.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::call::{Parts, argument_name, parts, reply};
use super::docs::DocText;
use super::facts::{allowed, success};
use super::{Context, Uses};
use crate::model::{Presence, TypeKind, TypeRef};

/// The same call for a list whose items are wanted while they arrive: only where the reply is a list, and the operation
/// changes nothing.
pub(super) fn streamed(
    cx: &Context<'_>,
    index: usize,
    uses: &mut Uses,
) -> Result<Option<TokenStream>, String> {
    let op = &cx.api.operations[index];
    let Some(payload) = success(op).and_then(|r| r.body.as_ref()) else {
        return Ok(None);
    };
    let (Some(TypeRef::List(item)), true) = (&payload.ty, op.safe) else {
        return Ok(None);
    };
    let decoder = match (&payload.json, &payload.xml) {
        (Some(_), None) => quote!(Items::json),
        (None, Some(_)) => quote!(Items::xml),
        _ => return Ok(None),
    };
    uses.runtime("client::Items");
    let method = &cx.names.methods[index];
    let name = format_ident!("{method}_stream");
    let constant = format_ident!("{}", cx.names.constants[index]);
    let item = cx.rust_type(item, uses);
    let Parts {
        arguments,
        before,
        body,
        call,
    } = parts(cx, index, uses)?;
    let mut doc = DocText::plain(format!(
        "As [`Self::{method}`], but gives the items while the reply arrives, in memory that does not grow with it."
    ));
    doc.paragraph(
        "# Errors\nOn `.await`; see [`Error`]. Those that occur once the reply has begun come from the stream.",
    );
    let doc = doc.outer();
    let allowed = allowed(method, arguments.len());
    Ok(Some(quote! {
        #doc
        #allowed
        pub fn #name(&self, #(#arguments),*) -> Call<'_, Items<#item>> {
            #(#before)*
            let body = #body;
            self.core.stream(&operations::#constant, body, Box::new(move |at| #call), #decoder)
        }
    }))
}

/// The same call for a list that is longer than the server takes at once (`x-batch`).
pub(super) fn batched(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Option<TokenStream> {
    let op = &cx.api.operations[index];
    let batch = op.batch.as_ref()?;
    let max = usize::try_from(batch.max?).ok()?;
    if !op.params.is_empty() {
        return None;
    }
    let ty = op.request.as_ref()?.ty.as_ref()?;
    let method = &cx.names.methods[index];
    let name = format_ident!("{method}_in_batches");
    let call = format_ident!("{method}");
    let (output, _) = reply(cx, op, uses);
    let argument = argument_name(cx, op, ty);
    let max_literal = proc_macro2::Literal::usize_unsuffixed(max);
    let (taken, item, list, send) = match ty {
        TypeRef::List(item) => {
            let item = cx.rust_type(item, uses);
            (
                quote!(&'a [#item]),
                item,
                quote!(#argument),
                quote!(move |part| self.#call(part)),
            )
        }
        TypeRef::Named(id) => {
            let TypeKind::Struct(s) = &cx.api.ty(*id).kind else {
                return None;
            };
            let position = s
                .fields
                .iter()
                .position(|f| f.wire == batch.property && f.presence == Presence::Required)?;
            let TypeRef::List(item) = &s.fields[position].ty else {
                return None;
            };
            let item = cx.rust_type(item, uses);
            let field = cx.member_idents(*id).into_iter().nth(position)?;
            let rust = cx.type_ident(*id);
            let send = quote! {
                move |part| {
                    let part = #rust { #field: part.to_vec(), ..#argument.clone() };
                    async move { self.#call(&part).await }
                }
            };
            (quote!(&'a #rust), item, quote!(&#argument.#field), send)
        }
        _ => return None,
    };
    uses.runtime("client::Batch");
    uses.runtime("client::in_batches");
    let doc = DocText::plain(format!(
        "As [`Self::{method}`] for a list of any length, sent in parts of at most {max}. Reports on each part: one that \
         fails does not keep the others from being sent, unless the credential is refused or a quota is used up."
    ))
    .outer();
    let allowed = allowed(method, 1);
    Some(quote! {
        #doc
        #allowed
        pub async fn #name<'a>(&self, #argument: #taken) -> Vec<Batch<'a, #item, #output>> {
            in_batches(#list, #max_literal, #send).await
        }
    })
}

/// The operations as a trait, so that a program can be tested with a client that somebody made up.
pub(super) fn operations_trait(cx: &Context<'_>, uses: &mut Uses) -> Result<TokenStream, String> {
    let mut declared = Vec::new();
    let mut delegated = Vec::new();
    for (index, op) in cx.api.operations.iter().enumerate() {
        let name = format_ident!("{}", cx.names.methods[index]);
        let constant = format_ident!("{}", cx.names.constants[index]);
        let arguments = parts(cx, index, uses)?.arguments;
        let names: Vec<TokenStream> = arguments.iter().filter_map(argument_ident).collect();
        let (output, _) = reply(cx, op, uses);
        let doc = DocText::plain(format!("[`Client::{name}`].")).outer();
        let allowed = allowed(&cx.names.methods[index], arguments.len());
        declared.push(quote! {
            #doc
            #allowed
            fn #name(&self, #(#arguments),*) -> impl Future<Output = Result<#output, Error>> + Send {
                std::future::ready(Err(Error::unanswered(&operations::#constant)))
            }
        });
        delegated.push(quote! {
            fn #name(&self, #(#arguments),*) -> impl Future<Output = Result<#output, Error>> + Send {
                Self::#name(self, #(#names),*)
            }
        });
    }
    let doc = DocText::plain(
        "The operations of [`Client`] as a trait: take it where a program is to be tested without a server, and implement what \
         the test calls. What is not implemented answers an error that says so.",
    )
    .outer();
    Ok(quote! {
        #doc
        #[allow(unused_variables)]
        pub trait Operations: Send + Sync {
            #(#declared)*
        }

        impl Operations for Client {
            #(#delegated)*
        }
    })
}

/// The name in `name: Type`.
fn argument_ident(argument: &TokenStream) -> Option<TokenStream> {
    argument.clone().into_iter().next().map(Into::into)
}
