//! Settings of a client, and the checks that they pass before there is one.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::base_url::{BaseUrl, is_loopback};
use super::causes::root_cause;
use super::core::{Core, Shared};
use super::credentials::Credential;
use super::hooks::{BeforeSend, Hooks, OnRequest};
use super::limit::{LONGEST, Limiter};
use super::request::header_value;
use super::security::AuthSet;
use super::{Api, Format, Retry};
use crate::{Error, ErrorKind, Secret};

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
    base_url: Option<BaseUrl>,
    variables: Vec<(String, String)>,
    servers: Vec<(BaseUrl, BaseUrl)>,
    credential: Option<Credential>,
    format: Format,
    retry: Retry,
    connect_timeout: Duration,
    read_timeout: Duration,
    call_timeout: Option<Duration>,
    max_body: u64,
    allow_plaintext: bool,
    keep_limits: bool,
    user_agent: Option<String>,
    headers: Vec<(String, Secret)>,
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
            user_agent: None,
            headers: Vec::new(),
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
    /// Creates the default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets where the API is served: a URL, `https://api.example.com`, or a server of the spec, `ServerUrl::Sandbox`. Default: the
    /// spec's first server.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<BaseUrl>) -> Self {
        self.settings.base_url = Some(url.into());
        self
    }

    /// Sets a variable of a server's URL, for instance the shop's name. One that the spec lists the values of can have only these.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.variables.push((name.into(), value.into()));
        self
    }

    /// Lets operations that the spec serves at another host than the base URL be sent there, credentials included. Without this,
    /// such a call is an error.
    #[must_use]
    pub fn allow_server(mut self, server: impl Into<BaseUrl>) -> Self {
        let server = server.into();
        self.settings.servers.push((server.clone(), server));
        self
    }

    /// Sends the operations that the spec serves at `declared` to `url` instead, credentials included. A text for `declared` is
    /// the spec's URL with the defaults of its variables.
    #[must_use]
    pub fn server(mut self, declared: impl Into<BaseUrl>, url: impl Into<BaseUrl>) -> Self {
        self.settings.servers.push((declared.into(), url.into()));
        self
    }

    /// Sets what to authenticate with.
    #[must_use]
    pub fn credentials(mut self, credentials: C::Credentials) -> Self {
        self.settings.credential = Some(credentials.into());
        self
    }

    /// Sets no credentials. Operations that need some fail before anything is sent.
    #[must_use]
    pub fn without_credentials(mut self) -> Self {
        self.settings.credential = Some(super::NoCredentials.into());
        self
    }

    /// Sets the format that is used where an operation has both. Default: JSON.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.settings.format = format;
        self
    }

    /// Sets when and how often an attempt is repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// Sets how long connecting may take. Default: 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets how long the server may be silent while it should answer; a running upload does not count. Default: 60 s.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.settings.read_timeout = timeout;
        self
    }

    /// Sets how long a whole call may take, with its login, its waits and all attempts. Default: 5 minutes, and no limit
    /// for multipart uploads. A list that is streamed is bound by it until its first byte, then by the read timeout alone.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.settings.call_timeout = Some(timeout);
        self
    }

    /// Sets the largest body of a reply, in bytes; streams are not bound by it. Default: 64 MiB.
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

    /// Sends requests without regard to the API's documented rate limits. `429` and `Retry-After` still delay retries.
    #[must_use]
    pub fn ignore_rate_limits(mut self) -> Self {
        self.settings.keep_limits = false;
        self
    }

    /// Sets the `User-Agent` header. Default: name and version of the crate that the client is compiled in.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.settings.user_agent = Some(text.into());
        self
    }

    /// Adds a header to each request of an operation, unless that has one of this name: a token of an API whose spec has no
    /// security schemes (`.header("Authorization", "Bearer …")`), a version. The value is not shown anywhere.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Changes the HTTP client's settings: proxy, root certificates, pool. Redirects stay off whatever it says.
    ///
    /// A [`reqwest::Client`] that exists already cannot be used: whether it follows redirects cannot be checked, which would
    /// carry credentials along.
    #[must_use]
    pub fn http(
        mut self,
        change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + 'static,
    ) -> Self {
        self.settings.http = Some(Box::new(change));
        self
    }

    /// Sets a function that sees and may change each request just before it is sent, credentials included. It cannot change the host.
    #[must_use]
    pub fn on_request(
        mut self,
        hook: impl Fn(&mut reqwest::Request) + Send + Sync + 'static,
    ) -> Self {
        self.settings.on_request = Some(Arc::new(hook));
        self
    }

    /// Sets a function that sees each request as it is about to be sent, credentials included. An error that it returns keeps the
    /// request from being sent and is the call's error. For audits and for dry runs.
    #[must_use]
    pub fn before_send(
        mut self,
        hook: impl Fn(&reqwest::Request) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.settings.before_send = Some(Arc::new(hook));
        self
    }

    /// Returns the client.
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
        let base = self.base_url.clone().unwrap_or_else(|| api.server.into());
        self.check_variables(&base).map_err(wrong)?;
        let base_url = base.url(&self.variables).map_err(wrong)?;
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
            let url = url.url(&self.variables).map_err(wrong)?;
            servers.push((declared.declared(), url));
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
        let agent = self.user_agent.as_deref().unwrap_or(api.user_agent);
        header_value(agent).map_err(|error| wrong(format!("the user agent: {error}")))?;
        let http = http(is_loopback(&base_url), self.http)
            .connect_timeout(self.connect_timeout.min(LONGEST))
            .user_agent(agent)
            .build()
            .map_err(|error| {
                let why = root_cause(&error.without_url());
                wrong(format!("the HTTP client cannot be made: {why}"))
            })?;
        let limits = if self.keep_limits {
            api.rate_limits
        } else {
            &[]
        };
        let shared = Shared {
            api,
            hooks: Hooks::new(&base_url, &servers, self.on_request, self.before_send)
                .with_headers(&self.headers)
                .map_err(wrong)?,
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

    /// A variable that no server has is a mistake, where any server may have one.
    fn check_variables(&self, base: &BaseUrl) -> Result<(), String> {
        let servers = || {
            let others = self.servers.iter().map(|(_, url)| url);
            std::iter::once(base)
                .chain(others)
                .filter_map(BaseUrl::template)
        };
        let known = |name: &str| {
            let mut variables = servers().flat_map(|server| server.variables);
            variables.any(|variable| variable.name == name)
        };
        let unknown = self.variables.iter().find(|(name, _)| !known(name));
        match unknown {
            Some((name, _)) if servers().next().is_some() => {
                Err(format!("the base URL has no variable {name:?}"))
            }
            _ => Ok(()),
        }
    }
}

/// The settings of connections, with the caller's changes. `local`: to this machine.
fn http(local: bool, change: Option<Http>) -> reqwest::ClientBuilder {
    // Servers of this field close idle connections early. A request on such a connection fails in a way that does
    // not report whether it was read, so ours are closed before.
    let mut http = reqwest::Client::builder()
        .pool_idle_timeout(Duration::from_secs(20))
        // Old servers fold headers and misspell their names. A reply is readable all the same.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true);
    if local {
        // A proxy of the environment could not reach this machine, and would see the credentials.
        http = http.no_proxy();
    }
    if let Some(change) = change {
        http = change(http);
    }
    // After the caller's changes, so that they cannot undo it: a redirect would carry credentials along.
    http.redirect(reqwest::redirect::Policy::none())
}
