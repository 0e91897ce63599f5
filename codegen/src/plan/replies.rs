//! Replies: what a call gives, and how the body is read.

use lavka_model::model::{
    Api, Codec, Content, EnumRepr, Operation, Response, Scalar, Status, TypeKind, TypeRef,
};

use super::docs::Docs;
use super::media::{Documents, Formats};
use super::names::{Name, TypeNames};
use super::rust_type::{Runtime, RustType};

/// What a call gives, and how it is read.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What the call gives.
    pub output: RustType,
    /// How it is read.
    pub read: Read,
    /// What the client asks for, and takes.
    pub media: Media,
    /// What a text looks like that is the whole body.
    pub bare: Bare,
    /// The property of the body that the caller gets, where it has a wrapping.
    pub content: Option<String>,
    /// The statuses of success that the document lists.
    pub statuses: Vec<u16>,
}

/// What a text looks like that is the whole body of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// A word: an identifier.
    Word,
    /// A UUID.
    Uuid,
    /// Any text, as the media type says.
    Text,
}

/// The media types that a call asks for.
#[derive(Clone, Debug)]
pub enum Media {
    /// JSON or XML; neither where the reply has no body.
    Documents(Documents),
    /// Another one.
    Other(String),
}

/// How a reply is read.
#[derive(Clone, Debug)]
pub enum Read {
    /// It reports success only.
    Unit,
    /// By a codec.
    Value(Value),
    /// The same, or nothing where there is no body.
    Optional(Value),
    /// By the status: an enum of this name.
    ByStatus(ByStatus),
    /// As text.
    Text,
    /// As bytes.
    Bytes,
    /// As a stream of such values.
    Stream(StreamForm),
}

/// What the items of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamForm {
    /// Those of a JSON array.
    Json,
    /// Elements of an XML document.
    Xml,
    /// JSON texts in server-sent events.
    Events,
    /// Texts in server-sent events.
    TextEvents,
    /// JSON texts, one on a line.
    JsonLines,
    /// There are none: the reply is any bytes.
    Bytes,
}

impl StreamForm {
    /// Of events or lines with such items.
    pub(super) fn of(codec: &Codec, item: &RustType) -> Self {
        match (codec, item) {
            (Codec::JsonLines, _) => Self::JsonLines,
            (_, RustType::String) => Self::TextEvents,
            (..) => Self::Events,
        }
    }
}

/// A value that a codec reads.
#[derive(Clone, Debug)]
pub struct Value {
    /// Type of the body.
    pub ty: RustType,
    /// The formats that it can have.
    pub formats: Formats,
    /// What is done with the body.
    pub form: Form,
}

/// What is done with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is the value.
    Plain,
    /// It is a list, which XML knows by its root.
    List,
    /// It is the value, and may be an unquoted string.
    BareString,
    /// It is a string in JSON, or a text.
    TextOrJson,
    /// It is a wrapping, whose content the caller gets.
    Envelope,
    /// The same, and a success may come without the content.
    OptionalEnvelope,
}

/// A reply whose type depends on its status.
#[derive(Clone, Debug)]
pub struct ByStatus {
    /// Name of the enum.
    pub name: String,
    /// Its variants, codes before ranges. A status that the document does not have is read as the first.
    pub variants: Vec<StatusVariant>,
}

/// A variant of such an enum.
#[derive(Clone, Debug)]
pub struct StatusVariant {
    /// Its name.
    pub name: String,
    /// The status.
    pub status: Status,
    /// Its doc comment.
    pub docs: Docs,
    /// What it holds.
    pub read: Read,
    /// Its type.
    pub output: RustType,
}

/// Plans the reply of an operation.
pub(super) fn reply(api: &Api, types: &TypeNames, fact: &Operation, method: &Name) -> Reply {
    let all = fact.successes();
    let statuses = all
        .iter()
        .filter_map(|r| match r.status {
            Status::Code(code) => Some(code),
            _ => None,
        })
        .collect();
    let mut kinds: Vec<(Read, RustType)> = Vec::new();
    // HTTP allows no body with such a status, whatever the document says: the value may be missing.
    if let [only] = all.as_slice()
        && is_without_body(only.status)
    {
        kinds.push((Read::Unit, RustType::Unit));
    }
    for response in &all {
        let kind = match all.len() {
            1 => one(api, response),
            _ => with_status(api, response),
        };
        if !kinds.iter().any(|(_, output)| *output == kind.1) {
            kinds.push(kind);
        }
    }
    if let [(Read::Unit, _), (read, _)] = kinds.as_slice()
        && all.len() == 1
        && !matches!(read, Read::Value(_))
    {
        kinds.remove(0);
    }
    let (read, output) = match kinds.len() {
        0 => (Read::Unit, RustType::Unit),
        1 => kinds.remove(0),
        2 if kinds.iter().any(|(read, _)| matches!(read, Read::Unit))
            && kinds.iter().any(|(read, _)| matches!(read, Read::Value(_))) =>
        {
            let value = kinds.into_iter().find_map(|(read, output)| match read {
                Read::Value(value) => Some((value, output)),
                _ => None,
            });
            match value {
                Some((value, output @ RustType::Option(_))) => (Read::Optional(value), output),
                Some((value, output)) => (Read::Optional(value), output.option()),
                None => (Read::Unit, RustType::Unit),
            }
        }
        _ => by_status(api, types, method, &all),
    };
    let media = fact
        .success()
        .and_then(|response| media(api, response))
        .unwrap_or_else(|| Media::Documents(Documents::default()));
    let asked = fact.success().and_then(|r| Content::asked(&r.contents));
    let content = asked
        .and_then(|content| api.object(&content.ty))
        .and_then(|(_, s)| Some(s.field(s.envelope.as_ref()?.content?).wire.clone()));
    Reply {
        output,
        read,
        media,
        bare: match asked.map(|content| (&content.codec, &content.ty)) {
            Some((Codec::Json { uuid: true, .. }, _)) => Bare::Uuid,
            Some((Codec::Text, TypeRef::Named(_))) => Bare::Text,
            _ if fact.success().is_some_and(|reply| may_be_text(api, reply)) => Bare::Text,
            _ => Bare::Word,
        },
        content,
        statuses,
    }
}

fn media(api: &Api, response: &Response) -> Option<Media> {
    let content = Content::asked(&response.contents)?;
    Some(match content.codec {
        Codec::Json { .. } | Codec::Xml(_) => {
            Media::Documents(Documents::of(api, &response.contents, content))
        }
        _ => Media::Other(content.media_type.clone()),
    })
}

/// Whether a reply of this status has no body (RFC 9110).
fn is_without_body(status: Status) -> bool {
    matches!(status, Status::Code(204 | 205))
}

/// How one of several replies is read, and what it gives.
fn with_status(api: &Api, response: &Response) -> (Read, RustType) {
    match is_without_body(response.status) {
        true => (Read::Unit, RustType::Unit),
        false => one(api, response),
    }
}

/// How one reply is read, and what it gives.
fn one(api: &Api, response: &Response) -> (Read, RustType) {
    // The body of a redirect is a page for people.
    let asked = Content::asked(&response.contents).filter(|_| !response.status.is_redirect());
    let Some(content) = asked else {
        return (Read::Unit, RustType::Unit);
    };
    let bytes = || (Read::Bytes, RustType::Runtime(Runtime::Bytes));
    match &content.codec {
        // Nothing but null.
        Codec::Json { .. } if matches!(content.ty, TypeRef::Scalar(Scalar::Null)) => {
            (Read::Unit, RustType::Unit)
        }
        Codec::Json { .. } | Codec::Xml(_) => {
            let (value, output) = value(api, response, content);
            (Read::Value(value), output)
        }
        Codec::EventStream | Codec::JsonLines => {
            let item = RustType::of(&content.ty, false);
            let form = StreamForm::of(&content.codec, &item);
            (Read::Stream(form), item.items())
        }
        Codec::Text => match &content.ty {
            TypeRef::Scalar(Scalar::String) | TypeRef::Any { .. } => (Read::Text, RustType::String),
            TypeRef::Scalar(Scalar::Binary) => bytes(),
            ty => {
                // A number or a boolean is the same in JSON; another text is not quoted.
                let form = match RustType::of(ty, false) {
                    RustType::Primitive(_) | RustType::Json => Form::Plain,
                    _ => Form::BareString,
                };
                let ty = RustType::of(ty, false);
                let value = Value {
                    ty: ty.clone(),
                    formats: Formats::Json,
                    form,
                };
                (Read::Value(value), ty)
            }
        },
        Codec::Bytes | Codec::Form(_) | Codec::Multipart(_) => bytes(),
    }
}

/// Whether a reply is any bytes.
pub(super) fn is_bytes(api: &Api, response: &Response) -> bool {
    matches!(one(api, response).0, Read::Bytes)
}

fn value(api: &Api, response: &Response, content: &Content) -> (Value, RustType) {
    let formats = Formats::among(&response.contents, content);
    let ty = body_type(content);
    let nullable = ty != RustType::of(&content.ty, false);
    if let Some((_, s)) = api.object(&content.ty)
        && let Some(envelope) = &s.envelope
        && !nullable
    {
        let inner = match envelope.content {
            Some(id) => RustType::of(&s.field(id).ty, false),
            None => ty.clone(),
        };
        let (form, output) = match envelope.optional {
            true => (Form::OptionalEnvelope, inner.option()),
            false => (Form::Envelope, inner),
        };
        return (Value { ty, formats, form }, output);
    }
    let form = match (&content.ty, formats) {
        (TypeRef::Scalar(_), _) if may_be_text(api, response) => Form::TextOrJson,
        _ if may_be_unquoted(api, response, content) => Form::BareString,
        (TypeRef::List(_), Formats::Xml | Formats::Any) => Form::List,
        _ => Form::Plain,
    };
    let output = ty.clone();
    (Value { ty, formats, form }, output)
}

/// The type of a whole body, which may be null.
pub(super) fn body_type(content: &Content) -> RustType {
    match RustType::of(&content.ty, false) {
        ty @ (RustType::Option(_) | RustType::Json) => ty,
        ty if content.nullable => ty.option(),
        ty => ty,
    }
}

/// Whether a body may be an unquoted string.
pub(super) fn is_bare(content: &Content) -> bool {
    matches!(&content.codec, Codec::Json { bare_string, .. } if *bare_string)
}

/// Whether a reply may be an unquoted string.
pub(super) fn may_be_unquoted(api: &Api, response: &Response, content: &Content) -> bool {
    is_bare(content) || may_be_text(api, response)
}

/// Whether a reply that is asked for as JSON is documented as plain text, too: a string is then not quoted, as many servers send it.
fn may_be_text(api: &Api, response: &Response) -> bool {
    let contents = &response.contents;
    let Some(content) = Content::asked(contents) else {
        return false;
    };
    let is_string = match &content.ty {
        TypeRef::Scalar(scalar) => *scalar == Scalar::String,
        TypeRef::Named(id) => {
            matches!(&api.ty(*id).kind, TypeKind::Enum(e) if e.repr == EnumRepr::String)
        }
        _ => false,
    };
    let is_json = matches!(content.codec, Codec::Json { uuid: false, .. });
    is_json && is_string && !content.nullable && contents.iter().any(|c| c.codec == Codec::Text)
}

fn by_status(api: &Api, types: &TypeNames, method: &Name, all: &[&Response]) -> (Read, RustType) {
    let name = types.beside(method, "Reply");
    let variants = all
        .iter()
        .map(|response| {
            let (read, output) = with_status(api, response);
            // A stream cannot be one of several forms of a whole reply.
            let (read, output) = match read {
                Read::Stream(_) => (Read::Bytes, RustType::Runtime(Runtime::Bytes)),
                read => (read, output),
            };
            let (name, fallback) = match response.status {
                Status::Code(code) => (
                    format!("Status{code}"),
                    format!("The reply with status {code}."),
                ),
                Status::Range(range) => (
                    format!("Status{range}xx"),
                    format!("The reply with a status from {range}00 to {range}99."),
                ),
                Status::Default => ("Other".to_owned(), "Any other reply.".to_owned()),
            };
            let mut docs = Docs::default();
            docs.spec(&response.description);
            if docs.is_empty() {
                docs.paragraph(&fallback);
            }
            StatusVariant {
                name,
                status: response.status,
                docs,
                read,
                output,
            }
        })
        .collect();
    let output = RustType::Own(name.clone());
    (Read::ByStatus(ByStatus { name, variants }), output)
}
