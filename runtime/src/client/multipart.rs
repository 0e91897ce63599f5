//! `multipart/form-data`, and other bodies of parts: small texts in memory, files streamed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use super::body::Activity;
use super::encode::{NOT_FINITE, ToParam, Value as Param};
use super::random::bits;
use crate::ToText;
use crate::json::{self, ToJson};

/// A file to be sent: bytes, a file by its path, or anything that can be read.
#[derive(Clone)]
pub struct Upload {
    source: Source,
    file_name: Option<String>,
    content_type: Option<String>,
    headers: Vec<(String, String)>,
    progress: Option<OnProgress>,
}

type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;
type Reader = Pin<Box<dyn AsyncRead + Send>>;

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    /// Taken by the first attempt.
    Reader(Arc<Mutex<Option<Reader>>>, Option<u64>),
}

/// How far an upload has got. A repeated attempt begins at 0 again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of this file that were handed to the connection.
    pub sent: u64,
    /// Bytes of this file, where known.
    pub total: Option<u64>,
}

impl Upload {
    /// Bytes in memory under a file name.
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(Source::Bytes(bytes.into())).file_name(file_name)
    }

    /// Creates a file, read while it is being sent. It is reopened for each attempt.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            file_name: name,
            ..Self::new(Source::Path(path))
        }
    }

    /// Whatever a reader gives, sent while it is being read. `length` is its number of bytes; without it the body goes
    /// in chunks, which some servers refuse. It can be read once, so the call is never repeated after it began.
    pub fn reader(
        file_name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        let reader: Reader = Box::pin(reader);
        Self::new(Source::Reader(Arc::new(Mutex::new(Some(reader))), length)).file_name(file_name)
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            file_name: None,
            content_type: None,
            headers: Vec::new(),
            progress: None,
        }
    }

    /// Sets the name that the server sees.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the part's media type. Default: by the file name's extension, else `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Sets a further header of the part. Control characters in it are the call's error. A body that is the upload alone has no parts.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Is told how far the upload has got, after each chunk of at most 64 KiB. It must not block.
    #[must_use]
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(tell));
        self
    }

    pub(super) fn is_replayable(&self) -> bool {
        !matches!(self.source, Source::Reader(..))
    }

    /// The media type where it is the whole body: as documented, unless the caller says another or it is a range.
    pub(super) fn whole_type(&self, documented: &'static str) -> Cow<'static, str> {
        if self.content_type.is_some() || documented.contains('*') {
            Cow::Owned(self.media_type().to_owned())
        } else {
            Cow::Borrowed(documented)
        }
    }

    /// The whole body of one attempt.
    pub(super) async fn open(&self, activity: Activity) -> io::Result<MultipartBody> {
        let segments = vec![Segment::File(File::open(self).await?)];
        Ok(MultipartBody { segments, activity })
    }

    fn media_type(&self) -> &str {
        if let Some(media_type) = &self.content_type {
            return media_type;
        }
        let name = self.file_name.as_deref().unwrap_or_default();
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("png") => "image/png",
            Some("jpg" | "jpeg") => "image/jpeg",
            Some("gif") => "image/gif",
            Some("webp") => "image/webp",
            Some("pdf") => "application/pdf",
            Some("zip") => "application/zip",
            Some("txt") => "text/plain",
            _ => "application/octet-stream",
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = match &self.source {
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Path(_) => None,
            Source::Reader(_, length) => *length,
        };
        f.debug_struct("Upload")
            .field("file_name", &self.file_name)
            .field("length", &length)
            .finish_non_exhaustive()
    }
}

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
        mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        let name = name.into();
        let first = self.parts.len();
        for value in values {
            self = self.text(name.clone(), value);
        }
        self.last = first;
        self
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
        mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        let parts: Vec<Value> = values
            .into_iter()
            .map(|value| json_part(self.encoded(value)))
            .collect();
        self.parts(name.into(), Some(JSON), parts)
    }

    /// Adds a value: a scalar as text, anything else as [`Multipart::json`].
    #[must_use]
    pub fn value(self, name: impl Into<Cow<'static, str>>, value: &(impl ToJson + ?Sized)) -> Self {
        self.values(name, [value])
    }

    /// Adds a part of this name for each value, as [`Multipart::value`].
    #[must_use]
    pub fn values<'v, T: ToJson + ?Sized + 'v>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        let name = name.into();
        let first = self.parts.len();
        for value in values {
            let text = self.encoded(value);
            let (media_type, value) = match text.first() {
                Some(b'{' | b'[') => (Some(JSON), json_part(text)),
                Some(b'"') => (None, Value::Text(json::decode(&text).unwrap_or_default())),
                _ => (None, json_part(text)),
            };
            self = self.parts(name.clone(), media_type, [value]);
        }
        self.last = first;
        self
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
    pub(super) async fn open(&self, activity: Activity) -> io::Result<(String, MultipartBody)> {
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
                    segments.push(Segment::File(File::open(upload).await?));
                }
            }
            head.push_str("\r\n");
        }
        head.push_str(&format!("--{boundary}--\r\n"));
        segments.push(Segment::Bytes(Bytes::from(head)));
        segments.reverse();
        let media_type = self.media_type.unwrap_or("multipart/form-data");
        Ok((
            format!("{media_type}; boundary={boundary}"),
            MultipartBody { segments, activity },
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

/// The body while it is being sent. Its size is known where all sizes are, so that the request has `Content-Length`.
pub(super) struct MultipartBody {
    /// What is left, the next one last.
    segments: Vec<Segment>,
    activity: Activity,
}

enum Segment {
    Bytes(Bytes),
    File(File),
}

struct File {
    content: Content,
    total: Option<u64>,
    sent: u64,
    progress: Option<OnProgress>,
}

enum Content {
    Bytes(Bytes),
    Reader(Mutex<Reader>),
}

/// Why a file that is being sent cannot be read to its end.
#[derive(Debug)]
pub(super) struct UploadError(String);

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UploadError {}

/// How much is read at a time.
const CHUNK: usize = 64 << 10;

impl File {
    async fn open(upload: &Upload) -> io::Result<Self> {
        let (content, total) = match &upload.source {
            Source::Bytes(bytes) => (Content::Bytes(bytes.clone()), Some(bytes.len() as u64)),
            Source::Path(path) => {
                let explain = |error: io::Error| {
                    io::Error::new(
                        error.kind(),
                        format!("the file {} cannot be read: {error}", path.display()),
                    )
                };
                let file = tokio::fs::File::open(path).await.map_err(explain)?;
                let metadata = file.metadata().await.map_err(explain)?;
                if metadata.is_dir() {
                    return Err(explain(io::Error::from(io::ErrorKind::IsADirectory)));
                }
                // A pipe or a device has no length of its own.
                let length = metadata.is_file().then_some(metadata.len());
                (Content::Reader(Mutex::new(Box::pin(file))), length)
            }
            Source::Reader(reader, length) => {
                let reader = reader.lock().unwrap_or_else(PoisonError::into_inner).take();
                let reader = reader
                    .ok_or_else(|| io::Error::other("the reader was used by an earlier call"))?;
                (Content::Reader(Mutex::new(reader)), *length)
            }
        };
        Ok(Self {
            content,
            total,
            sent: 0,
            progress: upload.progress.clone(),
        })
    }

    /// The next chunk, of exactly as many bytes in all as were announced.
    fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, UploadError>>> {
        let left = self.total.map(|total| total.saturating_sub(self.sent));
        let most = left.map_or(CHUNK, |left| {
            usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)
        });
        let chunk = match &mut self.content {
            _ if left == Some(0) => Bytes::new(),
            Content::Bytes(bytes) => bytes.split_to(most.min(bytes.len())),
            Content::Reader(reader) => {
                let mut space = vec![0; most];
                let mut buffer = ReadBuf::new(&mut space);
                let reader = reader.get_mut().unwrap_or_else(PoisonError::into_inner);
                if let Err(error) = ready!(reader.as_mut().poll_read(context, &mut buffer)) {
                    let text = format!("the file cannot be read: {error}");
                    return Poll::Ready(Some(Err(UploadError(text))));
                }
                let filled = buffer.filled().len();
                space.truncate(filled);
                Bytes::from(space)
            }
        };
        if chunk.is_empty() {
            if let Some(left) = left.filter(|left| *left > 0) {
                let text =
                    format!("the file ended {left} bytes before the length that was announced");
                return Poll::Ready(Some(Err(UploadError(text))));
            }
            return Poll::Ready(None);
        }
        self.sent += chunk.len() as u64;
        if let Some(tell) = &self.progress {
            tell(Progress {
                sent: self.sent,
                total: self.total,
            });
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

impl http_body::Body for MultipartBody {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let this = &mut *self;
        loop {
            let chunk = match this.segments.last_mut() {
                None => return Poll::Ready(None),
                Some(Segment::Bytes(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    this.segments.pop();
                    bytes
                }
                Some(Segment::File(file)) => match ready!(file.poll_chunk(context)) {
                    Some(Ok(chunk)) => chunk,
                    Some(Err(error)) => {
                        this.segments.clear();
                        return Poll::Ready(Some(Err(error)));
                    }
                    None => {
                        this.segments.pop();
                        continue;
                    }
                },
            };
            this.activity.touch();
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.segments.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let sizes = self.segments.iter().map(|segment| match segment {
            Segment::Bytes(bytes) => Some(bytes.len() as u64),
            Segment::File(file) => file.total.map(|total| total.saturating_sub(file.sent)),
        });
        sizes
            .sum::<Option<u64>>()
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
