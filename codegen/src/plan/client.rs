//! The client and the module: what the API is, and the docs of everything that calls it.

use lavka_model::model::{Api, Cost, Dialect, RateLimit};

use super::docs::Docs;
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
        markdown::title(&api.title)
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
    let mut docs = Docs::own(format!("{}.", markdown::title(&api.title)));
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
