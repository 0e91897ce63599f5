//! Multipart bodies: read as they stream by, in memory bounded whatever is sent.
//!
//! A parser of our own, because it has to stay bounded against a sender who never ends a part's headers or sends faster
//! than is read, and because it judges what the bindings write: it is strict where servers differ.

use bytes::{Buf as _, Bytes, BytesMut};
use http::HeaderMap;
use serde_json::{Map, Value};

use super::parameters::typed;
use super::refused::{Refused, cut, invalid};
use crate::document::Document;
use crate::intake::Intake;
use crate::problem::{Problem, Refusal};
use crate::schema::Checker;
use crate::text;

/// The largest head of one part.
const LARGEST_HEAD: usize = 16 << 10;
/// The largest value of a part that is not a file.
const LARGEST_VALUE: usize = 1 << 20;
/// The most parts of one body.
const MOST_PARTS: usize = 1000;

/// Reads a multipart body to its end and checks its parts against the schema's properties.
pub(crate) async fn read(
    document: &Document,
    schema: Option<&Value>,
    checker: Option<&Checker>,
    headers: &HeaderMap,
    intake: &mut Intake,
) -> Result<(), Refused> {
    let boundary = boundary(headers).map_err(invalid)?;
    let mut parser = Parser::new(&boundary);
    let mut parts = Parts::new(document, schema);
    while let Some(piece) = intake.next().await.map_err(cut)? {
        parser
            .push(&piece, &mut |event| parts.take(event))
            .map_err(invalid)?;
    }
    parser.finish().map_err(invalid)?;
    let problems = parts.finish(checker);
    if problems.is_empty() {
        Ok(())
    } else {
        Err((Refusal::Invalid, problems))
    }
}

/// The boundary that the `Content-Type` names.
fn boundary(headers: &HeaderMap) -> Result<String, Problem> {
    let place = "header Content-Type";
    let text = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let found = text.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    match found {
        Some(boundary) if (1..=70).contains(&boundary.len()) => Ok(boundary),
        Some(_) => Err(Problem::new(
            place,
            "a boundary of 1 to 70 characters",
            text,
        )),
        None => Err(Problem::new(place, "a boundary", text)),
    }
}

/// The head of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    name: String,
    filename: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Event {
    Part(Head),
    Data(Bytes),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preamble,
    Boundary,
    Head,
    Body,
    Epilogue,
}

/// A push parser: pieces in, events out.
struct Parser {
    /// `CRLF -- boundary`.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    state: State,
}

impl Parser {
    fn new(boundary: &str) -> Self {
        Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first boundary has no line before it.
            buffer: BytesMut::from(&b"\r\n"[..]),
            state: State::Preamble,
        }
    }

    fn push(&mut self, piece: &[u8], take: &mut impl FnMut(Event)) -> Result<(), Problem> {
        self.buffer.extend_from_slice(piece);
        while self.step(take)? {}
        Ok(())
    }

    /// One step; whether another may follow without more bytes.
    fn step(&mut self, take: &mut impl FnMut(Event)) -> Result<bool, Problem> {
        match self.state {
            State::Preamble | State::Body => {
                let found = memchr::memmem::find(&self.buffer, &self.delimiter);
                let keep = self.delimiter.len() - 1;
                let length = found.unwrap_or_else(|| self.buffer.len().saturating_sub(keep));
                let data = self.buffer.split_to(length).freeze();
                if self.state == State::Body && !data.is_empty() {
                    take(Event::Data(data));
                }
                if found.is_none() {
                    return Ok(false);
                }
                if self.state == State::Body {
                    take(Event::End);
                }
                self.buffer.advance(self.delimiter.len());
                self.state = State::Boundary;
            }
            State::Boundary => {
                let Some(next) = self.buffer.get(..2) else {
                    return Ok(false);
                };
                self.state = match next {
                    b"--" => State::Epilogue,
                    b"\r\n" => State::Head,
                    other => {
                        let found = String::from_utf8_lossy(other).into_owned();
                        return Err(Problem::new(
                            "body",
                            "CRLF or -- after the boundary",
                            format!("{found:?}"),
                        ));
                    }
                };
                // The line end stays: it may be the first half of the empty line that ends the head.
                if self.state == State::Epilogue {
                    self.buffer.advance(2);
                }
            }
            State::Head => {
                let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n\r\n") else {
                    if self.buffer.len() > LARGEST_HEAD {
                        return Err(Problem::new(
                            "body",
                            format!("a part's head of at most {LARGEST_HEAD} bytes"),
                            "more",
                        ));
                    }
                    return Ok(false);
                };
                let head = self.buffer.split_to(end);
                self.buffer.advance(4);
                take(Event::Part(parse_head(&head)?));
                self.state = State::Body;
            }
            State::Epilogue => {
                self.buffer.clear();
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn finish(&self) -> Result<(), Problem> {
        match self.state {
            State::Epilogue => Ok(()),
            State::Preamble => Err(Problem::new(
                "body",
                "parts between the boundaries that Content-Type names",
                "no boundary",
            )),
            _ => Err(Problem::new(
                "body",
                "a last boundary with -- after it",
                "the end of the body",
            )),
        }
    }
}

fn parse_head(bytes: &[u8]) -> Result<Head, Problem> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::new("body", "a part's head in UTF-8", "other bytes"))?;
    let disposition = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then(|| value.trim())
    });
    let Some(rest) = disposition.and_then(|value| value.strip_prefix("form-data")) else {
        return Err(Problem::new(
            "body",
            "a part with Content-Disposition: form-data",
            disposition.unwrap_or("none"),
        ));
    };
    let name = parameter(rest, "name").ok_or_else(|| {
        Problem::new(
            "body",
            "a part with a name",
            disposition.unwrap_or_default(),
        )
    })?;
    Ok(Head {
        name,
        filename: parameter(rest, "filename"),
    })
}

/// The value of one parameter of a `Content-Disposition`, quoted or not.
fn parameter(mut rest: &str, wanted: &str) -> Option<String> {
    loop {
        let (_, after) = rest.split_once(';')?;
        let (name, value) = after.split_once('=')?;
        let mut result = String::new();
        match value.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let mut chars = quoted.char_indices();
                let mut end = quoted.len();
                while let Some((at, c)) = chars.next() {
                    match c {
                        '"' => {
                            end = at + 1;
                            break;
                        }
                        // A backslash escapes quotes and itself; elsewhere it stands for itself.
                        '\\' if quoted
                            .get(at + 1..)
                            .is_some_and(|tail| tail.starts_with(['"', '\\'])) =>
                        {
                            result.extend(chars.next().map(|(_, c)| c));
                        }
                        c => result.push(c),
                    }
                }
                rest = quoted.get(end..).unwrap_or_default();
            }
            None => {
                let end = value.find(';').unwrap_or(value.len());
                result.push_str(value.get(..end).unwrap_or_default().trim());
                rest = value.get(end..).unwrap_or_default();
            }
        }
        if name.trim().eq_ignore_ascii_case(wanted) {
            // Browsers write these three so.
            return Some(
                result
                    .replace("%22", "\"")
                    .replace("%0D", "\r")
                    .replace("%0A", "\n"),
            );
        }
    }
}

/// Collects the parts' values and what is wrong with them.
struct Parts<'d> {
    document: &'d Document,
    properties: Option<&'d Map<String, Value>>,
    values: Map<String, Value>,
    problems: Vec<Problem>,
    count: usize,
    current: Option<Current<'d>>,
}

struct Current<'d> {
    name: String,
    /// The schema of the part's value; `None` where it is not read.
    schema: Option<&'d Value>,
    is_list: bool,
    is_file: bool,
    value: Vec<u8>,
    too_large: bool,
}

impl<'d> Parts<'d> {
    fn new(document: &'d Document, schema: Option<&'d Value>) -> Self {
        let resolved = schema.map(|schema| document.resolve(schema));
        Self {
            document,
            properties: resolved.and_then(|schema| schema.get("properties")?.as_object()),
            values: Map::new(),
            problems: Vec::new(),
            count: 0,
            current: None,
        }
    }

    fn problem(&mut self, name: &str, expected: impl Into<String>, found: &str) {
        if self.problems.len() < 20 {
            self.problems
                .push(Problem::new(format!("body part {name}"), expected, found));
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Part(head) => self.begin(head),
            Event::Data(data) => {
                if let Some(current) = self.current.as_mut().filter(|current| !current.is_file) {
                    if current.value.len() + data.len() > LARGEST_VALUE {
                        current.too_large = true;
                    } else {
                        current.value.extend_from_slice(&data);
                    }
                }
            }
            Event::End => self.end(),
        }
    }

    fn begin(&mut self, head: Head) {
        self.count += 1;
        if self.count > MOST_PARTS {
            if self.count == MOST_PARTS + 1 {
                self.problem(&head.name, format!("at most {MOST_PARTS} parts"), "more");
            }
            return;
        }
        let property = self
            .properties
            .and_then(|properties| properties.get(&head.name));
        let Some(property) = property else {
            let known = self
                .properties
                .into_iter()
                .flatten()
                .map(|(name, _)| name.as_str());
            let hint = text::nearest(&head.name, known)
                .map(|near| format!(" (did you mean {near:?}?)"))
                .unwrap_or_default();
            self.problem(&head.name, format!("no part of this name{hint}"), "one");
            return;
        };
        let mut schema = self.document.resolve(property);
        let is_list = schema.get("type").and_then(Value::as_str) == Some("array");
        if is_list {
            schema = schema
                .get("items")
                .map_or(&Value::Null, |items| self.document.resolve(items));
        }
        let is_file = schema.get("format").and_then(Value::as_str) == Some("binary");
        if is_file && head.filename.is_none() {
            self.problem(
                &head.name,
                "a file: a part with a filename",
                "a part without one",
            );
        }
        if !is_file && head.filename.is_some() {
            self.problem(&head.name, "a value: a part without a filename", "a file");
        }
        self.current = Some(Current {
            name: head.name,
            schema: Some(schema),
            is_list,
            is_file,
            value: Vec::new(),
            too_large: false,
        });
    }

    fn end(&mut self) {
        let Some(current) = self.current.take() else {
            return;
        };
        if current.too_large {
            self.problem(
                &current.name,
                format!("at most {LARGEST_VALUE} bytes"),
                "more",
            );
        }
        let value = match (current.schema, String::from_utf8(current.value)) {
            _ if current.is_file => Value::String("(file)".to_owned()),
            (Some(schema), Ok(text)) => typed(schema, &text),
            (None, Ok(text)) => Value::String(text),
            (_, Err(_)) => {
                self.problem(&current.name, "text in UTF-8", "other bytes");
                return;
            }
        };
        match self.values.get_mut(&current.name) {
            Some(Value::Array(values)) if current.is_list => values.push(value),
            Some(_) => self.problem(&current.name, "this part once", "another"),
            None if current.is_list => {
                self.values.insert(current.name, Value::Array(vec![value]));
            }
            None => {
                self.values.insert(current.name, value);
            }
        }
    }

    fn finish(self, checker: Option<&Checker>) -> Vec<Problem> {
        let mut problems = self.problems;
        if let Some(checker) = checker
            && problems.is_empty()
        {
            let found = checker.check(&Value::Object(self.values));
            problems.extend(found.into_iter().map(|problem| problem.within("body part")));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The parts of a body that comes in pieces of `size` bytes.
    fn parse(body: &[u8], size: usize) -> Result<Vec<(Head, Vec<u8>)>, Problem> {
        let mut parser = Parser::new("b");
        let mut parts = Vec::new();
        for piece in body.chunks(size) {
            parser.push(piece, &mut |event| match event {
                Event::Part(head) => parts.push((head, Vec::new())),
                Event::Data(data) => parts.last_mut().unwrap().1.extend_from_slice(&data),
                Event::End => {}
            })?;
            assert!(
                parser.buffer.len() <= LARGEST_HEAD + size + 16,
                "memory stays bounded"
            );
        }
        parser.finish()?;
        Ok(parts)
    }

    fn head(name: &str, filename: Option<&str>) -> Head {
        Head {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
        }
    }

    #[test]
    fn every_way_to_cut_gives_the_same_parts() {
        let body = b"preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--c\r\n--\r\n--b\r\n\
            content-disposition:form-data; filename=\"x \\\"y%22; z\"; name=f\r\nContent-Type: image/png\r\n\r\n\r\n--b\r\n\
            Content-Disposition: form-data; name=\"\xd0\xb0\"\r\n\r\n\r\n\r\n\r\n--b--\r\nepilogue";
        for size in 1..body.len() + 1 {
            let parts = parse(body, size).unwrap();
            assert_eq!(
                parts,
                [
                    (head("a", None), b"1\r\n--c\r\n--".to_vec()),
                    (head("f", Some("x \"y\"; z")), Vec::new()),
                    (head("а", None), b"\r\n\r\n".to_vec())
                ],
                "in pieces of {size}"
            );
        }
    }

    #[test]
    fn broken_bodies_are_told() {
        for (body, expected) in [
            (&b""[..], "no boundary"),
            (b"--c\r\n\r\n", "no boundary"),
            (
                b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxyz",
                "end of the body",
            ),
            (
                b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxyz\r\n--b",
                "end of the body",
            ),
            (b"--bxy", "after the boundary"),
            (b"--b\r\n\r\nx\r\n--b--", "Content-Disposition"),
            (
                b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
                "with a name",
            ),
            (
                b"--b\r\nContent-Disposition: form-data; name=\"a\xff\"\r\n\r\nx\r\n--b--",
                "UTF-8",
            ),
        ] {
            for size in [1, 3, 1000] {
                let reported = parse(body, size).unwrap_err().to_string();
                assert!(reported.contains(expected), "{reported}");
            }
        }
        let endless = [b"--b\r\nX: ".to_vec(), vec![b'x'; 2 * LARGEST_HEAD]].concat();
        assert!(
            parse(&endless, 100)
                .unwrap_err()
                .to_string()
                .contains("head of at most")
        );
    }

    #[test]
    fn parts_are_checked_by_the_schema() {
        let document = Document::new(json!({})).unwrap();
        let schema = json!({"type": "object", "required": ["f"], "properties": {
            "f": {"type": "string", "format": "binary"}, "n": {"type": "integer"},
            "l": {"type": "array", "items": {"type": "integer"}}}});
        let checker = Checker::new(&document, &schema, crate::Direction::Request).unwrap();
        let reported = |events: Vec<Event>| {
            let mut parts = Parts::new(&document, Some(&schema));
            events.into_iter().for_each(|event| parts.take(event));
            parts
                .finish(Some(&checker))
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        let part = |name, filename, data: &'static str| {
            [
                Event::Part(head(name, filename)),
                Event::Data(Bytes::from_static(data.as_bytes())),
                Event::End,
            ]
        };
        let file = || part("f", Some("x.png"), "\u{0}png");
        assert_eq!(
            reported(
                [
                    file(),
                    part("n", None, "7"),
                    part("l", None, "1"),
                    part("l", None, "2")
                ]
                .into_iter()
                .flatten()
                .collect()
            ),
            [""; 0]
        );
        for (parts, expected) in [
            (
                vec![part("n", None, "7")],
                "body part /f: expected this property, which is required, found nothing",
            ),
            (
                vec![file(), file()],
                "body part f: expected this part once, found another",
            ),
            (
                vec![part("f", None, "x")],
                "body part f: expected a file: a part with a filename, found a part without one",
            ),
            (
                vec![file(), part("n", None, "x")],
                "body part /n: expected integer, found \"x\"",
            ),
            (
                vec![file(), part("l", None, "x")],
                "body part /l/0: expected integer, found \"x\"",
            ),
            (
                vec![file(), part("m", None, "x")],
                "body part m: expected no part of this name, found one",
            ),
        ] {
            assert_eq!(reported(parts.into_iter().flatten().collect()), [expected]);
        }
    }
}
