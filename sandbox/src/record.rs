//! What came over the sockets: a bounded log.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use http::{HeaderMap, Method};

/// The most bytes of one body that are kept.
pub(crate) const KEPT_OF_BODY: usize = 1 << 20;
/// The most requests that are kept.
const MOST_REQUESTS: usize = 10_000;
/// The most bytes of all bodies that are kept.
const MOST_BYTES: usize = 64 << 20;

/// A request that came to the sandbox.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// Name of the API.
    pub api: String,
    /// Id of the operation; `None` where the path or the method is none of the API's.
    pub operation: Option<String>,
    /// Method.
    pub method: Method,
    /// Path and query as they stood in the request line, credentials included.
    pub path_and_query: String,
    /// Headers, credentials included.
    pub headers: HeaderMap,
    /// The first MiB of the body, byte for byte.
    pub body: Bytes,
    /// Length of the whole body in bytes, as far as it arrived.
    pub body_length: u64,
    /// Status of the reply; 0 where the client went away before there was one.
    pub status: u16,
    /// What was wrong with the request; empty where nothing was.
    pub problems: Vec<String>,
}

/// The latest requests. When it is full the oldest are dropped.
#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: VecDeque<Recorded>,
    bytes: usize,
    /// How often each operation was called, by `(api, operation)`.
    calls: HashMap<(String, String), u64>,
}

impl Log {
    /// Counts a call, when it arrives.
    pub(crate) fn count(&mut self, api: &str, operation: &str) {
        let key = (api.to_owned(), operation.to_owned());
        *self.calls.entry(key).or_default() += 1;
    }

    /// Keeps a request, when it has ended.
    pub(crate) fn push(&mut self, request: Recorded) {
        self.bytes += weight(&request);
        self.kept.push_back(request);
        while self.kept.len() > MOST_REQUESTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(weight(&oldest));
        }
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn take(&mut self) -> Vec<Recorded> {
        self.bytes = 0;
        self.kept.drain(..).collect()
    }

    pub(crate) fn calls(&self, operation: &str) -> u64 {
        let wanted = |(api, id): &(String, String)| names(operation, api, id);
        self.calls
            .iter()
            .filter(|(key, _)| wanted(key))
            .map(|(_, count)| count)
            .sum()
    }
}

/// Whether `name` (`create_order` or `qnits.create_order`) names this operation.
pub(crate) fn names(name: &str, api: &str, operation: &str) -> bool {
    name == operation
        || name
            .strip_prefix(api)
            .and_then(|rest| rest.strip_prefix('.'))
            == Some(operation)
}

/// About how many bytes a request takes in the log.
fn weight(request: &Recorded) -> usize {
    let headers: usize = request
        .headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let problems: usize = request.problems.iter().map(String::len).sum();
    200 + request.body.len() + request.path_and_query.len() + headers + problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: usize) -> Recorded {
        Recorded {
            api: "a".to_owned(),
            operation: Some("op".to_owned()),
            method: Method::GET,
            path_and_query: "/".to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::from(vec![0; body]),
            body_length: body as u64,
            status: 200,
            problems: Vec::new(),
        }
    }

    #[test]
    fn memory_is_bounded_and_calls_are_counted_on() {
        let mut log = Log::default();
        for _ in 0..200 {
            log.count("a", "op");
            log.push(request(KEPT_OF_BODY));
        }
        assert!(log.bytes <= MOST_BYTES && log.kept.len() < 64);
        for _ in 0..MOST_REQUESTS + 5 {
            log.count("a", "op");
            log.push(request(0));
        }
        assert_eq!(log.all().len(), MOST_REQUESTS);
        assert_eq!(log.calls("op"), 200 + MOST_REQUESTS as u64 + 5);
        assert_eq!(
            (log.calls("a.op"), log.calls("b.op"), log.calls("aop")),
            (log.calls("op"), 0, 0)
        );
        log.take();
        assert_eq!((log.bytes, log.all().len()), (0, 0));
    }
}
