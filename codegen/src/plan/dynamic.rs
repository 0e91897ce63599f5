//! Operations and payloads by name.

use lavka_model::model::{
    Api, Codec, Content, Doc, EnumRepr, Grade, Operation as Fact, Presence, Response, Scalar,
    Status, TypeKind, TypeName, TypeRef,
};
use serde_json::Value;

use super::credentials::{Credentials, Kind};
use super::markdown;
use super::media::Formats;
use super::names::{Name, TypeNames};
use super::operations::{self, BodyCodec, Operation, PartKind};
use super::replies;
use super::rust_type::RustType;
use super::tags::{self, Root};

/// The module `dynamic`.
#[derive(Clone, Debug)]
pub struct Dynamic {
    /// The cargo feature that turns it on.
    pub feature: String,
    /// What is known of each operation.
    pub entries: Vec<Entry>,
    /// Sets of credentials.
    pub credentials: Vec<CredentialSet>,
    /// All sets whose names are given are used; otherwise the first.
    pub combine: bool,
    /// Types that have a JSON Schema: names in the document, and their numbers.
    pub schemas: Vec<(String, lavka_model::model::TypeId)>,
}

/// An operation as data.
#[derive(Clone, Debug)]
pub struct Entry {
    /// One line on what it does.
    pub summary: String,
    /// Parameters and parts.
    pub params: Vec<Param>,
    /// What its body is.
    pub body: Shape,
    /// A document describes it.
    pub documented: bool,
    /// How payloads are read.
    pub payloads: Vec<Payload>,
    /// How the parts of a form are made of texts and files.
    pub parts: Vec<FormPart>,
}

/// What a body is.
#[derive(Clone, Debug)]
pub enum Shape {
    /// There is none.
    None,
    /// One value; required or not.
    Value,
    /// Any bytes.
    Bytes,
    /// One value in this property of a wrapping.
    Wrapped(String),
    /// A form.
    Form,
}

/// A parameter or part.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name on the wire.
    pub wire: String,
    /// Must be given.
    pub required: bool,
    /// It is a file.
    pub file: bool,
    /// A document describes it.
    pub documented: bool,
    /// The document's example.
    pub example: Option<String>,
    /// One line on what it is.
    pub summary: String,
    /// How a text becomes its value; `None` for parts.
    pub text: Option<TextOf>,
}

/// How a text becomes a value.
#[derive(Clone, Debug)]
pub enum TextOf {
    /// By the type itself.
    Itself(RustType),
    /// An enum by its text or number.
    Enum(RustType, bool),
    /// A list of such.
    EnumList(RustType, bool),
    /// By its JSON form.
    Json(RustType),
}

/// A part of a form.
#[derive(Clone, Debug)]
pub struct FormPart {
    /// Name on the wire.
    pub wire: String,
    /// The struct's field.
    pub name: Name,
    /// It is a file.
    pub kind: PartKind,
    /// Whether a list holds it.
    pub list: bool,
    /// Whether it may be absent.
    pub presence: Presence,
    /// How a text becomes its value.
    pub text: TextOf,
}

/// Whose a payload is.
#[derive(Clone, Debug)]
pub enum PayloadOf {
    /// The request's.
    Request,
    /// That of replies.
    Reply {
        /// It is that of success where nothing is said.
        first: bool,
        /// Their statuses, from the first to the last, in order; all others where there is none.
        statuses: Vec<(u16, u16)>,
    },
}

/// A payload.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Whose it is.
    pub of: PayloadOf,
    /// Its type.
    pub ty: RustType,
    /// The type of its items, where it is a list that has an XML form.
    pub item: Option<RustType>,
    /// Its formats.
    pub formats: Formats,
    /// It may be an unquoted string.
    pub bare: bool,
    /// Its root element, in XML.
    pub root: Option<Root>,
}

/// A set of credentials by name.
#[derive(Clone, Debug)]
pub struct CredentialSet {
    /// The constructors that take these names: one, where sets are not combined.
    pub constructors: Vec<Name>,
    /// Names, and whether each is a whole number.
    pub names: Vec<(String, bool)>,
}

pub(super) fn plan(
    api: &Api,
    types: &TypeNames,
    operations: &[Operation],
    credentials: Option<&Credentials>,
    feature: &str,
) -> Dynamic {
    let entries = api.operations.iter().zip(operations);
    Dynamic {
        feature: feature.to_owned(),
        entries: entries.map(|(fact, op)| entry(api, fact, op)).collect(),
        credentials: sets(credentials),
        combine: credentials.is_some_and(|known| known.several),
        schemas: api
            .types
            .iter()
            .enumerate()
            .filter(|(_, def)| !super::types::holds_uploads(def))
            .map(|(index, def)| {
                let name = match &def.name {
                    TypeName::Component(name) => name.clone(),
                    TypeName::ComponentInput(name) => format!("{name} (input)"),
                    TypeName::Inline(_) => types.types[index].as_str().to_owned(),
                };
                (name, lavka_model::model::TypeId(index))
            })
            .collect(),
    }
}

fn entry(api: &Api, fact: &Fact, op: &Operation) -> Entry {
    let mut params: Vec<Param> = fact
        .params
        .iter()
        .map(|p| Param {
            text: Some(text_of(api, &p.ty)),
            ..param(&p.wire, p.required, false, p.example.as_ref(), &p.doc)
        })
        .collect();
    let content = fact
        .request
        .as_ref()
        .and_then(|request| Content::sent(&request.contents));
    let form = content.and_then(|content| api.object(&content.ty));
    let mut parts = Vec::new();
    let body = match op.body.as_ref().map(|body| &body.codec) {
        None => Shape::None,
        Some(BodyCodec::Multipart(planned)) => {
            if let Some((_, s)) = form {
                params.extend(s.fields.iter().map(|f| {
                    let required = !f.presence.is_optional();
                    param(
                        &f.wire,
                        required,
                        super::types::is_upload(&f.ty),
                        f.example.as_ref(),
                        &f.doc,
                    )
                }));
                parts.extend(s.fields.iter().zip(planned).map(|(f, part)| FormPart {
                    wire: f.wire.clone(),
                    name: part.name.clone(),
                    kind: part.kind,
                    list: matches!(f.ty, TypeRef::List(_)),
                    presence: f.presence,
                    text: text_of(api, &f.ty),
                }));
            }
            Shape::Form
        }
        Some(BodyCodec::MultipartObject(operations::Rest::Files)) => Shape::Form,
        Some(BodyCodec::Upload(_)) => Shape::Bytes,
        Some(_) => match form.and_then(|(_, s)| Some(s.field(s.request_envelope?))) {
            Some(inner) => Shape::Wrapped(inner.wire.clone()),
            None => Shape::Value,
        },
    };
    Entry {
        summary: markdown::summary(&fact.doc.summary),
        params,
        body,
        documented: fact.doc.evidence == Grade::Documented,
        payloads: payloads(api, fact, op),
        parts,
    }
}

fn param(wire: &str, required: bool, file: bool, example: Option<&Value>, doc: &Doc) -> Param {
    let text = match doc.summary.is_empty() {
        true => &doc.description,
        false => &doc.summary,
    };
    Param {
        wire: wire.to_owned(),
        required,
        file,
        documented: doc.evidence == Grade::Documented,
        example: example.map(super::as_text),
        summary: markdown::summary(text),
        text: None,
    }
}

fn text_of(api: &Api, ty: &TypeRef) -> TextOf {
    let repr = |ty: &TypeRef| match ty {
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Enum(e) => Some(e.repr),
            _ => None,
        },
        _ => None,
    };
    let rust = RustType::of(ty, true);
    match (ty, repr(ty)) {
        (_, Some(EnumRepr::String)) => TextOf::Enum(rust, false),
        (_, Some(EnumRepr::Integer)) => TextOf::Enum(rust, true),
        (
            TypeRef::Scalar(Scalar::Base64 | Scalar::Base64Url | Scalar::Null | Scalar::Binary),
            _,
        ) => TextOf::Json(rust),
        (TypeRef::Scalar(_), _) => TextOf::Itself(rust),
        (TypeRef::List(item), _) => match (repr(item), &**item) {
            (Some(EnumRepr::String), _) => TextOf::EnumList(RustType::of(item, true), false),
            (Some(EnumRepr::Integer), _) => TextOf::EnumList(RustType::of(item, true), true),
            (
                None,
                TypeRef::Scalar(
                    Scalar::String
                    | Scalar::Int32
                    | Scalar::Int64
                    | Scalar::Float32
                    | Scalar::Float64
                    | Scalar::Bool
                    | Scalar::DecimalNumber
                    | Scalar::DecimalString
                    | Scalar::Date
                    | Scalar::DateTime,
                ),
            ) => TextOf::Itself(rust),
            _ => TextOf::Json(rust),
        },
        _ => TextOf::Json(rust),
    }
}

fn payloads(api: &Api, fact: &Fact, op: &Operation) -> Vec<Payload> {
    let documents = op
        .body
        .as_ref()
        .is_some_and(|body| matches!(body.codec, BodyCodec::Documents { .. }));
    let request = fact.request.as_ref().filter(|_| documents);
    let request = request.and_then(|request| {
        let content = Content::sent(&request.contents)?;
        Some(payload(api, PayloadOf::Request, &request.contents, content))
    });
    let first = fact.success();
    // Exact codes before ranges before the rest, whatever the order of the document.
    let mut responses: Vec<&Response> = fact.responses.iter().collect();
    responses.sort_by_key(|r| r.status.rank());
    // Those of replies, each with the rank of its statuses.
    let mut of_replies: Vec<(u8, Payload)> = Vec::new();
    for response in responses {
        let Some(content) = Content::asked(&response.contents) else {
            continue;
        };
        if !matches!(content.codec, Codec::Json { .. } | Codec::Xml(_)) {
            continue;
        }
        let rank = response.status.rank();
        let is_first = first.is_some_and(|first| std::ptr::eq(first, response));
        let of = PayloadOf::Reply {
            first: is_first,
            statuses: Vec::new(),
        };
        let own = Payload {
            bare: replies::may_be_unquoted(api, response, content),
            ..payload(api, of, &response.contents, content)
        };
        let same = |(known_rank, known): &(u8, Payload)| {
            let known_first = matches!(known.of, PayloadOf::Reply { first: true, .. });
            *known_rank == rank && !is_first && !known_first && known.is_read_as(&own)
        };
        let index = of_replies.iter().position(same).unwrap_or_else(|| {
            of_replies.push((rank, own));
            of_replies.len() - 1
        });
        if let PayloadOf::Reply { statuses, .. } = &mut of_replies[index].1.of {
            add_status(statuses, response.status);
        }
    }
    let of_replies = of_replies.into_iter().map(|(_, payload)| payload);
    request.into_iter().chain(of_replies).collect()
}

impl Payload {
    /// Whether two are read the same way.
    fn is_read_as(&self, other: &Self) -> bool {
        self.ty == other.ty
            && self.formats == other.formats
            && self.bare == other.bare
            && self.root == other.root
    }
}

/// Adds a status; those that follow each other are one range.
fn add_status(statuses: &mut Vec<(u16, u16)>, status: Status) {
    statuses.extend(status.bounds());
    statuses.sort_unstable();
    statuses.dedup_by(|next, last| {
        let adjoins = next.0 <= last.1.saturating_add(1);
        if adjoins {
            last.1 = last.1.max(next.1);
        }
        adjoins
    });
}

fn payload(api: &Api, of: PayloadOf, contents: &[Content], content: &Content) -> Payload {
    let formats = Formats::among(contents, content);
    let item = match &content.ty {
        TypeRef::List(item) if formats != Formats::Json => Some(RustType::of(item, false)),
        _ => None,
    };
    Payload {
        of,
        ty: replies::body_type(content),
        item,
        formats,
        bare: replies::is_bare(content),
        root: contents.iter().find_map(|other| match &other.codec {
            Codec::Xml(body) if other.ty == content.ty => Some(tags::root(api.dialect, body)),
            _ => None,
        }),
    }
}

fn sets(credentials: Option<&Credentials>) -> Vec<CredentialSet> {
    let texts = |names: &[&str]| {
        let names = names.iter().map(|&name| (name.to_owned(), false));
        names.collect::<Vec<_>>()
    };
    let mut found: Vec<CredentialSet> = Vec::new();
    for constructor in credentials.iter().flat_map(|c| &c.constructors) {
        let names: Vec<(String, bool)> = match &constructor.kind {
            Kind::Token => vec![("token".to_owned(), false)],
            Kind::Basic => vec![("login".to_owned(), false), ("password".to_owned(), false)],
            Kind::Fields(fields) => fields
                .iter()
                .map(|f| (f.wire.clone(), f.ty.is_integer()))
                .collect(),
            Kind::Login(login) => login
                .arguments
                .iter()
                .map(|a| (a.wire.clone(), a.ty.is_integer()))
                .collect(),
            Kind::ClientCredentials(_) => texts(&["client_id", "client_secret"]),
            Kind::RefreshToken(_) => texts(&["client_id", "client_secret", "refresh_token"]),
            Kind::OAuth2 | Kind::Source => continue,
        };
        if let Some(known) = found.iter_mut().find(|known| known.names == names) {
            // The same text is for each scheme that takes it.
            let more = credentials.is_some_and(|known| known.several);
            known
                .constructors
                .extend(more.then(|| constructor.name.clone()));
            continue;
        }
        let set = CredentialSet {
            constructors: vec![constructor.name.clone()],
            names,
        };
        // The first whose names are all set is used: one that needs only a part of these comes behind.
        let part = |known: &CredentialSet| known.names.iter().all(|name| set.names.contains(name));
        let at = found.iter().position(part).unwrap_or(found.len());
        found.insert(at, set);
    }
    found
}
