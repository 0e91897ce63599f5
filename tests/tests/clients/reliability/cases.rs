//! What the server does, and what has to become of the call.

use std::sync::LazyLock;
use std::time::Duration;

use lavka::{Error, ErrorKind, Format};
use lavka_hostile::{Act, Server, head, reply};

use crate::subjects::Subject;

/// What has to become of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// It may pass: repeated as often as allowed where the operation may be repeated.
    Passes,
    /// The same, and the client waits as long as the server asks before each further attempt.
    PassesAfter(Duration),
    /// The same, until the moment that the server names.
    PassesFrom(Duration),
    /// It is not repeated by anybody.
    Ends,
    /// It uses the call's time up, so that none is left for another attempt.
    TakesAllTime,
}

/// One way to misbehave.
pub(crate) struct Case {
    /// What the server does, for the table in `docs/reliability.md`.
    pub(crate) name: &'static str,
    pub(crate) kind: ErrorKind,
    pub(crate) expect: Expect,
    pub(crate) act: fn(&Subject) -> Act,
    /// Whether the subject can meet it.
    pub(crate) meets: fn(&Subject) -> bool,
    /// What else must hold for the error.
    pub(crate) also: fn(&Error) -> bool,
}

impl Case {
    /// Whether the server is to be found silent, which takes a short patience.
    pub(crate) fn is_slow(&self) -> bool {
        self.kind == ErrorKind::Timeout
    }

    /// Its row in the table of `docs/reliability.md`.
    pub(crate) fn row(&self) -> String {
        let (repeatable, other) = match self.expect {
            Expect::Passes => ("repeated, up to the last attempt", "1 request"),
            Expect::PassesAfter(_) | Expect::PassesFrom(_) => (
                "repeated after the time that the server asks for",
                "1 request",
            ),
            Expect::Ends => ("1 request", "1 request"),
            Expect::TakesAllTime => (
                "1 request, ended by the call's time",
                "1 request, ended by the call's time",
            ),
        };
        format!(
            "| {} | `{:?}` | {repeatable} | {other} |",
            self.name, self.kind
        )
    }
}

/// Where redirects lead: nobody may ever come here.
pub(crate) static ELSEWHERE: LazyLock<Server> =
    LazyLock::new(|| Server::script(vec![Act::Send(reply("200 OK", &[], "{}"))]));

fn ok(subject: &Subject, body: impl AsRef<[u8]>) -> Vec<u8> {
    reply(
        subject.status,
        &[("Content-Type", subject.media_type)],
        body,
    )
}

/// The success that the documents print.
pub(crate) fn success(subject: &Subject) -> Act {
    Act::Send(ok(subject, subject.body()))
}

/// An empty text in gzip.
const GZIP: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// A success whose body is compressed.
fn compressed(subject: &Subject, encoding: &str, body: &[u8]) -> Vec<u8> {
    let headers = [
        ("Content-Type", subject.media_type),
        ("Content-Encoding", encoding),
    ];
    reply(subject.status, &headers, body)
}

/// A success whose head says something else of the length.
fn with_length(subject: &Subject, length: usize, body: &[u8]) -> Vec<u8> {
    let last = format!("Content-Length: {length}");
    [
        head(
            subject.status,
            &[("Content-Type", subject.media_type)],
            &last,
        ),
        body.to_vec(),
    ]
    .concat()
}

fn chunked(subject: &Subject, chunks: &str) -> Vec<u8> {
    let headers = [("Content-Type", subject.media_type)];
    [
        head(subject.status, &headers, "Transfer-Encoding: chunked"),
        chunks.as_bytes().to_vec(),
    ]
    .concat()
}

fn half(subject: &Subject) -> &'static [u8] {
    subject
        .body()
        .get(..subject.body().len() / 2)
        .unwrap_or_default()
}

fn status(line: &str, headers: &[(&str, &str)]) -> Act {
    Act::Send(reply(line, headers, ""))
}

fn in_a_moment() -> String {
    let at = chrono::Utc::now() + chrono::TimeDelta::seconds(2);
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

const fn case(
    name: &'static str,
    expect: Expect,
    kind: ErrorKind,
    act: fn(&Subject) -> Act,
) -> Case {
    Case {
        name,
        kind,
        expect,
        act,
        meets: |_| true,
        also: |_| true,
    }
}

const fn passes(name: &'static str, kind: ErrorKind, act: fn(&Subject) -> Act) -> Case {
    case(name, Expect::Passes, kind, act)
}

const fn ends(name: &'static str, kind: ErrorKind, act: fn(&Subject) -> Act) -> Case {
    case(name, Expect::Ends, kind, act)
}

const fn refuses(name: &'static str, also: fn(&Error) -> bool, act: fn(&Subject) -> Act) -> Case {
    Case {
        also,
        ..case(name, Expect::Ends, ErrorKind::Status, act)
    }
}

const START: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Ty";
const DRIP: Duration = Duration::from_millis(20);

/// The table.
pub(crate) static CASES: &[Case] = &[
    passes(
        "resets before it has read the body",
        ErrorKind::Interrupted,
        |_| Act::ResetEarly,
    ),
    passes("resets before the head", ErrorKind::Interrupted, |_| {
        Act::Reset(vec![])
    }),
    passes("closes before the head", ErrorKind::Interrupted, |_| {
        Act::Close(vec![])
    }),
    passes("resets during the head", ErrorKind::Interrupted, |_| {
        Act::Reset(START.to_vec())
    }),
    passes("closes during the head", ErrorKind::Interrupted, |_| {
        Act::Close(START.to_vec())
    }),
    passes("resets after the head", ErrorKind::Truncated, |s| {
        Act::Reset(with_length(s, 500, b""))
    }),
    passes("closes after the head", ErrorKind::Truncated, |s| {
        Act::Close(with_length(s, 500, b""))
    }),
    passes("resets in the body", ErrorKind::Truncated, |s| {
        Act::Reset(with_length(s, s.body().len(), half(s)))
    }),
    passes("closes in the body", ErrorKind::Truncated, |s| {
        Act::Close(with_length(s, s.body().len(), half(s)))
    }),
    passes("closes in a chunk", ErrorKind::Truncated, |s| {
        Act::Close(chunked(s, "40\r\n{"))
    }),
    passes("closes before the last chunk", ErrorKind::Truncated, |s| {
        let body = s.body();
        let mut bytes = chunked(s, &format!("{:x}\r\n", body.len()));
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(b"\r\n");
        Act::Close(bytes)
    }),
    passes(
        "sends a chunk whose length is not a number",
        ErrorKind::Truncated,
        |s| Act::Close(chunked(s, "zz\r\n{}")),
    ),
    passes(
        "cuts the body off, with a fitting length",
        ErrorKind::Truncated,
        |s| Act::Send(ok(s, half(s))),
    ),
    passes("announces less than it sends", ErrorKind::Truncated, |s| {
        Act::Close(with_length(s, half(s).len(), s.body()))
    }),
    passes("announces more than it sends", ErrorKind::Timeout, |s| {
        Act::Stall(with_length(s, s.body().len() + 1, s.body()))
    }),
    passes("does not answer", ErrorKind::Timeout, |_| {
        Act::Stall(vec![])
    }),
    passes("stops in the head", ErrorKind::Timeout, |_| {
        Act::Stall(START.to_vec())
    }),
    passes("stops in the body", ErrorKind::Timeout, |s| {
        Act::Stall(with_length(s, s.body().len(), half(s)))
    }),
    passes(
        "sends its head a byte at a time",
        ErrorKind::Timeout,
        |_| Act::SlowBody(b"HTTP/1.1 200 OK\r\nX-Drip: ".to_vec(), vec![b'x'], DRIP),
    ),
    case(
        "sends its body a byte at a time",
        Expect::TakesAllTime,
        ErrorKind::Timeout,
        |s| Act::SlowBody(with_length(s, 1_000_000, b""), vec![b' '], DRIP),
    ),
    passes(
        "sends something that is no HTTP",
        ErrorKind::Interrupted,
        |_| Act::Close(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
    ),
    passes(
        "sends headers without an end",
        ErrorKind::Interrupted,
        |_| {
            let line = format!("X-Endless: {}\r\n", "x".repeat(1000));
            Act::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), line.into_bytes())
        },
    ),
    passes(
        "sends one header without an end",
        ErrorKind::Interrupted,
        |_| Act::Endless(b"HTTP/1.1 200 OK\r\nX-Endless: ".to_vec(), vec![b'x'; 4096]),
    ),
    ends("sends a body without an end", ErrorKind::TooLarge, |s| {
        Act::Endless(
            head(
                s.status,
                &[("Content-Type", s.media_type)],
                "Connection: close",
            ),
            vec![b' '; 64 << 10],
        )
    }),
    passes("sends plain text with 503", ErrorKind::Status, |_| {
        Act::Send(reply(
            "503 Service Unavailable",
            &[("Content-Type", "text/plain")],
            "busy",
        ))
    }),
    refuses(
        "refuses with plain text",
        |error| {
            error
                .to_string()
                .ends_with("Your shop is blocked: pay invoice 17")
        },
        |_| {
            let headers = [("Content-Type", "text/plain")];
            Act::Send(reply(
                "422 Unprocessable Entity",
                &headers,
                "Your shop is blocked: pay invoice 17",
            ))
        },
    ),
    refuses(
        "refuses with JSON of another API",
        |error| error.to_string().ends_with("Not enough rights"),
        |_| {
            Act::Send(reply(
                "400 Bad Request",
                &[],
                r#"{"detail": "Not enough rights"}"#,
            ))
        },
    ),
    ends("sends plain text with a success", ErrorKind::Format, |s| {
        Act::Send(ok(s, "Internal Server Error"))
    }),
    ends("sends chunks without an end", ErrorKind::TooLarge, |s| {
        Act::Endless(
            chunked(s, ""),
            format!("4000\r\n{}\r\n", " ".repeat(0x4000)).into_bytes(),
        )
    }),
    ends("announces a body of 1 TiB", ErrorKind::TooLarge, |s| {
        Act::Stall(with_length(s, 1 << 40, b""))
    }),
    ends(
        "refuses with a body without an end",
        ErrorKind::Status,
        |s| {
            Act::Endless(
                head("400 Bad Request", &[("Content-Type", s.media_type)], "X: y"),
                vec![b' '; 64 << 10],
            )
        },
    ),
    ends(
        "sends a gzip body that was not asked for",
        ErrorKind::Format,
        |s| Act::Send(compressed(s, "gzip", GZIP)),
    ),
    ends(
        "sends a deflate body that was not asked for",
        ErrorKind::Format,
        |s| Act::Send(compressed(s, "deflate", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1])),
    ),
    ends(
        "sends a Brotli body that was not asked for",
        ErrorKind::Format,
        |s| Act::Send(compressed(s, "br", &[0x3B])),
    ),
    ends(
        "sends a body in an unknown encoding",
        ErrorKind::Format,
        |s| Act::Send(compressed(s, "zstd", &[0x28, 0xB5, 0x2F, 0xFD])),
    ),
    ends(
        "sends a gzip body without saying so",
        ErrorKind::Format,
        |s| Act::Send(ok(s, GZIP)),
    ),
    refuses(
        "refuses with a gzip body that was not asked for",
        |error| error.is_validation() && error.to_string().contains("`gzip`"),
        |s| {
            let headers = [("Content-Type", s.media_type), ("Content-Encoding", "gzip")];
            Act::Send(reply("400 Bad Request", &headers, GZIP))
        },
    ),
    ends("sends an empty body", ErrorKind::Empty, |s| {
        Act::Send(ok(s, ""))
    }),
    ends("answers 204", ErrorKind::Empty, |_| {
        status("204 No Content", &[])
    }),
    Case {
        meets: |subject| subject.other_body().is_none(),
        ..ends(
            "sends a format that the operation does not have",
            ErrorKind::Format,
            |s| match s.format {
                Format::Json => Act::Send(ok(s, "<?xml version=\"1.0\"?><note>hello</note>")),
                Format::Xml => Act::Send(ok(s, "{\"note\": \"hello\"}")),
            },
        )
    },
    ends(
        "sends what is not documented, in the right format",
        ErrorKind::Decode,
        |s| match s.format {
            Format::Json => Act::Send(ok(s, "[[[\"hello\"]]]")),
            Format::Xml => Act::Send(ok(s, "<?xml version=\"1.0\"?><note>hello</note>")),
        },
    ),
    passes("sends an HTML page with a success", ErrorKind::Html, |s| {
        Act::Send(ok(
            s,
            "<!DOCTYPE html>\n<html><body>Ведутся работы</body></html>",
        ))
    }),
    passes("sends an HTML page with 502", ErrorKind::Status, |_| {
        Act::Send(reply(
            "502 Bad Gateway",
            &[("Content-Type", "text/html")],
            "<html>nginx</html>",
        ))
    }),
    passes("answers 408", ErrorKind::Status, |_| {
        status("408 Request Timeout", &[])
    }),
    passes("answers 425", ErrorKind::Status, |_| {
        status("425 Too Early", &[])
    }),
    passes("answers 429", ErrorKind::Status, |_| {
        status("429 Too Many Requests", &[])
    }),
    passes("answers 500", ErrorKind::Status, |_| {
        status("500 Internal Server Error", &[])
    }),
    passes("answers 502", ErrorKind::Status, |_| {
        status("502 Bad Gateway", &[])
    }),
    passes("answers 503", ErrorKind::Status, |_| {
        status("503 Service Unavailable", &[])
    }),
    passes("answers 504", ErrorKind::Status, |_| {
        status("504 Gateway Timeout", &[])
    }),
    passes("answers 507", ErrorKind::Status, |_| {
        status("507 Insufficient Storage", &[])
    }),
    passes("answers 508", ErrorKind::Status, |_| {
        status("508 Loop Detected", &[])
    }),
    passes("answers 520", ErrorKind::Status, |_| {
        status("520 Web Server Returned an Unknown Error", &[])
    }),
    passes("answers 522", ErrorKind::Status, |_| {
        status("522 Connection Timed Out", &[])
    }),
    passes("answers 530", ErrorKind::Status, |_| {
        status("530 Origin Error", &[])
    }),
    case(
        "answers 429 with `Retry-After` in seconds",
        Expect::PassesAfter(Duration::from_secs(1)),
        ErrorKind::Status,
        |_| status("429 Too Many Requests", &[("Retry-After", "1")]),
    ),
    case(
        "answers 503 with `Retry-After` in seconds",
        Expect::PassesAfter(Duration::from_secs(1)),
        ErrorKind::Status,
        |_| status("503 Service Unavailable", &[("Retry-After", "1")]),
    ),
    case(
        "answers 503 with `Retry-After` as a date",
        // The date has whole seconds, and ours is two seconds ahead.
        Expect::PassesFrom(Duration::from_millis(900)),
        ErrorKind::Status,
        |_| {
            status(
                "503 Service Unavailable",
                &[("Retry-After", &in_a_moment())],
            )
        },
    ),
    case(
        "answers 503 with a `Retry-After` beyond the call's time",
        Expect::Ends,
        ErrorKind::Status,
        |_| status("503 Service Unavailable", &[("Retry-After", "3600")]),
    ),
    case(
        "answers 503 with a `Retry-After` beyond any bound",
        Expect::Ends,
        ErrorKind::Status,
        |_| {
            let wait = [("Retry-After", "99999999999999999999")];
            status("503 Service Unavailable", &wait)
        },
    ),
    ends("answers 304", ErrorKind::Status, |_| {
        status("304 Not Modified", &[])
    }),
    ends("answers 205", ErrorKind::Empty, |_| {
        status("205 Reset Content", &[])
    }),
    refuses("answers 400", Error::is_validation, |_| {
        status("400 Bad Request", &[])
    }),
    refuses("answers 401", Error::is_auth, |_| {
        status("401 Unauthorized", &[])
    }),
    refuses("answers 403", Error::is_auth, |_| {
        status("403 Forbidden", &[])
    }),
    refuses("answers 404", Error::is_not_found, |_| {
        status("404 Not Found", &[])
    }),
    refuses("answers 422", Error::is_validation, |_| {
        status("422 Unprocessable Entity", &[])
    }),
    ends("answers 501", ErrorKind::Status, |_| {
        status("501 Not Implemented", &[])
    }),
    ends("redirects to another host", ErrorKind::Redirect, |_| {
        status(
            "307 Temporary Redirect",
            &[("Location", &format!("{}/x?token=1", ELSEWHERE.url()))],
        )
    }),
    ends("redirects to the same host", ErrorKind::Redirect, |_| {
        status("302 Found", &[("Location", "/other")])
    }),
    ends("redirects for good", ErrorKind::Redirect, |_| {
        status("308 Permanent Redirect", &[("Location", &ELSEWHERE.url())])
    }),
    ends("redirects nowhere", ErrorKind::Redirect, |_| {
        status("301 Moved Permanently", &[])
    }),
];
