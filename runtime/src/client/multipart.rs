//! `multipart/form-data`, and other bodies of parts: small texts in memory, files streamed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;

use bytes::Bytes;

use super::body::Activity;
use super::encode::{NOT_FINITE, ToParam, Value as Param};
use super::random::bits;
use super::upload::{Segment, Segments, Upload};
use crate::ToText;
use crate::json::{self, ToJson};

/// The parts of a form, in the order in which they are sent.
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    /// The first of the parts that were added last.
    last: usize,
    /// The media type, where it is not `multipart/form-data`.
    media_type: Option<&'static str>,
    /// Why it cannot be sent.
    pub(super) wrong: Option<&'static str>,
}

#[derive(Clone)]
struct Part {
    name: Cow<'static, str>,
    value: Value,
    content_type: Option<Cow<'static, str>>,
    headers: Vec<(Cow<'static, str>, String)>,
}

#[derive(Clone)]
enum Value {
    Text(String),
    Upload(Upload),
}

/// The names alone: a text may be a secret.
impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parts.iter().map(|part| &part.name);
        f.write_str("Multipart ")?;
        f.debug_list().entries(names).finish()
    }
}

impl Multipart {
    /// Creates a form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends the parts as another media type than `multipart/form-data`; the boundary is added.
    #[must_use]
    pub fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = Some(media_type);
        self
    }

    /// Adds a text, or a scalar as text.
    #[must_use]
    pub fn text(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &(impl ToText + ?Sized),
    ) -> Self {
        self.check(value.is_finite());
        let text = value.to_text().into_owned();
        self.parts(name.into(), None, [Value::Text(text)])
    }

    /// Adds a part of this name for each text.
    #[must_use]
    pub fn texts<'v, T: ToText + 'v>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        self.each(name.into(), values, |form, name, value| {
            form.text(name, value)
        })
    }

    /// Adds a value as JSON, of the type `application/json`.
    #[must_use]
    pub fn json(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &(impl ToJson + ?Sized),
    ) -> Self {
        let text = self.encoded(value);
        self.parts(name.into(), Some(JSON), [json_part(text)])
    }

    /// Adds a part of this name for each value, as [`Multipart::json`].
    #[must_use]
    pub fn jsons<'v, T: ToJson + 'v>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        self.each(name.into(), values, |form, name, value| {
            form.json(name, value)
        })
    }

    /// Adds a value: a scalar as text, anything else as [`Multipart::json`].
    #[must_use]
    pub fn value(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &(impl ToJson + ?Sized),
    ) -> Self {
        let text = self.encoded(value);
        let (media_type, value) = match text.first() {
            Some(b'{' | b'[') => (Some(JSON), json_part(text)),
            Some(b'"') => (None, Value::Text(json::decode(&text).unwrap_or_default())),
            _ => (None, json_part(text)),
        };
        self.parts(name.into(), media_type, [value])
    }

    /// Adds a part of this name for each value, as [`Multipart::value`].
    #[must_use]
    pub fn values<'v, T: ToJson + ?Sized + 'v>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        self.each(name.into(), values, |form, name, value| {
            form.value(name, value)
        })
    }

    /// Adds a file.
    #[must_use]
    pub fn upload(self, name: impl Into<Cow<'static, str>>, upload: &Upload) -> Self {
        self.parts(name.into(), None, [Value::Upload(upload.clone())])
    }

    /// Adds a part of this name for each file.
    #[must_use]
    pub fn uploads<'v>(
        self,
        name: impl Into<Cow<'static, str>>,
        uploads: impl IntoIterator<Item = &'v Upload>,
    ) -> Self {
        let uploads = uploads.into_iter().cloned();
        self.parts(name.into(), None, uploads.map(Value::Upload))
    }

    /// Adds a part for each file, by the names of the parts.
    #[must_use]
    pub fn files(self, files: &BTreeMap<String, Upload>) -> Self {
        files
            .iter()
            .fold(self, |form, (name, file)| form.upload(name.clone(), file))
    }

    /// Adds a part for each property of an object; for each item, of a property that is a list. A value that is not an object is
    /// the call's error.
    #[must_use]
    pub fn object(mut self, value: &(impl ToParam + ?Sized)) -> Self {
        match value.to_param() {
            Param::Object(properties) => {
                for (name, value) in properties {
                    self.add(&name, &value);
                }
            }
            Param::Absent => {}
            _ => self.wrong = Some("expected an object, whose properties are the parts"),
        }
        self
    }

    /// Writes a value as JSON.
    fn encoded(&mut self, value: &(impl ToJson + ?Sized)) -> Vec<u8> {
        let text = json::encode_finite(&value);
        self.check(text.is_some());
        text.unwrap_or_default()
    }

    fn check(&mut self, is_finite: bool) {
        if !is_finite {
            self.wrong = Some(NOT_FINITE);
        }
    }

    /// Adds something for each value, all of which [`Multipart::content_type`] and the like are then about.
    fn each<T>(
        self,
        name: Cow<'static, str>,
        values: impl IntoIterator<Item = T>,
        add: impl Fn(Self, Cow<'static, str>, T) -> Self,
    ) -> Self {
        let first = self.parts.len();
        let values = values.into_iter();
        let mut form = values.fold(self, |form, value| add(form, name.clone(), value));
        form.last = first;
        form
    }

    fn parts(
        mut self,
        name: Cow<'static, str>,
        content_type: Option<&'static str>,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        self.last = self.parts.len();
        let parts = values.into_iter().map(|value| Part {
            name: name.clone(),
            value,
            content_type: content_type.map(Cow::Borrowed),
            headers: Vec::new(),
        });
        self.parts.extend(parts);
        self
    }

    /// Sets the media type of what was added last. A range or a list of types leaves an upload its own; the type that an upload
    /// was given comes first.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<Cow<'static, str>>) -> Self {
        let media_type = media_type.into();
        if !media_type.contains(['*', ',']) {
            for part in self.parts.iter_mut().skip(self.last) {
                part.content_type = Some(media_type.clone());
            }
        }
        self
    }

    /// Sets a further header of what was added last. Control characters in it are the call's error.
    #[must_use]
    pub fn header(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: &(impl ToText + ?Sized),
    ) -> Self {
        let name = name.into();
        for part in self.parts.iter_mut().skip(self.last) {
            let text = value.to_text().into_owned();
            part.headers.push((name.clone(), text));
        }
        self.check(value.is_finite());
        self
    }

    /// Adds a header to the parts with this name: whether there are any.
    pub(super) fn add_header(&mut self, part: &str, name: &str, text: &str) -> bool {
        let mut found = false;
        for part in self.parts.iter_mut().filter(|known| known.name == part) {
            part.headers.push((name.to_owned().into(), text.to_owned()));
            found = true;
        }
        found
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }

    pub(super) fn has_value(&self, name: &str) -> bool {
        self.parts.iter().any(|part| match &part.value {
            Value::Text(text) => part.name == name && !text.trim().is_empty(),
            Value::Upload(_) => false,
        })
    }

    /// Adds a part for a scalar, for each item of a list, or for an object as JSON.
    pub(super) fn add(&mut self, name: &str, value: &Param<'_>) {
        self.check(value.check().is_ok());
        let part = |value: &Param<'_>| match value {
            Param::Object(_) | Param::List(_) => (Some(JSON), value.json_text()),
            Param::Absent | Param::Null => (None, String::new()),
            Param::Text(text) | Param::Literal(text) => (None, text.clone().into_owned()),
        };
        let parts = match value {
            Param::Absent => Vec::new(),
            Param::List(items) => items.iter().map(part).collect(),
            value => vec![part(value)],
        };
        self.last = self.parts.len();
        self.parts
            .extend(parts.into_iter().map(|(media_type, text)| Part {
                name: Cow::Owned(name.to_owned()),
                value: Value::Text(text),
                content_type: media_type.map(Cow::Borrowed),
                headers: Vec::new(),
            }));
    }

    /// Whether every part can be sent a second time.
    pub(super) fn is_replayable(&self) -> bool {
        self.parts.iter().all(|part| match &part.value {
            Value::Text(_) => true,
            Value::Upload(upload) => upload.is_replayable(),
        })
    }

    /// Content type and body of one attempt.
    pub(super) async fn open(&self, activity: Activity) -> io::Result<(String, Segments)> {
        let boundary = format!("lavka-{:016x}{:016x}", bits(), bits());
        let mut segments = Vec::with_capacity(self.parts.len() * 2 + 1);
        let mut head = String::new();
        for part in &self.parts {
            head.push_str(&format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
                quoted(&part.name)
            ));
            let content_type = match &part.value {
                Value::Text(_) => part.content_type.as_deref(),
                Value::Upload(upload) => {
                    let name = upload.file_name.as_deref().unwrap_or("file");
                    head.push_str(&format!("; filename=\"{}\"", quoted(name)));
                    let documented = part.content_type.as_deref();
                    let documented = documented.filter(|_| upload.content_type.is_none());
                    documented.or_else(|| Some(upload.media_type()))
                }
            };
            let own: &[(String, String)] = match &part.value {
                Value::Upload(upload) => &upload.headers,
                Value::Text(_) => &[],
            };
            let headers = part.headers.iter().map(|(name, text)| (&**name, &**text));
            let headers = headers.chain(own.iter().map(|(name, text)| (&**name, &**text)));
            let content_type = content_type.map(|text| ("Content-Type", text));
            for (name, text) in content_type.into_iter().chain(headers) {
                if name.chars().chain(text.chars()).any(char::is_control) {
                    let text = format!(
                        "the headers of the part `{}` cannot contain control characters",
                        part.name
                    );
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
                }
                head.push_str(&format!("\r\n{name}: {text}"));
            }
            head.push_str("\r\n\r\n");
            match &part.value {
                Value::Text(text) => head.push_str(text),
                Value::Upload(upload) => {
                    segments.push(Segment::Bytes(Bytes::from(std::mem::take(&mut head))));
                    segments.push(Segment::file(upload).await?);
                }
            }
            head.push_str("\r\n");
        }
        head.push_str(&format!("--{boundary}--\r\n"));
        segments.push(Segment::Bytes(Bytes::from(head)));
        let media_type = self.media_type.unwrap_or("multipart/form-data");
        Ok((
            format!("{media_type}; boundary={boundary}"),
            Segments::new(segments, activity),
        ))
    }
}

const JSON: &str = "application/json";

fn json_part(text: Vec<u8>) -> Value {
    // The codec writes UTF-8.
    Value::Text(String::from_utf8_lossy(&text).into_owned())
}

/// A name between quotes, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
