//! Tokens by the flows of the document, against a token server.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lavka_runtime::client::{OAuth2, Token};

use super::api::{Client, Credentials};
use super::{builder, requests, schemes};
use lavka_hostile::{Act, Seen, Server, json, status, tokens};

const SECRET: &str = "s3cret PLANTED";

/// Accepts tokens from this number on.
async fn server(valid: usize, rest: &'static str) -> Server {
    tokens("POST ", rest, valid, "[]")
}

/// A token server with this answer.
async fn refusing(act: Act) -> Server {
    Server::start(move |_, seen: &Seen| match seen.line.starts_with("POST ") {
        true => act.clone(),
        false => json("[]"),
    })
}

fn client(server: &Server, credentials: Credentials) -> Client {
    builder(server)
        .credentials(credentials)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn client_credentials_ask_for_the_scopes_of_the_operations() {
    let server = server(1, r#", "expires_in": 3600"#).await;
    let client = client(&server, Credentials::client_credentials("my shop", SECRET));
    client.list_things().await.expect("things");
    client.list_things().await.expect("things");
    let asked = requests(&server, "POST ");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, "POST /oauth/token HTTP/1.1");
    assert_eq!(
        asked[0].text(),
        "grant_type=client_credentials&scope=read+write"
    );
    assert_eq!(
        asked[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    // my+shop:s3cret+PLANTED
    assert_eq!(
        asked[0].header("authorization"),
        Some("Basic bXkrc2hvcDpzM2NyZXQrUExBTlRFRA==")
    );
    assert_eq!(
        requests(&server, "GET ")[0].header("authorization"),
        Some("Bearer tok-1")
    );
}

#[tokio::test]
async fn the_flow_of_the_document_can_be_changed() {
    let server = server(1, "").await;
    let settings = OAuth2::client_credentials(&Credentials::CLIENT_CREDENTIALS, "shop", SECRET)
        .token_url(format!("{}/other/token", server.url()))
        .scopes(["admin"])
        .secret_in_body()
        .parameter("audience", "https://shop.example");
    let client = client(&server, Credentials::oauth2(settings));
    client.list_things().await.expect("things");
    let asked = requests(&server, "POST ");
    assert_eq!(asked[0].line, "POST /other/token HTTP/1.1");
    assert_eq!(
        asked[0].text(),
        "grant_type=client_credentials&scope=admin&client_id=shop&client_secret=s3cret+PLANTED&audience=https%3A%2F%2Fshop.example"
    );
    assert_eq!(asked[0].header("authorization"), None);
}

#[tokio::test]
async fn a_refresh_token_goes_to_the_refresh_url_and_is_replaced() {
    let server = server(2, r#", "refresh_token": "refresh-2""#).await;
    let client = client(&server, Credentials::refresh_token("app", "", "refresh-1"));
    client
        .list_things()
        .await
        .expect("things, with the second token");
    let asked: Vec<(String, String)> = requests(&server, "POST ")
        .iter()
        .map(|seen| (seen.line.clone(), seen.text()))
        .collect();
    let line = "POST /oauth/refresh HTTP/1.1".to_owned();
    assert_eq!(
        asked,
        [
            (
                line.clone(),
                "grant_type=refresh_token&refresh_token=refresh-1&client_id=app".to_owned()
            ),
            (
                line,
                "grant_type=refresh_token&refresh_token=refresh-2&client_id=app".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = server(100, "").await;
    let client = client(&server, Credentials::client_credentials("shop", SECRET));
    let error = client.list_things().await.expect_err("refused");
    assert!(error.is_auth(), "{error}");
    assert_eq!(requests(&server, "POST ").len(), 2);
    assert_eq!(requests(&server, "GET ").len(), 2);
}

#[tokio::test]
async fn a_token_that_ends_is_renewed() {
    // Shorter than what is kept for the way.
    let server = server(1, r#", "expires_in": 6"#).await;
    let client = client(&server, Credentials::client_credentials("shop", SECRET));
    client.list_things().await.expect("things");
    tokio::time::sleep(std::time::Duration::from_millis(5_600)).await;
    client.list_things().await.expect("things");
    let tokens: Vec<_> = requests(&server, "GET ")
        .iter()
        .map(|seen| seen.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(
        tokens,
        [Some("Bearer tok-1".into()), Some("Bearer tok-2".into())]
    );
}

#[tokio::test]
async fn the_reason_of_a_refusal_reaches_the_caller_and_no_secret_does() {
    let echo = format!(
        r#"{{"error": "invalid_client", "error_description": "no client with the secret {SECRET}"}}"#
    );
    let server = refusing(status("401 Unauthorized", &[], &echo)).await;
    let client = client(&server, Credentials::client_credentials("shop", SECRET));
    let error = client.list_things().await.expect_err("refused");
    let text = format!("{error} {error:?} {client:?}");
    assert!(error.is_auth() && text.contains("invalid_client"), "{text}");
    assert!(!text.contains("PLANTED"), "{text}");
    assert!(requests(&server, "GET ").is_empty());
    let debug = format!("{:?}", Credentials::client_credentials("shop", SECRET));
    assert!(!debug.contains("PLANTED"), "{debug}");
}

#[tokio::test]
async fn a_redirect_of_the_token_server_is_not_followed() {
    let elsewhere = server(1, "").await;
    let location = format!("{}/steal", elsewhere.url());
    let server = refusing(status(
        "307 Temporary Redirect",
        &[("Location", &location)],
        "",
    ))
    .await;
    let client = client(&server, Credentials::client_credentials("shop", SECRET));
    let error = client.list_things().await.expect_err("a redirect");
    assert!(error.to_string().contains("307"), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_reply_without_a_token_says_so() {
    let server = refusing(json(r#"{"token": "tok-PLANTED"}"#)).await;
    let client = client(&server, Credentials::client_credentials("shop", SECRET));
    let error = client.list_things().await.expect_err("no token");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("access_token") && !text.contains("PLANTED"),
        "{text}"
    );
}

#[tokio::test]
async fn tokens_of_a_source() {
    let server = server(2, "").await;
    let count = AtomicUsize::new(0);
    let credentials = Credentials::token_source(move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok(Token::new(format!("tok-{number}"))) }
    });
    client(&server, credentials)
        .list_things()
        .await
        .expect("things, with the second token");
    let failing = Credentials::token_source(|| async { Err("the vault is sealed".into()) });
    let error = client(&server, failing)
        .list_things()
        .await
        .expect_err("no token");
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}

#[tokio::test]
async fn a_fixed_token_and_an_operation_without() {
    let server = server(1, "").await;
    let client = client(&server, Credentials::token("tok-7"));
    client.list_things().await.expect("things");
    client
        .get_public()
        .await
        .expect_err("the server refuses it");
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), Some("Bearer tok-7"));
    assert_eq!(seen[1].header("authorization"), None);
}

/// Constructors of several schemes are named after them, and each goes to its operations.
#[tokio::test]
async fn several_schemes_at_once() {
    let tokens = Mutex::new(Vec::new());
    let server = Server::start(move |_, seen: &Seen| match seen.line.split(' ').nth(1) {
        Some(path) if path.ends_with("/token") => {
            if !seen.body.is_empty() {
                tokens.lock().expect("no panic").push(seen.text());
            }
            json(format!(
                r#"{{"access_token": "of{}"}}"#,
                path.replace('/', "-")
            ))
        }
        _ => status("204 No Content", &[], ""),
    });
    let credentials = schemes::Credentials::first_client_credentials("a", "b")
        .and(schemes::Credentials::second_refresh_token("c", "d", "e"))
        .and(schemes::Credentials::openid_token_source(|| async {
            Ok(Token::new("user"))
        }))
        .and(schemes::Credentials::key("k"));
    let client: schemes::Client = builder(&server)
        .credentials(credentials)
        .build()
        .expect("a client");
    client.one().await.expect("one");
    client.two().await.expect("two");
    client.both().await.expect("both");
    client.user().await.expect("user");
    let sent: Vec<_> = requests(&server, "GET ")
        .iter()
        .map(|seen| {
            let header = |name: &str| seen.header(name).unwrap_or("-").to_owned();
            (header("authorization"), header("x-key"))
        })
        .collect();
    let of = |token: &str, key: &str| (token.to_owned(), key.to_owned());
    assert_eq!(
        sent,
        [
            of("Bearer of-first-token", "-"),
            of("Bearer of-second-token", "-"),
            of("Bearer of-first-token", "k"),
            of("Bearer user", "-"),
        ]
    );
    assert_eq!(
        requests(&server, "POST /first/token")[0].text(),
        "grant_type=client_credentials&scope=a+b"
    );
}
