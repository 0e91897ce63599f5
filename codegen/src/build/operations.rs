//! Operations, in document order.

use std::collections::HashMap;

use super::{Builder, names, view};
use crate::diag::{Code, Finding};
use crate::model::{
    AuthScheme, Method, Operation, Param, ParamIn, RateLimit, Response, Status, TypeRef,
};
use crate::source::{Member, Node, Origin};

const METHODS: &[(&str, Method)] = &[
    ("get", Method::Get),
    ("head", Method::Head),
    ("post", Method::Post),
    ("put", Method::Put),
    ("patch", Method::Patch),
    ("delete", Method::Delete),
    ("options", Method::Options),
    ("trace", Method::Trace),
];

impl<'a> Builder<'a> {
    /// What a reference of any kind leads to; the node itself where it is none.
    pub(super) fn follow(&self, node: &'a Node) -> Option<&'a Node> {
        let mut at = node;
        for _ in 0..64 {
            match at.reference() {
                Some(reference) => at = self.doc.target(reference)?,
                None => return Some(at),
            }
        }
        None
    }

    pub(super) fn operations(
        &mut self,
        auth: &mut Vec<AuthScheme>,
        limits: &[RateLimit],
    ) -> Vec<Operation> {
        let mut made = Vec::new();
        let mut ids: HashMap<&str, &Origin> = HashMap::new();
        let mut paths: HashMap<String, &Origin> = HashMap::new();
        let items = self.doc.root().get("paths").and_then(Node::as_object);
        for (path, member) in items
            .into_iter()
            .flatten()
            .filter(|(path, _)| !path.starts_with("x-"))
        {
            let variables = self.path(path, member, &mut paths);
            for (key, member_of_item) in member.node.as_object().into_iter().flatten() {
                let Some((_, method)) = METHODS.iter().find(|(name, _)| name == key) else {
                    continue;
                };
                let node = &member_of_item.node;
                if let Some(id) = node.get("operationId")
                    && let Some(name) = id.as_str()
                    && let Some(first) = ids.insert(name, &id.origin)
                {
                    let finding = Finding::new(
                        Code::OperationIdTwice,
                        &id.origin,
                        format!("the operationId `{name}` is given twice"),
                    );
                    self.push(finding.note(first, "first here"));
                }
                made.push(self.operation(
                    path,
                    &variables,
                    &member.node,
                    *method,
                    member_of_item,
                    auth,
                    limits,
                ));
            }
        }
        made
    }

    /// Checks a path; gives the names of its parameters.
    fn path(
        &mut self,
        path: &'a str,
        member: &'a Member,
        paths: &mut HashMap<String, &'a Origin>,
    ) -> Vec<&'a str> {
        if !path.starts_with('/') {
            let finding = Finding::new(
                Code::PathForm,
                &member.key,
                format!("the path `{path}` does not begin with `/`"),
            );
            self.push(finding);
        }
        if path.contains(['?', '#']) {
            let finding = Finding::new(
                Code::PathForm,
                &member.key,
                format!("the path `{path}` holds a query or a fragment"),
            );
            self.push(finding.help("declare query parameters under `parameters`"));
        }
        let variables = match names::template(path) {
            Ok(variables) => variables,
            Err(why) => {
                self.report(
                    Code::PathForm,
                    &member.key,
                    format!("the path `{path}` is ill-formed: {why}"),
                );
                Vec::new()
            }
        };
        let mut shape = path.to_owned();
        for name in &variables {
            shape = shape.replace(&format!("{{{name}}}"), "{}");
        }
        if let Some(first) = paths.insert(shape, &member.key) {
            let finding = Finding::new(
                Code::PathForm,
                &member.key,
                format!("the path `{path}` is another one with other names"),
            );
            self.push(finding.note(first, "the other one"));
        }
        variables
    }

    #[allow(clippy::too_many_arguments)]
    fn operation(
        &mut self,
        path: &str,
        variables: &[&str],
        item: &'a Node,
        method: Method,
        member: &'a Member,
        auth: &mut Vec<AuthScheme>,
        limits: &[RateLimit],
    ) -> Operation {
        let node = &member.node;
        let id_node = node.get("operationId");
        let id = id_node.and_then(Node::as_str).unwrap_or("").to_owned();
        if let Some(id_node) = id_node.filter(|_| !names::is_snake(&id))
            && id_node.as_str().is_some()
        {
            let snake = heck::ToSnakeCase::to_snake_case(id.as_str());
            let finding = Finding::new(
                Code::OperationIdForm,
                &id_node.origin,
                format!("the operationId `{id}` is not in snake_case"),
            );
            self.push(if names::is_snake(&snake) {
                finding.help(format!("write `{snake}`: it is the method's name"))
            } else {
                finding.help("it is the method's name: begin with a letter")
            });
        }
        let place = if id.is_empty() {
            names::place(path, method.as_str())
        } else {
            names::camel(&id)
        };
        let params = self.params(&place, variables, path, item, node);
        let request = node
            .get("requestBody")
            .and_then(|body| self.request(body, &place));
        let responses = self.responses(node, &place);
        let safe = matches!(method, Method::Get | Method::Head);
        let idempotent = safe || matches!(method, Method::Put | Method::Delete);
        let flag =
            |key: &str, default: bool| node.get(key).and_then(Node::as_bool).unwrap_or(default);
        let rate_limit = self.rate_limit(node, limits);
        let batch = self.batch(node, request.as_ref());
        let idempotency_key = self.idempotency_key(node, request.as_ref());
        let auth = self.operation_auth(node, request.as_ref(), auth);
        Operation {
            rust_name: self.rust_name(node.get("x-rust-name")),
            doc: view::doc(node),
            tag: node
                .get("tags")
                .and_then(Node::as_array)
                .and_then(|tags| tags.first())
                .and_then(Node::as_str)
                .map(str::to_owned),
            method,
            path: path.to_owned(),
            params,
            request,
            responses,
            auth,
            permission: node.get_str("x-permission").map(str::to_owned),
            safe: flag("x-safe", safe),
            idempotent: flag("x-idempotent", idempotent),
            idempotency_key,
            rate_limit,
            batch,
            origin: id_node.map_or_else(|| member.key.clone(), |node| node.origin.clone()),
            id,
        }
    }

    fn params(
        &mut self,
        place: &str,
        variables: &[&str],
        path: &str,
        item: &'a Node,
        operation: &'a Node,
    ) -> Vec<Param> {
        let mut made: Vec<Param> = Vec::new();
        for (level, node) in [item, operation].into_iter().enumerate() {
            let start = made.len();
            for node in node
                .get("parameters")
                .and_then(Node::as_array)
                .unwrap_or_default()
            {
                let Some(param) = self.param(place, node) else {
                    continue;
                };
                let same =
                    |other: &Param| other.wire == param.wire && other.location == param.location;
                match made.iter().position(same) {
                    // An operation's parameter stands in for the path item's.
                    Some(at) if level == 1 && at < start => {
                        if let Some(slot) = made.get_mut(at) {
                            *slot = param;
                        }
                    }
                    Some(at) => {
                        let mut finding = Finding::new(
                            Code::ParameterTwice,
                            &node.origin,
                            format!("the parameter `{}` is given twice", param.wire),
                        );
                        if let Some(first) = made.get(at) {
                            finding = finding.note(&first.origin, "first here");
                        }
                        self.push(finding);
                    }
                    None => made.push(param),
                }
            }
        }
        for name in variables {
            if !made
                .iter()
                .any(|param| param.location == ParamIn::Path && param.wire == *name)
            {
                let at = operation
                    .get("operationId")
                    .map_or(&operation.origin, |node| &node.origin);
                let near = made
                    .iter()
                    .filter(|param| param.location == ParamIn::Path)
                    .map(|param| param.wire.as_str());
                let finding = Finding::new(
                    Code::PathParameterUndeclared,
                    at,
                    format!("the path parameter `{name}` of `{path}` is not declared"),
                )
                .suggest(name, near);
                let finding = if finding.help.is_none() {
                    finding.help(format!(
                        "declare it: `{{name: {name}, in: path, required: true, schema: …}}`"
                    ))
                } else {
                    finding
                };
                self.push(finding);
            }
        }
        for param in made.iter().filter(|param| param.location == ParamIn::Path) {
            if !variables.contains(&param.wire.as_str()) {
                let message = format!("the path `{path}` has no parameter `{}`", param.wire);
                let finding = Finding::new(Code::PathParameterUnused, &param.origin, message);
                self.findings
                    .push(finding.suggest(&param.wire, variables.iter().copied()));
            }
        }
        made
    }

    fn responses(&mut self, operation: &'a Node, place: &str) -> Vec<Response> {
        let mut made: Vec<Response> = Vec::new();
        let responses = operation.get("responses");
        for (key, member) in responses
            .and_then(Node::as_object)
            .into_iter()
            .flatten()
            .filter(|(key, _)| !key.starts_with("x-"))
        {
            let Some(status) = status(key) else {
                let finding = Finding::new(
                    Code::StatusKey,
                    &member.key,
                    format!("`{key}` is not a status"),
                );
                self.push(finding.help("use a code ('200'), a range ('4XX') or `default`"));
                continue;
            };
            let suffix = if status.is_success() {
                "Response".to_owned()
            } else {
                format!("Response{}", names::camel(key))
            };
            let Some(node) = self.follow(&member.node) else {
                continue;
            };
            let component = member
                .node
                .reference()
                .and_then(crate::bundle::local)
                .map(|(_, name)| name);
            let owner = component.map_or_else(|| names::place(place, &suffix), names::camel);
            let body = self.response_body(node, &owner);
            made.push(Response {
                status,
                description: node.get_str("description").unwrap_or("").trim().to_owned(),
                body,
                evidence: view::evidence(node.get("x-evidence")),
                origin: member.key.clone(),
            });
        }
        let none = |node: &Node| {
            node.as_object()
                .is_some_and(|members| members.keys().all(|key| key.starts_with("x-")))
        };
        if responses.is_some_and(none) {
            let at = operation
                .as_object()
                .and_then(|object| object.get("responses"))
                .map_or(&operation.origin, |member| &member.key);
            let finding = Finding::new(Code::StatusKey, at, "the operation has no response");
            self.push(finding.help("give at least the reply to success"));
        }
        self.success_types(&made);
        made
    }

    fn success_types(&mut self, responses: &[Response]) {
        let mut first: Option<(&TypeRef, &Origin)> = None;
        let mut findings = Vec::new();
        let has_body = |response: &&Response| response.body.is_some();
        let mut successes = responses.iter().filter(|r| r.status.is_success());
        if let Some(with) = successes.clone().find(has_body)
            && let Some(without) = successes.find(|response| !has_body(response))
        {
            let finding = Finding::new(
                Code::SuccessTypes,
                &without.origin,
                "a success reply has no body beside one that has",
            );
            findings.push(finding.note(&with.origin, "the other one").help(
                "an operation answers one type: give both the body, or leave the reply without one out",
            ));
        }
        for response in responses
            .iter()
            .filter(|response| response.status.is_success())
        {
            let Some(ty) = response.body.as_ref().and_then(|body| body.ty.as_ref()) else {
                continue;
            };
            match first {
                None => first = Some((ty, &response.origin)),
                Some((known, origin)) if known != ty => {
                    let finding = Finding::new(
                        Code::SuccessTypes,
                        &response.origin,
                        "another success reply has another type",
                    );
                    findings.push(finding.note(origin, "the other one").help(
                        "an operation answers one type: make one object of both, with optional properties",
                    ));
                }
                Some(_) => {}
            }
        }
        for finding in findings {
            self.push(finding);
        }
    }

    fn rate_limit(&mut self, operation: &Node, limits: &[RateLimit]) -> Option<usize> {
        let node = operation.get("x-rate-limit")?;
        let name = node.as_str()?;
        let found = limits.iter().position(|limit| limit.name == name);
        if found.is_none() {
            let message = format!("`x-rate-limits` has no `{name}`");
            self.push(
                Finding::new(Code::RateLimit, &node.origin, message)
                    .suggest(name, limits.iter().map(|limit| limit.name.as_str())),
            );
        }
        found
    }
}

fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    if let [digit @ b'1'..=b'5', b'X', b'X'] = key.as_bytes() {
        return Some(Status::Range(digit - b'0'));
    }
    if key.len() != 3 || !key.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    key.parse()
        .ok()
        .filter(|code| (100..=599).contains(code))
        .map(Status::Code)
}
