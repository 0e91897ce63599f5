//! The credentials' type: a constructor for each way to authenticate.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::credentials::{
    Constructor, Credentials, Flow, Kind, Login, LoginPiece, LoginReply, LoginText, LoginValue,
};
use crate::plan::rust_type::{Runtime, RustType};
use crate::plan::wire::Presence;

/// The type, and the types that log in.
pub(super) fn credentials(plan: &Plan, known: &Credentials, paths: &mut Paths<'_>) -> TokenStream {
    let credential = paths.runtime(&["client", "Credential"]);
    let mut logins = Vec::new();
    let constructors: Vec<TokenStream> = known
        .constructors
        .iter()
        .map(|constructor| {
            if let Kind::Login(login) = &constructor.kind {
                let ty = login_type(constructor);
                logins.push(self::login(plan, login, &ty, paths));
            }
            self::constructor(constructor, paths)
        })
        .collect();
    let flows: Vec<TokenStream> = known
        .constructors
        .iter()
        .filter_map(|constructor| match &constructor.kind {
            Kind::ClientCredentials(flow) | Kind::RefreshToken(flow) => {
                Some(self::flow(flow, &constructor.name, paths))
            }
            _ => None,
        })
        .collect();
    let and = known.several.then(|| {
        quote! {
            /// Both: for operations that need several at once, and where operations need different ones.
            #[must_use]
            pub fn and(self, other: Self) -> Self {
                Self(self.0.and(other.0))
            }
        }
    });
    let doc = docs::own(&format!(
        "What a client of {} authenticates with. `Debug` shows no secret.",
        plan.title
    ));
    quote! {
        #doc
        #[derive(Clone, Debug)]
        pub struct Credentials(#credential);

        impl Credentials {
            #(#flows)*
            #(#constructors)*
            #and
        }

        impl From<Credentials> for #credential {
            fn from(credentials: Credentials) -> Self {
                credentials.0
            }
        }

        #(#logins)*
    }
}

fn login_type(constructor: &Constructor) -> proc_macro2::Ident {
    let name = constructor
        .name
        .in_case(crate::plan::names::Case::Camel, "");
    match name.as_str() {
        "Login" => format_ident!("TokenLogin"),
        other => format_ident!("Token{other}"),
    }
}

fn constructor(constructor: &Constructor, paths: &mut Paths<'_>) -> TokenStream {
    let credential = paths.runtime(&["client", "Credential"]);
    let name = &constructor.name;
    let doc = docs::outer(&constructor.docs);
    let secret = paths.ty(&RustType::Into(Box::new(RustType::Runtime(
        Runtime::Secret,
    ))));
    let (arguments, value) = match &constructor.kind {
        Kind::Token => (quote!(token: #secret), quote!(#credential::token(token))),
        Kind::Basic => {
            let string = paths.ty(&RustType::Into(Box::new(RustType::String)));
            (
                quote!(login: #string, password: #secret),
                quote!(#credential::basic(login, password)),
            )
        }
        Kind::Fields(fields) => {
            let arguments = fields.iter().map(|field| {
                let name = &field.name;
                match &field.ty {
                    RustType::Primitive(primitive) => {
                        let ty = format_ident!("{}", primitive.as_str());
                        quote!(#name: #ty)
                    }
                    _ => quote!(#name: #secret),
                }
            });
            let arguments = quote!(#(#arguments),*);
            let secret = paths.runtime(&["Secret"]);
            let values = fields.iter().map(|field| {
                let (wire, name) = (&field.wire, &field.name);
                match &field.ty {
                    RustType::Primitive(_) => quote!((#wire, #secret::from(#name.to_string()))),
                    _ => quote!((#wire, #name.into())),
                }
            });
            (arguments, quote!(#credential::fields(vec![#(#values),*])))
        }
        Kind::Login(login) => {
            let ty = login_type(constructor);
            let mut arguments = Vec::new();
            let mut values = Vec::new();
            for argument in &login.arguments {
                let name = &argument.name;
                match argument.ty.takes_into() {
                    true => {
                        let ty = paths.ty(&RustType::Into(Box::new(argument.ty.clone())));
                        arguments.push(quote!(#name: #ty));
                        values.push(quote!(#name: #name.into()));
                    }
                    false => {
                        let ty = paths.ty(&argument.ty);
                        arguments.push(quote!(#name: #ty));
                        values.push(quote!(#name));
                    }
                }
            }
            (
                quote!(#(#arguments),*),
                quote!(#credential::login(#ty { #(#values),* })),
            )
        }
        Kind::ClientCredentials(flow) => {
            let oauth = paths.runtime(&["client", "OAuth2"]);
            let string = paths.ty(&RustType::Into(Box::new(RustType::String)));
            let constant = &flow.constant;
            (
                quote!(client_id: #string, client_secret: #secret),
                quote!(#oauth::client_credentials(&Self::#constant, client_id, client_secret).into()),
            )
        }
        Kind::RefreshToken(flow) => {
            let oauth = paths.runtime(&["client", "OAuth2"]);
            let string = paths.ty(&RustType::Into(Box::new(RustType::String)));
            let constant = &flow.constant;
            (
                quote!(client_id: #string, client_secret: #secret, refresh_token: #secret),
                quote!(#oauth::refresh_token(&Self::#constant, client_id, client_secret, refresh_token).into()),
            )
        }
        Kind::OAuth2 => {
            let oauth = paths.runtime(&["client", "OAuth2"]);
            (quote!(settings: #oauth), quote!(settings.into()))
        }
        Kind::Source => {
            let source = paths.runtime(&["client", "TokenSource"]);
            (
                quote!(source: impl #source),
                quote!(#credential::source(source)),
            )
        }
    };
    let value = match &constructor.scheme {
        Some(scheme) => quote!(#credential::set(vec![(#scheme, #value)])),
        None => value,
    };
    quote! {
        #doc
        #[must_use]
        pub fn #name(#arguments) -> Self {
            Self(#value)
        }
    }
}

/// What the document says of a flow.
fn flow(
    known: &Flow,
    constructor: &crate::plan::names::Name,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let ty = paths.runtime(&["client", "OAuthFlow"]);
    let Flow {
        constant,
        token_url,
        refresh_url,
        scopes,
    } = known;
    let mut set = Vec::new();
    if let Some(url) = refresh_url {
        let some = paths.some();
        set.push(quote!(refresh_url: #some(#url)));
    }
    if !scopes.is_empty() {
        set.push(quote!(scopes: &[#(#scopes),*]));
    }
    let new = quote!(#ty::new(#token_url));
    let value = match set.is_empty() {
        true => new,
        false => quote!(#ty { #(#set,)* ..#new }),
    };
    let doc = docs::own(&format!(
        "The flow of [`Self::{constructor}`], as the document has it."
    ));
    quote! {
        #doc
        pub const #constant: #ty = #value;
    }
}

fn login(
    plan: &Plan,
    login: &Login,
    ty: &proc_macro2::Ident,
    paths: &mut Paths<'_>,
) -> TokenStream {
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
    let uses_time = login.fields.iter().any(|(_, value)| uses_time(value));
    let time = uses_time.then(|| {
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

fn uses_time(value: &LoginValue) -> bool {
    let LoginValue::Given { value, .. } = value else {
        return false;
    };
    match value {
        LoginText::UnixTime => true,
        LoginText::Argument(_) => false,
        LoginText::Text(pieces) | LoginText::Sha256Hex(pieces) => pieces
            .iter()
            .any(|piece| matches!(piece, LoginPiece::UnixTime)),
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
            let pieces = pieces.iter().map(piece);
            let text = quote!([#(#pieces),*].concat());
            if secret { quote!(#text.into()) } else { text }
        }
        LoginText::Sha256Hex(pieces) => {
            let sha256_hex = paths.runtime(&["client", "sha256_hex"]);
            let pieces = pieces.iter().map(piece);
            let text = quote!(#sha256_hex(&[#(#pieces),*]));
            if secret { quote!(#text.into()) } else { text }
        }
    };
    match presence {
        Presence::Required => value,
        Presence::ThreeState => {
            let maybe = paths.runtime(&["Maybe"]);
            quote!(#maybe::Value(#value))
        }
        _ => quote!(Some(#value)),
    }
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
