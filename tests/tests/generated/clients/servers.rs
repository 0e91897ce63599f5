//! Several servers, servers of single operations, variables and relative URLs.

use lavka_runtime::client::{ApiClient, Builder};
use lavka_runtime::{Error, ErrorKind};

use super::api::{Client, Credentials, ServerUrl};
use super::{builder, schemes};
use lavka_hostile::{Server, json};

/// The base URL of a client with these settings, or why there is none.
fn base_url<C: ApiClient>(builder: Builder<C>) -> Result<String, String> {
    let (send, receive) = std::sync::mpsc::channel();
    let client = builder
        .without_credentials()
        .before_send(move |request| {
            let _ = send.send(request.url().to_string());
            Err("not sent".to_owned())
        })
        .build()
        .map_err(|error: Error| error.to_string());
    let _ = receive;
    client.map(|_| String::new())
}

/// Where a client with these settings sends a request.
async fn target(change: impl FnOnce(Builder<Client>) -> Builder<Client>) -> Result<String, Error> {
    let (send, receive) = std::sync::mpsc::channel();
    let client = change(Builder::new())
        .without_credentials()
        .before_send(move |request| {
            let _ = send.send(request.url().to_string());
            Err("not sent".to_owned())
        })
        .build()?;
    client.get_public().await.expect_err("not sent");
    Ok(receive.try_recv().expect("a request"))
}

#[tokio::test]
async fn a_server_of_the_document_is_chosen_by_its_name() {
    let sent = target(|builder| builder).await;
    assert_eq!(sent.expect("sent"), "https://api.shop.example/v1/public");
    let sent = target(|builder| builder.base_url(ServerUrl::Production)).await;
    assert_eq!(sent.expect("sent"), "https://api.shop.example/v1/public");
    let sent = target(|builder| builder.base_url(ServerUrl::Sandbox)).await;
    assert_eq!(sent.expect("sent"), "https://eu.sandbox.example/v1/public");
    let sent = target(|builder| {
        let builder = builder.base_url(ServerUrl::Sandbox);
        builder
            .variable("region", "us")
            .variable("version", "v2/beta")
    });
    assert_eq!(
        sent.await.expect("sent"),
        "https://us.sandbox.example/v2/beta/public"
    );
}

#[tokio::test]
async fn values_of_variables_are_checked() {
    for (name, value, expected) in [
        ("region", "asia", "eu, us, not \"asia\""),
        ("region", "evil.example/", "eu, us"),
        ("version", "../admin", "letters, digits"),
        ("version", "v1?x=", "letters, digits"),
        ("shop", "x", "no variable \"shop\""),
    ] {
        let built =
            target(|builder| builder.base_url(ServerUrl::Sandbox).variable(name, value)).await;
        let error = built.expect_err(value);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_relative_server_needs_a_base_url() {
    let error = base_url(schemes::Client::builder()).expect_err("no host");
    assert!(
        error.contains("the spec names no host")
            && error.contains("`base_url`")
            && error.contains("/api/v2"),
        "{error}"
    );
    base_url(schemes::Client::builder().base_url("https://shop.example/api/v2")).expect("a client");
}

#[tokio::test]
async fn an_operation_on_another_host_is_called_there_if_the_caller_says_so() {
    let main = Server::script(vec![json("[]")]);
    let files = Server::script(vec![json(r#"{"id": 1}"#)]);
    let client = |change: fn(Builder<Client>) -> Builder<Client>| {
        let builder = change(builder(&main)).credentials(Credentials::token("PLANTED"));
        builder.build().expect("a client")
    };
    let error = client(|builder| builder)
        .get_file("7")
        .await
        .expect_err("another host");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().contains("https://files.shop.example"),
        "{error}"
    );
    assert!(main.seen().is_empty());
    // The document's name for it, and its text.
    for by_name in [true, false] {
        let moved: Builder<Client> = builder(&main).credentials(Credentials::token("t"));
        let moved = match by_name {
            true => moved.server(ServerUrl::Files, files.url()),
            false => moved.server("https://files.shop.example/", files.url()),
        };
        moved
            .build()
            .expect("a client")
            .get_file("7")
            .await
            .expect("a thing");
    }
    let seen = files.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].line, "GET /files/7 HTTP/1.1");
    assert_eq!(seen[0].header("authorization"), Some("Bearer t"));
    // At the document's own place.
    let (send, receive) = std::sync::mpsc::channel();
    let client: Client = builder(&main)
        .credentials(Credentials::token("t"))
        .allow_server(ServerUrl::Files)
        .before_send(move |request| {
            let _ = send.send(request.url().to_string());
            Err("not sent".to_owned())
        })
        .build()
        .expect("a client");
    client.get_file("7").await.expect_err("not sent");
    assert_eq!(
        receive.try_recv().expect("a request"),
        "https://files.shop.example/files/7"
    );
}

#[tokio::test]
async fn the_user_agent_is_that_of_the_crate_with_the_bindings() {
    let server = Server::script(vec![json("")]);
    let client: Client = builder(&server)
        .without_credentials()
        .build()
        .expect("a client");
    let _ = client.get_public().await;
    assert_eq!(
        server.seen()[0].header("user-agent"),
        Some(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
    );
}

#[tokio::test]
async fn headers_of_the_caller_are_in_each_request_unless_it_has_them() {
    let server = Server::script(vec![json(""), json("")]);
    let base = || builder(&server).without_credentials();
    let client: Client = base()
        .header("Authorization", "Bearer abc")
        .header("accept", "text/html")
        .build()
        .expect("a client");
    for _ in 0..2 {
        let _ = client.get_public().await;
        let seen = server.next();
        assert_eq!(seen.header("authorization"), Some("Bearer abc"));
        assert_eq!(seen.header("accept"), Some("*/*"));
    }
    assert!(!format!("{client:?}").contains("abc"));
    for (name, value) in [("A b", "c"), ("a", "b\nc")] {
        let error = base().header(name, value).build().map(|_: Client| ());
        let error = error.expect_err("no header");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(!error.to_string().contains("b\nc"), "{error}");
    }
}
