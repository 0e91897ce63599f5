//! Tokens that end, and those that replace them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lavka_hostile::{Act, Seen, Server, json, reply, status};
use lavka_runtime::Error;
use lavka_runtime::client::Upload;
use tokio::task::JoinSet;

use super::api::{Client, Credentials};
use super::{builder, requests};

/// A server that replaces the refresh token at each use, and takes the use of an old one for theft, as OAuth's best practice says.
/// The first answers of its token endpoint are these.
fn rotating(first: Vec<Act>, wait: u64, rest: &'static str) -> Server {
    #[derive(Default)]
    struct State {
        asked: usize,
        tokens: usize,
        stolen: bool,
        /// Access tokens that are good for nothing any more.
        ended: HashSet<String>,
    }
    let state = Arc::new(Mutex::new(State::default()));
    Server::start(move |_, seen: &Seen| {
        let mut state = state.lock().expect("no panic");
        if seen.line.starts_with("POST /oauth/token") {
            state.asked += 1;
            if let Some(act) = first.get(state.asked - 1) {
                return act.clone();
            }
            let current = format!("refresh_token=r-{}&", state.tokens);
            if state.stolen || !seen.text().contains(&current) {
                state.stolen = true;
                return status("400 Bad Request", &[], r#"{"error": "invalid_grant"}"#);
            }
            state.tokens += 1;
            let number = state.tokens;
            let text =
                format!(r#"{{"access_token": "a-{number}", "refresh_token": "r-{number}"{rest}}}"#);
            return Act::Late(Duration::from_millis(wait), reply("200 OK", &[], text));
        }
        let token = seen.header("authorization").unwrap_or_default().to_owned();
        if seen.line.starts_with("DELETE") {
            state.ended.insert(token);
            return status("204 No Content", &[], "");
        }
        match token.starts_with("Bearer a-") && !state.ended.contains(&token) {
            true => json(r#"[{"id": 1}]"#),
            false => status(
                "401 Unauthorized",
                &[("WWW-Authenticate", "Bearer error=\"invalid_token\"")],
                "",
            ),
        }
    })
}

fn client(server: &Server) -> Client {
    builder(server)
        .credentials(Credentials::refresh_token("shop", "", "r-0"))
        .build()
        .expect("a client")
}

async fn hundred(client: &Client) -> Vec<Result<(), Error>> {
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        calls.spawn(async move { client.list_orders().await.map(drop) });
    }
    calls.join_all().await
}

fn asked(server: &Server) -> Vec<String> {
    let asked = requests(server, "POST /oauth/token");
    let token = |seen: &Seen| {
        let text = seen.text();
        let pair = text
            .split('&')
            .find(|pair| pair.starts_with("refresh_token="));
        pair.unwrap_or_default().replace("refresh_token=", "")
    };
    asked.iter().map(token).collect()
}

#[tokio::test]
async fn a_hundred_calls_with_an_ended_token_use_one_refresh_token_once() {
    let server = rotating(Vec::new(), 20, "");
    let client = client(&server);
    assert!(hundred(&client).await.iter().all(Result::is_ok));
    assert_eq!(asked(&server), ["r-0"]);
    // The token ends.
    let _ = client.delete_order(1).await;
    let results = hundred(&client).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(asked(&server), ["r-0", "r-1"]);
}

#[tokio::test]
async fn a_renewal_that_fails_and_then_works() {
    for first in [
        vec![status("503 Service Unavailable", &[], "")],
        vec![status("502 Bad Gateway", &[], "<html>nginx</html>"); 2],
        vec![status("429 Too Many Requests", &[("Retry-After", "0")], "")],
        vec![Act::Reset(Vec::new())],
    ] {
        let count = first.len();
        let server = rotating(first, 5, "");
        let results = hundred(&client(&server)).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        // Each failure is shared by all.
        assert_eq!(asked(&server), vec!["r-0"; count + 1]);
    }
}

#[tokio::test]
async fn a_refusal_is_shared_and_said() {
    let refused = status(
        "400 Bad Request",
        &[],
        r#"{"error": "invalid_grant", "error_description": "Token has been revoked"}"#,
    );
    let server = Server::script(vec![refused]);
    let results = hundred(&client(&server)).await;
    for result in &results {
        let error = result.as_ref().expect_err("refused");
        assert!(error.is_auth(), "{error}");
        assert!(
            error.to_string().contains("Token has been revoked"),
            "{error}"
        );
    }
    assert_eq!(requests(&server, "GET").len(), 0);
    assert!(asked(&server).len() <= 2, "{:?}", asked(&server));
}

/// A call that is dropped while its token is renewed must not lose the new refresh token: the old one is worth nothing.
#[tokio::test]
async fn a_renewal_ends_although_its_call_is_dropped() {
    let server = rotating(Vec::new(), 120, "");
    let client = client(&server);
    let soon = Duration::from_millis(40);
    assert!(
        tokio::time::timeout(soon, client.list_orders())
            .await
            .is_err()
    );
    client.list_orders().await.expect("orders");
    assert_eq!(asked(&server), ["r-0"]);
    // The same where the call's own time is over.
    let server = rotating(Vec::new(), 120, "");
    let hasty = builder(&server)
        .credentials(Credentials::refresh_token("shop", "", "r-0"))
        .call_timeout(soon)
        .build()
        .expect("a client");
    let error = hasty.list_orders().await.expect_err("too late");
    assert!(error.is_timeout(), "{error}");
    tokio::time::sleep(Duration::from_millis(200)).await;
    hasty.list_orders().await.expect("orders");
    assert_eq!(asked(&server), ["r-0"]);
}

/// Times that say nothing of use.
#[tokio::test]
async fn a_token_without_a_usable_end_is_used_until_it_is_refused() {
    for rest in [
        "",
        r#", "expires_in": null"#,
        r#", "expires_in": 0"#,
        r#", "expires_in": -1"#,
        r#", "expires_in": "never""#,
        r#", "expires_in": 1e300"#,
        r#", "expires_in": 9223372036854775807"#,
        r#", "expires_in": {}"#,
    ] {
        let server = rotating(Vec::new(), 0, rest);
        let client = client(&server);
        for _ in 0..3 {
            client.list_orders().await.expect("orders");
        }
        assert_eq!(asked(&server), ["r-0"], "{rest}");
        let _ = client.delete_order(1).await;
        client.list_orders().await.expect("orders");
        assert_eq!(asked(&server), ["r-0", "r-1"], "{rest}");
    }
}

/// A token ends between two pages.
#[tokio::test]
async fn a_token_that_ends_within_a_walk_is_renewed() {
    let server = Server::start(|_, seen: &Seen| {
        let page = seen.query("page").unwrap_or_default();
        match (
            seen.line.starts_with("POST"),
            seen.header("authorization"),
            page,
        ) {
            (true, ..) if seen.text().contains("r-0") => {
                json(r#"{"access_token": "a-1", "refresh_token": "r-1"}"#)
            }
            (true, ..) => json(r#"{"access_token": "a-2"}"#),
            (_, Some("Bearer a-1"), "2") => status("401 Unauthorized", &[], ""),
            (_, _, "1" | "2") => json(format!(r#"[{{"id": {page}}}]"#)),
            _ => json("[]"),
        }
    });
    let orders = client(&server).list_orders_pages().collect().await;
    assert_eq!(orders.expect("orders").len(), 2);
    assert_eq!(asked(&server), ["r-0", "r-1"]);
}

/// A file that cannot be read again is not sent again, but the next one has a new token.
#[tokio::test]
async fn an_ended_token_is_renewed_for_the_next_upload() {
    let server = Server::start(|_, seen: &Seen| {
        let is_upload = seen.line.starts_with("POST /files");
        match (is_upload, seen.header("authorization")) {
            (true, Some("Bearer a-1")) => status("401 Unauthorized", &[], ""),
            (true, _) => json(r#"{"id": 1}"#),
            _ if seen.text().contains("r-0") => {
                json(r#"{"access_token": "a-1", "refresh_token": "r-1"}"#)
            }
            _ => json(r#"{"access_token": "a-2"}"#),
        }
    });
    let client = client(&server);
    let upload = || Upload::reader("file.bin", &b"abc"[..], Some(3));
    let error = client.add_file(&upload()).await.expect_err("refused");
    assert!(error.is_auth() && !error.is_retryable(), "{error}");
    assert_eq!(client.add_file(&upload()).await.expect("an order").id, 1);
    assert_eq!(requests(&server, "POST /files").len(), 2);
    assert_eq!(asked(&server), ["r-0", "r-1"]);
}

/// Whatever the status that says so.
#[tokio::test]
async fn other_statuses_for_an_ended_token() {
    for line in ["440 Login Time-out", "498 Invalid Token"] {
        let server = Server::start(move |_, seen: &Seen| {
            match (seen.line.starts_with("POST"), seen.header("authorization")) {
                (true, _) if seen.text().contains("r-0") => {
                    json(r#"{"access_token": "a-1", "refresh_token": "r-1"}"#)
                }
                (true, _) => json(r#"{"access_token": "a-2"}"#),
                (_, Some("Bearer a-1")) => status(line, &[], ""),
                _ => json("[]"),
            }
        });
        client(&server).list_orders().await.expect(line);
        assert_eq!(asked(&server), ["r-0", "r-1"]);
    }
    let server = Server::script(vec![status("498 Invalid Token", &[], "")]);
    let error = builder(&server)
        .build()
        .expect("a client")
        .list_orders()
        .await;
    assert!(error.expect_err("refused").is_auth());
}
