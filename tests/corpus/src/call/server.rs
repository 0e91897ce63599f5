//! A server that answers each case and keeps what it was sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lavka_hostile::{Act, Seen};

use super::case::{Case, Reply};
use crate::wire::{self, Request};

/// A running server.
pub(super) struct Server {
    server: lavka_hostile::Server,
    seen: Arc<Mutex<HashMap<usize, Request>>>,
}

/// Starts a server on a free port of loopback. The first segment of a path is the number of the case.
pub(super) fn start(cases: &[Case]) -> Server {
    let replies: Vec<Reply> = cases.iter().map(|case| case.reply.clone()).collect();
    let seen = Arc::new(Mutex::new(HashMap::new()));
    let kept = Arc::clone(&seen);
    let server = lavka_hostile::Server::start(move |_, request| answer(request, &replies, &kept));
    Server { server, seen }
}

impl Server {
    pub(super) fn port(&self) -> u16 {
        self.server.port()
    }

    /// Ends the server. Returns what each case was sent last.
    pub(super) fn stop(self) -> HashMap<usize, Request> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn answer(seen: &Seen, replies: &[Reply], kept: &Mutex<HashMap<usize, Request>>) -> Act {
    let Some((base, request)) = wire::parse(&seen.head(), seen.body.clone()) else {
        return lavka_hostile::status("400 Bad Request", &[], "");
    };
    let index = base.parse::<usize>().ok();
    let Some((index, reply)) = index.and_then(|index| Some((index, replies.get(index)?))) else {
        return lavka_hostile::status("404 Not Found", &[], "");
    };
    let head_only = request.method == "HEAD";
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(index, request);
    let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
    if let Some(media) = &reply.media {
        head.push_str(&format!("Content-Type: {media}\r\n"));
    }
    if reply.status != 204 {
        head.push_str(&format!("Content-Length: {}\r\n", reply.bytes.len()));
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    if !head_only {
        bytes.extend_from_slice(&reply.bytes);
    }
    Act::Send(bytes)
}
