//! Starting, asking and stopping the sandbox.

use std::convert::Infallible;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::answer::{Service, Shared, lock};
use crate::api::Api;
use crate::check::credentials::Tokens;
use crate::embedded::APIS;
use crate::problem::Problem;
use crate::record::{Log, Recorded};
use crate::sample::Sample;
use crate::script::Reply;
use crate::text;

/// How long a login's token holds, unless [`Builder::token_lifetime`] says otherwise.
const TOKEN_LIFETIME: Duration = Duration::from_secs(2 * 60 * 60);
/// How long the head of a request may take, unless [`Builder::head_timeout`] says otherwise.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long open connections may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// Names of the APIs that are built in.
pub fn api_names() -> impl Iterator<Item = &'static str> {
    APIS.iter().map(|api| api.name)
}

/// Returns the bundled OpenAPI document of a built-in API, in JSON: what the sandbox answers from, and what
/// [`xml_to_json`](crate::xml_to_json) reads by.
#[must_use]
pub fn spec(name: &str) -> Option<&'static str> {
    APIS.iter().find(|api| api.name == name).map(|api| api.spec)
}

/// Returns the samples of a built-in API: what the sandbox checks itself against and answers with.
#[must_use]
pub fn samples(name: &str) -> &'static [Sample<'static>] {
    APIS.iter()
        .find(|api| api.name == name)
        .map_or(&[], |api| api.samples)
}

impl Api {
    /// Creates a built-in API.
    ///
    /// # Errors
    /// Where there is none of this name, or its document cannot be used.
    pub fn built_in(name: &str) -> Result<Self, StartError> {
        match APIS.iter().find(|api| api.name == name) {
            Some(api) => {
                Self::from_bundled(api.name, api.spec, api.samples).map_err(StartError::Document)
            }
            None => {
                let near = text::nearest(name, api_names()).map(str::to_owned);
                Err(StartError::UnknownApi(name.to_owned(), near))
            }
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// No API of this name is built in; the nearest name, if there is one.
    UnknownApi(String, Option<String>),
    /// No API was asked for.
    NoApi,
    /// An API's document cannot be used.
    Document(Problem),
    /// The system refused a socket, a thread or a runtime.
    Io(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownApi(name, near) => {
                write!(f, "no API is called {name:?}")?;
                match near {
                    Some(near) => write!(f, "; did you mean {near:?}?"),
                    None => write!(
                        f,
                        "; there are: {}",
                        api_names().collect::<Vec<_>>().join(", ")
                    ),
                }
            }
            Self::NoApi => {
                f.write_str("no API to serve: name one with Builder::api, or call Builder::all")
            }
            Self::Document(problem) => write!(f, "{problem}"),
            Self::Io(error) => write!(f, "the sandbox cannot listen: {error}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Document(problem) => Some(problem),
            Self::UnknownApi(..) | Self::NoApi => None,
        }
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Says what a sandbox serves, and how: [`Sandbox::builder`].
#[derive(Debug)]
pub struct Builder {
    names: Vec<String>,
    apis: Vec<Api>,
    port: u16,
    token_lifetime: Duration,
    keep_limits: bool,
    head_timeout: Duration,
}

impl Builder {
    /// Serves a built-in API; call it once for each.
    #[must_use]
    pub fn api(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    /// Serves every built-in API.
    #[must_use]
    pub fn all(mut self) -> Self {
        self.names.extend(api_names().map(str::to_owned));
        self
    }

    /// Serves an API from a document of your own.
    #[must_use]
    pub fn serve(mut self, api: Api) -> Self {
        self.apis.push(api);
        self
    }

    /// Sets the port of the first API; each further one gets the next port. Default: 0, any free ports.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets how long a token that a login answers holds. Default: two hours.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Refuses requests beyond the documented limits, with `Retry-After`. Default: they are counted only.
    #[must_use]
    pub fn keep_limits(mut self, keep: bool) -> Self {
        self.keep_limits = keep;
        self
    }

    /// Sets how long the head of a request may take to arrive, and an open connection may wait for the next request; then the
    /// connection is closed. Default: 30 seconds.
    #[must_use]
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// Starts the sandbox on 127.0.0.1, in the running tokio runtime.
    ///
    /// # Errors
    /// Where an API is unknown, its document cannot be used, or a port is taken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let mut apis = self.apis;
        for name in &self.names {
            apis.push(Api::built_in(name)?);
        }
        if apis.is_empty() {
            return Err(StartError::NoApi);
        }
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            log: Mutex::new(Log::default()),
            script: Mutex::default(),
            tokens: Mutex::new(Tokens::new(self.token_lifetime)),
            keep_limits: self.keep_limits,
            stop: stopped,
        });
        let mut sandbox = Sandbox {
            served: Vec::new(),
            shared,
            stop,
            tasks: Vec::new(),
            thread: None,
        };
        for (index, api) in apis.into_iter().enumerate() {
            let port = match self.port {
                0 => 0,
                first => u16::try_from(index)
                    .ok()
                    .and_then(|index| first.checked_add(index))
                    .ok_or_else(|| {
                        std::io::Error::new(
                            std::io::ErrorKind::AddrNotAvailable,
                            "no port is left for every API",
                        )
                    })?,
            };
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .await
                .map_err(|e| std::io::Error::new(e.kind(), format!("port {port}: {e}")))?;
            let address = listener.local_addr()?;
            sandbox.served.push(Served {
                name: api.name.clone(),
                address,
                base_path: api.base_path.clone(),
            });
            sandbox.tasks.push(tokio::spawn(run(
                listener,
                api,
                Arc::clone(&sandbox.shared),
                self.head_timeout,
            )));
        }
        Ok(sandbox)
    }

    /// Starts the sandbox in a thread of its own, for programs without a runtime.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking(self) -> Result<Sandbox, StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("lavka-sandbox".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    match self.start().await {
                        Err(error) => drop(sender.send(Err(error))),
                        Ok(mut sandbox) => {
                            let tasks = std::mem::take(&mut sandbox.tasks);
                            // The tasks end when the sandbox that was handed out is dropped.
                            drop(sender.send(Ok(sandbox)));
                            for task in tasks {
                                drop(task.await);
                            }
                        }
                    }
                });
                runtime.shutdown_timeout(GRACE);
            })?;
        let ended = || std::io::Error::other("the sandbox's thread ended before it had started");
        let mut sandbox = receiver.recv().map_err(|_| ended())??;
        sandbox.thread = Some(thread);
        Ok(sandbox)
    }
}

/// Serves one API until the sandbox stops.
async fn run(listener: TcpListener, api: Api, shared: Arc<Shared>, head_timeout: Duration) {
    let windows = vec![(Instant::now(), 0); api.limits.len()];
    let mut stop = shared.stop.clone();
    let service = Arc::new(Service {
        api,
        shared,
        windows: Mutex::new(windows),
    });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    connections.spawn(serve(socket, Arc::clone(&service), head_timeout));
                }
                // Too many open files, for instance: it may pass.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            () = stopped(&mut stop) => break,
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    drop(tokio::time::timeout(GRACE, ended).await);
}

/// Waits until the sandbox stops. An error means that it is gone, which is a stop as well.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Serves one connection until it ends, or the sandbox stops and the request under way is answered.
async fn serve(socket: TcpStream, service: Arc<Service>, head_timeout: Duration) {
    // Small pieces leave at once; without this a second one may wait for the first to be acknowledged.
    drop(socket.set_nodelay(true));
    let mut stop = service.shared.stop.clone();
    let answer = service_fn(move |request: Request<Incoming>| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .serve_connection(TokioIo::new(socket), answer);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stopped(&mut stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(connection.await);
}

#[derive(Debug)]
struct Served {
    name: String,
    address: SocketAddr,
    base_path: String,
}

/// A running sandbox: one listener on loopback for each API. It stops when it is dropped.
pub struct Sandbox {
    served: Vec<Served>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("served", &self.served)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Returns a sandbox to be set up: name its APIs, then start it.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            names: Vec::new(),
            apis: Vec::new(),
            port: 0,
            token_lifetime: TOKEN_LIFETIME,
            keep_limits: false,
            head_timeout: HEAD_TIMEOUT,
        }
    }

    /// Returns the base URL of an API, without a slash at the end: `http://127.0.0.1:40211`. Empty for an API that this
    /// sandbox does not serve.
    #[must_use]
    pub fn url(&self, api: &str) -> String {
        self.served
            .iter()
            .find(|served| served.name == api)
            .map(|served| format!("http://{}{}", served.address, served.base_path))
            .unwrap_or_default()
    }

    /// Names and base URLs of all APIs that it serves.
    #[must_use]
    pub fn urls(&self) -> Vec<(String, String)> {
        self.served
            .iter()
            .map(|served| (served.name.clone(), self.url(&served.name)))
            .collect()
    }

    /// Returns the latest requests, oldest first: up to 10,000, and up to 64 MiB of bodies.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.log).all()
    }

    /// Returns the same, and forgets them.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Recorded> {
        lock(&self.shared.log).take()
    }

    /// Returns how often an operation (`create_order` or `qnits.create_order`) was called since the start.
    #[must_use]
    pub fn calls(&self, operation: &str) -> u64 {
        lock(&self.shared.log).calls(operation)
    }

    /// Answers the next calls of an operation (`create_order` or `qnits.create_order`) with these replies, after the
    /// ones of earlier scripts (100,000 replies at most); then it goes on as usual. Scripted requests are recorded but
    /// not checked.
    pub fn script(&self, operation: &str, replies: Vec<Reply>) {
        self.shared.script(operation, replies);
    }

    /// Forgets the replies that are still scripted.
    pub fn clear_scripts(&self) {
        lock(&self.shared.script).clear();
    }

    /// Ends every token that a login has issued; [`credentials::TOKEN`](crate::credentials::TOKEN) still holds.
    pub fn revoke_tokens(&self) {
        lock(&self.shared.tokens).revoke();
    }

    /// Stops and waits until open connections have ended, two seconds at most.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for task in std::mem::take(&mut self.tasks) {
            drop(task.await);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // It ends within the grace period.
            drop(thread.join());
        }
    }
}
