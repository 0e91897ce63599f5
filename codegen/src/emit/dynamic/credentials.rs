//! Credentials by name: which sets an API takes, and how they reach the builder.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::structure;
use crate::emit::Context;
use crate::model::{AuthKind, Scalar, TypeRef};
use crate::names::value_name;

/// Sets of names of credentials, and the statements that give them to `builder`.
pub(super) fn credentials(cx: &Context<'_>) -> (Vec<TokenStream>, TokenStream) {
    let mut sets = Vec::new();
    let mut tries = Vec::new();
    let mut seen: Vec<Vec<String>> = Vec::new();
    let api = &cx.api.module;
    let mut add = |constructor: &str, names: Vec<String>, integers: &[String]| {
        if seen.contains(&names) {
            return;
        }
        seen.push(names.clone());
        let constructor = format_ident!("{constructor}");
        let idents: Vec<Ident> = names
            .iter()
            .map(|n| format_ident!("{}", value_name(n)))
            .collect();
        let reads = names.iter().zip(&idents).map(|(name, ident)| {
            let read = if integers.contains(name) {
                quote!(settings.integer(#api, #name)?)
            } else {
                quote!((settings.credentials)(#name))
            };
            quote!(let Some(#ident) = #read)
        });
        sets.push(quote!(&[#(#names),*]));
        tries.push(quote!(if #(#reads)&&* { builder.credentials(super::Credentials::#constructor(#(#idents),*)) }));
    };
    for scheme in &cx.api.auth {
        match &scheme.kind {
            AuthKind::Basic => add("basic", vec!["login".into(), "password".into()], &[]),
            AuthKind::Body { fields } => {
                let integers: Vec<String> = fields
                    .iter()
                    .filter(|f| matches!(f.ty, TypeRef::Scalar(Scalar::Int32 | Scalar::Int64)))
                    .map(|f| f.name.clone())
                    .collect();
                add(
                    "new",
                    fields.iter().map(|f| f.name.clone()).collect(),
                    &integers,
                );
            }
            AuthKind::Query { login, .. }
            | AuthKind::Header { login, .. }
            | AuthKind::Bearer { login } => {
                add("token", vec!["token".into()], &[]);
                if let Some(login) = login {
                    let integers: Vec<String> = integer_arguments(cx, login);
                    add("login", login.arguments.clone(), &integers);
                }
            }
        }
    }
    if tries.is_empty() {
        return (sets, TokenStream::new());
    }
    (
        sets,
        quote!(let builder = #(#tries else)* { builder.without_credentials() };),
    )
}

/// Arguments of a login that the request's type has as integers.
fn integer_arguments(cx: &Context<'_>, login: &crate::model::Login) -> Vec<String> {
    let Some(op) = cx.api.operations.iter().find(|op| op.id == login.operation) else {
        return Vec::new();
    };
    let Some(s) = op.request.as_ref().and_then(|p| structure(cx, p)) else {
        return Vec::new();
    };
    login
        .arguments
        .iter()
        .filter(|argument| {
            login.request.iter().any(|(property, template)| {
                template == &format!("{{{argument}}}")
                    && s.fields.iter().any(|f| {
                        &f.wire == property
                            && matches!(f.ty, TypeRef::Scalar(Scalar::Int32 | Scalar::Int64))
                    })
            })
        })
        .cloned()
        .collect()
}
