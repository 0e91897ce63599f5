//! The types that log in by an operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::credentials::{Login, LoginPiece, LoginReply, LoginText, LoginValue};
use crate::plan::rust_type::{Runtime, RustType};

/// The type that logs in by an operation.
pub(super) fn login(plan: &Plan, login: &Login, paths: &mut Paths<'_>) -> TokenStream {
    let ty = format_ident!("{}", login.ty);
    let [login_trait, future, token, core, api_client] =
        ["Login", "BoxFuture", "Token", "Core", "ApiClient"]
            .map(|name| paths.runtime(&["client", name]));
    let [error, secret] = ["Error", "Secret"].map(|name| paths.runtime(&[name]));
    let fields = login.arguments.iter().map(|argument| {
        let (name, ty) = (&argument.name, paths.ty(&argument.ty));
        quote!(#name: #ty)
    });
    let fields: Vec<TokenStream> = fields.collect();
    let op = &plan.operations[login.operation];
    let method = &op.name;
    let request = paths.ty(&login.request);
    let set: Vec<TokenStream> = login
        .fields
        .iter()
        .map(|(name, value)| {
            let value = login_value(value, paths);
            quote!(#name: #value)
        })
        .collect();
    let token_value = token_value(&login.token);
    let expires = match &login.expires {
        Some(LoginReply {
            name,
            optional: true,
            ..
        }) => quote!(reply.#name),
        Some(LoginReply { name, .. }) => quote!(Some(reply.#name)),
        None => quote!(None),
    };
    let time = login.uses_time().then(|| {
        let unix_time = paths.runtime(&["client", "unix_time"]);
        quote!(let unix_time = #unix_time();)
    });
    let secret_field = &login.secret;
    quote! {
        struct #ty { #(#fields),* }

        impl #login_trait for #ty {
            fn login<'a>(&'a self, core: &'a #core) -> #future<'a, Result<#token, #error>> {
                Box::pin(async move {
                    #time
                    let request = #request { #(#set),* };
                    let client = <Client as #api_client>::from_core(core.clone());
                    let reply = client.#method(&request).await?;
                    Ok(#token { token: #token_value, expires: #expires })
                })
            }

            fn secret(&self) -> &#secret {
                &self.#secret_field
            }
        }
    }
}

/// A login without a token is refused by the runtime as one with an empty token.
fn token_value(token: &LoginReply) -> TokenStream {
    let name = &token.name;
    let value = match token.optional {
        true => quote!(reply.#name.unwrap_or_default()),
        false => quote!(reply.#name),
    };
    match token.ty {
        RustType::Runtime(Runtime::Secret) => value,
        _ => quote!(#value.into()),
    }
}

fn login_value(value: &LoginValue, paths: &mut Paths<'_>) -> TokenStream {
    let LoginValue::Given {
        value,
        presence,
        ty,
    } = value
    else {
        return quote!(Default::default());
    };
    let secret = matches!(ty, RustType::Runtime(Runtime::Secret));
    let value = match value {
        LoginText::Argument(name) => match ty.is_copy() {
            true => quote!(self.#name),
            false => quote!(self.#name.clone()),
        },
        LoginText::UnixTime => quote!(unix_time),
        LoginText::Text(pieces) => {
            // The first one gives the array its type.
            let owned = matches!(
                pieces.first(),
                Some(LoginPiece::Argument(_) | LoginPiece::UnixTime)
            );
            let pieces = pieces.iter().map(piece);
            let text = if owned {
                quote!(<[&str]>::concat(&[#(#pieces),*]))
            } else {
                quote!([#(#pieces),*].concat())
            };
            if secret { quote!(#text.into()) } else { text }
        }
        LoginText::Sha256Hex(pieces) => {
            let sha256_hex = paths.runtime(&["client", "sha256_hex"]);
            let pieces = pieces.iter().map(piece);
            let text = quote!(#sha256_hex(&[#(#pieces),*]));
            if secret { quote!(#text.into()) } else { text }
        }
    };
    paths.held(*presence, value)
}

/// A part of a text as a `&str`.
fn piece(piece: &LoginPiece) -> TokenStream {
    match piece {
        LoginPiece::Literal(text) => quote!(#text),
        LoginPiece::Secret(name) => quote!(self.#name.expose()),
        LoginPiece::Argument(name) => quote!(&self.#name.to_string()),
        LoginPiece::UnixTime => quote!(&unix_time.to_string()),
    }
}
