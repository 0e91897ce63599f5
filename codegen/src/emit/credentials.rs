//! The credentials' type of a client: a constructor for each way to authenticate.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs::DocText;
use super::{Context, Uses};
use crate::model::{
    AuthKind, AuthScheme, BodyCredential, Field, Login, Presence, Scalar, TypeKind, TypeRef,
};
use crate::names::value_name;
use crate::plan::markdown;

/// What is printed for the credentials.
pub(super) struct Printed {
    /// The type that the builder takes.
    pub(super) name: TokenStream,
    /// Its declaration, where it is generated.
    pub(super) tokens: TokenStream,
}

/// The credentials' type.
pub(super) fn credentials(cx: &Context<'_>, uses: &mut Uses) -> Printed {
    if cx.api.operations.iter().all(|op| op.auth.is_none()) {
        return Printed {
            name: quote!(lavka_runtime::client::NoCredentials),
            tokens: TokenStream::new(),
        };
    }
    uses.runtime("Secret");
    let mut logins = Vec::new();
    let mut taken = Vec::new();
    let mut constructors = Vec::new();
    for scheme in &cx.api.auth {
        for (name, printed) in scheme_constructors(cx, scheme, &mut logins, uses) {
            // Two schemes of one kind take the same value.
            if !taken.contains(&name) {
                taken.push(name);
                constructors.push(printed);
            }
        }
    }
    let doc = DocText::plain(format!(
        "What a client of {} authenticates with. `Debug` shows no secret.",
        markdown::inline(&cx.api.title)
    ))
    .outer();
    Printed {
        name: quote!(Credentials),
        tokens: quote! {
            #doc
            #[derive(Clone, Debug)]
            pub struct Credentials(Credential);

            impl Credentials { #(#constructors)* }

            impl From<Credentials> for Credential {
                fn from(credentials: Credentials) -> Self {
                    credentials.0
                }
            }

            #(#logins)*
        },
    }
}

fn scheme_constructors(
    cx: &Context<'_>,
    scheme: &AuthScheme,
    logins: &mut Vec<TokenStream>,
    uses: &mut Uses,
) -> Vec<(String, TokenStream)> {
    let doc = |fallback: &str| {
        let described = crate::model::Doc {
            description: scheme.description.clone(),
            ..Default::default()
        };
        DocText::of(&described, fallback).outer()
    };
    match &scheme.kind {
        AuthKind::Basic => {
            let doc = doc("Login and password.");
            vec![(
                "basic".into(),
                quote! {
                    #doc
                    #[must_use]
                    pub fn basic(login: impl Into<String>, password: impl Into<Secret>) -> Self {
                        Self(Credential::basic(login, password))
                    }
                },
            )]
        }
        AuthKind::Body { fields } => vec![("new".into(), body(scheme, fields))],
        AuthKind::Query { login, .. }
        | AuthKind::Header { login, .. }
        | AuthKind::Bearer { login } => {
            let token_doc = doc("A token.");
            let mut constructors = vec![(
                "token".into(),
                quote! {
                    #token_doc
                    #[must_use]
                    pub fn token(token: impl Into<Secret>) -> Self {
                        Self(Credential::token(token))
                    }
                },
            )];
            if let Some(printed) = login.as_ref().and_then(|login| by_login(cx, login, uses)) {
                constructors.push(("login".into(), printed.0));
                logins.push(printed.1);
            }
            constructors
        }
    }
}

fn body(scheme: &AuthScheme, fields: &[BodyCredential]) -> TokenStream {
    let mut doc = DocText::plain("Credentials that stand in the body of each request.");
    doc.append_spec(&scheme.description);
    let lines: Vec<String> = fields
        .iter()
        .map(|f| {
            format!(
                "- `{}`: {}",
                value_name(&f.name),
                markdown::inline(&f.description)
            )
        })
        .collect();
    doc.paragraph(&lines.join("\n"));
    let doc = doc.outer();
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    for field in fields {
        let ident = format_ident!("{}", value_name(&field.name));
        let name = &field.name;
        match &field.ty {
            TypeRef::Scalar(Scalar::Int64) => {
                arguments.push(quote!(#ident: i64));
                values.push(quote!((#name, Secret::from(#ident.to_string()))));
            }
            TypeRef::Scalar(Scalar::Int32) => {
                arguments.push(quote!(#ident: i32));
                values.push(quote!((#name, Secret::from(#ident.to_string()))));
            }
            _ => {
                arguments.push(quote!(#ident: impl Into<Secret>));
                values.push(quote!((#name, #ident.into())));
            }
        }
    }
    quote! {
        #doc
        #[must_use]
        pub fn new(#(#arguments),*) -> Self {
            Self(Credential::fields(vec![#(#values),*]))
        }
    }
}

/// A constructor, and the type that logs in.
fn by_login(
    cx: &Context<'_>,
    login: &Login,
    uses: &mut Uses,
) -> Option<(TokenStream, TokenStream)> {
    let index = cx
        .api
        .operations
        .iter()
        .position(|op| op.id == login.operation)?;
    let op = &cx.api.operations[index];
    let method = format_ident!("{}", cx.names.methods[index]);
    let TypeRef::Named(request_id) = op.request.as_ref()?.ty.as_ref()? else {
        return None;
    };
    let TypeKind::Struct(request) = &cx.api.ty(*request_id).kind else {
        return None;
    };
    let reply = super::facts::success(op)?.body.as_ref()?.ty.as_ref()?;
    let TypeRef::Named(reply_id) = reply else {
        return None;
    };
    let TypeKind::Struct(reply) = &cx.api.ty(*reply_id).kind else {
        return None;
    };

    let secret = login.arguments.last()?;
    let argument_types: Vec<(Ident, bool, TokenStream)> = login
        .arguments
        .iter()
        .map(|name| {
            let ident = format_ident!("{}", value_name(name));
            let is_secret = name == secret;
            let ty = if is_secret {
                quote!(Secret)
            } else {
                request
                    .fields
                    .iter()
                    .find(|f| {
                        login
                            .request
                            .iter()
                            .any(|(p, t)| p == &f.wire && t == &format!("{{{name}}}"))
                    })
                    .map_or_else(|| quote!(String), |f| cx.rust_type(&f.ty, uses))
            };
            (ident, is_secret, ty)
        })
        .collect();
    let fields = argument_types
        .iter()
        .map(|(ident, _, ty)| quote!(#ident: #ty));
    let arguments = argument_types.iter().map(|(ident, is_secret, ty)| {
        if *is_secret || ty.to_string() == "String" {
            quote!(#ident: impl Into<#ty>)
        } else {
            quote!(#ident: #ty)
        }
    });
    let values = argument_types.iter().map(|(ident, is_secret, ty)| {
        if *is_secret || ty.to_string() == "String" {
            quote!(#ident: #ident.into())
        } else {
            quote!(#ident)
        }
    });

    let request_name = cx.type_ident(*request_id);
    let set = request
        .fields
        .iter()
        .zip(cx.member_idents(*request_id))
        .map(|(f, ident)| {
            let template = login
                .request
                .iter()
                .find(|(property, _)| property == &f.wire)
                .map(|(_, t)| t.as_str());
            let value = match template {
                Some(template) => templated(f, template, &argument_types),
                None => match f.presence {
                    Presence::ThreeState => quote!(Default::default()),
                    _ => quote!(None),
                },
            };
            quote!(#ident: #value)
        });

    let reply_members = cx.member_idents(*reply_id);
    let token_index = reply.fields.iter().position(|f| f.wire == login.token)?;
    let token_ident = &reply_members[token_index];
    let token_field = &reply.fields[token_index];
    let missing = format!("the reply has no `{}`", login.token);
    let constant = format_ident!("{}", cx.names.constants[index]);
    let token = if super::types::is_optional(token_field.presence) {
        quote!(reply.#token_ident.ok_or_else(|| {
                lavka_runtime::Error::new(&operations::#constant, lavka_runtime::ErrorKind::Decode, #missing)
            })?)
    } else {
        quote!(reply.#token_ident)
    };
    let token = match &token_field.ty {
        TypeRef::Scalar(Scalar::Secret) => token,
        _ => quote!(#token.into()),
    };
    let expires = match login
        .expires
        .as_ref()
        .and_then(|e| reply.fields.iter().position(|f| &f.wire == e))
    {
        Some(position) => {
            let ident = &reply_members[position];
            if super::types::is_optional(reply.fields[position].presence) {
                quote!(reply.#ident)
            } else {
                quote!(Some(reply.#ident))
            }
        }
        None => quote!(None),
    };
    let secret_ident = format_ident!("{}", value_name(secret));
    let doc = DocText::plain(format!(
        "A login: the client gets tokens by [`Client::{}`] when it needs one, and renews them.",
        cx.names.methods[index]
    ))
    .outer();
    let constructor = quote! {
        #doc
        #[must_use]
        pub fn login(#(#arguments),*) -> Self {
            Self(Credential::login(TokenLogin { #(#values),* }))
        }
    };
    let implementation = quote! {
        struct TokenLogin { #(#fields),* }

        impl lavka_runtime::client::Login for TokenLogin {
            fn login<'a>(
                &'a self,
                core: &'a Core,
            ) -> lavka_runtime::client::BoxFuture<'a, Result<lavka_runtime::client::Token, Error>> {
                Box::pin(async move {
                    let unix_time = lavka_runtime::client::unix_time();
                    let request = #request_name { #(#set),* };
                    let reply = <Client as ApiClient>::from_core(core.clone()).#method(&request).await?;
                    Ok(lavka_runtime::client::Token { token: #token, expires: #expires })
                })
            }

            fn secret(&self) -> &Secret {
                &self.#secret_ident
            }
        }
    };
    Some((constructor, implementation))
}

/// The value of a request's field from its template: `{argument}`, `{unix_time}`, `sha256-hex(…)` or text.
fn templated(
    field: &Field,
    template: &str,
    arguments: &[(Ident, bool, TokenStream)],
) -> TokenStream {
    let whole = |name: &str| -> Option<TokenStream> {
        if name == "unix_time" {
            return Some(quote!(unix_time));
        }
        let ident = format_ident!("{}", value_name(name));
        let (_, _, ty) = arguments.iter().find(|(known, ..)| *known == ident)?;
        Some(if ty.to_string() == "i64" {
            quote!(self.#ident)
        } else {
            quote!(self.#ident.clone())
        })
    };
    let value = if let Some(inner) = template
        .strip_prefix("sha256-hex(")
        .and_then(|t| t.strip_suffix(')'))
    {
        let parts = parts(inner, arguments);
        quote!(lavka_runtime::client::sha256_hex(&[#(#parts),*]))
    } else if let Some(value) = template
        .strip_prefix('{')
        .and_then(|t| t.strip_suffix('}'))
        .filter(|n| !n.contains(['{', '}']))
        .and_then(whole)
    {
        value
    } else {
        let parts = parts(template, arguments);
        quote!([#(#parts),*].concat())
    };
    let text = !matches!(field.ty, TypeRef::Scalar(Scalar::Int64));
    let value = if text && value.to_string() == "unix_time" {
        quote!(unix_time.to_string())
    } else {
        value
    };
    let value = if matches!(field.ty, TypeRef::Scalar(Scalar::Secret)) && !template.starts_with('{')
    {
        quote!(#value.into())
    } else {
        value
    };
    match field.presence {
        Presence::Required => value,
        Presence::ThreeState => quote!(lavka_runtime::Maybe::Value(#value)),
        _ => quote!(Some(#value)),
    }
}

/// The parts of a template as `&str` expressions.
fn parts(template: &str, arguments: &[(Ident, bool, TokenStream)]) -> Vec<TokenStream> {
    let mut out = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('{')
            && let Some(end) = inner.find('}')
        {
            let name = &inner[..end];
            let ident = format_ident!("{}", value_name(name));
            out.push(match arguments.iter().find(|(known, ..)| *known == ident) {
                Some((_, true, _)) => quote!(self.#ident.expose()),
                Some(_) => quote!(&self.#ident.to_string()),
                None => quote!(&unix_time.to_string()),
            });
            rest = &inner[end + 1..];
        } else {
            let end = rest.find('{').filter(|&e| e > 0).unwrap_or(rest.len());
            let text = &rest[..end];
            out.push(quote!(#text));
            rest = &rest[end..];
        }
    }
    out
}
