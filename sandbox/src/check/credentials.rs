//! Credentials: in the query, in headers, in the body; tokens that a login has issued.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use http::HeaderMap;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::api::{Api, Login, Operation, Scheme};
use crate::credentials;
use crate::problem::Problem;

/// The most issued tokens that are remembered.
const MOST_TOKENS: usize = 1024;
/// A credential that is wrong is never shown: replies end up in logs.
const HIDDEN: &str = "another value (not shown)";

/// The tokens that logins have issued.
#[derive(Debug)]
pub(crate) struct Tokens {
    issued: VecDeque<(String, Instant)>,
    count: u64,
    pub(crate) lifetime: Duration,
}

impl Tokens {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            issued: VecDeque::new(),
            count: 0,
            lifetime,
        }
    }

    /// A new token that holds for the lifetime.
    pub(crate) fn issue(&mut self) -> String {
        self.count += 1;
        let token = format!("sandbox-token-{}", self.count);
        if self.issued.len() >= MOST_TOKENS {
            self.issued.pop_front();
        }
        self.issued
            .push_back((token.clone(), Instant::now() + self.lifetime));
        token
    }

    /// Forgets every issued token.
    pub(crate) fn revoke(&mut self) {
        self.issued.clear();
    }

    pub(crate) fn accepts(&self, token: &str) -> bool {
        let now = Instant::now();
        token == credentials::TOKEN
            || self
                .issued
                .iter()
                .any(|(known, until)| known == token && now < *until)
    }
}

/// What is wrong with the credentials in query and headers: the problems of the way that came nearest.
pub(crate) fn check(
    operation: &Operation,
    query: &[(String, String)],
    headers: &HeaderMap,
    tokens: &Tokens,
) -> Vec<Problem> {
    let mut fewest: Option<Vec<Problem>> = None;
    for requirement in &operation.security {
        let problems: Vec<Problem> = requirement
            .iter()
            .filter_map(|scheme| scheme_problem(scheme, query, headers, tokens))
            .collect();
        if problems.is_empty() {
            return problems;
        }
        if fewest
            .as_ref()
            .is_none_or(|known| problems.len() < known.len())
        {
            fewest = Some(problems);
        }
    }
    fewest.unwrap_or_default()
}

fn scheme_problem(
    scheme: &Scheme,
    query: &[(String, String)],
    headers: &HeaderMap,
    tokens: &Tokens,
) -> Option<Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (place, found, good) = match scheme {
        Scheme::Query(name) => {
            let found = query
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str());
            (
                format!("query parameter {name}"),
                found,
                found.is_some_and(|token| tokens.accepts(token)),
            )
        }
        Scheme::Header(name) => {
            let found = header(name);
            (
                format!("header {name}"),
                found,
                found.is_some_and(|token| tokens.accepts(token)),
            )
        }
        Scheme::Bearer => {
            let found = header("authorization");
            let token = found.and_then(|value| after_scheme(value, "bearer"));
            (
                "header Authorization (Bearer)".to_owned(),
                found,
                token.is_some_and(|token| tokens.accepts(token)),
            )
        }
        Scheme::Basic => {
            let found = header("authorization");
            let wanted = format!("{}:{}", credentials::LOGIN, credentials::PASSWORD);
            let pair = found
                .and_then(|value| after_scheme(value, "basic"))
                .and_then(|encoded| {
                    base64::engine::general_purpose::STANDARD
                        .decode(encoded)
                        .ok()
                });
            (
                "header Authorization (Basic)".to_owned(),
                found,
                pair.is_some_and(|pair| pair == wanted.as_bytes()),
            )
        }
    };
    if good {
        return None;
    }
    let found = if found.is_some() { HIDDEN } else { "nothing" };
    Some(Problem::new(
        place,
        "the sandbox's credentials (see lavka_sandbox::credentials)",
        found,
    ))
}

fn after_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (name, rest) = value.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// What is wrong with the credentials inside a body (`x-credential`).
pub(crate) fn check_body(
    api: &Api,
    operation: &Operation,
    schema: &Value,
    body: &Value,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let search = Search { api, operation };
    search.visit(schema, body, "", 0, &mut problems);
    problems
}

struct Search<'a> {
    api: &'a Api,
    operation: &'a Operation,
}

impl Search<'_> {
    fn visit(
        &self,
        schema: &Value,
        body: &Value,
        pointer: &str,
        depth: usize,
        problems: &mut Vec<Problem>,
    ) {
        let schema = self.api.document.resolve(schema);
        let Some(Value::Object(properties)) = schema.get("properties") else {
            return;
        };
        for (name, property) in properties {
            let at = format!("{pointer}/{name}");
            let Some(found) = body.get(name) else {
                continue;
            };
            // A reference has no siblings: what it refers to carries the extension.
            let carrier = self.api.document.resolve(property);
            if carrier.get("x-credential").is_some() {
                if !self.accepts(carrier, found, &at) {
                    problems.push(Problem::new(
                        format!("body {at}"),
                        "the sandbox's credentials (see lavka_sandbox::credentials)",
                        HIDDEN,
                    ));
                }
            } else if depth < 3 {
                self.visit(property, found, &at, depth + 1, problems);
            }
        }
    }

    /// The sandbox's own value, the property's example, and what the request samples show.
    fn accepts(&self, property: &Value, found: &Value, pointer: &str) -> bool {
        let own = match found {
            Value::String(text) => text == credentials::TOKEN,
            Value::Number(number) => number.as_i64() == Some(credentials::NUMBER),
            _ => false,
        };
        own || property.get("example") == Some(found) || self.operation.shows(pointer, found)
    }
}

/// What is wrong with a login's request: each property must be what its template gives.
pub(crate) fn check_login(login: &Login, body: &Value) -> Vec<Problem> {
    let text = |name: &str| match body.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let time = login
        .request
        .iter()
        .find(|(_, template)| template == "{unix_time}")
        .and_then(|(name, _)| text(name))
        .unwrap_or_default();
    let mut problems = Vec::new();
    for (name, template) in &login.request {
        let wanted = expand(&login.arguments, template, &time);
        let matches = text(name).is_some_and(|found| found.eq_ignore_ascii_case(&wanted));
        if !matches {
            let expected = if template.starts_with("sha256-hex") {
                format!("{template} of the sandbox's credentials (see lavka_sandbox::credentials)")
            } else {
                "the sandbox's credentials (see lavka_sandbox::credentials)".to_owned()
            };
            problems.push(Problem::new(format!("body /{name}"), expected, HIDDEN));
        }
    }
    problems
}

/// A template with its arguments filled in.
fn expand(arguments: &[String], template: &str, time: &str) -> String {
    if let Some(inner) = template
        .strip_prefix("sha256-hex(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let digest = Sha256::digest(expand(arguments, inner, time).as_bytes());
        return digest.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    let mut result = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('{') {
        result.push_str(before);
        let (name, after) = tail.split_once('}').unwrap_or((tail, ""));
        match name {
            "unix_time" => result.push_str(time),
            _ => result.push_str(&credentials::argument(arguments, name).unwrap_or_default()),
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let arguments = ["seller_id".to_owned(), "api_key".to_owned()];
        let expand = |template: &str, time: &str| expand(&arguments, template, time);
        assert_eq!(expand("{seller_id}", "7"), "123456");
        assert_eq!(expand("{api_key}-{unix_time}", "7"), "sandbox-api-key-7");
        // printf 'sandbox-api-key1700000000' | sha256sum
        assert_eq!(
            expand("sha256-hex({api_key}{unix_time})", "1700000000"),
            "5e80ffe05aa642e0c414b94c65ff45d495027087573f261a9231f1e73c298db6"
        );
    }

    #[test]
    fn tokens_end() {
        let mut tokens = Tokens::new(Duration::from_secs(60));
        let token = tokens.issue();
        assert!(
            tokens.accepts(&token)
                && tokens.accepts(credentials::TOKEN)
                && !tokens.accepts("other")
        );
        tokens.revoke();
        assert!(!tokens.accepts(&token));
        let mut short = Tokens::new(Duration::ZERO);
        let token = short.issue();
        assert!(!short.accepts(&token));
        for _ in 0..2 * MOST_TOKENS {
            short.issue();
        }
        assert_eq!(short.issued.len(), MOST_TOKENS);
    }
}
