//! What sees every request just before it is sent: the `Inner` of the raw client.

use std::fmt;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderName};
use url::Url;

/// A function that sees and changes requests.
pub(crate) type OnRequest = Arc<dyn Fn(&mut Request) + Send + Sync>;

/// Kept in each raw client; its `ClientHooks` call it.
#[derive(Clone)]
pub struct Hooks {
    /// Scheme, host and port.
    origin: (String, String, Option<u16>),
    on_request: Option<OnRequest>,
}

impl Hooks {
    pub(crate) fn new(base_url: &Url, on_request: Option<OnRequest>) -> Self {
        let host = base_url.host_str().unwrap_or_default().to_owned();
        let origin = (
            base_url.scheme().to_owned(),
            host,
            base_url.port_or_known_default(),
        );
        Self { origin, on_request }
    }

    /// Makes a request ready: takes progenitor's own header away, marks the credential as sensitive, lets the caller's
    /// hook see it.
    ///
    /// # Errors
    /// Where the request would go to another host than the configured one.
    // The error's size is progenitor's.
    #[allow(clippy::result_large_err)]
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
        let (scheme, host, port) = &self.origin;
        let url = request.url();
        if url.scheme() != scheme
            || url.host_str() != Some(host)
            || url.port_or_known_default() != *port
        {
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
