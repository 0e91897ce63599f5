//! Long lists, item by item, in constant memory.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, Sleep};

use super::call::{Incoming, root_cause};
use super::compression::Decompressor;
use super::{Core, Dropped, Operation};
use crate::json::{FromJson, ItemReader};
use crate::{Error, ErrorKind};

/// Makes a [`Decoder`] for a reply with these headers.
pub type MakeDecoder<T> = fn(&'static Operation, &HeaderMap) -> Box<dyn Decoder<T>>;

/// Takes a list's text piece by piece and gives its items.
pub trait Decoder<T>: Send {
    /// Takes the next piece of the text.
    fn push(&mut self, piece: &[u8]);
    /// The next item that is complete. An error is the last thing that comes.
    fn next(&mut self) -> Option<Result<T, DecodeError>>;
    /// What was left out of the items so far, and not taken yet.
    fn take_dropped(&mut self) -> Vec<Dropped> {
        Vec::new()
    }
    /// The text is at its end: whether the list is too.
    ///
    /// # Errors
    /// Where the text ended within the list.
    fn finish(&mut self) -> Result<(), DecodeError>;
}

/// What is wrong with a list's text.
#[derive(Clone, Debug)]
pub struct DecodeError {
    /// What went wrong in general terms.
    pub kind: ErrorKind,
    /// Where, `$[3].price` or `/products/product[2]/price`.
    pub path: String,
    /// What was expected and what was found.
    pub text: String,
}

/// The body of a reply, piece by piece, with the bound on silence.
pub(super) struct Pieces {
    /// `None` once the end, or an error, has come.
    incoming: Option<Incoming>,
    decompressor: Decompressor,
    core: Core,
    silence: Pin<Box<Sleep>>,
    received: u64,
}

impl Pieces {
    /// Takes secrets out of what was left out, and makes an event of each.
    fn clean(&self, dropped: &mut [Dropped]) {
        if let Some(incoming) = &self.incoming {
            self.core.clean(incoming.operation, dropped);
        }
    }

    pub(super) fn new(incoming: Incoming, core: Core) -> Self {
        Self {
            decompressor: Decompressor::new(&incoming.headers),
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
                    let error = self.fail(why.kind(), why.to_string(), None);
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
                Poll::Ready(self.fail(ErrorKind::Truncated, text, None).map(Err))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => match self.silence.as_mut().poll(context) {
                Poll::Ready(()) => {
                    let text = format!("the reply stopped after {} bytes", self.received);
                    Poll::Ready(self.fail(ErrorKind::Timeout, text, None).map(Err))
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

    fn fail(&mut self, kind: ErrorKind, text: String, path: Option<String>) -> Option<Error> {
        let incoming = self.incoming.take()?;
        let error = Error::new(incoming.operation, kind, text).with_status(incoming.status);
        let error = match path {
            Some(path) => error.with_body_path(path),
            None => error,
        };
        // Something was given away already: the reply cannot be begun anew without its caller.
        Some(self.core.finish(error, 1, None))
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
}

/// The most values that were left out which a list remembers.
const DROPPED: usize = 100;

impl<T: FromJson + Send + 'static> Items<T> {
    /// The items of a JSON array that is the whole reply. For generated code, as an argument of `Core::stream`.
    pub fn json(_: &'static Operation, _: &HeaderMap) -> Box<dyn Decoder<T>> {
        Box::new(ItemReader::<T>::new())
    }
}

impl<T> Items<T> {
    pub(super) fn new(incoming: Incoming, decoder: Box<dyn Decoder<T>>, core: Core) -> Self {
        Self {
            pieces: Pieces::new(incoming, core),
            decoder,
            ended: false,
            dropped: Vec::new(),
        }
    }

    /// The values of the items so far that were left out because they are not as documented: the first 100. Each is an
    /// event of `tracing` as well.
    pub fn lenient(&self) -> &[Dropped] {
        &self.dropped
    }

    fn note_dropped(&mut self) {
        let mut dropped = self.decoder.take_dropped();
        if !dropped.is_empty() {
            self.pieces.clean(&mut dropped);
            dropped.truncate(DROPPED.saturating_sub(self.dropped.len()));
            self.dropped.append(&mut dropped);
        }
    }

    /// The next item; `None` at the list's end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Bytes that have arrived so far.
    pub fn received(&self) -> u64 {
        self.pieces.received()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if self.pieces.has_ended() {
                return Poll::Ready(None);
            }
            match self.decoder.next() {
                Some(Ok(item)) => {
                    self.note_dropped();
                    return Poll::Ready(Some(Ok(item)));
                }
                Some(Err(error)) => return self.fail(error),
                None if self.ended => {
                    self.pieces.end();
                    return Poll::Ready(None);
                }
                None => {}
            }
            match ready!(self.pieces.poll(context)) {
                Some(Ok(piece)) => self.decoder.push(&piece),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    if let Err(error) = self.decoder.finish() {
                        return self.fail(error);
                    }
                    // The end may have completed a last item.
                    self.ended = true;
                }
            }
        }
    }

    fn fail(&mut self, error: DecodeError) -> Poll<Option<Result<T, Error>>> {
        let DecodeError { kind, path, text } = error;
        Poll::Ready(self.pieces.fail(kind, text, Some(path)).map(Err))
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
