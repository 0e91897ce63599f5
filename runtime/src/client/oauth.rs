//! Tokens by OAuth 2 (RFC 6749): client credentials and refresh tokens; and tokens that the caller gets.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use tokio::time::{Instant, timeout};
use url::Url;

use super::base_url::is_loopback;
use super::causes::root_cause;
use super::credentials::{Credential, Login, Token};
use super::encode::Encoder;
use super::incoming::{Incoming, is_redirect};
use super::reply::BodyKind;
use super::{Api, BoxFuture, Core, Operation, Reply};
use crate::error::is_temporary;
use crate::failure::{self, Failure};
use crate::{Error, ErrorKind, Secret, json};

/// Is given each new refresh token.
type OnRefresh = Arc<dyn Fn(&Secret) + Send + Sync>;

/// A flow of OAuth 2 that a spec declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OAuthFlow {
    /// Where tokens are got. It may be relative to the base URL.
    pub token_url: &'static str,
    /// Where they are renewed, if elsewhere.
    pub refresh_url: Option<&'static str>,
    /// The scopes to ask for, unless the caller says others.
    pub scopes: &'static [&'static str],
}

impl OAuthFlow {
    /// Creates a flow that asks for no scopes.
    #[must_use]
    pub const fn new(token_url: &'static str) -> Self {
        Self {
            token_url,
            refresh_url: None,
            scopes: &[],
        }
    }
}

/// Gets tokens by OAuth 2: one for all calls, renewed before it ends and when the server refuses it. It becomes a
/// [`Credential`].
///
/// The client's id and secret go to the token URL only, by HTTP Basic unless [`OAuth2::secret_in_body`] says otherwise.
#[derive(Clone)]
pub struct OAuth2 {
    token_url: String,
    refresh_url: Option<String>,
    scopes: Vec<String>,
    client_id: String,
    client_secret: Secret,
    secret_in_body: bool,
    parameters: Vec<(String, Secret)>,
    refresh: Option<Arc<Mutex<Refresh>>>,
    on_refresh: Option<OnRefresh>,
}

/// The refresh token. A server may give a new one with each access token, and name the former one in its errors.
struct Refresh {
    current: Secret,
    former: Option<Secret>,
}

impl OAuth2 {
    /// Creates the flow for a program on its own behalf.
    #[must_use]
    pub fn client_credentials(
        flow: &OAuthFlow,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        Self {
            token_url: flow.token_url.to_owned(),
            refresh_url: flow.refresh_url.map(str::to_owned),
            scopes: flow.scopes.iter().map(|&scope| scope.to_owned()).collect(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            secret_in_body: false,
            parameters: Vec::new(),
            refresh: None,
            on_refresh: None,
        }
    }

    /// Creates the flow with a refresh token, which the caller has got by another flow. The secret of a public client is empty.
    #[must_use]
    pub fn refresh_token(
        flow: &OAuthFlow,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
    ) -> Self {
        let mut this = Self::client_credentials(flow, client_id, client_secret);
        // The scopes are those that were granted.
        this.scopes.clear();
        this.refresh = Some(Arc::new(Mutex::new(Refresh {
            current: refresh_token.into(),
            former: None,
        })));
        this
    }

    /// Sets another token URL than the spec's.
    #[must_use]
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = url.into();
        self.refresh_url = None;
        self
    }

    /// Sets the scopes to ask for. Default: for client credentials those that the spec's operations need.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sends id and secret in the form and not by HTTP Basic: some servers take nothing else.
    #[must_use]
    pub fn secret_in_body(mut self) -> Self {
        self.secret_in_body = true;
        self
    }

    /// Sets a further parameter of the token request, `audience` for instance. The value is masked in errors, but for
    /// `audience`, `resource` and `scope`, which are not secrets.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets a function that is given each new refresh token, to keep it for the next start. It must not block.
    #[must_use]
    pub fn on_refresh(mut self, keep: impl Fn(&Secret) + Send + Sync + 'static) -> Self {
        self.on_refresh = Some(Arc::new(keep));
        self
    }

    fn refresh(&self) -> Option<MutexGuard<'_, Refresh>> {
        let tokens = self.refresh.as_ref()?;
        Some(tokens.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn form(&self) -> String {
        let mut form = String::new();
        let mut encoder = Encoder::form(&mut form);
        match self.refresh() {
            Some(tokens) => {
                encoder.pair("grant_type", "refresh_token");
                encoder.pair("refresh_token", tokens.current.expose());
            }
            None => encoder.pair("grant_type", "client_credentials"),
        }
        if !self.scopes.is_empty() {
            encoder.pair("scope", &self.scopes.join(" "));
        }
        if self.in_body() {
            encoder.pair("client_id", &self.client_id);
            if !self.client_secret.is_empty() {
                encoder.pair("client_secret", self.client_secret.expose());
            }
        }
        for (name, value) in &self.parameters {
            encoder.pair(name, value.expose());
        }
        form
    }

    /// A client without a secret has nothing to authenticate with.
    fn in_body(&self) -> bool {
        self.secret_in_body || self.client_secret.is_empty()
    }

    async fn ask(&self, core: &Core) -> Result<Token, Error> {
        let error = |kind, text: String| Error::of_api(core.shared.api.name, kind, text);
        let silent = || {
            let text = "the token server did not answer in time";
            error(ErrorKind::Timeout, text.to_owned())
        };
        let url = self
            .url(core)
            .map_err(|text| error(ErrorKind::Configuration, text))?;
        let mut request = self
            .request(&url)
            .map_err(|text| error(ErrorKind::Configuration, text))?;
        let hooks = &core.shared.hooks;
        hooks
            .prepare_for(&mut request, &url)
            .map_err(|text| error(ErrorKind::Request, text).unrepeatable())?;
        let sent = timeout(core.read_timeout(), core.shared.http.execute(request)).await;
        let response = sent.map_err(|_| silent())?.map_err(|failed| {
            let kind = if failed.is_connect() {
                ErrorKind::Connect
            } else {
                ErrorKind::Interrupted
            };
            let why = root_cause(&failed.without_url());
            error(kind, format!("no answer from the token server: {why}"))
        })?;
        let mut incoming = Incoming::new(&TOKEN, response);
        let deadline = Some(Instant::now() + core.read_timeout());
        if !incoming.status.is_success() {
            return Err(Box::pin(refused(core, incoming, deadline)).await);
        }
        let reply = Box::pin(core.read(&mut incoming, LARGEST_REPLY, deadline)).await?;
        match self.token(&properties(reply.content())) {
            Some(token) => Ok(token),
            None => Err(without_token(&reply)),
        }
    }

    /// The request for a token.
    fn request(&self, url: &Url) -> Result<reqwest::Request, String> {
        let mut request = reqwest::Request::new(reqwest::Method::POST, url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        if !self.in_body() {
            let basic = HeaderValue::try_from(self.basic());
            let mut basic = basic.map_err(|_| "the client's id cannot be sent")?;
            basic.set_sensitive(true);
            headers.insert(AUTHORIZATION, basic);
        }
        *request.body_mut() = Some(self.form().into());
        Ok(request)
    }

    /// The access token of a reply, if it has one. A new refresh token takes the place of the old one.
    fn token(&self, reply: &Properties) -> Option<Token> {
        let Some(access) = text(reply, "access_token") else {
            // Some servers wrap it, as they do everything.
            let mut inner = reply.values().filter_map(|value| match value {
                Value::Object(inner) => Some(inner),
                _ => None,
            });
            let inner = inner.find(|inner| inner.keys().any(|name| is(name, "access_token")))?;
            let inner = inner
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()));
            return self.token(&inner.collect());
        };
        let token = Token::new(access);
        if let (Some(mut tokens), Some(new)) = (self.refresh(), text(reply, "refresh_token")) {
            let new = Secret::from(new);
            tokens.former = Some(std::mem::replace(&mut tokens.current, new.clone()));
            // The caller's function may ask for a token itself.
            drop(tokens);
            if let Some(keep) = &self.on_refresh {
                keep(&new);
            }
        }
        let seconds = property(reply, "expires_in").and_then(|value| match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        });
        let lifetime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Some(match lifetime {
            Some(lifetime) => token.expires_in(lifetime),
            None => token,
        })
    }

    fn url(&self, core: &Core) -> Result<Url, String> {
        let text = match &self.refresh_url {
            Some(url) if self.refresh.is_some() => url,
            _ => &self.token_url,
        };
        let base =
            Url::parse(&format!("{}/", core.base_url())).map_err(|error| error.to_string())?;
        let url = base
            .join(text)
            .map_err(|error| format!("the token URL `{text}` is not a URL: {error}"))?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if core.shared.allow_plaintext || is_loopback(&url) => Ok(url),
            _ => Err(format!(
                "the token URL `{text}` is not encrypted, so that everybody on the way could read the client's secret: use https://, or call `allow_plaintext`"
            )),
        }
    }

    /// RFC 6749, 2.3.1: both parts are form-encoded first.
    fn basic(&self) -> String {
        let part = |text: &str| {
            let mut out = String::new();
            super::encode::push_plus(&mut out, text);
            out
        };
        let pair = format!(
            "{}:{}",
            part(&self.client_id),
            part(self.client_secret.expose())
        );
        format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(pair)
        )
    }
}

/// Parameters of a token request that are not secrets.
const PUBLIC: [&str; 3] = ["audience", "resource", "scope"];

/// How much of a token server's reply is read.
const LARGEST_REPLY: u64 = 256 << 10;

/// What is asked of a token server, as an operation: its errors become those of the call that needs the token.
static TOKEN: Operation = Operation::new(&TOKENS, "token", "POST", "");
static TOKENS: Api = Api::new("oauth", "");

/// The properties of a reply.
type Properties = BTreeMap<String, Value>;

fn is(name: &str, known: &str) -> bool {
    json::same_name(name, known)
}

fn property<'r>(reply: &'r Properties, name: &str) -> Option<&'r Value> {
    let mut named = reply.iter().filter(|(known, _)| is(known, name));
    named.find_map(|(_, value)| (!value.is_null()).then_some(value))
}

fn text(reply: &Properties, name: &str) -> Option<String> {
    let text = match property(reply, name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// What a body has: JSON, or a form, as some servers answer.
fn properties(body: &[u8]) -> Properties {
    if let Ok(properties) = json::decode(body) {
        return properties;
    }
    let body = body.trim_ascii();
    let is_form = body.contains(&b'=') && !body.iter().any(|byte| b"<{ \n".contains(byte));
    let pairs = url::form_urlencoded::parse(if is_form { body } else { &[] });
    pairs
        .map(|(name, value)| (name.into_owned(), Value::from(value)))
        .collect()
}

/// The reason that a form gives.
fn reason(body: &[u8]) -> Option<Failure> {
    let reply = properties(body);
    let (code, description) = (text(&reply, "error"), text(&reply, "error_description"));
    match (code, description) {
        (Some(code), Some(message)) => Some(Failure::new(message).with_code(code)),
        (None, Some(text)) | (Some(text), None) => Some(Failure::new(text)),
        (None, None) => None,
    }
}

/// The server's refusal.
async fn refused(core: &Core, incoming: Incoming, deadline: Option<Instant>) -> Error {
    let (status, target) = (incoming.status, incoming.redirect.clone());
    let mut error = core.refusal(incoming, deadline).await;
    if error.failure().is_none()
        && let Some(reason) = error.body().and_then(|body| reason(body.as_bytes()))
    {
        error = error.with_failure(&TOKEN, reason);
    }
    if is_redirect(status) {
        let target = target.map_or(String::new(), |target| format!(" to {target}"));
        let text = format!(
            "the token server redirects{target}, and redirects are not followed; if it is the right place, set it with `token_url`"
        );
        error = error.adding(&text);
    }
    // A 429 or 5xx passes by itself; anything else says that these credentials are not accepted.
    let passing = status.is_server_error() || is_temporary(status);
    match passing {
        true => error,
        false => error.refused_login(),
    }
}

/// A success without a token. What it has may be one in another place, so only what is called an error is shown.
fn without_token(reply: &Reply) -> Error {
    if reply.looks() == BodyKind::Html {
        return reply.html();
    }
    let text = "the token server's reply has no `access_token`";
    let error = reply.error(ErrorKind::Decode, text).refused_login();
    let body = String::from_utf8_lossy(reply.content());
    let said = failure::names_an_error(&body).then(|| Failure::read(&body, &[]));
    match said.flatten().or_else(|| reason(reply.content())) {
        Some(reason) => error.with_failure(&TOKEN, reason),
        None => error,
    }
}

impl Login for OAuth2 {
    fn login<'a>(&'a self, core: &'a Core) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(self.ask(core))
    }

    fn secret(&self) -> &Secret {
        &self.client_secret
    }

    /// A server may replace the refresh token, and take the use of the old one for theft.
    fn must_end(&self) -> bool {
        self.refresh.is_some()
    }

    fn secrets(&self) -> Vec<Secret> {
        let encoded = Secret::new(self.basic().trim_start_matches("Basic "));
        let mut known = vec![self.client_secret.clone(), encoded];
        if let Some(tokens) = self.refresh() {
            known.push(tokens.current.clone());
            known.extend(tokens.former.clone());
        }
        let parameters = self.parameters.iter();
        let secret = parameters.filter(|(name, _)| !PUBLIC.contains(&name.as_str()));
        known.extend(secret.map(|(_, value)| value.clone()));
        known
    }
}

impl From<OAuth2> for Credential {
    fn from(flow: OAuth2) -> Self {
        Self::login(flow)
    }
}

/// The URL alone.
impl fmt::Debug for OAuth2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2")
            .field("token_url", &self.token_url)
            .finish_non_exhaustive()
    }
}

/// Gets tokens in a way of the caller's own: by another flow, from a file, from another program. Closures that return a
/// future do.
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a new token. Calls that need it wait; one asks for all.
    ///
    /// # Errors
    /// The call's error shows its text.
    fn token(&self) -> BoxFuture<'_, Result<Token, Box<dyn std::error::Error + Send + Sync>>>;
}

impl<F, R> TokenSource for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Token, Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    fn token(&self) -> BoxFuture<'_, Result<Token, Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(self())
    }
}

impl Credential {
    /// Creates a credential of tokens that the caller gets.
    pub fn source(source: impl TokenSource) -> Self {
        Self::login(Source(source, Secret::default()))
    }
}

/// A source as a login, whose secret is not known here.
struct Source<S>(S, Secret);

impl<S: TokenSource> Login for Source<S> {
    fn login<'a>(&'a self, core: &'a Core) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(async move {
            self.0.token().await.map_err(|error| {
                let text = format!("the token source failed: {error}");
                Error::of_api(core.shared.api.name, ErrorKind::Configuration, text).refused_login()
            })
        })
    }

    fn secret(&self) -> &Secret {
        &self.1
    }
}
