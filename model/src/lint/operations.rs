//! Operations, paths, tags and servers.

use std::collections::{HashMap, HashSet};

use crate::diag::{Code, Finding};
use crate::model::{
    Api, Operation, Param, PathPart, PathTemplate, Scalar, Status, TypeKind, TypeRef,
};
use crate::normalized::{Document, Method, ParameterIn};
use crate::source::Origin;

pub(super) fn check(document: &Document, api: &Api, findings: &mut Vec<Finding>) {
    let declared: HashSet<&str> = document
        .tags
        .iter()
        .map(|tag| tag.name.value.as_str())
        .collect();
    for operation in &document.operations {
        for tag in &operation.tags {
            if !declared.is_empty() && !declared.contains(tag.value.as_str()) {
                let message = format!("the tag `{}` is not declared", tag.value);
                findings.push(
                    Finding::new(Code::TagUndeclared, &tag.origin, message)
                        .help("declare it under `tags`")
                        .suggest(&tag.value, declared.iter().copied()),
                );
            }
        }
        let unsaid = operation.method.value == Method::Post
            && operation.lavka.idempotent.origin.same(&operation.origin)
            && operation.lavka.idempotency_key.is_none();
        if unsaid {
            let finding = Finding::new(
                Code::Idempotence,
                &operation.origin,
                "a POST does not say whether it may be repeated",
            );
            findings.push(
                finding.help("add `x-idempotent: false`, or `true` with `x-idempotency-key`"),
            );
        }
    }
    for operation in &api.operations {
        replies(operation, findings);
        neighbours(operation, findings);
    }
    slashes(document, findings);
    colliding(api, findings);
    plain_http(api, findings);
    relative_servers(api, findings);
}

fn replies(operation: &Operation, findings: &mut Vec<Finding>) {
    let name = &operation.id;
    let success = |status: Status| {
        status.is_success()
            || matches!(
                status,
                Status::Default | Status::Code(300..=399) | Status::Range(3)
            )
    };
    let statuses = || operation.responses.iter().map(|response| response.status);
    if !operation.responses.is_empty() && !statuses().any(success) {
        let message = format!("the operation `{name}` has no success reply");
        findings.push(
            Finding::new(Code::NoSuccess, &operation.origin, message)
                .help("declare the reply to success, with its status"),
        );
    }
    let error = |status: Status| {
        matches!(
            status,
            Status::Default | Status::Code(400..=599) | Status::Range(4 | 5)
        )
    };
    if !operation.responses.is_empty() && !statuses().any(error) {
        let message = format!("the operation `{name}` has no error reply");
        findings.push(
            Finding::new(Code::NoError, &operation.origin, message)
                .help("declare what an error looks like: `4XX`, or `default`"),
        );
    }
}

/// Required arguments of one type, side by side: who swaps them gets no error.
fn neighbours(operation: &Operation, findings: &mut Vec<Finding>) {
    let required: Vec<&Param> = operation
        .params
        .iter()
        .filter(|param| param.required)
        .collect();
    for pair in required.windows(2) {
        let [first, second] = pair else { continue };
        if first.ty == second.ty && !matches!(first.ty, TypeRef::Named(_)) {
            let message = format!(
                "the required arguments `{}` and `{}` of `{}` have the same type: a call that swaps them compiles",
                first.wire, second.wire, operation.id
            );
            findings.push(
                Finding::new(Code::Swappable, &second.origin, message)
                    .note(&first.origin, "the other one")
                    .help(
                        "give one of them an enum or another type, or put another argument between",
                    ),
            );
        }
    }
}

fn slashes(document: &Document, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for operation in &document.operations {
        let path = &operation.path;
        if path.value.len() > 1 && path.value.ends_with('/') && seen.insert(path.value.as_str()) {
            let message = format!("the path `{}` ends in a slash", path.value);
            findings.push(
                Finding::new(Code::TrailingSlash, &path.origin, message).help(
                    "many servers redirect it, which loses the body; check that it is intended",
                ),
            );
        }
    }
}

/// `/items/{id}` and `/items/mine`: a value of the parameter makes one the other.
fn colliding(api: &Api, findings: &mut Vec<Finding>) {
    let mut groups: HashMap<(&str, usize), Vec<&Operation>> = HashMap::new();
    for operation in &api.operations {
        let key = (operation.method.as_str(), operation.path.segments.len());
        groups.entry(key).or_default().push(operation);
    }
    for group in groups.values() {
        // By their fixed texts, so that only paths that share a prefix are compared.
        let mut literal: HashMap<Vec<String>, &Operation> = HashMap::new();
        for operation in group {
            literal.insert(texts(&operation.path), operation);
        }
        for operation in group {
            let own = texts(&operation.path);
            for at in 0..own.len() {
                if own[at] == "{}" || literal.is_empty() {
                    continue;
                }
                let mut other = own.clone();
                other[at] = "{}".to_owned();
                let with = literal.get(&other).filter(|with| with.id != operation.id);
                if let Some(with) = with.filter(|with| may_be(api, with, at, &own[at])) {
                    let message = format!(
                        "the path `{}` is also a request of `{}`, for one value of a parameter",
                        operation.path, with.path
                    );
                    findings.push(
                        Finding::new(Code::PathCollision, &operation.origin, message)
                            .note(&with.origin, "the other one")
                            .help("give the parameter a type that excludes the text: `type: integer`, a date, or an `enum`"),
                    );
                }
            }
        }
    }
}

/// Whether the parameter that is this segment of the operation's path can have the text.
fn may_be(api: &Api, operation: &Operation, at: usize, text: &str) -> bool {
    let Some([PathPart::Param(name)]) = operation.path.segments.get(at).map(Vec::as_slice) else {
        return true;
    };
    let in_path = |param: &&Param| param.location == ParameterIn::Path && param.wire == *name;
    match operation.params.iter().find(in_path).map(|param| &param.ty) {
        Some(TypeRef::Scalar(scalar)) => match scalar {
            Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => {
                text.parse::<i128>().is_ok()
            }
            Scalar::Float32 | Scalar::Float64 | Scalar::DecimalNumber | Scalar::DecimalString => {
                text.parse::<f64>().is_ok()
            }
            Scalar::Bool => matches!(text, "true" | "false"),
            Scalar::Date | Scalar::DateTime | Scalar::DateOptionalTime => {
                text.starts_with(|c: char| c.is_ascii_digit())
            }
            _ => true,
        },
        Some(TypeRef::Named(id)) => match &api.ty(*id).kind {
            TypeKind::Enum(known) => known.values.iter().any(|value| match &value.wire {
                serde_json::Value::String(value) => value == text,
                value => format!("{value}") == text,
            }),
            _ => true,
        },
        _ => true,
    }
}

/// A path, each segment as its text; `{}` where it is a parameter.
fn texts(path: &PathTemplate) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| match segment.as_slice() {
            [PathPart::Param(_)] => "{}".to_owned(),
            parts => parts
                .iter()
                .map(|part| match part {
                    PathPart::Literal(text) => text.clone(),
                    PathPart::Param(_) => "{}.".to_owned(),
                })
                .collect(),
        })
        .collect()
}

/// Servers that the document declares without a host; where it declares none, there is nothing to point at.
fn relative_servers(api: &Api, findings: &mut Vec<Finding>) {
    let of_operations = api.operations.iter().filter_map(|op| op.servers.as_ref());
    let mut seen: Vec<&Origin> = Vec::new();
    for server in api.servers.iter().chain(of_operations.flatten()) {
        let declared = server.origin.pointer().contains("servers");
        let relative = server.url.starts_with('/') || !server.url.contains([':', '{']);
        if !declared || !relative || seen.iter().any(|known| known.same(&server.origin)) {
            continue;
        }
        seen.push(&server.origin);
        let message = format!(
            "the server `{}` names no host: each program must set it",
            server.url
        );
        let finding = Finding::new(Code::RelativeServer, &server.origin, message);
        findings.push(finding.help("write the whole URL, here or in an overlay"));
    }
}

fn plain_http(api: &Api, findings: &mut Vec<Finding>) {
    let needs = |operation: &&Operation| {
        operation
            .security
            .iter()
            .any(|alternative| !alternative.schemes.is_empty())
    };
    if !api.operations.iter().any(|operation| needs(&operation)) {
        return;
    }
    for server in &api.servers {
        let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
        let plain = server.url.starts_with("http://")
            && !local.iter().any(|local| server.url.starts_with(local));
        if plain {
            let message = format!(
                "credentials are sent to `{}` without encryption",
                server.url
            );
            findings.push(Finding::new(Code::PlainHttp, &server.origin, message).help("use https"));
        }
    }
}
