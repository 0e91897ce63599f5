//! Credentials: how each scheme travels, and the constructors of the type that a client takes.

mod login;
mod oauth;

use std::collections::BTreeSet;

use lavka_model::model::{Api, AuthId, AuthKind, AuthScheme, BodyCredential, ParameterIn};

use super::docs::Docs;
use super::markdown;
use super::names::{self, Name, Scope, TypeNames, Wanted};
use super::operations::Operation;
use super::rust_type::{Runtime, RustType};
use super::spelling::Case;
use crate::diag::Findings;

pub use login::{Login, LoginArgument, LoginPiece, LoginReply, LoginText, LoginValue};
pub use oauth::Flow;

/// A scheme that operations use.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its number in the model.
    pub id: AuthId,
    /// Its name in the document.
    pub wire: String,
    /// Name of its constant.
    pub constant: Name,
    /// How the credential travels.
    pub place: Place,
}

/// How a credential travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this query parameter.
    Query(String),
    /// In this header.
    Header(String),
    /// In this cookie.
    Cookie(String),
    /// `Authorization: Basic`.
    Basic,
    /// `Authorization` by this scheme.
    Token(String),
    /// In properties of the body.
    Body,
}

/// The type that a client takes.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Documentation.
    pub docs: Docs,
    /// How it is made.
    pub constructors: Vec<Constructor>,
    /// Whether there are several schemes, whose credentials a client may have at once.
    pub several: bool,
}

/// A constructor of the credentials.
#[derive(Clone, Debug)]
pub struct Constructor {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
    /// The scheme that it is for, where it is not for any of its kind.
    pub scheme: Option<String>,
    /// What it makes.
    pub kind: Kind,
}

/// What a constructor makes.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A token that the caller has.
    Token,
    /// Login and password.
    Basic,
    /// Texts and numbers that are in each body.
    Fields(Vec<FieldArgument>),
    /// A login by an operation.
    Login(Box<Login>),
    /// Tokens by OAuth 2 for the program itself.
    ClientCredentials(Flow),
    /// Tokens by a refresh token of OAuth 2.
    RefreshToken(Flow),
    /// Tokens by OAuth 2, as the caller sets it up.
    OAuth2,
    /// Tokens that the caller gets.
    Source,
}

/// A credential in the body.
#[derive(Clone, Debug)]
pub struct FieldArgument {
    /// Its name in the document.
    pub wire: String,
    /// The argument.
    pub name: Name,
    /// Its type: an integer or a secret.
    pub ty: RustType,
}

/// What is put behind a scheme's name for its further constructors.
const BEHIND: &[&str] = &[
    "_login",
    "_client_credentials",
    "_refresh_token",
    "_oauth2",
    "_token_source",
];

const CONSTRUCTORS: Scope = Scope {
    what: "security schemes",
    extension: "x-rust-name",
    case: Case::Snake,
    reserved: &["and", "basic", "clone", "fmt", "from", "into", "new"],
    behind_reserved: "_scheme",
    also: &[],
};

/// The schemes that operations use, in document order.
pub(super) fn schemes(api: &Api, findings: &mut Findings) -> Vec<Scheme> {
    let used = used(api);
    let wanted: Vec<Wanted<'_>> = used
        .iter()
        .map(|(_, scheme)| Wanted {
            text: format!("auth {}", scheme.name),
            ..Wanted::new(&scheme.name, None, &scheme.origin)
        })
        .collect();
    let constants = names::CONSTANTS.names("", &wanted, findings);
    used.into_iter()
        .zip(constants)
        .map(|((id, scheme), constant)| Scheme {
            id,
            wire: scheme.name.clone(),
            constant,
            place: place(&scheme.kind),
        })
        .collect()
}

/// The schemes that operations name, in document order.
fn used(api: &Api) -> Vec<(AuthId, &AuthScheme)> {
    let alternatives = api.operations.iter().flat_map(|op| &op.security);
    let named: BTreeSet<AuthId> = alternatives
        .flat_map(|alternative| &alternative.schemes)
        .map(|(id, _)| *id)
        .collect();
    let schemes = named.into_iter();
    schemes
        .filter_map(|id| Some((id, api.auth.get(id.0)?)))
        .collect()
}

fn place(kind: &AuthKind) -> Place {
    match kind {
        AuthKind::ApiKey { name, location } => match location {
            ParameterIn::Header => Place::Header(name.clone()),
            ParameterIn::Cookie => Place::Cookie(name.clone()),
            ParameterIn::Query | ParameterIn::Path => Place::Query(name.clone()),
        },
        AuthKind::Basic => Place::Basic,
        AuthKind::Token { scheme } => Place::Token(scheme.clone()),
        AuthKind::OAuth2 { .. } | AuthKind::OpenIdConnect { .. } => Place::Token("Bearer".into()),
        AuthKind::Body { .. } => Place::Body,
    }
}

/// Plans the credentials; `None` where no operation needs any.
pub(super) fn plan(
    api: &Api,
    types: &TypeNames,
    operations: &[Operation],
    findings: &mut Findings,
) -> Option<Credentials> {
    let used: Vec<&AuthScheme> = used(api).into_iter().map(|(_, scheme)| scheme).collect();
    if used.is_empty() {
        return None;
    }
    let alone = |scheme: &AuthScheme| {
        let usual = used
            .iter()
            .filter(|other| usual_name(other) == usual_name(scheme));
        usual.count() == 1
    };
    let wanted: Vec<Wanted<'_>> = used
        .iter()
        .map(|scheme| Wanted {
            behind: match (&scheme.kind, alone(scheme)) {
                (_, true) | (AuthKind::Basic | AuthKind::Body { .. }, _) => Vec::new(),
                _ => BEHIND.to_vec(),
            },
            ..Wanted::new(&scheme.name, None, &scheme.origin)
        })
        .collect();
    let scheme_names = CONSTRUCTORS.names("", &wanted, findings);
    let mut constructors = Vec::new();
    for (scheme, name) in used.iter().zip(scheme_names) {
        let alone = alone(scheme);
        // Constructors of an API's only scheme of its kind are called alike in all APIs; others after the scheme.
        let named = |usual: &str| match usual {
            _ if alone => Name::fixed(usual),
            "basic" | "new" | "token" => name.clone(),
            usual => name.affixed("", &format!("_{usual}")),
        };
        for (usual, docs, kind) in made(api, types, operations, scheme, &named) {
            constructors.push(Constructor {
                name: named(usual),
                docs,
                scheme: (used.len() > 1).then(|| scheme.name.clone()),
                kind,
            });
        }
    }
    Some(Credentials {
        docs: Docs::own(format!(
            "What a client of {} authenticates with. `Debug` shows no secret.",
            markdown::title(&api.title)
        )),
        several: used.len() > 1,
        constructors,
    })
}

/// A constructor: its usual name, documentation, and what it makes.
type Made = (&'static str, Docs, Kind);

/// The constructors of a scheme. `named` gives the name of one whose usual name is this.
fn made(
    api: &Api,
    types: &TypeNames,
    operations: &[Operation],
    scheme: &AuthScheme,
    named: &dyn Fn(&str) -> Name,
) -> Vec<Made> {
    match &scheme.kind {
        AuthKind::Basic => {
            let docs = described(scheme, "Login and password.");
            vec![("basic", docs, Kind::Basic)]
        }
        AuthKind::Body { fields } => vec![in_body(scheme, fields)],
        AuthKind::ApiKey { .. }
        | AuthKind::Token { .. }
        | AuthKind::OAuth2 { .. }
        | AuthKind::OpenIdConnect { .. } => {
            let mut made = vec![("token", described(scheme, "A token."), Kind::Token)];
            made.extend(scheme.login.as_ref().and_then(|login| {
                let login = login::by_login(api, types, operations, login, &named("login"))?;
                let method = &operations[login.operation].name;
                let docs = Docs::own(format!(
                    "Logs in: the client gets tokens by [`Client::{method}`] when it needs one, and renews them."
                ));
                Some(("login", docs, Kind::Login(Box::new(login))))
            }));
            made.extend(oauth::constructors(api, scheme, named));
            made
        }
    }
}

/// The constructor of credentials that are in each body.
fn in_body(scheme: &AuthScheme, fields: &[BodyCredential]) -> Made {
    let mut arguments = Vec::new();
    let mut lines = Vec::new();
    for field in fields {
        let name = argument_name(&field.name);
        lines.push(format!(
            "- `{name}`: {}",
            markdown::inline(&field.description)
        ));
        arguments.push(FieldArgument {
            wire: field.name.clone(),
            name,
            ty: match RustType::of(&field.ty, false) {
                ty @ RustType::Primitive(_) => ty,
                _ => RustType::Runtime(Runtime::Secret),
            },
        });
    }
    let mut docs = Docs::own("Credentials that the body of each request carries.");
    docs.spec(&scheme.description);
    docs.paragraph(&lines.join("\n"));
    ("new", docs, Kind::Fields(arguments))
}

fn usual_name(scheme: &AuthScheme) -> &'static str {
    match scheme.kind {
        AuthKind::Basic => "basic",
        AuthKind::Body { .. } => "new",
        _ => "token",
    }
}

fn described(scheme: &AuthScheme, fallback: &str) -> Docs {
    let mut docs = Docs::default();
    docs.spec(&scheme.description);
    if docs.is_empty() {
        docs.paragraph(fallback);
    }
    docs
}

fn argument_name(wire: &str) -> Name {
    let text = super::names::spell(wire, Case::Snake);
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
    match text.as_str() {
        "self" | "" => Name::fixed("value"),
        text if starts && !text.ends_with('_') => Name::fixed(text),
        text => Name::fixed(&format!("c{text}0")),
    }
}
