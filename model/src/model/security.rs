//! How requests are authenticated.

use super::{AuthId, OAuthFlow, ParameterIn, TypeRef};
use crate::source::Origin;

/// A way to authenticate.
#[derive(Clone, Debug)]
pub struct AuthScheme {
    /// Its name in `securitySchemes`; `body` for credentials in the body.
    pub name: String,
    /// What it is, from the spec.
    pub description: String,
    /// How the credential travels.
    pub kind: AuthKind,
    /// How a token is obtained (`x-login`).
    pub login: Option<Login>,
    /// Where it is declared.
    pub origin: Origin,
}

/// How a credential travels.
#[derive(Clone, Debug)]
pub enum AuthKind {
    /// A token in a query parameter, header or cookie.
    ApiKey {
        /// Its name.
        name: String,
        /// Where; never `Path`.
        location: ParameterIn,
    },
    /// HTTP Basic.
    Basic,
    /// `Authorization: SCHEME token`: `Bearer`, or another scheme whose credential is one text.
    Token {
        /// The scheme as it is sent.
        scheme: String,
    },
    /// OAuth 2: a bearer token by one of the flows, or one that the caller has.
    OAuth2 {
        /// Flows.
        flows: Vec<OAuthFlow>,
    },
    /// OpenID Connect: a bearer token that the caller has.
    OpenIdConnect {
        /// The discovery document.
        url: String,
    },
    /// In properties of the request body (`x-credential`).
    Body {
        /// The properties.
        fields: Vec<BodyCredential>,
    },
}

/// A credential that is a property of the request's body.
#[derive(Clone, Debug)]
pub struct BodyCredential {
    /// Value of `x-credential`: its name in the client's settings.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its type; secrets are [`Scalar::Secret`](super::Scalar::Secret).
    pub ty: TypeRef,
}

/// How a token is obtained (`x-login`).
#[derive(Clone, Debug)]
pub struct Login {
    /// The operation that returns a token: its `operationId`.
    pub operation: String,
    /// What the caller must know; the last is the secret.
    pub arguments: Vec<String>,
    /// Property of the request → what it is filled with.
    pub request: Vec<(String, LoginTemplate)>,
    /// Property of the reply that is the token.
    pub token: String,
    /// Property of the reply that says when it ends.
    pub expires: Option<String>,
}

/// A parsed template of `x-login`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginTemplate {
    /// Parts one after another.
    Text(Vec<LoginPart>),
    /// The hexadecimal SHA-256 of the parts (`sha256-hex(…)`).
    Sha256Hex(Vec<LoginPart>),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginPart {
    /// Text.
    Literal(String),
    /// An argument.
    Argument(String),
    /// Seconds since 1970 (`{unix_time}`).
    UnixTime,
}

/// Credentials that are sent together. Empty: the operation can be called without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAlternative {
    /// Ways to authenticate, with the scopes that they need.
    pub schemes: Vec<(AuthId, Vec<String>)>,
}
