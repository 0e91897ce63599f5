//! Security schemes, credentials in the body, and logins.

use super::Builder;
use crate::diag::{Code, Finding};
use crate::model::{
    Api, AuthKind, AuthScheme, BodyCredential, Login, Payload, Scalar, Struct, TypeKind, TypeRef,
};
use crate::source::{Member, Node};

/// Name of the scheme that stands for credentials in the body.
const BODY: &str = "body";

impl<'a> Builder<'a> {
    pub(super) fn auth_schemes(&mut self) -> Vec<AuthScheme> {
        let schemes = self
            .doc
            .root()
            .get("components")
            .and_then(|node| node.get("securitySchemes"))
            .and_then(Node::as_object);
        let mut made = Vec::new();
        for (name, member) in schemes.into_iter().flatten() {
            if let Some(scheme) = self.auth_scheme(name, member) {
                made.push(scheme);
            }
        }
        made
    }

    fn auth_scheme(&mut self, name: &str, member: &'a Member) -> Option<AuthScheme> {
        let node = self.follow(&member.node)?;
        let login = node.get("x-login").and_then(|node| self.login(node));
        let kind_node = node.get("type")?;
        let unsupported = |at: &Node, what: String| {
            Finding::new(
                Code::SecurityUnsupported,
                &at.origin,
                format!("{what} is not supported"),
            )
            .help("supported are `apiKey` (query, header) and `http` (basic, bearer)")
        };
        let kind = match kind_node.as_str()? {
            "apiKey" => {
                let Some(parameter) = node.get_str("name") else {
                    self.missing(node, "name");
                    return None;
                };
                let parameter = parameter.to_owned();
                match node.get_str("in") {
                    Some("query") => AuthKind::Query { parameter, login },
                    Some("header") => AuthKind::Header {
                        name: parameter,
                        login,
                    },
                    Some("cookie") => {
                        let at = node.get("in").unwrap_or(node);
                        self.push(unsupported(at, "an API key in a cookie".into()));
                        return None;
                    }
                    Some(_) => return None,
                    None => {
                        self.missing(node, "in");
                        return None;
                    }
                }
            }
            "http" => {
                let Some(scheme) = node.get("scheme") else {
                    self.missing(node, "scheme");
                    return None;
                };
                match scheme.as_str()?.to_ascii_lowercase().as_str() {
                    "basic" => {
                        if let Some(login) =
                            node.as_object().and_then(|object| object.get("x-login"))
                        {
                            self.report(Code::Login, &login.key, "HTTP Basic needs no login");
                        }
                        AuthKind::Basic
                    }
                    "bearer" => AuthKind::Bearer { login },
                    other => {
                        self.push(unsupported(scheme, format!("the HTTP scheme `{other}`")));
                        return None;
                    }
                }
            }
            kind @ ("oauth2" | "openIdConnect") => {
                self.push(unsupported(
                    kind_node,
                    format!("the security type `{kind}`"),
                ));
                return None;
            }
            _ => return None,
        };
        Some(AuthScheme {
            name: name.to_owned(),
            description: node.get_str("description").unwrap_or("").trim().to_owned(),
            kind,
            origin: member.key.clone(),
        })
    }

    fn missing(&mut self, node: &Node, key: &str) {
        let at = node.get("type").unwrap_or(node);
        self.report(
            Code::MissingKey,
            &at.origin,
            format!("`{key}` of this security scheme is missing"),
        );
    }

    fn login(&mut self, node: &'a Node) -> Option<Login> {
        let texts = |key: &str| -> Vec<String> {
            let items = node.get(key).and_then(Node::as_array).unwrap_or_default();
            items
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect()
        };
        let arguments = texts("arguments");
        if let (Some(list), true) = (node.get("arguments"), arguments.is_empty()) {
            self.report(
                Code::Login,
                &list.origin,
                "a login needs at least one argument: what the caller must know",
            );
        }
        let mut request = Vec::new();
        for (name, member) in node
            .get("request")
            .and_then(Node::as_object)
            .into_iter()
            .flatten()
        {
            let Some(template) = member.node.as_str() else {
                continue;
            };
            if let Err(why) = check_template(template, &arguments) {
                let finding = Finding::new(
                    Code::Login,
                    &member.node.origin,
                    format!("the template is ill-formed: {why}"),
                );
                self.push(finding.help(
                    "a template is text with {arguments} and {unix_time}, as a whole possibly in `sha256-hex(…)`",
                ));
            }
            request.push((name.clone(), template.to_owned()));
        }
        for argument in node
            .get("arguments")
            .and_then(Node::as_array)
            .unwrap_or_default()
        {
            let Some(name) = argument.as_str() else {
                continue;
            };
            if !request
                .iter()
                .any(|(_, template)| template.contains(&format!("{{{name}}}")))
            {
                self.report(
                    Code::Login,
                    &argument.origin,
                    format!("no template of `request` uses the argument `{name}`"),
                );
            }
        }
        Some(Login {
            operation: node.get_str("operation")?.to_owned(),
            arguments,
            request,
            token: node.get_str("token")?.to_owned(),
            expires: node.get_str("expires").map(str::to_owned),
        })
    }

    /// Which scheme an operation uses.
    pub(super) fn operation_auth(
        &mut self,
        operation: &'a Node,
        request: Option<&Payload>,
        schemes: &mut Vec<AuthScheme>,
    ) -> Option<usize> {
        let own = operation.get("security");
        let requirements = own.or_else(|| self.doc.root().get("security"));
        let listed = requirements.and_then(Node::as_array).unwrap_or_default();
        let mut found = None;
        if let [first, second, ..] = listed {
            let finding = Finding::new(
                Code::SecurityUnsupported,
                &second.origin,
                "alternatives of security are not supported",
            );
            self.push(
                finding
                    .note(&first.origin, "the other one")
                    .help("keep the one that clients should use"),
            );
        }
        for requirement in listed.iter().take(1) {
            let Some(members) = requirement.as_object() else {
                continue;
            };
            if let Some((_, second)) = members.get_index(1) {
                let finding = Finding::new(
                    Code::SecurityUnsupported,
                    &second.key,
                    "two schemes for one call are not supported",
                );
                self.push(finding.help("keep one"));
            }
            for (name, member) in members.iter().take(1) {
                found = schemes.iter().position(|scheme| scheme.name == *name);
                let declared = self
                    .doc
                    .root()
                    .get("components")
                    .and_then(|node| node.get("securitySchemes"));
                if found.is_none() && declared.and_then(|node| node.get(name)).is_none() {
                    let near = declared
                        .and_then(Node::as_object)
                        .into_iter()
                        .flat_map(|members| members.keys());
                    let near: Vec<&str> = near.map(String::as_str).collect();
                    let finding = Finding::new(
                        Code::SecurityUnknown,
                        &member.key,
                        format!("the security scheme `{name}` is not declared"),
                    )
                    .suggest(name, near);
                    self.push(if finding.help.is_none() {
                        finding.help("declare it under `components/securitySchemes`")
                    } else {
                        finding
                    });
                }
                if let Some(scopes) = member.node.as_array().filter(|scopes| !scopes.is_empty()) {
                    let at = scopes
                        .first()
                        .map_or(&member.node.origin, |scope| &scope.origin);
                    self.report(
                        Code::SecurityUnsupported,
                        at,
                        "scopes mean nothing for this kind of scheme",
                    );
                }
            }
        }
        let mut credentials = Vec::new();
        let mut seen = Vec::new();
        if let Some(object) = self.object(request) {
            self.credentials(object, &mut seen, &mut credentials);
        }
        if credentials.is_empty() {
            return found;
        }
        if found.is_some() {
            let at = operation.get("operationId").unwrap_or(operation);
            let finding = Finding::new(
                Code::Credential,
                &at.origin,
                "the call has credentials in the body and a security scheme",
            );
            self.push(finding.help("write `security: []`, or leave `x-credential` out"));
            return found;
        }
        Some(self.body_scheme(credentials, schemes))
    }

    /// Fields with `x-credential`, of the object and of those in it.
    fn credentials(
        &self,
        object: &Struct,
        seen: &mut Vec<usize>,
        found: &mut Vec<crate::model::Field>,
    ) {
        for field in &object.fields {
            if field.credential.is_some() {
                found.push(field.clone());
            }
            if let TypeRef::Named(id) = &field.ty
                && !seen.contains(&id.0)
            {
                seen.push(id.0);
                if let Some(inner) = self.object_of(&field.ty) {
                    self.credentials(inner, seen, found);
                }
            }
        }
    }

    fn body_scheme(
        &mut self,
        fields: Vec<crate::model::Field>,
        schemes: &mut Vec<AuthScheme>,
    ) -> usize {
        let at = schemes
            .iter()
            .position(|scheme| matches!(scheme.kind, AuthKind::Body { .. }))
            .unwrap_or_else(|| {
                schemes.push(AuthScheme {
                    name: BODY.to_owned(),
                    description: "Credentials in the body of the request.".to_owned(),
                    kind: AuthKind::Body { fields: Vec::new() },
                    origin: fields
                        .first()
                        .map(|field| field.origin.clone())
                        .unwrap_or_default(),
                });
                schemes.len() - 1
            });
        if let Some(AuthScheme {
            kind: AuthKind::Body { fields: known },
            ..
        }) = schemes.get_mut(at)
        {
            for field in fields {
                let Some(name) = field.credential else {
                    continue;
                };
                match known.iter().find(|other| other.name == name) {
                    Some(other) if other.ty != field.ty => {
                        let message = format!("the credential `{name}` has another type elsewhere");
                        self.findings
                            .push(Finding::new(Code::Credential, &field.origin, message));
                    }
                    Some(_) => {}
                    None => known.push(BodyCredential {
                        name,
                        description: field.doc.description,
                        ty: field.ty,
                    }),
                }
            }
        }
        at
    }

    /// What logins refer to.
    pub(super) fn check_logins(&mut self, api: &Api) {
        for scheme in &api.auth {
            let (AuthKind::Query {
                login: Some(login), ..
            }
            | AuthKind::Header {
                login: Some(login), ..
            }
            | AuthKind::Bearer { login: Some(login) }) = &scheme.kind
            else {
                continue;
            };
            let declared = self.doc.component("securitySchemes", &scheme.name);
            let Some(node) = declared
                .and_then(|node| self.follow(node))
                .and_then(|node| node.get("x-login"))
            else {
                continue;
            };
            let at = |key: &str| node.get(key).unwrap_or(node).origin.clone();
            let Some(operation) = api
                .operations
                .iter()
                .find(|operation| operation.id == login.operation)
            else {
                let message = format!("there is no operation `{}`", login.operation);
                let ids = api.operations.iter().map(|operation| operation.id.as_str());
                self.push(
                    Finding::new(Code::Login, &at("operation"), message)
                        .suggest(&login.operation, ids),
                );
                continue;
            };
            if operation.auth.is_some() {
                let finding = Finding::new(
                    Code::Login,
                    &at("operation"),
                    "the login itself needs credentials",
                );
                self.push(
                    finding
                        .note(&operation.origin, "it stands here")
                        .help("give it `security: []`"),
                );
            }
            let struct_of = |ty: Option<&TypeRef>| match ty {
                Some(TypeRef::Named(id)) => match api.types.get(id.0).map(|def| &def.kind) {
                    Some(TypeKind::Struct(made)) => Some(made),
                    _ => None,
                },
                _ => None,
            };
            match struct_of(operation.request.as_ref().and_then(|body| body.ty.as_ref())) {
                Some(object) => {
                    for (name, member) in node
                        .get("request")
                        .and_then(Node::as_object)
                        .into_iter()
                        .flatten()
                    {
                        if !object.fields.iter().any(|field| field.wire == *name) {
                            let message = format!("the login's request has no property `{name}`");
                            let near = object.fields.iter().map(|field| field.wire.as_str());
                            self.push(
                                Finding::new(Code::Login, &member.key, message).suggest(name, near),
                            );
                        }
                    }
                    for field in &object.fields {
                        let given = login.request.iter().any(|(name, _)| *name == field.wire)
                            || field.constant.is_some();
                        if field.presence == crate::model::Presence::Required && !given {
                            let message = format!(
                                "the login's request requires `{}`, which no template gives",
                                field.wire
                            );
                            self.push(
                                Finding::new(Code::Login, &at("request"), message)
                                    .note(&field.origin, "required here"),
                            );
                        }
                    }
                }
                None => self.report(
                    Code::Login,
                    &at("operation"),
                    "the login's request is not an object",
                ),
            }
            let success = operation
                .responses
                .iter()
                .find(|response| response.status.is_success());
            let reply = struct_of(
                success
                    .and_then(|response| response.body.as_ref())
                    .and_then(|body| body.ty.as_ref()),
            );
            let Some(reply) = reply else {
                self.report(
                    Code::Login,
                    &at("operation"),
                    "the login's reply is not an object",
                );
                continue;
            };
            let names = [
                ("token", Some(login.token.as_str())),
                ("expires", login.expires.as_deref()),
            ];
            for (key, name) in names {
                let Some(name) = name else { continue };
                let Some(field) = reply.fields.iter().find(|field| field.wire == name) else {
                    let message = format!("the login's reply has no property `{name}`");
                    let near = reply.fields.iter().map(|field| field.wire.as_str());
                    self.push(Finding::new(Code::Login, &at(key), message).suggest(name, near));
                    continue;
                };
                let fits = match key {
                    "token" => matches!(field.ty, TypeRef::Scalar(Scalar::String | Scalar::Secret)),
                    _ => matches!(
                        field.ty,
                        TypeRef::Scalar(Scalar::DateTime | Scalar::RailsTimestamp)
                    ),
                };
                if !fits {
                    let expected = if key == "token" {
                        "a string"
                    } else {
                        "a date-time"
                    };
                    let finding = Finding::new(
                        Code::Login,
                        &at(key),
                        format!("the property `{name}` is not {expected}"),
                    );
                    self.push(finding.note(&field.origin, "it stands here"));
                }
            }
        }
    }
}

/// `TEXT` or `sha256-hex(TEXT)`, where `TEXT` has `{names}` of arguments or of `unix_time`.
fn check_template(template: &str, arguments: &[String]) -> Result<(), String> {
    let inner = match template.split_once('(') {
        Some((function, rest)) => {
            if function != "sha256-hex" {
                return Err(format!("the function `{function}` is not known"));
            }
            rest.strip_suffix(')').ok_or("the closing `)` is missing")?
        }
        None => template,
    };
    for name in super::names::template(inner)? {
        if name != "unix_time" && !arguments.iter().any(|argument| argument == name) {
            return Err(format!("`{{{name}}}` is not an argument"));
        }
    }
    Ok(())
}
