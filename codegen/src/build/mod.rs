//! The model out of a bundled document. Every finding of the whole document is collected; a node that cannot be understood
//! becomes "any value", so that what follows can be checked too.

mod boxes;
mod checks;
mod enums;
mod extensions;
mod fields;
mod names;
mod operations;
mod params;
mod payloads;
mod read;
mod scalars;
mod security;
mod types;
mod usage;
mod value;
mod view;
mod xml;

pub use read::{Read, read, read_source};

use std::collections::HashMap;

use crate::bundle::Bundled;
use crate::diag::{Code, Finding, Findings};
use crate::model::{
    Api, Dialect, Document, FailureCodes, FailureNames, RateLimit, Server, TypeDef, TypeId, TypeRef,
};
use crate::source::{Node, Origin};

/// Makes the model.
///
/// # Errors
/// All findings, where an error is among them. [`build_all`] gives the warnings as well.
pub fn build(bundled: &Bundled, module: &str) -> Result<Api, Findings> {
    let (api, findings) = build_all(bundled, module);
    if findings.has_errors() {
        Err(findings)
    } else {
        Ok(api)
    }
}

/// Makes the model as far as possible, and every finding. With an error among them, the model must not be used to generate.
#[must_use]
pub fn build_all(bundled: &Bundled, module: &str) -> (Api, Findings) {
    let mut builder = Builder::new(bundled);
    let api = builder.api(module);
    (api, builder.findings)
}

/// What a check of a payload against its type needs; types must be complete for it.
struct Claim<'a> {
    code: Code,
    node: &'a Node,
    ty: TypeRef,
    nullable: bool,
    /// `x-accept`, and whether an empty string stands for nothing.
    accept: crate::model::Accept,
}

struct Builder<'a> {
    doc: &'a Bundled,
    findings: Findings,
    types: Vec<TypeDef>,
    /// Components that are types of their own.
    components: HashMap<&'a str, TypeId>,
    /// Inline schemas that have been made types, by address: the document outlives the builder and does not change.
    inline: HashMap<usize, TypeRef>,
    /// Names of types, and who took them.
    taken: HashMap<String, Origin>,
    /// Inline enums, for sharing.
    enums: Vec<enums::Inline>,
    /// Components whose aliases are being resolved.
    aliases: Vec<&'a str>,
    /// Inline enums that another stands in for.
    replaced: HashMap<TypeId, TypeId>,
    claims: Vec<Claim<'a>>,
    dialect: Dialect,
}

impl<'a> Builder<'a> {
    fn new(doc: &'a Bundled) -> Self {
        Self {
            doc,
            findings: Findings::new(),
            types: Vec::new(),
            components: HashMap::new(),
            inline: HashMap::new(),
            taken: HashMap::new(),
            enums: Vec::new(),
            aliases: Vec::new(),
            replaced: HashMap::new(),
            claims: Vec::new(),
            dialect: Dialect::Plain,
        }
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn report(&mut self, code: Code, origin: &Origin, message: impl Into<String>) {
        self.findings.push(Finding::new(code, origin, message));
    }

    fn api(&mut self, module: &str) -> Api {
        let root = self.doc.root();
        self.dialect = match root.get_str("x-xml-dialect") {
            Some("trimmed") => Dialect::Trimmed,
            Some("rails") => Dialect::Rails,
            _ => Dialect::Plain,
        };
        self.component_names(root);
        self.component_types();
        self.component_claims();
        let mut auth = self.auth_schemes();
        let rate_limits = self.rate_limits();
        let mut operations = self.operations(&mut auth, &rate_limits);
        self.share_enums();
        let ids = usage::Renumbering::apply(&mut self.types, &self.replaced);
        operations
            .iter_mut()
            .for_each(|operation| ids.operation(operation));
        auth.iter_mut()
            .for_each(|scheme| ids.auth(&mut scheme.kind));
        self.claims
            .iter_mut()
            .for_each(|claim| ids.ty(&mut claim.ty));
        let text = |key: &str| {
            root.get("info")
                .and_then(|info| info.get_str(key))
                .unwrap_or("")
                .to_owned()
        };
        let mut api = Api {
            module: module.to_owned(),
            title: text("title"),
            version: text("version"),
            description: text("description"),
            document: root.get("x-document").map(|document| Document {
                id: document.get_str("id").unwrap_or("").to_owned(),
                title: document.get_str("title").unwrap_or("").to_owned(),
            }),
            servers: self.servers(),
            auth,
            dialect: self.dialect,
            rate_limits,
            failure_codes: self.failure_codes(),
            failure: self.failure_names(),
            operations,
            types: std::mem::take(&mut self.types),
        };
        self.check_logins(&api);
        usage::mark(&mut api);
        boxes::mark(&mut api);
        self.check_types(&api);
        self.check_xml(&api);
        self.check_claims(&api);
        api
    }

    fn servers(&mut self) -> Vec<Server> {
        let nodes = self
            .doc
            .root()
            .get("servers")
            .and_then(Node::as_array)
            .unwrap_or_default();
        nodes.iter().map(|node| self.server(node)).collect()
    }

    fn server(&mut self, node: &'a Node) -> Server {
        let url = node.get_str("url").unwrap_or("").to_owned();
        let at = node.get("url").unwrap_or(node);
        let declared = node.get("variables").and_then(Node::as_object);
        let used = match names::template(&url) {
            Ok(names) => names,
            Err(why) => {
                self.report(
                    Code::ServerVariable,
                    &at.origin,
                    format!("the server's URL is ill-formed: {why}"),
                );
                Vec::new()
            }
        };
        for name in &used {
            if !declared.is_some_and(|members| members.contains_key(*name)) {
                let finding = Finding::new(
                    Code::ServerVariable,
                    &at.origin,
                    format!("the URL's variable `{name}` is not declared"),
                );
                let near = declared
                    .into_iter()
                    .flat_map(|members| members.keys().map(String::as_str));
                self.push(
                    finding
                        .help("declare it under `variables`, with a `default`")
                        .suggest(name, near),
                );
            }
        }
        let mut variables = Vec::new();
        for (name, member) in declared.into_iter().flatten() {
            if !used.contains(&name.as_str()) {
                self.report(
                    Code::ServerVariable,
                    &member.key,
                    format!("the variable `{name}` is not in the URL"),
                );
            }
            let default = member.node.get("default");
            let allowed = member.node.get("enum").and_then(Node::as_array);
            if let (Some(default), Some(allowed)) = (default, allowed)
                && !allowed.iter().any(|value| value.same(default))
            {
                self.report(
                    Code::ServerVariable,
                    &default.origin,
                    "the default is not one of `enum`",
                );
            }
            variables.push((
                name.clone(),
                default.and_then(Node::as_str).unwrap_or("").to_owned(),
            ));
        }
        Server {
            url,
            description: node.get_str("description").unwrap_or("").to_owned(),
            variables,
        }
    }

    fn failure_codes(&self) -> FailureCodes {
        let node = self.doc.root().get("x-failure-codes");
        let codes = |key: &str| {
            let list = node
                .and_then(|node| node.get(key))
                .and_then(Node::as_array)
                .unwrap_or_default();
            list.iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect()
        };
        FailureCodes {
            auth: codes("auth"),
            quota: codes("quota"),
        }
    }

    fn failure_names(&self) -> Option<FailureNames> {
        let node = self.doc.root().get("x-envelope")?;
        let text = |key: &str| node.get_str(key).map(str::to_owned);
        let success = node.get("success").and_then(Node::as_array);
        Some(FailureNames {
            status: text("status")?,
            success: success
                .unwrap_or_default()
                .iter()
                .map(Node::to_json)
                .collect(),
            message: text("message"),
            errors: text("errors"),
        })
    }

    fn rate_limits(&mut self) -> Vec<RateLimit> {
        let limits = self
            .doc
            .root()
            .get("x-rate-limits")
            .and_then(Node::as_object);
        let mut default: Option<&Origin> = None;
        let mut made = Vec::new();
        for (name, member) in limits.into_iter().flatten() {
            let node = &member.node;
            for key in ["requests", "seconds", "busy_wait"] {
                if let Some(zero) = node.get(key).filter(|value| value.as_u64() == Some(0)) {
                    self.report(
                        Code::RateLimit,
                        &zero.origin,
                        format!("`{key}` of a rate limit is 0; expected at least 1"),
                    );
                }
            }
            let counts_all = node.get("default").and_then(Node::as_bool).unwrap_or(false);
            if counts_all {
                if let Some(first) = default {
                    let finding = Finding::new(
                        Code::RateLimit,
                        &member.key,
                        "a second rate limit has `default: true`",
                    );
                    self.push(finding.note(first, "first here"));
                } else {
                    default = Some(&member.key);
                }
            }
            made.push(RateLimit {
                name: name.clone(),
                requests: node.get("requests").and_then(Node::as_u64).unwrap_or(1),
                seconds: node.get("seconds").and_then(Node::as_u64).unwrap_or(1),
                scope: node.get_str("scope").unwrap_or("").to_owned(),
                default: counts_all,
                usage_header: node.get_str("header").map(str::to_owned),
                busy_wait: node.get("busy_wait").and_then(Node::as_u64),
                source: node.get_str("x-source").map(str::to_owned),
                evidence: view::evidence(node.get("x-evidence")),
            });
        }
        made
    }
}

/// The first model of a spec and its bundled document. For tests of the specs.
///
/// # Errors
/// All findings of the first stage that found an error.
pub fn first_model(spec: &std::path::Path) -> Result<(Api, String, Findings), Findings> {
    let (source, mut findings) = crate::source::load(spec);
    let (bundled, found) = crate::bundle::bundle_all(&source);
    findings.extend(found);
    let Some(bundled) = bundled else {
        return Err(findings);
    };
    let (api, found) = build_all(&bundled, &crate::pipeline::module_name(spec));
    findings.extend(found);
    if findings.has_errors() {
        return Err(findings);
    }
    findings.extend(crate::lint::lint(&api));
    Ok((api, bundled.to_json_text(), findings))
}
