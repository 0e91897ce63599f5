//! One request from its first byte to the reply.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::{Api, Operation};
use crate::check::body::Refused;
use crate::check::credentials::Tokens;
use crate::check::{body, credentials, parameters};
use crate::intake::Intake;
use crate::problem::{Problem, Refusal};
use crate::record::{Log, Recorded, names};
use crate::refuse::refuse;
use crate::respond::{self, Outgoing};
use crate::script::Reply;

/// The largest body that is taken: what a file upload may have.
const LARGEST_BODY: u64 = 4 << 30;
/// The most replies that can be scripted at a time.
const MOST_SCRIPTED: usize = 100_000;

/// What all APIs of a sandbox share.
pub(crate) struct Shared {
    pub(crate) log: Mutex<Log>,
    /// Scripted replies and the operations that they are for, in the order in which they were asked for.
    pub(crate) script: Mutex<VecDeque<(String, Reply)>>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) keep_limits: bool,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Shared {
    /// Adds replies to the script of an operation; beyond the bound they are dropped.
    pub(crate) fn script(&self, operation: &str, replies: Vec<Reply>) {
        let mut script = lock(&self.script);
        let room = MOST_SCRIPTED.saturating_sub(script.len());
        script.extend(
            replies
                .into_iter()
                .take(room)
                .map(|reply| (operation.to_owned(), reply)),
        );
    }

    /// The next scripted reply of an operation.
    fn next_reply(&self, api: &str, operation: &str) -> Option<Reply> {
        let mut script = lock(&self.script);
        let next = script
            .iter()
            .position(|(name, _)| names(name, api, operation))?;
        script.remove(next).map(|(_, reply)| reply)
    }
}

/// A lock that a panic elsewhere does not poison: what it guards is always whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One API with its counters.
pub(crate) struct Service {
    pub(crate) api: Api,
    pub(crate) shared: Arc<Shared>,
    /// Start of the current window and requests in it, for each limit.
    pub(crate) windows: Mutex<Vec<(Instant, u64)>>,
}

/// How much of a limit is used.
struct Usage {
    used: u64,
    limit: u64,
    /// Seconds until the window ends.
    left: u64,
}

impl Service {
    /// Answers a request and records it.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let mut intake = Intake::new(body, LARGEST_BODY, self.shared.stop.clone());
        let path = head.uri.path().to_owned();
        let found = self.find(&head.method, &path);
        let operation = found.as_ref().ok().map(|(operation, _)| *operation);

        let scripted =
            operation.and_then(|operation| self.shared.next_reply(&self.api.name, &operation.id));
        let mut response = None;
        if let Some(reply) = scripted {
            if !reply.as_usual {
                intake.drain().await;
            }
            self.wait(reply.delay).await;
            if !reply.as_usual {
                response = Some((reply.into_response(self.shared.stop.clone()), Vec::new()));
            }
        }
        let (response, problems) = match response {
            Some(response) => response,
            None => {
                let query: Vec<(String, String)> = head
                    .uri
                    .query()
                    .map(|query| {
                        url::form_urlencoded::parse(query.as_bytes())
                            .into_owned()
                            .collect()
                    })
                    .unwrap_or_default();
                let (outgoing, problems) = match found {
                    Err((refusal, problems, allow)) => {
                        intake.drain().await;
                        let mut outgoing =
                            refuse(&self.api, None, accept(&head.headers), refusal, &problems);
                        if let Some(allow) = allow {
                            outgoing = outgoing.header("allow", &allow);
                        }
                        (outgoing, problems)
                    }
                    Ok((operation, parameters)) => {
                        self.serve(operation, &parameters, &query, &head.headers, &mut intake)
                            .await
                    }
                };
                (into_response(outgoing), problems)
            }
        };

        let (body, body_length) = intake.into_record();
        let path_and_query = head.uri.path_and_query().map(ToString::to_string);
        lock(&self.shared.log).push(Recorded {
            api: self.api.name.clone(),
            operation: operation.map(|operation| operation.id.clone()),
            method: head.method,
            path_and_query: path_and_query.unwrap_or(path),
            headers: head.headers,
            body,
            body_length,
            status: response.status().as_u16(),
            problems: problems.iter().map(ToString::to_string).collect(),
        });
        response
    }

    /// The operation of a method and path, with its path parameters; else what is wrong, and the methods there are.
    #[allow(clippy::type_complexity, reason = "used in one place")]
    fn find(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<(&Operation, Vec<(String, String)>), (Refusal, Vec<Problem>, Option<String>)> {
        let inner = path
            .strip_prefix(self.api.base_path.as_str())
            .unwrap_or_default();
        let mut matches: Vec<_> = self
            .api
            .operations
            .iter()
            .filter_map(|operation| Some((operation, operation.template.matches(inner)?)))
            .collect();
        let heaviest = matches
            .iter()
            .map(|(operation, _)| operation.template.weight())
            .max();
        matches.retain(|(operation, _)| Some(operation.template.weight()) == heaviest);
        if matches.is_empty() {
            let near = self.api.operations.iter().max_by(|a, b| {
                let likeness = a
                    .template
                    .likeness(inner)
                    .total_cmp(&b.template.likeness(inner));
                likeness.then((a.method == *method).cmp(&(b.method == *method)))
            });
            let expected = match near {
                Some(near) => format!(
                    "a documented path; the nearest is {} {}{}",
                    near.method, self.api.base_path, near.path
                ),
                None => "a documented path".to_owned(),
            };
            return Err((
                Refusal::UnknownPath,
                vec![Problem::new("path", expected, path)],
                None,
            ));
        }
        let mut allowed: Vec<&str> = matches
            .iter()
            .map(|(operation, _)| operation.method.as_str())
            .collect();
        allowed.dedup();
        let allow = allowed.join(", ");
        match matches
            .into_iter()
            .find(|(operation, _)| operation.method == *method)
        {
            Some(found) => Ok(found),
            None => {
                let problem =
                    Problem::new("method", format!("{allow} at this path"), method.as_str());
                Err((Refusal::WrongMethod, vec![problem], Some(allow)))
            }
        }
    }

    /// Checks a request to a known operation and answers it.
    async fn serve(
        &self,
        operation: &Operation,
        path: &[(String, String)],
        query: &[(String, String)],
        headers: &HeaderMap,
        intake: &mut Intake,
    ) -> (Outgoing, Vec<Problem>) {
        let usage = operation.limit.and_then(|limit| self.count(limit));
        let exceeded =
            self.shared.keep_limits && usage.as_ref().is_some_and(|usage| usage.used > usage.limit);
        let checked = match self.check_head(operation, path, query, headers, exceeded) {
            Err(refused) => Err(refused),
            Ok((sent, media)) => body::read(&self.api, operation, sent, headers, intake)
                .await
                .map(|value| (media, value)),
        };
        // Whatever was not read is let go: a client that still sends would not see the reply.
        intake.drain().await;
        let (mut outgoing, problems) = match checked {
            Ok((media, value)) => {
                let preferred = respond::preferred(headers)
                    .and_then(|status| respond::by_status(operation, status, accept(headers)));
                let outgoing =
                    preferred.unwrap_or_else(|| self.right(operation, media, value.as_ref()));
                (outgoing, Vec::new())
            }
            Err((refusal, problems)) => (
                refuse(
                    &self.api,
                    Some(operation),
                    accept(headers),
                    refusal,
                    &problems,
                ),
                problems,
            ),
        };
        if let Some(usage) = usage {
            let told = operation
                .responses
                .iter()
                .any(|reply| reply.headers.iter().any(|name| name == "api-usage-limit"));
            if told {
                let used = usage.used.min(usage.limit);
                outgoing = outgoing.header("api-usage-limit", &format!("{used}/{}", usage.limit));
            }
            if exceeded {
                outgoing = outgoing.header("retry-after", &usage.left.to_string());
            }
        }
        (outgoing, problems)
    }

    /// Checks all but the body; the media types of request and reply come back.
    #[allow(clippy::type_complexity, reason = "used in one place")]
    fn check_head<'a>(
        &self,
        operation: &'a Operation,
        path: &[(String, String)],
        query: &[(String, String)],
        headers: &HeaderMap,
        exceeded: bool,
    ) -> Result<
        (
            Option<&'a crate::media::Media>,
            Option<&'a crate::media::Media>,
        ),
        Refused,
    > {
        let problems = credentials::check(operation, query, headers, &lock(&self.shared.tokens));
        if !problems.is_empty() {
            return Err((Refusal::Credentials, problems));
        }
        if exceeded {
            return Err((Refusal::LimitReached, Vec::new()));
        }
        let problems = parameters::check(operation, path, query, headers);
        if !problems.is_empty() {
            return Err((Refusal::Invalid, problems));
        }
        let media = respond::media(operation, accept(headers))?;
        Ok((body::media(operation, headers)?, media))
    }

    /// The reply to a request that is right.
    fn right(
        &self,
        operation: &Operation,
        media: Option<&crate::media::Media>,
        request: Option<&Value>,
    ) -> Outgoing {
        match self
            .api
            .login
            .as_ref()
            .filter(|login| login.operation == operation.id)
        {
            None => respond::success(&self.api, operation, media, request),
            Some(login) => {
                let (token, lifetime) = {
                    let mut tokens = lock(&self.shared.tokens);
                    (tokens.issue(), tokens.lifetime)
                };
                respond::logged_in(&self.api, operation, login, media, request, token, lifetime)
            }
        }
    }

    /// Counts a request against a limit.
    fn count(&self, index: usize) -> Option<Usage> {
        let limit = self.api.limits.get(index)?;
        let mut windows = lock(&self.windows);
        let window = windows.get_mut(index)?;
        let now = Instant::now();
        if window.1 == 0 || now.duration_since(window.0) >= limit.window {
            *window = (now, 0);
        }
        window.1 = window.1.saturating_add(1);
        let left = limit.window.saturating_sub(now.duration_since(window.0));
        Some(Usage {
            used: window.1,
            limit: limit.requests,
            left: left.as_secs() + 1,
        })
    }

    /// Waits, but not longer than the sandbox lives.
    async fn wait(&self, delay: std::time::Duration) {
        if !delay.is_zero() {
            let mut stop = self.shared.stop.clone();
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
    }
}

fn accept(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(http::header::ACCEPT)
        .map(|value| value.to_str().unwrap_or("bytes that are no text"))
}

fn into_response(outgoing: Outgoing) -> Response<Body> {
    let mut response = Response::new(Body::from(outgoing.body));
    *response.status_mut() =
        StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in outgoing.headers {
        // Header values are bytes: a path in another script is sent in UTF-8.
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
