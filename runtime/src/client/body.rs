//! The body of a request.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::time::Instant;

use super::encode::Value;
use super::fields::{KNOWN, has_value, is_form, with_element, with_pair, with_property};
use super::{Multipart, Operation, Upload};
use crate::json::{self, Keys, ToJson};
#[cfg(feature = "xml")]
use crate::xml::Tags;
use crate::{Error, ErrorKind};

/// The body of a request, from which each attempt takes its own.
#[derive(Clone, Default)]
pub struct Body {
    kind: Kind,
    /// What would make the request idempotent is not in it.
    unkeyed: bool,
    names: Names,
}

/// The fields that the type of a body has, whether they are in it or not.
#[derive(Clone, Copy, Default)]
enum Names {
    #[default]
    Unknown,
    Json(&'static Keys),
    #[cfg(feature = "xml")]
    Xml(&'static Tags),
}

impl Names {
    fn contain(self, name: &str) -> bool {
        match self {
            Self::Unknown => false,
            Self::Json(keys) => keys.contains(name),
            #[cfg(feature = "xml")]
            Self::Xml(tags) => tags.contains(name),
        }
    }
}

#[derive(Clone, Default)]
enum Kind {
    #[default]
    Empty,
    Bytes(Bytes, &'static str),
    Multipart(Multipart),
    Upload(Box<Upload>, &'static str),
}

impl Body {
    const fn of(kind: Kind) -> Self {
        Self {
            kind,
            unkeyed: false,
            names: Names::Unknown,
        }
    }

    /// Returns no body.
    pub const fn none() -> Self {
        Self::of(Kind::Empty)
    }

    /// Creates a body in memory.
    pub fn bytes(bytes: impl Into<Bytes>, media_type: &'static str) -> Self {
        Self::of(Kind::Bytes(bytes.into(), media_type))
    }

    /// A value in JSON; `None` where JSON cannot carry it.
    pub(super) fn json(value: &dyn ToJson, media_type: &'static str) -> Option<Self> {
        let names = value.keys().map_or(Names::Unknown, Names::Json);
        Some(Self {
            names,
            ..Self::bytes(json::encode_finite(value)?, media_type)
        })
    }

    /// The same body, which is an element with these children.
    #[cfg(feature = "xml")]
    pub(super) fn with_tags(mut self, tags: Option<&'static Tags>) -> Self {
        self.names = tags.map_or(Names::Unknown, Names::Xml);
        self
    }

    /// Creates a form.
    pub fn multipart(form: Multipart) -> Self {
        Self::of(Kind::Multipart(form))
    }

    /// Creates a file or stream as the whole body. A range of media types (`image/*`) gives way to the upload's own type.
    pub fn upload(upload: Upload, media_type: &'static str) -> Self {
        Self::of(Kind::Upload(Box::new(upload), media_type))
    }

    /// Whether the request has what makes it idempotent.
    pub(super) fn is_keyed(&self) -> bool {
        !self.unkeyed
    }

    /// Says that the request lacks what would make it idempotent.
    pub(super) fn without_key(&mut self) {
        self.unkeyed = true;
    }

    /// Whether this property or element has a value, at the top or in the property that a wrapping holds.
    pub(super) fn has_value(&self, name: &str) -> bool {
        match &self.kind {
            Kind::Empty | Kind::Upload(..) => false,
            Kind::Multipart(form) => form.has_value(name),
            Kind::Bytes(bytes, media_type) => has_value(bytes, media_type, name),
        }
    }

    /// Whether it can be sent a second time.
    pub(super) fn is_replayable(&self) -> bool {
        match &self.kind {
            Kind::Empty | Kind::Bytes(..) => true,
            Kind::Multipart(form) => form.is_replayable(),
            Kind::Upload(upload, _) => upload.is_replayable(),
        }
    }

    /// Whether it may be so large that sending it takes its time.
    pub(super) fn is_upload(&self) -> bool {
        matches!(self.kind, Kind::Multipart(_) | Kind::Upload(..))
    }

    #[cfg(feature = "xml")]
    pub(super) fn is_xml(&self) -> bool {
        matches!(&self.kind, Kind::Bytes(bytes, _) if bytes.first() == Some(&b'<'))
    }

    /// Adds a field after all others.
    pub(super) fn add_field(&mut self, name: &str, value: &Value<'_>) -> Result<(), String> {
        if self.names.contain(name) {
            return Err(KNOWN.to_owned());
        }
        value.check()?;
        match &mut self.kind {
            Kind::Empty => Err("the request has no body".to_owned()),
            Kind::Upload(..) => Err("the body has no fields".to_owned()),
            Kind::Multipart(form) => match form.has(name) {
                true => Err(KNOWN.to_owned()),
                false => {
                    form.add(name, value);
                    Ok(())
                }
            },
            Kind::Bytes(bytes, media_type) => {
                let text = std::str::from_utf8(bytes).map_err(|_| "the body has no fields")?;
                let extended = if is_form(media_type) {
                    with_pair(text, name, value)?
                } else if text.starts_with('{') {
                    with_property(text, name, value)?
                } else if text.starts_with('<') {
                    with_element(text, name, value)?
                } else {
                    return Err("the body has no fields".to_owned());
                };
                *bytes = extended.into();
                Ok(())
            }
        }
    }

    pub(super) fn add_part_header(
        &mut self,
        part: &str,
        name: &str,
        text: String,
    ) -> Result<(), String> {
        match &mut self.kind {
            Kind::Multipart(form) => match form.add_header(part, name, &text) {
                true => Ok(()),
                false => Err("the form has no such part".to_owned()),
            },
            _ => Err("the body is not a form of parts".to_owned()),
        }
    }

    /// Content type and body for one attempt.
    pub(super) async fn prepare(
        &self,
        operation: &Operation,
        activity: &Activity,
    ) -> Result<(Cow<'static, str>, reqwest::Body), Error> {
        let unreadable = |error: std::io::Error| {
            let text = format!("in the request: {error}");
            Error::new(operation, ErrorKind::Request, text)
                .unsent()
                .with_source(error)
        };
        Ok(match &self.kind {
            Kind::Empty => (Cow::Borrowed(""), reqwest::Body::default()),
            Kind::Bytes(bytes, media_type) => (Cow::Borrowed(*media_type), bytes.clone().into()),
            Kind::Multipart(form) => {
                let opened = Box::pin(form.open(activity.clone())).await;
                let (content_type, body) = opened.map_err(unreadable)?;
                (Cow::Owned(content_type), reqwest::Body::wrap(body))
            }
            Kind::Upload(upload, media_type) => {
                let opened = Box::pin(upload.open(activity.clone())).await;
                let body = reqwest::Body::wrap(opened.map_err(unreadable)?);
                (upload.whole_type(media_type), body)
            }
        })
    }
}

/// Its form and size: the content may hold secrets.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Empty => f.write_str("Body::Empty"),
            Kind::Bytes(bytes, media_type) => {
                write!(f, "Body({media_type}, {} bytes)", bytes.len())
            }
            Kind::Multipart(form) => write!(f, "Body({form:?})"),
            Kind::Upload(upload, media_type) => write!(f, "Body({media_type}, {upload:?})"),
        }
    }
}

/// When a body last gave data away. A body in memory is not watched: it is gone at once.
#[derive(Clone)]
pub(super) struct Activity {
    started: Instant,
    last: Option<Arc<Mutex<Instant>>>,
}

impl Activity {
    pub(super) fn new(body: &Body) -> Self {
        let started = Instant::now();
        let last = body.is_upload().then(|| Arc::new(Mutex::new(started)));
        Self { started, last }
    }

    pub(super) fn last(&self) -> Instant {
        match &self.last {
            Some(last) => *last.lock().unwrap_or_else(PoisonError::into_inner),
            None => self.started,
        }
    }

    pub(super) fn touch(&self) {
        if let Some(last) = &self.last {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }
}
