//! Operations with everything filled in: parameters, servers and security of what encloses them; defaults of keywords.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::media;
use crate::normalized::{
    Encoding, Header, MediaType, Operation, Parameter, ParameterIn, ParameterValue, Part,
    RequestBody, Response, SchemaId, SecurityRequirement, SecurityScheme, Spanned, Style, Type,
    Types, Unresolved,
};
use crate::openapi::{self, HeaderOf, Named, RefOr};
use crate::source::{Node, Origin};

use super::Normalizer;
use crate::source::Place;

/// What references to parts of operations have named so far, so that each is read once and its schemas have one id.
#[derive(Default)]
pub(super) struct Cache {
    parameters: HashMap<Place, Option<Parameter>>,
    headers: HashMap<Place, Option<Header>>,
    requests: HashMap<Place, Option<RequestBody>>,
    responses: HashMap<Place, Option<Reply>>,
}

/// A reply before its status is known.
#[derive(Clone)]
struct Reply {
    description: Spanned<String>,
    headers: IndexMap<String, Header>,
    content: Vec<MediaType>,
    links: Vec<Spanned<String>>,
    lavka: crate::normalized::Evidence,
    component: Option<String>,
    origin: Origin,
}

impl Normalizer<'_> {
    pub(super) fn security_schemes(
        &mut self,
        typed: IndexMap<String, Named<RefOr<SecurityScheme>>>,
    ) -> IndexMap<String, SecurityScheme> {
        let mut made = IndexMap::new();
        for (name, named) in typed {
            let scheme = match named.value {
                RefOr::Item(scheme) => Some(scheme),
                RefOr::Ref(reference) => self
                    .part::<SecurityScheme>(&reference.target, 0, Cost::Operation)
                    .map(|(scheme, _)| scheme),
            };
            if let Some(mut scheme) = scheme {
                scheme.origin = named.key;
                made.insert(name, scheme);
            }
        }
        made
    }

    /// The operations of a path.
    pub(super) fn path(
        &mut self,
        path: &str,
        item: openapi::PathItem,
        security: &[SecurityRequirement],
        operations: &mut Vec<Operation>,
    ) {
        let path = Spanned::new(path.to_owned(), &item.origin);
        let mut items = vec![(item, 0)];
        // What is beside `$ref` comes first, and counts.
        while let Some(reference) = items.last().and_then(|(item, _)| item.reference.clone()) {
            let file = items.last().map_or(0, |(_, file)| *file);
            if items.len() > 16 {
                self.findings.push(
                    Finding::new(
                        Code::RefCycle,
                        &reference.target.origin,
                        "circular reference between path items",
                    )
                    .costs(Cost::Operation),
                );
                break;
            }
            match self.part::<openapi::PathItem>(&reference.target, file, Cost::Operation) {
                Some((item, place)) => items.push((item, place.file)),
                None => break,
            }
        }
        let mut seen = Vec::new();
        for (item, file) in items {
            let mut unresolved = broken(item.broken_parameters);
            let shared = self.parameters(item.parameters, file, &mut unresolved);
            for operation in item.operations {
                if seen.contains(&operation.method.value) {
                    continue;
                }
                seen.push(operation.method.value);
                let made = self.operation(
                    operation,
                    &path,
                    file,
                    (&shared, &unresolved),
                    (&item.summary, &item.description),
                    &item.servers,
                    security,
                );
                operations.push(made);
            }
        }
    }

    /// Takes an id from the operations that share it, so that each is called by its method and path, whatever their order.
    pub(super) fn same_ids(&mut self, operations: &mut [Operation]) {
        let mut all: IndexMap<String, Vec<usize>> = IndexMap::new();
        for (index, operation) in operations.iter().enumerate() {
            if let Some(id) = &operation.id {
                all.entry(id.value.clone()).or_default().push(index);
            }
        }
        for (id, indices) in all.into_iter().filter(|(_, indices)| indices.len() > 1) {
            let mut first: Option<Origin> = None;
            for index in indices {
                let Some(origin) = operations[index].id.take().map(|id| id.origin) else {
                    continue;
                };
                let Some(first) = &first else {
                    first = Some(origin);
                    continue;
                };
                let message = format!(
                    "duplicate operationId `{id}`: its operations are named after method and path"
                );
                self.findings.push(
                    Finding::new(Code::OperationIdTwice, &origin, message)
                        .costs(Cost::Nothing)
                        .note(first, "first here")
                        .help("give each operation an id of its own"),
                );
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn operation(
        &mut self,
        typed: openapi::Operation,
        path: &Spanned<String>,
        file: usize,
        (shared, lost): (&[Parameter], &[Unresolved]),
        (summary, description): (&Option<Spanned<String>>, &Option<Spanned<String>>),
        servers: &Option<Vec<crate::normalized::Server>>,
        security: &[SecurityRequirement],
    ) -> Operation {
        let mut unresolved = lost.to_vec();
        unresolved.extend(broken(typed.broken_parameters));
        let own = self.parameters(typed.parameters, file, &mut unresolved);
        let overridden =
            |parameter: &&Parameter| !own.iter().any(|other| same_parameter(other, parameter));
        let mut parameters: Vec<Parameter> = shared.iter().filter(overridden).cloned().collect();
        parameters.extend(own);
        let request = typed.request.and_then(|request| match request {
            RefOr::Item(body) => Some(self.request_body(body, file)),
            RefOr::Ref(reference) => {
                let made = self.request_ref(&reference, file);
                if made.is_none() {
                    unresolved.push(Unresolved {
                        part: Part::RequestBody,
                        reference: reference.target,
                    });
                }
                made
            }
        });
        let mut responses: Vec<Response> = Vec::new();
        for (status, response) in typed.responses {
            if let Some(first) = responses
                .iter()
                .find(|known| known.status.value == status.value)
            {
                let finding = Finding::new(
                    Code::StatusKey,
                    &status.origin,
                    "a second response for this status",
                )
                .note(&first.status.origin, "first here");
                self.findings.push(finding.costs(Cost::Part));
                continue;
            }
            let reply = match response {
                RefOr::Item(response) => Some(self.reply(response, file)),
                RefOr::Ref(reference) => {
                    let made = self.response_ref(&reference, file);
                    if made.is_none() {
                        unresolved.push(Unresolved {
                            part: Part::Response(status.value),
                            reference: reference.target,
                        });
                    }
                    made
                }
            };
            if let Some(reply) = reply {
                responses.push(Response {
                    status,
                    description: reply.description,
                    headers: reply.headers,
                    content: reply.content,
                    links: reply.links,
                    lavka: reply.lavka,
                    component: reply.component,
                    origin: reply.origin,
                });
            }
        }
        Operation {
            id: typed.id,
            method: typed.method,
            path: path.clone(),
            tags: typed.tags,
            summary: typed.summary.or_else(|| summary.clone()),
            description: typed.description.or_else(|| description.clone()),
            deprecated: filled(typed.deprecated, false, &typed.origin),
            parameters,
            request,
            responses,
            security: typed.security.unwrap_or_else(|| security.to_vec()),
            servers: typed.servers.or_else(|| servers.clone()),
            callbacks: typed.callbacks,
            unresolved,
            lavka: typed.lavka,
            extensions: typed.extensions,
            origin: typed.origin,
        }
    }

    fn parameters(
        &mut self,
        typed: Vec<RefOr<openapi::Parameter>>,
        file: usize,
        unresolved: &mut Vec<Unresolved>,
    ) -> Vec<Parameter> {
        let mut made: Vec<Parameter> = Vec::new();
        for parameter in typed {
            let parameter = match parameter {
                RefOr::Item(parameter) => self.parameter(parameter, file),
                RefOr::Ref(reference) => {
                    let found = self.parameter_ref(&reference, file);
                    if found.is_none() {
                        unresolved.push(Unresolved {
                            part: Part::Parameter,
                            reference: reference.target,
                        });
                        continue;
                    }
                    found.flatten()
                }
            };
            let Some(parameter) = parameter else { continue };
            if let Some(first) = made.iter().find(|other| same_parameter(other, &parameter)) {
                let finding = Finding::new(
                    Code::ParameterTwice,
                    &parameter.origin.head(),
                    format!("duplicate parameter `{}`", parameter.name.value),
                )
                .note(&first.origin.head(), "first here");
                self.findings.push(finding.costs(Cost::Nothing));
                continue;
            }
            made.push(parameter);
        }
        made
    }

    /// The outer `None`: unresolved. The inner: a header that is not a parameter.
    #[allow(clippy::option_option)]
    fn parameter_ref(
        &mut self,
        reference: &openapi::Reference,
        file: usize,
    ) -> Option<Option<Parameter>> {
        let key = self.key(&reference.target.value, file);
        if let Some(known) = key.as_ref().and_then(|key| self.parts.parameters.get(key)) {
            return Some(known.clone());
        }
        let (typed, place) =
            self.part::<openapi::Parameter>(&reference.target, file, Cost::Operation)?;
        let mut made = self.parameter(typed, place.file);
        if let Some(made) = &mut made {
            made.component = place.part_name();
        }
        if let Some(key) = key {
            self.parts.parameters.insert(key, made.clone());
        }
        Some(made)
    }

    fn parameter(&mut self, typed: openapi::Parameter, file: usize) -> Option<Parameter> {
        let location = typed.location.value;
        if location == ParameterIn::Header
            && ["accept", "content-type", "authorization"]
                .iter()
                .any(|name| typed.name.eq_ignore_ascii_case(name))
        {
            self.findings.push(
                Finding::new(
                    Code::ReservedHeader,
                    &typed.name.origin,
                    format!(
                        "the header `{}` is ignored as a parameter, as OpenAPI says",
                        typed.name.value
                    ),
                )
                .costs(Cost::Nothing)
                .help("media types and `security` describe it"),
            );
            return None;
        }
        let mut required = filled(typed.required.clone(), false, &typed.origin);
        if location == ParameterIn::Path && !required.value {
            self.findings.push(
                Finding::new(
                    Code::PathParameterOptional,
                    &typed
                        .required
                        .as_ref()
                        .map_or_else(|| typed.origin.head(), |flag| flag.origin.clone()),
                    format!(
                        "the path parameter `{}` is not required; it is read as required",
                        typed.name.value
                    ),
                )
                .costs(Cost::Nothing)
                .help("add `required: true`"),
            );
            required.value = true;
        }
        Some(Parameter {
            deprecated: filled(typed.deprecated.clone(), false, &typed.origin),
            allow_empty_value: filled(typed.allow_empty_value.clone(), false, &typed.origin),
            examples: self.examples(&typed.examples, file),
            name: typed.name.clone(),
            location: typed.location.clone(),
            required,
            description: typed.description.clone(),
            lavka: typed.lavka.clone(),
            rust_name: typed.rust_name.clone(),
            extensions: typed.extensions.clone(),
            component: None,
            origin: typed.origin.clone(),
            value: self.value(typed, location, file),
        })
    }

    fn value(
        &mut self,
        mut typed: openapi::Parameter,
        location: ParameterIn,
        file: usize,
    ) -> ParameterValue {
        if let Some(schema) = typed.schema.take() {
            let default = match location {
                ParameterIn::Query | ParameterIn::Cookie => Style::Form,
                ParameterIn::Path | ParameterIn::Header => Style::Simple,
            };
            let style = filled(typed.style, default, &typed.origin);
            let explode = filled(typed.explode, style.value == Style::Form, &typed.origin);
            return ParameterValue::Schema {
                schema: self.schema(*schema, file),
                style,
                explode,
                allow_reserved: filled(typed.allow_reserved, false, &typed.origin),
            };
        }
        let mut content = std::mem::take(&mut typed.content).into_iter();
        match content.next() {
            Some(first) => {
                if let Some(second) = content.next() {
                    self.findings.push(
                        Finding::new(
                            Code::MediaType,
                            &second.origin,
                            "`content` of a parameter has more than one media type; the first is used",
                        )
                        .costs(Cost::Nothing),
                    );
                }
                ParameterValue::Content(Box::new(self.media_type(first, file)))
            }
            None => ParameterValue::Missing,
        }
    }

    fn examples(&mut self, typed: &[RefOr<Node>], file: usize) -> Vec<Node> {
        typed
            .iter()
            .filter_map(|example| match example {
                RefOr::Item(node) => Some(node.clone()),
                RefOr::Ref(reference) => self
                    .part::<Node>(&reference.target, file, Cost::Nothing)
                    .map(|(node, _)| node),
            })
            .collect()
    }

    fn request_ref(&mut self, reference: &openapi::Reference, file: usize) -> Option<RequestBody> {
        let key = self.key(&reference.target.value, file);
        if let Some(known) = key.as_ref().and_then(|key| self.parts.requests.get(key)) {
            return known.clone();
        }
        let found = self.part::<openapi::RequestBody>(&reference.target, file, Cost::Operation);
        let made = found.map(|(typed, place)| RequestBody {
            component: place.part_name(),
            ..self.request_body(typed, place.file)
        });
        if let Some(key) = key {
            self.parts.requests.insert(key, made.clone());
        }
        made
    }

    fn request_body(&mut self, typed: openapi::RequestBody, file: usize) -> RequestBody {
        RequestBody {
            description: typed.description,
            required: filled(typed.required, false, &typed.origin),
            content: self.content(typed.content, file),
            lavka: typed.lavka,
            component: None,
            origin: typed.origin,
        }
    }

    fn content(&mut self, typed: Vec<openapi::MediaType>, file: usize) -> Vec<MediaType> {
        typed
            .into_iter()
            .map(|media_type| self.media_type(media_type, file))
            .collect()
    }

    fn media_type(&mut self, typed: openapi::MediaType, file: usize) -> MediaType {
        let mut encoding = IndexMap::new();
        for (name, made) in typed.encoding {
            let made = Encoding {
                content_type: made.content_type,
                headers: self.headers(made.headers, file),
                style: made.style,
                explode: made.explode,
                allow_reserved: filled(made.allow_reserved, false, &made.origin),
                origin: made.origin,
            };
            encoding.insert(name, made);
        }
        MediaType {
            schema: typed.schema.map(|schema| self.schema(*schema, file)),
            examples: self.examples(&typed.examples, file),
            name: typed.name,
            encoding,
            bare_string: typed.bare_string,
            xml_root: typed.xml_root,
            root: None,
            item: None,
            extensions: typed.extensions,
            origin: typed.origin,
        }
    }

    /// Parts whose media type is one of bytes, and whose schema says nothing of what they are: files, as OpenAPI 3.1 has them.
    pub(super) fn files(&mut self, body: &RequestBody) {
        for content in &body.content {
            if !media::essence(&content.name).starts_with("multipart/") {
                continue;
            }
            let Some(SchemaId(id)) = content.schema else {
                continue;
            };
            for (name, encoding) in &content.encoding {
                let bytes = |name: &str| media::media(name) == media::Media::Bytes;
                let Some(declared) = &encoding.content_type else {
                    continue;
                };
                let property = self.schemas[id as usize].properties.get(name);
                if let Some(property) = property
                    && declared.value.split(',').all(bytes)
                {
                    let schema = property.schema;
                    let part = self.schemas[schema.0 as usize].items.unwrap_or(schema);
                    self.file(part, declared);
                }
            }
        }
    }

    fn file(&mut self, id: SchemaId, declared: &Spanned<String>) {
        let schema = &mut self.schemas[id.0 as usize];
        let types = schema.types.without(Type::Null);
        let text = types == Types::ANY.without(Type::Null) || types.single() == Some(Type::String);
        let plain = schema.component.is_none()
            && schema.all_of.is_empty()
            && schema.branches().next().is_none()
            && schema.values.is_none()
            && schema.format.is_none()
            && schema.content_encoding.is_none()
            && schema.content_media_type.is_none();
        if text && plain {
            schema.types.value = std::iter::once(Type::String).collect();
            schema.typed = true;
            schema.content_media_type = Some(declared.clone());
        }
    }

    fn headers(
        &mut self,
        typed: IndexMap<String, Named<RefOr<openapi::Parameter>>>,
        file: usize,
    ) -> IndexMap<String, Header> {
        let mut made = IndexMap::new();
        for (name, named) in typed {
            if name.eq_ignore_ascii_case("content-type") {
                let message = format!("the header `{name}` is ignored, as OpenAPI says");
                self.findings.push(
                    Finding::new(Code::ReservedHeader, &named.key, message)
                        .costs(Cost::Nothing)
                        .help("the media types of `content` describe it"),
                );
                continue;
            }
            let header = match named.value {
                RefOr::Item(header) => Some(self.header(header, file)),
                RefOr::Ref(reference) => self.header_ref(&reference, file),
            };
            if let Some(mut header) = header {
                header.origin = named.key;
                made.insert(name, header);
            }
        }
        made
    }

    fn header_ref(&mut self, reference: &openapi::Reference, file: usize) -> Option<Header> {
        let key = self.key(&reference.target.value, file);
        if let Some(known) = key.as_ref().and_then(|key| self.parts.headers.get(key)) {
            return known.clone();
        }
        let found = self.part::<HeaderOf>(&reference.target, file, Cost::Part);
        let made = found.map(|(typed, place)| self.header(typed.0, place.file));
        if let Some(key) = key {
            self.parts.headers.insert(key, made.clone());
        }
        made
    }

    fn header(&mut self, mut typed: openapi::Parameter, file: usize) -> Header {
        // The style of a header is always `simple`.
        typed.style = None;
        Header {
            description: typed.description.clone(),
            required: filled(typed.required.clone(), false, &typed.origin),
            deprecated: filled(typed.deprecated.clone(), false, &typed.origin),
            lavka: typed.lavka.clone(),
            origin: typed.origin.clone(),
            value: self.value(typed, ParameterIn::Header, file),
        }
    }

    fn response_ref(&mut self, reference: &openapi::Reference, file: usize) -> Option<Reply> {
        let key = self.key(&reference.target.value, file);
        if let Some(known) = key.as_ref().and_then(|key| self.parts.responses.get(key)) {
            return known.clone();
        }
        let found = self.part::<openapi::Response>(&reference.target, file, Cost::Operation);
        let made = found.map(|(typed, place)| Reply {
            component: place.part_name(),
            ..self.reply(typed, place.file)
        });
        if let Some(key) = key {
            self.parts.responses.insert(key, made.clone());
        }
        let description = reference.description.clone();
        made.map(|mut reply| {
            if let Some(description) = description {
                reply.description = description;
            }
            reply
        })
    }

    fn reply(&mut self, typed: openapi::Response, file: usize) -> Reply {
        Reply {
            description: filled(typed.description, String::new(), &typed.origin),
            headers: self.headers(typed.headers, file),
            content: self.content(typed.content, file),
            links: typed.links,
            lavka: typed.lavka,
            component: None,
            origin: typed.origin,
        }
    }
}

/// Parameters that could not be read.
fn broken(names: Vec<Spanned<String>>) -> Vec<Unresolved> {
    let broken = names.into_iter().map(|reference| Unresolved {
        part: Part::Unread,
        reference,
    });
    broken.collect()
}

/// A keyword, or its default with the place of its object.
fn filled<T>(given: Option<Spanned<T>>, default: T, origin: &Origin) -> Spanned<T> {
    given.unwrap_or_else(|| Spanned::new(default, &origin.head()))
}

/// Whether two parameters are the same by name and place. Names of headers do not differ by case.
fn same_parameter(a: &Parameter, b: &Parameter) -> bool {
    a.location.value == b.location.value
        && if a.location.value == ParameterIn::Header {
            a.name.value.eq_ignore_ascii_case(&b.name.value)
        } else {
            a.name.value == b.name.value
        }
}
