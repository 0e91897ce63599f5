//! The call loop: credential, limit, attempts, deadline, the reply's body within bounds.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use hyper::ext::ReasonPhrase;
use reqwest::StatusCode;
use tokio::time::{Instant, sleep, timeout_at};

use super::body::{Activity, Body};
use super::causes::{causes, is_tls_failure, root_cause};
use super::core::Core;
use super::credentials::Given;
use super::incoming::{Incoming, is_redirect};
use super::limit::{LONGEST, Limiter, Permit, far_future, parse_usage};
use super::mask::Mask;
use super::pending::{Answer, Decode, Take};
use super::read::End;
use super::request::{Attempt, Parts};
use super::response::Head;
use super::retry::asked_wait;
use super::trace::Trace;
use super::upload::UploadError;
use super::{Dropped, Operation, Reply};
use crate::{Error, ErrorKind, failure};

/// A boxed future.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an attempt has of its call.
struct Try<'a> {
    given: &'a [Given],
    deadline: Option<Instant>,
    trace: &'a Trace,
}

/// How long a call may take where the builder says nothing.
const CALL_TIMEOUT: Duration = Duration::from_secs(300);
/// How much of an error's body is read.
const ERROR_BODY: u64 = 256 << 10;

impl Core {
    /// Sends the request until it has an answer. What is rare or large is boxed where it is awaited: each call allocates the
    /// future, and one of some kilobytes costs a tenth of a call.
    pub(super) fn run<'a>(
        &'a self,
        operation: &'static Operation,
        parts: Box<Parts>,
        take: Take,
    ) -> BoxFuture<'a, Result<Answer, Error>> {
        let trace = Trace::new(operation);
        trace.clone().call(Box::pin(async move {
            let body = &parts.body;
            let deadline = self.deadline(body);
            let mut attempts = 0;
            let mut renewed = false;
            let mut may_be_done = false;
            loop {
                let given = match self.given(operation, deadline).await {
                    Some(Ok(given)) => given,
                    Some(Err(error)) => {
                        // The login may have been tried several times already.
                        attempts += error.attempts().max(1);
                        match self.pause(operation, &error, attempts, deadline) {
                            Some(wait) => {
                                trace.repeats(&self.finish(error, attempts, &[]), wait);
                                sleep(wait).await;
                                continue;
                            }
                            None => return Err(self.finish(error, attempts, &[])),
                        }
                    }
                    None => {
                        let error = timed_out(operation, "logging in took too long").unsent();
                        return Err(error.with_attempts(attempts));
                    }
                };
                attempts += 1;
                trace.attempt(attempts);
                let this = Try {
                    given: &given,
                    deadline,
                    trace: &trace,
                };
                let error = match self.attempt(operation, &parts, &take, &this).await {
                    Ok(answer) => {
                        self.shared.credentials.accepted(operation, &given);
                        return Ok(answer);
                    }
                    Err(error) => error,
                };
                // The server has done nothing for a credential that it refuses, so any operation may be sent again.
                if error.asks_for_login() {
                    if renewed {
                        self.shared.credentials.renewal_was_futile(operation);
                    } else if self.shared.credentials.refuse(operation, &given)
                        && body.is_replayable()
                    {
                        renewed = true;
                        continue;
                    }
                }
                let keyed = body.is_keyed() || error.is_unsent();
                let error = match body.is_replayable() && keyed {
                    true => error,
                    false => error.unrepeatable(),
                };
                if may_be_done
                    && is_gone(operation, &error)
                    && let Take::Whole(decode) = &take
                {
                    return self.decoded(&**decode, Reply::deleted_before(operation));
                }
                may_be_done |= error.may_have_been_done();
                match self.pause(operation, &error, attempts, deadline) {
                    Some(wait) => {
                        trace.repeats(&self.finish(error, attempts, &given), wait);
                        sleep(wait).await;
                    }
                    None => return Err(self.finish(error, attempts, &given)),
                }
            }
        }))
    }

    /// When a call with this body, which begins now, is to have ended.
    fn deadline(&self, body: &Body) -> Option<Instant> {
        let usual = (!body.is_upload()).then_some(CALL_TIMEOUT);
        let timeout = self.shared.call_timeout.or(usual)?;
        Some(Instant::now() + timeout)
    }

    /// The credentials of an attempt; `None` where they do not come in time.
    async fn given(
        &self,
        operation: &'static Operation,
        deadline: Option<Instant>,
    ) -> Option<Result<Vec<Given>, Error>> {
        let mut given = pin!(self.shared.credentials.get(self, operation));
        // What is there already, the usual case, needs no clock.
        if let Poll::Ready(given) =
            poll_fn(|context| Poll::Ready(given.as_mut().poll(context))).await
        {
            return Some(given);
        }
        match deadline {
            Some(deadline) => timeout_at(deadline, given).await.ok(),
            None => Some(given.await),
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    #[cold]
    fn pause(
        &self,
        operation: &'static Operation,
        error: &Error,
        attempts: u32,
        deadline: Option<Instant>,
    ) -> Option<Duration> {
        let retry = &self.shared.retry;
        let worthwhile = !matches!(error.kind(), ErrorKind::RateLimit | ErrorKind::Failure);
        if attempts >= retry.attempts || !error.is_retryable() || !worthwhile {
            return None;
        }
        let busy = error.status().is_some_and(is_busy);
        let usual = retry.wait(attempts);
        let end = deadline.unwrap_or_else(|| Instant::now() + CALL_TIMEOUT);
        let fits = |wait: Duration| Instant::now() + wait.min(LONGEST) < end;
        let busy_wait = retry.busy_wait.or_else(|| self.known_busy_wait(operation));
        let wait = match (error.retry_after(), busy_wait) {
            // A little later than asked, and not all at once.
            (Some(asked), _) => asked + usual.min(Duration::from_secs(1)),
            // Nobody asked for this wait, so the usual one will do where there is no time for it.
            (None, Some(wait)) if busy && fits(wait) => wait,
            _ => usual,
        };
        fits(wait).then_some(wait)
    }

    /// What is known of the API: how long to wait after 429 and 503.
    #[cold]
    fn known_busy_wait(&self, operation: &'static Operation) -> Option<Duration> {
        let limits = self.shared.api.rate_limits.iter().enumerate();
        limits
            .filter(|(index, limit)| operation.rate_limit == Some(*index) || limit.default)
            .find_map(|(_, limit)| limit.busy_wait)
            .map(|seconds| Duration::from_secs(seconds.into()))
    }

    async fn attempt(
        &self,
        operation: &'static Operation,
        parts: &Parts,
        take: &Take,
        this: &Try<'_>,
    ) -> Result<Answer, Error> {
        let Try {
            given,
            deadline,
            trace,
        } = *this;
        let _permits = self.permits(operation, deadline).await?;
        let activity = Activity::new(&parts.body);
        let (content_type, body) = parts.body.prepare(operation, &activity).await?;
        let attempt = Attempt {
            given,
            accept: operation
                .response
                .media_type(self.format())
                .unwrap_or("*/*"),
            content_type,
            body,
        };
        let mut incoming = {
            let sent = pin!(self.send(operation, parts, attempt)?);
            let answer = self.while_active(sent, &activity, deadline).await;
            self.begun(operation, answer)?
        };
        trace.reply(incoming.status);
        // An upload may take its time, its reply may not.
        let deadline = deadline.or_else(|| Some(Instant::now() + CALL_TIMEOUT));
        self.note_usage(operation, &incoming);
        let redirected = operation.redirects && is_redirect(incoming.status);
        if !incoming.status.is_success() && !redirected {
            return Err(Box::pin(self.refused(incoming, deadline)).await);
        }
        match take {
            // The body of a redirect is a page for people.
            Take::Whole(decode) if redirected => {
                let head = (incoming.status, incoming.headers);
                self.decoded(&**decode, Reply::new(operation, head, Bytes::new()))
            }
            Take::Open(open) => {
                let head = Head::open(incoming.status, &incoming.headers);
                Ok((open.open(incoming, self), head))
            }
            Take::Whole(decode) => {
                let reply = self
                    .read(&mut incoming, self.shared.max_body, deadline)
                    .await?;
                trace.body(reply.body().len());
                reply.check()?;
                self.decoded(&**decode, reply)
            }
        }
    }

    fn decoded(&self, decode: &dyn Decode, reply: Reply) -> Result<Answer, Error> {
        let value = decode
            .decode(&reply)
            .map_err(|error| reply.explain(error))?;
        let dropped = self.dropped(&reply);
        Ok((value, Head::new(reply, dropped)))
    }

    /// Room in each limit that the operation counts against.
    async fn permits(
        &self,
        operation: &'static Operation,
        deadline: Option<Instant>,
    ) -> Result<Vec<Permit<'_>>, Error> {
        let mut permits = Vec::new();
        for limiter in self.limiters(operation) {
            let acquired = Box::pin(limiter.acquire(deadline)).await;
            permits.push(acquired.map_err(|no_room| {
                let limit = limiter.limit();
                let text = format!(
                    "rate limit of {} requests in {} s exceeded",
                    limit.requests, limit.seconds
                );
                Error::new(operation, ErrorKind::RateLimit, text)
                    .unsent()
                    .with_retry_after(no_room.wait)
            })?);
        }
        Ok(permits)
    }

    fn limiters(&self, operation: &'static Operation) -> impl Iterator<Item = &Limiter> {
        let own = operation.rate_limit;
        self.shared
            .limiters
            .iter()
            .enumerate()
            .filter_map(move |(index, limiter)| {
                let counts = own == Some(index) || limiter.limit().default;
                counts.then_some(limiter)
            })
    }

    fn note_usage(&self, operation: &'static Operation, incoming: &Incoming) {
        let asked = if is_busy(incoming.status) {
            asked_wait(incoming.status, &incoming.headers)
        } else {
            None
        };
        for limiter in self.limiters(operation) {
            let header = limiter
                .limit()
                .usage_header
                .and_then(|name| incoming.headers.get(name));
            if let Some(usage) = header.and_then(|value| parse_usage(value.to_str().ok()?)) {
                limiter.observe(usage);
            }
            if let Some(wait) = asked {
                limiter.pause(wait);
            }
        }
    }

    fn send(
        &self,
        operation: &'static Operation,
        parts: &Parts,
        attempt: Attempt<'_>,
    ) -> Result<impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, Error> {
        let refused = |text| Error::new(operation, ErrorKind::Request, text).unrepeatable();
        let base = parts.base.as_deref().unwrap_or(self.base_url());
        let mut request = parts.build(base, operation, attempt).map_err(refused)?;
        let shared = &self.shared;
        shared.hooks.prepare(&mut request).map_err(refused)?;
        Ok(shared.http.execute(request))
    }

    fn begun(
        &self,
        operation: &'static Operation,
        answer: Option<reqwest::Result<reqwest::Response>>,
    ) -> Result<Incoming, Error> {
        match answer {
            Some(Ok(response)) => Ok(Incoming::new(operation, response)),
            Some(Err(error)) => Err(self.broken(operation, error)),
            None => Err(timed_out(operation, "the server did not answer in time")),
        }
    }

    /// No reply began.
    #[cold]
    fn broken(&self, operation: &'static Operation, error: reqwest::Error) -> Error {
        let host = error.url().map(|url| url.origin().ascii_serialization());
        let error = error.without_url();
        let why = root_cause(&error);
        let made = if error.is_connect() {
            let host = host.as_deref().unwrap_or("the server");
            let made = Error::new(
                operation,
                ErrorKind::Connect,
                format!("no connection to {host}: {why}"),
            );
            if is_tls_failure(&error) {
                made.lasting()
            } else {
                made.unsent()
            }
        } else if error.is_builder() {
            Error::new(
                operation,
                ErrorKind::Request,
                format!("the request cannot be made: {why}"),
            )
            .unrepeatable()
        } else if error.is_timeout() {
            timed_out(operation, "the server did not answer in time")
        } else if causes(&error).any(<dyn std::error::Error>::is::<UploadError>) {
            Error::new(
                operation,
                ErrorKind::Request,
                format!("in the request: {why}"),
            )
            .unrepeatable()
        } else {
            let mut causes = causes(&error).filter_map(|cause| cause.downcast_ref());
            let text = match causes.any(hyper::Error::is_parse) {
                true => format!("the reply is not valid HTTP: {why}"),
                false => format!("the connection broke before the reply began: {why}"),
            };
            Error::new(operation, ErrorKind::Interrupted, text)
        };
        made.with_source(error)
    }

    /// A status that is not a success.
    async fn refused(&self, incoming: Incoming, deadline: Option<Instant>) -> Error {
        let (operation, status) = (incoming.operation, incoming.status);
        if is_redirect(status) {
            let text = match &incoming.redirect {
                Some(target) => format!(
                    "the server redirects to {target}, and redirects are not followed; if it is the right place, set it as the base URL"
                ),
                None => "the server redirects, and redirects are not followed".to_owned(),
            };
            return Error::new(operation, ErrorKind::Redirect, text)
                .with_status(status)
                .unrepeatable();
        }
        self.refusal(incoming, deadline).await
    }

    /// The error of a status: the reason is read from the body, as far as it can be.
    pub(super) async fn refusal(&self, incoming: Incoming, deadline: Option<Instant>) -> Error {
        let mut incoming = incoming;
        let (operation, status) = (incoming.operation, incoming.status);
        let wait = asked_wait(status, &incoming.headers);
        let reason = incoming.reason.take();
        let (body, end) = self.collect(&mut incoming, ERROR_BODY, deadline).await;
        if let End::Undecodable(why) = end {
            return Error::new(operation, ErrorKind::Status, why.to_string())
                .with_status(status)
                .with_retry_after(wait);
        }
        let reply = Reply::new(operation, (status, incoming.headers), body);
        let said = reason.as_ref().map(ReasonPhrase::as_bytes);
        let error = reply.refusal(said);
        let wait = wait.or_else(|| failure::wait(error.body()?).filter(|_| is_busy(status)));
        error.with_retry_after(wait)
    }

    /// Waits for the reply to begin. While an upload goes on, the server need not answer.
    async fn while_active<T>(
        &self,
        mut future: Pin<&mut impl Future<Output = T>>,
        activity: &Activity,
        deadline: Option<Instant>,
    ) -> Option<T> {
        let deadline = deadline.unwrap_or_else(far_future);
        loop {
            let silent_at = activity.last() + self.shared.read_timeout;
            match timeout_at(silent_at.min(deadline), future.as_mut()).await {
                Ok(value) => return Some(value),
                Err(_) if Instant::now() >= deadline => return None,
                Err(_) if activity.last() + self.shared.read_timeout > silent_at => {}
                Err(_) => return None,
            }
        }
    }

    /// What decoding a reply left out, without secrets; each is an event as well.
    pub(super) fn dropped(&self, reply: &Reply) -> Vec<Dropped> {
        let mut all = reply.dropped();
        if !all.is_empty() {
            self.clean(reply.operation, &mut all);
        }
        all
    }

    /// Takes secrets out of what was left out, and makes an event of each.
    #[cold]
    pub(super) fn clean(&self, operation: &'static Operation, all: &mut [Dropped]) {
        let mask = Mask::new(self.shared.secrets(&[]));
        for dropped in all {
            mask.apply(&mut dropped.path);
            mask.apply(&mut dropped.reason);
            super::trace::dropped(operation, dropped);
        }
    }

    /// The last touch to an error: how often it was tried, and no secret in it.
    #[cold]
    pub(super) fn finish(&self, error: Error, attempts: u32, given: &[Given]) -> Error {
        let mask = Mask::new(self.shared.secrets(given));
        error
            .with_attempts(attempts)
            .scrub(&|text| mask.apply(text))
    }
}

#[cold]
fn timed_out(operation: &Operation, text: &str) -> Error {
    Error::new(operation, ErrorKind::Timeout, text)
}

/// What was to be deleted is not there. After an attempt whose answer was lost that is what success looks like.
fn is_gone(operation: &Operation, error: &Error) -> bool {
    operation.method == "DELETE"
        && error
            .status()
            .is_some_and(|status| matches!(status.as_u16(), 404 | 410))
}

/// Whether the server says that it has too much to do.
fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 503)
}
