//! What a method takes, and how it makes its call.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::facts::{format_suffix, success};
use super::params::{Wire, converted, param_idents, param_type, passed, wire};
use super::types::constant_value;
use super::{Context, Uses};
use crate::lower::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use crate::model::{
    AuthKind, Operation, ParamIn, Payload, Presence, Scalar, Struct, TypeId, TypeKind, TypeRef,
};
use crate::names::raw_argument as raw_argument_name;

/// What a method takes, and how it makes its call.
pub(super) struct Parts {
    pub(super) arguments: Vec<TokenStream>,
    /// Statements, and a function of the method's own, before the body is made.
    pub(super) before: Vec<TokenStream>,
    /// The body, or why there is none: a `Result`.
    pub(super) body: TokenStream,
    /// The call of the raw method, of which each attempt makes one.
    pub(super) call: TokenStream,
}

pub(super) fn parts(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Result<Parts, String> {
    let op = &cx.api.operations[index];
    let constant = format_ident!("{}", cx.names.constants[index]);
    let mut arguments = Vec::new();
    let mut before = Vec::new();
    let mut paths = Vec::new();
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
        if p.location == ParamIn::Path && !matches!(wire(cx, p, &quote!(value)), Wire::Same) {
            let (name, value) = (&p.wire, passed(cx, p, &ident));
            paths.push(quote!((#name, #value)));
        }
    }
    let body = match &op.request {
        None => quote!(Ok(Body::none())),
        Some(payload) => request(
            cx,
            op,
            payload,
            &constant,
            &mut arguments,
            &mut before,
            uses,
        ),
    };
    let body = if paths.is_empty() {
        body
    } else {
        quote!(self.core.check_paths(&operations::#constant, &[#(#paths),*], #body))
    };
    let call = raw_call(cx, index)?;
    Ok(Parts {
        arguments,
        before,
        body,
        call,
    })
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
        return quote!(Ok(body));
    };
    if payload.multipart {
        return form(cx, ty, arguments, uses);
    }
    let encode = format_ident!("encode{}", format_suffix(payload));
    if let TypeRef::Named(id) = ty
        && let TypeKind::Struct(s) = &cx.api.ty(*id).kind
        && let Some(inner) = s.request_envelope
    {
        return wrapped(
            cx, op, *id, s, inner, constant, &encode, arguments, before, uses,
        );
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
    let encode = if list {
        format_ident!("{encode}_list")
    } else {
        encode
    };
    quote!(self.core.#encode(&operations::#constant, #argument))
}

/// A form: one part for each field that is there.
fn form(
    cx: &Context<'_>,
    ty: &TypeRef,
    arguments: &mut Vec<TokenStream>,
    uses: &mut Uses,
) -> TokenStream {
    let rust = cx.rust_type(ty, uses);
    arguments.push(quote!(form: &#rust));
    let TypeRef::Named(id) = ty else {
        return quote!(Ok(Body::none()));
    };
    let TypeKind::Struct(s) = &cx.api.ty(*id).kind else {
        return quote!(Ok(Body::none()));
    };
    uses.runtime("client::Multipart");
    let parts = s
        .fields
        .iter()
        .zip(cx.member_idents(*id))
        .map(|(f, ident)| {
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
                (Presence::ThreeState, true) => quote! {
                    if let lavka_runtime::Maybe::Value(list) = &form.#ident {
                        for part in list { #add }
                    }
                },
                (Presence::ThreeState, false) => {
                    quote!(if let lavka_runtime::Maybe::Value(part) = &form.#ident { #add })
                }
                (_, false) => quote!(if let Some(part) = &form.#ident { #add }),
                (_, true) => quote!(for part in form.#ident.iter().flatten() { #add }),
            }
        });
    quote!({
        let mut parts = Multipart::new();
        #(#parts)*
        Ok(Body::multipart(parts))
    })
}

/// A request whose wrapping the client fills in: the caller gives one of its fields.
#[allow(clippy::too_many_arguments)]
fn wrapped(
    cx: &Context<'_>,
    op: &Operation,
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
        TypeRef::Named(id) => crate::names::value_name(&cx.names.types[id.0]),
        _ => cx.member_idents(id)[inner].to_string(),
    };
    let argument = free_argument(op, &argument);
    let ty = cx.rust_type(&content.ty, uses);
    arguments.push(quote!(#argument: &#ty));
    // Names that are not the argument's.
    let free = |name: &str| match argument == name {
        true => format_ident!("own_{name}"),
        false => format_ident!("{name}"),
    };
    let (core, made) = (free("core"), free("body"));
    let fields =
        s.fields
            .iter()
            .zip(cx.member_idents(id))
            .enumerate()
            .map(|(index, (f, ident))| {
                let value = if index == inner && f.boxed {
                    quote!(Box::new(#argument.clone()))
                } else if index == inner {
                    quote!(#argument.clone())
                } else if let Some(credential) = &f.credential {
                    match &f.ty {
                        TypeRef::Scalar(Scalar::Secret) => {
                            quote!(#core.credential(&operations::#constant, #credential)?.clone())
                        }
                        _ => quote!(#core.credential_value(&operations::#constant, #credential)?),
                    }
                } else {
                    constant_value(cx, f).unwrap_or_else(|| quote!(Default::default()))
                };
                quote!(#ident: #value)
            });
    before.insert(
        0,
        quote! {
            fn #made(#core: &Core, #argument: &#ty) -> Result<Body, Error> {
                let request = #name { #(#fields),* };
                #core.#encode(&operations::#constant, &request)
            }
        },
    );
    uses.runtime("client::Body");
    quote!(#made(&self.core, #argument))
}

/// A name for the body: what the type is, the operation's verb taken away.
pub(super) fn argument_name(cx: &Context<'_>, op: &Operation, ty: &TypeRef) -> Ident {
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
    let name = crate::names::value_name(if short == "request" || short.is_empty() {
        &name
    } else {
        short
    });
    free_argument(op, &name)
}

/// The name, or another where a parameter or the method itself needs it.
fn free_argument(op: &Operation, name: &str) -> Ident {
    let taken = ["at", "body", "params", "form"].contains(&name)
        || op
            .params
            .iter()
            .any(|p| crate::names::value_name(p.rust_name.as_deref().unwrap_or(&p.wire)) == name);
    if taken {
        format_ident!("{name}_value")
    } else {
        format_ident!("{name}")
    }
}

/// The call of the raw method, with its arguments in its order.
fn raw_call(cx: &Context<'_>, index: usize) -> Result<TokenStream, String> {
    let op = &cx.api.operations[index];
    let raw_name = &cx.names.raw_methods[index];
    let method = cx
        .raw
        .method(raw_name)
        .ok_or_else(|| format!("the raw client has no method `{raw_name}`"))?;
    let mut values = Vec::new();
    for argument in &method.arguments {
        values.push(raw_argument(cx, op, index, argument).ok_or_else(|| {
            format!(
                "the raw method `{raw_name}` takes `{argument}`, which is no parameter of `{}`",
                op.id
            )
        })?);
    }
    let method = format_ident!("{raw_name}");
    Ok(quote!(self.raw.#method(#(#values),*)))
}

fn raw_argument(
    cx: &Context<'_>,
    op: &Operation,
    index: usize,
    argument: &str,
) -> Option<TokenStream> {
    let lowered = op.params.iter().zip(&cx.names.lowered_params[index]);
    for ((p, lowered), ident) in lowered.zip(param_idents(cx, index)) {
        if raw_argument_name(lowered) == argument {
            return Some(passed(cx, p, &ident));
        }
    }
    let credential = match op.auth.and_then(|i| cx.api.auth.get(i)).map(|a| &a.kind) {
        Some(
            AuthKind::Query {
                parameter: name, ..
            }
            | AuthKind::Header { name, .. },
        ) => Some(name.as_str()),
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

/// What a call returns, and the function that makes it of the reply.
pub(super) fn reply(
    cx: &Context<'_>,
    op: &Operation,
    uses: &mut Uses,
) -> (TokenStream, TokenStream) {
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
        let content = match envelope.content {
            Some(index) => cx.rust_type(&s.fields[index].ty, uses),
            None => rust.clone(),
        };
        if envelope.optional {
            let open = format_ident!("open_optional{suffix}");
            return (quote!(Option<#content>), quote!(Reply::#open::<#rust>));
        }
        let open = format_ident!("open{suffix}");
        return (content, quote!(Reply::#open::<#rust>));
    }
    let bare = body.json.as_ref().is_some_and(|json| json.bare_string);
    if let (TypeRef::List(item), true) = (ty, !suffix.is_empty()) {
        let item = cx.rust_type(item, uses);
        let decode = format_ident!("decode{suffix}_list");
        return (rust.clone(), quote!(Reply::#decode::<#item>));
    }
    let decode = if bare {
        format_ident!("decode_bare_string")
    } else {
        format_ident!("decode{suffix}")
    };
    (rust.clone(), quote!(Reply::#decode::<#rust>))
}
