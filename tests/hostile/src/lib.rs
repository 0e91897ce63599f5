//! A loopback server that does what a test says, down to resets, half replies and bodies without an end, and remembers
//! what it was sent.
//!
//! It lives on a thread of its own, so that it goes on whatever the runtime of a test does. It knows no other package of the
//! project: the tests of each can use it.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod log;

pub use log::{Log, shown};

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Awaits on a runtime of one thread of its own.
///
/// # Panics
/// Where no runtime can be made.
pub fn run<F: IntoFuture>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(future.into_future())
}

/// A request as it came over the socket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// `GET /path?query HTTP/1.1`.
    pub line: String,
    /// Names and values as they were sent.
    pub headers: Vec<(String, String)>,
    /// The body, without the wrapping of chunks.
    pub body: Vec<u8>,
}

impl Seen {
    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The line and the headers, each on a line of its own.
    #[must_use]
    pub fn head(&self) -> String {
        let headers = self.headers.iter();
        let lines = headers.map(|(name, value)| format!("\r\n{name}: {value}"));
        format!("{}{}", self.line, lines.collect::<String>())
    }

    /// Method and target, as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.line
            .rsplit_once(' ')
            .map_or(&self.line, |(target, _)| target)
    }

    /// The value of a query parameter, percent-encoded as it was sent.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let target = self.line.split(' ').nth(1)?;
        let (_, query) = target.split_once('?')?;
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(known, _)| *known == name))
            .map(|(_, value)| value)
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers, and keeps the connection.
    Send(Vec<u8>),
    /// Sends this, then closes the connection in an orderly way.
    Close(Vec<u8>),
    /// Sends this, then resets the connection.
    Reset(Vec<u8>),
    /// Resets the connection when the request's head has come, without reading its body. Only in scripts.
    ResetEarly,
    /// Sends this when the request's head has come, reads no body, and resets the connection a moment later. Only in scripts.
    Early(Vec<u8>),
    /// Sends the first bytes at once and then the others one at a time, with this pause, over and over as long as somebody
    /// reads.
    SlowBody(Vec<u8>, Vec<u8>, Duration),
    /// Sends the first bytes at once, and then this piece without an end.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends this after a while.
    Late(Duration, Vec<u8>),
    /// Sends this and nothing more, and keeps the connection open.
    Stall(Vec<u8>),
}

/// What to do about the request with this number.
type Answer = dyn Fn(usize, &Seen) -> Act + Send + Sync;

enum Plan {
    Script(Vec<Act>),
    Ask(Box<Answer>),
}

struct Shared {
    plan: Plan,
    seen: Mutex<Vec<Seen>>,
    sent: AtomicU64,
}

/// A running server. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// How many requests [`Server::next`] has given.
    given: AtomicUsize,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(1)
        .thread_name("hostile-server")
        .enable_all()
        .build()
        .expect("a runtime")
});

impl Server {
    /// Answers requests with these acts, one after the other; the last one is repeated.
    #[must_use]
    pub fn script(acts: Vec<Act>) -> Self {
        assert!(!acts.is_empty(), "a script needs an act");
        Self::with(Plan::Script(acts))
    }

    /// Asks for each request what to do; its number counts from 0.
    #[must_use]
    pub fn start(plan: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        Self::with(Plan::Ask(Box::new(plan)))
    }

    fn with(plan: Plan) -> Self {
        let shared = Arc::new(Shared {
            plan,
            seen: Mutex::default(),
            sent: AtomicU64::new(0),
        });
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener
            .set_nonblocking(true)
            .expect("a socket that does not block");
        let address = listener.local_addr().expect("an address");
        let _inside = RUNTIME.enter();
        let listener = TcpListener::from_std(listener).expect("a listener");
        let own = Arc::clone(&shared);
        let task = RUNTIME.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = socket.set_nodelay(true);
                let shared = Arc::clone(&own);
                RUNTIME.spawn(async move { serve(socket, &shared).await });
            }
        });
        Self {
            address,
            shared,
            given: AtomicUsize::new(0),
            task,
        }
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The requests so far. One whose body was not read has none.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.shared
            .seen
            .lock()
            .expect("no panic while it is locked")
            .clone()
    }

    /// The next request that was not asked for yet: calls have ended before it is asked for.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn next(&self) -> Seen {
        let number = self.given.fetch_add(1, Ordering::SeqCst);
        self.seen().into_iter().nth(number).expect("a request")
    }

    /// How many bytes the system has taken from it.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

/// A reply with `Content-Length`.
#[must_use]
pub fn reply(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = head(status, headers, &format!("Content-Length: {}", body.len()));
    bytes.extend_from_slice(body);
    bytes
}

/// Answers with a status line, headers and a body.
#[must_use]
pub fn status(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Act {
    Act::Send(reply(status, headers, body))
}

/// Answers `200 OK` with a body of this media type.
#[must_use]
pub fn ok(media: &str, body: impl AsRef<[u8]>) -> Act {
    status("200 OK", &[("Content-Type", media)], body)
}

/// Answers `200 OK` with JSON.
#[must_use]
pub fn json(body: impl AsRef<[u8]>) -> Act {
    ok("application/json", body)
}

/// A server that gives numbered tokens (`tok-1`), with `rest` beside them, to requests that begin with `asks`, a moment late, so that
/// callers can meet. Others get `body` for a token from the number `valid` on, and 401 for any other.
#[must_use]
pub fn tokens(asks: &'static str, rest: &'static str, valid: usize, body: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_, seen| {
        if seen.line.starts_with(asks) {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let text =
                format!(r#"{{"access_token": "tok-{number}", "token_type": "Bearer"{rest}}}"#);
            return Act::Late(Duration::from_millis(20), reply("200 OK", &[], text));
        }
        let token = seen.header("authorization").unwrap_or_default();
        let number = token
            .strip_prefix("Bearer tok-")
            .and_then(|number| number.parse::<usize>().ok());
        match number {
            Some(number) if number >= valid => json(body),
            _ => status("401 Unauthorized", &[], r#"{"message": "expired"}"#),
        }
    })
}

/// The head of a reply with one more header line.
#[must_use]
pub fn head(status: &str, headers: &[(&str, &str)], last: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(last);
    text.push_str("\r\n\r\n");
    text.into_bytes()
}

async fn serve(mut socket: TcpStream, shared: &Shared) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let mut seen = read_head(&mut socket, &mut buffer).await?;
        let number = {
            let mut log = shared.seen.lock().expect("no panic while it is locked");
            log.push(seen.clone());
            log.len() - 1
        };
        let scripted = match &shared.plan {
            Plan::Script(acts) => acts.get(number).or(acts.last()).cloned(),
            Plan::Ask(_) => None,
        };
        if matches!(scripted, Some(Act::ResetEarly)) {
            let _ = socket.set_zero_linger();
            return None;
        }
        if let Some(Act::Early(bytes)) = &scripted {
            send(&mut socket, bytes, shared).await?;
            sleep(Duration::from_millis(300)).await;
            let _ = socket.set_zero_linger();
            return None;
        }
        if seen.header("expect").is_some() {
            socket
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .await
                .ok()?;
        }
        read_body(&mut socket, &mut buffer, &mut seen).await?;
        if let Some(place) = shared
            .seen
            .lock()
            .expect("no panic while it is locked")
            .get_mut(number)
        {
            *place = seen.clone();
        }
        let act = match (&shared.plan, scripted) {
            (Plan::Ask(ask), _) => ask(number, &seen),
            (Plan::Script(_), act) => act?,
        };
        perform(act, &mut socket, shared).await?;
    }
}

/// `None` where the connection has ended.
async fn perform(act: Act, socket: &mut TcpStream, shared: &Shared) -> Option<()> {
    match act {
        Act::Send(bytes) => send(socket, &bytes, shared).await,
        Act::Close(bytes) => {
            send(socket, &bytes, shared).await?;
            socket.shutdown().await.ok()?;
            // Until the other side has read everything; a socket that is closed with unread data resets.
            let _ = socket.read(&mut [0; 16]).await;
            None
        }
        Act::Reset(bytes) => {
            send(socket, &bytes, shared).await?;
            // Time for the client to read it: a reset takes back what was not.
            sleep(Duration::from_millis(60)).await;
            let _ = socket.set_zero_linger();
            None
        }
        Act::SlowBody(first, rest, pause) => {
            send(socket, &first, shared).await?;
            for byte in rest.into_iter().cycle() {
                sleep(pause).await;
                send(socket, &[byte], shared).await?;
            }
            None
        }
        Act::Endless(first, piece) => {
            send(socket, &first, shared).await?;
            loop {
                send(socket, &piece, shared).await?;
            }
        }
        Act::Late(wait, bytes) => {
            sleep(wait).await;
            send(socket, &bytes, shared).await
        }
        Act::Stall(bytes) => {
            send(socket, &bytes, shared).await?;
            let _ = socket.read(&mut [0; 16]).await;
            None
        }
        Act::Early(_) | Act::ResetEarly => None,
    }
}

async fn send(socket: &mut TcpStream, bytes: &[u8], shared: &Shared) -> Option<()> {
    socket.write_all(bytes).await.ok()?;
    shared.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
    Some(())
}

async fn fill(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let count = socket.read_buf(buffer).await.ok()?;
    (count > 0).then_some(())
}

async fn read_head(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        fill(socket, buffer).await?;
    };
    let head: Vec<u8> = buffer.drain(..end + 4).collect();
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next()?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Some(Seen {
        line,
        headers,
        body: Vec::new(),
    })
}

async fn read_body(socket: &mut TcpStream, buffer: &mut Vec<u8>, seen: &mut Seen) -> Option<()> {
    if seen.header("transfer-encoding").is_some() {
        loop {
            let Some(at) = buffer.windows(2).position(|window| window == b"\r\n") else {
                fill(socket, buffer).await?;
                continue;
            };
            let size =
                usize::from_str_radix(std::str::from_utf8(buffer.get(..at)?).ok()?, 16).ok()?;
            while buffer.len() < at + 2 + size + 2 {
                fill(socket, buffer).await?;
            }
            seen.body
                .extend_from_slice(buffer.get(at + 2..at + 2 + size)?);
            buffer.drain(..at + 2 + size + 2);
            if size == 0 {
                return Some(());
            }
        }
    }
    let length: usize = seen
        .header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    while buffer.len() < length {
        fill(socket, buffer).await?;
    }
    seen.body = buffer.drain(..length).collect();
    Some(())
}
