//! Credentials: fixed ones, and tokens that are got by a login, cached and renewed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use tokio::time::Instant;

use super::mask::after;
use super::scheme::{Scheme, SchemeKind};
use super::{BoxFuture, Core, Operation};
use crate::{DateTime, Error, ErrorKind, Secret};

/// What a client authenticates with. Generated clients have their own type, with the forms that their API takes.
#[derive(Clone)]
pub struct Credential(Kind);

#[derive(Clone)]
enum Kind {
    None,
    Token(Secret),
    Basic {
        login: String,
        password: Secret,
    },
    Fields(Vec<(&'static str, Secret)>),
    Login(Arc<dyn Login>),
    /// By the schemes' names; without one it is for any scheme that it suits.
    Set(Vec<(Option<&'static str>, Credential)>),
}

/// Gets a token. Implemented by generated code for an API with a login operation.
pub trait Login: Send + Sync + 'static {
    /// Asks the server for a new token, by the client that `core` makes.
    fn login<'a>(&'a self, core: &'a Core) -> BoxFuture<'a, Result<Token, Error>>;
    /// The secret that it logs in with, so that no error shows it.
    fn secret(&self) -> &Secret;
    /// Whether a login changes what the next one needs, as a refresh token that is replaced: then it goes on although the call that
    /// began it is dropped, and the next call waits for it.
    fn must_end(&self) -> bool {
        false
    }
    /// All secrets that it has.
    fn secrets(&self) -> Vec<Secret> {
        vec![self.secret().clone()]
    }
}

/// A token that a login answered.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub token: Secret,
    /// When it ends, where the server says so.
    pub expires: Option<DateTime>,
}

impl Token {
    /// Creates a token without an expiry time.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
            expires: None,
        }
    }

    /// Returns the same token, which ends after this time.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        let at = chrono::DateTime::from_timestamp(unix_time().saturating_add(seconds), 0);
        self.expires = at.map(|at| at.fixed_offset());
        self
    }
}

/// The credentials of an API that takes none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCredentials;

impl From<NoCredentials> for Credential {
    fn from(_: NoCredentials) -> Self {
        Self(Kind::None)
    }
}

impl Credential {
    /// Creates a token for a query parameter, a header of its own, or `Authorization: Bearer`.
    pub fn token(token: impl Into<Secret>) -> Self {
        Self(Kind::Token(token.into()))
    }

    /// HTTP Basic.
    pub fn basic(login: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self(Kind::Basic {
            login: login.into(),
            password: password.into(),
        })
    }

    /// Properties of the body, by their names in the spec (`x-credential`).
    pub fn fields(fields: Vec<(&'static str, Secret)>) -> Self {
        Self(Kind::Fields(fields))
    }

    /// Creates a token that is got when it is needed, and renewed.
    pub fn login(login: impl Login) -> Self {
        Self(Kind::Login(Arc::new(login)))
    }

    /// Creates several credentials, each for the scheme of this name.
    pub fn set(credentials: Vec<(&'static str, Self)>) -> Self {
        let named = credentials.into_iter();
        Self(Kind::Set(
            named
                .map(|(scheme, credential)| (Some(scheme), credential))
                .collect(),
        ))
    }

    /// Sets both, for operations that need several at once, or now the one and now the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut parts = self.into_parts();
        parts.extend(other.into_parts());
        Self(Kind::Set(parts))
    }

    pub(crate) fn is_none(&self) -> bool {
        match &self.0 {
            Kind::None => true,
            Kind::Set(credentials) => credentials
                .iter()
                .all(|(_, credential)| credential.is_none()),
            _ => false,
        }
    }

    /// Why no server could accept it. White space around a token comes from the file that it was read from.
    fn wrong(&self) -> Option<&'static str> {
        let of_token = |token: &Secret| {
            let token = token.expose();
            if token.trim().is_empty() {
                return Some("is empty");
            }
            let is_wrong = token.trim().len() < token.len() || token.contains(char::is_control);
            is_wrong.then_some("has white space around it, or control characters: trim it, as where a file with it ends with a line break")
        };
        match &self.0 {
            Kind::None | Kind::Set(_) => None,
            Kind::Token(token) => of_token(token),
            Kind::Login(login) if login.secret().is_empty() => None,
            Kind::Login(login) => of_token(login.secret()),
            Kind::Basic { login, .. } if login.contains(':') => Some(
                "has a login with a colon, which HTTP Basic takes for the beginning of the password",
            ),
            Kind::Basic { login, password } => {
                let password = password.expose();
                let is_wrong = [login.as_str(), password]
                    .iter()
                    .any(|text| text.contains(char::is_control));
                match is_wrong {
                    true => Some(
                        "has control characters: trim it, as where a file with it ends with a line break",
                    ),
                    false => (login.is_empty() && password.is_empty()).then_some("is empty"),
                }
            }
            Kind::Fields(fields) => fields.iter().find_map(|(_, secret)| {
                let is_wrong = secret.expose().ends_with(['\n', '\r']);
                is_wrong.then_some(
                    "ends with a line break: trim it, as where a file with it ends with one",
                )
            }),
        }
    }

    /// Its parts, with the scheme that each is for; none where it may be any.
    pub(super) fn into_parts(self) -> Vec<(Option<&'static str>, Self)> {
        match self.0 {
            Kind::Set(credentials) => credentials,
            kind => vec![(None, Self(kind))],
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::None => "Credential::None",
            Kind::Token(_) => "Credential::Token([redacted])",
            Kind::Basic { .. } => "Credential::Basic([redacted])",
            Kind::Fields(_) => "Credential::Fields([redacted])",
            Kind::Login(_) => "Credential::Login([redacted])",
            Kind::Set(_) => "Credential::Set([redacted])",
        })
    }
}

/// The credential of a client, and the token that it has at the moment.
pub(crate) struct Credentials {
    credential: Credential,
    /// The value that a fixed credential gives a header, made once.
    header: Secret,
    /// Why it cannot be sent.
    wrong: Option<&'static str>,
    current: Mutex<Current>,
    /// Held while logging in, so that however many calls wait, one logs in.
    turn: tokio::sync::Mutex<Option<Failed>>,
}

#[derive(Default)]
struct Current {
    token: Option<Cached>,
    /// The token before it, so that no error shows it either.
    former: Option<Secret>,
    /// Logins that have ended.
    logins: u64,
    /// Operations that the server refused with a token just renewed for them, and until when they get no new one: what
    /// they lack is a permission. Few, as no API has many operations.
    futile: Vec<(&'static str, Instant)>,
}

#[derive(Clone)]
struct Cached {
    token: Secret,
    /// From when on it is not used any more.
    renew_at: Option<Instant>,
    /// Number of the login that answered it.
    login: u64,
}

/// The last login that failed: calls that waited for it share its error.
struct Failed {
    login: u64,
    error: Error,
}

/// A credential of one attempt.
pub(crate) struct Given {
    /// What places it.
    pub(super) scheme: &'static Scheme,
    pub(super) secret: Secret,
    /// The login that it comes from, and the number of the credential.
    pub(super) login: Option<(usize, u64)>,
}

/// A token is renewed this long before it ends…
const MARGIN: Duration = Duration::from_secs(60);
/// …and one that seems to live shorter than this is used until the server refuses it: the clocks differ.
const SHORTEST: Duration = Duration::from_secs(5);
/// For so long an operation that was refused with a fresh token does not ask for another login. Some servers have one
/// code for a token that has ended and for a permission that is missing.
const FUTILE: Duration = Duration::from_secs(300);

impl Credentials {
    pub(crate) fn new(credential: Credential) -> Self {
        let header = match &credential.0 {
            Kind::Basic { login, password } => basic(login, password),
            Kind::Token(token) => bearer(token),
            Kind::None | Kind::Fields(_) | Kind::Login(_) | Kind::Set(_) => Secret::default(),
        };
        Self {
            wrong: credential.wrong(),
            credential,
            header,
            current: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn is_none(&self) -> bool {
        self.credential.is_none()
    }

    /// Whether it can be sent so.
    pub(super) fn suits(&self, kind: SchemeKind) -> bool {
        match &self.credential.0 {
            Kind::None | Kind::Set(_) => false,
            Kind::Token(_) | Kind::Login(_) => {
                !matches!(kind, SchemeKind::Basic | SchemeKind::Body)
            }
            Kind::Basic { .. } => kind == SchemeKind::Basic,
            Kind::Fields(_) => kind == SchemeKind::Body,
        }
    }

    /// Why it cannot be sent.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        self.wrong
    }

    /// The value to send so, and the login that it comes from; logs in if need be. `index`: the number of these credentials.
    pub(super) async fn value(
        &self,
        core: &Core,
        operation: &'static Operation,
        kind: SchemeKind,
        index: usize,
    ) -> Result<(Secret, Option<u64>), Error> {
        let (token, login) = match &self.credential.0 {
            Kind::Basic { .. } => return Ok((self.header.clone(), None)),
            Kind::None | Kind::Fields(_) | Kind::Set(_) => return Ok((Secret::default(), None)),
            Kind::Token(_) if kind == SchemeKind::Token("Bearer") => {
                return Ok((self.header.clone(), None));
            }
            Kind::Token(token) => (token.clone(), None),
            Kind::Login(login) => {
                let cached = match self.fresh() {
                    Ok(cached) => cached,
                    Err(asked) if login.must_end() => {
                        Box::pin(log_in_to_the_end(core, operation, index, asked)).await?
                    }
                    Err(asked) => Box::pin(self.log_in(core, operation, &**login, asked)).await?,
                };
                (cached.token, Some(cached.login))
            }
        };
        Ok(match kind {
            SchemeKind::Token(scheme) => {
                let header = Secret::new(format!("{scheme} {}", token.expose()));
                (header, login)
            }
            _ => (token, login),
        })
    }

    /// Logs in, unless another call has done so since there had been `asked` logins.
    async fn log_in(
        &self,
        core: &Core,
        operation: &Operation,
        login: &dyn Login,
        asked: u64,
    ) -> Result<Cached, Error> {
        let mut failed = self.turn.lock().await;
        if let Ok(cached) = self.fresh() {
            return Ok(cached);
        }
        if let Some(failed) = &*failed
            && failed.login > asked
        {
            return Err(failed.error.clone().while_logging_in(operation));
        }
        let result = login.login(core).await.and_then(|token| {
            if token.token.expose().trim().is_empty() {
                let text = "the server reports success but sent no usable token";
                return Err(Error::new(operation, ErrorKind::Failure, text).with_attempts(1));
            }
            Ok(token)
        });
        let now = Instant::now();
        let mut current = self.current();
        current.logins += 1;
        match result {
            Ok(token) => {
                let renew_at = token
                    .expires
                    .and_then(|expires| lifetime(&expires))
                    .map(|lifetime| now + lifetime.saturating_sub(MARGIN.min(lifetime / 10)));
                let trimmed = token.token.expose().trim();
                let cached = Cached {
                    token: match trimmed.len() < token.token.expose().len() {
                        true => Secret::from(trimmed),
                        false => token.token,
                    },
                    renew_at,
                    login: current.logins,
                };
                if let Some(old) = current.token.replace(cached.clone()) {
                    current.former = Some(old.token);
                }
                Ok(cached)
            }
            Err(error) => {
                *failed = Some(Failed {
                    login: current.logins,
                    error: error.clone(),
                });
                Err(error.while_logging_in(operation))
            }
        }
    }

    /// The token, if it may be used; otherwise the number of logins so far.
    fn fresh(&self) -> Result<Cached, u64> {
        let current = self.current();
        match &current.token {
            Some(cached) if cached.renew_at.is_none_or(|at| Instant::now() < at) => {
                Ok(cached.clone())
            }
            _ => Err(current.logins),
        }
    }

    /// The server refused this credential: forgets it, unless another call has renewed it meanwhile. Whether a new
    /// attempt gets another one.
    pub(crate) fn refuse(&self, operation: &Operation, login: u64) -> bool {
        let mut current = self.current();
        let now = Instant::now();
        current.futile.retain(|(_, until)| now < *until);
        if current.futile.iter().any(|(id, _)| *id == operation.id) {
            return false;
        }
        if current
            .token
            .as_ref()
            .is_some_and(|cached| cached.login == login)
        {
            current.former = current.token.take().map(|cached| cached.token);
        }
        true
    }

    /// The server refused a credential that was renewed for this call.
    pub(crate) fn renewal_was_futile(&self, operation: &Operation) {
        let mut current = self.current();
        current.futile.retain(|(id, _)| *id != operation.id);
        current.futile.push((operation.id, Instant::now() + FUTILE));
    }

    /// The server accepted a credential for this operation.
    pub(crate) fn accepted(&self, operation: &Operation) {
        self.current().futile.retain(|(id, _)| *id != operation.id);
    }

    /// A credential that is in the body.
    pub(super) fn field(&self, name: &str) -> Option<&Secret> {
        match &self.credential.0 {
            Kind::Fields(fields) => fields
                .iter()
                .find_map(|(known, secret)| (*known == name).then_some(secret)),
            _ => None,
        }
    }

    /// All secrets that are known.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let mut known: Vec<Secret> = Vec::new();
        match &self.credential.0 {
            Kind::None | Kind::Set(_) => {}
            Kind::Token(token) => known.push(token.clone()),
            Kind::Basic { password, .. } => {
                known.push(password.clone());
                let encoded = self.header.expose().trim_start_matches("Basic ");
                known.push(Secret::from(encoded));
            }
            Kind::Fields(fields) => known.extend(fields.iter().map(|(_, secret)| secret.clone())),
            Kind::Login(login) => known.extend(login.secrets()),
        }
        let current = self.current();
        known.extend(current.token.iter().map(|cached| cached.token.clone()));
        known.extend(current.former.clone());
        drop(current);
        known
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        // Nothing panics while it is locked.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs in on a task of its own, which ends whatever becomes of the call.
async fn log_in_to_the_end(
    core: &Core,
    operation: &'static Operation,
    index: usize,
    asked: u64,
) -> Result<Cached, Error> {
    let core = core.clone();
    let ended = tokio::spawn(async move {
        let credentials = core.shared.credentials.at(index)?;
        match &credentials.credential.0 {
            Kind::Login(login) => {
                let login = credentials.log_in(&core, operation, &**login, asked);
                Some(login.await)
            }
            _ => None,
        }
    });
    ended.await.ok().flatten().unwrap_or_else(|| {
        let text = "the login did not end";
        Err(Error::new(operation, ErrorKind::Configuration, text).unsent())
    })
}

pub(super) fn missing(operation: &Operation, text: &str) -> Error {
    Error::new(operation, ErrorKind::Configuration, text)
}

fn basic(login: &str, password: &Secret) -> Secret {
    let pair = Secret::new(format!("{login}:{}", password.expose()));
    Secret::new(format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair.expose())
    ))
}

/// Documents and dashboards show tokens with the word before them, and so they are copied.
fn bearer(token: &Secret) -> Secret {
    let token = token.expose();
    let token = after(token, "bearer ").unwrap_or(token);
    Secret::new(format!("Bearer {token}"))
}

/// How long a token is good from now on, by this machine's clock.
fn lifetime(expires: &DateTime) -> Option<Duration> {
    let expires = u64::try_from(expires.timestamp()).ok()?;
    let now = u64::try_from(unix_time()).ok()?;
    Some(Duration::from_secs(expires.checked_sub(now)?)).filter(|lifetime| *lifetime >= SHORTEST)
}

/// Seconds since 1970, by this machine's clock.
pub fn unix_time() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.ok()
        .and_then(|now| i64::try_from(now.as_secs()).ok())
        .unwrap_or(0)
}

/// Returns the hexadecimal SHA-256 of the parts, one after the other: the signature of some logins.
#[cfg(feature = "sha256")]
pub fn sha256_hex(parts: &[&str]) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            for nibble in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(nibble.into(), 16));
            }
            hex
        })
}
