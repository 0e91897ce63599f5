//! A server refuses every operation of every API with the client's own credentials, in one spelling after the other: no run of
//! eight characters of one is shown, and what is not a secret stays as it was.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lavka::Format;
use lavka::dynamic::Api;
use lavka_hostile::{Act, Log, Server, reply};
use lavka_tests::inputs::input;
use tokio::task::JoinSet;

/// It has signs that every encoding writes otherwise.
const SECRET: &str = "Zm9v+PLANTED/7Ds3cret==";
/// What a login answers.
const TOKEN: &str = "tOk+PLANTED-9f/8e7d6c5b==";
/// What the server says beside it, which must arrive.
const SENTENCE: &str =
    "order 4711 of 12.50 RUB, 100% paid; id 12345678-1234-1234-1234-123456789abc";
/// So many characters of a secret in a row are not shown.
const RUN: usize = 8;

/// One way to spell a text: what each of its characters becomes, or the text as a whole.
enum Spelling {
    Each(&'static str, fn(char) -> String),
    Whole(&'static str, fn(&str) -> String),
}

fn percent(c: char) -> String {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).bytes();
    bytes.map(|byte| format!("%{byte:02x}")).collect()
}

fn reserved(c: char) -> String {
    match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~') => c.to_string(),
        c => percent(c),
    }
}

/// After so many foreign bytes, whose length decides how Base64 cuts the secret.
fn base64(before: &str, text: &str) -> String {
    STANDARD.encode(format!("{before}{text}."))
}

const SPELLINGS: &[Spelling] = &[
    Spelling::Each("plain", |c| c.to_string()),
    Spelling::Each("upper case", |c| c.to_ascii_uppercase().to_string()),
    Spelling::Each("lower case", |c| c.to_ascii_lowercase().to_string()),
    Spelling::Each("other case", |c| match c.is_ascii_uppercase() {
        true => c.to_ascii_lowercase().to_string(),
        false => c.to_ascii_uppercase().to_string(),
    }),
    Spelling::Each("percent", reserved),
    Spelling::Each("percent, upper case", |c| reserved(c).to_uppercase()),
    Spelling::Each("percent, every character", percent),
    Spelling::Each("percent, twice", |c| reserved(c).replace('%', "%25")),
    Spelling::Each("percent, twice, every character", |c| {
        percent(c).chars().map(percent).collect()
    }),
    Spelling::Each("HTML, decimal", |c| format!("&#{};", u32::from(c))),
    Spelling::Each("HTML, hexadecimal", |c| format!("&#x{:X};", u32::from(c))),
    Spelling::Each("HTML, some", |c| match c {
        '/' => "&#x2F;".to_owned(),
        '=' => "&#61;".to_owned(),
        '+' => "&#43;".to_owned(),
        c => c.to_string(),
    }),
    Spelling::Each("HTML, twice", |c| format!("&amp;#{};", u32::from(c))),
    Spelling::Each("percent in HTML", |c| reserved(c).replace('%', "&#37;")),
    Spelling::Each("HTML in percent", |c| {
        format!("&#{};", u32::from(c))
            .chars()
            .map(reserved)
            .collect()
    }),
    Spelling::Each("\\u", |c| format!("\\u{:04x}", u32::from(c))),
    Spelling::Each("\\u, upper case", |c| format!("\\u{:04X}", u32::from(c))),
    Spelling::Each("\\u, some", |c| match c.is_ascii_alphanumeric() {
        true => c.to_string(),
        false => format!("\\u{:04x}", u32::from(c)),
    }),
    Spelling::Each("\\u in JSON", |c| format!("\\\\u{:04x}", u32::from(c))),
    Spelling::Each("\\x", |c| format!("\\x{:02x}", u32::from(c))),
    Spelling::Each("\\/", |c| {
        if c == '/' {
            "\\/".to_owned()
        } else {
            c.to_string()
        }
    }),
    Spelling::Each("hexadecimal", |c| format!("{:02x}", u32::from(c))),
    Spelling::Each("hexadecimal, upper case", |c| {
        format!("{:02X}", u32::from(c))
    }),
    Spelling::Each("quoted-printable", |c| format!("={:02X}", u32::from(c))),
    Spelling::Each("octal", |c| format!("\\{:03o}", u32::from(c))),
    Spelling::Each("between tags", |c| format!("{c}<wbr>")),
    Spelling::Each("between soft hyphens", |c| format!("{c}\u{ad}")),
    Spelling::Whole("Base64, twice", |text| base64("a", &base64("", text))),
    Spelling::Whole("Base64", |text| base64("", text)),
    Spelling::Whole("Base64, second alignment", |text| base64("a", text)),
    Spelling::Whole("Base64, third alignment", |text| base64("ab", text)),
    Spelling::Whole("Base64 for URLs", |text| {
        URL_SAFE_NO_PAD.encode(format!("id:{text}"))
    }),
    Spelling::Whole("the beginning", |text| {
        text.chars().take(text.chars().count() - 5).collect()
    }),
    Spelling::Whole("the end", |text| text.chars().skip(5).collect()),
    Spelling::Whole("the middle", |text| text.chars().skip(3).take(12).collect()),
    Spelling::Whole("cut, with an ellipsis", |text| {
        format!("{}…", text.chars().take(10).collect::<String>())
    }),
    Spelling::Whole("in quotes", |text| format!("{text:?}")),
];

impl Spelling {
    fn name(&self) -> &'static str {
        match self {
            Self::Each(name, _) | Self::Whole(name, _) => name,
        }
    }

    fn spell(&self, text: &str) -> String {
        match self {
            Self::Each(_, spell) => text.chars().map(spell).collect(),
            Self::Whole(_, spell) => spell(text),
        }
    }

    /// What must not be in an output: the spelling of each run of characters.
    fn runs(&self, text: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        match self {
            Self::Each(_, spell) => characters
                .windows(RUN)
                .map(|run| run.iter().copied().map(spell).collect())
                .collect(),
            // Ten characters of Base64 hold seven bytes and a half.
            Self::Whole(name, spell) if name.starts_with("Base64") => {
                let spelled: Vec<char> = spell(text).chars().collect();
                let own = spelled
                    .get(4..spelled.len().saturating_sub(4))
                    .unwrap_or_default();
                own.windows(11).map(|run| run.iter().collect()).collect()
            }
            Self::Whole(..) => characters
                .windows(RUN)
                .map(|run| run.iter().collect())
                .collect(),
        }
    }
}

/// The bodies that refuse, by their forms.
fn refusals(spelled: &str) -> [(&'static str, String); 3] {
    let json = serde_json::Value::from(format!("{SENTENCE}: {spelled}"));
    let xml = spelled.replace('&', "&amp;").replace('<', "&lt;");
    [
        ("text/plain", format!("{SENTENCE}: {spelled}")),
        (
            "application/json",
            format!(r#"{{"retval":1,"retdesc":{json},"message":{json},"errors":[{json}]}}"#),
        ),
        (
            "application/xml",
            format!("<errors><error>{SENTENCE}: {xml}</error></errors>"),
        ),
    ]
}

/// Calls each operation in each spelling; what it showed.
async fn calls(
    api: &'static dyn Api,
    set: &'static [&'static str],
    format: Format,
) -> (usize, Vec<String>) {
    let logs_in = set.contains(&"api_key");
    let mut secrets = vec![SECRET.to_owned()];
    if logs_in {
        secrets.push(TOKEN.to_owned());
    }
    if set.contains(&"password") {
        // Of `login:password` the password is secret; the login is too in these tests.
        secrets.push(STANDARD.encode(format!("{SECRET}:{SECRET}")));
    }
    let way = Arc::new(AtomicUsize::new(0));
    let (current, known) = (Arc::clone(&way), secrets.clone());
    let server = Server::start(move |number, seen| {
        if logs_in && seen.line.contains("apilogin") {
            let body = format!(r#"{{"retval":0,"token":"{TOKEN}"}}"#);
            return Act::Send(reply("200 OK", &[], body));
        }
        let spelling = &SPELLINGS[current.load(Ordering::SeqCst)];
        let spelled: Vec<String> = known.iter().map(|secret| spelling.spell(secret)).collect();
        let (media_type, body) = refusals(&spelled.join(" "))
            .into_iter()
            .nth(number % 3)
            .expect("three");
        Act::Send(reply(
            "422 Unprocessable Entity",
            &[("Content-Type", media_type)],
            body,
        ))
    });
    let client: Arc<dyn lavka::dynamic::Client> =
        Arc::from(super::client(api, &server, set, SECRET, format));
    // The client must have the token to know it for one.
    if logs_in {
        let entry = api.operation("get_task_status").expect("it is there");
        let _ = client
            .call(
                "get_task_status",
                &input(api.name(), entry, Format::Json).expect("an input"),
            )
            .await;
    }
    let (mut shown, mut count) = (Vec::new(), 0);
    for (number, spelling) in SPELLINGS.iter().enumerate() {
        way.store(number, Ordering::SeqCst);
        let runs: BTreeSet<String> = secrets
            .iter()
            .flat_map(|secret| spelling.runs(secret))
            .collect();
        let mut running = JoinSet::new();
        for entry in api.operations() {
            let Some(input) = input(api.name(), entry, format) else {
                continue;
            };
            if logs_in && entry.operation.id == "login" {
                continue;
            }
            let client = Arc::clone(&client);
            running.spawn(async move {
                let id = entry.operation.id;
                match client.call(id, &input).await {
                    Ok(output) => panic!("{id}: {}", output.text),
                    Err(lavka::dynamic::DynamicError::Call(error)) => (id, error),
                    Err(other) => panic!("{id}: {other}"),
                }
            });
        }
        for (id, error) in running.join_all().await {
            count += 1;
            let body = error.body().unwrap_or_default();
            let text = format!("{}\n{body}", super::shown(&error));
            let found = runs.iter().find(|run| text.contains(run.as_str()));
            if let Some(run) = found {
                shown.push(format!(
                    "{}.{id}, {}: {run}\n{text}",
                    api.name(),
                    spelling.name()
                ));
            }
            if !error.to_string().contains(SENTENCE) || !body.contains(SENTENCE) {
                shown.push(format!(
                    "{}.{id}, {}: the sentence is gone\n{text}",
                    api.name(),
                    spelling.name()
                ));
            }
        }
    }
    (count, shown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_spelling_of_a_secret_is_shown_by_any_operation() {
    Log::of_process();
    let mut runs = JoinSet::new();
    for api in lavka::apis() {
        for set in api.credentials() {
            runs.spawn(calls(api, set, Format::Json));
            runs.spawn(calls(api, set, Format::Xml));
        }
    }
    let (mut count, mut shown) = (0, Vec::new());
    for (calls, found) in runs.join_all().await {
        count += calls;
        shown.extend(found);
    }
    assert!(
        shown.is_empty(),
        "{} of {count}:\n{}",
        shown.len(),
        shown.into_iter().take(5).collect::<Vec<_>>().join("\n\n")
    );
    assert!(count > 60 * SPELLINGS.len(), "{count}");
    let traced = Log::of_process().text();
    for spelling in SPELLINGS {
        for secret in [SECRET, TOKEN] {
            let found = spelling
                .runs(secret)
                .into_iter()
                .find(|run| traced.contains(run.as_str()));
            assert_eq!(found, None, "{}", spelling.name());
        }
    }
}

/// Texts that are like a secret and are none.
const READABLE: &[&str] = &[
    "order 4711 of 12.50 RUB, 100% paid",
    "id 12345678-1234-1234-1234-123456789abc",
    "Товар «Книга» не найден (код 17)",
    "https://shop.example/admin/products/41658.xml?page=2&per_page=250",
    "price 939167.01 below cost 939167.0189485865",
    "base64 SGVsbG8gd29ybGQ=, hex 48656c6c6f20776f726c64",
    "PLANTE and 3cret and Zm9v are words",
    "%D0%9A%D0%BD%D0%B8%D0%B3%D0%B0 &laquo;a&raquo; \\u0041",
    "2026-11-26T18:00:00+03:00, 41658, 48136, 1171",
    "the token is refused: token, password, secret, key",
];

#[tokio::test]
async fn what_is_no_secret_stays_readable() {
    for api in lavka::apis() {
        for set in api.credentials() {
            for text in READABLE {
                let server = Server::start(move |_, seen| {
                    let body = match seen.line.contains("apilogin") {
                        true => format!(r#"{{"retval":0,"token":"{TOKEN}"}}"#),
                        false => (*text).to_owned(),
                    };
                    let status = if seen.line.contains("apilogin") {
                        "200 OK"
                    } else {
                        "422 Unprocessable Entity"
                    };
                    Act::Send(reply(status, &[("Content-Type", "text/plain")], body))
                });
                let client = super::client(api, &server, set, SECRET, Format::Json);
                let entries = api
                    .operations()
                    .iter()
                    .filter(|entry| entry.operation.id != "login");
                let (entry, given) = entries
                    .filter_map(|entry| {
                        Some((
                            entry,
                            input(api.name(), entry, Format::Json)
                                .or_else(|| input(api.name(), entry, Format::Xml))?,
                        ))
                    })
                    .next()
                    .expect("an operation");
                let error = client
                    .call(entry.operation.id, &given)
                    .await
                    .expect_err(text);
                let lavka::dynamic::DynamicError::Call(error) = error else {
                    panic!("{error}");
                };
                assert_eq!(error.body(), Some(*text));
                assert!(error.to_string().contains(text), "{text}\n{error}");
            }
        }
    }
}
