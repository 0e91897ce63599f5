//! Everything in `specs/names.yaml` is named after what Rust and the generated code use themselves. `build.rs` makes the
//! bindings as a user's would; here they are compiled, with the modules `dynamic` and JSON Schema, and called.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../../schema/mod.rs"]
mod schema;

/// The generated module. Names such as `foo` are the point of it.
#[allow(dead_code, unreachable_pub, unused_imports, clippy::disallowed_names)]
mod names {
    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

use std::collections::BTreeSet;
use std::path::Path;

use lavka_hostile::{Act, Seen, Server, run};
use lavka_runtime::client::{Format, Upload};
use lavka_runtime::dynamic::{Api as _, BodyShape, Input, Settings, Side};
use lavka_runtime::{Error, OpenEnum};
use names::{
    Client, Credentials, Keywords, Result as ResultType, Self_ as SelfType, String as StringType,
    TypeCallParams,
};
use schema::Spec;
use serde_json::{Value, json};

/// A server that answers what it gets, in the same media type; `answer` replaces that by target.
fn serve(answer: fn(&str) -> Option<(u16, &'static str)>) -> Server {
    Server::start(move |_, seen| reply(seen, answer(&path(seen))))
}

/// Method and path of a request, percent-decoded.
fn path(seen: &Seen) -> String {
    let target = decoded(seen.target());
    target.split('?').next().unwrap_or_default().to_owned()
}

fn reply(seen: &Seen, answer: Option<(u16, &str)>) -> Act {
    let media = seen.header("content-type");
    let is_echoed = !seen.body.is_empty() && !media.is_some_and(|c| c.starts_with("multipart"));
    let (status, media, body) = match answer {
        Some((status, body)) => (status, None, body.as_bytes()),
        None if is_echoed => (200, media, &*seen.body),
        None => return Act::Send(b"HTTP/1.1 204 Answer\r\n\r\n".to_vec()),
    };
    let headers = [("Content-Type", media.unwrap_or("application/json"))];
    lavka_hostile::status(&format!("{status} Answer"), &headers, body)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn client(url: &str, format: Format) -> Client {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::token("secret"))
        .format(format)
        .build()
        .expect("a client")
}

fn spec() -> Spec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/names.yaml");
    let (_, bundled) = lavka_tests::specs::model(&path);
    Spec::parse(&bundled)
}

fn echo(_: &str) -> Option<(u16, &'static str)> {
    None
}

#[test]
fn parameters_go_out_under_their_own_names() {
    let server = serve(|_| Some((200, "[{\"vec\":[]}]")));
    let params = TypeCallParams {
        params_param: Some(vec!["p".to_owned(), "q".to_owned()]),
        header_map: Some("h".to_owned()),
        accept: Some("a".to_owned()),
        authorization: Some("z".to_owned()),
        content_type: Some("c".to_owned()),
        foo_pascal_: Some("1".to_owned()),
        foo_lower_: Some("2".to_owned()),
        foo_sign_: Some("3".to_owned()),
        foo_brackets_: Some("4".to_owned()),
        n2fa: Some("5".to_owned()),
        yazyk: Some(SelfType::Zh),
        x_type: Some("x".to_owned()),
        ..TypeCallParams::default()
    };
    let got = run(client(&server.url(), Format::Json).type_with("fn", 1, "b", true, "i", &params))
        .expect("a reply");
    assert!(matches!(got, ResultType::Vec(list) if list.len() == 1));
    let request = server.next();
    assert_eq!(path(&request), "GET /type/fn/1");
    let target = decoded(request.target());
    let query: BTreeSet<&str> = target
        .split_once('?')
        .expect("a query")
        .1
        .split('&')
        .collect();
    let expected = [
        "body=b",
        "at=true",
        "input=i",
        "params=p",
        "params=q",
        "header_map=h",
        "accept=a",
        "authorization=z",
        "content_type=c",
        "Foo=1",
        "foo=2",
        "foo-=3",
        "foo[]=4",
        "2fa=5",
        "язык=ж",
        "token=secret",
    ];
    assert_eq!(query, expected.into_iter().collect());
    assert_eq!(request.header("x-type"), Some("x"));
}

#[test]
fn fields_keep_their_names_on_the_wire_in_json_and_xml() {
    let spec = spec();
    for (name, format) in [
        ("Keywords", Format::Json),
        ("Keywords", Format::Xml),
        ("String", Format::Json),
        ("String", Format::Xml),
    ] {
        let server = serve(echo);
        let client = client(&server.url(), format);
        let full = spec.full(&spec.components()[name], 3);
        let back = run(async {
            if name == "Keywords" {
                let value: Keywords = serde_json::from_value(full.clone()).expect("typed");
                let back = client.self_lower_(&value).await.expect("a reply");
                assert_eq!(back, value);
                serde_json::to_value(back)
            } else {
                let value: StringType = serde_json::from_value(full.clone()).expect("typed");
                let back = client.self_pascal_(&value).await.expect("a reply");
                assert_eq!(back, value);
                serde_json::to_value(back)
            }
        });
        assert_eq!(back.expect("JSON"), full);
        let body = server.next().text();
        for key in full.as_object().expect("an object").keys() {
            let found = match format {
                Format::Json => body.contains(&format!("\"{key}\":")),
                Format::Xml => {
                    body.contains(&format!("<{key}")) || body.contains(&format!(" {key}=\""))
                }
            };
            assert!(found, "{name} has no `{key}` in {format}: {body}");
        }
    }
}

#[test]
fn values_of_enums_keep_their_spelling() {
    let known: Vec<Value> = SelfType::known().iter().map(|v| json!(v)).collect();
    assert_eq!(
        Value::from(known.clone()),
        spec().components()["Self"]["enum"]
    );
    for value in known {
        let typed: SelfType = serde_json::from_value(value.clone()).expect("typed");
        assert!(SelfType::KNOWN.contains(&typed), "{value} is not known");
    }
    assert!(matches!(SelfType::from("no such"), SelfType::Unknown(_)));
}

#[test]
fn wrappings_are_opened() {
    let server = serve(|_| Some((200, r#"{"status":"ok","content":{"type":"t","self":"s"}}"#)));
    let got = run(client(&server.url(), Format::Json).default()).expect("the content");
    assert_eq!(got, Keywords::new("t", "s"));
    let server = serve(|_| {
        Some((
            200,
            r#"{"status":"no","message":"m","errors":[{"code":"c","message":"e"}]}"#,
        ))
    });
    let error: Error = run(client(&server.url(), Format::Json).default()).expect_err("a failure");
    assert!(error.to_string().contains('m'), "{error}");
}

/// A body for an operation, as JSON.
fn body(spec: &Spec, operation: &str) -> Option<Vec<u8>> {
    let schema = spec.body(operation, true, None)?;
    Some(spec.full(schema, 2).to_string().into_bytes())
}

#[test]
fn every_operation_is_called_by_its_name() {
    let spec = spec();
    let server = serve(|target| match target {
        "GET /type/fn/1" => Some((200, "true")),
        "GET /enveloped" => Some((200, r#"{"status":"ok","content":{"type":"t","self":"s"}}"#)),
        "GET /list" => Some((200, "[]")),
        _ => None,
    });
    let api = &names::dynamic::Api;
    let settings = Settings {
        base_url: Some(&server.url()),
        variables: &[],
        servers: &[],
        format: Format::Json,
        allow_plaintext: false,
        credentials: &|name| (name == "token").then(|| "secret".to_owned()),
        before_send: None,
    };
    let client = api.client(&settings).expect("a client");
    let mut called = BTreeSet::new();
    for entry in api.operations() {
        let mut input = Input::default();
        for param in entry.params {
            if param.file {
                input.files.insert(
                    param.name.to_owned(),
                    Upload::bytes("a.bin", b"bytes".to_vec()),
                );
            } else {
                let example = param.example.unwrap_or("1").to_owned();
                input.params.insert(
                    param.name.to_owned(),
                    example.trim_matches(['[', ']', '"']).to_owned(),
                );
            }
        }
        if entry.body == BodyShape::Value {
            input.body = body(&spec, entry.operation.id).map(|bytes| (Format::Json, bytes));
        }
        run(client.call(entry.operation.id, &input))
            .unwrap_or_else(|e| panic!("{}: {e}", entry.operation.id));
        called.insert(path(&server.next()));
    }
    let paths = spec.document["paths"].as_object().expect("paths");
    let wanted: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let path = path.replace("{type}", "fn").replace("{self}", "1");
            let methods = item
                .as_object()
                .expect("methods")
                .keys()
                .filter(|m| ["get", "post"].contains(&m.as_str()));
            methods
                .map(move |m| format!("{} {path}", m.to_uppercase()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(called, wanted);
}

#[test]
fn forms_keep_the_names_of_their_parts() {
    let server = serve(echo);
    let form = names::BuilderRequest {
        form: Some("f".to_owned()),
        self_: Some(2),
        asset_src: Some("s".to_owned()),
        ..names::BuilderRequest::new(Upload::bytes("a.bin", b"bytes".to_vec()), "t")
    };
    run(client(&server.url(), Format::Json).builder_call(&form)).expect("nothing");
    let body = server.next().text();
    for name in ["file", "type", "form", "self", "asset[src]"] {
        assert!(
            body.contains(&format!("name=\"{name}\"")),
            "no part `{name}`: {body}"
        );
    }
}

#[test]
fn payloads_and_schemas_go_by_the_names_of_the_spec() {
    let spec = spec();
    let made: BTreeSet<&str> = names::dynamic::schemas()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let forms: BTreeSet<&str> = spec.types().into_iter().collect();
    assert!(forms.is_subset(&made), "{:?}", forms.difference(&made));
    let json = spec.full(&spec.components()["Prelude"], 2);
    let payload = names::dynamic::Api
        .payload(
            "clone",
            Side::Request,
            Format::Json,
            json.to_string().as_bytes(),
        )
        .expect("a payload");
    let xml = payload.to_xml().expect("XML");
    let back = names::dynamic::Api
        .payload("clone", Side::Request, Format::Xml, &xml)
        .expect("the same");
    let back: Value = serde_json::from_slice(&back.to_json().expect("JSON")).expect("JSON");
    assert_eq!(back, json);
}
