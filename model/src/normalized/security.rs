//! How requests are authenticated.

use indexmap::IndexMap;

use super::{Evidence, Login, ParameterIn, Spanned};
use crate::source::Origin;

/// One alternative of `security`: scheme → scopes.
#[derive(Clone, Debug)]
pub struct SecurityRequirement {
    /// Names of schemes and their scopes.
    pub schemes: IndexMap<String, Vec<Spanned<String>>>,
    /// Where it is declared.
    pub origin: Origin,
}

/// A way to authenticate.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// What it is.
    pub kind: SecurityKind,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `x-login`.
    pub login: Option<Login>,
    /// Lavka's extensions.
    pub lavka: Evidence,
    /// Where it is declared.
    pub origin: Origin,
}

/// What a security scheme is.
#[derive(Clone, Debug)]
pub enum SecurityKind {
    /// `apiKey`.
    ApiKey {
        /// `name` of the query parameter, header or cookie.
        name: Spanned<String>,
        /// `in`; never `Path`.
        location: Spanned<ParameterIn>,
    },
    /// `http`.
    Http {
        /// `scheme`, in lower case: `basic`, `bearer`, or another.
        scheme: Spanned<String>,
        /// `bearerFormat`.
        bearer_format: Option<Spanned<String>>,
    },
    /// `oauth2`.
    OAuth2 {
        /// `flows`.
        flows: Vec<OAuthFlow>,
    },
    /// `openIdConnect`.
    OpenIdConnect {
        /// `openIdConnectUrl`.
        url: Spanned<String>,
    },
    /// `mutualTLS`.
    MutualTls,
    /// Another type, or one with parts missing; a finding says so.
    Unknown,
}

/// A flow of OAuth 2.
#[derive(Clone, Debug)]
pub struct OAuthFlow {
    /// Which.
    pub kind: OAuthFlowKind,
    /// `authorizationUrl`.
    pub authorization_url: Option<Spanned<String>>,
    /// `tokenUrl`.
    pub token_url: Option<Spanned<String>>,
    /// `refreshUrl`.
    pub refresh_url: Option<Spanned<String>>,
    /// `scopes`: name → description.
    pub scopes: IndexMap<String, Spanned<String>>,
}

/// Flows of OAuth 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum OAuthFlowKind {
    AuthorizationCode,
    ClientCredentials,
    Implicit,
    Password,
}
