//! Reading the body of a reply: within the bounds of size and time, and without copying what comes in one piece.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use progenitor_client::ByteStream;
use tokio::time::{Instant, timeout_at};

use super::Reply;
use super::call::{Incoming, root_cause};
use super::core::Core;
use crate::{Error, ErrorKind};

impl Core {
    /// Reads a body within the client's bounds.
    pub(super) async fn read(
        &self,
        incoming: Incoming,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let Incoming {
            operation,
            mut value,
        } = incoming;
        let status = value.status();
        let limit = self.shared.max_body;
        let failed =
            |kind, text: String| Err(Error::new(operation, kind, text).with_status(status));
        let length = value.content_length();
        if let Some(length) = length.filter(|length| *length > limit) {
            return failed(
                ErrorKind::TooLarge,
                format!("the reply has {length} bytes; the limit is {limit}"),
            );
        }
        let (bytes, end) = self.collect(&mut value, limit, deadline).await;
        match end {
            End::Whole => Ok(Reply::new(operation, value, bytes)),
            End::TooLarge => failed(
                ErrorKind::TooLarge,
                format!("the reply has more than {limit} bytes"),
            ),
            End::Silent => failed(
                ErrorKind::Timeout,
                format!("the reply stopped after {} bytes", bytes.len()),
            ),
            End::Broken(error) => {
                let text = format!(
                    "the reply broke off after {} bytes: {}",
                    bytes.len(),
                    root_cause(&error)
                );
                let error = Error::new(operation, ErrorKind::Truncated, text).with_source(error);
                Err(error.with_status(status))
            }
        }
    }

    pub(super) async fn collect(
        &self,
        body: &mut ByteStream,
        limit: u64,
        deadline: Option<Instant>,
    ) -> (Bytes, End) {
        // A body of one chunk, the usual case, is not copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        let whole = |first: Bytes, rest: BytesMut| {
            if rest.is_empty() {
                first
            } else {
                rest.freeze()
            }
        };
        loop {
            let next = match self.next_chunk(body, deadline).await {
                None => return (whole(first, rest), End::Silent),
                Some(None) => return (whole(first, rest), End::Whole),
                Some(Some(Err(error))) => {
                    return (whole(first, rest), End::Broken(error.without_url()));
                }
                Some(Some(Ok(chunk))) => chunk,
            };
            let length = first.len().max(rest.len()) as u64 + next.len() as u64;
            if length > limit {
                return (whole(first, rest), End::TooLarge);
            }
            if first.is_empty() && rest.is_empty() {
                first = next;
                continue;
            }
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&next);
        }
    }

    /// The next chunk, `None` where it does not come in time.
    pub(crate) async fn next_chunk(
        &self,
        body: &mut ByteStream,
        deadline: Option<Instant>,
    ) -> Option<Option<reqwest::Result<Bytes>>> {
        let mut next = poll_fn(|context| Pin::new(&mut **body).as_mut().poll_next(context));
        // What is there already, the usual case, needs no clock.
        if let Poll::Ready(chunk) =
            poll_fn(|context| Poll::Ready(Pin::new(&mut next).poll(context))).await
        {
            return Some(chunk);
        }
        let soon = Instant::now() + self.shared.read_timeout;
        let until = deadline.map_or(soon, |deadline| deadline.min(soon));
        timeout_at(until, next).await.ok()
    }
}

/// How the reading of a body ended.
pub(super) enum End {
    Whole,
    TooLarge,
    Silent,
    Broken(reqwest::Error),
}
