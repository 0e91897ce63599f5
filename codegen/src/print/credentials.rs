//! The credentials' type: a constructor for each way to authenticate.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::logins;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::credentials::{
    Constructor, Credentials, FieldArgument, Flow, Kind, LoginArgument,
};
use crate::plan::rust_type::{Runtime, RustType};

/// The type, and the types that log in.
pub(super) fn credentials(plan: &Plan, known: &Credentials, paths: &mut Paths<'_>) -> TokenStream {
    let credential = paths.runtime(&["client", "Credential"]);
    let mut login_types = Vec::new();
    let constructors: Vec<TokenStream> = known
        .constructors
        .iter()
        .map(|constructor| {
            if let Kind::Login(login) = &constructor.kind {
                login_types.push(logins::login(plan, login, paths));
            }
            self::constructor(constructor, paths)
        })
        .collect();
    let flows: Vec<TokenStream> = known
        .constructors
        .iter()
        .filter_map(|constructor| match &constructor.kind {
            Kind::ClientCredentials(flow) | Kind::RefreshToken(flow) => {
                Some(self::flow(flow, paths))
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
    let doc = paths.comments.outer(&known.docs);
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

        #(#login_types)*
    }
}

fn constructor(constructor: &Constructor, paths: &mut Paths<'_>) -> TokenStream {
    let credential = paths.runtime(&["client", "Credential"]);
    let name = &constructor.name;
    let doc = paths.comments.outer(&constructor.docs);
    let (arguments, value) = made(&constructor.kind, &credential, paths);
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

/// The arguments of a constructor, and the credential that it makes of them.
fn made(
    kind: &Kind,
    credential: &TokenStream,
    paths: &mut Paths<'_>,
) -> (TokenStream, TokenStream) {
    let [string, secret] = [RustType::String, RustType::Runtime(Runtime::Secret)]
        .map(|ty| paths.ty(&RustType::Into(Box::new(ty))));
    let oauth = |paths: &mut Paths<'_>| paths.runtime(&["client", "OAuth2"]);
    match kind {
        Kind::Token => (quote!(token: #secret), quote!(#credential::token(token))),
        Kind::Basic => (
            quote!(login: #string, password: #secret),
            quote!(#credential::basic(login, password)),
        ),
        Kind::Fields(fields) => {
            let (arguments, values): (Vec<TokenStream>, Vec<TokenStream>) =
                fields.iter().map(|field| self::field(field, paths)).unzip();
            (
                quote!(#(#arguments),*),
                quote!(#credential::fields(vec![#(#values),*])),
            )
        }
        Kind::Login(login) => {
            let (arguments, values): (Vec<TokenStream>, Vec<TokenStream>) = login
                .arguments
                .iter()
                .map(|argument| login_argument(argument, paths))
                .unzip();
            let ty = format_ident!("{}", login.ty);
            (
                quote!(#(#arguments),*),
                quote!(#credential::login(#ty { #(#values),* })),
            )
        }
        Kind::ClientCredentials(flow) => {
            let (oauth, constant) = (oauth(paths), &flow.constant);
            (
                quote!(client_id: #string, client_secret: #secret),
                quote!(#oauth::client_credentials(&Self::#constant, client_id, client_secret).into()),
            )
        }
        Kind::RefreshToken(flow) => {
            let (oauth, constant) = (oauth(paths), &flow.constant);
            (
                quote!(client_id: #string, client_secret: #secret, refresh_token: #secret),
                quote!(#oauth::refresh_token(&Self::#constant, client_id, client_secret, refresh_token).into()),
            )
        }
        Kind::OAuth2 => {
            let oauth = oauth(paths);
            (quote!(settings: #oauth), quote!(settings.into()))
        }
        Kind::Source => {
            let source = paths.runtime(&["client", "TokenSource"]);
            (
                quote!(source: impl #source),
                quote!(#credential::source(source)),
            )
        }
    }
}

/// An argument that is in each body: its declaration, and its name with the value.
fn field(field: &FieldArgument, paths: &mut Paths<'_>) -> (TokenStream, TokenStream) {
    let (wire, name) = (&field.wire, &field.name);
    let secret = paths.runtime(&["Secret"]);
    match &field.ty {
        RustType::Primitive(_) => {
            let number = paths.ty(&field.ty);
            (
                quote!(#name: #number),
                quote!((#wire, #secret::from(#name.to_string()))),
            )
        }
        ty => {
            let ty = paths.ty(&RustType::Into(Box::new(ty.clone())));
            (quote!(#name: #ty), quote!((#wire, #name.into())))
        }
    }
}

/// An argument of a login: its declaration, and the field of the type that logs in.
fn login_argument(argument: &LoginArgument, paths: &mut Paths<'_>) -> (TokenStream, TokenStream) {
    let name = &argument.name;
    if argument.ty.takes_into() {
        let ty = paths.ty(&RustType::Into(Box::new(argument.ty.clone())));
        return (quote!(#name: #ty), quote!(#name: #name.into()));
    }
    let ty = paths.ty(&argument.ty);
    (quote!(#name: #ty), quote!(#name))
}

/// What the document says of a flow.
fn flow(known: &Flow, paths: &mut Paths<'_>) -> TokenStream {
    let ty = paths.runtime(&["client", "OAuthFlow"]);
    let Flow {
        constant,
        docs,
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
    let doc = paths.comments.outer(docs);
    quote! {
        #doc
        pub const #constant: #ty = #value;
    }
}
