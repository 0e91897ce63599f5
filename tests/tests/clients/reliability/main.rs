//! The typed clients of all APIs against a server that misbehaves, over real sockets: the right error, or a success after
//! the right number of attempts; nothing is created twice; time and memory stay within bounds.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod calls;
mod cases;
mod exchanges;
mod logins;
mod payloads;
mod replies;
mod streamed;
mod subjects;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cases::{CASES, Case, ELSEWHERE, Expect, success};
use lavka::{Error, ErrorKind, digiseller};
use lavka_hostile::{Act, Seen, Server, reply};
use subjects::{ATTEMPTS, LARGEST, SUBJECTS, Setup, Subject};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What an attempt may take beyond its time on a busy machine.
const SLACK: Duration = Duration::from_secs(5);
/// What the system's buffers hold of what nobody reads.
const BUFFERS: u64 = 24 << 20;

struct Run {
    result: Result<(), Error>,
    seen: Vec<Seen>,
    sent: u64,
    took: Duration,
}

async fn run(case: &Case, subject: &Subject, acts: Vec<Act>) -> Run {
    let server = Server::script(acts);
    let (patience, whole) = match case.expect {
        Expect::TakesAllTime => (Duration::from_millis(500), Duration::from_millis(800)),
        _ if case.is_slow() => (Duration::from_millis(500), Duration::from_secs(30)),
        _ => (Duration::from_secs(20), Duration::from_secs(30)),
    };
    let setup = Setup {
        url: server.url(),
        patience,
        whole,
    };
    let started = Instant::now();
    let result = (subject.call)(setup, subject.format).await;
    let took = started.elapsed();
    Run {
        result,
        seen: server.seen(),
        sent: server.sent(),
        took,
    }
}

/// What is wrong with a run; nothing where all is as it should be.
fn faults(case: &Case, subject: &Subject, once: bool, run: &Run) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut claim = |holds: bool, text: &str| {
        if !holds {
            let what = if once { "once" } else { "always" };
            let (name, took) = (subject.name(), run.took);
            wrong.push(format!(
                "{name}: server {} ({what}): {text}; {:?}, {} requests, {took:?}",
                case.name,
                run.result,
                run.seen.len()
            ));
        }
    };
    let repeats = subject.repeatable
        && matches!(
            case.expect,
            Expect::Passes | Expect::PassesAfter(_) | Expect::PassesFrom(_)
        );
    let requests = match (repeats, once) {
        (false, _) => 1,
        (true, true) => 2,
        (true, false) => ATTEMPTS,
    };
    claim(
        run.seen.len() == requests,
        &format!("expected {requests} requests"),
    );
    claim(
        run.seen
            .iter()
            .all(|seen| Some(seen) == run.seen.last() || seen.body.is_empty()),
        "attempts differ",
    );
    match &run.result {
        Ok(()) => claim(repeats && once, "expected an error"),
        Err(error) => {
            claim(!(repeats && once), "expected success");
            claim(
                error.kind() == case.kind,
                &format!("expected {:?}", case.kind),
            );
            claim(
                (error.api(), error.operation()) == (subject.api, subject.operation),
                "wrong operation",
            );
            claim(
                error.attempts() as usize == requests,
                "wrong number of attempts reported",
            );
            claim(error.to_string().lines().count() == 1, "expected one line");
            let passes = !matches!(case.expect, Expect::Ends) || error.retry_after().is_some();
            claim(error.is_temporary() == passes, "wrong `is_temporary`");
            claim(
                error.is_retryable() == (passes && subject.repeatable),
                "wrong `is_retryable`",
            );
            claim(error.is_timeout() == case.is_slow(), "wrong `is_timeout`");
            claim((case.also)(error), "wrong in what it says of the cause");
        }
    }
    let expected = match case.expect {
        Expect::PassesAfter(wait) if repeats => wait * u32::try_from(requests - 1).unwrap_or(0),
        Expect::PassesFrom(wait) if repeats => wait,
        Expect::TakesAllTime => Duration::from_millis(800),
        _ => Duration::ZERO,
    };
    claim(run.took >= expected, "too early");
    let patience = if case.is_slow() {
        Duration::from_millis(500) * 3
    } else {
        expected * 3
    };
    claim(run.took < expected + patience + SLACK, "too late");
    claim(
        run.sent < LARGEST * requests as u64 + BUFFERS,
        &format!("{} bytes were read", run.sent),
    );
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_meets_every_api() {
    let turns = Arc::new(Semaphore::new(24));
    let mut runs = JoinSet::new();
    for case in CASES {
        for subject in SUBJECTS.iter().filter(|subject| (case.meets)(subject)) {
            for once in [true, false] {
                let turns = Arc::clone(&turns);
                runs.spawn(async move {
                    let _turn = turns.acquire_owned().await.expect("open for ever");
                    let mut acts = vec![(case.act)(subject)];
                    if once {
                        acts.push(success(subject));
                    }
                    let run = run(case, subject, acts).await;
                    faults(case, subject, once, &run)
                });
            }
        }
    }
    let wrong: Vec<String> = runs.join_all().await.into_iter().flatten().collect();
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        ELSEWHERE.seen().is_empty(),
        "a redirect was followed: {:?}",
        ELSEWHERE.seen()
    );
}

#[tokio::test]
async fn every_subject_succeeds_where_nothing_goes_wrong() {
    for subject in SUBJECTS {
        let server = Server::script(vec![success(subject)]);
        let whole = Duration::from_secs(20);
        let setup = Setup {
            url: server.url(),
            patience: whole,
            whole,
        };
        let result = (subject.call)(setup, subject.format).await;
        assert!(result.is_ok(), "{}: {result:?}", subject.name());
        assert_eq!(server.seen().len(), 1, "{}", subject.name());
    }
    let covered: BTreeSet<&str> = SUBJECTS.iter().map(|subject| subject.api).collect();
    assert_eq!(covered.len(), lavka::apis().len(), "an API has no subject");
}

/// An operation that has both formats reads the one that comes, whichever was asked for.
#[tokio::test]
async fn the_other_format_is_read_where_the_operation_has_it() {
    let mut read = 0;
    for subject in SUBJECTS {
        let Some(body) = subject.other_body() else {
            continue;
        };
        let server = Server::script(vec![Act::Send(reply(
            subject.status,
            &[("Content-Type", "text/plain")],
            body,
        ))]);
        let whole = Duration::from_secs(20);
        let result = (subject.call)(
            Setup {
                url: server.url(),
                patience: whole,
                whole,
            },
            subject.format,
        )
        .await;
        assert!(result.is_ok(), "{}: {result:?}", subject.name());
        read += 1;
    }
    assert_eq!(read, 3);
}

/// Nothing was sent, so even a creation is tried again.
#[tokio::test]
async fn where_nobody_listens_every_operation_is_tried_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    for subject in SUBJECTS {
        let whole = Duration::from_secs(20);
        let setup = Setup {
            url: url.clone(),
            patience: whole,
            whole,
        };
        let error = (subject.call)(setup, subject.format)
            .await
            .expect_err("nobody listens");
        assert_eq!(
            (error.kind(), error.attempts() as usize),
            (ErrorKind::Connect, ATTEMPTS),
            "{error}"
        );
        assert!(error.is_retryable(), "{error}");
    }
}

/// A server that does not speak TLS, or whose certificate is not accepted, will not do so a moment later.
#[tokio::test]
async fn what_fails_in_tls_is_not_repeated() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let connections = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        while let Ok((mut socket, _)) = listener.accept().await {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let _ = socket
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\nspeak HTTP")
                .await;
        }
    });
    let whole = Duration::from_secs(20);
    for subject in SUBJECTS {
        connections.store(0, std::sync::atomic::Ordering::SeqCst);
        let setup = Setup {
            url: url.clone(),
            patience: whole,
            whole,
        };
        let error = (subject.call)(setup, subject.format)
            .await
            .expect_err("no TLS");
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connect, 1),
            "{error:?}"
        );
        assert!(!error.is_temporary() && !error.is_retryable(), "{error}");
        assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), 1);
    }
}

/// The number of products that a server has created, and of logins, where a token has ended.
#[tokio::test]
async fn an_ended_token_is_renewed_and_nothing_is_created_twice() {
    let refusals = [
        (
            "200 OK",
            r#"{"retval": -1, "retdesc": "Auth", "errors": [{"code": "auth-0", "message": "no"}]}"#,
        ),
        (
            "200 OK",
            r#"{"retval": "1", "errors": [{"code": "auth-0", "message": [{"locale": "ru-RU", "value": "no"}]}]}"#,
        ),
        (
            "400 Bad Request",
            r#"{"retval": 1, "errors": [{"code": "auth-0", "message": "no"}]}"#,
        ),
        ("401 Unauthorized", ""),
        ("401 Unauthorized", "<html>nginx</html>"),
        (
            "200 OK",
            "<result><retval>-1</retval><errors><code>auth-0</code><message>no</message></errors></result>",
        ),
        (
            "400 Bad Request",
            "<result><retval>1</retval><errors><code>auth-0</code><message>no</message></errors></result>",
        ),
    ];
    for (status, refusal) in refusals {
        for format in [lavka::Format::Json, lavka::Format::Xml] {
            let server = digiseller_server(2, move || reply(status, &[], refusal));
            let client = login_client(&server, format);
            let created = client.create_book(&subjects::book()).await;
            assert!(created.is_ok(), "{status} {refusal}: {created:?}");
            let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
            let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
            assert_eq!(
                (count("apilogin"), count("create/book")),
                (2, 2),
                "{status} {refusal}: {lines:?}"
            );
            assert_eq!(count("token-2 "), 1, "one creation was accepted: {lines:?}");
            // The renewed token stays.
            client
                .create_book(&subjects::book())
                .await
                .expect("the token is good");
            assert_eq!(server.seen().len(), 5);
        }
    }
}

/// `auth-0` also means that a permission is missing: that is found out once, not at every call.
#[tokio::test]
async fn a_missing_permission_does_not_log_in_at_every_call() {
    let refusal = r#"{"retval": -1, "errors": [{"code": "auth-0", "message": "no permission"}]}"#;
    let server = Server::start(move |number, seen| {
        if seen.line.contains("apilogin") {
            Act::Send(reply("200 OK", &[], login_reply(number)))
        } else if seen.line.contains("create/book") {
            Act::Send(reply("200 OK", &[], refusal))
        } else {
            Act::Send(reply("200 OK", &[], lavka_sandbox_task()))
        }
    });
    let client = login_client(&server, lavka::Format::Json);
    let logins = || {
        server
            .seen()
            .iter()
            .filter(|seen| seen.line.contains("apilogin"))
            .count()
    };
    for _ in 0..5 {
        let error = client
            .create_book(&subjects::book())
            .await
            .expect_err("no permission");
        assert!(error.is_auth() && error.has_code("auth-0"), "{error}");
        client
            .get_task_status("id")
            .await
            .expect("another operation is allowed");
    }
    assert_eq!(logins(), 2, "the first token, and one renewal");
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        calls.spawn(async move { client.create_book(&subjects::book()).await.map(drop) });
    }
    assert!(calls.join_all().await.iter().all(Result::is_err));
    assert_eq!(logins(), 2);
}

fn lavka_sandbox_task() -> &'static [u8] {
    SUBJECTS
        .iter()
        .find(|subject| subject.operation == "get_task_status")
        .expect("it is there")
        .body()
}

fn login_reply(number: usize) -> String {
    format!(
        r#"{{"retval": 0, "token": "token-{number}", "valid_thru": "2099-12-31T23:59:59.1234567+03:00"}}"#
    )
}

/// Gives numbered tokens and accepts those from this number on.
fn digiseller_server(
    valid: usize,
    refusal: impl Fn() -> Vec<u8> + Send + Sync + 'static,
) -> Server {
    let logins = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |_, seen| {
        if seen.line.contains("apilogin") {
            let number = logins.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            return Act::Send(reply("200 OK", &[], login_reply(number)));
        }
        let token = seen
            .query("token")
            .and_then(|token| token.strip_prefix("token-")?.parse::<usize>().ok());
        if token.is_some_and(|number| number >= valid) {
            Act::Send(reply(
                "200 OK",
                &[],
                r#"{"retval": 0, "content": {"product_id": 7}}"#,
            ))
        } else {
            Act::Send(refusal())
        }
    })
}

fn login_client(server: &Server, format: lavka::Format) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(server.url())
        .credentials(digiseller::Credentials::login(17, "the-key"))
        .format(format)
        .build()
        .expect("a client")
}

/// Each case is in the table of the documentation as it is tested here.
#[test]
fn the_documentation_has_every_case() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reliability.md");
    let text = std::fs::read_to_string(path).expect("docs/reliability.md");
    let reported: BTreeSet<&str> = text.lines().collect();
    let missing: Vec<String> = CASES
        .iter()
        .map(Case::row)
        .filter(|row| !reported.contains(row.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/reliability.md lacks these rows:\n{}",
        missing.join("\n")
    );
}
