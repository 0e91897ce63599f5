//! Finds the path of a position in a JSON text. Runs only where reading failed, so that success pays nothing.

use super::reader::Reader;
use crate::codec::words::{EMPTY, HTML, cut};
use crate::codec::{Position, is_secret, looks_like_html};
use crate::{CodecError, CodecErrorKind};

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

impl CodecError {
    /// Works out the place, once the text is known as a whole.
    pub(super) fn locate_in(&mut self, text: &[u8]) {
        let at = self.0.at.min(text.len());
        self.0.path = "$".to_owned();
        self.0.position = Some(Position::after(text.get(..at).unwrap_or_default()));
        if looks_like_html(text) {
            self.set(CodecErrorKind::Html, format!("expected JSON, found {HTML}"));
            return;
        }
        if text.trim_ascii().is_empty() {
            self.set(
                CodecErrorKind::Empty,
                format!("expected JSON, found {EMPTY}"),
            );
            return;
        }
        let place = locate(text, at, self.0.end.max(at), self.0.secret);
        if place.secret {
            self.hide();
        }
        self.0.path = place.path;
        self.0.excerpt = place.excerpt;
    }
}

/// The path of the value that begins at offset `at`, and the text up to `end`; without the value where it is a secret.
fn locate(text: &[u8], at: usize, end: usize, hidden: bool) -> Place {
    let mut scan = Scan {
        frames: Vec::new(),
        shown: String::new(),
        shown_from: end.saturating_sub(BEFORE),
    };
    scan.run(text.get(..at).unwrap_or(text), 0);
    let mut path = String::from("$");
    let mut secret = hidden;
    for frame in &scan.frames {
        match frame {
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
            Frame::Object(None) => {}
            Frame::Object(Some(key)) => {
                secret |= is_secret(key);
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
