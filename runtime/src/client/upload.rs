//! Files that are sent: alone, or as parts of a form.

use std::borrow::Cow;
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

/// A file to be sent: bytes, a file by its path, or anything that can be read.
#[derive(Clone)]
pub struct Upload {
    source: Source,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) headers: Vec<(String, String)>,
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
    /// Creates content from bytes in memory, with a file name.
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

    /// Creates content from a reader, sent while it is being read. `length` is its number of bytes; without it the body goes
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

    /// Calls `report` with the progress of the upload after each chunk of at most 64 KiB. It must not block.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
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
    pub(super) async fn open(&self, activity: Activity) -> io::Result<Segments> {
        let segments = vec![Segment::file(self).await?];
        Ok(Segments::new(segments, activity))
    }

    pub(super) fn media_type(&self) -> &str {
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

/// The body while it is being sent. Its size is known where all sizes are, so that the request has `Content-Length`.
pub(super) struct Segments {
    /// What is left, the next one last.
    segments: Vec<Segment>,
    activity: Activity,
}

pub(super) enum Segment {
    Bytes(Bytes),
    File(File),
}

impl Segments {
    /// These, in their order.
    pub(super) fn new(mut segments: Vec<Segment>, activity: Activity) -> Self {
        segments.reverse();
        Self { segments, activity }
    }
}

impl Segment {
    pub(super) async fn file(upload: &Upload) -> io::Result<Self> {
        File::open(upload).await.map(Self::File)
    }
}

pub(super) struct File {
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
        if let Some(report) = &self.progress {
            report(Progress {
                sent: self.sent,
                total: self.total,
            });
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

impl http_body::Body for Segments {
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
