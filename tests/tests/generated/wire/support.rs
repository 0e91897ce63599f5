//! A server on loopback that keeps what it is sent.

use lavka_hostile::{Act, Seen};
use lavka_runtime::client::{ApiClient, Builder, NoCredentials};

/// Headers that clients send whatever the document says.
const USUAL: &[&str] = &[
    "host",
    "accept",
    "accept-encoding",
    "user-agent",
    "content-length",
];

/// A reply of the server.
#[derive(Clone, Copy, Default)]
pub struct Answer {
    pub status: u16,
    pub media: &'static str,
    pub headers: &'static str,
    pub body: &'static [u8],
}

/// A server, and where it is.
pub struct Server {
    pub url: String,
    server: lavka_hostile::Server,
}

impl Answer {
    pub const NOTHING: Self = Self {
        status: 204,
        media: "",
        headers: "",
        body: b"",
    };

    /// 200 with a body of this media type.
    pub const fn of(media: &'static str, body: &'static str) -> Self {
        Self {
            status: 200,
            media,
            headers: "",
            body: body.as_bytes(),
        }
    }

    pub const fn json(body: &'static str) -> Self {
        Self::of("application/json", body)
    }
}

impl Server {
    /// Answers each request the same way.
    pub fn start(answer: Answer) -> Self {
        Self::each(vec![answer])
    }

    /// Answers the requests one after the other, the last answer as often as needed.
    pub fn each(answers: Vec<Answer>) -> Self {
        let server = lavka_hostile::Server::script(answers.into_iter().map(Answer::act).collect());
        let url = server.url();
        Self { url, server }
    }

    /// A client of it that needs no credentials.
    pub fn client<C: ApiClient<Credentials = NoCredentials>>(&self) -> C {
        let builder = Builder::new().base_url(&self.url);
        builder.build().expect("a client")
    }

    /// A client of it with credentials.
    pub fn client_with<C: ApiClient>(&self, credentials: C::Credentials) -> C {
        let builder = Builder::new().base_url(&self.url).credentials(credentials);
        builder.build().expect("a client")
    }

    /// The next request.
    pub fn next(&self) -> Seen {
        self.server.next()
    }

    /// The next request as text: the method and target, the headers that the document is the reason for, and the body.
    pub fn sent(&self) -> String {
        text(&self.next())
    }
}

impl Answer {
    fn act(self) -> Act {
        let mut head = format!("HTTP/1.1 {} Answer\r\n", self.status);
        if !self.media.is_empty() {
            head.push_str(&format!("Content-Type: {}\r\n", self.media));
        }
        if self.status != 204 {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str(self.headers);
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body);
        Act::Send(bytes)
    }
}

fn text(seen: &Seen) -> String {
    let mut text = seen.target().to_owned();
    for (name, value) in &seen.headers {
        if !USUAL.contains(&name.as_str()) {
            text.push_str(&format!("\n{name}: {value}"));
        }
    }
    if !seen.body.is_empty() {
        text.push_str("\n\n");
        text.push_str(&seen.text());
    }
    text
}
