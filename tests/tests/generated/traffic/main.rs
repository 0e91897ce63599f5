//! What a shop's servers and the networks before them do, met by one generated client over sockets.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

/// The generated module. Only what a test has no use for is allowed.
#[allow(dead_code, unreachable_pub)]
mod api {
    include!(concat!(env!("OUT_DIR"), "/traffic.rs"));
}

mod flows;
mod lists;
mod tokens;
mod values;
mod wire;

use lavka_hostile::{Seen, Server};
use lavka_runtime::client::{Builder, Retry};

use api::{Client, Credentials};

/// A builder whose client calls this server, and waits for nothing between attempts.
fn builder(server: &Server) -> Builder<Client> {
    Client::builder()
        .base_url(server.url())
        .credentials(Credentials::token("the-token"))
        .retry(Retry {
            first_wait: std::time::Duration::from_millis(1),
            ..Retry::default()
        })
}

fn client(server: &Server) -> Client {
    builder(server).build().expect("a client")
}

/// The requests whose first line begins so.
fn requests(server: &Server, begin: &str) -> Vec<Seen> {
    let mut seen = server.seen();
    seen.retain(|seen| seen.line.starts_with(begin));
    seen
}
