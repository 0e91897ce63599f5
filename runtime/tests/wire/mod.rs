//! A client without an API, and a server that answers `{}`.

mod bodies;
mod compression;
mod extra;
mod oauth;
mod params;
mod security;
mod setup;
mod streams;

use lavka_runtime::Error;
use lavka_runtime::client::{
    Api, ApiClient, Builder, Core, Credential, Operation, Param, Reply, Request, Retry, ToParam,
};

use lavka_hostile::{Seen, Server, json};

pub(crate) static API: Api = Api::new("shop", "https://shop.example");

/// A client that is nothing but its core.
pub(crate) struct Client(pub(crate) Core);

impl ApiClient for Client {
    const API: &'static Api = &API;
    type Credentials = Credential;

    fn from_core(core: Core) -> Self {
        Self(core)
    }
}

pub(crate) fn builder(server: &Server) -> Builder<Client> {
    Builder::new()
        .base_url(server.url())
        .retry(Retry::never())
        .http(reqwest::ClientBuilder::no_proxy)
}

/// An operation of a test.
pub(crate) fn operation(method: &'static str, path: &'static str, params: Vec<Param>) -> Operation {
    Operation {
        params: params.leak(),
        ..Operation::new(&API, "op", method, path)
    }
}

/// Sends one request; what the server saw, or why it was not sent.
pub(crate) async fn send(
    operation: Operation,
    values: &[&dyn ToParam],
    body: impl FnOnce(Request<'_>) -> Request<'_>,
) -> Result<Seen, Error> {
    send_with(|builder| builder, operation, values, body).await
}

pub(crate) async fn send_with(
    set: impl FnOnce(Builder<Client>) -> Builder<Client>,
    operation: Operation,
    values: &[&dyn ToParam],
    body: impl FnOnce(Request<'_>) -> Request<'_>,
) -> Result<Seen, Error> {
    let server = Server::start(|_, _: &Seen| json("{}"));
    let client = set(builder(&server)).build().expect("a client");
    let operation: &'static Operation = Box::leak(Box::new(operation));
    let result = body(client.0.request(operation, values))
        .call(Reply::unit)
        .await;
    let seen = server.seen();
    match result {
        Ok(()) => Ok(seen.into_iter().next().expect("a request")),
        Err(error) => {
            assert!(
                seen.is_empty(),
                "an error, but something was sent: {seen:?}"
            );
            Err(error)
        }
    }
}

/// The request line's target.
pub(crate) fn target(seen: &Seen) -> &str {
    seen.line.split(' ').nth(1).expect("a target")
}
