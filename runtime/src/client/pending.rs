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

use super::extra::{self, Added};
use super::incoming::Incoming;
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
    // A trait object: that a call is `Send` is seen without a look at what it holds, once for each method and each `await`.
    state: Box<dyn Pending + 'a>,
    /// What comes out of the box.
    value: PhantomData<fn() -> T>,
}

trait Pending: Send {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Answer, Error>>;

    /// Changes the request, if there is one.
    fn change(&mut self, change: &mut dyn FnMut(&'static Operation, &mut Parts) -> Added);

    fn operation(&self) -> Option<&'static Operation>;
}

/// A call of a client.
struct Sent<'a> {
    operation: &'static Operation,
    state: State<'a>,
}

enum State<'a> {
    /// Not polled yet.
    Made(Option<Made<'a>>),
    Running(BoxFuture<'a, Result<Answer, Error>>),
}

/// A call before anything is sent.
struct Made<'a> {
    core: &'a Core,
    parts: Result<Box<Parts>, Error>,
    take: Take,
}

/// A call of a stand-in: nothing is sent.
struct Answered<'a>(BoxFuture<'a, Result<Answer, Error>>);

/// What becomes of the reply.
pub(super) enum Take {
    Whole(Box<dyn Decode>),
    Open(Box<dyn Open>),
}

/// A value whose type only its call knows.
pub(super) type Erased = Box<dyn Any + Send>;

/// The value, and what the reply has beside it.
pub(super) type Answer = (Erased, Head);

/// Takes the value out of a reply that has been read. No closure: each type of those costs the compiler three functions more.
pub(super) trait Decode: Send + Sync {
    fn decode(&self, reply: &Reply) -> Result<Erased, Error>;
}

/// Takes a reply whose body has not been read.
pub(super) trait Open: Send + Sync {
    fn open(&self, incoming: Incoming, core: &Core) -> Erased;
}

struct DecodeBy<T>(fn(&Reply) -> Result<T, Error>);

impl<T: Send + 'static> Decode for DecodeBy<T> {
    fn decode(&self, reply: &Reply) -> Result<Erased, Error> {
        Ok(Box::new((self.0)(reply)?))
    }
}

struct OpenItems<T>(&'static Operation, MakeDecoder<T>);

impl<T: 'static> Open for OpenItems<T> {
    fn open(&self, incoming: Incoming, core: &Core) -> Erased {
        let decoder = (self.1)(self.0, &incoming.headers);
        Box::new(Items::new(incoming, decoder, core.clone()))
    }
}

struct OpenDownload;

impl Open for OpenDownload {
    fn open(&self, incoming: Incoming, core: &Core) -> Erased {
        Box::new(Download::new(incoming, core.clone()))
    }
}

impl<T: 'static> Future for Call<'_, T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let answer = this.state.poll(context);
        answer.map(|answer| answer.and_then(|(value, _)| this.value(value)))
    }
}

/// A [`Call`] that gives status and headers beside the value.
#[must_use = "nothing is sent before the call is awaited"]
#[derive(Debug)]
pub struct ResponseCall<'a, T>(Call<'a, T>);

impl<T: 'static> Future for ResponseCall<'_, T> {
    type Output = Result<Response<T>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut self.get_mut().0;
        let answer = this.state.poll(context);
        answer.map(|answer| {
            let (value, head) = answer?;
            let value = this.value(value)?;
            Ok(Response { head, value })
        })
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

/// For stand-ins, which implement the trait `Operations` of an API.
impl<'a, T: Send + 'static> Call<'a, T> {
    /// Makes a call that gives this result. Nothing is sent.
    ///
    /// A [response](Self::response) has status 200 and no headers; what is added to the request has no effect.
    pub fn ready(result: Result<T, Error>) -> Self {
        Self::answered(Box::pin(std::future::ready(result.map(answer))))
    }

    /// Makes a call that gives what the future gives; otherwise as [`ready`](Self::ready).
    pub fn from_future(future: impl Future<Output = Result<T, Error>> + Send + 'a) -> Self {
        Self::answered(Box::pin(async { future.await.map(answer) }))
    }

    fn answered(answer: BoxFuture<'a, Result<Answer, Error>>) -> Self {
        Self {
            state: Box::new(Answered(answer)),
            value: PhantomData,
        }
    }
}

fn answer<T: Send + 'static>(value: T) -> Answer {
    (Box::new(value), Head::default())
}

impl<T: 'static> Call<'_, T> {
    fn value(&self, value: Erased) -> Result<T, Error> {
        match value.downcast() {
            Ok(value) => Ok(*value),
            Err(_) => Err(not_decoded(self.state.operation())),
        }
    }
}

impl Pending for Sent<'_> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Answer, Error>> {
        if let State::Made(made) = &mut self.state {
            let Some(made) = made.take() else {
                return Poll::Ready(Err(not_decoded(Some(self.operation))));
            };
            self.state = State::Running(made.start(self.operation));
        }
        match &mut self.state {
            State::Running(future) => future.as_mut().poll(context),
            State::Made(_) => Poll::Pending,
        }
    }

    fn change(&mut self, change: &mut dyn FnMut(&'static Operation, &mut Parts) -> Added) {
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
    }

    fn operation(&self) -> Option<&'static Operation> {
        Some(self.operation)
    }
}

impl Pending for Answered<'_> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Answer, Error>> {
        self.0.as_mut().poll(context)
    }

    fn change(&mut self, _: &mut dyn FnMut(&'static Operation, &mut Parts) -> Added) {}

    fn operation(&self) -> Option<&'static Operation> {
        None
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
        core.run(operation, parts, take)
    }
}

impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.state.operation())
            .finish_non_exhaustive()
    }
}

/// Compiled once, whatever the value is.
fn made(request: Request<'_>, take: Take) -> Box<dyn Pending + '_> {
    let (core, operation, parts) = request.into_parts();
    let state = State::Made(Some(Made { core, parts, take }));
    Box::new(Sent { operation, state })
}

impl<'a, T: 'static> Call<'a, T> {
    /// Changes the request before anything is sent.
    pub(super) fn extra(
        mut self,
        mut change: impl FnMut(&'static Operation, &mut Parts) -> Added,
    ) -> Self {
        self.state.change(&mut change);
        self
    }

    fn of(request: Request<'a>, take: Take) -> Self {
        Self {
            state: made(request, take),
            value: PhantomData,
        }
    }

    pub(super) fn of_request(request: Request<'a>, decode: fn(&Reply) -> Result<T, Error>) -> Self
    where
        T: Send,
    {
        Self::of(request, Take::Whole(Box::new(DecodeBy(decode))))
    }
}

impl<'a, T: 'static> Call<'a, Items<T>> {
    pub(super) fn of_stream(request: Request<'a>, decoder: MakeDecoder<T>) -> Self {
        let open = OpenItems(request.operation(), decoder);
        Self::of(request, Take::Open(Box::new(open)))
    }
}

impl<'a> Call<'a, Download> {
    pub(super) fn of_download(request: Request<'a>) -> Self {
        Self::of(request, Take::Open(Box::new(OpenDownload)))
    }
}

/// `None` is a call of a stand-in.
fn not_decoded(operation: Option<&'static Operation>) -> Error {
    let text = "the reply was not decoded";
    match operation {
        Some(operation) => Error::new(operation, ErrorKind::Empty, text),
        None => Error::of_api("stand-in", ErrorKind::Empty, text),
    }
}
