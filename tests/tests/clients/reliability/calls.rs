//! Whole exchanges that are odd in one way each, over sockets: what is given, what is sent, what comes back, and what becomes
//! of the call. `cases/calls.txt`, `cases/gateways.txt` and `cases/servers.txt` have them, and say how they are written.

use lavka::dynamic::{DynamicError, Input};
use lavka::{Error, Format};
use lavka_hostile::{Act, Seen, Server, head, reply};
use lavka_tests::inputs::input;
use tokio::task::JoinSet;

use crate::exchanges::{described, encoded};
use crate::replies::{api, client};

/// One block of the file.
#[derive(Default)]
struct Block<'a> {
    name: &'a str,
    target: &'a str,
    given: Vec<&'a str>,
    replies: Vec<Vec<&'a str>>,
    sent: Vec<&'a str>,
    left_out: Vec<&'a str>,
    expected: &'a str,
}

impl<'a> Block<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut block = Self::default();
        for line in text.lines() {
            match line.split_at_checked(2) {
                Some(("# ", name)) => block.name = name,
                Some(("> ", target)) => block.target = target,
                Some(("$ ", given)) => block.given.push(given),
                Some(("~ ", sent)) => block.sent.push(sent),
                Some(("! ", left_out)) => block.left_out.push(left_out),
                Some(("= ", expected)) => block.expected = expected,
                Some(("< ", _)) => block.replies.push(vec![line.split_at(2).1]),
                _ => block.replies.last_mut()?.push(line),
            }
        }
        (!block.expected.is_empty()).then_some(block)
    }

    /// The parameters and the body of the operation's sample, changed as the block says.
    fn input(&self, api_name: &str, operation: &str, format: Format) -> Input {
        let entry = api(api_name).operation(operation).expect(operation);
        let mut input = input(api_name, entry, format).unwrap_or_default();
        for line in &self.given {
            if let Some(name) = line.strip_prefix('-') {
                input.params.remove(name);
            } else if line.starts_with(['{', '[', '<']) {
                input.body = Some((format, encoded(line, "")));
            } else {
                let (name, value) = line.split_once('=').expect("name=value");
                let value = String::from_utf8(encoded(value, "")).expect("UTF-8");
                input.params.insert(name.to_owned(), value);
            }
        }
        input
    }
}

/// What a reply's lines are on the wire.
fn act(lines: &[&str]) -> Act {
    let (first, lines) = lines.split_first().expect("a status line");
    let raw = || encoded(&lines.concat(), "");
    match *first {
        "raw" => return Act::Send(raw()),
        "raw close" => return Act::Close(raw()),
        "raw reset" => return Act::Reset(raw()),
        _ => {}
    }
    let (status, media_type) = first.split_once(" | ").expect("status | media type");
    let count = lines
        .iter()
        .take_while(|line| line.starts_with("+ "))
        .count();
    let (headers, body) = lines.split_at(count);
    let (media_type, encoding) = media_type.split_once(" as ").unwrap_or((media_type, ""));
    let body = encoded(&body.join("\n"), encoding);
    let mut pairs = Vec::new();
    if !media_type.is_empty() {
        pairs.push(("Content-Type", media_type));
    }
    let (mut closes, mut framed) = (false, false);
    let headers: Vec<String> = headers
        .iter()
        .map(|header| header.replace("\\r", "\r").replace("\\n", "\n"))
        .collect();
    for header in &headers {
        let (name, value) = header
            .get(2..)
            .and_then(|h| h.split_once(": "))
            .expect("a header");
        framed |= matches!(name, "Content-Length" | "Transfer-Encoding");
        closes |= name == "Connection";
        pairs.push((name, value));
    }
    let bytes = match framed || closes {
        true => [head(status, &pairs, "X-Last: 1"), body].concat(),
        false => reply(status, &pairs, body),
    };
    match closes {
        true => Act::Close(bytes),
        false => Act::Send(bytes),
    }
}

/// A request as the file writes it: its line, and the body where there is one.
fn written(seen: &Seen) -> String {
    let mut words = seen.line.split(' ');
    let line = [words.next(), words.next()]
        .map(Option::unwrap_or_default)
        .join(" ");
    match seen.text().trim() {
        "" => line,
        body => format!("{line} {}", body.replace('\n', "\\n")),
    }
}

fn outcome(result: &Result<lavka::dynamic::Output, DynamicError>, prefix: &str) -> String {
    let call = |error: &Error| described(error, prefix);
    match result {
        Ok(output) => format!("ok: {}", output.json),
        Err(DynamicError::Call(error)) => call(error),
        Err(error) => format!("refused: {error}"),
    }
}

/// Makes the call of a block, and says what is wrong with it.
async fn fault(block: Block<'static>) -> Option<String> {
    let mut words = block.target.split(' ');
    let (api_name, operation) = words
        .next()
        .and_then(|word| word.split_once('.'))
        .expect("API.OPERATION");
    let words: Vec<&str> = words.collect();
    let format = match words.contains(&"xml") || api_name == "insales_products" {
        true => Format::Xml,
        false => Format::Json,
    };
    let acts = block.replies.iter().map(|lines| act(lines)).collect();
    let server = Server::script(acts);
    let api = api(api_name);
    let client = client(api, &server.url(), format, words.contains(&"login"));
    let input = block.input(api_name, operation, format);
    let result = client.call(operation, &input).await;
    let left_out: Vec<String> = match &result {
        Ok(output) => (output.lenient.iter().map(ToString::to_string)).collect(),
        Err(_) => Vec::new(),
    };
    let found = outcome(&result, &format!("{api_name}.{operation}: "));
    let found = found.replace(&server.url(), "http://HOST");
    let sent: Vec<String> = server.seen().iter().map(written).collect();
    let mut wrong = String::new();
    let (name, expected) = (block.name, block.expected);
    if found != expected {
        wrong += &format!("{name}\n  found    {found}\n  expected {expected}\n");
    }
    if sent != block.sent && !block.sent.is_empty() {
        let expected = block.sent;
        wrong += &format!("{name}\n  sent     {sent:#?}\n  expected {expected:#?}\n");
    }
    if left_out != block.left_out && !block.left_out.is_empty() {
        let expected = block.left_out;
        wrong += &format!("{name}\n  left out {left_out:#?}\n  expected {expected:#?}\n");
    }
    (!wrong.is_empty()).then_some(wrong)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_ends_as_it_must() {
    let texts = [
        include_str!("../../../cases/calls.txt"),
        include_str!("../../../cases/gateways.txt"),
        include_str!("../../../cases/servers.txt"),
    ];
    let mut calls = JoinSet::new();
    for text in texts.iter().flat_map(|text| text.split("\n\n")) {
        if !text.starts_with("# ") {
            continue;
        }
        let block = Block::parse(text).unwrap_or_else(|| panic!("not a block:\n{text}"));
        calls.spawn(fault(block));
    }
    assert!(calls.len() > 350, "{} calls", calls.len());
    let wrong: Vec<String> = calls.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}
