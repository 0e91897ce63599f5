//! The module `dynamic`: operations and payloads by name.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::operations::tag_call;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::docs::Docs;
use crate::plan::dynamic::{Dynamic, Entry, FormPart, Param, Payload, Shape, TextOf};
use crate::plan::operations::{BodyCodec, Operation, PartKind, Rest};
use crate::plan::replies::{Formats, Read};
use crate::plan::rust_type::RustType;
use crate::plan::tags;
use crate::plan::wire::{Presence, Status};

struct Printer<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
}

/// The module; `None` where it is not wanted.
#[must_use]
pub fn dynamic(plan: &Plan) -> Option<TokenStream> {
    let dynamic = plan.dynamic.as_ref()?;
    let mut p = Printer {
        plan,
        paths: Paths::outside(&plan.names.types, &["Api", "Client"]),
    };
    Some(p.module(dynamic))
}

impl Printer<'_> {
    fn item(&mut self, name: &'static str) -> TokenStream {
        self.paths.runtime(&["dynamic", name])
    }

    fn module(&mut self, dynamic: &Dynamic) -> TokenStream {
        let name = &self.plan.module;
        let known: Vec<(&Operation, &Entry)> =
            self.plan.operations.iter().zip(&dynamic.entries).collect();
        let entries: Vec<TokenStream> = known.iter().map(|(op, e)| self.entry(op, e)).collect();
        let payloads: Vec<TokenStream> = known
            .iter()
            .flat_map(|(op, e)| e.payloads.iter().map(move |payload| (*op, payload)))
            .map(|(op, payload)| self.payload(op, payload))
            .collect();
        let calls: Vec<TokenStream> = known.iter().map(|(op, e)| self.call(op, e)).collect();
        let unused = quote!(#[allow(unused_variables)]);
        let no_payload = payloads.is_empty().then_some(&unused);
        let takes = |op: &Operation| !op.params.is_empty() || op.body.is_some();
        let no_input = (!self.plan.operations.iter().any(takes)).then_some(&unused);
        let (sets, credentials) = self.credentials(dynamic);
        let schemas = self.schemas(dynamic);
        let [entry, side, payload, settings, input, output, error] = [
            "Entry",
            "Side",
            "Payload",
            "Settings",
            "Input",
            "Output",
            "DynamicError",
        ]
        .map(|name| self.item(name));
        let [future, format] =
            ["BoxFuture", "Format"].map(|name| self.paths.runtime(&["client", name]));
        let types = self.paths.mentions_types().then(|| {
            quote!(
                use super::types;
            )
        });
        let none = quote!(Err(dynamic::no_such_payload(self, operation, side)));
        let read = if payloads.is_empty() {
            // Arguments that no operation needs.
            quote!(let _ = (from, bytes); #none)
        } else {
            quote!(match (operation, side) { #(#payloads)* _ => #none, })
        };
        let takes = |op: &Operation| !op.params.is_empty() || op.body.is_some();
        let ignored = !self.plan.operations.iter().any(takes);
        let ignored = ignored.then(|| quote!(let _ = input;));
        let imports = self.paths.imports();
        let doc = docs::inner(&Docs::own(format!(
            "Operations and payloads of {} by name.",
            self.plan.title
        )));
        quote! {
            #doc
            #imports
            use lavka_runtime::dynamic;
            use super::operations;
            #types

            /// The API.
            pub struct Api;

            static OPERATIONS: &[#entry] = &[#(#entries),*];

            #schemas

            impl dynamic::Api for Api {
                fn name(&self) -> &'static str {
                    #name
                }

                fn operations(&self) -> &'static [#entry] {
                    OPERATIONS
                }

                fn credentials(&self) -> &'static [&'static [&'static str]] {
                    &[#(#sets),*]
                }

                #no_payload
                fn payload(
                    &self,
                    operation: &str,
                    side: #side,
                    from: #format,
                    bytes: &[u8],
                ) -> Result<#payload, #error> {
                    #read
                }

                fn client(&self, settings: &#settings<'_>) -> Result<Box<dyn dynamic::Client>, ::lavka_runtime::Error> {
                    let builder = settings.apply(super::Client::builder());
                    #credentials
                    Ok(Box::new(builder.build()?))
                }
            }

            impl dynamic::Client for super::Client {
                #no_input
                fn call<'a>(&'a self, operation: &'a str, input: &'a #input) -> #future<'a, Result<#output, #error>> {
                    #ignored
                    match operation {
                        #(#calls)*
                        _ => Box::pin(async move { Err(dynamic::unknown(#name, operation)) }),
                    }
                }
            }
        }
    }

    /// A function that gives the JSON Schema of every type that has a JSON form.
    fn schemas(&mut self, dynamic: &Dynamic) -> Option<TokenStream> {
        let feature = self.plan.schema_feature.as_ref()?;
        let entries: Vec<TokenStream> = dynamic
            .schemas
            .iter()
            .map(|(name, id)| {
                let ty = self.paths.named(*id);
                quote!((#name, ::lavka_runtime::schema::schemars::schema_for!(#ty)))
            })
            .collect();
        Some(quote! {
            /// JSON Schemas of the types that have a JSON form, by their names in the spec and in its order.
            #[cfg(feature = #feature)]
            #[must_use]
            pub fn schemas() -> Vec<(&'static str, ::lavka_runtime::schema::schemars::Schema)> {
                vec![#(#entries),*]
            }
        })
    }

    fn entry(&mut self, op: &Operation, known: &Entry) -> TokenStream {
        let (entry, shape) = (self.item("Entry"), self.item("BodyShape"));
        let constant = &op.constant;
        let summary = &known.summary;
        let params: Vec<TokenStream> = known.params.iter().map(|p| self.param(p)).collect();
        let body = match &known.body {
            Shape::None => quote!(#shape::None),
            Shape::Value | Shape::Bytes => quote!(#shape::Value),
            Shape::Wrapped(wire) => quote!(#shape::Wrapped(#wire)),
            Shape::Form => quote!(#shape::Form),
        };
        let statuses = op
            .reply
            .statuses
            .iter()
            .copied()
            .map(Literal::u16_unsuffixed);
        let content = option(op.reply.content.as_ref());
        let documented = known.documented;
        quote! {
            #entry {
                operation: &operations::#constant,
                summary: #summary,
                params: &[#(#params),*],
                body: #body,
                statuses: &[#(#statuses),*],
                content: #content,
                documented: #documented,
            }
        }
    }

    fn param(&mut self, known: &Param) -> TokenStream {
        let param = self.item("Param");
        let (wire, summary) = (&known.wire, &known.summary);
        let made = match known.required {
            true => quote!(#param::required(#wire, #summary)),
            false => quote!(#param::optional(#wire, #summary)),
        };
        let file = known.file.then(|| quote!(.file()));
        let undocumented = (!known.documented).then(|| quote!(.undocumented()));
        let example = known
            .example
            .as_ref()
            .map(|example| quote!(.example(#example)));
        quote!(#made #file #undocumented #example)
    }

    /// An arm of `payload`.
    fn payload(&mut self, op: &Operation, known: &Payload) -> TokenStream {
        let side = self.item("Side");
        let (id, constant) = (&op.id, &op.constant);
        let pattern = match known.request {
            true => quote!(#side::Request),
            false => response_pattern(&side, known),
        };
        let ty = self.paths.ty(&known.ty);
        let read = match (known.formats, &known.item, &known.root) {
            (Formats::Json, ..) | (_, _, None) => {
                let bare = known.bare;
                quote!(dynamic::read_json::<#ty>(&operations::#constant, side, from, bytes, #bare))
            }
            (_, Some(item), _) => {
                let item = self.paths.ty(item);
                let field = match known.request {
                    true => quote!(request),
                    false => quote!(response),
                };
                quote! {
                    dynamic::read_any_list::<#item>(&operations::#constant, side, from, bytes, operations::#constant.#field)
                }
            }
            (_, None, Some(body)) => {
                let field = match known.request {
                    true => quote!(request),
                    false => quote!(response),
                };
                let tag = self.paths.runtime(&["xml", "tag"]);
                let roots = tags::root(self.plan.api.dialect, body).roots;
                let roots = roots.iter().map(|known| tag_call(&tag, known));
                quote! {
                    dynamic::read_any::<#ty>(
                        &operations::#constant, side, from, bytes, operations::#constant.#field, const { &[#(#roots),*] }
                    )
                }
            }
        };
        quote!((#id, #pattern) => #read,)
    }

    fn credentials(&mut self, dynamic: &Dynamic) -> (Vec<TokenStream>, TokenStream) {
        let module = &self.plan.module;
        let several = self
            .plan
            .credentials
            .as_ref()
            .is_some_and(|known| known.several);
        let mut sets = Vec::new();
        let mut tries = Vec::new();
        for set in &dynamic.credentials {
            let names = set.names.iter().map(|(name, _)| name);
            sets.push(quote!(&[#(#names),*]));
            let idents: Vec<_> = (0..set.names.len())
                .map(|i| format_ident!("value_{i}"))
                .collect();
            let reads = set
                .names
                .iter()
                .zip(&idents)
                .map(|((name, integer), ident)| {
                    let read = match integer {
                        true => quote!(settings.integer(#module, #name)?),
                        false => quote!((settings.credentials)(#name)),
                    };
                    quote!(let Some(#ident) = #read)
                });
            let constructors = set.constructors.iter();
            tries.push(match several {
                // The same text for each scheme that takes it.
                true => {
                    let all = constructors.map(|constructor| {
                        quote!(super::Credentials::#constructor(#(#idents.clone()),*))
                    });
                    quote! {
                        if #(#reads)&&* { given.extend([#(#all),*]); }
                    }
                }
                false => {
                    let constructor = constructors.take(1);
                    quote! {
                        if #(#reads)&&* { builder.credentials(#(super::Credentials::#constructor)*(#(#idents),*)) }
                    }
                }
            });
        }
        let builder = match (tries.is_empty(), several) {
            (true, _) => TokenStream::new(),
            (false, false) => {
                quote!(let builder = #(#tries else)* { builder.without_credentials() };)
            }
            (false, true) => quote! {
                let mut given = Vec::new();
                #(#tries)*
                let builder = match given.into_iter().reduce(super::Credentials::and) {
                    Some(all) => builder.credentials(all),
                    None => builder.without_credentials(),
                };
            },
        };
        (sets, builder)
    }

    /// An arm of `call`.
    fn call(&mut self, op: &Operation, known: &Entry) -> TokenStream {
        let output = self.item("Output");
        let id = &op.id;
        let mut before = Vec::new();
        let mut arguments = Vec::new();
        let required = op.params.iter().zip(&known.params);
        for (index, (planned, p)) in required.filter(|(p, _)| p.required).enumerate() {
            // Not the parameter's own name, which may be one of the names here.
            let name = format_ident!("value_{index}");
            let Some(text) = &p.text else { continue };
            let value = self.text(&p.wire, text, true);
            before.push(quote!(let #name = #value;));
            arguments.push(match &planned.argument {
                RustType::Ref(_) => quote!(&#name),
                _ => quote!(#name),
            });
        }
        let body = op.body.as_ref().map(|body| (body, self.body(op, known)));
        if let Some((body, read)) = &body
            && body.required
        {
            before.push(quote!(let body = #read;));
            arguments.push(match &body.argument {
                RustType::Ref(_) => quote!(&body),
                _ => quote!(body),
            });
        }
        let mut method = &op.name;
        if let Some(options) = &op.options {
            method = &options.method;
            let mut fields = Vec::new();
            for (planned, p) in op
                .params
                .iter()
                .zip(&known.params)
                .filter(|(p, _)| !p.required)
            {
                let name = &planned.name;
                let Some(text) = &p.text else { continue };
                let value = self.text(&p.wire, text, false);
                fields.push(quote!(#name: #value));
            }
            if let Some((body, read)) = &body
                && !body.required
            {
                let given = match known.body {
                    Shape::Form => quote!(!input.params.is_empty() || !input.files.is_empty()),
                    _ => quote!(input.body.is_some()),
                };
                fields.push(quote!(body: if #given { Some(#read) } else { None }));
            }
            let ty = format_ident!("{}", options.ty);
            before.push(quote!(let params = super::client::#ty { #(#fields),* };));
            arguments.push(quote!(&params));
        }
        let deprecated = op.deprecated.then(|| quote!(#[allow(deprecated)]));
        let made = quote!(self.#method(#(#arguments),*));
        let call = quote!(#made.await?);
        let result = match &op.reply.read {
            Read::Unit => quote!(#call; Ok(#output::none())),
            Read::Bytes => quote!(let reply = #call; Ok(#output::bytes(&reply))),
            Read::Stream { .. } => quote! {
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
        };
        quote! {
            #id => #deprecated { Box::pin(async move {
                #(#before)*
                #result
            }) }
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
    fn body(&mut self, op: &Operation, known: &Entry) -> TokenStream {
        let Some(body) = &op.body else {
            return TokenStream::new();
        };
        let constant = &op.constant;
        match body.codec {
            BodyCodec::Upload(_) => return quote!(input.upload(&operations::#constant)?),
            BodyCodec::MultipartObject(Rest::Files) => return quote!(input.files.clone()),
            _ => {}
        }
        let ty = self.paths.ty(&body.ty);
        match &body.codec {
            BodyCodec::Documents {
                xml: Some(_),
                list: true,
                ..
            } => {
                let item = match &body.ty {
                    RustType::Vec(item) => self.paths.ty(item),
                    _ => ty,
                };
                quote!(input.any_list::<#item>(&operations::#constant)?)
            }
            BodyCodec::Documents { xml: Some(_), .. } => {
                quote!(input.any::<#ty>(&operations::#constant)?)
            }
            BodyCodec::Documents { .. }
            | BodyCodec::Form { .. }
            | BodyCodec::MultipartObject(_)
            | BodyCodec::Lines(_)
            | BodyCodec::Text(_) => {
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

fn response_pattern(side: &TokenStream, known: &Payload) -> TokenStream {
    let mut ranges: Vec<(u16, u16)> = known
        .statuses
        .iter()
        .filter_map(|status| match status {
            Status::Code(code) => Some((*code, *code)),
            Status::Range(range) => Some((u16::from(*range) * 100, u16::from(*range) * 100 + 99)),
            Status::Default => None,
        })
        .collect();
    ranges.sort_unstable();
    // Statuses that follow each other are one range.
    let mut codes: Vec<(u16, u16)> = Vec::new();
    for (from, to) in ranges {
        match codes.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
            _ => codes.push((from, to)),
        }
    }
    let codes: Vec<TokenStream> = codes
        .into_iter()
        .map(|(from, to)| {
            let first = Literal::u16_unsuffixed(from);
            let last = Literal::u16_unsuffixed(to);
            match to - from {
                0 => quote!(#first),
                1 => quote!(#first | #last),
                _ => quote!(#first..=#last),
            }
        })
        .collect();
    match (codes.is_empty(), known.first) {
        (true, _) => quote!(#side::Response(_)),
        (false, true) => quote!(#side::Response(None | Some(#(#codes)|*))),
        (false, false) => quote!(#side::Response(Some(#(#codes)|*))),
    }
}

fn option(value: Option<&String>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
