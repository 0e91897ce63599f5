//! A reply whose body is still to come.

use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use hyper::ext::ReasonPhrase;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, LOCATION};

use super::Operation;

/// The body of a reply, as it arrives.
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>;

/// A reply whose body has not been read.
pub(crate) struct Incoming {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Scheme and host to which a redirect leads, without path and query.
    pub(super) redirect: Option<String>,
    /// What the status line says, where it is not what the standard says.
    pub(super) reason: Option<ReasonPhrase>,
    pub(crate) body: Chunks,
}

impl Incoming {
    pub(super) fn new(operation: &'static Operation, mut response: reqwest::Response) -> Self {
        Self {
            operation,
            status: response.status(),
            redirect: is_redirect(response.status())
                .then(|| target(&response))
                .flatten(),
            headers: std::mem::take(response.headers_mut()),
            reason: response.extensions_mut().remove(),
            body: Box::pin(response.bytes_stream()),
        }
    }

    /// The number of bytes, where the server says it. A reply to HEAD has that of the body which GET would get.
    pub(super) fn length(&self) -> Option<u64> {
        if self.operation.method == "HEAD" {
            return None;
        }
        let length = self.headers.get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    }
}

#[cold]
fn target(response: &reqwest::Response) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let origin = response.url().join(location).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

pub(super) fn is_redirect(status: StatusCode) -> bool {
    status.is_redirection() && status != StatusCode::NOT_MODIFIED
}
