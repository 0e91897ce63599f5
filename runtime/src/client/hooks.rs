//! What sees every request just before it is sent: the `Inner` of the raw client.

use std::fmt;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderName};
use url::Url;

/// A function that sees and changes requests.
pub(crate) type OnRequest = Arc<dyn Fn(&mut Request) + Send + Sync>;

/// A function that sees requests and may keep them from being sent.
pub(crate) type BeforeSend = Arc<dyn Fn(&Request) -> Result<(), String> + Send + Sync>;

/// Kept in each raw client; its `ClientHooks` call it.
#[derive(Clone)]
pub struct Hooks {
    /// Scheme, host and port.
    origin: (String, String, Option<u16>),
    on_request: Option<OnRequest>,
    before_send: Option<BeforeSend>,
}

impl Hooks {
    pub(crate) fn new(
        base_url: &Url,
        on_request: Option<OnRequest>,
        before_send: Option<BeforeSend>,
    ) -> Self {
        let host = base_url.host_str().unwrap_or_default().to_owned();
        let origin = (
            base_url.scheme().to_owned(),
            host,
            base_url.port_or_known_default(),
        );
        Self {
            origin,
            on_request,
            before_send,
        }
    }

    /// Makes a request ready: takes progenitor's own header away, marks the credential as sensitive, lets the caller's
    /// hooks see it.
    ///
    /// # Errors
    /// Where the request would go to another host than the configured one, or a hook keeps it from being sent.
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
        match &self.before_send {
            Some(before_send) => before_send(request).map_err(progenitor_client::Error::Custom),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("on_request", &self.on_request.is_some())
            .finish_non_exhaustive()
    }
}
