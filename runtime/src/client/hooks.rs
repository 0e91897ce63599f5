//! What sees every request just before it is sent: the `Inner` of the raw client.

use std::fmt;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderName};
use url::Origin;

/// A function that sees and changes requests.
pub(crate) type OnRequest = Arc<dyn Fn(&mut Request) + Send + Sync>;

/// Kept in each raw client; its `ClientHooks` call it.
#[derive(Clone)]
pub struct Hooks {
    origin: Origin,
    on_request: Option<OnRequest>,
}

impl Hooks {
    pub(crate) fn new(origin: Origin, on_request: Option<OnRequest>) -> Self {
        Self { origin, on_request }
    }

    /// Makes a request ready: takes progenitor's own header away, marks the credential as sensitive, lets the caller's
    /// hook see it.
    ///
    /// # Errors
    /// Where the request would go to another host than the configured one.
    pub fn prepare<E>(&self, request: &mut Request) -> Result<(), progenitor_client::Error<E>> {
        request
            .headers_mut()
            .remove(HeaderName::from_static("api-version"));
        if let Some(value) = request.headers_mut().get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
        }
        if let Some(on_request) = &self.on_request {
            on_request(request);
        }
        if request.url().origin() != self.origin {
            let text =
                "the request hook changed the host: credentials go only to the configured one";
            return Err(progenitor_client::Error::Custom(text.to_owned()));
        }
        Ok(())
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_request", &self.on_request.is_some())
            .finish_non_exhaustive()
    }
}
