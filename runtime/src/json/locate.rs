//! Finds the path of a position in a JSON text. Runs only where reading failed, so that success pays nothing.

use super::error::{Error, cut, looks_like_html};
use super::reader::Reader;

/// How many bytes an excerpt covers.
const BEFORE: usize = 60;
/// How deep a path is followed; the reader stops at 128.
const DEPTH: usize = 130;

struct Place {
    path: String,
    excerpt: String,
    /// Whether a key on the path names a secret.
    secret: bool,
}

enum Frame {
    Array(usize),
    Object(Option<String>),
}

impl Error {
    /// Says where in the text it is, once the text is known as a whole.
    pub(super) fn locate(mut self, text: &[u8]) -> Self {
        self.locate_in(text);
        self
    }

    pub(super) fn locate_in(&mut self, text: &[u8]) {
        let inner = &mut *self.0;
        let at = inner.at.min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        inner.line = memchr::memchr_iter(b'\n', before).count() + 1;
        inner.column = at - line_start + 1;
        inner.html = looks_like_html(text);
        if inner.html {
            inner.message =
                "expected JSON, found an HTML page (possibly a maintenance page)".to_owned();
            return;
        }
        if text.trim_ascii().is_empty() {
            inner.message = "expected JSON, found an empty body".to_owned();
            return;
        }
        let place = locate(text, at, inner.end.max(at), inner.secret);
        if inner.telling && (place.secret || inner.secret) {
            inner.message = "the value of a secret field is not of the expected type".to_owned();
        }
        inner.path = place.path;
        inner.excerpt = place.excerpt;
    }
}

/// The path of the value that begins at offset `at`, and the text up to `end`; without the value where it is a secret.
fn locate(text: &[u8], at: usize, end: usize, is_secret: bool) -> Place {
    let mut scan = Scan {
        frames: Vec::new(),
        shown: String::new(),
        shown_from: end.saturating_sub(BEFORE),
    };
    scan.run(text.get(..at).unwrap_or(text), 0);
    let mut path = String::from("$");
    let mut secret = is_secret;
    for frame in &scan.frames {
        match frame {
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
            Frame::Object(None) => {}
            Frame::Object(Some(key)) => {
                secret |= self::is_secret(key);
                path.push('.');
                path.push_str(&cut(key, 64));
            }
        }
    }
    if !secret {
        scan.run(text.get(..end).unwrap_or(text), at);
    }
    Place {
        path,
        excerpt: scan.shown,
        secret,
    }
}

/// Whether a key's name says that its value is a secret.
pub(crate) fn is_secret(key: &str) -> bool {
    const WORDS: [&str; 10] = [
        "token",
        "password",
        "passwd",
        "secret",
        "api_key",
        "apikey",
        "api-key",
        "sign",
        "authorization",
        "credential",
    ];
    let key = key.to_ascii_lowercase();
    WORDS.iter().any(|word| key.contains(word))
}

struct Scan {
    frames: Vec<Frame>,
    shown: String,
    /// Offset from which on the text is shown.
    shown_from: usize,
}

impl Scan {
    /// Follows the structure from offset `at`. The text was read up to here, so it is well formed but for its end.
    fn run(&mut self, text: &[u8], mut at: usize) {
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' => {
                    at = self.string(text, at);
                    continue;
                }
                b'{' => self.push(Frame::Object(None)),
                b'[' => self.push(Frame::Array(0)),
                b'}' | b']' => drop(self.frames.pop()),
                b',' => match self.frames.last_mut() {
                    Some(Frame::Array(index)) => *index += 1,
                    Some(Frame::Object(key)) => *key = None,
                    None => {}
                },
                _ => {}
            }
            if at >= self.shown_from && !byte.is_ascii_whitespace() {
                self.show(byte);
            }
            at += 1;
        }
    }

    /// Shows a byte outside strings, unless it belongs to the value of a secret.
    fn show(&mut self, byte: u8) {
        let structure = matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':');
        let secret = |frame: &Frame| matches!(frame, Frame::Object(Some(key)) if is_secret(key));
        if !structure && self.frames.iter().any(secret) {
            if !self.shown.ends_with('…') {
                self.shown.push('…');
            }
            return;
        }
        // Outside strings JSON is ASCII.
        self.shown.push(if byte.is_ascii_graphic() {
            char::from(byte)
        } else {
            '?'
        });
    }

    fn push(&mut self, frame: Frame) {
        if self.frames.len() < DEPTH {
            self.frames.push(frame);
        }
    }

    /// Passes a string; keys are kept and shown, values are elided.
    fn string(&mut self, text: &[u8], start: usize) -> usize {
        let mut at = start + 1;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        let content = text.get(start + 1..at.min(text.len())).unwrap_or_default();
        let is_key = matches!(self.frames.last(), Some(Frame::Object(None)));
        let shown = at >= self.shown_from;
        if is_key {
            let mut key = String::from_utf8_lossy(content).into_owned();
            if shown {
                self.shown.push_str(&format!("\"{}\"", cut(&key, 40)));
            }
            // What it means is what counts for the path, and for whether it names a secret.
            if key.contains('\\') {
                let quoted = format!("\"{key}\"");
                if let Ok(meant) = Reader::new(&quoted).string() {
                    key = meant.into_owned();
                }
            }
            if let Some(Frame::Object(slot)) = self.frames.last_mut() {
                *slot = Some(key);
            }
        } else if shown {
            self.shown.push_str(if content.is_empty() {
                "\"\""
            } else {
                "\"…\""
            });
        }
        at + 1
    }
}
