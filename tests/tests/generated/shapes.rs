//! Constructs of `specs/shapes.yaml` and `specs/bare.yaml` that are rare but allowed: their bindings compile, without an unused
//! import, and values go through them unchanged.

#![deny(unused_imports, unused_mut, unused_variables, unreachable_patterns)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

/// The generated module. Only what a test has no use for is allowed; an unused import inside is an error.
#[allow(dead_code, unreachable_pub)]
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
#[allow(dead_code, unreachable_pub)]
mod bare {
    include!(concat!(env!("OUT_DIR"), "/bare.rs"));
}

use lavka_hostile::{Act, Server, reply, run};
use lavka_runtime::client::{Format, Upload};
use lavka_runtime::dynamic::{Api as _, Side};
use lavka_runtime::{Error, Maybe, Secret};
use serde_json::{Value, json};

use shapes::{Client, Credentials, Deep, GetQueryParams, Level, Node, Sum, Term, Unit};

/// The value after JSON → typed → JSON, or JSON → typed → XML → typed → JSON.
fn through(operation: &str, format: Format, value: &Value) -> Value {
    let api = &shapes::dynamic::Api;
    let read = |format, bytes: &[u8]| {
        api.payload(operation, Side::Request, format, bytes)
            .unwrap_or_else(|e| panic!("{operation}: {e}"))
    };
    let typed = read(Format::Json, value.to_string().as_bytes());
    let json = match format {
        Format::Json => typed.to_json(),
        Format::Xml => {
            let xml = typed.to_xml().expect("XML");
            read(Format::Xml, &xml).to_json()
        }
    };
    serde_json::from_slice(&json.expect("JSON")).expect("JSON")
}

#[test]
fn values_go_through_unchanged() {
    let node = json!({
        "name": "a",
        "parent": {"name": "b", "parent": {"name": "c"}, "next": null},
        "next": {"name": "d"},
        "owner": {"node": {"name": "e", "owner": {"node": {"name": "f"}}}},
        "children": [{"name": "g"}],
        "m²": "1",
        "½": "2",
    });
    let doc = |u: Value| json!({"tags": ["a", "b"], "tags_of": {"one": "1"}, "u": u, "u_text": "t", "u_items": ["i"], "text": "x"});
    let reserved: serde_json::Map<String, Value> = ('a'..='n')
        .map(|key| (key.to_string(), json!({"value": key.to_string()})))
        .collect();
    for (operation, value) in [
        ("from_core", node),
        ("echo_doc", doc(json!("text"))),
        ("echo_doc", doc(json!([{"one": "1"}, {"one": "2"}]))),
        ("echo_reserved", Value::Object(reserved)),
    ] {
        assert_eq!(through(operation, Format::Json, &value), value);
        assert_eq!(through(operation, Format::Xml, &value), value);
    }
    let term = json!({"left": {"left": "a", "right": null}, "right": "b"});
    assert_eq!(through("echo_term", Format::Json, &term), term);
}

#[test]
fn forms_of_scalars_reach_below_lists_and_maps() {
    let text = r#"{"prices":{"a":1.50,"b":0.1000000000000000000001},"texts":[["2.50"],[]],"times":{"t":["2009-06-04 14:22:34 +0400"]},"either":0.10,"days":[{"d":"2017-10-10T12:30","e":"2017-10-10"}]}"#;
    let deep: Deep = serde_json::from_str(text).expect("typed");
    assert_eq!(serde_json::to_string(&deep).expect("JSON"), text);
}

#[test]
fn what_leads_back_to_itself_is_held_in_a_box() {
    let mut node = Node::new("a");
    node.parent = Some(Box::new(Node::new("b")));
    node.next = Maybe::Value(Box::new(Node::new("c")));
    let sum = Sum::new(Term::from("a".to_owned()), None);
    assert_eq!(json!(Term::from(sum)), json!({"left": "a", "right": null}));
    assert_eq!(
        json!(node),
        json!({"name": "a", "parent": {"name": "b"}, "next": {"name": "c"}})
    );
}

#[test]
fn signs_that_no_identifier_holds_are_values_and_names() {
    let spec = include_str!("../../specs/shapes.yaml");
    let known: Vec<String> = <Unit as lavka_runtime::OpenEnum>::KNOWN
        .iter()
        .map(|unit| unit.as_str().to_owned())
        .collect();
    assert_eq!(known.len(), 10);
    assert!(known.iter().all(|value| spec.contains(value)));
}

#[test]
fn texts_alone_go_through_xml() {
    let api = &bare::dynamic::Api;
    let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<note>a &lt; b</note>";
    let note = api
        .payload("echo_note", Side::Request, Format::Xml, xml)
        .expect("typed");
    let json: Value = serde_json::from_slice(&note.to_json().expect("JSON")).expect("JSON");
    assert_eq!(json, json!(bare::Note::new("a < b")));
}

/// A client of a server that gives one answer to every request.
fn serve(status: u16, body: &'static [u8]) -> (Client, Server) {
    let head = format!("{status} Answer");
    let bytes = match status {
        204 => format!("HTTP/1.1 {head}\r\n\r\n").into_bytes(),
        _ => reply(&head, &[], body),
    };
    let server = Server::script(vec![Act::Close(bytes)]);
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Credentials::token("secret"))
        .build()
        .expect("a client");
    (client, server)
}

#[test]
fn lists_in_the_query_are_written_as_on_the_wire() {
    let (client, server) = serve(204, b"");
    let time = |text: &str| text.parse().expect("a time");
    let params = GetQueryParams {
        at: Some(vec![time("2024-02-29T12:00:00Z")]),
        since: Some(vec![time("2009-06-04T14:22:34+04:00")]),
        on: Some(vec!["2024-02-29".parse().expect("a date")]),
        price: Some(vec!["1.50".parse().expect("a decimal")]),
        secret: Some(vec![Secret::from("hidden")]),
        unit: Some(vec![Unit::from("→")]),
        level: Some(vec![Level::from(2)]),
        m_ub2: Some("1".to_owned()),
    };
    run(client.get_query_with("x", &params)).expect("nothing");
    let line = server.next().line;
    for pair in [
        "at=2024-02-29T12%3A00%3A00%2B00%3A00",
        "since=2009-06-04%2014%3A22%3A34%20%2B0400",
        "on=2024-02-29",
        "price=1.50",
        "secret=hidden",
        "unit=%E2%86%92",
        "level=2",
        "m%C2%B2=1",
        "%C2%BD=x",
    ] {
        assert!(line.contains(pair), "no {pair}: {line}");
    }
}

#[test]
fn a_wrapped_value_may_be_called_as_a_parameter_is() {
    let (client, server) = serve(204, b"");
    let params = shapes::PutOrderParams {
        order: Some("asc".to_owned()),
    };
    run(client.put_order_with("c", &shapes::Order::new(7), &params)).expect("nothing");
    let sent = server.next();
    assert!(
        sent.line.contains("order=asc") && sent.line.contains("core=c"),
        "{}",
        sent.line
    );
    assert_eq!(sent.body, br#"{"method":"put","order":{"id":7}}"#);
}

#[test]
fn lists_become_one_part_for_each_item() {
    let (client, server) = serve(204, b"");
    let mut form = shapes::SendFormRequest::new(vec!["a".to_owned(), "b".to_owned()]);
    form.second = Maybe::Value(vec![1, 2]);
    form.third = Some(vec![Upload::bytes("f", b"bytes".as_slice())]);
    run(client.send_form(&form)).expect("nothing");
    let body = server.next().text();
    for (name, count) in [("first", 2), ("second", 2), ("third", 1), ("fourth", 0)] {
        let found = body.matches(&format!("name=\"{name}\"")).count();
        assert_eq!(found, count, "{name}: {body}");
    }
}

#[test]
fn replies_are_read_by_what_fits_best() {
    let (client, _server) = serve(200, b"\x00\xFFbytes");
    let reply = run(client.get_bytes()).expect("bytes");
    assert_eq!(reply.as_ref(), b"\x00\xFFbytes");

    let (client, _server) = serve(200, br#"{"prices":{"a":1.50}}"#);
    let deep = run(client.get_default()).expect("the default reply");
    assert!(deep.prices.is_some());

    let (client, _server) = serve(200, br#"{"status":0,"inner":{"status":7}}"#);
    let inner = run(client.get_wrapped()).expect("what is inside");
    assert_eq!((inner.status, inner.inner), (7, None));

    let text = |error: Error| error.to_string();
    // The shape that is documented for the status, whatever else the body has.
    let body = br#"{"broken":"B","missing":"M","refused":"R"}"#;
    for (status, reported) in [(404, "M"), (403, "R"), (501, "B")] {
        let (client, _server) = serve(status, body);
        let error = run(client.get_refused()).expect_err("a failure");
        let message = error.failure().and_then(|failure| failure.message.clone());
        assert_eq!(message.as_deref(), Some(reported), "{status}");
        assert!(text(error).contains(reported), "{status}");
    }
    // A body that another status is documented to have is read as well.
    let (client, _server) = serve(404, br#"{"refused":"R"}"#);
    let error = run(client.get_refused()).expect_err("a failure");
    assert!(text(error).ends_with(": R"));
    let (client, _server) = serve(410, body);
    assert!(text(run(client.get_never()).expect_err("a failure")).contains('M'));
}
