//! A loopback server that does what a test says, down to resets and half-sent replies.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came over the socket.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
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
    /// Resets the connection when the request's head has come, without reading its body.
    ResetEarly,
    /// Sends the first bytes at once and then one byte at a time, with this pause.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// Sends this, and then chunks without an end.
    Endless(Vec<u8>),
    /// Sends this after a while.
    Late(Duration, Vec<u8>),
}

pub type Plan = dyn Fn(usize, &Seen) -> Act + Send + Sync;

pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts a server whose plan gets the request's number, from 0.
    pub async fn start(plan: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (plan, log): (Arc<Plan>, _) = (Arc::new(plan), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&plan), Arc::clone(&log)));
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    /// Answers requests with these acts, one after the other; the last one is repeated.
    pub async fn script(acts: Vec<Act>) -> Self {
        Self::start(move |number, _| acts[number.min(acts.len() - 1)].clone()).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }
}

/// A reply with `Content-Length`.
pub fn reply(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

pub fn json(body: &str) -> Act {
    Act::Send(reply(
        "200 OK",
        &[("Content-Type", "application/json")],
        body,
    ))
}

pub fn status(status: &str, headers: &[(&str, &str)], body: &str) -> Act {
    Act::Send(reply(status, headers, body))
}

async fn serve(mut socket: TcpStream, plan: Arc<Plan>, log: Arc<Mutex<Vec<Seen>>>) {
    let mut buffer = Vec::new();
    loop {
        let Some(mut seen) = read_head(&mut socket, &mut buffer).await else {
            return;
        };
        let number = {
            let mut log = log.lock().expect("no panic");
            log.push(seen.clone());
            log.len() - 1
        };
        // Plans that look at the body get it; a plan that resets early does not wait for it.
        if matches!(plan(number, &seen), Act::ResetEarly) {
            let _ = socket.set_zero_linger();
            return;
        }
        if seen.header("expect").is_some() {
            let _ = socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        }
        if read_body(&mut socket, &mut buffer, &mut seen)
            .await
            .is_none()
        {
            return;
        }
        log.lock().expect("no panic")[number] = seen.clone();
        match plan(number, &seen) {
            Act::Send(bytes) => {
                if socket.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Close(bytes) => {
                let _ = socket.write_all(&bytes).await;
                let _ = socket.shutdown().await;
                return;
            }
            Act::Reset(bytes) => {
                let _ = socket.write_all(&bytes).await;
                // Time for the client to read it: a reset takes back what was not.
                tokio::time::sleep(Duration::from_millis(60)).await;
                let _ = socket.set_zero_linger();
                return;
            }
            Act::Drip(first, rest, pause) => {
                let _ = socket.write_all(&first).await;
                for byte in rest {
                    tokio::time::sleep(pause).await;
                    if socket.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
            }
            Act::Endless(first) => {
                let _ = socket.write_all(&first).await;
                let piece = vec![b' '; 64 << 10];
                while socket.write_all(&piece).await.is_ok() {}
                return;
            }
            Act::Late(wait, bytes) => {
                tokio::time::sleep(wait).await;
                if socket.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::ResetEarly => return,
        }
    }
}

async fn fill(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut piece = vec![0; 64 << 10];
    match socket.read(&mut piece).await {
        Ok(count) if count > 0 => {
            buffer.extend_from_slice(&piece[..count]);
            Some(())
        }
        _ => None,
    }
}

async fn read_head(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        fill(socket, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    buffer.drain(..end + 4);
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some(Seen {
        line,
        headers: headers.collect(),
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
            let size = usize::from_str_radix(std::str::from_utf8(&buffer[..at]).ok()?, 16).ok()?;
            while buffer.len() < at + 2 + size + 2 {
                fill(socket, buffer).await?;
            }
            seen.body.extend_from_slice(&buffer[at + 2..at + 2 + size]);
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
