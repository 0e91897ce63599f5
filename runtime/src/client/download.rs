//! Replies of any bytes, streamed.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};

use super::Core;
use super::incoming::Incoming;
use super::stream::Pieces;
use crate::Error;

/// The body of a reply while it arrives, as it is, of any length.
///
/// A [`Stream`]; [`Download::next`] does without a stream library. Dropping it ends the transfer. After an error comes
/// nothing.
pub struct Download {
    pieces: Pieces,
    status: StatusCode,
    headers: HeaderMap,
}

impl Download {
    pub(super) fn new(incoming: Incoming, core: Core) -> Self {
        Self {
            status: incoming.status,
            headers: incoming.headers.clone(),
            pieces: Pieces::new(incoming, core),
        }
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the media type that the server names.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Returns the number of bytes in all, where the server says it. Not for a compressed body.
    pub fn length(&self) -> Option<u64> {
        if self.headers.contains_key(CONTENT_ENCODING) {
            return None;
        }
        self.headers
            .get(CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// Returns how many bytes have arrived so far.
    pub fn received(&self) -> u64 {
        self.pieces.received()
    }

    /// Returns the next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| self.pieces.poll(context)).await
    }

    /// Returns all that is left.
    ///
    /// # Errors
    /// Where the connection closes before the end of the reply.
    pub async fn collect(mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all)
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().pieces.poll(context)
    }
}

/// Headers may hold secrets.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("status", &self.status.as_u16())
            .field("received", &self.received())
            .finish_non_exhaustive()
    }
}
