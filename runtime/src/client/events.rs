//! Server-sent events.

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::lines::{LARGEST, Lines, decode, too_large};
use super::stream::{Decoder, Items};
use super::{Dropped, Operation};
use crate::codec::words::{HTML, quoted};
use crate::codec::{Omitted, looks_like_html};
use crate::failure::start;
use crate::json::FromJson;
use crate::{CodecError, CodecErrorKind, Error};

/// A server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// Its type; `None` where the server names none, which means `message`.
    pub event: Option<String>,
    /// The last id that the server gave, with this event or before it.
    pub id: Option<String>,
    /// How long to wait before connecting again, as the server last said, with this event or before it.
    pub retry: Option<Duration>,
    /// Its data.
    pub data: T,
}

impl<T: FromJson + Send + 'static> Items<T> {
    /// Returns the data of server-sent events (`text/event-stream`), each a JSON text. The data `[DONE]`, by which some servers
    /// end a stream, is passed over. For generated code, as an argument of `Request::stream`.
    pub fn events(_: &'static Operation, _: &HeaderMap) -> Box<dyn Decoder<T>> {
        EventDecoder::boxed(true, |data, index, omitted| {
            decode(data.as_bytes(), index, omitted)
        })
    }
}

impl Items<String> {
    /// Returns the data of server-sent events as texts. For generated code, as an argument of `Request::stream`.
    pub fn text_events(_: &'static Operation, _: &HeaderMap) -> Box<dyn Decoder<String>> {
        EventDecoder::boxed(false, |data, _, _| Ok(data.to_owned()))
    }
}

impl<T> Items<T> {
    /// Returns the next item of a stream of server-sent events, with its type, its id and the time to wait before connecting again;
    /// of other streams these are `None`. Use it in place of [`Items::next`], or in turn with it.
    pub async fn next_event(&mut self) -> Option<Result<Event<T>, Error>> {
        let item = self.next().await?;
        Some(item.map(|data| {
            let Event {
                event, id, retry, ..
            } = self.event().cloned().unwrap_or_default();
            Event {
                event,
                id,
                retry,
                data,
            }
        }))
    }
}

/// Reads an event stream as the HTML standard says ("Interpreting an event stream").
struct Events {
    lines: Lines,
    /// Whether anything was of an event stream.
    known: bool,
    /// The first line that was not.
    foreign: String,
    event: String,
    data: String,
    has_data: bool,
    id: Option<String>,
    retry: Option<Duration>,
}

impl Events {
    fn next(&mut self) -> Option<Result<Event<String>, CodecError>> {
        while let Some(line) = self.lines.next() {
            if line.is_empty() {
                let event = Some(std::mem::take(&mut self.event)).filter(|event| !event.is_empty());
                let data = std::mem::take(&mut self.data);
                if !std::mem::take(&mut self.has_data) {
                    continue;
                }
                return Some(Ok(Event {
                    event,
                    id: self.id.clone(),
                    retry: self.retry,
                    data,
                }));
            }
            let line = String::from_utf8_lossy(line);
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            self.known |= FIELDS.contains(&field);
            if !self.known && self.foreign.is_empty() {
                self.foreign = start(line.trim(), FOREIGN).to_owned();
            }
            match field {
                "data" => {
                    if std::mem::replace(&mut self.has_data, true) {
                        self.data.push('\n');
                    }
                    self.data.push_str(value);
                    if self.data.len() > LARGEST {
                        return Some(Err(too_large()));
                    }
                }
                "event" => self.event = value.to_owned(),
                "id" if !value.contains('\0') => {
                    self.id = Some(value.to_owned()).filter(|id| !id.is_empty());
                }
                "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                    self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
                }
                // A comment begins with a colon; other fields are ignored.
                _ => {}
            }
        }
        (self.lines.rest().len() > LARGEST).then(|| Err(too_large()))
    }

    /// The end of the text. One without anything of an event stream is another body: a page, a failure in JSON.
    fn finish(&self) -> Result<(), CodecError> {
        let rest = String::from_utf8_lossy(self.lines.rest());
        // A line that was not completed is dropped.
        let (field, has_colon) = match rest.split_once(':') {
            Some((field, _)) => (field, true),
            None => (rest.trim(), false),
        };
        let is_field = has_colon && FIELDS.contains(&field);
        let may_become_one = !has_colon && FIELDS.iter().any(|known| known.starts_with(field));
        if self.known || is_field || self.foreign.is_empty() && may_become_one {
            return Ok(());
        }
        match self.foreign.is_empty() {
            true => Err(not_events(rest.trim())),
            false => Err(not_events(&self.foreign)),
        }
    }
}

#[cold]
fn not_events(text: &str) -> CodecError {
    let (kind, found) = match text.as_bytes().first() {
        _ if looks_like_html(text.as_bytes()) => (CodecErrorKind::Html, HTML.to_owned()),
        Some(b'{') => (CodecErrorKind::Syntax, "a JSON object".to_owned()),
        Some(b'[') => (CodecErrorKind::Syntax, "a JSON array".to_owned()),
        Some(b'<') => (CodecErrorKind::Syntax, "XML".to_owned()),
        _ => (CodecErrorKind::Syntax, quoted(text)),
    };
    CodecError::expected(kind, 0, "server-sent events", found)
}

/// The fields of an event. A comment has no name.
const FIELDS: [&str; 5] = ["data", "event", "id", "retry", ""];

/// How much is kept of a text that is not an event stream, in bytes.
const FOREIGN: usize = 512;

/// Types of events that keep a connection open, whatever their data is.
fn keeps_alive(event: Option<&str>) -> bool {
    const NAMES: [&str; 5] = ["ping", "keepalive", "keep-alive", "keep_alive", "heartbeat"];
    event.is_some_and(|event| NAMES.iter().any(|name| event.eq_ignore_ascii_case(name)))
}

/// What becomes of an event's data.
type OfEvent<T> = fn(&str, u64, &mut Omitted) -> Result<T, CodecError>;

struct EventDecoder<T> {
    events: Events,
    index: u64,
    of: OfEvent<T>,
    /// Whether data are JSON, which white space is not.
    json: bool,
    /// The last event, without its data.
    last: Event<()>,
    /// The data of an event that could not be read.
    failed: Option<Vec<u8>>,
    /// What was left out.
    omitted: Omitted,
}

impl<T: Send + 'static> EventDecoder<T> {
    fn boxed(json: bool, of: OfEvent<T>) -> Box<dyn Decoder<T>> {
        Box::new(Self {
            events: Events {
                lines: Lines::new(true),
                known: false,
                foreign: String::new(),
                event: String::new(),
                data: String::new(),
                has_data: false,
                id: None,
                retry: None,
            },
            index: 0,
            of,
            json,
            last: Event::default(),
            failed: None,
            omitted: Omitted::default(),
        })
    }
}

impl<T: Send> Decoder<T> for EventDecoder<T> {
    fn push(&mut self, piece: &[u8]) {
        self.events.lines.push(piece);
    }

    fn next(&mut self) -> Option<Result<T, CodecError>> {
        loop {
            let Event {
                event,
                id,
                retry,
                data,
            } = match self.events.next()? {
                Ok(event) => event,
                Err(error) => return Some(Err(error)),
            };
            if data == "[DONE]" || self.json && data.trim().is_empty() {
                continue;
            }
            let item = (self.of)(&data, self.index, &mut self.omitted);
            if item.is_err() {
                if keeps_alive(event.as_deref()) {
                    continue;
                }
                self.failed = Some(data.into_bytes());
            }
            self.last = Event {
                event,
                id,
                retry,
                data: (),
            };
            self.index += 1;
            return Some(item);
        }
    }

    fn failed(&mut self) -> Option<Vec<u8>> {
        self.failed.take()
    }

    fn take_dropped(&mut self) -> Vec<Dropped> {
        Dropped::all(&std::mem::take(&mut self.omitted))
    }

    fn event(&self) -> Option<&Event<()>> {
        Some(&self.last)
    }

    /// An event that was not completed is dropped, as the standard says.
    fn finish(&mut self) -> Result<(), CodecError> {
        self.events.finish()
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn texts() -> Box<dyn Decoder<String>> {
        EventDecoder::boxed(false, |data, _, _| Ok(data.to_owned()))
    }

    /// An event with its data.
    type Seen = (Option<String>, Option<String>, Option<u128>, String);

    /// The events of a text that comes in pieces of this size.
    fn events(text: &[u8], size: usize) -> Vec<Seen> {
        let mut decoder = texts();
        let mut seen = Vec::new();
        for piece in text.chunks(size) {
            decoder.push(piece);
            while let Some(data) = decoder.next() {
                let last = decoder.event().cloned().expect("an event");
                let retry = last.retry.map(|wait| wait.as_millis());
                seen.push((last.event, last.id, retry, data.expect("data")));
            }
        }
        decoder.finish().expect("an end");
        seen
    }

    #[test]
    fn events_as_the_standard_has_them() {
        let text = b"\xEF\xBB\xBF: a comment\r\n\r\ndata: first\n\nevent: add\rid: 7\rdata:two\rdata:  lines\r\rdata\n\nretry: 250\nretry: x\ndata\ndata\n\nunknown: x\nid: a\0b\n\nid\ndata:last\r\n\r\ndata: not completed\n";
        let own = |text: &str| Some(text.to_owned());
        for size in 1..text.len() {
            assert_eq!(
                events(text, size),
                [
                    (None, None, None, "first".to_owned()),
                    (own("add"), own("7"), None, "two\n lines".to_owned()),
                    (None, own("7"), None, String::new()),
                    (None, own("7"), Some(250), "\n".to_owned()),
                    (None, None, Some(250), "last".to_owned()),
                ],
                "pieces of {size} bytes"
            );
        }
    }

    #[test]
    fn an_event_without_an_end_is_an_error() {
        let piece = vec![b'x'; 1 << 20];
        let mut events = texts();
        for _ in 0..17 {
            events.push(&piece);
        }
        assert_eq!(
            events.next().and_then(Result::err).map(|e| e.kind()),
            Some(CodecErrorKind::Limit)
        );
    }
}
