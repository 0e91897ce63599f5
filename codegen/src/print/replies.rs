//! How replies are read: readers of bodies, enums by status, wrappings.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::part::Sink;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::media::Formats;
use crate::plan::operations::Operation;
use crate::plan::replies::{Form, Read, Value};
use crate::plan::rust_type::RustType;
use crate::plan::wire::Status;

/// The function that makes what the call gives of a reply.
pub(super) fn reader(read: &Read, paths: &mut Paths<'_>) -> TokenStream {
    let reply = paths.runtime(&["client", "Reply"]);
    match read {
        Read::Unit => quote!(#reply::unit),
        Read::Text => quote!(#reply::text),
        Read::Bytes | Read::Stream(_) => quote!(#reply::bytes),
        Read::Value(value) => decoder(value, paths),
        Read::Optional(value) => {
            let read = decoder(value, paths);
            match value.ty {
                RustType::Option(_) => quote!(|reply| reply.optional(#read).map(Option::flatten)),
                _ => quote!(|reply| reply.optional(#read)),
            }
        }
        Read::ByStatus(by) => {
            let name = format_ident!("{}", by.name);
            quote!(#name::read)
        }
    }
}

fn decoder(value: &Value, paths: &mut Paths<'_>) -> TokenStream {
    let reply = paths.runtime(&["client", "Reply"]);
    let suffix = match value.formats {
        Formats::Json => "",
        Formats::Xml => "_xml",
        Formats::Any => "_any",
    };
    let (name, ty) = match value.form {
        Form::Plain => (format!("decode{suffix}"), value.ty.clone()),
        Form::BareString => ("decode_bare_string".to_owned(), value.ty.clone()),
        Form::TextOrJson => return quote!(#reply::text_or_json),
        Form::Envelope => (format!("open{suffix}"), value.ty.clone()),
        Form::OptionalEnvelope => (format!("open_optional{suffix}"), value.ty.clone()),
        Form::List => match &value.ty {
            RustType::Vec(item) => (format!("decode{suffix}_list"), (**item).clone()),
            ty => (format!("decode{suffix}"), ty.clone()),
        },
    };
    let name = format_ident!("{name}");
    let ty = paths.ty(&ty);
    quote!(#reply::#name::<#ty>)
}

/// An enum of replies, by their status.
pub(super) fn by_status(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let Read::ByStatus(by) = &op.reply.read else {
        return None;
    };
    let name = format_ident!("{}", by.name);
    let [reply, error] = [&["client", "Reply"][..], &["Error"]].map(|path| paths.runtime(path));
    let mut variants = Vec::new();
    let mut values = Vec::new();
    let mut arms = Vec::new();
    for variant in &by.variants {
        let ident = format_ident!("{}", variant.name);
        let doc = paths.comments.outer(&variant.docs);
        let read = reader(&variant.read, paths);
        let value = match (&variant.read, &variant.output) {
            (Read::Unit, _) => {
                variants.push(quote!(#doc #ident));
                quote!(Ok(Self::#ident))
            }
            (_, output) => {
                let ty = paths.ty(output);
                variants.push(quote!(#doc #ident(#ty)));
                quote!(#read(reply).map(Self::#ident))
            }
        };
        values.push(value.clone());
        let Some((from, to)) = variant.status.bounds() else {
            continue;
        };
        let [first, last] = [from, to].map(Literal::u16_unsuffixed);
        arms.push(match from == to {
            true => quote!(#first => #value),
            false => quote!(#first..=#last => #value),
        });
    }
    let fallback = values.first();
    // A code before its range, such as 200 and 2XX.
    let is_range = |status: &Status| matches!(status, Status::Range(_));
    let overlap = by.variants.iter().any(|known| is_range(&known.status));
    let overlap = overlap.then(|| quote!(#[allow(clippy::match_overlapping_arm)]));
    let doc = paths.comments.own(&format!(
        "What [`Client::{}`] returns, by the status.",
        op.name
    ));
    Some(quote! {
        #doc
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum #name { #(#variants,)* }

        impl #name {
            #overlap
            fn read(reply: &#reply) -> Result<Self, #error> {
                match reply.status().as_u16() {
                    #(#arms,)*
                    _ => #fallback,
                }
            }
        }
    })
}

/// The module `replies`: what the caller gets of each wrapping. Nothing where there is none.
pub fn envelopes(plan: &Plan, sink: &mut Sink<'_>) {
    if plan.envelopes.is_empty() {
        return;
    }
    let mut paths = Paths::outside(&plan.names.types, &[]);
    let items: Vec<TokenStream> = plan
        .envelopes
        .iter()
        .map(|envelope| {
            let name = paths.named(envelope.ty);
            let content = paths.ty(&envelope.content);
            let wrapping = paths.runtime(&["client", "Envelope"]);
            let (option, some) = (paths.option(), paths.some());
            let value = match &envelope.field {
                None => quote!(#some(self)),
                Some(field) => {
                    let ident = &field.name;
                    let unboxed = |value: TokenStream| match field.boxed {
                        true => quote!(#value.map(|content| *content)),
                        false => value,
                    };
                    match (field.maybe, field.optional, field.boxed) {
                        (true, ..) if field.or_empty => {
                            quote!(#some(self.#ident.into_option().unwrap_or_default()))
                        }
                        (false, true, _) if field.or_empty => {
                            quote!(#some(self.#ident.unwrap_or_default()))
                        }
                        (true, ..) => unboxed(quote!(self.#ident.into_option())),
                        (false, true, _) => unboxed(quote!(self.#ident)),
                        (false, false, true) => quote!(#some(*self.#ident)),
                        (false, false, false) => quote!(#some(self.#ident)),
                    }
                }
            };
            quote! {
                impl #wrapping for #name {
                    type Content = #content;

                    fn content(self) -> #option<#content> {
                        #value
                    }
                }
            }
        })
        .collect();
    let types = paths.types_import(&quote!(super));
    paths.head(&plan.files.replies, &quote!(#types #(#items)*), sink);
}
