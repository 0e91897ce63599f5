//! progenitor's own clients (`<api>::raw`) as the oracle of our encoder: every operation goes over a socket through both, with
//! awkward arguments, and both requests are compared: method, decoded path segments, decoded query pairs, headers, body. What
//! progenitor encodes wrongly is in [`WRONG`], and ours is judged by itself there. progenitor sorts the parameters of an operation
//! by name; ours must be in the order of the document.
//!
//! `cargo test -p lavka-tests --features raw --test oracle`

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use lavka::Format;
use lavka::dynamic::{Api, BodyShape, Client, Entry, Input, Settings};
use lavka_hostile::{Act, Seen, Server, reply};
use lavka_tests::inputs;

/// Texts of parameters.
const TEXTS: &[&str] = &[
    "7",
    "a b",
    " a ",
    "a+b",
    "a%20b",
    "%",
    "%2e%2e",
    "%252F",
    "a/b",
    "../../admin",
    "/",
    "a?b=c",
    "a#b",
    "a&b=c",
    "a;b",
    "a:b@c",
    "a,b|c",
    "{id}",
    "[x]",
    "\"<>^`",
    "a'b(c)*!$",
    "~._-",
    "...",
    "кот",
    "\u{1f600}",
    "\u{feff}",
    "\u{202e}",
    "\u{7f}",
    "a\tb",
    "a\r\nHost: other.example",
    "a\0b",
    "",
    ".",
    "..",
    "a\\b",
    "..\\..\\admin",
];

/// Texts that progenitor sends to another path: URLs treat `\` as `/`, and leave out empty and dot segments.
const WRONG: &[(&str, Right)] = &[
    ("", Right::Refused),
    (".", Right::Refused),
    ("..", Right::Refused),
    ("a\\b", Right::Sent),
    ("..\\..\\admin", Right::Sent),
];

/// What our client does with a text that progenitor encodes wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    /// Nothing is sent, and the error names the parameter.
    Refused,
    /// One segment, from which the server decodes the text.
    Sent,
}

const INTEGERS: &[&str] = &["0", "-1", "7"];
// As our values write them: progenitor sends the text that it is given.
const TIMES: &[&str] = &["2020-01-02T03:04:05+03:00", "2020-01-02T03:04:05.25+00:00"];
const TOKEN: &str = "t+o/k=e&n %2e?#\\ю";

/// A request as a server understands it.
#[derive(Debug, PartialEq, Eq)]
struct Meaning {
    method: String,
    segments: Vec<String>,
    /// By name, as progenitor sorts parameters; pairs of one name in their order. That ours are in the order of the document
    /// is judged by [`both`].
    query: Vec<(String, String)>,
    headers: BTreeSet<(String, String)>,
    body: Vec<u8>,
}

/// Headers of the transport, and progenitor's own.
const NOT_COMPARED: &[&str] = &[
    "api-version",
    "accept-encoding",
    "content-length",
    "transfer-encoding",
];

impl Meaning {
    fn of(seen: &Seen) -> Self {
        let mut words = seen.line.split(' ');
        let method = words.next().unwrap().to_owned();
        let target = words.next().unwrap();
        let (path, _) = target.split_once('?').unwrap_or((target, ""));
        let headers = seen.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        let mut query = pairs(seen);
        query.sort_by(|one, other| one.0.cmp(&other.0));
        Self {
            method,
            segments: path
                .split('/')
                .map(|segment| decoded(segment, false))
                .collect(),
            query,
            headers: headers
                .filter(|(name, _)| !NOT_COMPARED.contains(&name.as_str()))
                .collect(),
            body: seen.body.clone(),
        }
    }
}

/// The query's pairs in their order.
fn pairs(seen: &Seen) -> Vec<(String, String)> {
    let target = seen.line.split(' ').nth(1).unwrap();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        })
        .collect()
}

fn decoded(text: &str, plus: bool) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
        let (byte, length) = match (first, tail.get(..2).and_then(hex)) {
            (b'%', Some(byte)) => (byte, 3),
            (b'+', _) if plus => (b' ', 1),
            (byte, _) => (*byte, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// A server that keeps the last request.
struct Recorder {
    server: Server,
    last: Arc<Mutex<Option<Seen>>>,
}

impl Recorder {
    fn start() -> Self {
        let last: Arc<Mutex<Option<Seen>>> = Arc::default();
        let slot = Arc::clone(&last);
        let server = Server::start(move |_, seen| {
            *slot.lock().expect("no panic") = Some(seen.clone());
            Act::Send(reply("404 Not Found", &[], ""))
        });
        Self { server, last }
    }

    fn take(&self) -> Option<Seen> {
        self.last.lock().expect("no panic").take()
    }
}

fn ours(api: &dyn Api, url: &str, format: Format) -> Box<dyn Client> {
    let settings = Settings {
        variables: &[],
        base_url: Some(url),
        format,
        allow_plaintext: false,
        credentials: &|name| {
            let set = api.credentials().first()?;
            let value = if api.name() == "digiseller" {
                TOKEN
            } else {
                "1"
            };
            set.contains(&name).then(|| value.to_owned())
        },
        before_send: None,
        servers: &[],
    };
    api.client(&settings).expect("a client")
}

/// Values of an operation's parameters, for progenitor's methods.
struct Values<'a>(&'a BTreeMap<String, String>);

impl Values<'_> {
    fn text(&self, name: &str) -> &str {
        self.optional(name).expect("a required parameter")
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn of<T: FromStr>(&self, name: &str) -> T {
        self.maybe(name).expect("a required parameter")
    }

    fn maybe<T: FromStr>(&self, name: &str) -> Option<T> {
        let text = self.optional(name)?;
        Some(text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
    }
}

/// Calls progenitor's method of an operation: the headers and the body are those that our client has sent. Whether the request
/// could be made.
async fn theirs(url: &str, api: &str, id: &str, values: &Values<'_>, sent: &Seen) {
    let header = |name: &str| sent.header(name).unwrap_or_default();
    let (accept, content_type) = (header("accept"), header("content-type"));
    let (auth, body) = (header("authorization"), sent.body.clone());
    let id_of = |name: &str| values.of::<i64>(name);
    macro_rules! client {
        ($module:ident, $($credentials:tt)*) => {
            lavka::$module::Client::builder()
                .base_url(url)$($credentials)*
                .build()
                .expect("a client")
                .raw()
        };
    }
    // What the server answers does not count.
    macro_rules! sent {
        ($($call:tt)*) => { drop($($call)*.await) };
    }
    match api {
        "digiseller" => {
            let c = client!(digiseller, .credentials(lavka::digiseller::Credentials::token("x")));
            match id {
                "login" => sent!(c.login(accept, content_type, body)),
                "list_categories" => sent!(c.list_categories(values.text("id"), accept)),
                "list_subcategories" => sent!(c.list_subcategories(id_of("id"), accept)),
                "create_arbitrary" => sent!(c.create_arbitrary(TOKEN, accept, content_type, body)),
                "create_book" => sent!(c.create_book(TOKEN, accept, content_type, body)),
                "create_software" => sent!(c.create_software(TOKEN, accept, content_type, body)),
                "create_unique_fixed" => {
                    sent!(c.create_unique_fixed(TOKEN, accept, content_type, body));
                }
                "create_unique_unfixed" => {
                    sent!(c.create_unique_unfixed(TOKEN, accept, content_type, body));
                }
                "get_task_status" => {
                    sent!(c.get_task_status(values.text("taskId"), TOKEN, accept));
                }
                "set_status" => sent!(c.set_status(TOKEN, accept, content_type, body)),
                "set_prices" => sent!(c.set_prices(TOKEN, accept, content_type, body)),
                "add_to_category" => {
                    let (product, category) = (id_of("product_id"), id_of("category_id"));
                    sent!(c.add_to_category(product, category, TOKEN, accept));
                }
                "set_preview_options" => {
                    let (kind, preview) = (values.text("type"), id_of("preview_id"));
                    sent!(c.set_preview_options(kind, preview, TOKEN, accept, content_type, body));
                }
                _ => {
                    let product = id_of("product_id");
                    match id {
                        "edit_arbitrary" => {
                            sent!(c.edit_arbitrary(product, TOKEN, accept, content_type, body));
                        }
                        "edit_base" => {
                            sent!(c.edit_base(product, TOKEN, accept, content_type, body));
                        }
                        "edit_book" => {
                            sent!(c.edit_book(product, TOKEN, accept, content_type, body));
                        }
                        "edit_software" => {
                            sent!(c.edit_software(product, TOKEN, accept, content_type, body));
                        }
                        "edit_unique_fixed" => {
                            sent!(c.edit_unique_fixed(product, TOKEN, accept, content_type, body));
                        }
                        "edit_unique_unfixed" => {
                            sent!(c.edit_unique_unfixed(
                                product,
                                TOKEN,
                                accept,
                                content_type,
                                body
                            ));
                        }
                        "add_images" => {
                            sent!(c.add_images(product, TOKEN, accept, content_type, body));
                        }
                        "add_videos" => {
                            sent!(c.add_videos(product, TOKEN, accept, content_type, body));
                        }
                        _ => panic!("{id} is not called"),
                    }
                }
            }
        }
        "insales_products" => {
            let credentials = lavka::insales_products::Credentials::basic("1", "1");
            let c = client!(insales_products, .credentials(credentials));
            match id {
                "list_products" => sent!(c.list_products(
                    values.maybe("category_id"),
                    values.maybe("collection_id"),
                    values.maybe("deleted"),
                    values.maybe("from_id"),
                    values.maybe("page"),
                    values.maybe("per_page"),
                    values.optional("updated_since"),
                    values.maybe("with_deleted"),
                    accept,
                    auth
                )),
                "create_product" => sent!(c.create_product(accept, auth, content_type, body)),
                "update_variants" => sent!(c.update_variants(accept, auth, content_type, body)),
                "get_product" => sent!(c.get_product(id_of("id"), accept, auth)),
                "update_product" => {
                    sent!(c.update_product(id_of("id"), accept, auth, content_type, body));
                }
                "delete_product" => sent!(c.delete_product(id_of("id"), accept, auth)),
                _ => panic!("{id} is not called"),
            }
        }
        "insales_digital" => {
            let credentials = lavka::insales_digital::Credentials::basic("1", "1");
            let c = client!(insales_digital, .credentials(credentials));
            let variant = || (id_of("product_id"), id_of("variant_id"));
            match id {
                "get_asset" => sent!(c.get_asset(id_of("id"), accept, auth)),
                "delete_asset" => sent!(c.delete_asset(id_of("id"), accept, auth)),
                "get_order" => sent!(c.get_order(id_of("order_id"), accept, auth)),
                "list_product_assets" => {
                    sent!(c.list_product_assets(id_of("product_id"), accept, auth));
                }
                "list_variant_assets" => {
                    let (product, variant) = variant();
                    sent!(c.list_variant_assets(product, variant, accept, auth));
                }
                "create_asset" => {
                    let (product, variant) = variant();
                    sent!(c.create_asset(product, variant, accept, auth, content_type, body));
                }
                "delete_variant_assets" => {
                    let (product, variant) = variant();
                    sent!(c.delete_variant_assets(product, variant, accept, auth));
                }
                _ => panic!("{id} is not called"),
            }
        }
        "fileflare" => {
            let c = client!(fileflare,);
            sent!(c.get_customer_order(values.text("id"), accept));
        }
        "qnits" => {
            let credentials = lavka::qnits::Credentials::new("1", 1);
            let c = client!(qnits, .credentials(credentials));
            sent!(c.create_order(accept, content_type, body));
        }
        _ => panic!("{api} is not called"),
    }
}

/// The texts to try for a parameter: what its example looks like says which type it has.
fn tries(name: &str, example: Option<&str>) -> &'static [&'static str] {
    match example {
        _ if name.ends_with("_since") => TIMES,
        Some(text) if text.parse::<i64>().is_ok() && name != "taskId" => INTEGERS,
        Some("true" | "false") => &["true", "false"],
        _ => TEXTS,
    }
}

#[derive(Default)]
struct Tally {
    called: BTreeSet<String>,
    equal: usize,
    wrong: BTreeSet<&'static str>,
    refused: usize,
}

/// Sends an operation through both clients. The query's pairs of ours must be in the order in which the document declares them.
async fn both(
    api: &dyn Api,
    entry: &Entry,
    input: &Input,
    to: (&Recorder, &dyn Client),
) -> Outcome {
    let (recorder, client) = to;
    let id = entry.operation.id;
    let error = client
        .call(id, input)
        .await
        .expect_err("the server has nothing");
    let Some(sent) = recorder.take() else {
        return Outcome::Refused(error.to_string());
    };
    let url = recorder.server.url();
    theirs(&url, api.name(), id, &Values(&input.params), &sent).await;
    let theirs = recorder.take();
    let declared: Vec<&str> = entry
        .operation
        .params
        .iter()
        .map(|param| param.name)
        .collect();
    let order: Vec<usize> = pairs(&sent)
        .iter()
        .filter_map(|(name, _)| declared.iter().position(|known| known == name))
        .collect();
    assert!(
        order.is_sorted(),
        "{id}: parameters out of order: {}",
        sent.line
    );
    Outcome::Sent(
        Box::new(Meaning::of(&sent)),
        theirs.map(|seen| Box::new(Meaning::of(&seen))),
    )
}

enum Outcome {
    Refused(String),
    Sent(Box<Meaning>, Option<Box<Meaning>>),
}

async fn compare(api: &dyn Api, entry: &Entry, format: Format, tally: &mut Tally) {
    let Some(mut input) = inputs::input(api.name(), entry, format) else {
        return;
    };
    let recorder = Recorder::start();
    let client = ours(api, &recorder.server.url(), format);
    let id = entry.operation.id;
    let name = format!("{}.{id}", api.name());
    for param in entry
        .params
        .iter()
        .filter(|param| param.required && !param.file)
    {
        let text = param.example.unwrap_or("1").to_owned();
        input.params.entry(param.name.to_owned()).or_insert(text);
    }
    tally.called.insert(name.clone());
    match both(api, entry, &input, (&recorder, &*client)).await {
        Outcome::Sent(ours, Some(theirs)) => assert_eq!(ours, theirs, "{name}"),
        Outcome::Sent(ours, None) => panic!("{name}: progenitor sends nothing: {ours:?}"),
        Outcome::Refused(error) => panic!("{name}: {error}"),
    }
    if entry.body == BodyShape::Form {
        return;
    }
    for param in entry.params.iter().filter(|param| !param.file) {
        let kept = input.params.get(param.name).cloned();
        for &text in tries(param.name, param.example) {
            input.params.insert(param.name.to_owned(), text.to_owned());
            let place = format!("{name}, {} = {text:?}", param.name);
            let in_path = entry
                .operation
                .path
                .contains(&format!("{{{}}}", param.name));
            let right = WRONG.iter().find(|(known, _)| *known == text && in_path);
            match (both(api, entry, &input, (&recorder, &*client)).await, right) {
                (Outcome::Sent(ours, Some(theirs)), None) => {
                    assert_eq!(ours, theirs, "{place}");
                    tally.equal += 1;
                }
                (Outcome::Sent(ours, theirs), Some((_, Right::Sent))) => {
                    assert_ne!(
                        Some(&ours),
                        theirs.as_ref(),
                        "{place}: progenitor is right now"
                    );
                    let template = entry.operation.path.split('/');
                    assert_eq!(ours.segments.len(), template.count(), "{place}: {ours:?}");
                    assert!(ours.segments.iter().any(|s| s == text), "{place}: {ours:?}");
                    tally.wrong.insert(text);
                }
                (Outcome::Refused(error), Some((_, Right::Refused))) => {
                    assert!(error.contains(param.name), "{place}: {error}");
                    tally.wrong.insert(text);
                }
                // A value that the parameter's type does not have.
                (Outcome::Refused(error), _) => {
                    assert!(error.contains(param.name), "{place}: {error}");
                    tally.refused += 1;
                }
                (Outcome::Sent(ours, theirs), right) => {
                    panic!("{place}: {right:?}, ours {ours:?}, theirs {theirs:?}");
                }
            }
        }
        match kept {
            Some(text) => drop(input.params.insert(param.name.to_owned(), text)),
            None => drop(input.params.remove(param.name)),
        }
    }
}

#[tokio::test]
async fn both_clients_mean_the_same() {
    let mut tally = Tally::default();
    for api in lavka::apis() {
        for entry in api.operations() {
            for format in [Format::Json, Format::Xml] {
                compare(api, entry, format, &mut tally).await;
            }
        }
    }
    // Every method that progenitor wrote was called, but the login, which is not called by name.
    let mut methods = BTreeSet::new();
    for api in lavka::apis() {
        let file = format!("generated/src/{}/raw.rs", api.name());
        let text = std::fs::read_to_string(lavka_tests::specs::root().join(file)).expect("raw");
        for line in text.lines() {
            if let Some(rest) = line.trim_start().strip_prefix("pub async fn ") {
                let method = rest.split(['<', '(']).next().expect("a name");
                methods.insert(format!("{}.{method}", api.name()));
            }
        }
    }
    tally.called.insert("digiseller.login".to_owned());
    assert_eq!(tally.called, methods);
    assert_eq!(tally.wrong.len(), WRONG.len(), "{:?}", tally.wrong);
    assert!(
        tally.equal > 200,
        "{} equal, {} refused",
        tally.equal,
        tally.refused
    );
}

/// The login, which our client sends by itself before the first call.
#[tokio::test]
async fn the_login_means_the_same() {
    let recorder = Recorder::start();
    let client = lavka::digiseller::Client::builder()
        .base_url(recorder.server.url())
        .credentials(lavka::digiseller::Credentials::token(TOKEN))
        .build()
        .expect("a client");
    let request = lavka::digiseller::LoginRequest::new(7, 1, "a \"sign\"");
    client.login(&request).await.expect_err("no success");
    let sent = recorder.take().expect("a request");
    let url = recorder.server.url();
    theirs(
        &url,
        "digiseller",
        "login",
        &Values(&BTreeMap::new()),
        &sent,
    )
    .await;
    let theirs = recorder.take().expect("a request");
    assert_eq!(Meaning::of(&sent), Meaning::of(&theirs));
}
