//! Operations and payloads by name.

mod credentials;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::DocText;
use super::facts::success;
use super::types::is_optional;
use super::{Context, Uses};
use crate::model::{
    EnumRepr, Evidence, Field, Operation, Param, Payload, Presence, Response, Scalar, Status,
    Struct, TypeDef, TypeId, TypeKind, TypeRef,
};
use crate::plan::markdown;

/// The module `dynamic`.
pub(super) fn dynamic(cx: &Context<'_>) -> TokenStream {
    let doc = DocText::plain(format!(
        "Operations and payloads of {} by name.",
        markdown::inline(&cx.api.title)
    ))
    .inner();
    let name = &cx.api.module;
    let entries = cx
        .api
        .operations
        .iter()
        .enumerate()
        .map(|(i, op)| entry(cx, i, op));
    let payloads = cx
        .api
        .operations
        .iter()
        .enumerate()
        .flat_map(|(i, op)| payloads(cx, i, op));
    let calls = cx
        .api
        .operations
        .iter()
        .enumerate()
        .map(|(i, op)| call(cx, i, op));
    let (sets, credentials) = credentials::credentials(cx);
    let schemas = schemas(cx);
    quote! {
        #doc
        use lavka_runtime::client::{BoxFuture, Format};
        #[allow(unused_imports)]
        use lavka_runtime::dynamic::{self, BodyShape, DynamicError, Entry, Input, Output, Param, Payload, Settings, Side};
        use super::{operations, types};

        /// The API.
        pub struct Api;

        static OPERATIONS: &[Entry] = &[#(#entries),*];

        #schemas

        impl dynamic::Api for Api {
            fn name(&self) -> &'static str {
                #name
            }

            fn operations(&self) -> &'static [Entry] {
                OPERATIONS
            }

            fn credentials(&self) -> &'static [&'static [&'static str]] {
                &[#(#sets),*]
            }

            fn payload(
                &self,
                operation: &str,
                side: Side,
                from: Format,
                bytes: &[u8],
            ) -> Result<Payload, DynamicError> {
                match (operation, side) {
                    #(#payloads)*
                    _ if dynamic::Api::operation(self, operation).is_none() => Err(dynamic::unknown(#name, operation)),
                    _ => Err(dynamic::no_payload(operation, side)),
                }
            }

            fn client(&self, settings: &Settings<'_>) -> Result<Box<dyn dynamic::Client>, lavka_runtime::Error> {
                let builder = settings.apply(super::Client::builder());
                #credentials
                Ok(Box::new(builder.build()?))
            }
        }

        impl dynamic::Client for super::Client {
            fn call<'a>(
                &'a self,
                operation: &'a str,
                input: &'a Input,
            ) -> BoxFuture<'a, Result<Output, DynamicError>> {
                match operation {
                    #(#calls)*
                    _ => Box::pin(async move { Err(dynamic::unknown(#name, operation)) }),
                }
            }
        }
    }
}

/// A function that gives the JSON Schema of every type that has a JSON form: all but the structs of forms.
fn schemas(cx: &Context<'_>) -> Option<TokenStream> {
    let feature = cx.options.schema_feature.as_deref()?;
    let is_form = |t: &TypeDef| t.usage.multipart && matches!(t.kind, TypeKind::Struct(_));
    let entries = cx
        .api
        .types
        .iter()
        .enumerate()
        .filter(|(_, t)| !is_form(t))
        .map(|(i, t)| {
            let (name, ident) = (&t.name, cx.type_ident(TypeId(i)));
            quote!((#name, lavka_runtime::schema::schemars::schema_for!(types::#ident)))
        });
    Some(quote! {
        /// JSON Schemas of the types that have a JSON form, by their names in the spec and in its order.
        #[cfg(feature = #feature)]
        #[must_use]
        pub fn schemas() -> Vec<(&'static str, lavka_runtime::schema::schemars::Schema)> {
            vec![#(#entries),*]
        }
    })
}

fn entry(cx: &Context<'_>, index: usize, op: &Operation) -> TokenStream {
    let constant = format_ident!("{}", cx.names.constants[index]);
    let summary = &op.doc.summary;
    let mut params: Vec<TokenStream> = op.params.iter().map(param).collect();
    let body = match &op.request {
        None => quote!(BodyShape::None),
        Some(payload) if payload.multipart => {
            if let Some(s) = structure(cx, payload) {
                params.extend(s.fields.iter().map(part));
            }
            quote!(BodyShape::Form)
        }
        Some(payload) => {
            match structure(cx, payload).and_then(|s| s.fields.get(s.request_envelope?)) {
                Some(inner) => {
                    let wire = &inner.wire;
                    quote!(BodyShape::Wrapped(#wire))
                }
                None => quote!(BodyShape::Value),
            }
        }
    };
    let statuses = op.responses.iter().filter_map(|r| match r.status {
        Status::Code(code @ 200..=299) => Some(proc_macro2::Literal::u16_unsuffixed(code)),
        _ => None,
    });
    let documented = op.doc.evidence == Evidence::Documented;
    let envelope = success(op).and_then(|r| r.body.as_ref()).and_then(|body| {
        let s = structure(cx, body)?;
        s.fields.get(s.envelope.as_ref()?.content?)
    });
    let content = match envelope {
        Some(field) => {
            let wire = &field.wire;
            quote!(Some(#wire))
        }
        None => quote!(None),
    };
    quote! {
        Entry {
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

fn structure<'a>(cx: &'a Context<'_>, payload: &Payload) -> Option<&'a Struct> {
    match payload.ty.as_ref()? {
        TypeRef::Named(id) => match &cx.api.ty(*id).kind {
            TypeKind::Struct(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}

fn param(p: &Param) -> TokenStream {
    printed_param(&p.wire, p.required, false, p.example.as_ref(), &p.doc)
}

fn part(f: &Field) -> TokenStream {
    let file = match &f.ty {
        TypeRef::List(item) => **item == TypeRef::Scalar(Scalar::Binary),
        other => *other == TypeRef::Scalar(Scalar::Binary),
    };
    printed_param(
        &f.wire,
        !is_optional(f.presence),
        file,
        f.example.as_ref(),
        &f.doc,
    )
}

fn printed_param(
    wire: &str,
    required: bool,
    file: bool,
    example: Option<&serde_json::Value>,
    doc: &crate::model::Doc,
) -> TokenStream {
    let example = match example {
        Some(serde_json::Value::String(text)) => quote!(Some(#text)),
        Some(other) => {
            let text = other.to_string();
            quote!(Some(#text))
        }
        None => quote!(None),
    };
    let summary = markdown::plain(if doc.summary.is_empty() {
        &doc.description
    } else {
        &doc.summary
    });
    let documented = doc.evidence == Evidence::Documented;
    quote! {
        Param {
            name: #wire,
            required: #required,
            file: #file,
            documented: #documented,
            example: #example,
            summary: #summary,
        }
    }
}

/// Arms of `payload`.
fn payloads(cx: &Context<'_>, index: usize, op: &Operation) -> Vec<TokenStream> {
    let constant = format_ident!("{}", cx.names.constants[index]);
    let id = &op.id;
    let mut arms = Vec::new();
    if let Some(read) = op
        .request
        .as_ref()
        .and_then(|payload| read(cx, payload, &constant, &quote!(request)))
    {
        arms.push(quote!((#id, Side::Request) => #read,));
    }
    let first = success(op);
    // Exact codes before ranges before the rest, whatever the order of the spec.
    let mut responses: Vec<&Response> = op.responses.iter().collect();
    responses.sort_by_key(|r| r.status.rank());
    for response in responses {
        let Some(payload) = &response.body else {
            continue;
        };
        let Some(read) = read(cx, payload, &constant, &quote!(response)) else {
            continue;
        };
        let pattern = pattern(response, first.is_some_and(|f| std::ptr::eq(f, response)));
        arms.push(quote!((#id, #pattern) => #read,));
    }
    arms
}

fn pattern(response: &Response, first: bool) -> TokenStream {
    let status = match response.status {
        Status::Code(code) => {
            let code = proc_macro2::Literal::u16_unsuffixed(code);
            quote!(Side::Response(Some(#code)))
        }
        Status::Range(range) => {
            let from = proc_macro2::Literal::u16_unsuffixed(u16::from(range) * 100);
            let to = proc_macro2::Literal::u16_unsuffixed(u16::from(range) * 100 + 99);
            quote!(Side::Response(Some(#from..=#to)))
        }
        Status::Default => quote!(Side::Response(_)),
    };
    if first && response.status != Status::Default {
        quote!(Side::Response(None) | #status)
    } else {
        status
    }
}

fn read(
    cx: &Context<'_>,
    payload: &Payload,
    constant: &Ident,
    side: &TokenStream,
) -> Option<TokenStream> {
    if payload.multipart {
        return None;
    }
    let ty = payload.ty.as_ref()?;
    let rust = qualified(cx, ty);
    let Some(xml) = &payload.xml else {
        let bare = payload.json.as_ref().is_some_and(|json| json.bare_string);
        return Some(
            quote!(dynamic::read_json::<#rust>(&operations::#constant, side, from, bytes, #bare)),
        );
    };
    if let TypeRef::List(item) = ty {
        let item = qualified(cx, item);
        return Some(quote! {
            dynamic::read_any_list::<#item>(&operations::#constant, side, from, bytes, operations::#constant.#side)
        });
    }
    let roots = super::tags::roots(cx, xml);
    Some(quote! {
        dynamic::read_any::<#rust>(&operations::#constant, side, from, bytes, operations::#constant.#side, {
            use lavka_runtime::xml::{Tag, tag};
            static ROOTS: &[Tag] = &[#(#roots),*];
            ROOTS
        })
    })
}

/// The Rust type with its module.
fn qualified(cx: &Context<'_>, ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::Named(id) => {
            let name = cx.type_ident(*id);
            quote!(types::#name)
        }
        TypeRef::List(item) => {
            let item = qualified(cx, item);
            quote!(Vec<#item>)
        }
        TypeRef::Map(value) => {
            let value = qualified(cx, value);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        TypeRef::Any => quote!(serde_json::Value),
        TypeRef::Scalar(Scalar::Binary) => quote!(lavka_runtime::client::Upload),
        TypeRef::Scalar(_) => {
            let plain = cx.rust_type(ty, &mut Uses::default());
            let text = plain.to_string();
            match text.as_str() {
                "String" | "i32" | "i64" | "f32" | "f64" | "bool" => plain,
                _ => quote!(lavka_runtime::#plain),
            }
        }
    }
}

/// An arm of `call`.
fn call(cx: &Context<'_>, index: usize, op: &Operation) -> TokenStream {
    let id = &op.id;
    let constant = format_ident!("{}", cx.names.constants[index]);
    let method = format_ident!("{}", cx.names.methods[index]);
    let mut before = Vec::new();
    let mut arguments = Vec::new();
    for (p, name) in op
        .params
        .iter()
        .zip(&cx.names.params[index])
        .filter(|(p, _)| p.required)
    {
        let ident = format_ident!("{name}");
        let value = param_value(cx, p, true);
        before.push(quote!(let #ident = #value;));
        arguments.push(argument(cx, &p.ty, &ident));
    }
    if let Some(name) = &cx.names.param_structs[index] {
        let name = format_ident!("{name}");
        let fields = op
            .params
            .iter()
            .zip(&cx.names.params[index])
            .filter(|(p, _)| !p.required)
            .map(|(p, name)| {
                let ident = format_ident!("{name}");
                let value = param_value(cx, p, false);
                quote!(#ident: #value)
            });
        before.push(quote!(let params = super::client::#name { #(#fields),* };));
        arguments.push(quote!(&params));
    }
    if let Some(payload) = &op.request {
        before.push(body(cx, payload, &constant));
        arguments.push(if payload.ty.is_none() {
            quote!(body)
        } else {
            quote!(&body)
        });
    }
    let has_value = success(op)
        .and_then(|r| r.body.as_ref())
        .is_some_and(|b| b.ty.is_some());
    let result = if has_value {
        quote! {
            let reply = self.#method(#(#arguments),*).await?;
            Output::of(&reply)
        }
    } else {
        quote! {
            self.#method(#(#arguments),*).await?;
            Ok(Output::none())
        }
    };
    quote! {
        #id => Box::pin(async move {
            #(#before)*
            #result
        }),
    }
}

fn argument(cx: &Context<'_>, ty: &TypeRef, ident: &Ident) -> TokenStream {
    match ty {
        TypeRef::Named(id) if super::facts::is_copy(cx, *id) => quote!(#ident),
        TypeRef::Named(_) | TypeRef::List(_) | TypeRef::Scalar(Scalar::String | Scalar::Secret) => {
            quote!(&#ident)
        }
        _ => quote!(#ident),
    }
}

fn param_value(cx: &Context<'_>, p: &Param, required: bool) -> TokenStream {
    let wire = &p.wire;
    let get = if required {
        quote!(required)
    } else {
        quote!(optional)
    };
    let text = |via: TokenStream, made: TokenStream| {
        if required {
            quote!(#made(input.#get::<#via>(#wire)?))
        } else {
            quote!(input.#get::<#via>(#wire)?.map(#made))
        }
    };
    match &p.ty {
        TypeRef::Named(id) => {
            let name = cx.type_ident(*id);
            match &cx.api.ty(*id).kind {
                TypeKind::Enum(e) if e.repr == EnumRepr::Integer => {
                    text(quote!(i64), quote!(types::#name::from))
                }
                _ => text(quote!(String), quote!(types::#name::from)),
            }
        }
        TypeRef::List(item) => match &**item {
            TypeRef::Named(id) => {
                let name = cx.type_ident(*id);
                let item = if super::facts::is_copy(cx, *id) {
                    quote!(i64)
                } else {
                    quote!(String)
                };
                let list =
                    quote!(|list: Vec<#item>| list.into_iter().map(types::#name::from).collect());
                if required {
                    quote!(input.required::<Vec<#item>>(#wire).map(#list)?)
                } else {
                    quote!(input.optional::<Vec<#item>>(#wire)?.map(#list))
                }
            }
            _ => {
                let ty = qualified(cx, &p.ty);
                quote!(input.#get::<#ty>(#wire)?)
            }
        },
        _ => {
            let ty = qualified(cx, &p.ty);
            quote!(input.#get::<#ty>(#wire)?)
        }
    }
}

/// A statement that makes `body`.
fn body(cx: &Context<'_>, payload: &Payload, constant: &Ident) -> TokenStream {
    let Some(ty) = &payload.ty else {
        return quote! {
            let body = input.body.as_ref().map_or_else(
                lavka_runtime::client::Body::none,
                |(_, bytes)| lavka_runtime::client::Body::bytes(bytes.clone(), "application/octet-stream"),
            );
        };
    };
    if payload.multipart {
        let (Some(s), TypeRef::Named(id)) = (structure(cx, payload), ty) else {
            return TokenStream::new();
        };
        let name = cx.type_ident(*id);
        let fields = s
            .fields
            .iter()
            .zip(cx.member_idents(*id))
            .map(|(f, ident)| {
                let value = form_value(cx, f);
                quote!(#ident: #value)
            });
        return quote!(let body = types::#name { #(#fields),* };);
    }
    let inner = structure(cx, payload)
        .and_then(|s| s.fields.get(s.request_envelope?))
        .map_or(ty, |f| &f.ty);
    let rust = qualified(cx, inner);
    let read = match (&payload.xml, inner) {
        (Some(_), TypeRef::List(_)) => quote!(any_list),
        (Some(_), _) => quote!(any),
        (None, _) => quote!(json),
    };
    quote!(let body: #rust = input.#read(&operations::#constant)?;)
}

fn form_value(cx: &Context<'_>, f: &Field) -> TokenStream {
    let wire = &f.wire;
    let optional = f.presence != Presence::Required;
    let value = part_value(cx, &f.ty, wire, optional);
    if f.presence == Presence::ThreeState {
        // A form has no null.
        quote!(#value.map_or(lavka_runtime::Maybe::Absent, lavka_runtime::Maybe::Value))
    } else {
        value
    }
}

fn part_value(cx: &Context<'_>, ty: &TypeRef, wire: &str, optional: bool) -> TokenStream {
    match ty {
        TypeRef::Scalar(Scalar::Binary) if optional => quote!(input.files.get(#wire).cloned()),
        TypeRef::Scalar(Scalar::Binary) => quote!(input.file(#wire)?),
        TypeRef::List(item) if **item == TypeRef::Scalar(Scalar::Binary) && optional => {
            quote!(input.files.get(#wire).cloned().map(|file| vec![file]))
        }
        TypeRef::List(item) if **item == TypeRef::Scalar(Scalar::Binary) => {
            quote!(vec![input.file(#wire)?])
        }
        ty => {
            let ty = qualified(cx, ty);
            if optional {
                quote!(input.optional::<#ty>(#wire)?)
            } else {
                quote!(input.required::<#ty>(#wire)?)
            }
        }
    }
}
