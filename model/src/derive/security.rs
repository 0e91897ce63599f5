//! Security schemes, what operations need of them, and credentials in the body.

use std::collections::HashSet;

use super::{Deriver, docs, logins};
use crate::diag::{Code, Cost, Finding};
use crate::model::{
    AuthId, AuthKind, AuthScheme, BodyCredential, Field, RequestBody, Scalar, SecurityAlternative,
    TypeRef,
};
use crate::normalized::{self, Schema, SecurityKind};

/// Name of the scheme that stands for credentials in the body.
const BODY: &str = "body";

impl Deriver<'_> {
    pub(super) fn auth_schemes(&mut self) {
        let doc = self.doc;
        for (name, scheme) in &doc.security_schemes {
            let kind = match &scheme.kind {
                SecurityKind::ApiKey { name, location } => AuthKind::ApiKey {
                    name: name.value.clone(),
                    location: location.value,
                },
                SecurityKind::Http { scheme: http, .. } if http.value == "basic" => {
                    if let Some(login) = &scheme.login {
                        let finding =
                            Finding::new(Code::Login, &login.origin, "HTTP Basic needs no login");
                        self.push(finding);
                    }
                    AuthKind::Basic
                }
                SecurityKind::Http { scheme: http, .. } if is_challenge(&http.value) => {
                    let message = format!(
                        "the security scheme `{name}` is HTTP {}, which answers a challenge of the server: the bindings do not support that",
                        http.value
                    );
                    let finding = Finding::new(Code::SecurityUnsupported, &http.origin, message)
                        .help("add the `Authorization` header in a hook (`on_request`), or declare another scheme");
                    self.omit(Cost::Part, format!("security scheme `{name}`"), finding);
                    continue;
                }
                SecurityKind::Http { scheme, .. } => AuthKind::Token {
                    scheme: if scheme.value == "bearer" {
                        "Bearer".to_owned()
                    } else {
                        scheme.value.clone()
                    },
                },
                SecurityKind::OAuth2 { flows } => AuthKind::OAuth2 {
                    flows: flows.clone(),
                },
                SecurityKind::OpenIdConnect { url } => AuthKind::OpenIdConnect {
                    url: url.value.clone(),
                },
                SecurityKind::MutualTls => {
                    let finding = Finding::new(
                        Code::SecurityUnsupported,
                        &scheme.origin,
                        format!(
                            "the security scheme `{name}` is a client certificate, which the bindings do not send"
                        ),
                    );
                    let finding =
                        finding.help("give the client an HTTP client that has the certificate");
                    self.omit(Cost::Part, format!("security scheme `{name}`"), finding);
                    continue;
                }
                SecurityKind::Unknown => {
                    // Reading reported what is wrong with it.
                    let reason = (Code::SecurityUnsupported, "it cannot be read");
                    let what = format!("security scheme `{name}`");
                    self.lose(Cost::Part, what, reason, &scheme.origin);
                    continue;
                }
            };
            let login = match (&scheme.login, &kind) {
                (Some(_), AuthKind::Basic) | (None, _) => None,
                (Some(login), _) => self.login(login),
            };
            self.auth.push(AuthScheme {
                name: name.clone(),
                description: docs::text(scheme.description.as_ref()),
                kind,
                login,
                origin: scheme.origin.clone(),
            });
        }
    }

    fn login(&mut self, login: &normalized::Login) -> Option<crate::model::Login> {
        let (made, findings) = logins::login(login);
        findings.into_iter().for_each(|finding| self.push(finding));
        made
    }

    /// Whether a scheme is declared, but not one that the bindings can send. A client certificate is not the bindings' to send.
    fn is_left_out(&self, name: &str) -> bool {
        let declared = self.doc.security_schemes.get(name);
        declared.is_some_and(|scheme| !matches!(scheme.kind, SecurityKind::MutualTls))
            && !self.auth.iter().any(|scheme| scheme.name == *name)
    }

    /// The alternatives of an operation's credentials.
    pub(super) fn security(
        &mut self,
        operation: &normalized::Operation,
        request: Option<&RequestBody>,
    ) -> Vec<SecurityAlternative> {
        let mut made = Vec::new();
        // What the bindings cannot send is not an alternative, unless there is no other.
        let possible = |requirement: &&normalized::SecurityRequirement| {
            !requirement
                .schemes
                .keys()
                .any(|name| self.is_left_out(name))
        };
        let any = operation
            .security
            .iter()
            .any(|requirement| possible(&requirement));
        let requirements: Vec<_> = operation
            .security
            .iter()
            .filter(|requirement| !any || possible(requirement))
            .collect();
        for requirement in requirements {
            let mut schemes = Vec::new();
            for (name, scopes) in &requirement.schemes {
                let scopes: Vec<String> = scopes.iter().map(|scope| scope.value.clone()).collect();
                if let Some(at) = self.auth.iter().position(|scheme| scheme.name == *name) {
                    schemes.push((AuthId(at), scopes));
                } else if !self.doc.security_schemes.contains_key(name) {
                    let finding = Finding::new(
                        Code::SecurityUnknown,
                        &requirement.origin,
                        format!("the security scheme `{name}` is not declared"),
                    )
                    .help("declare it under `components/securitySchemes`")
                    .suggest(name, self.doc.security_schemes.keys().map(String::as_str));
                    self.omit(Cost::Part, format!("security scheme `{name}`"), finding);
                }
            }
            schemes.sort_by(|(a, _): &(AuthId, _), (b, _)| {
                let name = |id: &AuthId| self.auth.get(id.0).map(|scheme| &scheme.name);
                name(a).cmp(&name(b))
            });
            let alternative = SecurityAlternative { schemes };
            if !made.contains(&alternative) {
                made.push(alternative);
            }
        }
        // A credential that the caller has is sent, also where none is needed.
        made.sort_by_key(|alternative| alternative.schemes.is_empty());
        if let Some(body) = self.body_credentials(request) {
            if made.is_empty() {
                made.push(SecurityAlternative {
                    schemes: Vec::new(),
                });
            }
            for alternative in &mut made {
                alternative.schemes.push((body, Vec::new()));
            }
        }
        made
    }

    fn body_credentials(&mut self, request: Option<&RequestBody>) -> Option<AuthId> {
        if !self.has_credentials {
            return None;
        }
        let contents = request.into_iter().flat_map(|body| &body.contents);
        let mut open: Vec<&TypeRef> = contents.map(|content| &content.ty).collect();
        open.reverse();
        let mut seen = HashSet::new();
        let mut fields = Vec::new();
        // Properties of the body, and of the objects in it.
        while let Some(ty) = open.pop() {
            let TypeRef::Named(id) = ty else { continue };
            if !seen.insert(*id) {
                continue;
            }
            let Some(object) = self.object_of(ty) else {
                continue;
            };
            fields.extend(
                object
                    .fields
                    .iter()
                    .filter(|field| field.credential.is_some())
                    .cloned(),
            );
            open.extend(object.fields.iter().rev().map(|field| &field.ty));
        }
        if fields.is_empty() {
            return None;
        }
        Some(self.body_scheme(fields))
    }

    fn body_scheme(&mut self, fields: Vec<Field>) -> AuthId {
        let of_body = |scheme: &AuthScheme| matches!(scheme.kind, AuthKind::Body { .. });
        let at = self.auth.iter().position(of_body).unwrap_or_else(|| {
            self.auth.push(AuthScheme {
                name: BODY.to_owned(),
                description: "Credentials in the body of the request.".to_owned(),
                kind: AuthKind::Body { fields: Vec::new() },
                login: None,
                origin: fields
                    .first()
                    .map(|field| field.origin.clone())
                    .unwrap_or_default(),
            });
            self.auth.len() - 1
        });
        let mut findings = Vec::new();
        if let Some(AuthScheme {
            kind: AuthKind::Body { fields: known },
            ..
        }) = self.auth.get_mut(at)
        {
            for field in fields {
                let Some(name) = field.credential else {
                    continue;
                };
                match known.iter().find(|other| other.name == name) {
                    Some(other) if other.ty != field.ty => {
                        let message = format!("the credential `{name}` has another type elsewhere");
                        findings.push(Finding::new(Code::Credential, &field.origin, message));
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
        findings.into_iter().for_each(|finding| self.push(finding));
        AuthId(at)
    }

    /// `x-credential`.
    pub(super) fn credential(&mut self, schema: &Schema, ty: &TypeRef) -> Option<String> {
        let name = schema.lavka.credential.as_ref()?;
        if !is_snake(name) {
            let message = format!(
                "the credential's name `{}` is not in snake_case",
                name.value
            );
            self.warn(
                Cost::Part,
                Finding::new(Code::Credential, &name.origin, message),
            );
            return None;
        }
        if !matches!(ty, TypeRef::Scalar(scalar) if *scalar != Scalar::Binary) {
            let finding = Finding::new(
                Code::Credential,
                &name.origin,
                "a credential is not a scalar",
            );
            self.warn(
                Cost::Part,
                finding.help("use `type: string`, with `format: password` where it is secret"),
            );
            return None;
        }
        Some(name.value.clone())
    }
}

/// Whether a name is an identifier in `snake_case`.
fn is_snake(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.ends_with('_')
        && !name.contains("__")
}

/// Whether credentials of an HTTP scheme are computed from what the server asks, or from the request: no text that a client has.
fn is_challenge(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    scheme.starts_with("scram-")
        || matches!(
            scheme.as_str(),
            "digest" | "dpop" | "hawk" | "hoba" | "mutual" | "negotiate" | "ntlm" | "oauth"
        )
}
