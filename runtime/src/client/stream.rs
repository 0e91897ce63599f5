//! Long lists, item by item, in constant memory.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, Sleep};

use super::causes::root_cause;
use super::compression::Decompressor;
use super::incoming::Incoming;
use super::{Core, Dropped, Event, Operation, Reply};
use crate::{CodecError, Error, ErrorKind, failure};

/// Makes a [`Decoder`] for a reply with these headers.
pub type MakeDecoder<T> = fn(&'static Operation, &HeaderMap) -> Box<dyn Decoder<T>>;

/// Takes a list's text piece by piece and gives its items.
pub trait Decoder<T>: Send {
    /// Takes the next piece of the text.
    fn push(&mut self, piece: &[u8]);
    /// The next item that is complete. An error is the last thing that comes.
    fn next(&mut self) -> Option<Result<T, CodecError>>;
    /// What an event stream says of the last item.
    fn event(&self) -> Option<&Event<()>> {
        None
    }
    /// The text of the item that was an error, where items have texts of their own.
    fn failed(&mut self) -> Option<Vec<u8>> {
        None
    }
    /// What was left out of the items so far, and not taken yet.
    fn take_dropped(&mut self) -> Vec<Dropped> {
        Vec::new()
    }
    /// The text is at its end: whether the list is too.
    ///
    /// # Errors
    /// Where the text ended within the list.
    fn finish(&mut self) -> Result<(), CodecError>;
}

/// The body of a reply, piece by piece, with the bound on silence.
pub(super) struct Pieces {
    /// `None` once the end, or an error, has come.
    incoming: Option<Incoming>,
    operation: &'static Operation,
    status: StatusCode,
    headers: HeaderMap,
    decompressor: Decompressor,
    core: Core,
    silence: Pin<Box<Sleep>>,
    received: u64,
}

impl Pieces {
    /// Takes secrets out of what was left out, and makes an event of each.
    fn clean(&self, dropped: &mut [Dropped]) {
        self.core.clean(self.operation, dropped);
    }

    pub(super) fn new(incoming: Incoming, core: Core) -> Self {
        Self {
            decompressor: Decompressor::new(&incoming.headers),
            operation: incoming.operation,
            status: incoming.status,
            headers: incoming.headers.clone(),
            incoming: Some(incoming),
            silence: Box::pin(tokio::time::sleep(core.read_timeout())),
            core,
            received: 0,
        }
    }

    /// The next piece; `None` at the end.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            if self.incoming.is_none() {
                return Poll::Ready(None);
            }
            let decoded = match self.decompressor.next() {
                Ok(None) if self.decompressor.has_ended() => return Poll::Ready(None),
                Ok(None) => match ready!(self.poll_encoded(context)) {
                    Some(Ok(piece)) => self.decompressor.push(piece),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => self.decompressor.finish(),
                },
                other => other,
            };
            match decoded {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(None) => {}
                Err(why) => {
                    let error = self.fail(why.kind(), why.to_string());
                    return Poll::Ready(error.map(Err));
                }
            }
        }
    }

    fn poll_encoded(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        match incoming.body.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                self.received += piece.len() as u64;
                self.silence
                    .as_mut()
                    .reset(Instant::now() + self.core.read_timeout());
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => {
                let why = root_cause(&error.without_url());
                let text = format!(
                    "connection closed after {} bytes of the reply: {why}",
                    self.received
                );
                Poll::Ready(self.fail(ErrorKind::Truncated, text).map(Err))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => match self.silence.as_mut().poll(context) {
                Poll::Ready(()) => {
                    let text = format!("the reply stopped after {} bytes", self.received);
                    Poll::Ready(self.fail(ErrorKind::Timeout, text).map(Err))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }

    /// Ends the transfer.
    fn end(&mut self) {
        self.incoming = None;
    }

    fn has_ended(&self) -> bool {
        self.incoming.is_none()
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// The error for a reply that is not as documented, of which this has been read.
    fn explain(&mut self, error: CodecError, head: Vec<u8>) -> Error {
        let status = self.status;
        let error = Error::of_reply(self.operation, &error).with_status(status);
        let error = match head.is_empty() {
            true => error,
            false => {
                let headers = std::mem::take(&mut self.headers);
                Reply::of_beginning(self.operation, status, headers, head.into()).instead_of(error)
            }
        };
        self.end();
        self.core.finish(error, 1, &[])
    }

    /// The error for an item that is not as documented, whose text may be the reason: servers report failures in the middle of a stream.
    fn explain_item(&mut self, error: &CodecError, item: Vec<u8>) -> Error {
        let path = error.path().to_owned();
        let whole = match path.starts_with('/') {
            true => path.matches('/').count() == 2,
            false => path.matches(['.', '[']).count() == 1,
        };
        let error = Error::of_reply(self.operation, error).with_status(self.status);
        let headers = std::mem::take(&mut self.headers);
        let item = Reply::of_beginning(self.operation, self.status, headers, item.into());
        let error = match (item.check(), whole) {
            (Err(failure), _) => failure,
            (Ok(()), _) if error.kind() == ErrorKind::Html => item.instead_of(error),
            (Ok(()), true) => item.explain(error.with_body_path("$")).with_body_path(path),
            (Ok(()), false) => item.explain(error),
        };
        // A text in place of an item.
        let error = match item.plain_text() {
            Some(text) if error.failure().is_none() => error.adding(&failure::Line(&text)),
            _ => error,
        };
        self.end();
        self.core.finish(error, 1, &[])
    }

    fn fail(&mut self, kind: ErrorKind, text: String) -> Option<Error> {
        self.incoming.take()?;
        let error = Error::new(self.operation, kind, text).with_status(self.status);
        // Something was given away already: the reply cannot be restarted without its caller.
        Some(self.core.finish(error, 1, &[]))
    }
}

/// The items of a reply, decoded while it arrives.
///
/// A [`Stream`]; [`Items::next`] does without a stream library. Dropping it ends the transfer. After an error comes
/// nothing.
pub struct Items<T> {
    pieces: Pieces,
    decoder: Box<dyn Decoder<T>>,
    ended: bool,
    dropped: Vec<Dropped>,
    /// The beginning of the reply, until an item has come: it may be the body of a failure instead of a list.
    head: Option<Vec<u8>>,
    /// What the decoder said of a reply without a single item. Its body is read on for what it says itself.
    unexplained: Option<CodecError>,
}

/// How much is read of a reply that is not a list.
const HEAD: usize = 64 << 10;

/// The most values that were left out which a list remembers.
const DROPPED: usize = 100;

impl<T> Items<T> {
    pub(super) fn new(incoming: Incoming, decoder: Box<dyn Decoder<T>>, core: Core) -> Self {
        Self {
            pieces: Pieces::new(incoming, core),
            decoder,
            ended: false,
            dropped: Vec::new(),
            head: Some(Vec::new()),
            unexplained: None,
        }
    }

    /// Returns the values of the items so far that were left out because they are not as documented: the first 100. Each is an
    /// event of `tracing` as well.
    pub fn lenient(&self) -> &[Dropped] {
        &self.dropped
    }

    pub(super) fn event(&self) -> Option<&Event<()>> {
        self.decoder.event()
    }

    fn note_dropped(&mut self) {
        let mut dropped = self.decoder.take_dropped();
        if !dropped.is_empty() {
            self.pieces.clean(&mut dropped);
            dropped.truncate(DROPPED.saturating_sub(self.dropped.len()));
            self.dropped.append(&mut dropped);
        }
    }

    /// Returns the next item; `None` at the list's end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Returns how many bytes have arrived so far.
    pub fn received(&self) -> u64 {
        self.pieces.received()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if self.unexplained.is_some() {
                return self.explain(context);
            }
            if self.pieces.has_ended() {
                return Poll::Ready(None);
            }
            match self.decoder.next() {
                Some(Ok(item)) => {
                    self.head = None;
                    self.note_dropped();
                    return Poll::Ready(Some(Ok(item)));
                }
                Some(Err(error)) => {
                    if let Some(item) = self.decoder.failed() {
                        let error = self.pieces.explain_item(&error, item);
                        return Poll::Ready(Some(Err(error)));
                    }
                    self.unexplained = Some(error);
                    continue;
                }
                None if self.ended => {
                    self.note_dropped();
                    self.pieces.end();
                    return Poll::Ready(None);
                }
                None => {}
            }
            match ready!(self.pieces.poll(context)) {
                Some(Ok(piece)) => {
                    self.keep(&piece);
                    self.decoder.push(&piece);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    // The end may have completed a last item.
                    self.ended = true;
                    self.unexplained = self.decoder.finish().err();
                }
            }
        }
    }

    /// Keeps the beginning of a reply of which no item has come.
    fn keep(&mut self, piece: &[u8]) {
        if let Some(head) = &mut self.head {
            let room = HEAD.saturating_sub(head.len());
            head.extend_from_slice(piece.get(..room).unwrap_or(piece));
        }
    }

    /// Ends with an error. Where no item has come, with the reason that the reply itself has.
    fn explain(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        while !self.ended && self.head.as_ref().is_some_and(|head| head.len() < HEAD) {
            match ready!(self.pieces.poll(context)) {
                Some(Ok(piece)) => self.keep(&piece),
                Some(Err(_)) | None => self.ended = true,
            }
        }
        let Some(error) = self.unexplained.take() else {
            return Poll::Ready(None);
        };
        let head = self.head.take().unwrap_or_default();
        Poll::Ready(Some(Err(self.pieces.explain(error, head))))
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("received", &self.pieces.received)
            .finish_non_exhaustive()
    }
}
