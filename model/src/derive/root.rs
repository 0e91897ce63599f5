//! What the document says of the API as a whole: servers, limits, codes of failures.

use super::{Deriver, docs, paths};
use crate::diag::{Code, Cost, Finding};
use crate::model::{FailureCodes, FailureNames, RateLimit, RateLimitId, Server, ServerVariable};
use crate::normalized::{self, OperationExtensions, Spanned};
use crate::source::{Node, Origin};

impl Deriver<'_> {
    pub(super) fn servers(&mut self, servers: &[normalized::Server]) -> Vec<Server> {
        servers
            .iter()
            .filter_map(|server| self.server(server))
            .collect()
    }

    fn server(&mut self, server: &normalized::Server) -> Option<Server> {
        let url = &server.url;
        let what = format!("server `{}`", url.value);
        let used = match paths::template(&url.value) {
            Ok(names) => names,
            Err(why) => {
                let message = format!("the server's URL is ill-formed: {why}");
                self.omit(
                    Cost::Part,
                    what,
                    Finding::new(Code::ServerVariable, &url.origin, message),
                );
                return None;
            }
        };
        if let Some(name) = used
            .iter()
            .find(|name| !server.variables.contains_key(name.as_str()))
        {
            let message = format!("the URL's variable `{name}` is not declared");
            let finding = Finding::new(Code::ServerVariable, &url.origin, message)
                .help("declare it under `variables`, with a `default`")
                .suggest(name, server.variables.keys().map(String::as_str));
            self.omit(Cost::Part, what, finding);
            return None;
        }
        let mut variables = Vec::new();
        for (name, variable) in &server.variables {
            if !used.contains(name) {
                let message = format!("the variable `{name}` is not in the URL");
                self.warn(
                    Cost::Nothing,
                    Finding::new(Code::ServerVariable, &variable.origin, message),
                );
                continue;
            }
            let listed = |value: &Spanned<String>| value.value == variable.default.value;
            if !variable.values.is_empty() && !variable.values.iter().any(listed) {
                let finding = Finding::new(
                    Code::ServerVariable,
                    &variable.default.origin,
                    "the default is not one of `enum`",
                );
                self.warn(Cost::Nothing, finding);
            }
            variables.push(ServerVariable {
                name: name.clone(),
                default: variable.default.value.clone(),
                values: variable
                    .values
                    .iter()
                    .map(|value| value.value.clone())
                    .collect(),
                description: docs::text(variable.description.as_ref()),
            });
        }
        // In the order of the URL.
        variables.sort_by_key(|variable| used.iter().position(|name| *name == variable.name));
        Some(Server {
            url: url.value.clone(),
            description: docs::text(server.description.as_ref()),
            variables,
            origin: server.origin.clone(),
        })
    }

    pub(super) fn failure_codes(&self) -> FailureCodes {
        let codes = |list: &[Spanned<String>]| list.iter().map(|code| code.value.clone()).collect();
        let declared = &self.doc.lavka.failure_codes;
        FailureCodes {
            auth: codes(&declared.auth),
            quota: codes(&declared.quota),
        }
    }

    pub(super) fn failure(&self) -> Option<FailureNames> {
        let names = self.doc.lavka.envelope.as_ref()?;
        let text = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.value.clone());
        Some(FailureNames {
            status: names.status.value.clone(),
            success: names.success.iter().map(Node::to_json).collect(),
            message: text(&names.message),
            errors: text(&names.errors),
            content: text(&names.content),
        })
    }

    pub(super) fn rate_limits(&mut self) -> Vec<RateLimit> {
        let doc = self.doc;
        let mut default: Option<&Origin> = None;
        let mut made = Vec::new();
        for (name, limit) in &doc.lavka.rate_limits {
            let numbers = [
                ("requests", Some(&limit.requests)),
                ("seconds", Some(&limit.seconds)),
                ("busy_wait", limit.busy_wait.as_ref()),
            ];
            for (key, number) in numbers {
                if let Some(zero) = number.filter(|number| number.value == 0) {
                    let message = format!("`{key}` of a rate limit is 0; expected at least 1");
                    self.push(Finding::new(Code::RateLimit, &zero.origin, message));
                }
            }
            if limit.default.value {
                if let Some(first) = default {
                    let finding = Finding::new(
                        Code::RateLimit,
                        &limit.origin,
                        "a second rate limit has `default: true`",
                    );
                    self.push(finding.note(first, "first here"));
                } else {
                    default = Some(&limit.origin);
                }
            }
            let evidence = crate::derive::docs::texts(None, None, false, &limit.lavka);
            made.push(RateLimit {
                name: name.clone(),
                requests: limit.requests.value,
                seconds: limit.seconds.value,
                scope: limit
                    .scope
                    .as_ref()
                    .map_or_else(String::new, |scope| scope.value.clone()),
                default: limit.default.value,
                usage_header: limit.header.as_ref().map(|header| header.value.clone()),
                busy_wait: limit.busy_wait.as_ref().map(|wait| wait.value),
                source: evidence.source,
                evidence: evidence.evidence,
            });
        }
        made
    }

    /// The limit that an operation counts against.
    pub(super) fn rate_limit(
        &mut self,
        lavka: &OperationExtensions,
        limits: &[RateLimit],
    ) -> Option<RateLimitId> {
        let name = lavka.rate_limit.as_ref()?;
        let found = limits.iter().position(|limit| limit.name == name.value);
        if found.is_none() {
            let message = format!("`x-rate-limits` has no `{}`", name.value);
            let finding = Finding::new(Code::RateLimit, &name.origin, message)
                .suggest(name, limits.iter().map(|limit| limit.name.as_str()));
            self.warn(Cost::Part, finding);
        }
        found.map(RateLimitId)
    }
}
