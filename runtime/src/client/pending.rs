//! A call that has been made and not yet awaited.
//!
//! Everything that sends, waits and repeats is compiled once, with this crate, and knows nothing of the reply's type: it
//! hands the decoded value on as [`Any`]. What is left for each type is to put the value in and to take it out.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::call::{Incoming, Sink};
use super::extra::{self, Added};
use super::request::{Parts, Request};
use super::response::{Head, Response};
use super::stream::MakeDecoder;
use super::{BoxFuture, Core, Download, Items, Operation, Reply};
use crate::{Error, ErrorKind};

/// A call of an operation. Nothing is sent before it is awaited; dropping it cancels the call.
///
/// It borrows the client and none of the arguments.
#[must_use = "nothing is sent before the call is awaited"]
pub struct Call<'a, T> {
    state: State<'a>,
    operation: &'static Operation,
    /// What comes out of the box.
    value: PhantomData<fn() -> T>,
}

enum State<'a> {
    /// Not polled yet.
    Made(Option<Box<Made<'a>>>),
    Running(BoxFuture<'a, Result<Answer, Error>>),
}

/// A call before anything is sent.
struct Made<'a> {
    core: &'a Core,
    parts: Result<Box<Parts>, Error>,
    take: Take,
}

/// What becomes of the reply.
enum Take {
    Whole(Decode),
    Open(Open),
}

/// A value whose type only its call knows.
type Erased = Box<dyn Any + Send>;

/// The value, and what the reply has beside it.
type Answer = (Erased, Head);

/// Takes the value out of a reply that has been read.
type Decode = Box<dyn Fn(&Reply) -> Result<Erased, Error> + Send + Sync>;

/// Takes a reply whose body has not been read.
type Open = Box<dyn Fn(Incoming, &Core) -> Erased + Send + Sync>;

impl<T: 'static> Future for Call<'_, T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = self.get_mut().poll_response(context);
        response.map(|response| response.map(Response::into_value))
    }
}

/// A [`Call`] that gives status and headers beside the value.
#[must_use = "nothing is sent before the call is awaited"]
#[derive(Debug)]
pub struct ResponseCall<'a, T>(Call<'a, T>);

impl<T: 'static> Future for ResponseCall<'_, T> {
    type Output = Result<Response<T>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().0.poll_response(context)
    }
}

impl<'a, T: 'static> Call<'a, T> {
    /// Gives the whole response: status, headers, the value, and what was left out of it.
    ///
    /// ```
    /// # use lavka_runtime::{Error, client::Call};
    /// # async fn example(call: Call<'_, Vec<u8>>) -> Result<(), Error> {
    /// # struct Client<'a>(Call<'a, Vec<u8>>);
    /// # impl<'a> Client<'a> { fn list_products(self) -> Call<'a, Vec<u8>> { self.0 } }
    /// # let client = Client(call);
    /// let response = client.list_products().response().await?;
    /// println!("{} of {:?}", response.value().len(), response.total());
    /// for dropped in response.lenient() {
    ///     println!("not as documented: {dropped}");
    /// }
    /// # Ok(()) }
    /// ```
    pub fn response(self) -> ResponseCall<'a, T> {
        ResponseCall(self)
    }
}

impl<T: 'static> Call<'_, T> {
    fn poll_response(&mut self, context: &mut Context<'_>) -> Poll<Result<Response<T>, Error>> {
        let operation = self.operation;
        self.state.poll(operation, context).map(|result| {
            let (value, head) = result?;
            match value.downcast() {
                Ok(value) => Ok(Response {
                    head,
                    value: *value,
                }),
                Err(_) => Err(not_decoded(operation)),
            }
        })
    }
}

impl State<'_> {
    fn poll(
        &mut self,
        operation: &'static Operation,
        context: &mut Context<'_>,
    ) -> Poll<Result<Answer, Error>> {
        if let Self::Made(made) = self {
            let Some(made) = made.take() else {
                return Poll::Ready(Err(not_decoded(operation)));
            };
            *self = Self::Running(made.start(operation));
        }
        match self {
            Self::Running(future) => future.as_mut().poll(context),
            Self::Made(_) => Poll::Pending,
        }
    }
}

impl<'a> Made<'a> {
    fn start(self, operation: &'static Operation) -> BoxFuture<'a, Result<Answer, Error>> {
        let Self { core, parts, take } = self;
        let mut parts = match parts {
            Ok(parts) => parts,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        parts.look_for_key(operation);
        match take {
            Take::Whole(decode) => core.whole(operation, parts, decode),
            Take::Open(open) => core.opened(operation, parts, open),
        }
    }
}

impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

fn decode_by<T: Send + 'static>(decode: fn(&Reply) -> Result<T, Error>) -> Decode {
    Box::new(move |reply: &Reply| Ok(Box::new(decode(reply)?) as Erased))
}

fn items_by<T: 'static>(operation: &'static Operation, decoder: MakeDecoder<T>) -> Open {
    Box::new(move |incoming: Incoming, core: &Core| {
        let decoder = decoder(operation, &incoming.headers);
        Box::new(Items::new(incoming, decoder, core.clone())) as Erased
    })
}

impl<'a, T: 'static> Call<'a, T> {
    /// Changes the request before anything is sent.
    pub(super) fn extra(
        mut self,
        change: impl FnOnce(&'static Operation, &mut Parts) -> Added,
    ) -> Self {
        let operation = self.operation;
        let refused = |text| extra::refused(operation, text);
        if let State::Made(Some(made)) = &mut self.state {
            if let Ok(parts) = &mut made.parts
                && let Err(text) = change(operation, parts)
            {
                made.parts = Err(refused(text));
            }
        } else {
            let error = refused("the call takes nothing extra".to_owned());
            self.state = State::Running(Box::pin(std::future::ready(Err(error))));
        }
        self
    }

    fn of(request: Request<'a>, take: Take) -> Self {
        let (core, operation, parts) = request.into_parts();
        Self {
            state: State::Made(Some(Box::new(Made { core, parts, take }))),
            operation,
            value: PhantomData,
        }
    }

    pub(super) fn of_request(request: Request<'a>, decode: fn(&Reply) -> Result<T, Error>) -> Self
    where
        T: Send,
    {
        Self::of(request, Take::Whole(decode_by(decode)))
    }
}

impl<'a, T: 'static> Call<'a, Items<T>> {
    pub(super) fn of_stream(request: Request<'a>, decoder: MakeDecoder<T>) -> Self {
        let open = items_by(request.operation(), decoder);
        Self::of(request, Take::Open(open))
    }
}

impl<'a> Call<'a, Download> {
    pub(super) fn of_download(request: Request<'a>) -> Self {
        let open = |incoming: Incoming, core: &Core| {
            Box::new(Download::new(incoming, core.clone())) as Erased
        };
        Self::of(request, Take::Open(Box::new(open)))
    }
}

impl Core {
    fn whole<'a>(
        &'a self,
        operation: &'static Operation,
        parts: Box<Parts>,
        decode: Decode,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            let mut value = None;
            let mut take = |reply: &Reply| {
                let decoded = decode(reply)?;
                value = Some((decoded, Head::new(reply, self.dropped(reply))));
                Ok(())
            };
            let sink = &mut Sink::Whole(&mut take);
            self.run(operation, &parts, sink).await?;
            value.ok_or_else(|| not_decoded(operation))
        })
    }

    fn opened<'a>(
        &'a self,
        operation: &'static Operation,
        parts: Box<Parts>,
        open: Open,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        Box::pin(async move {
            let mut slot = None;
            let sink = &mut Sink::Open(&mut slot);
            self.run(operation, &parts, sink).await?;
            match slot {
                Some(incoming) => {
                    let head = Head::open(incoming.status, &incoming.headers);
                    Ok((open(incoming, self), head))
                }
                None => Err(Error::new(operation, ErrorKind::Empty, "there is no reply")),
            }
        })
    }
}

fn not_decoded(operation: &'static Operation) -> Error {
    Error::new(operation, ErrorKind::Empty, "the reply was not decoded")
}
