//! Replies that are odd in one way each, over sockets: `cases/exchanges.txt` says what becomes of each call.

use std::fmt::Write as _;

use lavka::{Error, Format};
use lavka_hostile::{Act, Server, reply};

use crate::replies::call;

/// One block of the file.
struct Exchange<'a> {
    name: &'a str,
    api: &'a str,
    operation: &'a str,
    status: &'a str,
    media_type: &'a str,
    body: Vec<u8>,
    expected: &'a str,
}

impl<'a> Exchange<'a> {
    fn parse(block: &'a str) -> Option<Self> {
        let (name, rest) = block.strip_prefix("# ")?.split_once("\n> ")?;
        let (target, rest) = rest.split_once("\n< ")?;
        let (api, operation) = target.split_once('.')?;
        let (head, rest) = rest.split_once('\n')?;
        let (body, expected) = rest.split_once("\n= ")?;
        let (status, media_type) = head.split_once(" | ")?;
        let (media_type, encoding) = media_type.split_once(" as ").unwrap_or((media_type, ""));
        Some(Self {
            name,
            api,
            operation,
            status,
            media_type,
            body: encoded(body, encoding),
            expected: expected.trim_end(),
        })
    }

    fn reply(&self) -> Vec<u8> {
        let mut headers = Vec::new();
        if !self.media_type.is_empty() {
            headers.push(("Content-Type", self.media_type));
        }
        if self.status.starts_with('5') {
            headers.push(("Retry-After", "0"));
        }
        reply(self.status, &headers, &self.body)
    }
}

/// The body as it is sent: `\r`, `\n`, `\u{0}` and `\u{feff}` stand for these characters.
pub(crate) fn encoded(body: &str, encoding: &str) -> Vec<u8> {
    if body == "(none)" {
        return Vec::new();
    }
    let body = body
        .replace("\\u{feff}", "\u{feff}")
        .replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\u{0}", "\0");
    match encoding {
        "" => body.into_bytes(),
        "utf-16" => [0xFEFF]
            .into_iter()
            .chain(body.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
        other => {
            let encoding = encoding_rs::Encoding::for_label(other.as_bytes()).expect(other);
            encoding.encode(&body).0.into_owned()
        }
    }
}

/// Everything that a program can read from an error, on one line.
pub(crate) fn described(error: &Error, prefix: &str) -> String {
    let text = error.to_string();
    let text = text.strip_prefix(prefix).unwrap_or(&text);
    let mut line = format!("{:?}: {text}", error.kind());
    for (holds, word) in [
        (error.is_temporary(), " TEMP"),
        (error.is_auth(), " AUTH"),
        (error.is_validation(), " VALID"),
    ] {
        if holds {
            line.push_str(word);
        }
    }
    line
}

#[tokio::test]
async fn each_exchange_ends_as_it_must() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/exchanges.txt");
    let text = std::fs::read_to_string(path).expect("cases/exchanges.txt");
    let (mut wrong, mut count) = (String::new(), 0);
    for block in text
        .split("\n\n")
        .skip_while(|block| !block.starts_with("# "))
    {
        let exchange = Exchange::parse(block).unwrap_or_else(|| panic!("not a block:\n{block}"));
        let Exchange { api, operation, .. } = exchange;
        let format = match api {
            "insales_products" => Format::Xml,
            _ => Format::Json,
        };
        let server = Server::script(vec![Act::Send(exchange.reply())]);
        let found = match call(api, operation, format, false, &server).await {
            Ok(output) => format!("ok: {}", output.json),
            Err(error) => described(&error, &format!("{api}.{operation}: ")),
        };
        if found != exchange.expected {
            let (name, expected) = (exchange.name, exchange.expected);
            writeln!(wrong, "{name}\n  found    {found}\n  expected {expected}")
                .expect("a string grows");
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 150, "{count} exchanges");
}
