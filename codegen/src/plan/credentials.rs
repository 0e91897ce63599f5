//! Credentials: how each scheme travels, and the constructors of the type that a client takes.

use lavka_model::model::{
    Api, AuthId, AuthKind, AuthScheme, Field, Login as LoginFact, LoginPart, LoginTemplate,
    ParameterIn, Presence, Scalar, TypeRef,
};

use super::docs::Docs;
use super::markdown;
use super::names::{self, Name, Scope, TypeNames, Wanted};
use super::operations::{Operation, structure};
use super::replies;
use super::rust_type::{Primitive, Runtime, RustType};
use super::spelling::Case;
use crate::diag::Findings;

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
    /// Texts and numbers that stand in each body.
    Fields(Vec<FieldArgument>),
    /// A login by an operation.
    Login(Box<Login>),
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

/// A login by an operation.
#[derive(Clone, Debug)]
pub struct Login {
    /// The operation: its number.
    pub operation: usize,
    /// What the caller must know.
    pub arguments: Vec<LoginArgument>,
    /// The secret among the arguments.
    pub secret: Name,
    /// The request.
    pub request: RustType,
    /// Its fields.
    pub fields: Vec<(Name, LoginValue)>,
    /// The reply's field that is the token.
    pub token: LoginReply,
    /// The reply's field that says when it ends.
    pub expires: Option<LoginReply>,
}

/// What the caller must know to log in.
#[derive(Clone, Debug)]
pub struct LoginArgument {
    /// Its name in the document.
    pub wire: String,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: RustType,
}

/// A field of the login's request.
#[derive(Clone, Debug)]
pub enum LoginValue {
    /// Nothing: it is optional.
    Absent,
    /// A value.
    Given {
        /// What.
        value: LoginText,
        /// It goes into an `Option` or `Maybe`.
        presence: Presence,
        /// Its type.
        ty: RustType,
    },
}

/// A value of the login's request.
#[derive(Clone, Debug)]
pub enum LoginText {
    /// An argument as it is.
    Argument(Name),
    /// Seconds since 1970, as a number.
    UnixTime,
    /// Parts one after another.
    Text(Vec<LoginPiece>),
    /// The hexadecimal SHA-256 of the parts.
    Sha256Hex(Vec<LoginPiece>),
}

/// A part of a text.
#[derive(Clone, Debug)]
pub enum LoginPiece {
    /// Text.
    Literal(String),
    /// An argument that is a secret.
    Secret(Name),
    /// Another argument.
    Argument(Name),
    /// Seconds since 1970.
    UnixTime,
}

/// A field of the login's reply.
#[derive(Clone, Debug)]
pub struct LoginReply {
    /// Its name on the wire.
    pub wire: String,
    /// Its name.
    pub name: Name,
    /// It may be absent.
    pub optional: bool,
    /// Its type.
    pub ty: RustType,
}

const CONSTRUCTORS: Scope = Scope {
    what: "security schemes",
    extension: "x-rust-name",
    case: Case::Snake,
    reserved: &["and", "clone", "fmt", "from", "into"],
    behind_reserved: "_scheme",
};

/// The schemes that operations use, in document order.
pub(super) fn schemes(api: &Api, findings: &mut Findings) -> Vec<Scheme> {
    let used: Vec<(AuthId, &AuthScheme)> = api
        .auth
        .iter()
        .enumerate()
        .map(|(index, scheme)| (AuthId(index), scheme))
        .filter(|(id, _)| is_used(api, *id))
        .collect();
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

fn is_used(api: &Api, id: AuthId) -> bool {
    let alternatives = api.operations.iter().flat_map(|op| &op.security);
    alternatives
        .flat_map(|alternative| &alternative.schemes)
        .any(|(used, _)| *used == id)
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
    let used: Vec<&AuthScheme> = api
        .auth
        .iter()
        .enumerate()
        .filter(|(index, _)| is_used(api, AuthId(*index)))
        .map(|(_, scheme)| scheme)
        .collect();
    if used.is_empty() {
        return None;
    }
    let wanted: Vec<Wanted<'_>> = used
        .iter()
        .map(|scheme| Wanted::new(&scheme.name, None, &scheme.origin))
        .collect();
    let scheme_names = CONSTRUCTORS.names("", &wanted, findings);
    let mut constructors = Vec::new();
    for (scheme, name) in used.iter().zip(scheme_names) {
        let alone = used
            .iter()
            .filter(|other| usual_name(other) == usual_name(scheme))
            .count()
            == 1;
        let mut add = |usual: &str, docs: Docs, kind: Kind| {
            let login = matches!(kind, Kind::Login(_));
            constructors.push(Constructor {
                name: match (alone, login) {
                    (true, _) => Name::fixed(usual),
                    (false, true) => name.affixed("", "_login"),
                    (false, false) => name.clone(),
                },
                docs,
                scheme: (used.len() > 1).then(|| scheme.name.clone()),
                kind,
            });
        };
        match &scheme.kind {
            AuthKind::Basic => add(
                "basic",
                described(scheme, "Login and password."),
                Kind::Basic,
            ),
            AuthKind::Body { fields } => {
                let arguments: Vec<FieldArgument> = fields
                    .iter()
                    .map(|field| FieldArgument {
                        wire: field.name.clone(),
                        name: argument_name(&field.name),
                        ty: match RustType::of(&field.ty, false) {
                            ty @ RustType::Primitive(_) => ty,
                            _ => RustType::Runtime(Runtime::Secret),
                        },
                    })
                    .collect();
                let mut docs = Docs::own("Credentials that the body of each request carries.");
                docs.spec(&scheme.description);
                let lines: Vec<String> = fields
                    .iter()
                    .zip(&arguments)
                    .map(|(field, argument)| {
                        let text = markdown::inline(&field.description);
                        format!("- `{}`: {text}", argument.name)
                    })
                    .collect();
                docs.paragraph(&lines.join("\n"));
                add("new", docs, Kind::Fields(arguments));
            }
            AuthKind::ApiKey { .. }
            | AuthKind::Token { .. }
            | AuthKind::OAuth2 { .. }
            | AuthKind::OpenIdConnect { .. } => {
                add("token", described(scheme, "A token."), Kind::Token);
                let login = scheme
                    .login
                    .as_ref()
                    .and_then(|login| by_login(api, types, operations, login));
                if let Some(login) = login {
                    let method = &operations[login.operation].name;
                    let docs = Docs::own(format!(
                        "Logs in: the client gets tokens by [`Client::{method}`] when it needs one, and renews them."
                    ));
                    add("login", docs, Kind::Login(Box::new(login)));
                }
            }
        }
    }
    Some(Credentials {
        several: used.len() > 1,
        constructors,
    })
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

fn by_login(
    api: &Api,
    types: &TypeNames,
    operations: &[Operation],
    login: &LoginFact,
) -> Option<Login> {
    let operation = operations.iter().position(|op| op.id == login.operation)?;
    let fact = &api.operations[operation];
    let planned = &operations[operation];
    // The method takes the request alone, and gives the reply itself.
    if !fact.params.is_empty() || planned.options.is_some() {
        return None;
    }
    let body = planned
        .body
        .as_ref()
        .filter(|body| body.wrapper.is_none())?;
    let request = super::operations::best(&fact.request.as_ref()?.contents)?;
    let (request_id, request) = structure(api, &request.ty)?;
    let reply = replies::chosen(&replies::success(fact)?.contents)?;
    let (reply_id, reply) = structure(api, &reply.ty)?;
    let secret = login.arguments.last()?;
    let arguments: Vec<LoginArgument> = login
        .arguments
        .iter()
        .map(|wire| LoginArgument {
            wire: wire.clone(),
            name: argument_name(wire),
            ty: if wire == secret {
                RustType::Runtime(Runtime::Secret)
            } else {
                request
                    .fields
                    .iter()
                    .find(|f| is_argument(template(login, &f.wire), wire))
                    .map_or(RustType::String, |f| RustType::of(&f.ty, false))
            },
        })
        .collect();
    let fields = request
        .fields
        .iter()
        .zip(types.members(request_id))
        .map(|(f, name)| (name.clone(), value(login, f, &arguments)))
        .collect();
    let field = |wire: &str| {
        let index = reply.fields.iter().position(|f| f.wire == wire)?;
        let field = &reply.fields[index];
        Some(LoginReply {
            wire: wire.to_owned(),
            name: types.members(reply_id)[index].clone(),
            optional: field.presence != Presence::Required,
            ty: RustType::of(&field.ty, false),
        })
    };
    Some(Login {
        operation,
        secret: argument_name(secret),
        arguments,
        request: body.ty.clone(),
        fields,
        token: field(&login.token)?,
        expires: login.expires.as_deref().and_then(field),
    })
}

fn template<'a>(login: &'a LoginFact, wire: &str) -> Option<&'a LoginTemplate> {
    let mut found = login.request.iter().filter(|(name, _)| name == wire);
    found.next().map(|(_, template)| template)
}

fn is_argument(template: Option<&LoginTemplate>, argument: &str) -> bool {
    matches!(template, Some(LoginTemplate::Text(parts))
        if matches!(parts.as_slice(), [LoginPart::Argument(name)] if name == argument))
}

fn value(login: &LoginFact, field: &Field, arguments: &[LoginArgument]) -> LoginValue {
    let Some(template) = template(login, &field.wire) else {
        return LoginValue::Absent;
    };
    let known = |wire: &str| arguments.iter().find(|argument| argument.wire == *wire);
    let pieces = |parts: &[LoginPart]| -> Vec<LoginPiece> {
        parts
            .iter()
            .map(|part| match part {
                LoginPart::Literal(text) => LoginPiece::Literal(text.clone()),
                LoginPart::UnixTime => LoginPiece::UnixTime,
                LoginPart::Argument(wire) => match known(wire) {
                    Some(LoginArgument {
                        name,
                        ty: RustType::Runtime(Runtime::Secret),
                        ..
                    }) => LoginPiece::Secret(name.clone()),
                    Some(argument) => LoginPiece::Argument(argument.name.clone()),
                    None => LoginPiece::Literal(String::new()),
                },
            })
            .collect()
    };
    let number = !matches!(
        field.ty,
        TypeRef::Scalar(Scalar::String | Scalar::Secret) | TypeRef::Named(_)
    );
    let value = match template {
        LoginTemplate::Sha256Hex(parts) => LoginText::Sha256Hex(pieces(parts)),
        LoginTemplate::Text(parts) => match parts.as_slice() {
            [LoginPart::UnixTime] if number => LoginText::UnixTime,
            [LoginPart::Argument(wire)] => match known(wire) {
                Some(argument) => LoginText::Argument(argument.name.clone()),
                None => LoginText::Text(pieces(parts)),
            },
            parts => LoginText::Text(pieces(parts)),
        },
    };
    LoginValue::Given {
        value,
        presence: field.presence,
        ty: RustType::of(&field.ty, false),
    }
}

/// Whether a type is an integer.
#[must_use]
pub fn is_integer(ty: &RustType) -> bool {
    matches!(
        ty,
        RustType::Primitive(Primitive::I32 | Primitive::I64 | Primitive::U32 | Primitive::U64)
    )
}
