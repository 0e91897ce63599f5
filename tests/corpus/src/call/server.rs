//! A server that answers each case and keeps what it was sent.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::case::{Case, Reply};
use crate::wire::{self, Request};

/// A running server.
pub(super) struct Server {
    pub(super) port: u16,
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<HashMap<usize, Request>>>,
    thread: JoinHandle<()>,
}

/// Starts a server on a free port of loopback.
pub(super) fn start(cases: &[Case]) -> io::Result<Server> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    let replies: Arc<Vec<Reply>> = Arc::new(cases.iter().map(|case| case.reply.clone()).collect());
    let (stop, seen) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Mutex::new(HashMap::new())),
    );
    let (stopped, kept) = (Arc::clone(&stop), Arc::clone(&seen));
    let thread = std::thread::spawn(move || {
        for stream in listener.incoming() {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            if let Ok(stream) = stream {
                let (replies, kept) = (Arc::clone(&replies), Arc::clone(&kept));
                std::thread::spawn(move || {
                    let _ = serve(stream, &replies, &kept);
                });
            }
        }
    });
    Ok(Server {
        port,
        stop,
        seen,
        thread,
    })
}

impl Server {
    /// Ends the server. Returns what each case was sent last.
    pub(super) fn stop(self) -> HashMap<usize, Request> {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.join();
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request for each connection.
fn serve(
    mut stream: TcpStream,
    replies: &[Reply],
    kept: &Mutex<HashMap<usize, Request>>,
) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end + 4);
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    };
    if let Some(length) = header("content-length").and_then(|n| n.parse::<usize>().ok()) {
        while body.len() < length {
            match stream.read(&mut chunk)? {
                0 => break,
                n => body.extend_from_slice(&chunk[..n]),
            }
        }
    } else if header("transfer-encoding").is_some() {
        while !body.windows(5).any(|five| five == b"0\r\n\r\n") {
            match stream.read(&mut chunk)? {
                0 => break,
                n => body.extend_from_slice(&chunk[..n]),
            }
        }
    }
    let Some((base, request)) = wire::parse(&head, body) else {
        return stream.write_all(
            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    };
    let Some((index, reply)) = base
        .parse::<usize>()
        .ok()
        .and_then(|index| Some((index, replies.get(index)?)))
    else {
        return stream.write_all(
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    };
    let head_only = request.method == "HEAD";
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(index, request);
    let kind = reply
        .media
        .as_ref()
        .map_or(String::new(), |media| format!("Content-Type: {media}\r\n"));
    let length = if reply.status == 204 {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", reply.bytes.len())
    };
    let extra: String = reply
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    write!(
        stream,
        "HTTP/1.1 {} X\r\n{kind}{length}{extra}Connection: close\r\n\r\n",
        reply.status
    )?;
    if !head_only {
        stream.write_all(&reply.bytes)?;
    }
    Ok(())
}
