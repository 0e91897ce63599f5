//! The built-in APIs: every request that their documents show, in every format, gets the reply that they show.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lavka_sandbox::credentials::{API_KEY, LOGIN, PASSWORD, SELLER_ID, TOKEN};
use lavka_sandbox::{Api, Sandbox, api_names, spec};
use serde_json::{Value, json};

/// Payloads by file name.
fn samples(api: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/embedded/samples")
        .join(api);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect()
}

fn document(api: &str) -> Value {
    serde_json::from_str(spec(api).unwrap()).unwrap()
}

fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    while let Some(target) = node["$ref"].as_str() {
        node = document.pointer(target.trim_start_matches('#')).unwrap();
    }
    node
}

/// The extension of a media type's samples.
fn extension(media: &str) -> &'static str {
    if media.ends_with("json") {
        "json"
    } else {
        "xml"
    }
}

/// Every operation of a document, and whether it asks for credentials outside of the body.
fn operation_ids(document: &Value) -> Vec<(String, bool)> {
    let has_schemes = |security: &Value| security.as_array().is_some_and(|all| !all.is_empty());
    let items = document["paths"].as_object().unwrap().values();
    items
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| {
            let id = operation["operationId"].as_str()?;
            let own = operation.get("security");
            let is_secured = has_schemes(own.unwrap_or(&document["security"]));
            Some((id.to_owned(), is_secured))
        })
        .collect()
}

/// Whether an operation is the one that gets a token for one of the document's schemes.
fn is_login(document: &Value, id: &str) -> bool {
    document["components"]["securitySchemes"]
        .as_object()
        .is_some_and(|schemes| {
            schemes
                .values()
                .any(|scheme| scheme["x-login"]["operation"] == id)
        })
}

struct Call {
    api: String,
    operation: String,
    method: String,
    /// Path and query, credentials included.
    target: String,
    basic: bool,
    /// Media type, body and name of each request.
    requests: Vec<(Option<String>, Vec<u8>, String)>,
    /// Media types of the reply; one `None` where it has no body.
    replies: Vec<Option<String>>,
}

fn calls(api: &str) -> Vec<Call> {
    let document = document(api);
    let samples = samples(api);
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| *key != "parameters")
        {
            let id = operation["operationId"].as_str().unwrap();
            let security = operation.get("security").unwrap_or(&document["security"]);
            let scheme = security
                .as_array()
                .unwrap()
                .first()
                .and_then(|scheme| scheme.as_object()?.keys().next());
            let scheme = scheme.map(|name| &document["components"]["securitySchemes"][name]);
            let media = operation["responses"]
                .as_object()
                .unwrap()
                .iter()
                .find(|(status, _)| status.starts_with('2'))
                .and_then(|(_, reply)| resolve(&document, reply)["content"].as_object());
            calls.push(Call {
                api: api.to_owned(),
                operation: id.to_owned(),
                method: method.to_uppercase(),
                target: target(&document, path, item, operation, scheme),
                basic: scheme.is_some_and(|scheme| scheme["scheme"] == "basic"),
                requests: requests(&document, operation, id, &samples),
                replies: media.map_or(vec![None], |media| {
                    media.keys().cloned().map(Some).collect()
                }),
            });
        }
    }
    calls
}

/// Path and query from the parameters' examples.
fn target(
    document: &Value,
    path: &str,
    item: &Value,
    operation: &Value,
    scheme: Option<&Value>,
) -> String {
    let mut path = path.to_owned();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for list in [&item["parameters"], &operation["parameters"]] {
        for parameter in list.as_array().into_iter().flatten() {
            let parameter = resolve(document, parameter);
            let name = parameter["name"].as_str().unwrap();
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match parameter["in"].as_str().unwrap() {
                "path" => path = path.replace(&format!("{{{name}}}"), &example),
                _ => drop(query.append_pair(name, &example)),
            }
        }
    }
    if let Some(name) = scheme.and_then(|scheme| scheme["name"].as_str()) {
        query.append_pair(name, TOKEN);
    }
    format!("{path}?{}", query.finish())
        .trim_end_matches('?')
        .to_owned()
}

fn requests(
    document: &Value,
    operation: &Value,
    id: &str,
    samples: &BTreeMap<String, Vec<u8>>,
) -> Vec<(Option<String>, Vec<u8>, String)> {
    let Some(body) = operation.get("requestBody") else {
        return vec![(None, Vec::new(), "no body".to_owned())];
    };
    let mut requests = Vec::new();
    for (media, content) in resolve(document, body)["content"].as_object().unwrap() {
        if media == "multipart/form-data" {
            requests.push((
                Some(format!("{media}; boundary=B")),
                multipart(document, &content["schema"]),
                media.clone(),
            ));
        } else if is_login(document, id) {
            use sha2::Digest as _;
            let hash = sha2::Sha256::digest(format!("{API_KEY}1700000000"));
            let sign: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let body = json!({"seller_id": SELLER_ID, "timestamp": 1_700_000_000, "sign": sign});
            requests.push((
                Some(media.clone()),
                body.to_string().into_bytes(),
                "login".to_owned(),
            ));
        } else {
            let mut shown = samples.iter().filter(|(file, _)| {
                file.starts_with(&format!("{id}."))
                    && file.ends_with(&format!(".request.{}", extension(media)))
            });
            let known = requests.len();
            requests.extend(
                shown
                    .by_ref()
                    .map(|(file, bytes)| (Some(media.clone()), bytes.clone(), file.clone())),
            );
            assert!(
                requests.len() > known,
                "{id} has no request sample in {media}"
            );
        }
    }
    requests
}

/// A body with every part of the schema.
fn multipart(document: &Value, schema: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, property) in resolve(document, schema)["properties"].as_object().unwrap() {
        let property = resolve(document, property);
        let is_file = property["format"] == "binary"
            || resolve(document, &property["items"])["format"] == "binary";
        let filename = if is_file { "; filename=\"a.png\"" } else { "" };
        let value = if is_file {
            "\u{0}\r\n--"
        } else {
            property["example"]
                .as_str()
                .unwrap_or("https://shop.example/a")
        };
        body.extend_from_slice(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(b"--B--\r\n");
    body
}

#[tokio::test]
async fn every_documented_request_gets_the_documented_reply() {
    let sandbox = Sandbox::builder().all().start().await.unwrap();
    let http = reqwest::Client::new();
    let mut operations = BTreeSet::new();
    for call in api_names().flat_map(calls) {
        let samples = samples(&call.api);
        for (media, body, name) in &call.requests {
            for accept in &call.replies {
                let url = format!("{}{}", sandbox.url(&call.api), call.target);
                let mut request = http.request(call.method.parse().unwrap(), url);
                if let Some(media) = media {
                    request = request.header("Content-Type", media).body(body.clone());
                }
                if let Some(accept) = accept {
                    request = request.header("Accept", accept);
                }
                if call.basic {
                    request = request.basic_auth(LOGIN, Some(PASSWORD));
                }
                let reply = request.send().await.unwrap();
                let at = format!("{}.{} {name} {accept:?}", call.api, call.operation);
                let status = reply.status();
                let bytes = reply.bytes().await.unwrap();
                assert!(
                    status.is_success(),
                    "{at}: {status} {}",
                    String::from_utf8_lossy(&bytes)
                );
                let Some(accept) = accept else {
                    assert!(bytes.is_empty(), "{at}");
                    continue;
                };
                let is_shown = samples.iter().any(|(file, shown)| {
                    file.starts_with(&format!("{}.", call.operation))
                        && file.contains(".response.")
                        && (file.ends_with(extension(accept)) || file.ends_with("txt"))
                        && shown[..] == bytes[..]
                });
                assert!(
                    is_shown || is_login(&document(&call.api), &call.operation),
                    "{at}: {}",
                    String::from_utf8_lossy(&bytes)
                );
            }
        }
        operations.insert((call.api, call.operation));
    }
    let expected: BTreeSet<(String, String)> = api_names()
        .flat_map(|api| {
            operation_ids(&document(api))
                .into_iter()
                .map(move |(id, _)| (api.to_owned(), id))
        })
        .collect();
    assert_eq!(operations, expected);
}

#[tokio::test]
async fn without_credentials_nothing_that_needs_them_is_answered() {
    let sandbox = Sandbox::builder().all().start().await.unwrap();
    let http = reqwest::Client::new();
    let mut refused = 0;
    for call in api_names().flat_map(calls) {
        let needs = call.basic || call.target.contains(TOKEN);
        if !needs {
            continue;
        }
        let target = call.target.replace(TOKEN, "other");
        let reply = http
            .request(
                call.method.parse().unwrap(),
                format!("{}{target}", sandbox.url(&call.api)),
            )
            .send()
            .await
            .unwrap();
        let expected = if call.basic { 401 } else { 400 };
        assert_eq!(
            reply.status().as_u16(),
            expected,
            "{}.{}",
            call.api,
            call.operation
        );
        assert!(
            reply.text().await.unwrap().contains("credentials"),
            "{}.{}",
            call.api,
            call.operation
        );
        refused += 1;
    }
    let secured = api_names()
        .flat_map(|api| operation_ids(&document(api)))
        .filter(|(_, is_secured)| *is_secured)
        .count();
    assert!(secured > 0);
    assert_eq!(refused, secured);
}

#[tokio::test]
async fn the_second_form_of_a_request_gets_its_own_reply() {
    let sandbox = Sandbox::builder()
        .api("insales_products")
        .start()
        .await
        .unwrap();
    let samples = samples("insales_products");
    let url = format!("{}/admin/products.xml", sandbox.url("insales_products"));
    for (request, reply) in [
        (
            "create_product.documented.request.xml",
            "create_product.documented.response.xml",
        ),
        (
            "create_product.documented-2.request.xml",
            "create_product.corrected.response.xml",
        ),
    ] {
        let sent = reqwest::Client::new()
            .post(&url)
            .basic_auth(LOGIN, Some(PASSWORD))
            .header("Content-Type", "application/xml")
            .body(samples[request].clone());
        let got = sent.send().await.unwrap();
        assert_eq!(
            got.headers()["api-usage-limit"]
                .to_str()
                .unwrap()
                .split_once('/')
                .unwrap()
                .1,
            "500"
        );
        assert_eq!(
            got.bytes().await.unwrap()[..],
            samples[reply][..],
            "{request}"
        );
    }
}

#[test]
fn every_sample_fits_the_spec() {
    for name in api_names() {
        let reported = Api::built_in(name).unwrap().check_samples();
        // The document prints a placeholder where its own table lists three other values.
        let others: Vec<String> = reported
            .iter()
            .filter(|problem| !(name == "digiseller" && problem.found == "\"sample string 1\""))
            .map(ToString::to_string)
            .collect();
        assert_eq!(others, [""; 0], "{name}");
    }
    assert!(Api::built_in("nobody").is_err());
}
