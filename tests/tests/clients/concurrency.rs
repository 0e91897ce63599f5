//! Many callers at once, limits, and calls that are dropped in the middle.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lavka::digiseller::{CreateBook, Currency, DownloadContentType, Locale, LocalizedText, Price};
use lavka::{Error, ErrorKind, Retry};
use lavka::{digiseller, fileflare, insales_digital, insales_products, qnits};
use lavka_hostile::{Act, Server, reply};
use lavka_sandbox::{Sandbox, credentials};
use tokio::task::JoinSet;

fn book() -> CreateBook {
    let text = |text: &str| vec![LocalizedText::new(Locale::RuRu, text)];
    CreateBook::new(
        DownloadContentType::Text,
        text("Книга"),
        text("Описание"),
        Price::new(725.into(), Currency::Rub),
    )
}

fn seller(url: String) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(url)
        .credentials(digiseller::Credentials::login(
            credentials::SELLER_ID,
            credentials::API_KEY,
        ))
        .build()
        .expect("a client")
}

async fn hundred<T, F>(
    client: &digiseller::Client,
    call: impl Fn(digiseller::Client) -> F,
) -> Vec<Result<T, Error>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        calls.spawn(call(client.clone()));
    }
    calls.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_callers_with_an_ended_token_log_in_once() {
    let sandbox = Sandbox::builder()
        .api("digiseller")
        .start_blocking()
        .expect("the sandbox");
    let client = seller(sandbox.url("digiseller"));
    client.create_book(&book()).await.expect("a product");
    assert_eq!(sandbox.calls("login"), 1);
    for round in 0..3 {
        sandbox.revoke_tokens();
        let results = hundred(&client, |client| async move {
            client.create_book(&book()).await
        })
        .await;
        for result in results {
            result.expect("a product");
        }
        assert_eq!(
            sandbox.calls("login"),
            2 + round,
            "one login for a hundred callers"
        );
    }
    // What was refused was not created: 301 calls, each accepted once.
    let requests = sandbox.requests();
    let created = requests
        .iter()
        .filter(|r| r.path_and_query.contains("create/book") && r.status == 200)
        .count();
    assert_eq!(created, 301);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_first_callers_log_in_once() {
    let sandbox = Sandbox::builder()
        .api("digiseller")
        .start_blocking()
        .expect("the sandbox");
    let client = seller(sandbox.url("digiseller"));
    let results = hundred(&client, |client| async move {
        client.get_task_status("id").await
    })
    .await;
    assert!(
        results.iter().all(Result::is_ok),
        "{:?}",
        results.iter().find(|result| result.is_err())
    );
    assert_eq!(sandbox.calls("login"), 1);
}

/// A token is renewed before it ends, so that the server never has to refuse it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_renewed_before_it_ends() {
    let lifetime = Duration::from_secs(8);
    let sandbox = Sandbox::builder()
        .api("digiseller")
        .token_lifetime(lifetime)
        .start_blocking()
        .expect("the sandbox");
    let client = seller(sandbox.url("digiseller"));
    let started = Instant::now();
    while started.elapsed() < lifetime + Duration::from_millis(500) {
        client.get_task_status("id").await.expect("a report");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    assert_eq!(sandbox.calls("login"), 2);
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| request.status == 200),
        "a call was refused"
    );
}

/// A server that allows `allowed` requests in any `window`, as inSales' 500 in five minutes.
fn counting(allowed: usize, window: Duration) -> (Server, Arc<AtomicUsize>) {
    let refused = Arc::new(AtomicUsize::new(0));
    let (counter, times) = (Arc::clone(&refused), Mutex::new(Vec::<Instant>::new()));
    let server = Server::start(move |_, _| {
        let now = Instant::now();
        let mut times = times.lock().expect("no panic");
        times.retain(|time| now.duration_since(*time) < window);
        let used = format!("{}/{allowed}", times.len() + 1);
        if times.len() >= allowed {
            counter.fetch_add(1, Ordering::SeqCst);
            return Act::Send(reply(
                "503 Service Unavailable",
                &[("Retry-After", "1")],
                "",
            ));
        }
        times.push(now);
        Act::Send(reply(
            "200 OK",
            &[("API-Usage-Limit", &used)],
            "<products type=\"array\"/>",
        ))
    });
    (server, refused)
}

fn shop(url: String, call_timeout: Duration) -> insales_products::Client {
    insales_products::Client::builder()
        .base_url(url)
        .credentials(insales_products::Credentials::basic("key", "password"))
        .call_timeout(call_timeout)
        .retry(Retry::never())
        .build()
        .expect("a client")
}

/// The limit is that of the spec, 500 in 300 s; to wait for it takes simulated time, which sockets do not know: see the
/// runtime's tests. Here it is shown that the 501st call is not sent into the refusal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_keeps_to_the_limit_of_the_spec() {
    let (server, refused) = counting(500, Duration::from_secs(300));
    let client = shop(server.url(), Duration::from_secs(60));
    let mut calls = JoinSet::new();
    for _ in 0..1000 {
        let client = client.clone();
        calls.spawn(async move { client.list_products().await });
    }
    let results = calls.join_all().await;
    let kept: Vec<&Error> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert_eq!(
        (results.len() - kept.len(), kept.len()),
        (500, 500),
        "{:?}",
        kept.first()
    );
    for error in kept {
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimit, 1),
            "{error}"
        );
        assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
        let wait = error.retry_after().expect("when there is room again");
        assert!(
            wait > Duration::from_secs(200) && wait <= Duration::from_secs(300),
            "{wait:?}"
        );
    }
    assert_eq!(
        (refused.load(Ordering::SeqCst), server.seen().len()),
        (0, 500)
    );
    // Replies overtake each other, so that any of them may be the last one.
    let usage = client.usage().expect("the server reports it");
    assert!(
        (1..=500).contains(&usage.used) && usage.limit == 500,
        "{usage:?}"
    );
}

/// Others use the shop's limit too: what the server reports it counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_have_used_counts() {
    let server = Server::script(vec![Act::Send(reply(
        "200 OK",
        &[("API-Usage-Limit", "499/500")],
        "<products type=\"array\"/>",
    ))]);
    let client = shop(server.url(), Duration::from_secs(5));
    client.list_products().await.expect("a list");
    assert_eq!(
        client.usage().map(|usage| (usage.used, usage.limit)),
        Some((499, 500))
    );
    client.list_products().await.expect("one is left");
    let error = client.list_products().await.expect_err("none is left");
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(server.seen().len(), 2);
}

/// The servers' own waits hold for all callers of a client.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_the_server_asks_for_holds_for_everybody() {
    let first = AtomicBool::new(true);
    let server = Server::start(move |_, _| {
        if first.swap(false, Ordering::SeqCst) {
            return Act::Send(reply(
                "503 Service Unavailable",
                &[("Retry-After", "1")],
                "",
            ));
        }
        Act::Send(reply("200 OK", &[], "<products type=\"array\"/>"))
    });
    let client = shop(server.url(), Duration::from_secs(20));
    let error = client.list_products().await.expect_err("busy");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    let started = Instant::now();
    client.list_products().await.expect("a list");
    assert!(
        started.elapsed() > Duration::from_millis(900),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(server.seen().len(), 2);
}

/// inSales' own client waits 150 s after a refusal without `Retry-After`; where the call has no time for that, the usual
/// waits must do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_wait_is_taken_only_where_there_is_time() {
    let busy = Act::Send(reply("503 Service Unavailable", &[], ""));
    let fine = Act::Send(reply("200 OK", &[], "<products type=\"array\"/>"));
    let server = Server::script(vec![busy.clone(), fine.clone()]);
    let with = |whole: u64, server: &Server| {
        insales_products::Client::builder()
            .base_url(server.url())
            .credentials(insales_products::Credentials::basic("key", "password"))
            .call_timeout(Duration::from_secs(whole))
            .build()
            .expect("a client")
    };
    with(30, &server)
        .list_products()
        .await
        .expect("a list at the second attempt");
    assert_eq!(server.seen().len(), 2);
    let server = Server::script(vec![busy, fine]);
    let client = with(400, &server);
    let soon = tokio::time::timeout(Duration::from_secs(2), client.list_products()).await;
    assert!(soon.is_err(), "150 s have not passed");
    assert_eq!(server.seen().len(), 1);
}

/// Dropping a call, wherever it is, leaves the client, its token, its limits and its connections usable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_call_leaves_the_client_usable() {
    let late = Duration::from_millis(20);
    let logins = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&logins);
    let server = Server::start(move |_, seen| {
        if seen.line.contains("apilogin") {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            return Act::Late(
                late,
                reply(
                    "200 OK",
                    &[],
                    format!(r#"{{"retval": 0, "token": "token-{number}"}}"#),
                ),
            );
        }
        Act::Late(
            late,
            reply(
                "200 OK",
                &[],
                r#"{"retval": 0, "content": {"product_id": 7}}"#,
            ),
        )
    });
    let client = seller(server.url());
    // From before the login to after the reply.
    for wait in (0..70).step_by(3) {
        let client = client.clone();
        let call = tokio::spawn(async move { client.create_book(&book()).await });
        tokio::time::sleep(Duration::from_millis(wait)).await;
        call.abort();
        let _ = call.await;
    }
    // Some wait for the login of one that is dropped.
    let fresh = seller(server.url());
    let dropped = {
        let fresh = fresh.clone();
        tokio::spawn(async move { fresh.create_book(&book()).await })
    };
    let waiting = {
        let fresh = fresh.clone();
        tokio::spawn(async move {
            hundred(
                &fresh,
                |client| async move { client.create_book(&book()).await },
            )
            .await
        })
    };
    tokio::time::sleep(Duration::from_millis(10)).await;
    dropped.abort();
    let results = tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("nobody hangs")
        .expect("no panic");
    assert!(results.iter().all(Result::is_ok));
    let before = logins.load(Ordering::SeqCst);
    for client in [&client, &fresh] {
        tokio::time::timeout(Duration::from_secs(20), client.create_book(&book()))
            .await
            .expect("in time")
            .expect("a product");
    }
    assert_eq!(logins.load(Ordering::SeqCst), before, "the tokens are kept");
}

/// A dropped call gives its place in the limit back to time, not to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_calls_do_not_use_a_limit_up_for_ever() {
    let server = Server::script(vec![Act::Send(reply(
        "200 OK",
        &[],
        "<products type=\"array\"/>",
    ))]);
    let client = shop(server.url(), Duration::from_secs(5));
    for _ in 0..400 {
        let client = client.clone();
        // Polled once, and dropped.
        let _ = tokio::time::timeout(Duration::ZERO, client.list_products()).await;
    }
    for _ in 0..100 {
        client.list_products().await.expect("a list");
    }
    let error = client
        .list_products()
        .await
        .expect_err("500 have been counted");
    assert_eq!(error.kind(), ErrorKind::RateLimit);
}

#[test]
fn clients_and_their_futures_go_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<digiseller::Client>();
    shared::<insales_products::Client>();
    shared::<insales_digital::Client>();
    shared::<fileflare::Client>();
    shared::<qnits::Client>();
    shared::<digiseller::Credentials>();
    shared::<Error>();
    fn never(run: fn()) {
        let _ = run;
    }
    never(|| {
        let client = seller(String::new());
        sent(client.create_book(&book()));
        sent(client.set_status_in_batches(&digiseller::SetStatus::new(
            digiseller::ProductStatus::Enabled,
            vec![],
        )));
        sent(client.wait_for_task(
            &lavka::digiseller_tasks::Task {
                id: String::new(),
                products: vec![],
            },
            &lavka::client::Wait::default(),
        ));
        let shop = shop(String::new(), Duration::ZERO);
        sent(shop.list_products());
        sent(shop.list_products_stream());
        sent(shop.list_products_pages());
    });
}
