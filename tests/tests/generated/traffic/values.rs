//! Values that are not as documented, in JSON and XML: `cases/values.txt` has them, and says how they are written.

use std::fmt::Write as _;

use lavka_hostile::{Server, json, ok, run};
use lavka_runtime::client::Format;
use lavka_runtime::dynamic::{Api as _, Client, DynamicError, Input, Settings};

use super::api::dynamic::Api;

fn client(url: &str) -> Box<dyn Client> {
    let settings = Settings {
        base_url: Some(url),
        variables: &[],
        servers: &[],
        format: Format::Json,
        allow_plaintext: false,
        credentials: &|_| None,
        before_send: None,
    };
    Api.client(&settings).expect("a client")
}

/// What becomes of a reply's body.
fn outcome(operation: &str, body: &str) -> String {
    let is_xml = operation.ends_with("_xml");
    let server = Server::script(vec![match is_xml {
        true => ok("application/xml", body),
        false => json(body),
    }]);
    let client = client(&server.url());
    match run(client.call(operation, &Input::default())) {
        Ok(output) => {
            let mut text = output.json.to_string();
            for left_out in &output.lenient {
                write!(text, " ! {}", left_out.path).expect("a string grows");
            }
            text
        }
        Err(DynamicError::Call(error)) => {
            format!("error {}", error.body_path().unwrap_or("?"))
        }
        Err(error) => panic!("{operation}: {error}"),
    }
}

#[test]
fn each_value_is_read_left_out_or_refused() {
    let text = include_str!("../../../cases/values.txt");
    let (mut wrong, mut count, mut operation) = (String::new(), 0, "");
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("> ") {
            operation = name;
        }
        let Some((value, expected)) = line.split_once(" => ") else {
            continue;
        };
        let body = match operation {
            name if name.ends_with("_xml") => value.to_owned(),
            _ => format!("{{\"id\": 1, {value}}}"),
        };
        let found = outcome(operation, &body);
        let parts = |text: &str| {
            let (value, left_out) = text.split_once(" !").unwrap_or((text, ""));
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            let value: serde_json::Value = value;
            (value, left_out.to_owned())
        };
        if parts(&found) != parts(expected) {
            writeln!(
                wrong,
                "{operation}: {value}\n  found    {found}\n  expected {expected}"
            )
            .expect("a string grows");
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 100, "{count} values");
}
