//! What needs the clock and no socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::credentials::Credentials;
use super::limit::Limiter;
use super::{
    Api, ApiClient, BoxFuture, Builder, Core, Credential, Login, Operation, RateLimit, SchemeKind,
    Token, Usage,
};
use crate::{Error, Secret};

static LIMIT: RateLimit = RateLimit {
    name: "calls",
    requests: 500,
    seconds: 300,
    default: true,
    usage_header: Some("api-usage-limit"),
    busy_wait: None,
};
static API: Api = Api::new("test", "http://127.0.0.1:1");
static OPERATION: Operation = Operation::new(&API, "list", "GET", "/");
const TOKEN: SchemeKind = SchemeKind::Header("x-token");

/// What a server counts: it refuses more than the limit in any window, measured when a request arrives.
#[derive(Default)]
struct Counting(std::sync::Mutex<Vec<Instant>>);

impl Counting {
    fn arrive(&self) -> bool {
        let now = Instant::now();
        let Ok(mut seen) = self.0.lock() else {
            return false;
        };
        seen.push(now);
        let window = Duration::from_secs(LIMIT.seconds.into());
        seen.iter().filter(|at| now - **at < window).count() <= 500
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_under_a_limit_of_500_are_never_refused() {
    let limiter = Arc::new(Limiter::new(LIMIT));
    let server = Arc::new(Counting::default());
    let started = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..1000_u64 {
        let (limiter, server) = (Arc::clone(&limiter), Arc::clone(&server));
        calls.spawn(async move {
            let permit = limiter.acquire(None).await;
            // On the way there and back each takes its own time.
            sleep(Duration::from_millis(number * 7919 % 3000)).await;
            let accepted = server.arrive();
            sleep(Duration::from_millis(number * 104_729 % 2000)).await;
            permit.is_ok() && accepted
        });
    }
    let results = calls.join_all().await;
    assert_eq!(results.iter().filter(|accepted| **accepted).count(), 1000);
    // Two windows, and not many more.
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(300) && took < Duration::from_secs(320),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn one_reply_does_not_stop_a_client_for_ever() {
    let limiter = Limiter::new(LIMIT);
    let started = Instant::now();
    limiter.pause(crate::client::limit::LONGEST);
    let refused = limiter
        .acquire(Some(started + Duration::from_secs(60)))
        .await;
    let wait = refused.err().and_then(|no_room| no_room.wait);
    assert_eq!(wait, Some(Duration::from_secs(3600)));
    assert!(limiter.acquire(None).await.is_ok());
    assert_eq!(started.elapsed(), Duration::from_secs(3600));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_leaves_no_room_before_the_deadline_is_an_error_at_once() {
    let limiter = Limiter::new(RateLimit {
        requests: 1,
        ..LIMIT
    });
    drop(limiter.acquire(None).await);
    advance(Duration::from_secs(100)).await;
    let started = Instant::now();
    let refused = limiter
        .acquire(Some(started + Duration::from_secs(60)))
        .await;
    assert_eq!(
        refused.err().and_then(|no_room| no_room.wait),
        Some(Duration::from_secs(200))
    );
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(
        limiter
            .acquire(Some(started + Duration::from_secs(201)))
            .await
            .is_ok()
    );
    assert_eq!(started.elapsed(), Duration::from_secs(200));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_running_call_ends_when_it_ends_or_at_the_deadline() {
    let limiter = Limiter::new(RateLimit {
        requests: 1,
        seconds: 1,
        ..LIMIT
    });
    let permit = limiter.acquire(None).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    assert!(limiter.acquire(Some(deadline)).await.is_err());
    assert_eq!(Instant::now(), deadline);
    let (second, ()) = tokio::join!(limiter.acquire(None), async {
        sleep(Duration::from_secs(2)).await;
        drop(permit);
    });
    assert!(second.is_ok());
    assert_eq!(
        Instant::now(),
        deadline + Duration::from_secs(3),
        "two seconds running, one more in the window"
    );
}

#[tokio::test(start_paused = true)]
async fn the_servers_own_count_and_pause_are_kept() {
    let limiter = Limiter::new(LIMIT);
    let permit = limiter.acquire(None).await;
    // Others have used the same key.
    limiter.observe(Usage {
        used: 500,
        limit: 500,
    });
    drop(permit);
    let started = Instant::now();
    assert!(limiter.acquire(None).await.is_ok());
    assert_eq!(started.elapsed(), Duration::from_secs(300));
    limiter.pause(Duration::from_secs(20));
    assert!(limiter.acquire(None).await.is_ok());
    assert_eq!(started.elapsed(), Duration::from_secs(320));
    assert_eq!(
        limiter.usage(),
        Some(Usage {
            used: 500,
            limit: 500
        })
    );
}

struct Nothing(Core);

impl ApiClient for Nothing {
    const API: &'static Api = &API;
    type Credentials = super::NoCredentials;
    fn from_core(core: Core) -> Self {
        Self(core)
    }
}

struct Counter {
    logins: Arc<AtomicU64>,
    seconds: i64,
    secret: Secret,
}

impl Login for Counter {
    fn login<'a>(&'a self, _: &'a Core) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(async move {
            sleep(Duration::from_millis(10)).await;
            let number = self.logins.fetch_add(1, Ordering::SeqCst) + 1;
            let expires = chrono::DateTime::from_timestamp(super::unix_time() + self.seconds, 0);
            Ok(Token {
                token: Secret::new(format!("token-{number}")),
                expires: expires.map(|at| at.fixed_offset()),
            })
        })
    }

    fn secret(&self) -> &Secret {
        &self.secret
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_ends() {
    let Ok(Nothing(core)) = Builder::<Nothing>::new().build() else {
        panic!("a client")
    };
    let logins = Arc::new(AtomicU64::new(0));
    let login = Counter {
        logins: Arc::clone(&logins),
        seconds: 7200,
        secret: Secret::from("key"),
    };
    let credentials = Credentials::new(Credential::login(login));
    let token = async || {
        credentials
            .value(&core, &OPERATION, TOKEN, 0)
            .await
            .map(|(token, _)| token)
    };
    assert_eq!(token().await.ok(), Some(Secret::from("token-1")));
    advance(Duration::from_secs(7000)).await;
    assert_eq!(token().await.ok(), Some(Secret::from("token-1")));
    advance(Duration::from_secs(145)).await;
    assert_eq!(
        token().await.ok(),
        Some(Secret::from("token-2")),
        "a minute before its end"
    );
    // A refusal of the old token does not take the new one away.
    let Ok((_, Some(login))) = credentials.value(&core, &OPERATION, TOKEN, 0).await else {
        panic!("a token")
    };
    assert!(credentials.refuse(&OPERATION, login));
    assert_eq!(token().await.ok(), Some(Secret::from("token-3")));
    assert!(credentials.refuse(&OPERATION, login));
    assert_eq!(token().await.ok(), Some(Secret::from("token-3")));
    assert_eq!(logins.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_an_answer_an_error_or_the_limit() {
    use super::{Wait, wait_for};
    use crate::ErrorKind;
    let started = Instant::now();
    let mut asked = 0_u32;
    let usual = Wait::default();
    let answer = wait_for(&OPERATION, &usual, || {
        asked += 1;
        let answer = match asked {
            1 => Ok(None),
            2 => Err(Error::new(&OPERATION, ErrorKind::Connect, "no connection").unsent()),
            3 => Err(Error::new(&OPERATION, ErrorKind::Timeout, "slow")
                .unsent()
                .with_retry_after(Some(Duration::from_secs(60)))),
            _ => Ok(Some(asked)),
        };
        std::future::ready(answer)
    });
    assert_eq!(answer.await.ok(), Some(4));
    let took = started.elapsed().as_secs_f64();
    assert!(
        (56.0..70.0).contains(&took),
        "1 s, 1.5 s and the 60 s that were asked for: {took}"
    );
    let wait = Wait {
        limit: Duration::from_secs(100),
        ..Wait::default()
    };
    let started = Instant::now();
    let error = wait_for(&OPERATION, &wait, async || Ok(None::<()>))
        .await
        .err();
    assert_eq!(
        error.map(|error| error.to_string()).as_deref(),
        Some("test.list: timed out after 100 s; the task may still be running")
    );
    assert!(started.elapsed() <= wait.limit);
    let refused = wait_for(&OPERATION, &wait, async || {
        Err::<Option<()>, _>(Error::new(&OPERATION, ErrorKind::Decode, "wrong"))
    });
    assert_eq!(
        refused.await.err().map(|error| error.kind()),
        Some(ErrorKind::Decode)
    );
    // A server may ask for any time.
    let busy = wait_for(&OPERATION, &wait, async || {
        let error = Error::new(&OPERATION, ErrorKind::Timeout, "slow").unsent();
        Err::<Option<()>, _>(error.with_retry_after(Some(Duration::MAX)))
    });
    assert_eq!(
        busy.await.err().and_then(|error| error.retry_after()),
        Some(crate::client::LONGEST)
    );
    let stuck = wait_for(
        &OPERATION,
        &wait,
        std::future::pending::<Result<Option<()>, Error>>,
    );
    assert!(stuck.await.is_err_and(|error| error.is_timeout()));
}

#[tokio::test]
async fn pages_are_walked_to_the_end() {
    use super::Pages;
    use crate::ErrorKind;
    let list = |length: u32| {
        Pages::numbered(10, move |page| async move {
            Ok(((page - 1) * 10..(page * 10).min(length)).collect::<Vec<u32>>())
        })
    };
    for length in [0, 1, 9, 10, 11, 20, 25] {
        assert_eq!(
            list(length).collect().await.ok(),
            Some((0..length).collect::<Vec<_>>()),
            "{length}"
        );
    }
    let mut failing = Pages::numbered(1, |page| async move {
        match page {
            1 => Ok(vec![1]),
            _ => Err(Error::new(&OPERATION, ErrorKind::Connect, "gone")),
        }
    });
    assert!(matches!(failing.next().await, Some(Ok(1))));
    assert!(matches!(failing.next().await, Some(Err(_))));
    assert!(failing.next().await.is_none());
    // By a mark: the last item of a page says where the next begins.
    let by_mark = Pages::new(0_u32, |from| {
        Box::pin(async move {
            let items: Vec<u32> = (from + 1..=7).take(3).collect();
            let next = items.last().copied();
            Ok((items, next))
        })
    });
    assert_eq!(by_mark.collect().await.ok(), Some((1..=7).collect()));
}

#[tokio::test]
async fn pages_of_secrets_may_differ_unseen() {
    use super::Pages;
    let keys = Pages::by_page(&OPERATION, 1, async |page| {
        let key = (page < 3).then(|| Secret::from(format!("key {page}")));
        Ok(key.into_iter().collect::<Vec<_>>())
    });
    assert_eq!(keys.collect().await.map(|all| all.len()).ok(), Some(2));
    let same = Pages::by_page(&OPERATION, 1, async |page| Ok(vec![page.min(1)]));
    assert!(same.collect().await.is_err());
}

#[tokio::test]
async fn batches_report_each_for_itself() {
    use super::in_batches;
    use crate::{ErrorKind, Failure};
    let items: Vec<u32> = (0..450).collect();
    let batches = in_batches(&items, 200, async |part: &[u32]| match part.first() {
        Some(200) => Err(Error::new(&OPERATION, ErrorKind::Timeout, "slow")),
        _ => Ok(part.len()),
    })
    .await;
    let reported: Vec<_> = batches
        .iter()
        .map(|batch| (batch.items.len(), batch.result.is_ok()))
        .collect();
    assert_eq!(reported, [(200, true), (200, false), (50, true)]);
    let mut sent = 0;
    let batches = in_batches(&items, 200, |_| {
        sent += 1;
        let failure = Failure::default().with_code("quota");
        static QUOTA: Api = Api {
            quota_codes: &["quota"],
            ..Api::new("test", "http://127.0.0.1:1")
        };
        static EDIT: Operation = Operation::new(&QUOTA, "edit", "POST", "/");
        let error = Error::from_reply(&EDIT, reqwest::StatusCode::OK, failure);
        std::future::ready(Err::<(), _>(error))
    })
    .await;
    assert_eq!(sent, 1);
    assert!(
        batches.len() == 3
            && batches
                .iter()
                .all(|batch| batch.result.as_ref().is_err_and(Error::is_rate_limited))
    );
}

#[test]
fn debug_shows_no_value_that_is_sent() {
    use super::{ToParam, Value};
    use crate::dynamic::Input;
    let secret = Secret::from("PLANTED");
    let whole = Value::Object(vec![
        ("token".into(), secret.to_param()),
        ("n".into(), Value::Null),
    ]);
    assert_eq!(
        format!("{whole:?}"),
        "{\"token\": Text(7 bytes), \"n\": Null}"
    );
    let input = Input {
        params: [("token".to_owned(), "PLANTED".to_owned())].into(),
        body: Some((super::Format::Json, b"PLANTED".to_vec())),
        ..Input::default()
    };
    let shown = format!("{input:?}");
    assert!(
        shown.contains("token") && shown.contains("7 bytes of"),
        "{shown}"
    );
    assert!(!shown.contains("PLANTED"), "{shown}");
}
