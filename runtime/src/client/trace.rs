//! What `tracing` sees of a call: one span, and an event for each attempt that is repeated. Nothing of URLs, headers
//! and bodies but their sizes. Without the feature `tracing` all of it is nothing.

use std::time::Duration;

use reqwest::StatusCode;

use super::{BoxFuture, Dropped, Operation};
use crate::Error;

/// The span of a call.
#[derive(Clone)]
pub(super) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(super) fn new(operation: &'static Operation) -> Self {
        use tracing::field::Empty;
        Self {
            span: tracing::info_span!(
                "call",
                api = operation.api.name,
                operation = operation.id,
                method = operation.method,
                path = operation.path,
                attempt = Empty,
                status = Empty,
                bytes = Empty,
                duration_ms = Empty,
                error = Empty,
            ),
        }
    }

    /// Runs the call in its span.
    pub(super) fn call<'a, T: 'a>(
        self,
        call: BoxFuture<'a, Result<T, Error>>,
    ) -> BoxFuture<'a, Result<T, Error>> {
        use tracing::Instrument as _;
        // Nobody listens.
        if self.span.is_disabled() {
            return call;
        }
        Box::pin(async move {
            let started = tokio::time::Instant::now();
            let result = call.instrument(self.span.clone()).await;
            self.span.record("duration_ms", millis(started.elapsed()));
            if let Err(error) = &result {
                self.span.record("error", error.to_string());
                self.span
                    .in_scope(|| tracing::warn!(kind = ?error.kind(), "call failed"));
            }
            result
        })
    }

    /// An attempt begins.
    pub(super) fn attempt(&self, number: u32) {
        self.span.record("attempt", number);
    }

    /// A reply has come.
    pub(super) fn reply(&self, status: StatusCode) {
        self.span.record("status", status.as_u16());
    }

    /// A reply's body has been read.
    pub(super) fn body(&self, bytes: usize) {
        self.span.record("bytes", bytes);
    }

    /// An attempt is to be repeated. The error has no secrets any more.
    pub(super) fn repeats(&self, error: &Error, wait: Duration) {
        self.span
            .in_scope(|| tracing::warn!(error = %error, wait_ms = millis(wait), "attempt failed"));
    }
}

/// A value of a reply was left out.
#[cfg(feature = "tracing")]
pub(super) fn dropped(operation: &'static Operation, dropped: &Dropped) {
    tracing::warn!(
        api = operation.api.name,
        operation = operation.id,
        path = dropped.path,
        reason = dropped.reason,
        "a value that is not as documented was left out"
    );
}

#[cfg(not(feature = "tracing"))]
pub(super) fn dropped(_: &'static Operation, _: &Dropped) {}

#[cfg(feature = "tracing")]
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(not(feature = "tracing"))]
#[allow(clippy::unused_self)]
impl Trace {
    pub(super) fn new(_: &'static Operation) -> Self {
        Self {}
    }

    pub(super) fn call<T>(self, call: BoxFuture<'_, T>) -> BoxFuture<'_, T> {
        call
    }

    pub(super) fn attempt(&self, _: u32) {}

    pub(super) fn reply(&self, _: StatusCode) {}

    pub(super) fn body(&self, _: usize) {}

    pub(super) fn repeats(&self, _: &Error, _: Duration) {}
}
