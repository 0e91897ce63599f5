//! What `lavka diff` says of a change, on the wire: a client of one version of a document talks to a server of the other.
//!
//! The server reads requests and writes replies as the bindings of its version do. Programs whose arguments change places, or whose
//! names get another meaning, are one source compiled against both versions.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use lavka_hostile::Act;
use lavka_review::accept::Acceptances;
use lavka_review::input::Input as Document;
use lavka_review::report::Report;
use lavka_runtime::client::Format;
use lavka_runtime::dynamic::{Api, DynamicError, Input, Output, Settings, Side};
use serde_json::{Value, json};

macro_rules! version {
    ($name:ident, $file:literal) => {
        #[allow(dead_code, unreachable_pub, unused_imports)]
        pub mod $name {
            include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
        }
    };
}

macro_rules! pair {
    ($name:ident, $base:literal, $head:literal) => {
        mod $name {
            version!(base, $base);
            version!(head, $head);
        }
    };
}

pair!(required_added, "02_base", "02_head");
pair!(renamed_element, "10_base", "10_head");
pair!(renamed_header, "15_base", "15_head");
pair!(unwrapped_list, "18_base", "18_head");
pair!(renamed_root, "19_base", "19_head");
pair!(renamed_items, "20_base", "20_head");
pair!(reordered, "25_base", "25_head");
pair!(renamed_query, "35_base", "35_head");
pair!(other_status, "46_base", "46_head");
pair!(rebound, "rebound_base", "rebound_head");

/// What a server got.
#[derive(Debug)]
struct Seen {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
    /// What the server's version reads from the body.
    read: Result<Value, String>,
}

/// A server of one version, which answers each request with one value.
struct Server {
    api: &'static dyn Api,
    operation: &'static str,
    format: Format,
    status: u16,
    reply: Value,
}

impl Server {
    /// The running server, and what it got.
    fn start(self) -> (lavka_hostile::Server, Receiver<Seen>) {
        let (sender, receiver) = channel();
        let server = lavka_hostile::Server::start(move |_, request| {
            let (seen, act) = self.answer(request);
            let _ = sender.send(seen);
            act
        });
        (server, receiver)
    }

    fn answer(&self, request: &lavka_hostile::Seen) -> (Seen, Act) {
        let payload =
            |side, format, bytes: &[u8]| self.api.payload(self.operation, side, format, bytes);
        let read = match request.body.is_empty() {
            true => Ok(Value::Null),
            false => payload(Side::Request, self.format, &request.body)
                .and_then(|payload| payload.to_json())
                .map(|json| serde_json::from_slice(&json).expect("JSON"))
                .map_err(|e| e.to_string()),
        };
        // A server refuses what it cannot read.
        let (side, status, value) = match &read {
            Ok(_) => (Side::Response(None), self.status, self.reply.clone()),
            Err(why) => (Side::Response(Some(400)), 400, json!({ "message": why })),
        };
        let value = payload(side, Format::Json, value.to_string().as_bytes()).expect("a reply");
        let (media, body) = match self.format {
            Format::Json => ("application/json", value.to_json()),
            Format::Xml => ("application/xml", value.to_xml()),
        };
        let status = format!("{status} Answer");
        let act = lavka_hostile::status(&status, &[("Content-Type", media)], body.expect("a body"));
        let headers = request.headers.iter();
        let seen = Seen {
            line: request.line.clone(),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect(),
            body: request.text(),
            read,
        };
        (seen, act)
    }
}

/// Calls an operation as a program of a version does.
fn call(
    api: &dyn Api,
    url: &str,
    format: Format,
    operation: &str,
    input: &Input,
) -> Result<Output, DynamicError> {
    let settings = Settings {
        base_url: Some(url),
        variables: &[],
        servers: &[],
        format,
        allow_plaintext: false,
        credentials: &|_| Some("secret".to_owned()),
        before_send: None,
    };
    let client = api.client(&settings).expect("a client");
    lavka_hostile::run(client.call(operation, input))
}

fn order() -> Value {
    json!({"id": 17, "state": "new", "customer": "Ann", "total": 12.5, "lines": [{"isbn": "1", "copies": 2}]})
}

fn body(value: &Value) -> Input {
    Input {
        body: Some((Format::Json, value.to_string().into_bytes())),
        ..Input::default()
    }
}

/// A client of `client` creates an order at a server of `server`: what the server got, and what the client got.
fn create(
    client: &dyn Api,
    server: &'static dyn Api,
    format: Format,
    value: &Value,
) -> (Seen, Result<Output, DynamicError>) {
    let server = Server {
        api: server,
        operation: "create_order",
        format,
        status: 201,
        reply: order(),
    };
    let (running, seen) = server.start();
    let result = call(client, &running.url(), format, "create_order", &body(value));
    (seen.recv().expect("a request"), result)
}

fn new_order() -> Value {
    json!({"customer": "Ann", "note": "Quickly.", "lines": [{"isbn": "1", "copies": 2}]})
}

fn report(pair: &str) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../review/tests/pairs")
        .join(pair);
    let side = |name: &str| Document::Path(folder.join(name));
    lavka_review::compare(
        &side("base.yaml"),
        &side("head.yaml"),
        &Acceptances::default(),
    )
    .expect("a report")
}

/// Whether the break is silent, for the XML finding of a pair.
fn silent(pair: &str) -> bool {
    let report = report(pair);
    let found = report.findings().find_map(|(_, finding)| finding.silent);
    found.expect("a finding that says whether it is silent")
}

#[test]
fn a_required_field_is_missed_loudly() {
    use required_added::{base, head};
    for format in [Format::Json, Format::Xml] {
        let (seen, reported) = create(
            &base::dynamic::Api,
            &head::dynamic::Api,
            format,
            &new_order(),
        );
        assert!(seen.read.is_err(), "{seen:?}");
        let reported = reported.expect_err("a refusal").to_string();
        assert!(reported.contains("phone"), "{reported}");
    }
}

#[test]
fn another_element_is_lost_silently() {
    use renamed_element::{base, head};
    assert!(silent("10-rename-xml-element-only"));
    for (client, server) in [
        (
            &base::dynamic::Api as &dyn Api,
            &head::dynamic::Api as &'static dyn Api,
        ),
        (&head::dynamic::Api, &base::dynamic::Api),
    ] {
        let (seen, reported) = create(client, server, Format::Xml, &new_order());
        assert!(seen.body.contains("Quickly."), "{}", seen.body);
        let read = seen.read.expect("an order");
        assert_eq!(
            (&read["customer"], &read["note"]),
            (&json!("Ann"), &Value::Null)
        );
        reported.expect("no error");
        let (seen, _) = create(client, server, Format::Json, &new_order());
        assert_eq!(seen.read.expect("an order")["note"], "Quickly.");
    }
}

#[test]
fn a_list_in_another_wrapping() {
    use unwrapped_list::{base, head};
    assert!(silent("18-xml-unwrap-list"));
    let (seen, _) = create(
        &base::dynamic::Api,
        &head::dynamic::Api,
        Format::Xml,
        &new_order(),
    );
    // `<lines>` is not known: no item is read.
    assert_eq!(seen.read.expect("an order")["lines"], json!([]));
    let (seen, _) = create(
        &head::dynamic::Api,
        &base::dynamic::Api,
        Format::Xml,
        &new_order(),
    );
    assert!(seen.body.contains("<line isbn=\"1\">"), "{}", seen.body);
    let reported = seen.read.expect_err("an error");
    assert!(reported.contains("lines"), "{reported}");
    let (seen, _) = create(
        &base::dynamic::Api,
        &head::dynamic::Api,
        Format::Json,
        &new_order(),
    );
    assert_eq!(seen.read.expect("an order")["lines"][0]["copies"], 2);
}

#[test]
fn another_root_is_refused() {
    use renamed_root::{base, head};
    for (client, server) in [
        (
            &base::dynamic::Api as &dyn Api,
            &head::dynamic::Api as &'static dyn Api,
        ),
        (&head::dynamic::Api, &base::dynamic::Api),
    ] {
        let (seen, reported) = create(client, server, Format::Xml, &new_order());
        assert!(seen.read.is_err(), "{seen:?}");
        reported.expect_err("a refusal");
    }
}

#[test]
fn other_items_are_an_empty_list() {
    use renamed_items::{base, head};
    assert!(silent("20-xml-rename-item"));
    for (client, server) in [
        (
            &base::dynamic::Api as &dyn Api,
            &head::dynamic::Api as &'static dyn Api,
        ),
        (&head::dynamic::Api, &base::dynamic::Api),
    ] {
        let (seen, reported) = create(client, server, Format::Xml, &new_order());
        assert_eq!(seen.read.expect("an order")["lines"], json!([]));
        assert_eq!(reported.expect("an order").json["lines"], json!([]));
    }
}

#[test]
fn another_query_parameter_is_ignored() {
    use renamed_query::{base, head};
    let list = json!({"count": 0, "orders": []});
    let server = Server {
        api: &head::dynamic::Api,
        operation: "list_orders",
        format: Format::Json,
        status: 200,
        reply: list,
    };
    let (running, seen) = server.start();
    let params = BTreeMap::from([("limit".to_owned(), "5".to_owned())]);
    let input = Input {
        params,
        ..Input::default()
    };
    call(
        &base::dynamic::Api,
        &running.url(),
        Format::Json,
        "list_orders",
        &input,
    )
    .expect("no error");
    let seen = seen.recv().expect("a request");
    assert!(seen.line.contains("limit=5"), "{}", seen.line);
    let known: Vec<&str> = head::dynamic::Api
        .operation("list_orders")
        .expect("it")
        .params
        .iter()
        .map(|p| p.name)
        .collect();
    assert!(!known.contains(&"limit"), "{known:?}");
}

#[test]
fn the_credential_is_in_another_header() {
    use renamed_header::{base, head};
    for (api, name, other) in [
        (&base::dynamic::Api as &dyn Api, "x-key", "x-api-key"),
        (&head::dynamic::Api, "x-api-key", "x-key"),
    ] {
        let (seen, _) = create(api, &head::dynamic::Api, Format::Json, &new_order());
        assert_eq!(seen.headers.get(name).map(String::as_str), Some("secret"));
        assert!(!seen.headers.contains_key(other));
    }
}

#[test]
fn every_status_of_success_is_taken() {
    use other_status::{base, head};
    for api in [&base::dynamic::Api as &'static dyn Api, &head::dynamic::Api] {
        for status in [200, 201] {
            let server = Server {
                api,
                operation: "create_order",
                format: Format::Json,
                status,
                reply: order(),
            };
            let (running, _seen) = server.start();
            let reported = call(
                &base::dynamic::Api,
                &running.url(),
                Format::Json,
                "create_order",
                &body(&new_order()),
            );
            assert_eq!(reported.expect("an order").json["id"], 17);
        }
    }
}

/// One program, for either version: what it sends.
macro_rules! program {
    ($version:path, $format:expr) => {{
        use $version as api;
        let server = Server {
            api: &api::dynamic::Api,
            operation: "create_order",
            format: $format,
            status: 201,
            reply: order(),
        };
        let (running, seen) = server.start();
        let client = api::Client::builder()
            .base_url(running.url())
            .credentials(api::Credentials::token("secret"))
            .format($format)
            .build()
            .expect("a client");
        let order = api::NewOrder::new("Ann", "+1", vec![api::Line::new("1", 2)]);
        lavka_hostile::run(async { client.create_order(&order).await.map(drop) })
            .expect("an order");
        seen.recv().expect("a request").read.expect("an order")
    }};
}

#[test]
fn arguments_that_change_places_are_exchanged() {
    let codes: Vec<&str> = report("25-reorder-request-properties")
        .findings()
        .filter(|(_, finding)| {
            finding.rust.iter().any(|effect| {
                effect
                    .text
                    .contains("programs compile, and send each value as the other")
            })
        })
        .map(|(_, finding)| finding.check.code)
        .collect();
    assert_eq!(codes.len(), 1);
    for format in [Format::Json, Format::Xml] {
        let before = program!(reordered::base, format);
        let after = program!(reordered::head, format);
        assert_eq!(
            (&before["customer"], &before["phone"]),
            (&json!("Ann"), &json!("+1"))
        );
        assert_eq!(
            (&after["customer"], &after["phone"]),
            (&json!("+1"), &json!("Ann"))
        );
    }
}

/// One program, for either version: what it reads.
macro_rules! title {
    ($version:path) => {{
        use $version as api;
        let thing = json!({"id": 1, "state": "new", "parts": [], "name": "Lamp", "caption": "Bright"});
        let server = Server { api: &api::dynamic::Api, operation: "get_thing", format: Format::Json, status: 200, reply: thing };
        let (running, _seen) = server.start();
        let client = api::Client::builder()
            .base_url(running.url())
            .credentials(api::Credentials::token("secret"))
            .build()
            .expect("a client");
        let thing = lavka_hostile::run(async { client.get_thing(1).await }).expect("a thing");
        thing.title
    }};
}

#[test]
fn a_name_with_another_meaning_reads_another_value() {
    assert_eq!(title!(rebound::base), "Lamp");
    assert_eq!(title!(rebound::head), "Bright");
}
