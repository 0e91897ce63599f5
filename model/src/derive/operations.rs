//! Operations, in document order.

use std::collections::HashMap;

use super::roots::operation_id;
use super::{Deriver, Side, paths};
use crate::diag::{Code, Cost, Finding};
use crate::model::{
    Content, Operation, Pagination, PaginationKind, RateLimit, Response, ResponseHeader, Scalar,
    TypeRef,
};
use crate::normalized::{self, Method, ParameterIn, Part};
use crate::source::Origin;

impl Deriver<'_> {
    pub(super) fn operations(&mut self, limits: &[RateLimit]) -> Vec<Operation> {
        let doc = self.doc;
        let mut shapes: HashMap<(String, normalized::Method), &Origin> = HashMap::new();
        let mut made = Vec::new();
        for operation in &doc.operations {
            let shape = (
                normalized::without_names(&operation.path.value),
                operation.method.value,
            );
            if let Some(first) = shapes.insert(shape, &operation.path.origin)
                && !first.same(&operation.path.origin)
            {
                let finding = Finding::new(
                    Code::PathForm,
                    &operation.path.origin,
                    format!(
                        "the path `{}` differs from another in the names of its parameters only",
                        operation.path.value
                    ),
                );
                self.warn(Cost::Nothing, finding.note(first, "the other one"));
            }
            made.extend(self.operation(operation, limits));
            self.drain();
        }
        made
    }

    fn operation(
        &mut self,
        operation: &normalized::Operation,
        limits: &[RateLimit],
    ) -> Option<Operation> {
        let id = operation_id(operation);
        let what = format!("operation `{id}`");
        let origin = match &operation.id {
            Some(id) => &id.origin,
            None => &operation.origin,
        };
        let path = self.path(operation, &what)?;
        self.lost(operation, &what)?;
        let params = self.params(operation, &path, &what)?;
        let request = match &operation.request {
            Some(body) => self.request(body, &what)?,
            None => None,
        };
        let responses = self.responses(operation, &what);
        self.drain();
        self.callbacks(operation, &what);
        let lavka = &operation.lavka;
        let rate_limit = self.rate_limit(lavka, limits);
        let batch = self.batch(operation, request.as_ref());
        let idempotency_key = self.idempotency_key(lavka, &params, request.as_ref());
        // Without the key that would make it so, it is what its method says.
        let keyed = idempotency_key.is_some() == lavka.idempotency_key.is_some();
        let security = self.security(operation, request.as_ref());
        let pagination = lavka.pagination.as_ref().map(pagination);
        let pagination = pagination.filter(|known| self.has_page(operation, known, &params));
        Some(Operation {
            named: operation.id.is_some(),
            rust_name: self.rust_name(lavka.rust_name.as_ref()),
            doc: self.texts(
                operation.summary.as_ref(),
                operation.description.as_ref(),
                operation.deprecated.value,
                &lavka.evidence,
            ),
            tags: operation.tags.iter().map(|tag| tag.value.clone()).collect(),
            method: operation.method.value,
            fixed_query: path.fixed,
            path: path.template,
            params,
            request,
            responses,
            security,
            servers: operation
                .servers
                .as_ref()
                .map(|servers| self.servers(servers)),
            permission: permission(operation),
            safe: lavka.safe.value,
            idempotent: lavka.idempotent.value && (keyed || operation.method.value.is_idempotent()),
            idempotency_key,
            rate_limit,
            batch,
            pagination,
            origin: origin.clone(),
            id,
        })
    }

    fn path(&mut self, operation: &normalized::Operation, what: &str) -> Option<paths::Path> {
        let path = match paths::parse(&operation.path.value) {
            Ok(mut path) => {
                let parameters = &operation.parameters;
                path.read_expressions(|name| {
                    let in_path = |known: &normalized::Parameter| {
                        known.location.value == ParameterIn::Path && known.name.value == name
                    };
                    parameters.iter().any(in_path)
                });
                path
            }
            Err(why) => {
                let finding = Finding::new(
                    Code::PathForm,
                    &operation.path.origin,
                    format!("the path `{}` is ill-formed: {why}", operation.path.value),
                );
                self.omit(Cost::Operation, what.to_owned(), finding);
                return None;
            }
        };
        for note in &path.notes {
            let finding = Finding::new(
                Code::PathForm,
                &operation.path.origin,
                format!("the path `{}` {note}", operation.path.value),
            );
            self.warn(Cost::Nothing, finding);
        }
        Some(path)
    }

    /// Reports parts that could not be read; `None` where the operation cannot be without one.
    fn lost(&mut self, operation: &normalized::Operation, what: &str) -> Option<()> {
        for lost in &operation.unresolved {
            if let Part::Unread { needed } = lost.part {
                let name = match lost.reference.value.as_str() {
                    "" => "a parameter".to_owned(),
                    name => format!("the parameter `{name}`"),
                };
                let (cost, what, why) = match needed {
                    true => (
                        Cost::Operation,
                        what.to_owned(),
                        format!("{name}, which is required, cannot be read"),
                    ),
                    false => (
                        Cost::Part,
                        format!("{name} of {what}"),
                        "it cannot be read".to_owned(),
                    ),
                };
                self.lose(cost, what, (Code::BadValue, &why), &lost.reference.origin);
                if needed {
                    return None;
                }
                continue;
            }
            let finding = Finding::new(
                Code::RefUnresolved,
                &lost.reference.origin,
                format!("unresolved reference `{}`", lost.reference.value),
            );
            match lost.part {
                // Whether it is needed is not known. What a path needs, its placeholders say.
                Part::Parameter | Part::Unread { .. } => {
                    let what = format!("a parameter of {what}");
                    self.omit(Cost::Part, what, finding);
                }
                // As OpenAPI has it, a body is optional where nothing says that it is required.
                Part::RequestBody => {
                    let what = format!("body of {what}");
                    self.omit(Cost::Part, what, finding);
                }
                Part::Response(status) => {
                    let what = format!("reply {status} of {what}");
                    self.omit(Cost::Part, what, finding);
                }
            }
        }
        Some(())
    }

    fn callbacks(&mut self, operation: &normalized::Operation, what: &str) {
        for callback in &operation.callbacks {
            let finding = Finding::new(
                Code::LeftOut,
                &callback.origin,
                format!(
                    "the callback `{}` is not part of the bindings",
                    callback.value
                ),
            );
            self.omit(
                Cost::Nothing,
                format!("callback `{}` of {what}", callback.value),
                finding,
            );
        }
    }

    fn responses(&mut self, operation: &normalized::Operation, what: &str) -> Vec<Response> {
        let mut made = Vec::new();
        for response in &operation.responses {
            let status = response.status.value;
            let place = format!("reply {status} of {what}");
            // A reply to HEAD has headers only, whatever a document says.
            let contents = match operation.method.value {
                Method::Head => Vec::new(),
                _ => self.contents(&response.content, false, &place),
            };
            if status.is_success() || operation.responses.len() == 1 {
                self.unused(Content::asked(&contents), &contents, &place);
            }
            let headers = self.headers(response);
            for link in &response.links {
                let finding = Finding::new(
                    Code::LeftOut,
                    &link.origin,
                    format!("the link `{}` is not part of the bindings", link.value),
                );
                self.omit(
                    Cost::Nothing,
                    format!("link `{}` of {place}", link.value),
                    finding,
                );
            }
            made.push(Response {
                status,
                description: response.description.value.trim().to_owned(),
                headers,
                contents,
                evidence: response
                    .lavka
                    .grade
                    .as_ref()
                    .map(|grade| grade.value)
                    .unwrap_or_default(),
                origin: response.origin.clone(),
            });
        }
        if made.is_empty() && operation.unresolved.is_empty() {
            let finding = Finding::new(
                Code::StatusKey,
                &operation.origin,
                "the operation has no response",
            );
            self.warn(
                Cost::Nothing,
                finding.help("give at least the reply to success"),
            );
        }
        made
    }

    fn headers(&mut self, response: &normalized::Response) -> Vec<ResponseHeader> {
        let mut made = Vec::new();
        for (name, header) in &response.headers {
            let ty = match header.value.schema() {
                Some(schema) => self.param_type(schema, Side::Response).0,
                None => TypeRef::Scalar(Scalar::String),
            };
            let ty = match ty {
                TypeRef::Nullable(inner) => *inner,
                ty => ty,
            };
            made.push(ResponseHeader {
                wire: name.clone(),
                required: header.required.value,
                ty,
                doc: self.texts(
                    None,
                    header.description.as_ref(),
                    header.deprecated.value,
                    &header.lavka,
                ),
                origin: header.origin.clone(),
            });
        }
        made
    }

    /// Whether an operation has the parameter that asks for a page.
    fn has_page(
        &mut self,
        operation: &normalized::Operation,
        pagination: &Pagination,
        params: &[crate::model::Param],
    ) -> bool {
        let Some(declared) = &operation.lavka.pagination else {
            return false;
        };
        let (PaginationKind::Page { parameter, .. }
        | PaginationKind::Offset { parameter }
        | PaginationKind::Cursor { parameter, .. }) = &pagination.kind
        else {
            return true;
        };
        let query = || {
            params
                .iter()
                .filter(|param| param.location == ParameterIn::Query)
        };
        let found = query().any(|param| param.wire == *parameter);
        if !found {
            let message =
                format!("`x-pagination`: the operation has no query parameter `{parameter}`");
            let finding = Finding::new(Code::Pagination, &declared.origin, message)
                .suggest(parameter, query().map(|param| param.wire.as_str()));
            self.warn(Cost::Part, finding);
        }
        found
    }
}

fn pagination(declared: &normalized::Pagination) -> Pagination {
    use normalized::PaginationKind as Kind;
    let kind = match &declared.kind {
        Kind::Page { parameter, first } => PaginationKind::Page {
            parameter: parameter.value.clone(),
            first: *first,
        },
        Kind::Offset { parameter } => PaginationKind::Offset {
            parameter: parameter.value.clone(),
        },
        Kind::Cursor { parameter, next } => PaginationKind::Cursor {
            parameter: parameter.value.clone(),
            next: next.value.clone(),
        },
        Kind::Link { next } => PaginationKind::Link {
            next: next.as_ref().map(|next| next.value.clone()),
        },
    };
    Pagination {
        kind,
        items: declared.items.as_ref().map(|items| items.value.clone()),
        size: declared
            .size
            .as_ref()
            .map(|(parameter, largest)| (parameter.value.clone(), *largest)),
    }
}

fn once<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let mut made = Vec::new();
    for text in texts {
        if !made.contains(text) {
            made.push(*text);
        }
    }
    made
}

/// The permission that an operation needs: as the spec says, or else the scopes of its security.
fn permission(operation: &normalized::Operation) -> Option<String> {
    let scopes: Vec<&str> = operation
        .security
        .iter()
        .flat_map(|alternative| alternative.schemes.values().flatten())
        .map(|scope| scope.value.as_str())
        .collect();
    match &operation.lavka.permission {
        Some(permission) => Some(permission.value.clone()),
        None => (!scopes.is_empty()).then(|| once(&scopes).join(", ")),
    }
}
