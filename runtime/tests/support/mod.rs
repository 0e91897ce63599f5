//! A shop that does not exist: its client as `shop.yaml` generates it.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used
)]

#[rustfmt::skip]
pub mod shop;

use std::time::Duration;

use lavka_hostile::Server;
use lavka_runtime::client::{Builder, Retry};

/// Quick retries and no wait for slow servers.
pub fn builder(server: &Server) -> Builder<shop::Client> {
    shop::Client::builder()
        .base_url(server.url())
        .credentials(shop::Credentials::token("tok-SECRET-1"))
        .retry(Retry {
            first_wait: Duration::from_millis(5),
            ..Retry::default()
        })
        .http(reqwest::ClientBuilder::no_proxy)
}
