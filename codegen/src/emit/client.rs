//! The typed client: one method for each operation, over the raw client.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::DocText;
use super::operations::success;
use super::types::constant_value;
use super::{Context, Uses, credentials, example};
use crate::lower::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use crate::model::{
    AuthKind, EnumRepr, Operation, Param, Payload, Presence, Scalar, Status, Struct, TypeId, TypeKind, TypeRef,
};
use crate::names::raw_argument as raw_argument_name;

/// The module `client`.
///
/// # Errors
/// Where the raw client lacks a method or an argument that the model has.
pub(super) fn client(cx: &Context<'_>) -> Result<TokenStream, String> {
    let mut uses = Uses::default();
    let credentials = credentials::credentials(cx, &mut uses);
    let mut methods = Vec::new();
    let mut params = Vec::new();
    for index in 0..cx.api.operations.len() {
        methods.push(method(cx, index, &mut uses)?);
        params.extend(param_struct(cx, index, &mut uses));
    }
    let operations_trait = operations_trait(cx, &mut uses)?;
    let title = &cx.api.title;
    let module_doc = DocText::plain(format!("The client of {title}.")).inner();
    let doc = client_doc(cx).outer();
    let builder_doc = DocText::plain("Starts a client: give it credentials and settings, then `build` it.").outer();
    let bodies = || cx.api.operations.iter().flat_map(|op| op.request.iter().chain(success(op).and_then(|r| r.body.as_ref())));
    let both = bodies().any(|body| body.json.is_some() && body.xml.is_some());
    let with_format = both.then(|| {
        uses.runtime("client::Format");
        quote! {
            /// The same client, with the same connections and tokens, that prefers another format where an operation
            /// has both.
            #[must_use]
            pub fn with_format(&self, format: Format) -> Self {
                Self::from_core(self.core.with_format(format))
            }
        }
    });
    let usage = cx.api.rate_limits.iter().any(|limit| limit.usage_header.is_some()).then(|| {
        uses.runtime("client::Usage");
        quote! {
            /// How much of the server's limit was used when it last told so.
            #[must_use]
            pub fn usage(&self) -> Option<Usage> {
                self.core.usage()
            }
        }
    });
    let needs_credentials = cx.api.operations.iter().any(|op| op.auth.is_some());
    if needs_credentials {
        uses.runtime("client::Credential");
    }
    for name in ["Error", "client::Api", "client::ApiClient", "client::Builder", "client::Core", "client::Hooks", "client::Reply"] {
        uses.runtime(name);
    }
    // A form makes its body itself.
    if cx.api.operations.iter().any(|op| op.request.as_ref().is_none_or(|r| r.multipart || r.ty.is_none())) {
        uses.runtime("client::Body");
    }
    let uses = uses.tokens();
    let credentials_type = credentials.name;
    let credentials = credentials.tokens;
    Ok(quote! {
        #module_doc
        use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
        #uses
        use super::types::*;
        use super::{operations, raw};

        #credentials

        #doc
        #[derive(Clone, Debug)]
        pub struct Client {
            core: Core,
            raw: raw::Client,
        }

        impl ApiClient for Client {
            const API: &'static Api = &operations::API;
            type Credentials = #credentials_type;

            fn from_core(core: Core) -> Self {
                Self { raw: core.raw(raw::Client::new_with_client), core }
            }
        }

        impl ClientHooks<Hooks> for raw::Client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                _: &OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                self.inner().prepare(request)
            }
        }

        /// Settings.
        impl Client {
            #builder_doc
            #[must_use]
            pub fn builder() -> Builder<Self> {
                Builder::new()
            }

            #with_format

            #usage

            /// The raw client, which knows neither types nor retries.
            #[must_use]
            pub fn raw(&self) -> &raw::Client {
                &self.raw
            }
        }

        /// Operations, in the order of the spec.
        impl Client {
            #(#methods)*
        }

        #(#params)*

        #operations_trait
    })
}

fn client_doc(cx: &Context<'_>) -> DocText {
    let described = crate::model::Doc { description: cx.api.description.clone(), ..Default::default() };
    let mut doc = DocText::plain(format!("Client of {}. Cheap to clone; clones share connections and tokens.", cx.api.title));
    doc.append_spec(&described.description);
    doc
}

/// What decodes or encodes a payload: the JSON forms have no suffix.
pub(super) fn format_suffix(body: &Payload) -> &'static str {
    match (&body.json, &body.xml) {
        (Some(_), Some(_)) => "_any",
        (None, Some(_)) => "_xml",
        _ => "",
    }
}

/// What a method takes, and how it makes its call.
struct Parts {
    arguments: Vec<TokenStream>,
    /// Statements before the body is made.
    before: Vec<TokenStream>,
    body: TokenStream,
    /// The call of the raw method, of which each attempt makes one.
    call: TokenStream,
}

fn parts(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Result<Parts, String> {
    let op = &cx.api.operations[index];
    let constant = format_ident!("{}", cx.names.constants[index]);
    let mut arguments = Vec::new();
    let mut before = Vec::new();
    for (p, ident) in op.params.iter().zip(param_idents(cx, index)) {
        if p.required {
            let ty = param_type(cx, p, true, uses);
            arguments.push(quote!(#ident: #ty));
        }
    }
    if let Some(params) = &cx.names.param_structs[index] {
        let ty = format_ident!("{params}");
        arguments.push(quote!(params: &#ty));
    }
    for (p, ident) in op.params.iter().zip(param_idents(cx, index)) {
        before.extend(converted(cx, p, &ident));
    }
    let body = match &op.request {
        None => quote!(Body::none()),
        Some(payload) => request(cx, op, payload, &constant, &mut arguments, &mut before, uses),
    };
    let call = raw_call(cx, index)?;
    Ok(Parts { arguments, before, body, call })
}

fn method(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Result<TokenStream, String> {
    let op = &cx.api.operations[index];
    let name = format_ident!("{}", cx.names.methods[index]);
    let constant = format_ident!("{}", cx.names.constants[index]);
    let doc = method_doc(cx, index).outer();
    let Parts { arguments, before, body, call } = parts(cx, index, uses)?;
    let (output, decode) = reply(cx, op, uses);
    let many = (arguments.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let stream = streamed(cx, index, uses)?;
    let batched = batched(cx, index, uses);
    Ok(quote! {
        #doc
        #many
        pub async fn #name(&self, #(#arguments),*) -> Result<#output, Error> {
            #(#before)*
            let body = #body;
            self.core
                .call(&operations::#constant, body, &|at| Box::pin(async move { #call.await }), #decode)
                .await
        }
        #stream
        #batched
    })
}

/// The same call for a list whose items are wanted while they arrive: only where the reply is a list, and the operation
/// changes nothing.
fn streamed(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Result<Option<TokenStream>, String> {
    let op = &cx.api.operations[index];
    let Some(payload) = success(op).and_then(|r| r.body.as_ref()) else { return Ok(None) };
    let (Some(TypeRef::List(item)), true) = (&payload.ty, op.safe) else { return Ok(None) };
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
    let Parts { arguments, before, body, call } = parts(cx, index, uses)?;
    let mut doc = DocText::plain(format!(
        "As [`Self::{method}`], but gives the items while the reply arrives, in memory that does not grow with it."
    ));
    doc.paragraph("# Errors\nSee [`Error`]. Those that occur once the reply has begun come from the stream.");
    let doc = doc.outer();
    Ok(Some(quote! {
        #doc
        pub async fn #name(&self, #(#arguments),*) -> Result<Items<#item>, Error> {
            #(#before)*
            let body = #body;
            self.core
                .stream(&operations::#constant, body, &|at| Box::pin(async move { #call.await }), #decoder)
                .await
        }
    }))
}

/// The same call for a list that is longer than the server takes at once (`x-batch`).
fn batched(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Option<TokenStream> {
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
            (quote!(&'a [#item]), item, quote!(#argument), quote!(move |part| self.#call(part)))
        }
        TypeRef::Named(id) => {
            let TypeKind::Struct(s) = &cx.api.ty(*id).kind else { return None };
            let position = s.fields.iter().position(|f| f.wire == batch.property && f.presence == Presence::Required)?;
            let TypeRef::List(item) = &s.fields[position].ty else { return None };
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
    Some(quote! {
        #doc
        pub async fn #name<'a>(&self, #argument: #taken) -> Vec<Batch<'a, #item, #output>> {
            in_batches(#list, #max_literal, #send).await
        }
    })
}

/// The operations as a trait, so that a program can be tested with a client that somebody made up.
fn operations_trait(cx: &Context<'_>, uses: &mut Uses) -> Result<TokenStream, String> {
    let mut declared = Vec::new();
    let mut delegated = Vec::new();
    for (index, op) in cx.api.operations.iter().enumerate() {
        let name = format_ident!("{}", cx.names.methods[index]);
        let constant = format_ident!("{}", cx.names.constants[index]);
        let arguments = parts(cx, index, uses)?.arguments;
        let names: Vec<TokenStream> = arguments.iter().filter_map(argument_ident).collect();
        let (output, _) = reply(cx, op, uses);
        let doc = DocText::plain(format!("[`Client::{name}`].")).outer();
        let many = (arguments.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        declared.push(quote! {
            #doc
            #many
            fn #name(&self, #(#arguments),*) -> impl Future<Output = Result<#output, Error>> + Send {
                async { Err(Error::unanswered(&operations::#constant)) }
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

/// The request's body as an expression; what the caller gives becomes an argument.
fn request(
    cx: &Context<'_>,
    op: &Operation,
    payload: &Payload,
    constant: &Ident,
    arguments: &mut Vec<TokenStream>,
    before: &mut Vec<TokenStream>,
    uses: &mut Uses,
) -> TokenStream {
    let Some(ty) = &payload.ty else {
        arguments.push(quote!(body: Body));
        return quote!(body);
    };
    if payload.multipart {
        return form(cx, ty, arguments, uses);
    }
    let encode = format_ident!("encode{}", format_suffix(payload));
    if let TypeRef::Named(id) = ty
        && let TypeKind::Struct(s) = &cx.api.ty(*id).kind
        && let Some(inner) = s.request_envelope
    {
        return wrapped(cx, *id, s, inner, constant, &encode, arguments, before, uses);
    }
    let argument = argument_name(cx, op, ty);
    let borrowed = match ty {
        TypeRef::List(item) => {
            let item = cx.rust_type(item, uses);
            quote!(&[#item])
        }
        other => {
            let ty = cx.rust_type(other, uses);
            quote!(&#ty)
        }
    };
    arguments.push(quote!(#argument: #borrowed));
    let list = matches!(ty, TypeRef::List(_)) && payload.xml.is_some();
    let encode = if list { format_ident!("{encode}_list") } else { encode };
    quote!(self.core.#encode(&operations::#constant, #argument)?)
}

/// A form: one part for each field that is there.
fn form(cx: &Context<'_>, ty: &TypeRef, arguments: &mut Vec<TokenStream>, uses: &mut Uses) -> TokenStream {
    let rust = cx.rust_type(ty, uses);
    arguments.push(quote!(form: &#rust));
    let TypeRef::Named(id) = ty else { return quote!(Body::none()) };
    let TypeKind::Struct(s) = &cx.api.ty(*id).kind else { return quote!(Body::none()) };
    uses.runtime("client::Multipart");
    let parts = s.fields.iter().zip(cx.member_idents(*id)).map(|(f, ident)| {
        let name = &f.wire;
        let (list, item) = match &f.ty {
            TypeRef::List(item) => (true, &**item),
            other => (false, other),
        };
        let add = if *item == TypeRef::Scalar(Scalar::Binary) {
            quote!(parts = parts.upload(#name, part);)
        } else {
            quote!(parts = parts.text(#name, part);)
        };
        match (f.presence, list) {
            (Presence::Required, false) => quote!({ let part = &form.#ident; #add }),
            (Presence::Required, true) => quote!(for part in &form.#ident { #add }),
            (Presence::ThreeState, _) => quote!(if let lavka_runtime::Maybe::Value(part) = &form.#ident { #add }),
            (_, false) => quote!(if let Some(part) = &form.#ident { #add }),
            (_, true) => quote!(for part in form.#ident.iter().flatten() { #add }),
        }
    });
    quote!({
        let mut parts = Multipart::new();
        #(#parts)*
        Body::multipart(parts)
    })
}

/// A request whose wrapping the client fills in: the caller gives one of its fields.
#[allow(clippy::too_many_arguments)]
fn wrapped(
    cx: &Context<'_>,
    id: TypeId,
    s: &Struct,
    inner: usize,
    constant: &Ident,
    encode: &Ident,
    arguments: &mut Vec<TokenStream>,
    before: &mut Vec<TokenStream>,
    uses: &mut Uses,
) -> TokenStream {
    let name = cx.type_ident(id);
    let content = &s.fields[inner];
    let argument = match &content.ty {
        TypeRef::Named(id) => format_ident!("{}", crate::names::value_name(&cx.names.types[id.0])),
        _ => cx.member_idents(id)[inner].clone(),
    };
    let ty = cx.rust_type(&content.ty, uses);
    arguments.push(quote!(#argument: &#ty));
    let fields = s.fields.iter().zip(cx.member_idents(id)).enumerate().map(|(index, (f, ident))| {
        let value = if index == inner {
            quote!(#argument.clone())
        } else if let Some(credential) = &f.credential {
            match &f.ty {
                TypeRef::Scalar(Scalar::Secret) => {
                    quote!(self.core.credential(&operations::#constant, #credential)?.clone())
                }
                _ => quote!(self.core.credential_value(&operations::#constant, #credential)?),
            }
        } else {
            constant_value(cx, f).unwrap_or_else(|| quote!(Default::default()))
        };
        quote!(#ident: #value)
    });
    before.push(quote!(let request = #name { #(#fields),* };));
    quote!(self.core.#encode(&operations::#constant, &request)?)
}

/// A name for the body: what the type is, the operation's verb taken away.
fn argument_name(cx: &Context<'_>, op: &Operation, ty: &TypeRef) -> Ident {
    let name = match ty {
        TypeRef::Named(id) => cx.names.types[id.0].to_snake_case(),
        TypeRef::List(item) => match &**item {
            TypeRef::Named(id) => format!("{}s", cx.names.types[id.0].to_snake_case()),
            _ => "items".to_owned(),
        },
        _ => "value".to_owned(),
    };
    let verb = op.id.split('_').next().unwrap_or("");
    let short = name.strip_prefix(&format!("{verb}_")).unwrap_or(&name);
    let name = crate::names::value_name(if short == "request" || short.is_empty() { &name } else { short });
    let taken = ["at", "body", "params", "form"].contains(&name.as_str())
        || op.params.iter().any(|p| crate::names::value_name(p.rust_name.as_deref().unwrap_or(&p.wire)) == name);
    if taken { format_ident!("{name}_value") } else { format_ident!("{name}") }
}

/// The call of the raw method, with its arguments in its order.
fn raw_call(cx: &Context<'_>, index: usize) -> Result<TokenStream, String> {
    let op = &cx.api.operations[index];
    let raw_name = &cx.names.raw_methods[index];
    let method = cx.raw.method(raw_name).ok_or_else(|| format!("the raw client has no method `{raw_name}`"))?;
    let mut values = Vec::new();
    for argument in &method.arguments {
        values.push(raw_argument(cx, op, index, argument).ok_or_else(|| {
            format!("the raw method `{raw_name}` takes `{argument}`, which is no parameter of `{}`", op.id)
        })?);
    }
    let method = format_ident!("{raw_name}");
    Ok(quote!(self.raw.#method(#(#values),*)))
}

fn raw_argument(cx: &Context<'_>, op: &Operation, index: usize, argument: &str) -> Option<TokenStream> {
    let lowered = op.params.iter().zip(&cx.names.lowered_params[index]);
    for ((p, lowered), ident) in lowered.zip(param_idents(cx, index)) {
        if raw_argument_name(lowered) == argument {
            return Some(passed(cx, p, &ident));
        }
    }
    let credential = match op.auth.and_then(|i| cx.api.auth.get(i)).map(|a| &a.kind) {
        Some(AuthKind::Query { parameter: name, .. } | AuthKind::Header { name, .. }) => Some(name.as_str()),
        Some(AuthKind::Basic | AuthKind::Bearer { .. }) => Some(AUTHORIZATION),
        _ => None,
    };
    if credential.is_some_and(|name| raw_argument_name(name) == argument) {
        return Some(quote!(at.credential.expose()));
    }
    match argument {
        _ if argument == raw_argument_name(ACCEPT) => Some(quote!(at.accept)),
        _ if argument == raw_argument_name(CONTENT_TYPE) => Some(quote!(&at.content_type)),
        "body" => Some(quote!(at.body)),
        _ => None,
    }
}

fn param_idents(cx: &Context<'_>, index: usize) -> Vec<Ident> {
    cx.names.params[index].iter().map(|n| format_ident!("{n}")).collect()
}

/// How the raw client takes a parameter.
enum Wire {
    /// As it is.
    Same,
    /// As `&str` of the value.
    Text,
    /// As `&str`, from a `String` that the expression makes.
    Made(TokenStream),
    /// As a list of `String`s.
    List,
}

fn wire(cx: &Context<'_>, p: &Param, value: &TokenStream) -> Wire {
    match &p.ty {
        TypeRef::Scalar(Scalar::Int32 | Scalar::Int64 | Scalar::Bool) => Wire::Same,
        TypeRef::Scalar(Scalar::String) => Wire::Text,
        TypeRef::Scalar(Scalar::Secret) => Wire::Text,
        TypeRef::Scalar(Scalar::DateTime) => Wire::Made(quote!(#value.to_rfc3339())),
        TypeRef::Scalar(Scalar::RailsTimestamp) => {
            Wire::Made(quote!(#value.format("%Y-%m-%d %H:%M:%S %z").to_string()))
        }
        TypeRef::Named(id) => match &cx.api.ty(*id).kind {
            TypeKind::Enum(e) if e.repr == EnumRepr::String => Wire::Text,
            TypeKind::Enum(_) => Wire::Made(quote!(#value.code().to_string())),
            _ => Wire::Made(quote!(format!("{:?}", #value))),
        },
        TypeRef::List(_) => Wire::List,
        _ => Wire::Made(quote!(#value.to_string())),
    }
}

/// Statements that a parameter needs before the call: each attempt borrows what they make.
fn converted(cx: &Context<'_>, p: &Param, ident: &Ident) -> Option<TokenStream> {
    let value = if p.required { quote!(#ident) } else { quote!(value) };
    let expression = match wire(cx, p, &value) {
        Wire::Made(made) => made,
        Wire::List => quote!(#value.iter().map(ToString::to_string).collect::<Vec<String>>()),
        Wire::Same | Wire::Text => return None,
    };
    // The closure of the attempts runs more than once: what it uses must be a reference.
    let list = matches!(p.ty, TypeRef::List(_));
    Some(match (p.required, list) {
        (true, true) => quote!(let #ident = &#expression;),
        (true, false) => quote!(let #ident = &*#expression;),
        (false, true) => quote! {
            let #ident = params.#ident.as_ref().map(|value| #expression);
            let #ident = #ident.as_ref();
        },
        (false, false) => quote! {
            #[allow(clippy::redundant_closure_for_method_calls)]
            let #ident = params.#ident.as_ref().map(|value| #expression);
            let #ident = #ident.as_deref();
        },
    })
}

/// A parameter as an argument of the raw method.
fn passed(cx: &Context<'_>, p: &Param, ident: &Ident) -> TokenStream {
    match (wire(cx, p, &quote!(value)), p.required) {
        (Wire::Same, true) => quote!(#ident),
        (Wire::Same, false) => quote!(params.#ident),
        (Wire::Text, true) => match &p.ty {
            TypeRef::Scalar(Scalar::String) => quote!(#ident),
            TypeRef::Scalar(Scalar::Secret) => quote!(#ident.expose()),
            _ => quote!(#ident.as_str()),
        },
        (Wire::Text, false) => match &p.ty {
            TypeRef::Scalar(Scalar::String) => quote!(params.#ident.as_deref()),
            TypeRef::Scalar(Scalar::Secret) => quote!(params.#ident.as_ref().map(|value| value.expose())),
            _ => quote!(params.#ident.as_ref().map(|value| value.as_str())),
        },
        (Wire::Made(_) | Wire::List, _) => quote!(#ident),
    }
}

fn param_type(cx: &Context<'_>, p: &Param, borrowed: bool, uses: &mut Uses) -> TokenStream {
    let by_reference = match &p.ty {
        TypeRef::Scalar(Scalar::String) if borrowed => return quote!(&str),
        TypeRef::List(item) if borrowed => {
            let item = cx.rust_type(item, uses);
            return quote!(&[#item]);
        }
        TypeRef::Named(id) => borrowed && !is_copy(cx, *id),
        TypeRef::Scalar(Scalar::Secret) => borrowed,
        _ => false,
    };
    let ty = cx.rust_type(&p.ty, uses);
    if by_reference { quote!(&#ty) } else { ty }
}

/// Enums of integers are `Copy`.
pub(super) fn is_copy(cx: &Context<'_>, id: TypeId) -> bool {
    matches!(&cx.api.ty(id).kind, TypeKind::Enum(e) if e.repr == EnumRepr::Integer)
}

/// The optional parameters of an operation, as a struct.
fn param_struct(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Option<TokenStream> {
    let name = format_ident!("{}", cx.names.param_structs[index].as_ref()?);
    let op = &cx.api.operations[index];
    let doc = DocText::plain(format!("Optional parameters of [`Client::{}`].", cx.names.methods[index])).outer();
    let fields = op.params.iter().zip(param_idents(cx, index)).filter(|(p, _)| !p.required).map(|(p, ident)| {
        let mut doc = DocText::of(&p.doc, "Not described.");
        doc.limits(&p.constraints, None);
        let doc = doc.outer();
        let ty = param_type(cx, p, false, uses);
        quote!(#doc pub #ident: Option<#ty>)
    });
    Some(quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name { #(#fields,)* }
    })
}

/// What a call returns, and the function that makes it of the reply.
fn reply(cx: &Context<'_>, op: &Operation, uses: &mut Uses) -> (TokenStream, TokenStream) {
    let Some(body) = success(op).and_then(|r| r.body.as_ref()) else {
        return (quote!(()), quote!(Reply::unit));
    };
    let Some(ty) = &body.ty else {
        return (quote!(Reply), quote!(|reply| Ok(reply.clone())));
    };
    let suffix = format_suffix(body);
    let rust = cx.rust_type(ty, uses);
    if let TypeRef::Named(id) = ty
        && let TypeKind::Struct(s) = &cx.api.ty(*id).kind
        && let Some(envelope) = &s.envelope
    {
        let open = format_ident!("open{suffix}");
        let content = match envelope.content {
            Some(index) => cx.rust_type(&s.fields[index].ty, uses),
            None => rust.clone(),
        };
        return (content, quote!(Reply::#open::<#rust>));
    }
    let bare = body.json.as_ref().is_some_and(|json| json.bare_string);
    if let (TypeRef::List(item), true) = (ty, !suffix.is_empty()) {
        let item = cx.rust_type(item, uses);
        let decode = format_ident!("decode{suffix}_list");
        return (rust.clone(), quote!(Reply::#decode::<#item>));
    }
    let decode = if bare { format_ident!("decode_bare_string") } else { format_ident!("decode{suffix}") };
    (rust.clone(), quote!(Reply::#decode::<#rust>))
}

fn method_doc(cx: &Context<'_>, index: usize) -> DocText {
    let op = &cx.api.operations[index];
    let mut doc = DocText::of(&op.doc, "Not described.");
    let mut facts = vec![format!("`{} {}`.", op.method.as_str(), op.path)];
    if let Some(permission) = &op.permission {
        facts.push(format!("Permission: `{permission}`."));
    }
    facts.push(match (op.safe, op.idempotent) {
        (true, _) => "It changes nothing, so it is retried.".to_owned(),
        (false, true) => match &op.idempotency_key {
            Some(key) => format!("Retried, because `{key}` protects from doing it twice."),
            None => "Retried, because doing it twice is the same as once.".to_owned(),
        },
        (false, false) => "Never sent twice.".to_owned(),
    });
    if let Some(limit) = op.rate_limit.and_then(|i| cx.api.rate_limits.get(i)) {
        facts.push(format!("Limit: {} in {} s per {}.", limit.requests, limit.seconds, limit.scope));
    }
    doc.paragraph(&facts.join(" "));
    let parameters: Vec<String> = op
        .params
        .iter()
        .zip(&cx.names.params[index])
        .filter(|(p, _)| p.required)
        .map(|(p, name)| format!("- `{name}`: {}", DocText::of(&p.doc, "not described").line()))
        .collect();
    if !parameters.is_empty() {
        doc.paragraph(&parameters.join("\n"));
    }
    doc.paragraph(&errors(op));
    if let Some(text) = example::method(cx, index) {
        doc.paragraph("# Example");
        doc.paragraph(&text);
    }
    doc
}

fn errors(op: &Operation) -> String {
    let mut text = "# Errors\nSee [`Error`].".to_owned();
    let documented: Vec<String> = op
        .responses
        .iter()
        .filter(|r| !r.status.is_success())
        .filter_map(|r| {
            let status = match r.status {
                Status::Code(code) => code.to_string(),
                Status::Range(range) => format!("{range}XX"),
                Status::Default => return None,
            };
            let line = DocText::plain_spec(&r.description).line();
            Some(format!("- {status}: {line}"))
        })
        .collect();
    if !documented.is_empty() {
        text.push_str(" What the server refuses with:\n");
        text.push_str(&documented.join("\n"));
    }
    text
}
