//! Tokens by the flows of the document, against a token server.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lavka_runtime::client::{OAuth2, Retry, Token};

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

/// A server that gives these replies to requests for tokens, one after the other, and things to requests with the token `good`.
fn answering(acts: Vec<Act>) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |_, seen: &Seen| match seen.header("authorization") {
        _ if seen.line.starts_with("POST ") => {
            let number = asked.fetch_add(1, Ordering::SeqCst);
            acts.get(number).or(acts.last()).cloned().expect("an act")
        }
        Some("Bearer good") => json("[]"),
        _ => status("401 Unauthorized", &[], ""),
    })
}

/// A client that repeats without waiting long.
fn retrying(server: &Server) -> Client {
    builder(server)
        .retry(Retry {
            first_wait: Duration::from_millis(1),
            ..Retry::default()
        })
        .credentials(Credentials::client_credentials("shop", SECRET))
        .build()
        .expect("a client")
}

const GOOD: &str = r#"{"access_token": "good"}"#;

#[tokio::test]
async fn a_token_is_found_in_any_form_that_servers_give_it() {
    let text = "\u{feff}{\"access_token\":\"good\"}";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        b"access_token=good&scope=read&token_type=bearer&expires_in=3600".to_vec(),
        br#"{"accessToken":"good","expiresIn":3600}"#.to_vec(),
        br#"{"ok":true,"data":{"access_token":"good","expires_in":"3599.5"}}"#.to_vec(),
        br#"{"access_token":"good\n","expires_in":-1,"refresh_token":null}"#.to_vec(),
        br#"{"access_token":"good","expires_in":{"seconds":1}}"#.to_vec(),
        text.into(),
        wide,
    ] {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let server = answering(vec![json(body)]);
        let client = client(&server, Credentials::client_credentials("shop", SECRET));
        assert!(client.list_things().await.is_ok(), "{shown}");
    }
}

#[tokio::test]
async fn what_a_token_server_says_in_any_form_reaches_the_caller() {
    let challenge =
        r#"Basic realm="x", error="invalid_client", error_description="Unknown client""#;
    let html = "<html><head><title>Bad client</title></head></html>";
    for (line, headers, body, expected) in [
        (
            "400 Bad Request",
            ("X-A", "1"),
            r#"{"message":"No such client","hint":"Check the id"}"#,
            "No such client; Check the id",
        ),
        (
            "400 Bad Request",
            ("X-A", "1"),
            r#"{"error":{"code":"E7","message":"Bad client"}}"#,
            "Bad client [E7]",
        ),
        (
            "400 Bad Request",
            ("X-A", "1"),
            html,
            "an HTML page: Bad client",
        ),
        (
            "404 Not Found",
            ("X-A", "1"),
            "no route",
            "HTTP 404 Not Found: the login failed: no route",
        ),
        (
            "401 Unauthorized",
            ("X-A", "1"),
            r#"{"title":"Unauthorized","detail":"unknown client"}"#,
            "Unauthorized: unknown client",
        ),
        (
            "401 Unauthorized",
            ("WWW-Authenticate", challenge),
            "",
            "Unknown client [invalid_client]",
        ),
        (
            "400 Bad Request",
            ("X-A", "1"),
            "error=invalid_client&error_description=The+id+is+wrong",
            "The id is wrong [invalid_client]",
        ),
        (
            "200 OK",
            ("X-A", "1"),
            r#"{"access_token":null,"error":"invalid_scope","error_description":"no such scope"}"#,
            "no such scope [invalid_scope]",
        ),
        (
            "302 Found",
            ("Location", "https://login.example/?x=1"),
            "",
            "redirects to https://login.example, and",
        ),
    ] {
        let server = answering(vec![status(line, &[headers], body)]);
        let error = retrying(&server).list_things().await.expect_err(expected);
        let text = error.to_string();
        assert!(error.is_auth() && text.contains(expected), "{text}");
        assert_eq!(requests(&server, "POST ").len(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_token_server_that_fails_for_a_moment_is_asked_again() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"go".to_vec();
    let page = "<html><title>Maintenance</title></html>";
    for act in [
        Act::Close(cut),
        Act::Reset(Vec::new()),
        json(page),
        status("429 Too Many Requests", &[("Retry-After", "0")], ""),
    ] {
        let server = answering(vec![act.clone(), json(GOOD)]);
        let result = retrying(&server).list_things().await;
        assert!(result.is_ok(), "{act:?}: {result:?}");
        assert_eq!(requests(&server, "POST ").len(), 2);
    }
    // No more is read of it than a token needs.
    let begin = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let server = answering(vec![Act::Endless(begin, vec![b' '; 1 << 16])]);
    let error = retrying(&server).list_things().await.expect_err("no end");
    assert!(
        error.to_string().contains("more than 262144 bytes"),
        "{error}"
    );
    // As long as it asks to wait.
    let busy = status(
        "503 Service Unavailable",
        &[("Retry-After", "100000")],
        "busy",
    );
    let server = answering(vec![busy]);
    let error = retrying(&server).list_things().await.expect_err("busy");
    let text = error.to_string();
    assert!(!error.is_auth() && error.is_retryable(), "{text}");
    assert!(text.contains("busy (try again in 100000 s)"), "{text}");
    assert_eq!(requests(&server, "POST ").len(), 1);
}

#[tokio::test]
async fn an_ended_token_is_renewed_whatever_the_status() {
    let challenge = r#"Bearer error="invalid_token""#;
    for (line, challenge, body) in [
        ("403 Forbidden", challenge, r#"{"message":"Forbidden"}"#),
        (
            "403 Forbidden",
            "Bearer",
            r#"{"code":"token_expired","message":"Log in"}"#,
        ),
        (
            "400 Bad Request",
            "Bearer",
            r#"{"error":"invalid_token","error_description":"expired"}"#,
        ),
    ] {
        let asked = AtomicUsize::new(0);
        let server = Server::start(move |_, seen: &Seen| match seen.header("authorization") {
            _ if seen.line.starts_with("POST ") => {
                let number = asked.fetch_add(1, Ordering::SeqCst);
                json(format!(r#"{{"access_token":"tok-{number}"}}"#))
            }
            Some("Bearer tok-0") => status(line, &[("WWW-Authenticate", challenge)], body),
            _ => json("[]"),
        });
        let client = client(&server, Credentials::client_credentials("shop", SECRET));
        assert!(client.list_things().await.is_ok(), "{line} {body}");
    }
}
