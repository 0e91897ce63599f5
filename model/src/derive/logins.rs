//! `x-login`: how a token is obtained.

use super::{Deriver, paths};
use crate::diag::{Code, Finding};
use crate::model::{
    Api, Content, Login, LoginPart, LoginTemplate, Presence, Scalar, Struct, TypeRef,
};
use crate::normalized;

/// A login with its templates parsed, and what is wrong with it.
pub(super) fn login(login: &normalized::Login) -> (Option<Login>, Vec<Finding>) {
    let mut findings = Vec::new();
    let arguments: Vec<String> = login
        .arguments
        .iter()
        .map(|name| name.value.clone())
        .collect();
    if arguments.is_empty() {
        findings.push(Finding::new(
            Code::Login,
            &login.origin,
            "a login needs at least one argument: what the caller must know",
        ));
    }
    let mut request = Vec::new();
    for (name, template) in &login.request {
        match parse(&template.value, &arguments) {
            Ok(made) => request.push((name.clone(), made)),
            Err(why) => {
                request.push((name.clone(), LoginTemplate::Text(Vec::new())));
                let message = format!("the template is ill-formed: {why}");
                let finding = Finding::new(Code::Login, &template.origin, message);
                findings.push(finding.help(
                    "a template is text with {arguments} and {unix_time}, as a whole possibly in `sha256-hex(…)`",
                ));
            }
        }
    }
    for argument in &login.arguments {
        let braces = format!("{{{}}}", argument.value);
        if !login
            .request
            .values()
            .any(|template| template.contains(&braces))
        {
            let message = format!(
                "no template of `request` uses the argument `{}`",
                argument.value
            );
            findings.push(Finding::new(Code::Login, &argument.origin, message));
        }
    }
    let made = Login {
        operation: login.operation.value.clone(),
        arguments,
        request,
        token: login.token.value.clone(),
        expires: login.expires.as_ref().map(|expires| expires.value.clone()),
    };
    (Some(made), findings)
}

/// `TEXT` or `sha256-hex(TEXT)`, where `TEXT` has `{names}` of arguments or of `unix_time`.
fn parse(template: &str, arguments: &[String]) -> Result<LoginTemplate, String> {
    match template.split_once('(') {
        Some((function, rest)) => {
            if function != "sha256-hex" {
                return Err(format!("unknown function `{function}`"));
            }
            let inner = rest.strip_suffix(')').ok_or("the closing `)` is missing")?;
            Ok(LoginTemplate::Sha256Hex(parts(inner, arguments)?))
        }
        None => Ok(LoginTemplate::Text(parts(template, arguments)?)),
    }
}

fn parts(text: &str, arguments: &[String]) -> Result<Vec<LoginPart>, String> {
    paths::template(text)?;
    let mut made = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        if !before.is_empty() {
            made.push(LoginPart::Literal(before.to_owned()));
        }
        let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
        made.push(if name == "unix_time" {
            LoginPart::UnixTime
        } else if arguments.iter().any(|argument| argument == name) {
            LoginPart::Argument(name.to_owned())
        } else {
            return Err(format!("`{{{name}}}` is not an argument"));
        });
        rest = after;
    }
    if !rest.is_empty() {
        made.push(LoginPart::Literal(rest.to_owned()));
    }
    Ok(made)
}

impl Deriver<'_> {
    /// Whether what logins refer to is there.
    pub(super) fn check_logins(&mut self, api: &Api) {
        let doc = self.doc;
        for scheme in &api.auth {
            let declared = doc
                .security_schemes
                .get(&scheme.name)
                .and_then(|scheme| scheme.login.as_ref());
            if let (Some(login), Some(declared)) = (&scheme.login, declared) {
                let mut findings = Vec::new();
                check(api, login, declared, &mut findings);
                self.findings.append(&mut findings);
            }
        }
    }
}

fn check(api: &Api, login: &Login, declared: &normalized::Login, findings: &mut Vec<Finding>) {
    let at = &declared.operation.origin;
    let Some(operation) = api
        .operations
        .iter()
        .find(|operation| operation.id == login.operation)
    else {
        let message = format!("there is no operation `{}`", login.operation);
        let ids = api.operations.iter().map(|operation| operation.id.as_str());
        findings.push(Finding::new(Code::Login, at, message).suggest(&login.operation, ids));
        return;
    };
    if operation
        .security
        .iter()
        .any(|alternative| !alternative.schemes.is_empty())
    {
        let finding = Finding::new(Code::Login, at, "the login itself needs credentials");
        findings.push(
            finding
                .note(&operation.origin, "it is declared here")
                .help("give it `security: []`"),
        );
    }
    let body = operation
        .request
        .as_ref()
        .and_then(|body| Content::sent(&body.contents));
    match body.and_then(|content| api.object(&content.ty)) {
        Some((_, object)) => request(login, declared, object, findings),
        None => findings.push(Finding::new(
            Code::Login,
            at,
            "the login's request is not an object",
        )),
    }
    let content = operation
        .success()
        .and_then(|response| Content::asked(&response.contents));
    let Some((_, reply)) = content.and_then(|content| api.object(&content.ty)) else {
        findings.push(Finding::new(
            Code::Login,
            at,
            "the login's reply is not an object",
        ));
        return;
    };
    self::reply(declared, reply, findings);
}

/// Whether the reply has what the login reads of it.
fn reply(declared: &normalized::Login, reply: &Struct, findings: &mut Vec<Finding>) {
    let names = [
        ("a string", Some(&declared.token)),
        ("a date-time", declared.expires.as_ref()),
    ];
    for (expected, name) in names {
        let Some(name) = name else { continue };
        let Some(field) = reply.fields.iter().find(|field| field.wire == name.value) else {
            let message = format!("the login's reply has no property `{}`", name.value);
            let near = reply.fields.iter().map(|field| field.wire.as_str());
            findings.push(Finding::new(Code::Login, &name.origin, message).suggest(name, near));
            continue;
        };
        let fits = match &field.ty {
            TypeRef::Scalar(Scalar::String | Scalar::Secret) => expected == "a string",
            TypeRef::Scalar(Scalar::DateTime | Scalar::RailsTimestamp) => expected == "a date-time",
            _ => false,
        };
        if !fits {
            let message = format!("the property `{}` is not {expected}", name.value);
            let finding = Finding::new(Code::Login, &name.origin, message);
            findings.push(finding.note(&field.origin, "it is declared here"));
        }
    }
}

fn request(
    login: &Login,
    declared: &normalized::Login,
    object: &Struct,
    findings: &mut Vec<Finding>,
) {
    for (name, template) in &declared.request {
        if !object.fields.iter().any(|field| field.wire == *name) {
            let message = format!("the login's request has no property `{name}`");
            let near = object.fields.iter().map(|field| field.wire.as_str());
            findings.push(Finding::new(Code::Login, &template.origin, message).suggest(name, near));
        }
    }
    for field in &object.fields {
        let given =
            login.request.iter().any(|(name, _)| *name == field.wire) || field.constant.is_some();
        if field.presence == Presence::Required && !given {
            let message = format!(
                "the login's request requires `{}`, which no template gives",
                field.wire
            );
            let finding = Finding::new(Code::Login, &declared.origin, message);
            findings.push(finding.note(&field.origin, "required here"));
        }
    }
}
