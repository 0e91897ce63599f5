//! Credentials by the document's security requirements: one alternative must be met, and nothing else sent.

use serde_json::Value;

use crate::document::{Document, Operation};
use crate::wire::Request;

/// The credential that the calling program gives for everything.
pub(super) const SECRET: &str = "12345678";

/// Where a scheme puts its credential.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Placed {
    Query(String),
    Header(String),
    Cookie(String),
    Basic,
    Token,
    /// The document does not say how, or the program cannot have it.
    Unknown,
}

/// What an operation demands: alternatives of schemes. None at all: nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Security(Vec<Vec<Placed>>);

impl Security {
    pub(super) fn of(document: &Document, operation: &Operation<'_>) -> Self {
        let requirements = operation
            .value
            .get("security")
            .or_else(|| document.0.get("security"))
            .and_then(Value::as_array);
        let schemes = |requirement: &Value| -> Vec<Placed> {
            let names = requirement.as_object().into_iter().flatten();
            names
                .map(|(name, _)| placed(document, name).unwrap_or(Placed::Unknown))
                .collect()
        };
        Self(requirements.into_iter().flatten().map(schemes).collect())
    }

    /// Whether one alternative is met.
    pub(super) fn holds(&self, seen: &Request) -> bool {
        let met = |placed: &Placed| {
            let header = |wanted: &str, prefix: &str| {
                seen.headers.iter().any(|(name, value)| {
                    name == &wanted.to_ascii_lowercase()
                        && (value == SECRET || value.starts_with(prefix))
                })
            };
            match placed {
                Placed::Query(name) => seen.query.iter().any(|(n, v)| n == name && v == SECRET),
                Placed::Cookie(name) => seen.cookies.iter().any(|(n, v)| n == name && v == SECRET),
                Placed::Header(name) => header(name, SECRET),
                Placed::Basic => header("authorization", "Basic "),
                Placed::Token => header("authorization", "Bearer "),
                Placed::Unknown => true,
            }
        };
        self.0.is_empty() || self.0.iter().any(|schemes| schemes.iter().all(met))
    }

    /// Whether a pair of the query is a credential.
    pub(super) fn in_query(&self, name: &str) -> bool {
        self.has(&Placed::Query(name.to_owned()))
    }

    /// Whether a cookie is a credential.
    pub(super) fn in_cookie(&self, name: &str) -> bool {
        self.has(&Placed::Cookie(name.to_owned()))
    }

    fn has(&self, wanted: &Placed) -> bool {
        self.0.iter().flatten().any(|placed| placed == wanted)
    }
}

fn placed(document: &Document, name: &str) -> Option<Placed> {
    let schemes = document.0.pointer("/components/securitySchemes")?;
    let scheme = document.resolve(schemes.get(name)?)?;
    let word = |key: &str| scheme.get(key).and_then(Value::as_str);
    Some(match word("type")? {
        "apiKey" => {
            let name = word("name")?.to_owned();
            match word("in")? {
                "query" => Placed::Query(name),
                "header" => Placed::Header(name),
                "cookie" => Placed::Cookie(name),
                _ => return None,
            }
        }
        "http" => match word("scheme")?.to_ascii_lowercase().as_str() {
            "basic" => Placed::Basic,
            "bearer" => Placed::Token,
            _ => Placed::Unknown,
        },
        "oauth2" | "openIdConnect" => Placed::Token,
        _ => Placed::Unknown,
    })
}
