//! Reading the body of a reply: within the bounds of size and time, and without copying what comes in one piece.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout_at};

use super::causes::root_cause;
use super::compression::{Decompressor, Undecodable};
use super::incoming::{Chunks, Incoming};
use super::{Core, Reply};
use crate::{Error, ErrorKind};

impl Core {
    /// Reads a body of at most so many bytes.
    pub(super) async fn read(
        &self,
        incoming: &mut Incoming,
        limit: u64,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let (operation, status) = (incoming.operation, incoming.status);
        let failed =
            |kind, text: String| Err(Error::new(operation, kind, text).with_status(status));
        let length = incoming.length();
        if let Some(length) = length.filter(|length| *length > limit) {
            return failed(
                ErrorKind::TooLarge,
                format!("the reply has {length} bytes; the limit is {limit}"),
            );
        }
        let (bytes, end) = self.collect(incoming, limit, deadline).await;
        match end {
            End::Whole => {
                let headers = std::mem::take(&mut incoming.headers);
                Ok(Reply::new(operation, (status, headers), bytes))
            }
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
                    "connection closed after {} bytes of the reply: {}",
                    bytes.len(),
                    root_cause(&error)
                );
                let error = Error::new(operation, ErrorKind::Truncated, text).with_source(error);
                Err(error.with_status(status))
            }
            End::Undecodable(why) => failed(why.kind(), why.to_string()),
        }
    }

    pub(super) async fn collect(
        &self,
        incoming: &mut Incoming,
        limit: u64,
        deadline: Option<Instant>,
    ) -> (Bytes, End) {
        let mut decompressor = Decompressor::new(&incoming.headers);
        let mut whole = Whole::default();
        loop {
            let mut next = match self.next_chunk(&mut incoming.body, deadline).await {
                None => return (whole.finish(), End::Silent),
                Some(None) => decompressor.finish(),
                Some(Some(Err(error))) => {
                    return (whole.finish(), End::Broken(error.without_url()));
                }
                Some(Some(Ok(chunk))) => decompressor.push(chunk),
            };
            let ended = decompressor.has_ended();
            loop {
                match next {
                    Ok(Some(chunk)) => {
                        if !whole.push(chunk, limit) {
                            return (whole.finish(), End::TooLarge);
                        }
                        next = decompressor.next();
                    }
                    Ok(None) => break,
                    Err(why) => return (Bytes::new(), End::Undecodable(why)),
                }
            }
            if ended {
                return (whole.finish(), End::Whole);
            }
        }
    }

    /// The next chunk, `None` where it does not come in time.
    pub(crate) async fn next_chunk(
        &self,
        body: &mut Chunks,
        deadline: Option<Instant>,
    ) -> Option<Option<reqwest::Result<Bytes>>> {
        let mut next = poll_fn(|context| body.as_mut().poll_next(context));
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
    Undecodable(Undecodable),
}

/// A body as far as it has come. One of one chunk, the usual case, is not copied.
#[derive(Default)]
struct Whole {
    first: Bytes,
    rest: BytesMut,
}

impl Whole {
    /// Adds a chunk, if there is room for it.
    fn push(&mut self, chunk: Bytes, limit: u64) -> bool {
        let length = self.first.len().max(self.rest.len()) as u64 + chunk.len() as u64;
        if length > limit {
            return false;
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = chunk;
            return true;
        }
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&self.first);
        }
        self.rest.extend_from_slice(&chunk);
        true
    }

    fn finish(self) -> Bytes {
        if self.rest.is_empty() {
            self.first
        } else {
            self.rest.freeze()
        }
    }
}
