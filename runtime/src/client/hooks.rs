//! What sees every request just before it is sent.

use std::fmt;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::Secret;

/// A function that sees and changes requests.
pub(crate) type OnRequest = Arc<dyn Fn(&mut Request) + Send + Sync>;

/// A function that sees requests and may keep them from being sent.
pub(crate) type BeforeSend = Arc<dyn Fn(&Request) -> Result<(), String> + Send + Sync>;

/// What the caller hooked, and where requests may go.
#[derive(Clone, Default)]
pub(super) struct Hooks {
    /// Scheme, host and port of each place to which requests may go; anywhere where there is none.
    origins: Vec<Origin>,
    /// Headers of each request.
    headers: HeaderMap,
    on_request: Option<OnRequest>,
    before_send: Option<BeforeSend>,
}

impl Hooks {
    pub(crate) fn new(
        base_url: &Url,
        servers: &[(String, Url)],
        on_request: Option<OnRequest>,
        before_send: Option<BeforeSend>,
    ) -> Self {
        Self {
            origins: std::iter::once(base_url)
                .chain(servers.iter().map(|(_, url)| url))
                .map(origin)
                .collect(),
            headers: HeaderMap::new(),
            on_request,
            before_send,
        }
    }

    /// The same, with headers of each request.
    ///
    /// # Errors
    /// Where a header cannot have the name or the value.
    pub(crate) fn with_headers(mut self, headers: &[(String, Secret)]) -> Result<Self, String> {
        for (name, value) in headers {
            let wrong = |what: &str| format!("invalid {what} of the header {name:?}");
            let key = HeaderName::try_from(name.as_str()).map_err(|_| wrong("name"))?;
            let mut value = HeaderValue::try_from(value.expose()).map_err(|_| wrong("value"))?;
            value.set_sensitive(true);
            self.headers.insert(key, value);
        }
        Ok(self)
    }

    /// Adds the values of the caller's headers that may be secrets.
    pub(super) fn secrets(&self, all: &mut Vec<Secret>) {
        let secret = self.headers.iter().filter(|(name, _)| !is_public(name));
        let texts = secret.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()));
        all.extend(texts.map(Secret::new));
    }

    /// Makes a request ready: adds the caller's headers, marks the credential as sensitive, lets the caller's hooks see it.
    ///
    /// # Errors
    /// Where the request would go to another host than the configured one, or a hook keeps it from being sent.
    pub(super) fn prepare(&self, request: &mut Request) -> Result<(), String> {
        for (name, value) in &self.headers {
            if !request.headers().contains_key(name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        self.prepare_at(request, &self.origins)
    }

    /// The same for a request that goes to the host of `url`.
    ///
    /// # Errors
    /// As [`Hooks::prepare`].
    pub(super) fn prepare_for(&self, request: &mut Request, url: &Url) -> Result<(), String> {
        self.prepare_at(request, &[origin(url)])
    }

    fn prepare_at(&self, request: &mut Request, allowed: &[Origin]) -> Result<(), String> {
        if let Some(value) = request.headers_mut().get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        if let Some(on_request) = &self.on_request {
            on_request(request);
        }
        let url = request.url();
        let is_here = |(scheme, host, port): &Origin| {
            url.scheme() == scheme
                && url.host_str() == Some(host)
                && url.port_or_known_default() == *port
        };
        if !allowed.is_empty() && !allowed.iter().any(is_here) {
            let text =
                "the request hook changed the host: credentials go only to the configured one";
            return Err(text.to_owned());
        }
        match &self.before_send {
            Some(before_send) => before_send(request),
            None => Ok(()),
        }
    }
}

/// Whether the value of a header is not a secret: a masked `json` or `2024-01-01` would make errors unreadable.
fn is_public(name: &HeaderName) -> bool {
    let name = name.as_str();
    ["accept", "content-"]
        .iter()
        .any(|start| name.starts_with(start))
        || ["language", "locale", "version", "user-agent"]
            .iter()
            .any(|word| name.contains(word))
}

/// Scheme, host and port.
type Origin = (String, String, Option<u16>);

fn origin(url: &Url) -> Origin {
    let host = url.host_str().unwrap_or_default().to_owned();
    (url.scheme().to_owned(), host, url.port_or_known_default())
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_request", &self.on_request.is_some())
            .finish_non_exhaustive()
    }
}
