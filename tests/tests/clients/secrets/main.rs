//! Secrets are planted in every credential, a server repeats all that it was sent wherever it can, and nothing that the
//! clients print shows one: over all operations of all APIs, in both formats.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod spellings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lavka::Format;
use lavka::dynamic::{Api, Client, Settings};
use lavka::{digiseller, fileflare, insales_digital, insales_products, qnits};
use lavka_hostile::{Act, Log, Seen, Server, head, reply, shown};
use lavka_tests::inputs::input;
use tokio::task::JoinSet;

/// Whatever is printed must not have this.
const MARK: &str = "PLANTED";
/// One needs no escaping anywhere, one needs it everywhere, one is cut where texts are.
const SECRETS: [&str; 3] = [
    "PLANTED-s3cret",
    "PLANTED\"quoted\\&s\u{e9}cret=/+ 1<'>",
    "PLANTED-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789",
];
/// What the server gives to whom logs in.
const TOKEN: &str = "PLANTED-token-of-a-login";
/// Numbers that are credentials.
const NUMBER: &str = "918273645";
/// The signature in the sample of a login's request, and those that clients make.
const SIGN: usize = 64;

// ---- a server that repeats what it was sent --------------------------------------------------------------------------------

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// Number of ways in which the server answers.
const WAYS: usize = 30;

/// Answers with all that it was sent and with all secrets that the client has, in this way.
fn echo(way: usize, seen: &Seen, known: &str) -> Act {
    let authorization = seen.header("authorization").unwrap_or_default();
    let all = format!("{known} {} {authorization} {}", seen.line, seen.text());
    let json = serde_json::to_string(&all).expect("a text");
    let xml = escaped(&all);
    let ascii: String = all
        .chars()
        .filter(char::is_ascii_graphic)
        .take(3000)
        .collect();
    let headers = [
        ("X-Echo", ascii.as_str()),
        ("Content-Type", "application/json"),
    ];
    let xml_headers = [
        ("X-Echo", ascii.as_str()),
        ("Content-Type", "application/xml"),
    ];
    let send = |status: &str, body: String| Act::Send(reply(status, &headers, body));
    let send_xml = |status: &str, body: String| Act::Send(reply(status, &xml_headers, body));
    let envelope = format!(
        r#"{{"retval": 1, "retdesc": {json}, "desc": {json}, "message": {json}, "status": "ERROR",
        "errors": [{{"code": {json}, "message": {json}, "field": {json}}}]}}"#
    );
    let localized = format!(
        r#"{{"retval": 1, "status": {json}, "errors": [{json}, {{"message": [{{"locale": {json}, "value": {json}}}]}}]}}"#
    );
    let fields = format!(r#"{{"message": {json}, "errors": {{{json}: [{json}]}}}}"#);
    let result = format!(
        "<result><retval>1</retval><retdesc>{xml}</retdesc><errors><code>{xml}</code><message>{xml}</message></errors></result>"
    );
    let errors = format!("<errors><error>{xml}</error></errors>");
    match way {
        0 => send("400 Bad Request", envelope),
        1 => send("401 Unauthorized", envelope),
        2 => send("422 Unprocessable Entity", fields),
        // Without a wait, inSales' clients would wait for 150 s.
        3 => Act::Send(reply(
            "503 Service Unavailable",
            &[headers[0], ("Retry-After", "0")],
            envelope,
        )),
        4 => send("200 OK", envelope),
        5 => send("200 OK", localized),
        6 => send("400 Bad Request", localized),
        7 => send("200 OK", json),
        8 => send("200 OK", format!("[{json}]")),
        9 => send(
            "200 OK",
            format!(
                r#"{{"retval": {json}, "TaskId": 1, "license_codes": {json}, "order_number": {json}}}"#
            ),
        ),
        10 => send("200 OK", format!(r#"{{{json}: {{{json}: {json}}}}}"#)),
        11 => send("200 OK", format!(r#"{{"retval": 0, "content": {json}"#)),
        12 => send(
            "200 OK",
            format!(r#"{{"retval": 0, "content": {{"product_id": {json}}}}}"#),
        ),
        13 => send("200 OK", format!("<html><body>{all}</body></html>")),
        14 => send("200 OK", all),
        15 => send_xml("200 OK", result),
        16 => send_xml("400 Bad Request", result),
        17 => send_xml("422 Unprocessable Entity", errors),
        18 => send_xml("200 OK", errors),
        19 => send_xml(
            "200 OK",
            format!("<product><id type=\"integer\">{xml}</id></product>"),
        ),
        20 => send_xml(
            "200 OK",
            format!("<products type=\"array\"><product><id>{xml}</id></product></products>"),
        ),
        21 => send_xml("200 OK", format!("<result><retval>{xml}</retval></result>")),
        22 => send_xml("200 OK", format!("<a b=\"{xml}\"><{all}></a>")),
        23 => send_xml("200 OK", format!("<product><title>{all}</titel></product>")),
        24 => Act::Send(reply(
            "302 Found",
            &[(
                "Location",
                &format!("https://{}.example/{ascii}?token={ascii}", "other"),
            )],
            all,
        )),
        25 => Act::Close(
            [
                head("200 OK", &headers, "Content-Length: 99999"),
                all.into_bytes(),
            ]
            .concat(),
        ),
        26 => Act::Close(format!("HTTP/1.1 {all}\r\n\r\n").into_bytes()),
        27 => Act::Close(format!("{all}\r\n\r\n").into_bytes()),
        28 => Act::Reset(vec![]),
        _ => Act::Close(format!("HTTP/1.1 200 OK\r\n{all}: {all}\r\n\r\n").into_bytes()),
    }
}

/// A server whose way of answering can be changed.
struct Repeater {
    server: Server,
    way: Arc<AtomicUsize>,
}

impl Repeater {
    /// `known`: what the client has of secrets; nobody else's can be known to be some. `logs_in`: whether a login
    /// succeeds.
    fn start(known: String, logs_in: bool) -> Self {
        let way = Arc::new(AtomicUsize::new(0));
        let (current, met) = (Arc::clone(&way), Mutex::new(BTreeSet::new()));
        let server = Server::start(move |_, seen| {
            if logs_in && seen.line.contains("apilogin") {
                let body = format!(r#"{{"retval": 0, "token": "{TOKEN}"}}"#);
                return Act::Send(reply("200 OK", &[], body));
            }
            let way = current.load(Ordering::SeqCst);
            // A second attempt is refused, so that no third one is made.
            let again = !met
                .lock()
                .expect("no panic")
                .insert((way, seen.line.clone()));
            echo(if again { 0 } else { way }, seen, &known)
        });
        Self { server, way }
    }

    /// What stood in `Authorization` or signed a login.
    fn derived(&self) -> BTreeSet<String> {
        let seen = self.server.seen();
        let basic = seen
            .iter()
            .filter_map(|seen| seen.header("authorization")?.strip_prefix("Basic "));
        let signs = seen.iter().filter_map(|seen| {
            let body: serde_json::Value = serde_json::from_slice(&seen.body).ok()?;
            body.get("sign")
                .and_then(|sign| sign.as_str())
                .map(str::to_owned)
        });
        basic.map(str::to_owned).chain(signs).collect()
    }
}

// ---- calls -------------------------------------------------------------------------------------------------------------------

fn client(
    api: &dyn Api,
    server: &Server,
    set: &[&str],
    secret: &str,
    format: Format,
) -> Box<dyn Client> {
    let url = server.url();
    let credentials = |name: &str| {
        let value = if name.ends_with("_id") {
            NUMBER
        } else {
            secret
        };
        set.contains(&name).then(|| value.to_owned())
    };
    let settings = Settings {
        variables: &[],
        servers: &[],
        base_url: Some(&url),
        format,
        allow_plaintext: false,
        credentials: &credentials,
        before_send: None,
    };
    api.client(&settings).expect("a client")
}

/// Where a text shows a secret, with what is around it.
fn find(text: &str, derived: &BTreeSet<String>) -> Option<String> {
    let known = derived.iter().map(String::as_str).chain([MARK, NUMBER]);
    let encoded = ["UExBTlRFR"]; // how `PLANTED` goes on in Base64 where it begins at a group
    let at = known.chain(encoded).find_map(|secret| text.find(secret))?;
    Some(
        text.get(at.saturating_sub(200)..)
            .unwrap_or(text)
            .chars()
            .take(400)
            .collect(),
    )
}

/// Calls all operations in all ways, and returns what was shown, by operation.
async fn all_calls(
    api: &'static dyn Api,
    set: &'static [&'static str],
    secret: &'static str,
    format: Format,
) -> Shown {
    let known = match set {
        [] => String::new(),
        ["token", "qnit_id"] => format!("{secret} {NUMBER} {secret}"),
        [_, "api_key"] => format!("{secret} {TOKEN} {secret}"),
        _ => format!("{secret} {secret}"),
    };
    let repeater = Repeater::start(known, true);
    let client: Arc<dyn Client> = Arc::from(client(api, &repeater.server, set, secret, format));
    let mut out = Shown::default();
    // The server repeats the token to everybody, also to operations without a credential: a client that has not logged in
    // yet cannot know it for one. So it logs in first.
    if set.contains(&"api_key")
        && let Some(entry) = api.operation("get_task_status")
        && let Some(input) = input(api.name(), entry, format)
    {
        let first = client.call(entry.operation.id, &input).await;
        out.texts.push((
            "the first call".to_owned(),
            first.as_ref().err().map(|e| shown(e)).unwrap_or_default(),
        ));
    }
    for way in 0..WAYS {
        repeater.way.store(way, Ordering::SeqCst);
        let mut calls = JoinSet::new();
        for entry in api.operations() {
            let Some(input) = input(api.name(), entry, format) else {
                continue;
            };
            let client = Arc::clone(&client);
            let name = format!("{}.{}", api.name(), entry.operation.id);
            calls.spawn(async move {
                let result = client.call(entry.operation.id, &input).await;
                let text = match &result {
                    Ok(output) if entry.operation.id == "login" => output.debug.clone(),
                    Ok(_) => String::new(),
                    Err(error) => shown(error),
                };
                (name, result.is_err(), text)
            });
        }
        for (name, failed, text) in calls.join_all().await {
            out.failures += usize::from(failed);
            out.operations.insert(name.clone());
            out.texts
                .push((format!("{name} ({format}) in way {way}"), text));
        }
    }
    out.derived = repeater.derived();
    out.carried = repeater.server.seen().iter().any(|seen| {
        seen.line.contains(MARK)
            || seen.text().contains(MARK)
            || seen.header("authorization").is_some()
    });
    out
}

/// What calls have shown.
#[derive(Default)]
struct Shown {
    texts: Vec<(String, String)>,
    operations: BTreeSet<String>,
    derived: BTreeSet<String>,
    failures: usize,
    /// The requests had secrets, so that there was something to be repeated.
    carried: bool,
}

fn assert_clean(shown: &Shown) {
    let found: Vec<String> = shown
        .texts
        .iter()
        .filter_map(|(what, text)| Some(format!("{what}: {}", find(text, &shown.derived)?)))
        .collect();
    assert!(
        found.is_empty(),
        "{} texts show a secret:\n{}",
        found.len(),
        found.join("\n\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_error_of_any_operation_shows_a_secret() {
    Log::of_process();
    let mut runs = JoinSet::new();
    for api in lavka::apis() {
        let sets: Vec<&'static [&'static str]> = match api.credentials() {
            [] => vec![&[]],
            sets => sets.to_vec(),
        };
        for set in sets {
            for secret in SECRETS {
                runs.spawn(all_calls(api, set, secret, Format::Json));
            }
            runs.spawn(all_calls(api, set, SECRETS[1], Format::Xml));
        }
    }
    let mut operations: BTreeMap<String, usize> = BTreeMap::new();
    let mut derived = BTreeSet::new();
    for shown in runs.join_all().await {
        assert_clean(&shown);
        assert!(shown.failures > 0 || shown.operations.is_empty());
        let takes_credentials = shown
            .operations
            .iter()
            .any(|name| !name.starts_with("fileflare"));
        assert_eq!(shown.carried, takes_credentials, "{:?}", shown.operations);
        for name in shown.operations {
            *operations.entry(name).or_default() += 1;
        }
        derived.extend(shown.derived);
    }
    let all = lavka::apis()
        .iter()
        .map(|api| api.operations().len())
        .sum::<usize>();
    assert_eq!(
        operations.len(),
        all,
        "operations without a sample to call them with: {operations:?}"
    );
    let traced = Log::of_process().text();
    assert!(
        traced.contains("operation=\"create_book\"") && traced.contains("status="),
        "nothing was traced"
    );
    assert_eq!(find(&traced, &derived), None);
}

/// The key, its signature and the token where the login itself is refused or answered with garbage.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_failed_login_shows_a_secret() {
    Log::of_process();
    let mut runs = JoinSet::new();
    for secret in SECRETS {
        for way in 0..WAYS {
            runs.spawn(async move {
                let repeater = Repeater::start(secret.to_owned(), false);
                repeater.way.store(way, Ordering::SeqCst);
                let client = digiseller::Client::builder()
                    .base_url(repeater.server.url())
                    .credentials(digiseller::Credentials::login(17, secret))
                    .build()
                    .expect("a client");
                let text = match client.get_task_status("id").await {
                    Ok(reply) => panic!("a success without a login: {reply:?}"),
                    Err(error) => shown(&error),
                };
                let what = format!("login in way {way}");
                let derived = repeater.derived();
                assert!(derived.iter().all(|sign| sign.len() == SIGN) && !derived.is_empty());
                Shown {
                    texts: vec![(what, text)],
                    derived,
                    ..Shown::default()
                }
            });
        }
    }
    for shown in runs.join_all().await {
        assert_clean(&shown);
    }
}

#[test]
fn no_debug_output_shows_a_secret() {
    fn both(value: &dyn fmt::Debug) -> String {
        format!("{value:?}\n{value:#?}\n")
    }
    macro_rules! set_up {
        ($api:ident, $credentials:expr) => {{
            let credentials = $credentials;
            let builder = $api::Client::builder()
                .base_url(format!("https://shop.example/{MARK}"))
                .user_agent(MARK)
                .credentials(credentials.clone())
                .on_request(|_| {});
            let mut text = both(&credentials) + &both(&builder);
            let client = $api::Client::builder()
                .base_url("https://shop.example")
                .credentials(credentials);
            text += &both(&client.build().expect("a client"));
            text
        }};
    }
    let mut text = String::new();
    for secret in SECRETS {
        text += &set_up!(digiseller, digiseller::Credentials::token(secret));
        text += &set_up!(digiseller, digiseller::Credentials::login(17, secret));
        text += &set_up!(
            insales_products,
            insales_products::Credentials::basic("login", secret)
        );
        text += &set_up!(
            insales_digital,
            insales_digital::Credentials::basic("login", secret)
        );
        text += &set_up!(qnits, qnits::Credentials::new(secret, 918_273_645));
        text += &set_up!(fileflare, lavka::client::NoCredentials);
        let sign = lavka::Secret::from(secret);
        text += &both(&sign);
        let request = digiseller::LoginRequest::new(17, 0, sign);
        text += &both(&request);
        let reply = format!(
            r#"{{"retval": 0, "token": {}}}"#,
            serde_json::to_string(secret).expect("a text")
        );
        let reply: digiseller::LoginReply = serde_json::from_str(&reply).expect("a reply");
        text += &both(&reply);
        let order = format!(
            r#"{{"token": {}, "qnit_id": 1, "method": "CreateOrder", "params": {{"external_id": "1", "name": "a",
            "phone": "b", "city": "c", "products": []}}}}"#,
            serde_json::to_string(secret).expect("a text")
        );
        let payload = lavka::apis()
            .into_iter()
            .find(|api| api.name() == "qnits")
            .map(|api| {
                api.payload(
                    "create_order",
                    lavka::dynamic::Side::Request,
                    Format::Json,
                    order.as_bytes(),
                )
            });
        text += &both(&payload.expect("the API").expect("a payload"));
    }
    assert_eq!(find(&text, &BTreeSet::new()), None);
    assert!(text.contains("[redacted]"));
}
