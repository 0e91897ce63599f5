//! Calls by name.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Printer;
use crate::plan::dynamic::{Entry, FormPart, Shape, TextOf};
use crate::plan::media::Formats;
use crate::plan::names::Name;
use crate::plan::operations::{Body, BodyCodec, BodyPlace, Operation, PartKind, Rest};
use crate::plan::replies::Read;
use crate::plan::rust_type::RustType;
use crate::plan::wire::Presence;

/// What a call passes to the method of the client.
struct Arguments<'o> {
    /// Statements that make the values.
    before: Vec<TokenStream>,
    method: &'o Name,
    arguments: Vec<TokenStream>,
}

impl Printer<'_> {
    /// An arm of `call`.
    pub(super) fn call(&mut self, op: &Operation, known: &Entry) -> TokenStream {
        let id = &op.id;
        let Arguments {
            before,
            method,
            arguments,
        } = self.arguments(op, known);
        let deprecated = op.deprecated.then(|| quote!(#[allow(deprecated)]));
        let result = self.result(op, &quote!(self.#method(#(#arguments),*)));
        quote! {
            #id => #deprecated { Box::pin(async move {
                #(#before)*
                #result
            }) }
        }
    }

    fn arguments<'o>(&mut self, op: &'o Operation, known: &Entry) -> Arguments<'o> {
        let mut before = Vec::new();
        let mut arguments = Vec::new();
        let (required, optional): (Vec<_>, Vec<_>) = op
            .params
            .iter()
            .zip(&known.params)
            .filter_map(|(planned, p)| Some((planned, &p.wire, p.text.as_ref()?)))
            .partition(|(planned, ..)| planned.required);
        for (index, (planned, wire, text)) in required.into_iter().enumerate() {
            // Not the parameter's own name, which may be one of the names here.
            let name = format_ident!("value_{index}");
            let value = self.text(wire, text, true);
            before.push(quote!(let #name = #value;));
            arguments.push(argument(&planned.argument, &name));
        }
        let body = op
            .body
            .as_ref()
            .map(|body| (body, self.body(body, op, known)));
        let given = match known.body {
            Shape::Form => quote!(!input.params.is_empty() || !input.files.is_empty()),
            _ => quote!(input.body.is_some()),
        };
        match &body {
            Some((body, read)) if body.place == BodyPlace::Argument => {
                before.push(quote!(let body = #read;));
                arguments.push(argument(&body.argument, &format_ident!("body")));
            }
            Some((body, read)) if body.place == BodyPlace::OptionalArgument => {
                before.push(quote!(let body = if #given { Some(#read) } else { None };));
                arguments.push(lent(&body.argument));
            }
            _ => {}
        }
        let Some(options) = &op.options else {
            return Arguments {
                before,
                method: &op.name,
                arguments,
            };
        };
        let mut fields = Vec::new();
        for (planned, wire, text) in optional {
            let name = &planned.name;
            let value = self.text(wire, text, false);
            fields.push(quote!(#name: #value));
        }
        let is_option = |(body, _): &&(&Body, TokenStream)| body.place == BodyPlace::Options;
        if let Some((_, read)) = body.as_ref().filter(is_option) {
            fields.push(quote!(body: if #given { Some(#read) } else { None }));
        }
        let ty = format_ident!("{}", options.ty);
        before.push(quote!(let params = super::client::#ty { #(#fields),* };));
        arguments.push(quote!(&params));
        Arguments {
            before,
            method: &options.method,
            arguments,
        }
    }

    /// The output of a call of a method.
    fn result(&mut self, op: &Operation, made: &TokenStream) -> TokenStream {
        let output = self.item("Output");
        let call = quote!(#made.await?);
        match &op.reply.read {
            Read::Unit => quote!(#call; Ok(#output::none())),
            Read::Bytes => quote!(let reply = #call; Ok(#output::bytes(&reply))),
            Read::Stream(_) => quote! {
                let mut items = #call;
                let mut all = Vec::new();
                while let Some(item) = items.next().await { all.push(item?); }
                #output::of(&all).map(|output| output.without(items.lenient()))
            },
            Read::ByStatus(by) => {
                let name = format_ident!("{}", by.name);
                let arms = by.variants.iter().map(|variant| {
                    let ident = format_ident!("{}", variant.name);
                    match &variant.read {
                        Read::Unit => quote!(super::client::#name::#ident => Ok(#output::none())),
                        Read::Bytes => {
                            quote!(super::client::#name::#ident(reply) => Ok(#output::bytes(&reply)))
                        }
                        _ => quote!(super::client::#name::#ident(reply) => #output::of(&reply)),
                    }
                });
                quote!(match #call { #(#arms,)* })
            }
            _ if op.reply.output == RustType::Unit => quote!(#call; #output::of(&())),
            _ => quote!(let reply = #made.response().await?; #output::of_response(&reply)),
        }
    }

    /// A value from the text of this name.
    fn text(&mut self, wire: &str, text: &TextOf, required: bool) -> TokenStream {
        let get = match required {
            true => quote!(required),
            false => quote!(optional),
        };
        let made = |via: TokenStream, make: TokenStream| match required {
            true => quote!(input.#get::<#via>(#wire).map(#make)?),
            false => quote!(input.#get::<#via>(#wire)?.map(#make)),
        };
        let via = |integer: bool| match integer {
            true => quote!(i64),
            false => quote!(String),
        };
        match text {
            TextOf::Itself(ty) => {
                let ty = self.paths.ty(ty);
                quote!(input.#get::<#ty>(#wire)?)
            }
            TextOf::Enum(ty, integer) => {
                let ty = self.paths.ty(ty);
                made(via(*integer), quote!(#ty::from))
            }
            TextOf::EnumList(ty, integer) => {
                let ty = self.paths.ty(ty);
                let via = via(*integer);
                let make = quote!(|list| list.into_iter().map(#ty::from).collect::<Vec<_>>());
                made(quote!(Vec<#via>), make)
            }
            TextOf::Json(ty) => {
                let ty = self.paths.ty(ty);
                let get = match required {
                    true => quote!(required_json),
                    false => quote!(optional_json),
                };
                quote!(input.#get::<#ty>(#wire)?)
            }
        }
    }

    /// The body, as an expression that may return an error.
    fn body(&mut self, body: &Body, op: &Operation, known: &Entry) -> TokenStream {
        let constant = &op.constant;
        let ty = match body.codec {
            BodyCodec::Upload(_) => return quote!(input.upload(&operations::#constant)?),
            BodyCodec::MultipartObject(Rest::Files) => return quote!(input.files.clone()),
            _ => self.paths.ty(&body.ty),
        };
        match &body.codec {
            BodyCodec::Documents { media, list } if media.formats() != Formats::Json => {
                match &body.ty {
                    RustType::Vec(item) if *list => {
                        let item = self.paths.ty(item);
                        quote!(input.any_list::<#item>(&operations::#constant)?)
                    }
                    _ => quote!(input.any::<#ty>(&operations::#constant)?),
                }
            }
            BodyCodec::Documents { .. }
            | BodyCodec::Form { .. }
            | BodyCodec::MultipartObject(_)
            | BodyCodec::Lines(_)
            | BodyCodec::Text(..) => {
                quote!(input.json::<#ty>(&operations::#constant)?)
            }
            BodyCodec::Upload(_) => TokenStream::new(),
            BodyCodec::Multipart(parts) => {
                let mut fields: Vec<TokenStream> =
                    known.parts.iter().map(|part| self.part(part)).collect();
                // What the document does not name cannot be given by name.
                fields.extend(parts.iter().filter_map(|part| match part.kind {
                    PartKind::Rest(_) => {
                        let name = &part.name;
                        Some(quote!(#name: ::core::default::Default::default()))
                    }
                    _ => None,
                }));
                quote!(#ty { #(#fields),* })
            }
        }
    }

    fn part(&mut self, part: &FormPart) -> TokenStream {
        let (name, wire) = (&part.name, &part.wire);
        let required = part.presence == Presence::Required;
        let value = match (part.kind, part.list, required) {
            (PartKind::Upload, false, true) => quote!(input.file(#wire)?),
            (PartKind::Upload, true, true) => quote!(vec![input.file(#wire)?]),
            (PartKind::Upload, false, false) => quote!(input.files.get(#wire).cloned()),
            (PartKind::Upload, true, false) => {
                quote!(input.files.get(#wire).cloned().map(|file| vec![file]))
            }
            (_, _, required) => self.text(wire, &part.text, required),
        };
        match part.presence {
            // A form has no null.
            Presence::ThreeState => {
                let maybe = self.paths.runtime(&["Maybe"]);
                quote!(#name: #value.map_or(#maybe::Absent, #maybe::Value))
            }
            _ => quote!(#name: #value),
        }
    }
}

/// A body that may be `None`, as an argument.
fn lent(ty: &RustType) -> TokenStream {
    let RustType::IntoOption(inner) = ty else {
        return quote!(body);
    };
    match &**inner {
        RustType::Ref(inner) if **inner == RustType::String => quote!(body.as_deref()),
        RustType::Ref(_) => quote!(body.as_ref()),
        _ => quote!(body),
    }
}

fn argument(ty: &RustType, name: &Ident) -> TokenStream {
    match ty {
        RustType::Ref(_) => quote!(&#name),
        _ => quote!(#name),
    }
}
