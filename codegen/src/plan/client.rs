//! The client and the module: what the API is, and the docs of everything that calls it.

use lavka_model::model::{Api, Cost, Dialect, Operation as Fact, RateLimit, Status};

use super::docs::{Docs, citation};
use super::failures::{self, FailureShape};
use super::markdown;
use super::media::Formats;
use super::operations::{BodyCodec, Operation};
use super::replies::Read;
use super::servers::{self, Choice, SERVER_URL, Template};
use crate::diag::Findings;

/// What the client knows of its API.
#[derive(Clone, Debug)]
pub struct ApiFacts {
    /// Name of the module.
    pub module: String,
    /// Where it is.
    pub server: Template,
    /// Whether any operation needs credentials.
    pub needs_credentials: bool,
    /// Limits that the server keeps.
    pub rate_limits: Vec<RateLimit>,
    /// How XML is read and written.
    pub dialect: Dialect,
    /// Whether any body is XML.
    pub xml: bool,
    /// Codes of failures: the credential is not accepted.
    pub auth_codes: Vec<String>,
    /// Codes of failures: a quota is exceeded.
    pub quota_codes: Vec<String>,
    /// How any reply reports a failure.
    pub failure: Option<FailureShape>,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its docs.
    pub docs: Docs,
    /// Servers that the caller can choose: variants of the enum `ServerUrl`.
    pub servers: Vec<Choice>,
    /// An operation can be JSON or XML as the client prefers.
    pub both_formats: bool,
    /// A limit reports its usage.
    pub usage: bool,
}

pub(super) fn facts(api: &Api) -> ApiFacts {
    ApiFacts {
        module: api.module.clone(),
        server: servers::base(api),
        needs_credentials: api.operations.iter().any(|op| {
            let anonymous = op.security.iter().any(|way| way.schemes.is_empty());
            !op.security.is_empty() && !anonymous
        }),
        rate_limits: api.rate_limits.clone(),
        dialect: api.dialect,
        xml: api.speaks_xml(),
        auth_codes: api.failure_codes.auth.clone(),
        quota_codes: api.failure_codes.quota.clone(),
        failure: failures::api_failure(api),
    }
}

pub(super) fn client(api: &Api, operations: &[Operation], findings: &mut Findings) -> Client {
    let mut docs = Docs::own(format!(
        "Client of {}. Cheap to clone; clones share connections and tokens.",
        markdown::inline(api.title.trim_end_matches('.'))
    ));
    docs.spec(&api.description);
    let servers = servers::choices(api, findings);
    if !servers.is_empty() {
        docs.paragraph(&format!(
            "[`{SERVER_URL}`] has the servers of the document, for [`Builder::base_url`](::lavka_runtime::client::Builder::base_url)."
        ));
    }
    match servers::base(api).url.as_str() {
        "" => docs.paragraph("The document names no host: set the base URL with [`Builder::base_url`](::lavka_runtime::client::Builder::base_url)."),
        path if path.starts_with('/') => docs.paragraph(&format!(
            "The document names no host: set the base URL with [`Builder::base_url`](::lavka_runtime::client::Builder::base_url): \
             `https://`, the host, and the path {}.", markdown::code(path)
        )),
        _ => {}
    }
    Client {
        docs,
        servers,
        both_formats: operations.iter().any(both_formats),
        usage: api
            .rate_limits
            .iter()
            .any(|limit| limit.usage_header.is_some()),
    }
}

fn both_formats(op: &Operation) -> bool {
    let request = op.body.as_ref().is_some_and(|body| {
        matches!(
            &body.codec,
            BodyCodec::Documents { media, .. } if media.formats() == Formats::Any
        )
    });
    let reply = matches!(&op.reply.read, Read::Value(value) | Read::Optional(value) if value.formats == Formats::Any);
    request || reply
}

/// The module's docs: what it is, and what was left out.
pub(super) fn module_docs(api: &Api) -> Docs {
    let mut docs = Docs::own(format!(
        "{}.",
        markdown::inline(api.title.trim_end_matches('.'))
    ));
    docs.spec(&api.description);
    if let Some(document) = &api.document {
        docs.paragraph(&format!(
            "Document {}: {}. Places in it are given as {}.",
            markdown::inline(&document.id),
            markdown::inline(&document.title),
            markdown::code(&format!("{}:LINE", document.id))
        ));
    }
    let left_out: Vec<String> = api
        .omissions
        .iter()
        .filter(|omission| omission.cost > Cost::Nothing)
        .map(|omission| {
            format!(
                "- {}: {}",
                markdown::inline(&omission.what),
                markdown::inline(&omission.why)
            )
        })
        .collect();
    if !left_out.is_empty() {
        docs.paragraph("# Left out");
        docs.paragraph(&left_out.join("\n"));
    }
    docs
}

/// The docs of a method, without its example.
pub(super) fn method_docs(api: &Api, fact: &Fact, op: &Operation) -> Docs {
    let mut docs = Docs::of(&fact.doc, "");
    let route = format!("{} {}", fact.method.as_str(), fact.path);
    let mut facts = vec![format!("{}.", markdown::code(&route))];
    if let Some(permission) = &fact.permission {
        facts.push(format!("Permission: {}.", markdown::code(permission)));
    }
    facts.push(match (fact.safe, fact.idempotent) {
        (true, _) => "Read-only; retried automatically.".to_owned(),
        (false, true) => match &fact.idempotency_key {
            Some(key) => format!(
                "Idempotent by {}; retried automatically.",
                markdown::code(key)
            ),
            None => "Idempotent; retried automatically.".to_owned(),
        },
        (false, false) => "Not retried.".to_owned(),
    });
    if let Some(limit) = fact.rate_limit.and_then(|id| api.rate_limits.get(id.0)) {
        let citation = citation(limit.source.as_deref(), limit.evidence)
            .map_or_else(String::new, |citation| format!(" {citation}"));
        facts.push(format!(
            "Limit: {} in {} s per {}{citation}.",
            limit.requests,
            limit.seconds,
            markdown::inline(&limit.scope)
        ));
    }
    if let Some(server) = &op.server {
        facts.push(format!(
            "Served at {}; see [`Builder::allow_server`](::lavka_runtime::client::Builder::allow_server).",
            markdown::code(server)
        ));
    }
    docs.paragraph(&facts.join(" "));
    let parameters: Vec<String> = op
        .params
        .iter()
        .filter(|p| p.required)
        .map(|p| format!("- `{}`: {}", p.name, p.line))
        .collect();
    docs.paragraph(&parameters.join("\n"));
    docs.paragraph(&errors(fact));
    docs
}

fn errors(fact: &Fact) -> String {
    let mut text = "# Errors\nOn `.await`; see [`Error`](::lavka_runtime::Error).".to_owned();
    let documented: Vec<(Status, String)> = fact
        .responses
        .iter()
        .filter(|r| !r.status.is_success() && r.status != Status::Default)
        .map(|r| (r.status, markdown::inline(&r.description)))
        .collect();
    if documented.is_empty() {
        return text;
    }
    text.push_str(" Documented error responses:\n");
    // Statuses of one description are one line.
    let mut lines: Vec<(Vec<String>, &str)> = Vec::new();
    for (status, description) in &documented {
        if *status == Status::Default {
            continue;
        }
        let status = status.to_string();
        match lines.iter_mut().find(|(_, known)| known == description) {
            Some((statuses, _)) => statuses.push(status),
            None => lines.push((vec![status], description)),
        }
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|(statuses, text)| {
            let line = format!("- {}: {text}", statuses.join(", "));
            line.trim_end_matches([' ', ':']).to_owned()
        })
        .collect();
    text.push_str(&lines.join("\n"));
    text
}
