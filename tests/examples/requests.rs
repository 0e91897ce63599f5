//! Makes the calls that come as JSON, one on each line, for `scripts/peer-requests`: `{"api", "operation", "params", "files", "body"}`.
//! The argument is the base URL. Says what became of each.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead as _, Write as _};

use lavka_runtime::client::{Format, Upload};
use lavka_runtime::dynamic::{Api, Input, Settings};
use lavka_tests::wire::{bodies, multipart, security, styles};
use serde_json::Value;

fn api(name: &str) -> Option<&'static dyn Api> {
    match name {
        "bodies" => Some(&bodies::dynamic::Api),
        "multipart" => Some(&multipart::dynamic::Api),
        "security" => Some(&security::dynamic::Api),
        "styles" => Some(&styles::dynamic::Api),
        _ => lavka::apis().into_iter().find(|api| api.name() == name),
    }
}

fn texts(call: &Value, key: &str) -> BTreeMap<String, String> {
    let pairs = call
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    pairs
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("give the base URL")?;
    for line in io::stdin().lock().lines() {
        let call: Value = serde_json::from_str(&line?)?;
        let text = |key: &str| call.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, operation) = (text("api"), text("operation"));
        let api = api(name).ok_or_else(|| format!("no API {name}"))?;
        let files = texts(&call, "files").into_iter();
        let input = Input {
            params: texts(&call, "params"),
            files: files
                .map(|(name, text)| (name, Upload::bytes("file.txt", text.into_bytes())))
                .collect(),
            body: match call.get("text").and_then(Value::as_str) {
                Some(text) => Some((Format::Json, text.as_bytes().to_vec())),
                None => {
                    let body = call.get("body");
                    body.map(|body| (Format::Json, body.to_string().into_bytes()))
                }
            },
        };
        let mut said = String::new();
        // Which credentials an operation takes is the spec's to say: the first set that it takes.
        let sets = match api.credentials() {
            [] => &[&[][..]],
            sets => sets,
        };
        for set in sets.iter().filter(|set| !set.contains(&"api_key")) {
            let credentials = |wanted: &str| {
                let value = if wanted.ends_with("_id") {
                    "17"
                } else {
                    "the-secret"
                };
                set.contains(&wanted).then(|| value.to_owned())
            };
            let client = api.client(&Settings {
                base_url: Some(&url),
                variables: &[],
                servers: &[],
                format: Format::Json,
                allow_plaintext: false,
                credentials: &credentials,
                before_send: None,
            })?;
            said = match client.call(operation, &input).await {
                Ok(_) => "ok".to_owned(),
                Err(error) => error.to_string(),
            };
            if !said.contains("it needs") {
                break;
            }
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", said.replace('\n', " "))?;
        out.flush()?;
    }
    Ok(())
}
