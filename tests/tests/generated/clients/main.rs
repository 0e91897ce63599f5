//! What generated clients do beside calling operations, over sockets: tokens, servers, headers of replies, pages and streams.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

/// The generated modules. Only what a test has no use for is allowed.
#[allow(dead_code, unreachable_pub)]
mod api {
    include!(concat!(env!("OUT_DIR"), "/clients.rs"));
}
#[allow(dead_code, unreachable_pub)]
mod schemes {
    include!(concat!(env!("OUT_DIR"), "/schemes.rs"));
}

mod headers;
mod oauth;
mod pages;
mod servers;
mod streams;

use lavka_runtime::client::{ApiClient, Builder, Retry};

use lavka_hostile::{Seen, Server};

/// A builder whose client calls this server, at the path that the document has.
fn builder<C: ApiClient>(server: &Server) -> Builder<C> {
    Builder::<C>::new()
        .base_url(format!("{}/v1", server.url()))
        .retry(Retry::never())
}

/// The requests whose first line begins so.
fn requests(server: &Server, begin: &str) -> Vec<Seen> {
    let mut seen = server.seen();
    seen.retain(|seen| seen.line.starts_with(begin));
    seen
}
