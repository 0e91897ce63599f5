//! The part of a client that all APIs share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::credentials::Given;
use super::encode::NOT_FINITE;
use super::hooks::Hooks;
use super::limit::{Limiter, Usage};
use super::security::AuthSet;
use super::{Api, Body, Format, Operation, Retry};
use crate::json::ToJson;
use crate::{Error, ErrorKind, Secret};

/// Settings, credentials and connections of a client. Cloning is cheap; clones share tokens, limits and connections.
#[derive(Clone)]
pub struct Core {
    pub(super) shared: Arc<Shared>,
    format: Format,
}

pub(super) struct Shared {
    pub(super) api: &'static Api,
    pub(super) base_url: String,
    /// Servers of single operations: as the spec has them, and where they are.
    pub(super) servers: Vec<(String, url::Url)>,
    pub(super) http: reqwest::Client,
    pub(super) hooks: Hooks,
    pub(super) credentials: AuthSet,
    pub(super) limiters: Vec<Limiter>,
    pub(super) retry: Retry,
    pub(super) read_timeout: Duration,
    /// `None`: the default, which does not bound uploads.
    pub(super) call_timeout: Option<Duration>,
    pub(super) max_body: u64,
    pub(super) allow_plaintext: bool,
}

impl Shared {
    /// All secrets that are known.
    pub(super) fn secrets(&self, given: &[Given]) -> Vec<Secret> {
        let mut all = self.credentials.secrets(given);
        self.hooks.secrets(&mut all);
        all
    }
}

impl Core {
    pub(super) fn new(shared: Shared, format: Format) -> Self {
        Self {
            shared: Arc::new(shared),
            format,
        }
    }

    /// Makes the raw client: `core.raw(raw::Client::new_with_client)`.
    pub fn raw<R>(&self, make: impl FnOnce(&str, reqwest::Client) -> R) -> R {
        make(&self.shared.base_url, self.shared.http.clone())
    }

    /// Returns the same client that prefers another format.
    #[must_use]
    pub fn with_format(&self, format: Format) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            format,
        }
    }

    pub(super) fn read_timeout(&self) -> Duration {
        self.shared.read_timeout
    }

    /// Returns the format that is used where an operation has both.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Returns where the API is served, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Returns the usage of the API's first limit, as the server last reported it.
    pub fn usage(&self) -> Option<Usage> {
        self.shared.limiters.iter().find_map(Limiter::usage)
    }

    /// Returns a credential that the request's body carries.
    ///
    /// # Errors
    /// Where it was not given to the builder.
    pub fn credential(&self, operation: &'static Operation, name: &str) -> Result<&Secret, Error> {
        self.shared.credentials.field(operation, name)
    }

    /// Returns a credential that the request's body carries as a value of another type than text.
    ///
    /// # Errors
    /// Where it was not given to the builder, or is not of that type.
    pub fn credential_value<T: std::str::FromStr>(
        &self,
        operation: &'static Operation,
        name: &str,
    ) -> Result<T, Error> {
        let text = self.credential(operation, name)?.expose();
        text.parse().map_err(|_| {
            let text = format!("the credential `{name}` is not of its type");
            Error::new(operation, ErrorKind::Configuration, text).unsent()
        })
    }

    /// Writes a body as JSON.
    ///
    /// # Errors
    /// Where a number is NaN or infinite, which JSON cannot carry.
    pub fn encode<T: ToJson + ?Sized>(
        &self,
        operation: &'static Operation,
        value: &T,
    ) -> Result<Body, Error> {
        self.encode_json(operation, &value)
    }

    /// Compiled once, whatever the value is.
    pub(super) fn encode_json(
        &self,
        operation: &'static Operation,
        value: &dyn ToJson,
    ) -> Result<Body, Error> {
        let media_type = operation.request.json.unwrap_or("application/json");
        Body::json(value, media_type).ok_or_else(|| {
            let text = format!("in the request: {NOT_FINITE}");
            Error::new(operation, ErrorKind::Request, text).unsent()
        })
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("api", &self.shared.api.name)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
