//! OAuth 2, and tokens that the caller gets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lavka_runtime::Error;
use lavka_runtime::client::{
    Alternative, Builder, Credential, OAuth2, OAuthFlow, Operation, Reply, Scheme, SchemeKind,
    Token,
};

use super::{API, Client, builder};
use lavka_hostile::{Seen, Server, status, tokens};

static OAUTH: Scheme = Scheme::new("oauth", SchemeKind::Token("Bearer"));
static SECURITY: &[Alternative] = &[&[&OAUTH]];
static OP: Operation = Operation {
    security: SECURITY,
    idempotent: true,
    ..Operation::new(&API, "op", "GET", "/a")
};
static FLOW: OAuthFlow = OAuthFlow {
    scopes: &["read", "write"],
    ..OAuthFlow::new("/oauth/token")
};

/// Accepts tokens from this number on.
async fn server(valid: usize, rest: &'static str) -> Server {
    tokens("POST /oauth/token ", rest, valid, "{}")
}

fn client(server: &Server, credential: impl Into<Credential>) -> Client {
    builder(server)
        .credentials(credential.into())
        .build()
        .expect("a client")
}

fn flow() -> OAuth2 {
    OAuth2::client_credentials(&FLOW, "my shop", "s3cret:PLANTED")
}

async fn call(client: &Client) -> Result<(), Error> {
    client.0.request(&OP, &[]).call(Reply::unit).await
}

fn token_requests(server: &Server) -> Vec<Seen> {
    let mut seen = server.seen();
    seen.retain(|seen| seen.line.starts_with("POST"));
    seen
}

#[tokio::test]
async fn client_credentials_once_for_all_callers() {
    let server = server(1, r#","expires_in":3600"#).await;
    let client = client(&server, flow());
    let results = futures(20, || call(&client)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    call(&client).await.expect("a reply");
    let asked = token_requests(&server);
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].text(),
        "grant_type=client_credentials&scope=read+write"
    );
    assert_eq!(
        asked[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    // my+shop:s3cret%3APLANTED
    assert_eq!(
        asked[0].header("authorization"),
        Some("Basic bXkrc2hvcDpzM2NyZXQlM0FQTEFOVEVE")
    );
}

/// Runs so many futures side by side.
async fn futures<T, F: Future<Output = T>>(count: usize, make: impl Fn() -> F) -> Vec<T> {
    let mut pending: Vec<_> = (0..count).map(|_| Box::pin(make())).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = server(2, "").await;
    let client = client(&server, flow());
    call(&client).await.expect("a reply");
    assert_eq!(token_requests(&server).len(), 2);
    // Now none is accepted any more.
    let server = self::server(100, "").await;
    let client = self::client(&server, flow());
    let error = call(&client).await.expect_err("refused");
    assert!(error.is_auth());
    assert_eq!(token_requests(&server).len(), 2);
}

#[tokio::test]
async fn a_token_that_is_about_to_end_is_renewed() {
    let server = server(1, r#","expires_in":"6""#).await;
    let client = client(&server, flow());
    call(&client).await.expect("a reply");
    tokio::time::sleep(Duration::from_millis(6_500)).await;
    call(&client).await.expect("a reply");
    assert_eq!(token_requests(&server).len(), 2);
}

#[tokio::test]
async fn secrets_in_the_body_and_further_parameters() {
    let server = server(1, "").await;
    let flow = flow()
        .secret_in_body()
        .scopes(["a"])
        .parameter("audience", "https://api");
    call(&client(&server, flow)).await.expect("a reply");
    let asked = token_requests(&server);
    assert_eq!(asked[0].header("authorization"), None);
    assert_eq!(
        asked[0].text(),
        "grant_type=client_credentials&scope=a&client_id=my+shop&client_secret=s3cret%3APLANTED&audience=https%3A%2F%2Fapi"
    );
}

#[tokio::test]
async fn refresh_tokens_rotate() {
    let server = server(2, r#","refresh_token":"next""#).await;
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let flow = OAuth2::refresh_token(&FLOW, "id", "", "first").on_refresh(move |token| {
        keep.lock()
            .expect("no panic")
            .push(token.expose().to_owned());
    });
    call(&client(&server, flow)).await.expect("a reply");
    let asked: Vec<String> = token_requests(&server).iter().map(Seen::text).collect();
    assert_eq!(
        asked,
        [
            "grant_type=refresh_token&refresh_token=first&client_id=id",
            "grant_type=refresh_token&refresh_token=next&client_id=id"
        ]
    );
    assert_eq!(*kept.lock().expect("no panic"), ["next", "next"]);
}

#[tokio::test]
async fn a_refused_client_is_an_auth_error_that_shows_no_secret() {
    for (line, body) in [
        (
            "400 Bad Request",
            r#"{"error":"invalid_client","error_description":"s3cret:PLANTED"}"#,
        ),
        ("401 Unauthorized", r#"{"error":"invalid_client"}"#),
        ("302 Found", r#"{"error":"invalid_client"}"#),
        ("200 OK", r#"{"error":"invalid_client"}"#),
        ("200 OK", r#"{"access_token":"", "error":"invalid_client"}"#),
    ] {
        let server =
            Server::start(move |_, _: &Seen| status(line, &[("Location", "/elsewhere")], body));
        let error = call(&client(&server, flow())).await.expect_err("refused");
        let shown = format!("{error} {error:?}");
        assert!(
            error.is_auth() && shown.contains("invalid_client"),
            "{line}: {shown}"
        );
        assert!(!shown.contains("`invalid_client"), "{line}: {shown}");
        assert!(!shown.contains("PLANTED"), "{shown}");
        assert_eq!(server.seen().len(), 1, "{line}");
    }
    let server = Server::start(|_, _: &Seen| status("503 Service Unavailable", &[], ""));
    let error = call(&client(&server, flow())).await.expect_err("refused");
    assert!(!error.is_auth() && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn parameters_and_former_refresh_tokens_are_not_shown() {
    // The server repeats all that it was sent, and the first refresh token once more.
    let server = Server::start(|number, seen: &Seen| match number {
        0 => status(
            "200 OK",
            &[],
            r#"{"access_token": "PLANTED-a", "refresh_token": "PLANTED-2"}"#,
        ),
        1 => status("401 Unauthorized", &[], "{}"),
        _ => {
            let body = serde_json::json!({"error": format!("PLANTED-first {}", seen.text())});
            status("400 Bad Request", &[], body.to_string())
        }
    });
    let flow = OAuth2::refresh_token(&FLOW, "id", "", "PLANTED-first")
        .parameter("audience", "https://api")
        .parameter("assertion", "PLANTED-assertion");
    let error = call(&client(&server, flow)).await.expect_err("refused");
    let shown = format!("{error} {error:?} {:?}", error.body());
    assert!(
        shown.contains("[redacted]") && shown.contains("audience=https%3A%2F%2Fapi"),
        "{shown}"
    );
    assert!(!shown.contains("PLANTED"), "{shown}");
}

#[tokio::test]
async fn a_redirect_of_the_token_server_is_seen_from_there() {
    let server =
        Server::start(|_, _: &Seen| status("302 Found", &[("Location", "/elsewhere")], ""));
    let url = format!("{}/oauth/token", server.url());
    let client = Builder::<Client>::new()
        .base_url("http://127.0.0.1:9")
        .credentials(Credential::from(flow().token_url(url)))
        .build()
        .expect("a client");
    let error = call(&client).await.expect_err("refused").to_string();
    assert!(
        error.contains(&format!("redirects to {},", server.url())),
        "{error}"
    );
}

#[tokio::test]
async fn secrets_go_nowhere_unencrypted() {
    let server = server(1, "").await;
    let error = call(&client(
        &server,
        flow().token_url("http://login.example/token"),
    ))
    .await
    .expect_err("refused");
    assert!(error.to_string().contains("allow_plaintext"), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_source_of_the_callers_own() {
    let server = server(5, "").await;
    let number = Arc::new(AtomicUsize::new(3));
    let next = Arc::clone(&number);
    let source = move || {
        let number = next.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok(Token::new(format!("tok-{number}")).expires_in(Duration::from_secs(60))) }
    };
    call(&client(&server, Credential::source(source)))
        .await
        .expect("a reply");
    assert_eq!(number.load(Ordering::SeqCst), 5);
    let failing = || async { Err("the vault is closed".into()) };
    let error = call(&client(&server, Credential::source(failing)))
        .await
        .expect_err("no token");
    assert!(
        error.is_auth() && error.to_string().contains("the vault is closed"),
        "{error}"
    );
}
