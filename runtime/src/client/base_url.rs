//! Base URLs: as the caller writes them, or servers of the spec with their variables.

use std::borrow::Cow;
use std::fmt;

use url::{Host, Url};

/// A server that a spec names. For generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// Its URL, with `{variables}` where the spec has some. Without a slash at its end. Empty or relative where the spec names no
    /// host: then the builder must be given one.
    pub url: &'static str,
    /// The URL's variables.
    pub variables: &'static [Variable],
}

impl Server {
    /// Creates a server at this URL.
    #[must_use]
    pub const fn new(url: &'static str) -> Self {
        Self {
            url,
            variables: &[],
        }
    }

    /// Returns the same with variables in its URL.
    #[must_use]
    pub const fn variables(mut self, variables: &'static [Variable]) -> Self {
        self.variables = variables;
        self
    }
}

/// A variable of a server's URL. For generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its default. An empty one must be replaced, unless the variable is in the path.
    pub default: &'static str,
    /// The values that it can have, where the spec lists them.
    pub values: &'static [&'static str],
}

impl Variable {
    /// Creates a variable that can have any value.
    #[must_use]
    pub const fn new(name: &'static str, default: &'static str) -> Self {
        Self {
            name,
            default,
            values: &[],
        }
    }

    /// Returns the same that can have only these values.
    #[must_use]
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }
}

/// Where an API is served: a URL, or a server of the spec. Generated clients of APIs with several servers have an enum of them,
/// `ServerUrl`, which becomes a `BaseUrl`.
#[derive(Clone)]
pub struct BaseUrl(Kind);

#[derive(Clone)]
enum Kind {
    Url(String),
    Server(Server),
}

impl From<Server> for BaseUrl {
    fn from(server: Server) -> Self {
        Self(Kind::Server(server))
    }
}

impl From<String> for BaseUrl {
    fn from(url: String) -> Self {
        Self(Kind::Url(url))
    }
}

impl From<&str> for BaseUrl {
    fn from(url: &str) -> Self {
        Self(Kind::Url(url.to_owned()))
    }
}

impl From<&String> for BaseUrl {
    fn from(url: &String) -> Self {
        Self(Kind::Url(url.clone()))
    }
}

impl From<Cow<'_, str>> for BaseUrl {
    fn from(url: Cow<'_, str>) -> Self {
        Self(Kind::Url(url.into_owned()))
    }
}

/// The spec's URL; a URL of the caller's may hold a secret in the wrong place.
impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Url(_) => f.write_str("BaseUrl(given)"),
            Kind::Server(server) => f.debug_tuple("BaseUrl").field(&server.url).finish(),
        }
    }
}

impl BaseUrl {
    pub(super) fn template(&self) -> Option<&Server> {
        match &self.0 {
            Kind::Url(_) => None,
            Kind::Server(server) => Some(server),
        }
    }

    /// The text by which an operation names it: variables have their defaults.
    pub(super) fn declared(&self) -> String {
        match &self.0 {
            Kind::Url(url) => url.clone(),
            Kind::Server(server) => server
                .variables
                .iter()
                .fold(server.url.to_owned(), |url, variable| {
                    url.replace(&format!("{{{}}}", variable.name), variable.default)
                }),
        }
    }

    /// The URL, with these values of its variables.
    pub(super) fn url(&self, given: &[(String, String)]) -> Result<Url, String> {
        match &self.0 {
            Kind::Url(url) => parsed(url),
            Kind::Server(server) => {
                let url = expanded(server, given)?;
                match url.as_str() {
                    "" => Err(
                        "the spec names no host: call `base_url`, with `https://` and the host"
                            .to_owned(),
                    ),
                    path if !path.contains("://") => Err(format!(
                        "the spec names no host: call `base_url`, with `https://`, the host and the path `{path}`"
                    )),
                    url => parsed(url),
                }
            }
        }
    }
}

/// The URL with the values of its variables.
fn expanded(server: &Server, given: &[(String, String)]) -> Result<String, String> {
    let mut url = server.url.to_owned();
    for variable in server.variables {
        let name = variable.name;
        let given = given.iter().rev().find(|(known, _)| known == name);
        let value = match given {
            Some((_, value)) => {
                check(variable, &url, value)?;
                value.as_str()
            }
            None if variable.default.is_empty() && place(&url, name) != Place::Path => {
                return Err(format!(
                    "the base URL needs `variable({name:?}, …)`, or set it whole with `base_url`"
                ));
            }
            None => variable.default,
        };
        url = url.replace(&format!("{{{name}}}"), value);
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Where in a URL a variable is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At its beginning: scheme, host and more.
    Start,
    Host,
    Path,
}

fn place(url: &str, name: &str) -> Place {
    let at = url.find(&format!("{{{name}}}")).unwrap_or_default();
    let before = url.get(..at).unwrap_or_default();
    match before.split_once("://") {
        _ if before.is_empty() => Place::Start,
        Some((_, rest)) if rest.contains('/') => Place::Path,
        _ => Place::Host,
    }
}

/// Whether a variable may have this value: nothing that ends the host's name, or takes a step in the path.
fn check(variable: &Variable, url: &str, value: &str) -> Result<(), String> {
    let name = variable.name;
    if !variable.values.is_empty() {
        return match variable.values.contains(&value) {
            true => Ok(()),
            false => Err(format!(
                "the variable {name:?} of the base URL can be {}, not {value:?}",
                variable.values.join(", ")
            )),
        };
    }
    let place = place(url, name);
    if value.is_empty() && place != Place::Path {
        return Err(format!("the variable {name:?} of the base URL is empty"));
    }
    let (allowed, further): (&[u8], _) = match place {
        Place::Start => (b"_~/:", ", underscores, colons and slashes"),
        Place::Path => (b"_~/", ", underscores and slashes"),
        Place::Host => (b"", ""),
    };
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') || allowed.contains(&byte)
    };
    if !value.bytes().all(allowed) || value.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(format!(
            "the variable {name:?} of the base URL can have letters, digits, dots and hyphens{further} only"
        ));
    }
    Ok(())
}

/// Whether a text that is no URL may be shown: a host, not a secret that was given in the wrong place.
fn looks_like_a_host(text: &str) -> bool {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = text.split(['/', ':']).next().unwrap_or("");
    // Labels of a host are short (RFC 1035); those of a JSON web token are not.
    let labels = || host.split('.');
    let fits = host.len() <= 253 && labels().all(|label| !label.is_empty() && label.len() <= 63);
    let known = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '{' | '}');
    (host == "localhost" || labels().count() > 1)
        && fits
        && host.chars().all(known)
        && !text.contains(['@', '?', '='])
}

/// What to write in place of a host without a scheme.
fn without_scheme(text: &str, shown: Option<&str>) -> Option<String> {
    let scheme = match Url::parse(&format!("http://{text}")) {
        Ok(url) if is_loopback(&url) => "http",
        _ => "https",
    };
    let shown = shown?;
    Some(format!(
        "the base URL `{shown}` is not a URL: write `{scheme}://{}`",
        shown.trim_start_matches('/')
    ))
}

/// A base URL that requests can be sent to.
fn parsed(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let rest = text.trim_start_matches('/');
    // A login, or another secret, in it is not shown.
    let host = looks_like_a_host(rest).then(|| {
        let shown = text.chars().filter(|c| !c.is_control());
        shown.take(100).collect::<String>()
    });
    let shown = host
        .as_ref()
        .map_or("given".to_owned(), |host| format!("`{host}`"));
    let start = "write `https://` and the host, for example `https://api.example.com`";
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => without_scheme(rest, host.as_deref())
            .unwrap_or_else(|| format!("the base URL {shown} is not a URL ({error}): {start}")),
        error => format!("the base URL {shown} is not a URL ({error}): {start}"),
    })?;
    // The host is taken for a scheme: `localhost:8080`.
    if url.cannot_be_a_base()
        && let Some(error) = without_scheme(rest, host.as_deref())
    {
        return Err(error);
    }
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(format!(
            "the base URL {shown} does not begin with `https://` and a host: {start}"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the base URL must not hold a login: give it to `credentials`".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the base URL must have neither a query nor a fragment".to_owned());
    }
    Ok(url)
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || mapped.is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}
