//! A server on loopback that keeps what it is sent.

use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

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

/// A request as it was sent.
pub struct Sent {
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A server, and what it was sent.
pub struct Server {
    pub url: String,
    requests: Receiver<Sent>,
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
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, requests) = channel();
        thread::spawn(move || {
            let mut streams = listener.incoming().map_while(Result::ok);
            for count in 0.. {
                let Some(mut stream) = streams.next() else {
                    return;
                };
                let sent = read(&mut BufReader::new(stream.try_clone().expect("a stream")));
                let answer = answers[count.min(answers.len() - 1)];
                let _ = stream.write_all(&answer.bytes());
                if sender.send(sent).is_err() {
                    return;
                }
            }
        });
        Self { url, requests }
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
    pub fn next(&self) -> Sent {
        let wait = Duration::from_secs(10);
        self.requests.recv_timeout(wait).expect("a request")
    }

    /// The next request as text: the method and target, the headers that the document is the reason for, and the body.
    pub fn sent(&self) -> String {
        self.next().text()
    }
}

impl Answer {
    fn bytes(self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Answer\r\nConnection: close\r\n", self.status);
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
        bytes
    }
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    pub fn text(&self) -> String {
        let mut text = self.target.clone();
        for (name, value) in &self.headers {
            if !USUAL.contains(&name.as_str()) {
                text.push_str(&format!("\n{name}: {value}"));
            }
        }
        if !self.body.is_empty() {
            text.push_str("\n\n");
            text.push_str(&String::from_utf8_lossy(&self.body));
        }
        text
    }
}

fn read(reader: &mut impl BufRead) -> Sent {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line");
    let target = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).expect("a header");
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    };
    let mut body = Vec::new();
    if let Some(length) = header("content-length") {
        body.resize(length.parse().expect("a length"), 0);
        reader.read_exact(&mut body).expect("a body");
    } else if header("transfer-encoding").is_some() {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a chunk");
            let length = usize::from_str_radix(line.trim(), 16).expect("a length");
            let mut chunk = vec![0; length + 2];
            reader.read_exact(&mut chunk).expect("a chunk");
            if length == 0 {
                break;
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }
    Sent {
        target,
        headers,
        body,
    }
}

/// Awaits on a runtime of its own.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
