//! Finds the path of a position in a JSON text. Runs only where reading failed, so that success pays nothing.

/// How many bytes before the position an excerpt covers.
const BEFORE: usize = 60;
/// How deep a path is followed; serde_json stops at 128.
const DEPTH: usize = 130;

pub(super) struct Place {
    pub(super) path: String,
    pub(super) excerpt: String,
    /// Whether a key on the path names a secret.
    pub(super) secret: bool,
}

enum Frame {
    Array(usize),
    Object(Option<String>),
}

/// The path and surroundings of a position as serde_json counts it: lines from 1, bytes in the line from 1.
///
/// `of_last_child`: whether the error is about the last value in the object or array that ends at the position. An error
/// that a field's own code reports gets its position only after serde_json has passed the closing bracket.
pub(super) fn locate(text: &[u8], line: usize, column: usize, of_last_child: bool) -> Place {
    let end = offset(text, line, column);
    let mut scan = Scan {
        frames: Vec::new(),
        shown: String::new(),
        shown_from: end.saturating_sub(BEFORE),
        closed: None,
    };
    scan.run(text.get(..end).unwrap_or(text));
    if let Some((frame, _)) = scan
        .closed
        .take_if(|(_, at)| of_last_child && *at + 1 == end)
    {
        scan.frames.push(frame);
    }
    let mut path = String::from("$");
    let mut secret = false;
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
    Place {
        path,
        excerpt: scan.shown,
        secret,
    }
}

/// A key on one line, with an ellipsis where it is cut.
fn cut(key: &str, most: usize) -> String {
    let mut out: String = key
        .chars()
        .take(most)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if key.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

fn offset(text: &[u8], line: usize, column: usize) -> usize {
    if line == 0 {
        return 0;
    }
    let start = match line {
        1 => 0,
        _ => memchr::memchr_iter(b'\n', text)
            .nth(line - 2)
            .map_or(text.len(), |at| at + 1),
    };
    start.saturating_add(column).min(text.len())
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
    /// What was closed last, and the offset of its bracket.
    closed: Option<(Frame, usize)>,
}

impl Scan {
    /// Follows the structure. The text up to here was read by serde_json, so it is well formed but for its end.
    fn run(&mut self, text: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'"' => {
                    at = self.string(text, at);
                    continue;
                }
                b'{' => self.push(Frame::Object(None)),
                b'[' => self.push(Frame::Array(0)),
                b'}' | b']' => {
                    self.closed = self.frames.pop().map(|frame| (frame, at));
                }
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
            let key = String::from_utf8_lossy(content).into_owned();
            if shown {
                self.shown.push_str(&format!("\"{}\"", cut(&key, 40)));
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
