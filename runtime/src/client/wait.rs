//! Waiting for what is slow, walking through what is long, splitting what is large.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::{Instant, sleep};

use super::limit::LONGEST;
use super::{BoxFuture, Operation};
use crate::{Error, ErrorKind};

/// How often, and how long, [`wait_for`] asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// The pause after the first question; each is half as long again as the one before. Default: 1 s.
    pub first_pause: Duration,
    /// The longest pause. Default: 30 s.
    pub longest_pause: Duration,
    /// How long to wait in all. Default: 10 minutes.
    pub limit: Duration,
}

impl Default for Wait {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            limit: Duration::from_secs(600),
        }
    }
}

/// Polls until `ask` returns `Some`; it returns `None` while what is waited for goes on. An error that may pass
/// ([`Error::is_retryable`]) does not end the waiting.
///
/// ```
/// # use lavka_runtime::client::{Api, Operation, Wait, wait_for};
/// # use lavka_runtime::Error;
/// # static API: Api = Api::new("shop", "https://shop.example");
/// # static TASK_STATUS: Operation = Operation::new(&API, "task_status", "GET", "/task");
/// # async fn task_status() -> Result<u8, Error> { Ok(3) }
/// # async fn example() -> Result<(), Error> {
/// let done = wait_for(&TASK_STATUS, &Wait::default(), || async {
///     Ok(match task_status().await? {
///         0 | 1 => None,
///         end => Some(end),
///     })
/// })
/// .await?;
/// # let _ = done; Ok(()) }
/// ```
///
/// # Errors
/// The last error of `ask`, or a timeout where the limit is reached; what is waited for may still end well.
pub async fn wait_for<T, F>(
    operation: &'static Operation,
    wait: &Wait,
    mut ask: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<Option<T>, Error>>,
{
    let deadline = Instant::now() + wait.limit.min(LONGEST);
    let mut pause = wait.first_pause.min(LONGEST);
    loop {
        let mut asked_for = Duration::ZERO;
        let passing = match tokio::time::timeout_at(deadline, ask()).await {
            Ok(Ok(Some(answer))) => return Ok(answer),
            Ok(Ok(None)) => None,
            Ok(Err(error)) if error.is_retryable() => {
                asked_for = error.retry_after().unwrap_or_default();
                Some(error)
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(not_done(operation, wait)),
        };
        let next = pause
            .max(asked_for)
            .mul_f64(0.9 + super::random::fraction() / 5.0);
        if Instant::now() + next >= deadline {
            return Err(passing.unwrap_or_else(|| not_done(operation, wait)));
        }
        sleep(next).await;
        pause = pause.mul_f64(1.5).min(wait.longest_pause).min(LONGEST);
    }
}

fn not_done(operation: &'static Operation, wait: &Wait) -> Error {
    let text = format!(
        "timed out after {} s; the task may still be running",
        wait.limit.as_secs_f64()
    );
    Error::new(operation, ErrorKind::Timeout, text)
}

/// What [`Pages`] asks for a page: given the page to ask for, its items and, where there is one, the next page.
type Ask<P, T> = Box<dyn FnMut(P) -> Coming<P, T> + Send>;

/// A page that is on its way.
type Coming<P, T> = BoxFuture<'static, Result<(Vec<T>, Option<P>), Error>>;

/// The items of a list that comes in pages, as one list.
///
/// A [`Stream`]; [`Pages::next`] does without a stream library. A page is requested when the previous one is consumed.
/// After an error comes nothing.
///
/// ```
/// # use lavka_runtime::{Error, client::Pages};
/// # #[derive(Clone)] struct Client;
/// # impl Client { async fn list(&self, page: u32) -> Result<Vec<String>, Error> { Ok(vec![]) } }
/// # async fn example(client: Client) -> Result<(), Error> {
/// let mut products = Pages::numbered(250, move |page| {
///     let client = client.clone();
///     async move { client.list(page).await }
/// });
/// while let Some(product) = products.next().await {
///     println!("{}", product?);
/// }
/// # Ok(()) }
/// ```
pub struct Pages<P, T> {
    ask: Ask<P, T>,
    items: VecDeque<T>,
    next: Next<P, T>,
}

enum Next<P, T> {
    Page(P),
    Coming(Coming<P, T>),
    Nothing,
}

impl<P, T> Pages<P, T> {
    /// Walks pages from this one. `ask` gives a page's items, and the next page where there is one: for numbered pages see
    /// [`Pages::numbered`]; for lists that are walked by a mark (`updated_since`, `from_id`) the page is that mark.
    pub fn new(
        first: P,
        ask: impl FnMut(P) -> BoxFuture<'static, Result<(Vec<T>, Option<P>), Error>> + Send + 'static,
    ) -> Self {
        Self {
            ask: Box::new(ask),
            items: VecDeque::new(),
            next: Next::Page(first),
        }
    }

    /// Returns the next item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Returns all items that are left.
    ///
    /// # Errors
    /// The first that occurs; the items before it are dropped.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut self.next, Next::Nothing) {
                Next::Nothing => return Poll::Ready(None),
                Next::Page(page) => self.next = Next::Coming((self.ask)(page)),
                Next::Coming(mut coming) => match coming.as_mut().poll(context) {
                    Poll::Pending => {
                        self.next = Next::Coming(coming);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(Ok((items, next))) => {
                        self.items = items.into();
                        self.next = next.map_or(Next::Nothing, Next::Page);
                    }
                },
            }
        }
    }
}

impl<T: Send + 'static> Pages<u32, T> {
    /// Walks pages with numbers from 1. The list ends with a page that has fewer items than were asked for.
    pub fn numbered<F>(per_page: usize, mut ask: impl FnMut(u32) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        Self::new(1, move |page| {
            let coming = ask(page);
            Box::pin(async move {
                let items = coming.await?;
                let more = !items.is_empty() && items.len() >= per_page;
                Ok((items, more.then(|| page.saturating_add(1))))
            })
        })
    }
}

impl<P: Unpin, T: Unpin> Stream for Pages<P, T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(ready!(self.get_mut().poll(context)))
    }
}

impl<P, T> fmt::Debug for Pages<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("at_hand", &self.items.len())
            .finish_non_exhaustive()
    }
}

/// What became of one part of a large list: see [`in_batches`].
#[derive(Debug)]
pub struct Batch<'a, I, T> {
    /// The items that were sent together.
    pub items: &'a [I],
    /// What the call for them gave.
    pub result: Result<T, Error>,
}

/// Sends a list in parts of at most `largest` items, one after the other, and reports on each: a part that fails does
/// not keep the later ones from being sent, unless the credential is refused or a quota is exceeded, which would fail
/// them all. Parts that were not sent any more get that error too.
///
/// ```
/// # use lavka_runtime::{Error, client::in_batches};
/// # async fn set_status(part: &[i64]) -> Result<(), Error> { Ok(()) }
/// # async fn example(products: &[i64]) {
/// for batch in in_batches(products, 200, |part| set_status(part)).await {
///     if let Err(error) = batch.result {
///         println!("{} products: {error}", batch.items.len());
///     }
/// }
/// # }
/// ```
pub async fn in_batches<'a, I, T, F>(
    items: &'a [I],
    largest: usize,
    mut send: impl FnMut(&'a [I]) -> F,
) -> Vec<Batch<'a, I, T>>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut fatal: Option<Error> = None;
    let mut batches = Vec::new();
    for items in items.chunks(largest.max(1)) {
        let result = match &fatal {
            Some(error) => Err(error.clone()),
            None => send(items).await,
        };
        if let Err(error) = &result
            && (error.is_auth() || error.is_rate_limited())
        {
            fatal = Some(error.clone());
        }
        batches.push(Batch { items, result });
    }
    batches
}
