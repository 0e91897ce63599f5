//! Settings of a client, and the checks that they pass before there is one.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use url::{Host, Url};

use super::core::{Core, Shared};
use super::credentials::Credential;
use super::hooks::{BeforeSend, Hooks, OnRequest};
use super::limit::{LONGEST, Limiter};
use super::security::AuthSet;
use super::{Api, Format, Retry};
use crate::{Error, ErrorKind};

/// A generated client.
pub trait ApiClient: Sized {
    /// What is known of the API.
    const API: &'static Api;
    /// The API's credentials.
    type Credentials: Into<Credential>;
    /// The client over a core.
    fn from_core(core: Core) -> Self;
}

/// Sets a client up: `Client::builder().credentials(…).build()?`.
pub struct Builder<C> {
    settings: Settings,
    client: PhantomData<fn() -> C>,
}

type Http = Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send>;

struct Settings {
    base_url: Option<String>,
    variables: Vec<(String, String)>,
    servers: Vec<(String, String)>,
    credential: Option<Credential>,
    format: Format,
    retry: Retry,
    connect_timeout: Duration,
    read_timeout: Duration,
    call_timeout: Option<Duration>,
    max_body: u64,
    allow_plaintext: bool,
    keep_limits: bool,
    user_agent: String,
    http: Option<Http>,
    on_request: Option<OnRequest>,
    before_send: Option<BeforeSend>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            variables: Vec::new(),
            servers: Vec::new(),
            credential: None,
            format: Format::default(),
            retry: Retry::default(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            call_timeout: None,
            max_body: 64 << 20,
            allow_plaintext: false,
            keep_limits: true,
            user_agent: concat!("lavka/", env!("CARGO_PKG_VERSION")).to_owned(),
            http: None,
            on_request: None,
            before_send: None,
        }
    }
}

impl<C: ApiClient> Default for Builder<C> {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            client: PhantomData,
        }
    }
}

impl<C: ApiClient> Builder<C> {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the API is served, `https://api.example.com`. Default: as the spec says.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.settings.base_url = Some(url.into());
        self
    }

    /// A variable of the spec's base URL, for instance the shop's name.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.variables.push((name.into(), value.into()));
        self
    }

    /// Where a server is that the spec names for some operations (`declared`, as the spec has it, variables filled in).
    /// Those operations are sent to `url`, credentials included; without this, one on another host than the base URL is an
    /// error.
    #[must_use]
    pub fn server(mut self, declared: impl Into<String>, url: impl Into<String>) -> Self {
        self.settings.servers.push((declared.into(), url.into()));
        self
    }

    /// What to authenticate with.
    #[must_use]
    pub fn credentials(mut self, credentials: C::Credentials) -> Self {
        self.settings.credential = Some(credentials.into());
        self
    }

    /// No credentials, although the API has operations that need them: those will fail before anything is sent.
    #[must_use]
    pub fn without_credentials(mut self) -> Self {
        self.settings.credential = Some(super::NoCredentials.into());
        self
    }

    /// The format that is used where an operation has both. Default: JSON.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.settings.format = format;
        self
    }

    /// When and how often an attempt is repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// How long connecting may take. Default: 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long the server may be silent while it should answer; a running upload does not count. Default: 60 s.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.settings.read_timeout = timeout;
        self
    }

    /// How long a whole call may take, with its login, its waits and all attempts. Default: 5 minutes, and no limit
    /// for multipart uploads. A list that is streamed is bound by it until its first byte, then by the read timeout alone.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.settings.call_timeout = Some(timeout);
        self
    }

    /// The largest body of a reply, in bytes; streams are not bound by it. Default: 64 MiB.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.settings.max_body = bytes;
        self
    }

    /// Allows `http://` to other hosts than this one. Everybody on the way can then read the credentials.
    #[must_use]
    pub fn allow_plaintext(mut self) -> Self {
        self.settings.allow_plaintext = true;
        self
    }

    /// Does not keep to the API's documented limits by itself; the server's refusals are still honoured.
    #[must_use]
    pub fn ignore_rate_limits(mut self) -> Self {
        self.settings.keep_limits = false;
        self
    }

    /// The `User-Agent` header. Default: `lavka/VERSION`.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.settings.user_agent = text.into();
        self
    }

    /// Changes the HTTP client's settings: proxy, root certificates, pool. Redirects stay off whatever it says.
    ///
    /// A [`reqwest::Client`] that exists already cannot be used: nobody can see whether it follows redirects, which would
    /// carry credentials along.
    #[must_use]
    pub fn http(
        mut self,
        change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + 'static,
    ) -> Self {
        self.settings.http = Some(Box::new(change));
        self
    }

    /// Sees and may change each request just before it is sent, credentials included. It cannot change the host.
    #[must_use]
    pub fn on_request(
        mut self,
        hook: impl Fn(&mut reqwest::Request) + Send + Sync + 'static,
    ) -> Self {
        self.settings.on_request = Some(Arc::new(hook));
        self
    }

    /// Sees each request as it is about to be sent, credentials included, and may keep it from being sent: the text
    /// becomes the call's error. For audits and for dry runs.
    #[must_use]
    pub fn before_send(
        mut self,
        hook: impl Fn(&reqwest::Request) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.settings.before_send = Some(Arc::new(hook));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// Where a credential is missing, the base URL is unusable or would carry credentials unencrypted, or the HTTP
    /// client cannot be made.
    pub fn build(self) -> Result<C, Error> {
        self.settings.build(C::API).map(C::from_core)
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("Builder")
            .field("credential", &settings.credential)
            .field("format", &settings.format)
            .field("retry", &settings.retry)
            .finish_non_exhaustive()
    }
}

impl Settings {
    fn build(self, api: &'static Api) -> Result<Core, Error> {
        let wrong = |text: String| Error::of_api(api.name, ErrorKind::Configuration, text);
        let base_url = self.base_url(api).map_err(wrong)?;
        let credential = match self.credential {
            Some(credential) => credential,
            None if api.needs_credentials => {
                let text = "credentials are missing: call `credentials`, or `without_credentials` for the operations that need none";
                return Err(wrong(text.to_owned()));
            }
            None => super::NoCredentials.into(),
        };
        let mut servers = Vec::new();
        for (declared, url) in &self.servers {
            servers.push((declared.clone(), parsed(url).map_err(wrong)?));
        }
        let urls = || std::iter::once(&base_url).chain(servers.iter().map(|(_, url)| url));
        if !cfg!(any(feature = "rustls", feature = "native-tls"))
            && let Some(url) = urls().find(|url| url.scheme() == "https")
        {
            return Err(wrong(format!(
                "the base URL {} needs TLS, and none is compiled in: enable the feature `rustls` or `native-tls`",
                url.origin().ascii_serialization()
            )));
        }
        let exposed = |url: &Url| url.scheme() == "http" && !is_loopback(url);
        if !self.allow_plaintext && urls().any(exposed) {
            let secret = if credential.is_none() {
                "the data"
            } else {
                "the credentials"
            };
            return Err(wrong(format!(
                "the base URL begins with http://, so that everybody on the way could read {secret}: use https://, or call `allow_plaintext`"
            )));
        }
        // Servers of this field close idle connections early. A request on such a connection fails in a way that does
        // not tell whether it was read, so ours are closed before.
        let mut http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(20));
        if is_loopback(&base_url) {
            // A proxy of the environment could not reach this machine, and would see the credentials.
            http = http.no_proxy();
        }
        if let Some(change) = self.http {
            http = change(http);
        }
        // After the caller's changes, so that they cannot undo it: a redirect would carry credentials along.
        let http = http
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect_timeout.min(LONGEST))
            .user_agent(self.user_agent)
            .build()
            .map_err(|error| {
                wrong(format!(
                    "the HTTP client cannot be made: {}",
                    error.without_url()
                ))
            })?;
        let limits = if self.keep_limits {
            api.rate_limits
        } else {
            &[]
        };
        let shared = Shared {
            api,
            hooks: Hooks::new(&base_url, &servers, self.on_request, self.before_send),
            servers,
            base_url: base_url.as_str().trim_end_matches('/').to_owned(),
            http,
            credentials: AuthSet::new(credential),
            limiters: limits.iter().map(|limit| Limiter::new(*limit)).collect(),
            retry: self.retry,
            read_timeout: self.read_timeout.min(LONGEST),
            call_timeout: self.call_timeout.map(|timeout| timeout.min(LONGEST)),
            max_body: self.max_body,
            allow_plaintext: self.allow_plaintext,
        };
        Ok(Core::new(shared, self.format))
    }

    fn base_url(&self, api: &Api) -> Result<Url, String> {
        match &self.base_url {
            Some(url) => parsed(url),
            None if !api.base_url.contains("://") => Err(match api.base_url {
                "" => "the spec names no host: call `base_url`, with `https://` and the host"
                    .to_owned(),
                path => format!(
                    "the spec names no host: call `base_url`, with `https://`, the host and the path `{path}`"
                ),
            }),
            None => parsed(&self.expanded(api)?),
        }
    }

    fn expanded(&self, api: &Api) -> Result<String, String> {
        let mut url = api.base_url.to_owned();
        for (name, _) in &self.variables {
            if !api.variables.iter().any(|(known, _)| known == name) {
                return Err(format!("the base URL has no variable {name:?}"));
            }
        }
        for (name, default) in api.variables {
            let given = self.variables.iter().rev().find(|(known, _)| known == name);
            let value = given.map_or(*default, |(_, value)| value.as_str());
            if value.is_empty() {
                return Err(format!(
                    "the base URL needs `variable({name:?}, …)`, or set it whole with `base_url`"
                ));
            }
            check(api, &url, name, value)?;
            url = url.replace(&format!("{{{name}}}"), value);
        }
        Ok(url)
    }
}

/// Whether a variable of the base URL may have this value: nothing that ends the host's name, or takes a step in the path.
fn check(api: &Api, url: &str, name: &str, value: &str) -> Result<(), String> {
    let listed = api.variable_values.iter().find(|(known, _)| *known == name);
    if let Some((_, values)) = listed {
        return match values.contains(&value) {
            true => Ok(()),
            false => Err(format!(
                "the variable {name:?} of the base URL can be {}, not {value:?}",
                values.join(", ")
            )),
        };
    }
    let place = url.find(&format!("{{{name}}}")).unwrap_or_default();
    let before = url.get(..place).unwrap_or_default();
    let in_path = before
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('/'));
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.')
            || in_path && matches!(byte, b'_' | b'~' | b'/')
    };
    if !value.bytes().all(allowed) || value.split('/').any(|part| matches!(part, "." | "..")) {
        let further = if in_path {
            ", underscores and slashes"
        } else {
            ""
        };
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
    (host == "localhost" || host.contains('.')) && !text.contains(['@', '?', '='])
}

/// A base URL that requests can be sent to.
fn parsed(text: &str) -> Result<Url, String> {
    // A login, or another secret, in it is not shown.
    let shown: String = match !looks_like_a_host(text.trim().trim_start_matches("//")) {
        true => "given".to_owned(),
        false => format!(
            "`{}`",
            text.chars()
                .filter(|c| !c.is_control())
                .take(100)
                .collect::<String>()
        ),
    };
    let start = "write `https://` and the host, for example `https://api.example.com`";
    let url = Url::parse(text.trim()).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase if looks_like_a_host(text.trim()) => {
            format!(
                "the base URL {shown} is not a URL: write `https://{}`",
                text.trim().trim_start_matches('/')
            )
        }
        error => format!("the base URL {shown} is not a URL ({error}): {start}"),
    })?;
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
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
