//! Servers: where the API is, and the enum of those that a caller can choose.

use lavka_model::model::{Api, Server};

use super::docs::Docs;
use super::markdown;
use super::names::{Name, Scope, Wanted};
use super::spelling::Case;
use crate::diag::Findings;

/// A server's URL, with its variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The URL, with `{variables}`; empty or relative where the caller must give a base URL.
    pub url: String,
    /// Its variables.
    pub variables: Vec<Variable>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: String,
    /// The values that it can have; any where empty.
    pub values: Vec<String>,
}

/// A server that a caller can choose: a variant of the enum `ServerUrl`.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The variant.
    pub name: Name,
    /// Documentation.
    pub docs: Docs,
    /// Its URL.
    pub template: Template,
}

/// The enum's name.
pub const SERVER_URL: &str = "ServerUrl";

const VARIANTS: Scope = Scope {
    what: "servers",
    extension: "description",
    case: Case::Camel,
    reserved: &[],
    behind_reserved: "Server",
    also: &[],
};

/// Where the API is: the first server that names a host; where none does, the one that most operations name.
pub(super) fn base(api: &Api) -> Template {
    if let Some(server) = api.servers.iter().find(|server| is_absolute(server)) {
        return template(server);
    }
    let mut counts: Vec<(&Server, usize)> = Vec::new();
    for server in api
        .operations
        .iter()
        .filter_map(|op| op.servers.as_ref()?.first())
    {
        match counts.iter_mut().find(|(known, _)| known.url == server.url) {
            Some((_, count)) => *count += 1,
            None if is_absolute(server) => counts.push((server, 1)),
            None => {}
        }
    }
    // Each operation is elsewhere: the API's own servers serve none.
    let everywhere = api.operations.iter().all(|op| op.servers.is_some());
    let most = counts
        .into_iter()
        .max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| b.url.cmp(&a.url)));
    match (most, api.servers.first()) {
        (Some((server, _)), _) if everywhere => template(server),
        (_, Some(server)) => template(server),
        (_, None) => Template::default(),
    }
}

/// The servers that a caller can choose from; none where there is only one.
pub(super) fn choices(api: &Api, findings: &mut Findings) -> Vec<Choice> {
    let of_operations = api.operations.iter().filter_map(|op| op.servers.as_ref());
    let mut known: Vec<&Server> = Vec::new();
    for server in api.servers.iter().chain(of_operations.flatten()) {
        if is_absolute(server) && !known.iter().any(|other| other.url == server.url) {
            known.push(server);
        }
    }
    if known.len() < 2 {
        return Vec::new();
    }
    let descriptions: Vec<Option<String>> = known.iter().map(|server| word(server)).collect();
    let urls: Vec<String> = known.iter().map(|server| host(&server.url)).collect();
    let wanted: Vec<Wanted<'_>> = known
        .iter()
        .enumerate()
        .map(|(index, server)| {
            let once = |all: &mut dyn Iterator<Item = bool>| all.filter(|same| *same).count() == 1;
            let text = match &descriptions[index] {
                Some(word)
                    if once(
                        &mut descriptions
                            .iter()
                            .map(|other| other.as_ref() == Some(word)),
                    ) =>
                {
                    word.clone()
                }
                _ if once(&mut urls.iter().map(|other| *other == urls[index])) => {
                    urls[index].clone()
                }
                _ => server.url.clone(),
            };
            Wanted {
                text,
                ..Wanted::new(&server.url, None, &server.origin)
            }
        })
        .collect();
    let names = VARIANTS.names("", &wanted, findings);
    known
        .into_iter()
        .zip(names)
        .map(|(server, name)| Choice {
            name,
            docs: docs(server),
            template: template(server),
        })
        .collect()
}

/// A server's URL with the defaults of its variables: how an operation names it.
pub(super) fn filled(server: &Server) -> String {
    let filled = server
        .variables
        .iter()
        .fold(server.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name), &variable.default)
        });
    filled.trim_end_matches('/').to_owned()
}

fn template(server: &Server) -> Template {
    Template {
        url: server.url.trim_end_matches('/').to_owned(),
        variables: server
            .variables
            .iter()
            .map(|variable| Variable {
                name: variable.name.clone(),
                default: variable.default.clone(),
                values: variable.values.clone(),
            })
            .collect(),
    }
}

/// Whether a URL names a host, or a variable in its place.
fn is_absolute(server: &Server) -> bool {
    let url = &server.url;
    let variable = || {
        let name = url.strip_prefix('{')?.split('}').next()?;
        let known = server
            .variables
            .iter()
            .find(|variable| variable.name == name)?;
        Some(known.default.is_empty() || known.default.contains("://") || url.contains("://"))
    };
    url.starts_with("http://") || url.starts_with("https://") || variable().unwrap_or(false)
}

/// A description that is short enough for a name: `Production server` is `Production`.
fn word(server: &Server) -> Option<String> {
    let text = server.description.trim().trim_end_matches('.');
    let short = text.len() <= 40 && text.lines().count() == 1 && !text.contains("://");
    let lower = text.to_ascii_lowercase();
    let end = ["server", "environment", "url"]
        .iter()
        .find_map(|end| lower.strip_suffix(end).map(str::len))
        .filter(|end| !text[..*end].trim().is_empty())
        .unwrap_or(text.len());
    let text = text.get(..end)?.trim();
    let words = text.split_whitespace().count() <= 3;
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    (short && words && begins).then(|| text.to_owned())
}

/// A URL without its scheme.
fn host(url: &str) -> String {
    url.split_once("://")
        .map_or(url, |(_, rest)| rest)
        .trim_end_matches('/')
        .to_owned()
}

fn docs(server: &Server) -> Docs {
    let mut docs = Docs::default();
    docs.spec(&server.description);
    docs.paragraph(&format!("{}.", markdown::code(&server.url)));
    let lines: Vec<String> = server.variables.iter().map(variable_line).collect();
    if !lines.is_empty() {
        docs.paragraph(&format!(
            "Variables, for [`Builder::variable`](::lavka_runtime::client::Builder::variable):\n{}",
            lines.join("\n")
        ));
    }
    docs
}

fn variable_line(variable: &lavka_model::model::ServerVariable) -> String {
    let mut facts = Vec::new();
    if !variable.default.is_empty() {
        facts.push(format!("default {}", markdown::code(&variable.default)));
    }
    if !variable.values.is_empty() {
        let values: Vec<String> = variable.values.iter().map(|v| markdown::code(v)).collect();
        facts.push(format!("one of {}", values.join(", ")));
    }
    let facts = match facts.is_empty() {
        true => String::new(),
        false => format!(" ({})", facts.join("; ")),
    };
    let text = markdown::inline(&variable.description);
    let line = format!("- {}{facts}: {text}", markdown::code(&variable.name));
    line.trim_end_matches([' ', ':']).to_owned()
}
