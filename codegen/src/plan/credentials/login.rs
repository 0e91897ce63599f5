//! Logins by an operation (`x-login`).

use lavka_model::model::{
    Api, Content, Field, Login as LoginFact, LoginPart, LoginTemplate, Presence, Scalar, TypeRef,
};

use super::argument_name;
use crate::plan::names::{Name, TypeNames};
use crate::plan::operations::Operation;
use crate::plan::rust_type::{Runtime, RustType};
use crate::plan::spelling::Case;

/// A login by an operation.
#[derive(Clone, Debug)]
pub struct Login {
    /// Name of the type that logs in.
    pub ty: String,
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

impl Login {
    /// Whether the request has the time in it.
    #[must_use]
    pub fn uses_time(&self) -> bool {
        self.fields.iter().any(|(_, value)| match value {
            LoginValue::Absent => false,
            LoginValue::Given { value, .. } => match value {
                LoginText::UnixTime => true,
                LoginText::Argument(_) => false,
                LoginText::Text(pieces) | LoginText::Sha256Hex(pieces) => pieces
                    .iter()
                    .any(|piece| matches!(piece, LoginPiece::UnixTime)),
            },
        })
    }
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
    /// Its name.
    pub name: Name,
    /// It may be absent.
    pub optional: bool,
    /// Its type.
    pub ty: RustType,
}

pub(super) fn by_login(
    api: &Api,
    types: &TypeNames,
    operations: &[Operation],
    login: &LoginFact,
    constructor: &Name,
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
    let request = Content::sent(&fact.request.as_ref()?.contents)?;
    let (request_id, request) = api.object(&request.ty)?;
    let reply = Content::asked(&fact.success()?.contents)?;
    let (reply_id, reply) = api.object(&reply.ty)?;
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
            name: types.members(reply_id)[index].clone(),
            optional: field.presence != Presence::Required,
            ty: RustType::of(&field.ty, false),
        })
    };
    Some(Login {
        ty: format!("Token{}", constructor.in_case(Case::Camel, "")),
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
                // A secret in a property that is not said to be one is written as its text.
                Some(argument) if argument.ty == RustType::of(&field.ty, false) => {
                    LoginText::Argument(argument.name.clone())
                }
                _ => LoginText::Text(pieces(parts)),
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
