//! Ways to authenticate, as a spec declares them.

/// A way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// Its name in the spec.
    pub name: &'static str,
    /// How the credential travels.
    pub kind: SchemeKind,
}

impl Scheme {
    /// Creates a scheme of this name and kind.
    #[must_use]
    pub const fn new(name: &'static str, kind: SchemeKind) -> Self {
        Self { name, kind }
    }
}

/// How a credential travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemeKind {
    /// In this query parameter.
    Query(&'static str),
    /// In this header.
    Header(&'static str),
    /// In this cookie.
    Cookie(&'static str),
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization` by this scheme: `Bearer`, or another one whose credential is one text.
    Token(&'static str),
    /// In properties of the body.
    Body,
}

/// Schemes that are used together. Empty: no credential is needed.
pub type Alternative = &'static [&'static Scheme];
