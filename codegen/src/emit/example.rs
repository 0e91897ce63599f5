//! Rust expressions that build the value of a sample: what the operations' examples are made of.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Context;
use super::types::{is_optional, literal};
use crate::model::{
    Enum, Field, Operation, Param, Presence, Scalar, Struct, TypeId, TypeKind, TypeRef,
};
use crate::samples::Side;

/// How many optional fields an example sets: enough to show how, few enough to read.
const OPTIONAL_FIELDS: usize = 3;

/// The example of an operation's documentation: a program that compiles, with the documented sample as its request.
pub(super) fn method(cx: &Context<'_>, index: usize) -> Option<String> {
    let op = &cx.api.operations[index];
    let mut arguments = Vec::new();
    for p in op.params.iter().filter(|p| p.required) {
        arguments.push(parameter(cx, p)?);
    }
    if let Some(name) = &cx.names.param_structs[index] {
        let name = quote::format_ident!("{name}");
        let first = op
            .params
            .iter()
            .zip(&cx.names.params[index])
            .find(|(p, _)| !p.required && p.example.is_some());
        arguments.push(
            match first
                .and_then(|(p, name)| Some((name, build(cx, &p.ty, p.example.as_ref()?, 1)?)))
            {
                Some((field, value)) => {
                    let field = quote::format_ident!("{field}");
                    quote!(&#name { #field: Some(#value), ..#name::default() })
                }
                None => quote!(&#name::default()),
            },
        );
    }
    let mut statements = TokenStream::new();
    if let Some(payload) = &op.request {
        let ty = payload.ty.as_ref()?;
        let (ty, value) = request(cx, op, ty, payload.multipart)?;
        let value = match &value {
            Some(value) => build(cx, &ty, value, 0)?,
            None => form(cx, &ty)?,
        };
        statements = quote!(let request = #value;);
        arguments.push(quote!(&request));
    }
    let method = quote::format_ident!("{}", cx.names.methods[index]);
    let body = quote! {
        async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
            #statements
            let reply = client.#method(#(#arguments),*).await?;
            Ok(())
        }
    };
    let file: syn::File = syn::parse2(body).ok()?;
    let code = prettyplease::unparse(&file);
    let mut lines: Vec<&str> = code.lines().collect();
    // The frame is there for the compiler; readers see what is inside.
    let (first, last) = (lines.remove(0), ["    Ok(())", "}"]);
    lines.truncate(lines.len().checked_sub(last.len())?);
    let shown: Vec<&str> = lines
        .iter()
        .map(|l| l.strip_prefix("    ").unwrap_or(l))
        .collect();
    let (fence, import) = match &cx.options.crate_path {
        Some(path) => (
            "```no_run",
            format!(
                "use {path}::{}::*;\n# #[allow(unused_imports)] use lavka_runtime::{{*, client::Upload}};\n",
                cx.api.module
            ),
        ),
        None => ("```ignore", String::new()),
    };
    Some(format!(
        "{fence}\n{import}# {first}\n{}\n# let _ = reply;\n# Ok(())\n# }}\n```",
        shown.join("\n")
    ))
}

/// The type that the caller gives, and the sample's value of it; no value for a form.
fn request(
    cx: &Context<'_>,
    op: &Operation,
    ty: &TypeRef,
    multipart: bool,
) -> Option<(TypeRef, Option<Value>)> {
    if multipart {
        return Some((ty.clone(), None));
    }
    let sample = cx
        .samples
        .iter()
        .filter(|s| s.operation == op.id && s.side == Side::Request && s.is_usable())
        .min_by_key(|s| (s.extension != "json", s.rank()))?;
    let value: Value = match sample.extension.as_str() {
        "json" => serde_json::from_slice(&sample.bytes).ok()?,
        _ => super::xml_sample::value(cx, ty, &sample.bytes)?,
    };
    if let TypeRef::Named(id) = ty
        && let TypeKind::Struct(s) = &cx.api.ty(*id).kind
        && let Some(inner) = s.request_envelope
    {
        let field = s.fields.get(inner)?;
        return Some((field.ty.clone(), value.get(&field.wire).cloned()));
    }
    Some((ty.clone(), Some(value)))
}

/// A form whose required parts are set.
fn form(cx: &Context<'_>, ty: &TypeRef) -> Option<TokenStream> {
    let TypeRef::Named(id) = ty else { return None };
    let TypeKind::Struct(s) = &cx.api.ty(*id).kind else {
        return None;
    };
    let ty = cx.type_ident(*id);
    let upload = quote!(Upload::path("cover.png"));
    let value = |f: &Field| match &f.ty {
        TypeRef::Scalar(Scalar::Binary) => Some(upload.clone()),
        TypeRef::List(item) if **item == TypeRef::Scalar(Scalar::Binary) => {
            Some(quote!(vec![#upload]))
        }
        other => build(cx, other, f.example.as_ref()?, 1),
    };
    let required: Option<Vec<_>> = s
        .fields
        .iter()
        .filter(|f| !is_optional(f.presence))
        .map(value)
        .collect();
    let required = required?;
    if !required.is_empty() {
        return Some(quote!(#ty::new(#(#required),*)));
    }
    let (f, ident) = s
        .fields
        .iter()
        .zip(cx.member_idents(*id))
        .find(|(f, _)| f.ty == TypeRef::Scalar(Scalar::Binary))?;
    let value = value(f)?;
    Some(quote!(#ty { #ident: Some(#value), ..#ty::default() }))
}

/// A required parameter as an argument of the method, from its `example`.
fn parameter(cx: &Context<'_>, p: &Param) -> Option<TokenStream> {
    let example = p.example.as_ref()?;
    let value = build(cx, &p.ty, example, 1)?;
    Some(match &p.ty {
        TypeRef::Scalar(Scalar::String) => literal(example)?,
        TypeRef::Named(id) if super::facts::is_copy(cx, *id) => value,
        TypeRef::Named(_) | TypeRef::List(_) | TypeRef::Scalar(Scalar::Secret) => quote!(&#value),
        _ => value,
    })
}

/// An expression of type `ty` that equals `value`, as far as an example needs it: of the optional fields of the outermost
/// struct only the first few are set. `None` where the sample does not fit the type.
fn build(cx: &Context<'_>, ty: &TypeRef, value: &Value, depth: usize) -> Option<TokenStream> {
    match ty {
        TypeRef::Scalar(scalar) => scalar_expression(*scalar, value),
        TypeRef::Named(id) => named(cx, *id, value, depth),
        TypeRef::List(item) => {
            let items: Option<Vec<_>> = value
                .as_array()?
                .iter()
                .map(|v| build(cx, item, v, depth + 1))
                .collect();
            let items = items?;
            Some(quote!(vec![#(#items),*]))
        }
        TypeRef::Map(item) => {
            let entries: Option<Vec<_>> = value
                .as_object()?
                .iter()
                .map(|(k, v)| build(cx, item, v, depth + 1).map(|v| quote!((#k.to_owned(), #v))))
                .collect();
            let entries = entries?;
            Some(quote!([#(#entries),*].into()))
        }
        TypeRef::Any => {
            let text = value.to_string();
            let tokens: TokenStream = text.parse().ok()?;
            Some(quote!(serde_json::json!(#tokens)))
        }
    }
}

fn scalar_expression(scalar: Scalar, value: &Value) -> Option<TokenStream> {
    Some(match scalar {
        Scalar::String | Scalar::Secret => {
            let text = value.as_str()?;
            quote!(#text.into())
        }
        Scalar::Int32 | Scalar::Int64 => {
            value.as_i64()?;
            literal(value)?
        }
        Scalar::Float32 | Scalar::Float64 => {
            let number = value.as_f64()?;
            let text = format!("{number:?}");
            text.parse().ok()?
        }
        Scalar::Bool => {
            value.as_bool()?;
            literal(value)?
        }
        Scalar::DecimalNumber | Scalar::DecimalString => {
            if let Some(whole) = value.as_i64() {
                let whole = proc_macro2::Literal::i64_unsuffixed(whole);
                quote!(#whole.into())
            } else {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                quote!(#text.parse()?)
            }
        }
        Scalar::Date | Scalar::DateTime | Scalar::DateOptionalTime => {
            let text = value.as_str()?;
            quote!(#text.parse()?)
        }
        Scalar::RailsTimestamp | Scalar::Binary => return None,
    })
}

fn named(cx: &Context<'_>, id: TypeId, value: &Value, depth: usize) -> Option<TokenStream> {
    match &cx.api.ty(id).kind {
        TypeKind::Struct(s) => structure(cx, id, s, value, depth),
        TypeKind::Enum(e) => enum_value(cx, id, e, value),
        TypeKind::Union(u) => {
            let ty = cx.type_ident(id);
            u.variants
                .iter()
                .zip(cx.member_idents(id))
                .find_map(|(v, ident)| {
                    let inner = build(cx, &v.ty, value, depth + 1)?;
                    Some(quote!(#ty::#ident(#inner)))
                })
        }
    }
}

fn enum_value(cx: &Context<'_>, id: TypeId, e: &Enum, value: &Value) -> Option<TokenStream> {
    let ty = cx.type_ident(id);
    match e.values.iter().position(|v| &v.wire == value) {
        Some(index) => {
            let variant = cx.member_idents(id).into_iter().nth(index)?;
            Some(quote!(#ty::#variant))
        }
        None => {
            let wire = literal(value)?;
            Some(quote!(#ty::from(#wire)))
        }
    }
}

fn structure(
    cx: &Context<'_>,
    id: TypeId,
    s: &Struct,
    value: &Value,
    depth: usize,
) -> Option<TokenStream> {
    let object = value.as_object()?;
    let ty = cx.type_ident(id);
    let mut required = Vec::new();
    let mut optional = Vec::new();
    let all_optional = s.fields.iter().all(|f| is_optional(f.presence));
    for (f, ident) in s.fields.iter().zip(cx.member_idents(id)) {
        let found = object.get(&f.wire);
        if is_optional(f.presence) {
            if depth == 0 && optional.len() >= OPTIONAL_FIELDS {
                continue;
            }
            if let Some(expression) = found.and_then(|v| optional_value(cx, f, v, depth)) {
                optional.push(quote!(#ident: #expression));
            }
        } else if f.constant.is_none() {
            required.push(argument(cx, f, found?, depth)?);
        }
    }
    let base = if all_optional {
        quote!(#ty::default())
    } else {
        quote!(#ty::new(#(#required),*))
    };
    Some(if optional.is_empty() {
        base
    } else {
        quote!(#ty { #(#optional,)* ..#base })
    })
}

fn optional_value(cx: &Context<'_>, f: &Field, value: &Value, depth: usize) -> Option<TokenStream> {
    match (f.presence, value) {
        (Presence::ThreeState, Value::Null) => Some(quote!(Maybe::Null)),
        (_, Value::Null) => None,
        (Presence::ThreeState, _) => {
            let inner = in_box(f, build(cx, &f.ty, value, depth + 1)?);
            Some(quote!(Maybe::Value(#inner)))
        }
        _ => {
            let inner = in_box(f, build(cx, &f.ty, value, depth + 1)?);
            Some(quote!(Some(#inner)))
        }
    }
}

fn in_box(f: &Field, value: TokenStream) -> TokenStream {
    if f.boxed {
        quote!(Box::new(#value))
    } else {
        value
    }
}

/// An argument of `new`: strings go in as literals, because it takes `impl Into<String>`.
fn argument(cx: &Context<'_>, f: &Field, value: &Value, depth: usize) -> Option<TokenStream> {
    match (f.presence, &f.ty, value) {
        (Presence::RequiredNullable, _, Value::Null) => Some(quote!(None)),
        (Presence::RequiredNullable, ..) => {
            let inner = in_box(f, build(cx, &f.ty, value, depth + 1)?);
            Some(quote!(Some(#inner)))
        }
        (_, TypeRef::Scalar(Scalar::String | Scalar::Secret), Value::String(text)) => {
            Some(quote!(#text))
        }
        _ => build(cx, &f.ty, value, depth + 1),
    }
}
