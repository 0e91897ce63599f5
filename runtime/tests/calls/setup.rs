//! Settings of a client: credentials, hooks, limits.

use lavka_hostile::{Act, Server, json, reply};
use lavka_runtime::client::{Call, Credential, Usage};
use lavka_runtime::{Decimal, ErrorKind};

use crate::support::shop::{Asset, Book, Client, Credentials, Order};
use crate::support::{builder, shop};

#[tokio::test]
async fn every_way_to_authenticate() {
    let server = Server::script(vec![json(r#"{"product_id":1,"message":"hi"}"#)]);
    let none = builder(&server)
        .without_credentials()
        .build()
        .expect("a client");
    none.get_shop()
        .await
        .expect("an operation without a credential");
    let error = none.delete_book(1).await.expect_err("no credential");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "shop.delete_book: it needs credentials: give them to the builder"
    );
    let basic = builder(&server)
        .credentials(Credentials::basic("Aladdin", "open sesame"))
        .build()
        .expect("a client");
    basic.delete_book(1).await.expect("basic");
    let body = builder(&server)
        .credentials(Credentials::new("тоkен"))
        .build()
        .expect("a client");
    body.create_order(&Order {
        external_id: "17".into(),
    })
    .await
    .expect("body");
    let wrong = body
        .edit_book(1, &Book::new("", Decimal::ONE))
        .await
        .expect_err("another kind");
    assert_eq!(wrong.kind(), ErrorKind::Configuration);
    let seen = server.seen();
    assert_eq!(seen.len(), 3, "nothing is sent without a credential");
    assert_eq!(
        seen[1].header("authorization"),
        Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
    assert_eq!(
        seen[2].text(),
        r#"{"token":"тоkен","method":"CreateOrder","order":{"external_id":"17"}}"#
    );
}

#[tokio::test]
async fn the_builder_refuses_what_cannot_work() {
    let refused = |builder: lavka_runtime::client::Builder<Client>| {
        builder.build().expect_err("refused").to_string()
    };
    let token = || Credentials::token("t");
    assert!(
        refused(Client::builder().base_url("https://x.example"))
            .contains("credentials are missing")
    );
    assert!(refused(Client::builder().credentials(token())).contains(r#"variable("shop", …)"#));
    assert!(
        refused(
            Client::builder()
                .credentials(token())
                .variable("shop", "evil.com/")
        )
        .contains("letters, digits")
    );
    assert!(
        refused(Client::builder().credentials(token()).variable("ship", "x"))
            .contains("no variable \"ship\"")
    );
    let plain = || {
        Client::builder()
            .credentials(token())
            .base_url("http://shop.example.com")
    };
    assert!(refused(plain()).contains("allow_plaintext"));
    plain().allow_plaintext().build().expect("allowed");
    for url in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1",
        "https://shop.example.com/base/",
    ] {
        Client::builder()
            .credentials(token())
            .base_url(url)
            .build()
            .expect(url);
    }
    for url in [
        "",
        "shop",
        "ftp://x",
        "https://u:p@x",
        "https://x/?token=1",
        "http://127.0.0.1.example.com",
    ] {
        refused(Client::builder().credentials(token()).base_url(url));
    }
    Client::builder()
        .credentials(token())
        .variable("shop", "my-shop")
        .build()
        .expect("a client");
}

#[tokio::test]
async fn hooks_see_requests_and_cannot_send_them_elsewhere() {
    let server = Server::script(vec![json(r#"{"message":"hi"}"#)]);
    let client = builder(&server)
        .on_request(|request| {
            request
                .headers_mut()
                .insert("x-trace", "1".parse().expect("a value"));
        })
        .http(|http| {
            http.no_proxy()
                .redirect(reqwest::redirect::Policy::limited(10))
        })
        .build()
        .expect("a client");
    client.get_shop().await.expect("success");
    assert_eq!(server.seen()[0].header("x-trace"), Some("1"));
    let client = builder(&server)
        .on_request(|request| {
            request
                .url_mut()
                .set_host(Some("localhost"))
                .expect("a host");
        })
        .build()
        .expect("a client");
    let error = client.get_shop().await.expect_err("refused");
    assert!(
        error
            .to_string()
            .contains("credentials go only to the configured"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_dry_run_sees_the_request_and_sends_nothing() {
    let server = Server::script(vec![json("{}")]);
    let client = builder(&server)
        .before_send(|request| {
            let body = request
                .body()
                .and_then(reqwest::Body::as_bytes)
                .unwrap_or_default();
            Err(format!(
                "{} {} with {} bytes",
                request.method(),
                request.url(),
                body.len()
            ))
        })
        .build()
        .expect("a client");
    let error = client
        .edit_book(7, &Book::new("a", Decimal::ONE))
        .await
        .expect_err("not sent");
    assert_eq!(error.kind(), ErrorKind::Request);
    let url = server.url();
    // The error's text is the hook's, but for the credential.
    assert_eq!(
        error.to_string(),
        format!(
            "shop.edit_book: POST {url}/api/product/edit/book/7?token=[redacted] with 22 bytes"
        )
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_documented_limit_is_kept_before_the_server_must_refuse() {
    let server = Server::script(vec![json(r#"{"message":"hi"}"#)]);
    let client = builder(&server)
        .call_timeout(std::time::Duration::from_secs(20))
        .build()
        .expect("a client");
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..510 {
        let client = client.clone();
        calls.spawn(async move { client.get_shop().await.err() });
    }
    let errors: Vec<_> = calls.join_all().await.into_iter().flatten().collect();
    assert_eq!((errors.len(), server.seen().len()), (10, 500));
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::RateLimit, "{error}");
        assert!(error.is_rate_limited() && error.is_retryable() && !error.is_validation());
        assert!(
            error.to_string().starts_with(
                "shop.get_shop: rate limit of 500 requests in 300 s exceeded (try again in "
            ),
            "{error}"
        );
    }
    let unlimited = builder(&server)
        .ignore_rate_limits()
        .build()
        .expect("a client");
    for _ in 0..501 {
        unlimited.get_shop().await.expect("success");
    }
}

#[tokio::test]
async fn usage_is_read() {
    let act = Act::Send(reply(
        "200 OK",
        &[("API-Usage-Limit", "17/500")],
        r#"{"message":"hi"}"#,
    ));
    let server = Server::script(vec![act]);
    let client = builder(&server).build().expect("a client");
    assert_eq!(client.usage(), None);
    client.get_shop().await.expect("success");
    assert_eq!(
        client.usage(),
        Some(Usage {
            used: 17,
            limit: 500
        })
    );
}

#[test]
fn clients_may_be_shared_and_futures_sent() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<Client>();
    shared::<lavka_runtime::Error>();
    shared::<Credential>();
    fn moved<T: Send + Unpin>() {}
    moved::<Call<'_, std::cell::Cell<u8>>>();
    let call =
        |client: Client| async move { client.edit_book(1, &Book::new("", Decimal::ONE)).await };
    let upload = |client: Client, asset: Asset| async move { client.add_asset(&asset).await };
    fn check<F: Future + Send>(_: impl Fn(Client) -> F) {}
    check(call);
    let _ = |client, asset| sent(upload(client, asset));
    let _ = shop::operations::API.name;
}
