//! Replies that a test wants instead of the documented ones: the sandbox misbehaves on request.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body::Frame;
use tokio::sync::watch;
use tokio::time::Sleep;

/// What a scripted reply is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The script alone.
    Fixed,
    /// The spec, as without a script.
    Usual,
    /// The spec, with the sample of this case.
    Case(String),
    /// The spec's reply with this status.
    Status(u16),
}

/// A scripted reply: see [`Sandbox::script`](crate::Sandbox::script).
///
/// ```
/// use std::time::Duration;
/// use lavka_sandbox::Reply;
/// let busy = Reply::new(503).header("Retry-After", "2");
/// let slow = Reply::as_usual().delay(Duration::from_millis(50));
/// let torn = Reply::new(200).body(vec![b'x'; 1000]).cut_after(10);
/// ```
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) expected: Expected,
    pub(crate) delay: Duration,
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    pace: Option<(usize, Duration)>,
    cut_after: Option<u64>,
    endless: bool,
}

impl Reply {
    /// A reply with this status, no headers and no body. A status outside 100–999 is sent as 500.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            expected: Expected::Fixed,
            delay: Duration::ZERO,
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            pace: None,
            cut_after: None,
            endless: false,
        }
    }

    /// The reply that the sandbox gives without a script: the request is checked and answered by the spec. Of the
    /// settings only [`delay`](Self::delay) counts.
    #[must_use]
    pub fn as_usual() -> Self {
        Self {
            expected: Expected::Usual,
            ..Self::new(200)
        }
    }

    /// The same, but a right request is answered with the sample of this case (`synthetic`), the first one where there
    /// is none.
    #[must_use]
    pub fn case(case: &str) -> Self {
        Self {
            expected: Expected::Case(case.to_owned()),
            ..Self::new(200)
        }
    }

    /// The same, but a right request is answered with the reply that the spec documents for this status, and its
    /// sample if there is one. A status that the spec lacks is answered as 501.
    #[must_use]
    pub fn documented(status: u16) -> Self {
        Self {
            expected: Expected::Status(status),
            ..Self::new(status)
        }
    }

    /// Whether it is sent as it is, whatever the request.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self.expected, Expected::Fixed)
    }

    /// Adds a header. A name or value that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a JSON body, and its `Content-Type`.
    #[must_use]
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.header("Content-Type", "application/json; charset=utf-8")
            .body(value.to_string())
    }

    /// Waits before the head of the reply is sent. Default: none.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the body in pieces of `bytes` (at least one) with a pause before each.
    #[must_use]
    pub fn pace(mut self, bytes: usize, pause: Duration) -> Self {
        self.pace = Some((bytes.max(1), pause));
        self
    }

    /// Closes the connection after so many bytes of the body, although `Content-Length` promises all of it.
    #[must_use]
    pub fn cut_after(mut self, bytes: u64) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// Sends the body again and again until the client goes away, without a `Content-Length`.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.endless = true;
        self
    }

    /// The status that is sent.
    #[must_use]
    pub fn status(&self) -> u16 {
        StatusCode::from_u16(self.status).map_or(500, |status| status.as_u16())
    }

    pub(crate) fn into_response(self, stop: watch::Receiver<bool>) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                response.headers_mut().append(name, value);
            }
        }
        let plain = self.pace.is_none() && self.cut_after.is_none() && !self.endless;
        if plain || self.body.is_empty() {
            *response.body_mut() = Body::from(self.body);
            return response;
        }
        if !self.endless {
            let length = HeaderValue::from(self.body.len());
            response
                .headers_mut()
                .entry(http::header::CONTENT_LENGTH)
                .or_insert(length);
        }
        let (chunk, pause) = self.pace.unwrap_or((self.body.len(), Duration::ZERO));
        *response.body_mut() = Body::new(SlowBody {
            data: self.body,
            at: 0,
            sent: 0,
            chunk,
            pause,
            waited: Duration::ZERO,
            sleep: None,
            cut_after: self.cut_after,
            flushed: false,
            endless: self.endless,
            stop,
        });
        response
    }
}

/// The longest sleep before looking whether the sandbox stops.
const POLL: Duration = Duration::from_millis(50);

/// A body that comes in pieces, may break off, and may never end.
struct SlowBody {
    data: Bytes,
    at: usize,
    sent: u64,
    chunk: usize,
    pause: Duration,
    waited: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    cut_after: Option<u64>,
    /// The pause before the cut has begun.
    flushed: bool,
    endless: bool,
    stop: watch::Receiver<bool>,
}

impl http_body::Body for SlowBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        loop {
            if *this.stop.borrow() {
                return Poll::Ready(Some(Err(broken("the sandbox stops"))));
            }
            if let Some(sleep) = &mut this.sleep {
                match sleep.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => this.sleep = None,
                }
            }
            let left = this.pause.saturating_sub(this.waited);
            if !left.is_zero() {
                let pause = left.min(POLL);
                this.waited += pause;
                this.sleep = Some(Box::pin(tokio::time::sleep(pause)));
                continue;
            }
            break;
        }
        this.waited = Duration::ZERO;
        if this.at >= this.data.len() {
            if !this.endless {
                return Poll::Ready(None);
            }
            this.at = 0;
        }
        let mut end = this.at.saturating_add(this.chunk).min(this.data.len());
        if let Some(limit) = this.cut_after {
            let allowed = limit.saturating_sub(this.sent);
            if allowed == 0 {
                // What was sent before must have left: an error at once would take it along.
                let mut pause = Box::pin(tokio::time::sleep(POLL));
                if !this.flushed && pause.as_mut().poll(cx).is_pending() {
                    this.flushed = true;
                    this.sleep = Some(pause);
                    return Poll::Pending;
                }
                return Poll::Ready(Some(Err(broken("the script cuts the reply here"))));
            }
            let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
            end = end.min(this.at.saturating_add(allowed));
        }
        let piece = this.data.slice(this.at..end);
        this.at = end;
        this.sent += piece.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

fn broken(why: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::ConnectionAborted, why)
}
