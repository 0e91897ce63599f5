//! Operations: what a method takes, how each value travels, and how the reply is read.

mod batches;
mod bodies;
mod pages;
mod params;
mod parts;

use lavka_model::model::{
    Api, AuthId, Codec, Content, Method, Operation as Fact, RateLimitId, TypeRef,
};

use super::docs::Docs;
use super::failures::{self, FailureShape};
use super::headers::{self, Headers};
use super::names::{self, Name, TypeNames, Wanted};
use super::replies::{self, Reply};
use super::rust_type::RustType;
use super::servers;
use super::spelling::Case;
use super::tags::Tag;
use crate::diag::Findings;

pub use batches::Batches;
pub use bodies::{Body, BodyCodec, Wrapper, WrapperField, WrapperValue};
pub use pages::{Counted, Pages, PagesKind, Size, Step, StepPresence};
pub use params::{Param, Travel};
pub(super) use params::{document as document_params, is_integer_enum};
pub use parts::{Part, PartKind, PartPresence, Rest};

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
    pub failure_roots: Vec<Tag>,
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
    /// Methods that give items while they arrive: of a list, of events, of lines.
    pub streams: Vec<Stream>,
    /// The method that gives the items of all pages.
    pub pages: Option<Pages>,
    /// The struct of the headers of a reply.
    pub headers: Option<Headers>,
    /// The struct of the headers of a reply that is an error.
    pub error_headers: Option<Headers>,
    /// The method that sends a list in parts.
    pub batches: Option<Batches>,
}

/// What is optional in an operation: a struct with a field for each parameter, and one for the body where that is optional.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the struct.
    pub ty: String,
    /// The method that takes it.
    pub method: Name,
}

/// A method that gives items while they arrive.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name.
    pub name: Name,
    /// Type of the items.
    pub item: RustType,
    /// What the items are.
    pub form: StreamForm,
    /// The constant of the operation that asks for this form, and its media type; `None` where the operation itself does.
    pub asks: Option<(Name, String)>,
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

/// What naming needs to know of each operation before it is planned.
struct Shape<'a> {
    fact: &'a Fact,
    body: Option<&'a Content>,
    options: bool,
    stream: Option<(TypeRef, bool)>,
    streams: Vec<&'a Content>,
    download: bool,
    batch: bool,
}

impl Operation {
    /// Whether it, or a parameter of it, is deprecated.
    pub(super) fn holds_deprecated(&self) -> bool {
        self.deprecated || self.params.iter().any(|param| param.deprecated)
    }
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
                (shape.download, "_stream"),
                (shape.download && shape.options, "_stream_with"),
                (shape.batch, "_in_batches"),
                (shape.offers(&Codec::EventStream), "_events"),
                (
                    shape.offers(&Codec::EventStream) && shape.options,
                    "_events_with",
                ),
                (shape.offers(&Codec::JsonLines), "_lines"),
                (
                    shape.offers(&Codec::JsonLines) && shape.options,
                    "_lines_with",
                ),
                (fact.pagination.is_some(), "_pages"),
                (fact.pagination.is_some() && shape.options, "_pages_with"),
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
    let body = fact
        .request
        .as_ref()
        .and_then(|body| Content::sent(&body.contents));
    let options = fact.params.iter().any(|p| !p.required)
        || fact
            .request
            .as_ref()
            .is_some_and(|request| !request.required && body.is_some());
    Shape {
        fact,
        body,
        options,
        stream: fact.safe.then(|| replies::streamed(fact)).flatten(),
        streams: replies::streams(fact),
        download: replies::is_download(api, fact),
        batch: batches::batch(api, fact, body).is_some(),
    }
}

impl Shape<'_> {
    fn offers(&self, codec: &Codec) -> bool {
        self.streams.iter().any(|content| content.codec == *codec)
    }

    /// The methods that give items while they arrive.
    fn streams(&self, name: &Name, constant: &Name) -> Vec<Stream> {
        let mut made = Vec::new();
        if let Some((item, xml)) = &self.stream {
            made.push(Stream {
                name: name.affixed("", "_stream"),
                item: RustType::of(item, false),
                form: match xml {
                    true => StreamForm::Xml,
                    false => StreamForm::Json,
                },
                asks: None,
            });
        }
        if self.download {
            made.push(Stream {
                name: name.affixed("", "_stream"),
                item: RustType::Unit,
                form: StreamForm::Bytes,
                asks: None,
            });
        }
        for content in &self.streams {
            let item = RustType::of(&content.ty, false);
            let (behind, form) = match (&content.codec, &item) {
                (Codec::JsonLines, _) => ("_lines", StreamForm::JsonLines),
                (_, RustType::String) => ("_events", StreamForm::TextEvents),
                (..) => ("_events", StreamForm::Events),
            };
            let constant = constant.in_case(Case::Shouty, &behind.to_ascii_uppercase());
            made.push(Stream {
                name: name.affixed("", behind),
                item,
                form,
                asks: Some((constant, content.media_type.clone())),
            });
        }
        made
    }
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
    let params = params::params(api, fact, findings);
    let body = shape
        .body
        .map(|content| bodies::body(api, types, fact, content, name, &params));
    let options = shape.options.then(|| Options {
        ty: types.beside(name, "Params"),
        method: name.affixed("", "_with"),
    });
    let batches = batches::batch(api, fact, shape.body).map(|(item, max, field)| Batches {
        name: name.affixed("", "_in_batches"),
        item,
        max,
        field: field.map(|(id, index)| types.members(id)[index].clone()),
    });
    let reply = replies::reply(api, types, fact, name);
    let streams = shape.streams(name, &constant);
    let pages = pages::pages(api, types, fact, &params, &reply, name, findings);
    let headers = headers::headers(api, types, fact, name, findings);
    let error_headers = headers::error_headers(api, types, fact, name, findings);
    Operation {
        index,
        id: fact.id.clone(),
        method: fact.method,
        path: params::path(fact),
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
        reply,
        failures: failures::failures(api, fact),
        failure_roots: failures::failure_roots(api, fact),
        safe: fact.safe,
        idempotent: fact.idempotent,
        idempotency_key: fact.idempotency_key.clone(),
        server: fact
            .servers
            .as_ref()
            .and_then(|servers| servers.first())
            .map(servers::filled),
        rate_limit: fact.rate_limit,
        security: fact
            .security
            .iter()
            .map(|alternative| alternative.schemes.iter().map(|(id, _)| *id).collect())
            .collect(),
        streams,
        pages,
        headers,
        error_headers,
        batches,
    }
}
