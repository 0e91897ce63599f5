//! Operations: what a method takes, how each value travels, and how the reply is read.

mod batches;
mod bodies;
mod docs;
mod pages;
mod params;
mod parts;
mod streams;

use std::collections::HashMap;

use lavka_model::model::{Api, AuthId, Content, Method, Operation as Fact, RateLimitId};

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
use batches::Split;
use streams::Streamed;

pub use batches::Batches;
pub use bodies::{Body, BodyCodec, BodyPlace, Wrapper, WrapperField, WrapperValue};
pub(super) use docs::document;
pub use pages::{Count, Counted, Pages, PagesKind, Size, Step, StepPresence};
pub(super) use params::is_integer_enum;
pub use params::{Param, Travel};
pub use parts::{Part, PartKind, PartPresence, Rest};
pub use streams::{Asked, Stream};

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
    /// Documentation of the method; empty in an outline.
    pub docs: Docs,
    /// Documentation of the constant; empty in an outline.
    pub constant_docs: Docs,
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
    /// It replies with a redirect.
    pub redirects: bool,
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

/// What is optional in an operation: a struct with a field for each parameter, and one for a body that is not an argument.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the struct.
    pub ty: String,
    /// Documentation of the struct; empty in an outline.
    pub docs: Docs,
    /// The method that takes it.
    pub method: Name,
    /// Documentation of the method; empty in an outline.
    pub method_docs: Docs,
    /// The struct's fields: parameters, in document order, and the body.
    pub fields: Vec<OptionField>,
}

/// A field of the struct of what is optional.
#[derive(Clone, Debug)]
pub struct OptionField {
    /// Its name.
    pub name: Name,
    /// Its type, where it is given.
    pub ty: RustType,
    /// What the setter takes.
    pub argument: RustType,
    /// Documentation; empty in an outline.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
}

/// What naming needs to know of each operation before it is planned.
struct Shape<'a> {
    fact: &'a Fact,
    body: Option<&'a Content>,
    options: bool,
    streams: Vec<Streamed>,
    batch: Option<Split>,
}

impl Operation {
    /// Whether it, or a parameter of it, is deprecated.
    pub(super) fn holds_deprecated(&self) -> bool {
        self.deprecated || self.params.iter().any(|param| param.deprecated)
    }

    /// The method's arguments: parameters that are required, in the order of the spec; the body last.
    #[must_use]
    pub fn arguments(&self) -> Vec<Argument<'_>> {
        let params = self.params.iter().filter(|param| param.required);
        let params = params.map(|param| (&param.name, &param.argument));
        let body = self.body.iter();
        let body = body.filter(|body| body.place != BodyPlace::Options);
        let body = body.map(|body| (&body.name, &body.argument));
        params.chain(body).collect()
    }
}

/// An argument of a method: its name and type.
pub type Argument<'a> = (&'a Name, &'a RustType);

/// Plans all operations.
pub(super) fn plan(api: &Api, types: &TypeNames, findings: &mut Findings) -> Vec<Operation> {
    let shapes: Vec<Shape<'_>> = api.operations.iter().map(|fact| shape(api, fact)).collect();
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for fact in &api.operations {
        *ids.entry(&fact.id).or_default() += 1;
    }
    let wanted = shapes.iter();
    let wanted = wanted.map(|shape| shape.wanted(ids[shape.fact.id.as_str()] == 1));
    let wanted: Vec<Wanted<'_>> = wanted.collect();
    let methods = names::METHODS.names("", &wanted, findings);
    let planned = shapes.iter().zip(&methods).enumerate();
    planned
        .map(|(index, (shape, name))| operation(api, types, index, shape, name, findings))
        .collect()
}

fn shape<'a>(api: &Api, fact: &'a Fact) -> Shape<'a> {
    let body = fact
        .request
        .as_ref()
        .and_then(|body| Content::sent(&body.contents));
    let options = fact.params.iter().any(|p| !p.required)
        || body.is_some() && BodyPlace::of(fact) == BodyPlace::Options;
    Shape {
        fact,
        body,
        options,
        streams: streams::streamed(api, fact),
        batch: batches::batch(api, fact, body),
    }
}

impl<'a> Shape<'a> {
    /// The name of the method, with all that is put behind it for further methods.
    fn wanted(&self, unique: bool) -> Wanted<'a> {
        let fact = self.fact;
        let mut wanted = Wanted::new(&fact.id, fact.rust_name.as_deref(), &fact.origin);
        if !unique {
            wanted.key = format!("{} ({} {})", fact.id, fact.method.as_str(), fact.path);
        }
        let own = ("", "_with");
        let pages = fact.pagination.as_ref().map(|_| ("_pages", "_pages_with"));
        let streams = self.streams.iter().map(|stream| stream.behind);
        for (plain, with) in std::iter::once(own).chain(streams).chain(pages) {
            wanted
                .behind
                .extend(Some(plain).filter(|behind| !behind.is_empty()));
            wanted.behind.extend(self.options.then_some(with));
        }
        wanted
            .behind
            .extend(self.batch.as_ref().map(|_| "_in_batches"));
        wanted
    }

    fn options(
        &self,
        types: &TypeNames,
        name: &Name,
        params: &[Param],
        body: Option<&Body>,
    ) -> Option<Options> {
        let field = |name: Name, ty: &RustType, deprecated: bool| OptionField {
            name,
            ty: ty.clone(),
            argument: ty.as_argument(),
            docs: Docs::default(),
            deprecated,
        };
        let optional = params.iter().filter(|param| !param.required);
        let optional = optional.map(|param| field(param.name.clone(), &param.ty, param.deprecated));
        let body = body.filter(|body| body.place == BodyPlace::Options);
        let body = body.map(|body| field(Name::fixed("body"), &body.ty, false));
        self.options.then(|| Options {
            ty: types.beside(name, "Params"),
            docs: Docs::default(),
            method: name.affixed("", "_with"),
            method_docs: Docs::default(),
            fields: optional.chain(body).collect(),
        })
    }
}

/// The name of an operation's constant.
fn constant(method: &Name) -> Name {
    let constant = method.in_case(Case::Shouty, "");
    match names::CONSTANTS.reserved.contains(&constant.as_str()) {
        true => method.in_case(Case::Shouty, "_VALUE"),
        false => constant,
    }
}

fn operation(
    api: &Api,
    types: &TypeNames,
    index: usize,
    shape: &Shape<'_>,
    name: &Name,
    findings: &mut Findings,
) -> Operation {
    let fact = shape.fact;
    let constant = constant(name);
    let params = params::params(api, fact, findings);
    let body = shape
        .body
        .map(|content| bodies::body(api, types, fact, content, name, &params));
    let options = shape.options(types, name, &params, body.as_ref());
    let batches = shape.batch.as_ref().map(|split| split.method(types, name));
    let reply = replies::reply(api, types, fact, name);
    let streams = shape.streams.iter();
    let streams = streams
        .map(|stream| stream.method(name, &constant))
        .collect();
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
        constant_docs: Docs::default(),
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
        redirects: fact.redirects(),
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
