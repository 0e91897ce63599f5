//! Long lists, item by item, in constant memory.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, Sleep};

use super::call::{Incoming, root_cause};
use super::{Core, Operation};
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

/// The items of a reply, decoded while it arrives.
///
/// A [`Stream`]; [`Items::next`] does without a stream library. Dropping it ends the transfer. After an error comes
/// nothing.
pub struct Items<T> {
    /// `None` once the last item, or an error, has come.
    incoming: Option<Incoming>,
    decoder: Box<dyn Decoder<T>>,
    ended: bool,
    core: Core,
    silence: Pin<Box<Sleep>>,
    received: u64,
}

impl<T: FromJson + Send + 'static> Items<T> {
    /// The items of a JSON array that is the whole reply. For generated code, as an argument of `Core::stream`.
    pub fn json(_: &'static Operation, _: &HeaderMap) -> Box<dyn Decoder<T>> {
        Box::new(ItemReader::<T>::new())
    }
}

impl<T> Items<T> {
    pub(super) fn new(incoming: Incoming, decoder: Box<dyn Decoder<T>>, core: Core) -> Self {
        Self {
            incoming: Some(incoming),
            decoder,
            ended: false,
            silence: Box::pin(tokio::time::sleep(core.read_timeout())),
            core,
            received: 0,
        }
    }

    /// The next item; `None` at the list's end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Bytes that have arrived so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            let Some(incoming) = &mut self.incoming else {
                return Poll::Ready(None);
            };
            match self.decoder.next() {
                Some(Ok(item)) => return Poll::Ready(Some(Ok(item))),
                Some(Err(error)) => return self.fail(error.kind, error.text, Some(error.path)),
                None if self.ended => {
                    self.incoming = None;
                    return Poll::Ready(None);
                }
                None => {}
            }
            match Pin::new(&mut **incoming.value).as_mut().poll_next(context) {
                Poll::Ready(Some(Ok(piece))) => {
                    self.received += piece.len() as u64;
                    self.silence
                        .as_mut()
                        .reset(Instant::now() + self.core.read_timeout());
                    self.decoder.push(&piece);
                }
                Poll::Ready(Some(Err(error))) => {
                    let why = root_cause(&error.without_url());
                    let text = format!("the reply broke off after {} bytes: {why}", self.received);
                    return self.fail(ErrorKind::Truncated, text, None);
                }
                Poll::Ready(None) => {
                    if let Err(error) = self.decoder.finish() {
                        return self.fail(error.kind, error.text, Some(error.path));
                    }
                    // The end may have completed a last item.
                    self.ended = true;
                }
                Poll::Pending => {
                    return match self.silence.as_mut().poll(context) {
                        Poll::Ready(()) => {
                            let text = format!("the reply stopped after {} bytes", self.received);
                            self.fail(ErrorKind::Timeout, text, None)
                        }
                        Poll::Pending => Poll::Pending,
                    };
                }
            }
        }
    }

    fn fail(
        &mut self,
        kind: ErrorKind,
        text: String,
        path: Option<String>,
    ) -> Poll<Option<Result<T, Error>>> {
        Poll::Ready(self.incoming.take().map(|incoming| {
            let error = Error::new(incoming.operation, kind, text).with_status(incoming.status());
            let error = match path {
                Some(path) => error.with_body_path(path),
                None => error,
            };
            // Items were given away already: the list cannot be begun anew without its caller.
            Err(self.core.finish(error, 1, None))
        }))
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
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
