//! A call goes where its method says: whatever text a path parameter has, the server sees as many segments as the template
//! has and decodes the text that was given, or nothing is sent. Over a socket, for every operation of every API that takes
//! a text in its path, with and without a path in the base URL.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use lavka::Format;
use lavka::dynamic::{Api, BodyShape, Client, Entry, Input, Settings};
use lavka_hostile::{Act, Server, reply};
use lavka_sandbox::{Direction, SampleFormat};

/// All pairs of ASCII characters, single characters, what is known to be awkward, and texts drawn from awkward pieces.
fn texts() -> Vec<String> {
    let ascii = || (0..128_u8).map(char::from);
    let mut texts: Vec<String> = ascii()
        .flat_map(|a| ascii().map(move |b| format!("{a}{b}")))
        .collect();
    texts.extend(ascii().map(String::from));
    texts.extend(
        [
            "",
            ".",
            "..",
            "...",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%2e.",
            "%252e%252e",
            r"a\..\..\api\product\platform\category\add\1\2",
            r"..\..",
            "../../admin",
            "/",
            "//other.example/x",
            "a/../../b",
            "a;b=c",
            "a?b#c",
            "%00",
            "%",
            "%zz",
            "a\r\nHost: other.example",
            "\u{feff}",
            "\u{ff0e}\u{ff0e}",
            "\u{2024}.",
            "\u{202e}",
            "кот",
            "\u{1f600}",
            " a ",
        ]
        .map(str::to_owned),
    );
    // A generator of its own, so that every run has the same texts.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap_or(0) % bound
    };
    let pieces = [
        ".",
        "..",
        "/",
        "\\",
        "%2e",
        "%2F",
        "%5c",
        "%",
        "?",
        "#",
        ";",
        "&",
        "=",
        "+",
        " ",
        "\t",
        "\n",
        "\0",
        "a",
        "Ω",
        "\u{10ffff}",
        ":",
        "@",
        "[",
        "]",
        "{",
        "}",
        "|",
        "\"",
        "<",
        "^",
        "`",
    ];
    for _ in 0..2000 {
        let length = 1 + next(6);
        texts.push((0..length).map(|_| pieces[next(pieces.len())]).collect());
    }
    assert!(texts.len() >= 10_000);
    texts
}

/// Decodes percent-encoding; anything else than unreserved characters must be encoded.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => b,
            _ => return None,
        });
    }
    String::from_utf8(bytes).ok()
}

fn client(api: &dyn Api, base_url: &str) -> Box<dyn Client> {
    let settings = Settings {
        variables: &[],
        servers: &[],
        base_url: Some(base_url),
        format: Format::Json,
        allow_plaintext: false,
        credentials: &|name| {
            let set = api.credentials().first()?;
            set.contains(&name).then(|| "1".to_owned())
        },
        before_send: None,
    };
    api.client(&settings).expect("a client")
}

/// Something to call an operation with: its samples and its examples.
fn input(api: &str, entry: &Entry) -> Input {
    let mut input = Input::default();
    for param in entry.params {
        if param.required && param.file {
            let upload = lavka::Upload::bytes("file.txt", "a file");
            input.files.insert(param.name.to_owned(), upload);
        } else if param.required {
            let text = param.example.unwrap_or("1");
            input.params.insert(param.name.to_owned(), text.to_owned());
        }
    }
    if matches!(entry.body, BodyShape::Value | BodyShape::Wrapped(_)) {
        let mut samples = lavka_sandbox::samples(api).iter().filter(|sample| {
            sample.operation == entry.operation.id && sample.direction == Direction::Request
        });
        let sample = samples.next().expect("a sample");
        let format = match sample.format {
            SampleFormat::Json => Format::Json,
            _ => Format::Xml,
        };
        input.body = Some((format, sample.bytes.to_vec()));
    }
    input
}

/// The names of the parameters in a path template.
fn in_path(template: &str) -> Vec<&str> {
    let pieces = template.split('{').skip(1);
    pieces.filter_map(|piece| piece.split('}').next()).collect()
}

#[tokio::test]
async fn a_text_in_a_path_stays_in_its_segment() {
    let texts = texts();
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    for api in lavka::apis() {
        for entry in api.operations() {
            for name in in_path(entry.operation.path) {
                for base in ["", "/a/base"] {
                    let count = check(api, entry, name, base, &texts).await;
                    let key = format!("{}.{}: {name}", api.name(), entry.operation.id);
                    *tried.entry(key).or_default() += count;
                }
            }
        }
    }
    let texts: Vec<_> = tried.iter().filter(|(_, count)| **count > 0).collect();
    // Two in Digiseller's dictionaries; the other paths have numbers.
    assert!(texts.len() >= 2, "{tried:?}");
}

/// Calls with each text in this parameter; how often, which is never where the parameter is not a text.
async fn check(api: &dyn Api, entry: &Entry, name: &str, base: &str, texts: &[String]) -> usize {
    let last: Arc<Mutex<Option<String>>> = Arc::default();
    let lines = Arc::clone(&last);
    let server = Server::start(move |_, seen| {
        *lines.lock().expect("no panic") = Some(seen.line.clone());
        Act::Send(reply("404 Not Found", &[], ""))
    });
    let client = client(api, &format!("{}{base}", server.url()));
    let mut input = input(api.name(), entry);
    let id = entry.operation.id;
    input.params.insert(name.to_owned(), "a text".to_owned());
    let error = client.call(id, &input).await.expect_err("no success");
    if last.lock().expect("no panic").take().is_none() {
        assert!(error.to_string().contains(name), "{id}: {error}");
        return 0;
    }
    let template: Vec<&str> = entry.operation.path.split('/').collect();
    let place = template
        .iter()
        .position(|segment| segment.contains(&format!("{{{name}}}")))
        .expect("a place");
    let (before, after) = template[place]
        .split_once(&format!("{{{name}}}"))
        .expect("a place");
    let depth = base.matches('/').count();
    for text in texts {
        input.params.insert(name.to_owned(), text.clone());
        let error = client.call(id, &input).await.expect_err("no success");
        let line = last.lock().expect("no panic").take();
        let whole = format!("{before}{text}{after}");
        let Some(line) = line else {
            let error = error.to_string();
            assert!(
                matches!(whole.as_str(), "" | "." | "..") && error.contains(name),
                "{id} with {text:?}: nothing was sent: {error}"
            );
            continue;
        };
        assert!(!matches!(whole.as_str(), "" | "." | ".."), "{id}: {line}");
        let target = line.split(' ').nth(1).expect("a target");
        let path = target.split('?').next().expect("a path");
        let segments: Vec<&str> = path.split('/').collect();
        assert_eq!(
            segments.len(),
            template.len() + depth,
            "{id} with {text:?}: {line}"
        );
        let segment = segments[place + depth];
        assert_eq!(decoded(segment), Some(whole), "{id} with {text:?}: {line}");
        assert!(path.starts_with(&format!("{base}/")), "{line}");
    }
    texts.len()
}
