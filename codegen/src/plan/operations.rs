//! Operations: what a method takes, how each value travels, and how the reply is read.

use lavka_model::model::{
    Api, AuthId, Batch as BatchFact, Codec, Content, FormField, Method, Operation as Fact,
    Param as ParamFact, ParamFormat, ParameterIn, PathPart, Presence, RateLimitId, Scalar, Struct,
    TypeId, TypeKind, TypeRef, XmlBody,
};

use super::docs::Docs;
use super::markdown;
use super::names::{self, Name, TypeNames, Wanted};
use super::replies::{self, FailureShape, Reply};
use super::rust_type::{Runtime, RustType};
use super::spelling::Case;
use crate::diag::Findings;

/// An operation, and the method that calls it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The model's operation: its number.
    pub index: usize,
    /// `operationId`.
    pub id: String,
    /// HTTP method.
    pub method: Method,
    /// The path as it is sent, with `{parameters}`.
    pub path: String,
    /// Query pairs that every request has.
    pub fixed_query: Vec<(String, String)>,
    /// The method's name.
    pub name: Name,
    /// The name of the operation's constant.
    pub constant: Name,
    /// Documentation of the method, without example and source.
    pub docs: Docs,
    /// The example, and that of the method with all parameters.
    pub example: Option<Docs>,
    /// Where the document has it, for the end of the docs.
    pub source: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// Parameters, in document order: the order of the values.
    pub params: Vec<Param>,
    /// The body.
    pub body: Option<Body>,
    /// The struct of what is optional.
    pub options: Option<Options>,
    /// How a reply of success is read.
    pub reply: Reply,
    /// How replies report failures, beside the API's way.
    pub failures: Vec<FailureShape>,
    /// Root elements of failures that are not those of the reply.
    pub failure_roots: Vec<XmlBody>,
    /// It changes nothing at the server.
    pub safe: bool,
    /// It may be repeated.
    pub idempotent: bool,
    /// What makes it so: without a value in it, a request is not repeated.
    pub idempotency_key: Option<String>,
    /// Where it is served, if not where the API is; variables have their defaults.
    pub server: Option<String>,
    /// The limit that it counts against.
    pub rate_limit: Option<RateLimitId>,
    /// Alternatives of credentials.
    pub security: Vec<Vec<AuthId>>,
    /// The method that gives the items of a list while it arrives.
    pub stream: Option<Stream>,
    /// The method that sends a list in parts.
    pub batches: Option<Batches>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name on the wire.
    pub wire: String,
    /// Where it travels.
    pub place: ParameterIn,
    /// How it is written.
    pub format: ParamFormat,
    /// It is an argument; otherwise a field of the options.
    pub required: bool,
    /// The argument's or field's name.
    pub name: Name,
    /// Its type as a value.
    pub ty: RustType,
    /// Its type as an argument.
    pub argument: RustType,
    /// How the value becomes a parameter.
    pub travel: Travel,
    /// Documentation.
    pub docs: Docs,
    /// One line of it.
    pub line: String,
    /// `deprecated`.
    pub deprecated: bool,
}

/// How a value becomes a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// As it is.
    Itself,
    /// By its JSON form.
    Json,
    /// A moment as Rails writes it.
    RailsTimestamp,
}

/// What is optional in an operation: a struct with a field for each.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the struct.
    pub ty: String,
    /// The method that takes it.
    pub method: Name,
    /// Whether the optional body is among its fields.
    pub body: bool,
}

/// A body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    /// Must be given: an argument. Otherwise the field `body` of the options.
    pub required: bool,
    /// The argument's name.
    pub name: Name,
    /// What the caller gives, as a value.
    pub ty: RustType,
    /// The same as an argument.
    pub argument: RustType,
    /// The type of what is sent, where the client wraps what the caller gives.
    pub wrapper: Option<Wrapper>,
    /// How it is written.
    pub codec: BodyCodec,
}

/// A request whose wrapping the client fills in (`x-request-envelope`).
#[derive(Clone, Debug)]
pub struct Wrapper {
    /// The struct.
    pub ty: TypeId,
    /// The name of the function that makes the body.
    pub function: Name,
    /// Its fields, in order.
    pub fields: Vec<WrapperField>,
}

/// A field of a wrapping.
#[derive(Clone, Debug)]
pub struct WrapperField {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub value: WrapperValue,
}

/// What a field of a wrapping holds.
#[derive(Clone, Debug)]
pub enum WrapperValue {
    /// What the caller gives.
    Given {
        /// In a `Box`.
        boxed: bool,
    },
    /// A credential of the client that is a secret text.
    Secret(String),
    /// A credential of the client of another type.
    Credential(String),
    /// The only value that it can have.
    Constant {
        /// The value.
        value: Constant,
        /// It goes into an `Option` or `Maybe`.
        presence: Presence,
    },
    /// Nothing: it is optional.
    Default,
}

/// A constant of the document.
#[derive(Clone, Debug)]
pub enum Constant {
    /// A text.
    Text(String),
    /// A number or a boolean.
    Literal(serde_json::Value),
    /// A value of an enum.
    Variant(TypeId, Name),
}

/// How a body is written.
#[derive(Clone, Debug)]
pub enum BodyCodec {
    /// JSON, XML, or one of them as the client prefers.
    Documents {
        /// JSON's media type.
        json: Option<String>,
        /// XML's media type and root.
        xml: Option<(String, XmlBody)>,
        /// The body is a list.
        list: bool,
    },
    /// `application/x-www-form-urlencoded`.
    Form {
        /// How properties are written.
        fields: Vec<FormField>,
        /// How the value becomes an object.
        travel: Travel,
    },
    /// `multipart/form-data` from the fields of a struct.
    Multipart(Vec<Part>),
    /// `multipart/form-data` from the properties of a value that is not a struct.
    MultipartObject(Rest),
    /// Text of this media type.
    Text(String),
    /// Any bytes of this media type.
    Upload(String),
}

/// A part of a multipart form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Name on the wire.
    pub wire: String,
    /// The struct's field.
    pub name: Name,
    /// How often it is there.
    pub presence: PartPresence,
    /// What it is written as.
    pub kind: PartKind,
    /// Its media type, where one is declared.
    pub content_type: Option<String>,
}

/// How often a part is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PartPresence {
    One,
    Optional,
    Maybe,
    Many,
    OptionalMany,
    MaybeMany,
}

/// What a part is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A file or other bytes.
    Upload,
    /// A text.
    Text,
    /// JSON.
    Json,
    /// The struct's other properties: a part for each.
    Rest(Rest),
}

/// Parts that have no name in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Files by the names of their parts.
    Files,
    /// The properties of a value.
    Value(Travel),
}

/// The method that gives the items of a list while it arrives.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name.
    pub name: Name,
    /// Type of the items.
    pub item: RustType,
    /// XML; otherwise JSON.
    pub xml: bool,
}

/// The method that sends a list in parts (`x-batch`).
#[derive(Clone, Debug)]
pub struct Batches {
    /// Its name.
    pub name: Name,
    /// Type of the items.
    pub item: RustType,
    /// Largest part.
    pub max: u64,
    /// The field of the body's struct that is split; `None` where the body is the list.
    pub field: Option<Name>,
}

/// Names that the module of the client declares beside those of operations.
const RESERVED_TYPES: &[&str] = &["Client", "Credentials", "Operations"];

/// What naming needs to know of each operation before it is planned.
struct Shape<'a> {
    fact: &'a Fact,
    body: Option<&'a Content>,
    options: bool,
    stream: Option<(TypeRef, bool)>,
    batch: bool,
}

/// Plans all operations.
pub(super) fn plan(api: &Api, types: &TypeNames, findings: &mut Findings) -> Vec<Operation> {
    let shapes: Vec<Shape<'_>> = api.operations.iter().map(|fact| shape(api, fact)).collect();
    let wanted: Vec<Wanted<'_>> = shapes
        .iter()
        .map(|shape| {
            let fact = shape.fact;
            let mut wanted = Wanted::new(&fact.id, fact.rust_name.as_deref(), &fact.origin);
            if api.operations.iter().filter(|op| op.id == fact.id).count() > 1 {
                wanted.key = format!("{} ({} {})", fact.id, fact.method.as_str(), fact.path);
            }
            let made = [
                (shape.options, "_with"),
                (shape.stream.is_some(), "_stream"),
                (shape.stream.is_some() && shape.options, "_stream_with"),
                (shape.batch, "_in_batches"),
            ];
            wanted.behind = made
                .into_iter()
                .filter_map(|(is, behind)| is.then_some(behind))
                .collect();
            wanted
        })
        .collect();
    let methods = names::METHODS.names("", &wanted, findings);
    let constants = methods.iter().map(|name| name.in_case(Case::Shouty, ""));
    shapes
        .iter()
        .zip(&methods)
        .zip(constants)
        .enumerate()
        .map(|(index, ((shape, name), constant))| {
            let constant = match names::CONSTANTS.reserved.contains(&constant.as_str()) {
                true => name.in_case(Case::Shouty, "_VALUE"),
                false => constant,
            };
            operation(api, types, index, shape, name, constant, findings)
        })
        .collect()
}

fn shape<'a>(api: &Api, fact: &'a Fact) -> Shape<'a> {
    let body = fact.request.as_ref().and_then(|body| best(&body.contents));
    let options = fact.params.iter().any(|p| !p.required)
        || fact
            .request
            .as_ref()
            .is_some_and(|request| !request.required && body.is_some());
    Shape {
        fact,
        body,
        options,
        stream: fact.safe.then(|| replies::streamed(api, fact)).flatten(),
        batch: batch(api, fact, body).is_some(),
    }
}

/// The content that is sent, of those that a body can have: the one with the most of types.
pub(super) fn best(contents: &[Content]) -> Option<&Content> {
    contents.iter().min_by_key(|content| match content.codec {
        Codec::Json { .. } => 0,
        Codec::Xml(_) => 1,
        Codec::Multipart(_) => 2,
        Codec::Form(_) => 3,
        Codec::JsonLines | Codec::EventStream => 4,
        Codec::Text => 5,
        Codec::Bytes => 6,
    })
}

fn operation(
    api: &Api,
    types: &TypeNames,
    index: usize,
    shape: &Shape<'_>,
    name: &Name,
    constant: Name,
    findings: &mut Findings,
) -> Operation {
    let fact = shape.fact;
    let params = params(api, fact, findings);
    let body = shape
        .body
        .map(|content| body(api, types, fact, content, name, &params));
    let options = shape.options.then(|| Options {
        ty: own_type(types, name, "Params"),
        method: name.affixed("", "_with"),
        body: body.as_ref().is_some_and(|body| !body.required),
    });
    let batches = batch(api, fact, shape.body).map(|(item, max, field)| Batches {
        name: name.affixed("", "_in_batches"),
        item,
        max,
        field: field.map(|(id, index)| types.members(id)[index].clone()),
    });
    Operation {
        index,
        id: fact.id.clone(),
        method: fact.method,
        path: path(fact),
        fixed_query: fact.fixed_query.clone(),
        name: name.clone(),
        constant,
        docs: Docs::default(),
        example: None,
        source: Docs::source_of(&fact.doc),
        deprecated: fact.doc.deprecated,
        params,
        body,
        options,
        reply: replies::reply(api, types, fact, name),
        failures: replies::failures(api, fact),
        failure_roots: replies::failure_roots(fact),
        safe: fact.safe,
        idempotent: fact.idempotent,
        idempotency_key: fact.idempotency_key.clone(),
        server: fact
            .servers
            .as_ref()
            .and_then(|servers| servers.first())
            .map(server),
        rate_limit: fact.rate_limit,
        security: fact
            .security
            .iter()
            .map(|alternative| alternative.schemes.iter().map(|(id, _)| *id).collect())
            .collect(),
        stream: shape.stream.as_ref().map(|(item, xml)| Stream {
            name: name.affixed("", "_stream"),
            item: RustType::of(item, false),
            xml: *xml,
        }),
        batches,
    }
}

/// A name for a type that an operation needs, that no type of the API has: `GetOrderParams`.
pub(super) fn own_type(types: &TypeNames, name: &Name, behind: &str) -> String {
    let taken = |name: &str| {
        RESERVED_TYPES.contains(&name) || types.types.iter().any(|known| known.as_str() == name)
    };
    let usual = name.in_case(Case::Camel, behind);
    if !taken(usual.as_str()) {
        return usual.as_str().to_owned();
    }
    let mut other = name
        .in_case(Case::Camel, &format!("Call{behind}"))
        .as_str()
        .to_owned();
    while taken(&other) {
        other.push('_');
    }
    other
}

/// The path as it is sent: literal text percent-encoded, parameters by their names.
fn path(fact: &Fact) -> String {
    let mut path = String::new();
    for segment in &fact.path.segments {
        path.push('/');
        for part in segment {
            match part {
                PathPart::Literal(text) => encode(&mut path, text),
                PathPart::Param(name) => {
                    path.push('{');
                    path.push_str(name);
                    path.push('}');
                }
            }
        }
    }
    path
}

/// Percent-encodes what a path segment cannot have as it is (RFC 3986: `pchar`).
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b':' | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn params(api: &Api, fact: &Fact, findings: &mut Findings) -> Vec<Param> {
    let wanted: Vec<Wanted<'_>> = fact
        .params
        .iter()
        .map(|p| {
            let place = place(p.location);
            Wanted {
                key: format!("{place} {}", p.wire),
                hint: Some(place),
                ..Wanted::new(&p.wire, p.rust_name.as_deref(), &p.origin)
            }
        })
        .collect();
    let names = names::PARAMETERS.names(&fact.id, &wanted, findings);
    fact.params
        .iter()
        .zip(names)
        .map(|(p, name)| param(api, p, name))
        .collect()
}

/// What a place is called in names.
pub(super) fn place(place: ParameterIn) -> &'static str {
    match place {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

fn param(api: &Api, p: &ParamFact, name: Name) -> Param {
    let ty = RustType::of(&p.ty, true);
    let mut docs = Docs::of(&p.doc, "Not described.");
    docs.limits(&p.constraints, p.default.as_ref());
    if name.as_str() != p.wire {
        docs.paragraph(&format!("On the wire: {}.", markdown::code(&p.wire)));
    }
    Param {
        wire: p.wire.clone(),
        place: p.location,
        format: p.format,
        required: p.required,
        name,
        argument: argument(api, &ty),
        travel: match p.format {
            ParamFormat::Json => Travel::Json,
            ParamFormat::Style { .. } => travel(api, &p.ty),
        },
        ty,
        docs,
        line: Docs::line(&p.doc, "Not described."),
        deprecated: p.doc.deprecated,
    }
}

/// How a value of a type becomes a parameter: scalars, enums and lists of them know it themselves.
fn travel(api: &Api, ty: &TypeRef) -> Travel {
    match ty {
        TypeRef::Scalar(Scalar::RailsTimestamp) => Travel::RailsTimestamp,
        TypeRef::Scalar(Scalar::Base64 | Scalar::Binary | Scalar::Null) => Travel::Json,
        TypeRef::Scalar(_) | TypeRef::Any { .. } => Travel::Itself,
        TypeRef::Named(id) => match api.ty(*id).kind {
            TypeKind::Enum(_) => Travel::Itself,
            TypeKind::Struct(_) | TypeKind::Union(_) => Travel::Json,
        },
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => travel(api, inner),
        TypeRef::Boxed(inner) => travel(api, inner),
    }
}

/// A value's type as an argument: what is copied by value, everything else by reference.
pub(super) fn argument(api: &Api, ty: &RustType) -> RustType {
    let copied = match ty {
        RustType::Named(id) => {
            matches!(&api.ty(*id).kind, TypeKind::Enum(e) if e.repr == lavka_model::model::EnumRepr::Integer)
        }
        ty => ty.is_copy(),
    };
    if copied {
        ty.clone()
    } else {
        ty.clone().by_ref()
    }
}

fn body(
    api: &Api,
    types: &TypeNames,
    fact: &Fact,
    content: &Content,
    method: &Name,
    params: &[Param],
) -> Body {
    let contents = fact.request.as_ref().map_or(&[][..], |r| &r.contents);
    let required = fact.request.as_ref().is_some_and(|r| r.required);
    let upload = matches!(content.codec, Codec::Multipart(_) | Codec::Bytes);
    let sent = match content.codec {
        Codec::Bytes | Codec::EventStream | Codec::JsonLines => RustType::Runtime(Runtime::Upload),
        _ => RustType::of(&content.ty, upload),
    };
    let codec = match &content.codec {
        Codec::Json { .. } | Codec::Xml(_) => documents(contents, content),
        Codec::Form(fields) => BodyCodec::Form {
            fields: fields.clone(),
            travel: travel(api, &content.ty),
        },
        Codec::Multipart(fields) => match structure(api, &content.ty) {
            Some((id, s)) => BodyCodec::Multipart(parts(api, types, id, s, fields)),
            None => BodyCodec::MultipartObject(rest(api, &content.ty)),
        },
        Codec::Text => BodyCodec::Text(content.media_type.clone()),
        Codec::Bytes | Codec::EventStream | Codec::JsonLines => {
            BodyCodec::Upload(content.media_type.clone())
        }
    };
    let inner = structure(api, &content.ty).and_then(|(id, s)| Some((id, s, s.request_envelope?)));
    let (ty, wrapper, name) = match inner {
        Some((id, s, inner)) => {
            let field = s.field(inner);
            let name = match &field.ty {
                TypeRef::Named(id) => types.ty(*id).in_case(Case::Snake, ""),
                _ => types.members(id)[inner.0].clone(),
            };
            let wrapper = wrapper(api, types, id, s, inner.0, method);
            (RustType::of(&field.ty, upload), Some(wrapper), name)
        }
        None => (sent, None, body_name(types, fact, content)),
    };
    let name = free(&name, params);
    Body {
        required,
        name,
        argument: argument(api, &ty),
        ty,
        wrapper,
        codec,
    }
}

/// JSON and XML of one type are one body, in the format that the client prefers.
fn documents(contents: &[Content], chosen: &Content) -> BodyCodec {
    let same = || contents.iter().filter(|content| content.ty == chosen.ty);
    BodyCodec::Documents {
        json: same().find_map(|content| match content.codec {
            Codec::Json { .. } => Some(sendable(&content.media_type, "application/json")),
            _ => None,
        }),
        xml: same().find_map(|content| match &content.codec {
            Codec::Xml(body) => Some((
                sendable(&content.media_type, "application/xml"),
                body.clone(),
            )),
            _ => None,
        }),
        list: matches!(chosen.ty, TypeRef::List(_)),
    }
}

/// A media type that can be sent: not a range.
pub(super) fn sendable(media_type: &str, usual: &str) -> String {
    match media_type.contains('*') {
        true => usual.to_owned(),
        false => media_type.to_owned(),
    }
}

pub(super) fn structure<'a>(api: &'a Api, ty: &TypeRef) -> Option<(TypeId, &'a Struct)> {
    match ty {
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Struct(s) => Some((*id, s)),
            _ => None,
        },
        TypeRef::Boxed(inner) | TypeRef::Nullable(inner) => structure(api, inner),
        _ => None,
    }
}

/// The only value that a field can have, as an expression of its type.
pub(super) fn constant(
    api: &Api,
    types: &TypeNames,
    ty: &TypeRef,
    value: &serde_json::Value,
) -> Option<Constant> {
    match (ty, value) {
        (TypeRef::Named(id), value) => match &api.ty(*id).kind {
            TypeKind::Enum(e) => {
                let index = e.values.iter().position(|known| known.wire == *value)?;
                Some(Constant::Variant(*id, types.members(*id)[index].clone()))
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => None,
        },
        (_, serde_json::Value::String(text)) => Some(Constant::Text(text.clone())),
        (_, serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
            Some(Constant::Literal(value.clone()))
        }
        _ => None,
    }
}

fn wrapper(
    api: &Api,
    types: &TypeNames,
    id: TypeId,
    s: &Struct,
    inner: usize,
    method: &Name,
) -> Wrapper {
    let fields = s
        .fields
        .iter()
        .zip(types.members(id))
        .enumerate()
        .map(|(index, (f, name))| WrapperField {
            name: name.clone(),
            value: match &f.credential {
                _ if index == inner => WrapperValue::Given { boxed: f.boxed },
                Some(credential) => match &f.ty {
                    TypeRef::Scalar(Scalar::Secret) => WrapperValue::Secret(credential.clone()),
                    _ => WrapperValue::Credential(credential.clone()),
                },
                None => match f
                    .constant
                    .as_ref()
                    .and_then(|value| constant(api, types, &f.ty, value))
                {
                    Some(value) => WrapperValue::Constant {
                        value,
                        presence: f.presence,
                    },
                    None => WrapperValue::Default,
                },
            },
        })
        .collect();
    Wrapper {
        ty: id,
        function: method.affixed("", "_body"),
        fields,
    }
}

/// A name for the body: what the type is, without the operation's verb.
fn body_name(types: &TypeNames, fact: &Fact, content: &Content) -> Name {
    let (name, plural) = match &content.ty {
        TypeRef::Named(id) => (types.ty(*id).in_case(Case::Snake, ""), ""),
        TypeRef::List(item) => match &**item {
            TypeRef::Named(id) => (types.ty(*id).in_case(Case::Snake, ""), "s"),
            _ => return Name::fixed("items"),
        },
        _ => return Name::fixed("body"),
    };
    let verb = fact.id.split(['_', '-', ' ']).next().unwrap_or_default();
    let text = format!("{name}{plural}");
    let short = text.strip_prefix(&format!("{verb}_")).unwrap_or(&text);
    let starts = short.starts_with(|c: char| c.is_ascii_lowercase());
    match short {
        "request" | "" => name,
        short if starts && !short.ends_with('_') => Name::fixed(short),
        _ => name,
    }
}

/// The name, or another where a parameter has it.
fn free(name: &Name, params: &[Param]) -> Name {
    let taken = |name: &Name| {
        matches!(name.as_str(), "params" | "self")
            || params.iter().any(|p| p.name.as_str() == name.as_str())
    };
    let mut name = name.clone();
    while taken(&name) {
        name = name.affixed("", "_value");
    }
    name
}

/// How a value's properties become parts.
fn rest(api: &Api, ty: &TypeRef) -> Rest {
    match ty {
        TypeRef::Map(value) if **value == TypeRef::Scalar(Scalar::Binary) => Rest::Files,
        ty => Rest::Value(travel(api, ty)),
    }
}

fn parts(api: &Api, types: &TypeNames, id: TypeId, s: &Struct, formats: &[FormField]) -> Vec<Part> {
    use lavka_model::model::{FormFormat, Presence};
    let members = types.members(id);
    let additional = super::types::additional(s, members, true);
    let additional = additional
        .zip(s.additional.as_ref())
        .map(|((name, _), value)| Part {
            wire: String::new(),
            name,
            presence: PartPresence::One,
            kind: PartKind::Rest(rest(api, &TypeRef::Map(Box::new(value.clone())))),
            content_type: None,
        });
    s.fields
        .iter()
        .zip(members)
        .map(|(f, name)| {
            let format = formats.iter().find(|format| format.wire == f.wire);
            let (many, item) = match &f.ty {
                TypeRef::List(item) => (true, &**item),
                other => (false, other),
            };
            let binary = matches!(item, TypeRef::Scalar(Scalar::Binary));
            let kind = match format.map(|format| format.format) {
                _ if binary => PartKind::Upload,
                Some(FormFormat::Json) => PartKind::Json,
                _ if travel(api, item) == Travel::Json
                    || matches!(
                        item,
                        TypeRef::List(_)
                            | TypeRef::Map(_)
                            | TypeRef::Any { .. }
                            | TypeRef::Nullable(_)
                    ) =>
                {
                    PartKind::Json
                }
                _ => PartKind::Text,
            };
            // One part holds a whole list that is written as JSON.
            let many = many
                && (kind != PartKind::Json || format.is_none_or(|f| f.format != FormFormat::Json));
            let presence = match (f.presence, many) {
                (Presence::Required, false) => PartPresence::One,
                (Presence::Required, true) => PartPresence::Many,
                (Presence::ThreeState, false) => PartPresence::Maybe,
                (Presence::ThreeState, true) => PartPresence::MaybeMany,
                (_, false) => PartPresence::Optional,
                (_, true) => PartPresence::OptionalMany,
            };
            Part {
                wire: f.wire.clone(),
                name: name.clone(),
                presence,
                kind,
                content_type: format.and_then(|format| format.content_type.clone()),
            }
        })
        .chain(additional)
        .collect()
}

type Split = (RustType, u64, Option<(TypeId, usize)>);

/// The list that is split: its items, the largest part, and where in the body it is.
fn batch(api: &Api, fact: &Fact, content: Option<&Content>) -> Option<Split> {
    let BatchFact { property, max } = fact.batch.as_ref()?;
    let content = content?;
    if !fact.params.is_empty() {
        return None;
    }
    match &content.ty {
        TypeRef::List(item) => Some((RustType::of(item, false), (*max)?, None)),
        TypeRef::Named(id) => {
            let (_, s) = structure(api, &content.ty)?;
            let index = s.fields.iter().position(|f| {
                f.wire == *property && f.presence == lavka_model::model::Presence::Required
            })?;
            let TypeRef::List(item) = &s.fields[index].ty else {
                return None;
            };
            Some((RustType::of(item, false), (*max)?, Some((*id, index))))
        }
        _ => None,
    }
}

/// A server's URL with the defaults of its variables.
fn server(known: &lavka_model::model::Server) -> String {
    let filled = known
        .variables
        .iter()
        .fold(known.url.clone(), |url, variable| {
            url.replace(&format!("{{{}}}", variable.name), &variable.default)
        });
    filled.trim_end_matches('/').to_owned()
}
