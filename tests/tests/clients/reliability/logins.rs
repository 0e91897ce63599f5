//! Logins that fail, once or for good, and tokens that end.

use std::time::Duration;

use lavka::client::in_batches;
use lavka::digiseller;
use lavka_hostile::{Act, Server, reply};

use crate::replies::with;
use crate::subjects;

/// The login fails once, and the call is made all the same; the attempt counts.
#[tokio::test]
async fn a_temporary_failure_of_the_login_is_repeated() {
    for status in [
        "500 Internal Server Error",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "429 Too Many Requests",
    ] {
        let server =
            Server::start(
                move |number, seen| match (number, seen.line.contains("apilogin")) {
                    (0, _) => Act::Send(reply(status, &[("Retry-After", "0")], "busy")),
                    (_, true) => Act::Send(reply("200 OK", &[], r#"{"retval":0,"token":"t"}"#)),
                    _ => Act::Send(reply(
                        "200 OK",
                        &[],
                        r#"{"retval":0,"content":{"product_id":7}}"#,
                    )),
                },
            );
        let created = login_client(&server).create_book(&subjects::book()).await;
        assert!(created.is_ok(), "{status}: {created:?}");
        assert_eq!(server.seen().len(), 3, "{status}");
    }
    let server = Server::script(vec![Act::Send(reply(
        "500 Internal Server Error",
        &[],
        "busy",
    ))]);
    let error = login_client(&server)
        .create_book(&subjects::book())
        .await
        .expect_err("always");
    assert_eq!((error.attempts(), server.seen().len()), (3, 3), "{error}");
    assert!(
        error.is_retryable()
            && !error.is_auth()
            && error.to_string().contains("the login failed: busy"),
        "{error}"
    );
}

/// A refused login is an error of authentication whatever its status, and stops what would fail as well.
#[tokio::test]
async fn a_refused_login_is_an_auth_error_and_is_not_repeated() {
    for (status, body) in [
        ("400 Bad Request", r#"{"retval":-1,"desc":"bad sign"}"#),
        (
            "200 OK",
            r#"{"retval":-2,"desc":"bad sign","token":null,"seller_id":0,"valid_thru":"0001-01-01T00:00:00"}"#,
        ),
        ("403 Forbidden", "bad sign"),
        ("404 Not Found", r#"{"message":"bad sign"}"#),
        (
            "422 Unprocessable Entity",
            r#"{"errors":{"sign":["bad sign"]}}"#,
        ),
        ("200 OK", r#"{"retval":0,"desc":"bad sign","token":"  "}"#),
    ] {
        let server = Server::script(vec![Act::Send(reply(status, &[], body))]);
        let client = login_client(&server);
        let books: Vec<i64> = (0..10).collect();
        let batches = in_batches(&books, 1, |_| async {
            client.create_book(&subjects::book()).await.map(drop)
        })
        .await;
        assert_eq!((batches.len(), server.seen().len()), (10, 1), "{body}");
        for batch in batches {
            let error = batch.result.expect_err("refused");
            assert!(
                error.is_auth() && !error.is_retryable() && !error.is_validation(),
                "{body}: {error}"
            );
            assert!(
                error.to_string().contains("bad sign") || body.contains("  "),
                "{body}: {error}"
            );
        }
    }
}

/// When a token ends is of no consequence for getting it.
#[tokio::test]
async fn an_odd_end_of_a_token_is_no_failure() {
    for end in [
        r#","valid_thru":"2029-10-21 15:05:29""#,
        r#","valid_thru":"""#,
        r#","valid_thru":null"#,
        r#","valid_thru":"soon""#,
        r#","valid_thru":1893456000"#,
        r#","valid_thru":"0001-01-01T00:00:00""#,
        "",
    ] {
        let server = Server::start(move |_, seen| {
            let body = match seen.line.contains("apilogin") {
                true => format!(r#"{{"retval":0,"desc":"","token":"t","seller_id":1{end}}}"#),
                false => r#"{"retval":0,"content":{"product_id":7}}"#.to_owned(),
            };
            Act::Send(reply("200 OK", &[], body))
        });
        let client = login_client(&server);
        for _ in 0..2 {
            let created = client.create_book(&subjects::book()).await;
            assert!(created.is_ok(), "{end}: {created:?}");
        }
        assert_eq!(server.seen().len(), 3, "{end}: one login");
    }
}

fn login_client(server: &Server) -> digiseller::Client {
    with(server, digiseller::Credentials::login(17, "the-key"))
}

/// Two calls whose token ended while both were under way: one login, and each is sent once more with the new token.
#[tokio::test]
async fn a_token_that_ends_for_two_calls_at_once_is_renewed_once() {
    let server = Server::start(|number, seen| {
        if seen.line.contains("apilogin") {
            let token = format!(r#"{{"retval":0,"token":"token-{number}"}}"#);
            return Act::Send(reply("200 OK", &[], token));
        }
        match seen.query("token") {
            Some("token-0") => {
                let refused = reply("401 Unauthorized", &[], "ended");
                Act::Late(Duration::from_millis(50 * number as u64), refused)
            }
            _ => Act::Send(reply("200 OK", &[], r#"{"Status":3}"#)),
        }
    });
    let client = login_client(&server);
    let (one, two) = tokio::join!(client.get_task_status("a"), client.get_task_status("b"));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let logins = server.seen();
    let logins = logins.iter().filter(|seen| seen.line.contains("apilogin"));
    assert_eq!(logins.count(), 2, "the first, and one for both");
    assert_eq!(server.seen().len(), 6);
}
