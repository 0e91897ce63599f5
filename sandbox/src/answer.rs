//! One request from its first byte to the reply.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::{Api, Operation};
use crate::check::credentials::Tokens;
use crate::check::refused::Refused;
use crate::check::{body, credentials, parameters};
use crate::echo::{self, Asked};
use crate::intake::Intake;
use crate::media::Media;
use crate::problem::{Problem, Refusal};
use crate::record::{Log, Recorded, names};
use crate::refuse::refuse;
use crate::respond::{self, Outgoing};
use crate::script::{Expected, Reply};

/// The largest body that is taken: a file of 4 GiB, and the multipart framing around it.
const LARGEST_BODY: u64 = (4 << 30) + (1 << 20);
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
    /// The reply's header with the usage.
    header: Option<String>,
}

/// A request that is being answered. It is recorded when it ends, also where the client went away before.
struct Visit {
    shared: Arc<Shared>,
    intake: Intake,
    record: Recorded,
}

impl Drop for Visit {
    fn drop(&mut self) {
        let (body, length) = self.intake.take_record();
        let record = Recorded {
            body,
            body_length: length,
            ..self.record.clone()
        };
        lock(&self.shared.log).push(record);
    }
}

/// Names and decoded values of a path's parameters.
type PathParameters = Vec<(String, String)>;

/// A path or method that no operation has.
struct Unknown {
    refusal: Refusal,
    problem: Problem,
    /// The methods that there are at the path.
    allow: Option<String>,
}

/// A request to a known operation.
struct Call<'a> {
    operation: &'a Operation,
    path: &'a [(String, String)],
    query: &'a [(String, String)],
    headers: &'a HeaderMap,
    expected: &'a Expected,
}

/// The media types of a request's body and of its reply; `None` where there is no body.
type MediaPair<'a> = (Option<&'a Media>, Option<&'a Media>);

impl Service {
    /// Answers a request and records it.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let path_and_query = head.uri.path_and_query().map(ToString::to_string);
        let found = self.find(&head.method, &path);
        let operation = found.as_ref().ok().map(|(operation, _)| *operation);
        let mut visit = Visit {
            shared: Arc::clone(&self.shared),
            intake: Intake::new(body, LARGEST_BODY, self.shared.stop.clone()),
            record: Recorded {
                api: self.api.name.clone(),
                operation: operation.map(|operation| operation.id.clone()),
                method: head.method,
                path_and_query: path_and_query.unwrap_or(path),
                headers: head.headers.clone(),
                body: Bytes::new(),
                body_length: 0,
                status: 0,
                problems: Vec::new(),
            },
        };
        let scripted = operation.and_then(|operation| {
            lock(&self.shared.log).count(&self.api.name, &operation.id);
            self.shared.next_reply(&self.api.name, &operation.id)
        });
        let mut expected = Expected::Usual;
        let mut response = None;
        if let Some(reply) = scripted {
            if reply.is_fixed() {
                visit.intake.drain().await;
            }
            self.wait(reply.delay).await;
            if reply.is_fixed() {
                response = Some(reply.into_response(self.shared.stop.clone()));
            } else {
                expected = reply.expected;
            }
        }
        let response = match response {
            Some(response) => response,
            None => {
                let query = head.uri.query().unwrap_or_default().as_bytes();
                let query: Vec<(String, String)> =
                    url::form_urlencoded::parse(query).into_owned().collect();
                let (outgoing, problems) = match found {
                    Err(unknown) => {
                        visit.intake.drain().await;
                        self.unknown(unknown, &head.headers)
                    }
                    Ok((operation, parameters)) => {
                        let call = Call {
                            operation,
                            path: &parameters,
                            query: &query,
                            headers: &head.headers,
                            expected: &expected,
                        };
                        self.serve(&call, &mut visit.intake).await
                    }
                };
                visit.record.problems = problems.iter().map(ToString::to_string).collect();
                into_response(outgoing)
            }
        };
        visit.record.status = response.status().as_u16();
        response
    }

    /// The reply to a path or method that no operation has.
    fn unknown(&self, unknown: Unknown, headers: &HeaderMap) -> (Outgoing, Vec<Problem>) {
        let problems = vec![unknown.problem];
        let mut outgoing = refuse(&self.api, None, accept(headers), unknown.refusal, &problems);
        if let Some(allow) = unknown.allow {
            outgoing = outgoing.header("allow", &allow);
        }
        (outgoing, problems)
    }

    /// The operation of a method and path, with its path parameters; else what is wrong, and the methods there are.
    fn find(&self, method: &Method, path: &str) -> Result<(&Operation, PathParameters), Unknown> {
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
            return Err(Unknown {
                refusal: Refusal::UnknownPath,
                problem: Problem::new("path", expected, path),
                allow: None,
            });
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
                Err(Unknown {
                    refusal: Refusal::WrongMethod,
                    problem,
                    allow: Some(allow),
                })
            }
        }
    }

    /// Checks a request to a known operation and answers it.
    async fn serve(&self, call: &Call<'_>, intake: &mut Intake) -> (Outgoing, Vec<Problem>) {
        let (operation, headers) = (call.operation, call.headers);
        let usage = operation.limit.and_then(|limit| self.count(limit));
        let exceeded =
            self.shared.keep_limits && usage.as_ref().is_some_and(|usage| usage.used > usage.limit);
        let checked = match self.check_head(call, exceeded) {
            Err(refused) => Err(refused),
            Ok((sent, media)) => body::read(&self.api, operation, sent, headers, intake)
                .await
                .map(|value| (media, value)),
        };
        // Whatever was not read is let go: a client that still sends would not see the reply.
        intake.drain().await;
        let (mut outgoing, problems) = match checked {
            Ok((media, value)) => (self.right(call, media, value.as_ref()), Vec::new()),
            Err((refusal, problems)) => {
                let accept = accept(headers);
                (
                    refuse(&self.api, Some(operation), accept, refusal, &problems),
                    problems,
                )
            }
        };
        if let Some(usage) = usage {
            if let Some(header) = &usage.header {
                let used = usage.used.min(usage.limit);
                outgoing = outgoing.header(header, &format!("{used}/{}", usage.limit));
            }
            if exceeded {
                outgoing = outgoing.header("retry-after", &usage.left.to_string());
            }
        }
        (outgoing, problems)
    }

    /// Checks all but the body.
    fn check_head<'a>(&self, call: &Call<'a>, exceeded: bool) -> Result<MediaPair<'a>, Refused> {
        let Call {
            operation,
            path,
            query,
            headers,
            ..
        } = *call;
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
    fn right(&self, call: &Call<'_>, media: Option<&Media>, request: Option<&Value>) -> Outgoing {
        let operation = call.operation;
        let status = match call.expected {
            Expected::Status(status) => Some(*status),
            // What the document does not know of cannot be asked for by header.
            _ => {
                respond::preferred(call.headers).filter(|status| operation.reply(*status).is_some())
            }
        };
        if let Some(status) = status {
            return respond::by_status(operation, status, accept(call.headers));
        }
        let case = match call.expected {
            Expected::Case(case) => Some(case.as_str()),
            _ => operation.case_of(request),
        };
        let asked = Asked {
            parameters: call.path.iter().chain(call.query).collect(),
            body: request,
        };
        let outgoing = echo::success(&self.api, operation, media, case, &asked);
        match &self.api.login {
            Some(login) if login.operation == operation.id => {
                let (token, lifetime) = {
                    let mut tokens = lock(&self.shared.tokens);
                    (tokens.issue(), tokens.lifetime)
                };
                respond::logged_in(&self.api, outgoing, login, media, request, token, lifetime)
            }
            _ => outgoing,
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
            header: limit.header.clone(),
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
