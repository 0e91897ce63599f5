//! Bodies and replies.

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::media::{self, Media};
use crate::normalized::{
    Encoding, MediaType, Part, RequestBody, Response, SchemaId, Spanned, Status, Type, Types,
    Unresolved,
};
use crate::openapi::{self, RefOr, Reference};
use crate::source::Node;

use super::{Normalizer, Reply, filled};

impl Normalizer<'_> {
    pub(super) fn request(
        &mut self,
        typed: RefOr<openapi::RequestBody>,
        file: usize,
        unresolved: &mut Vec<Unresolved>,
    ) -> Option<RequestBody> {
        let reference = match typed {
            RefOr::Item(body) => return Some(self.request_body(body, file)),
            RefOr::Ref(reference) => reference,
        };
        let made = self.request_ref(&reference, file);
        if made.is_none() {
            unresolved.push(Unresolved {
                part: Part::RequestBody,
                reference: reference.target,
            });
        }
        made
    }

    pub(super) fn responses(
        &mut self,
        typed: Vec<(Spanned<Status>, RefOr<openapi::Response>)>,
        file: usize,
        unresolved: &mut Vec<Unresolved>,
    ) -> Vec<Response> {
        let mut responses: Vec<Response> = Vec::new();
        for (status, response) in typed {
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
        responses
    }

    pub(super) fn examples(&mut self, typed: &[RefOr<Node>], file: usize) -> Vec<Node> {
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

    pub(super) fn media_type(&mut self, typed: openapi::MediaType, file: usize) -> MediaType {
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
            of_items: typed.of_items,
            examples: self.examples(&typed.examples, file),
            name: typed.name,
            encoding,
            bare_string: typed.bare_string,
            xml_root: typed.xml_root,
            root: None,
            item: None,
            inner: Vec::new(),
            extensions: typed.extensions,
            origin: typed.origin,
        }
    }

    /// Parts whose media type is one of bytes, and whose schema does not say what they are: files, as OpenAPI 3.1 has them.
    pub(in crate::normalize) fn files(&mut self, body: &RequestBody) {
        for content in &body.content {
            if !media::essence(&content.name).starts_with("multipart/") {
                continue;
            }
            let Some(id) = content.schema else { continue };
            for (name, encoding) in &content.encoding {
                let bytes = |name: &str| media::media(name) == Media::Bytes;
                let Some(declared) = &encoding.content_type else {
                    continue;
                };
                let property = self.schemas[id].properties.get(name);
                if let Some(property) = property
                    && declared.value.split(',').all(bytes)
                {
                    let schema = property.schema;
                    let part = self.schemas[schema].items.unwrap_or(schema);
                    self.file(part, declared);
                }
            }
        }
    }

    fn file(&mut self, id: SchemaId, declared: &Spanned<String>) {
        let schema = &mut self.schemas[id];
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

    fn request_ref(&mut self, reference: &Reference, file: usize) -> Option<RequestBody> {
        self.shared(
            reference,
            file,
            Cost::Part,
            |cache| &mut cache.requests,
            |this, typed, place| RequestBody {
                component: place.part_name(),
                ..this.request_body(typed, place.file)
            },
        )
    }

    fn response_ref(&mut self, reference: &Reference, file: usize) -> Option<Reply> {
        let reply = self.shared(
            reference,
            file,
            Cost::Operation,
            |cache| &mut cache.responses,
            |this, typed, place| Reply {
                component: place.part_name(),
                ..this.reply(typed, place.file)
            },
        )?;
        Some(match reference.description.clone() {
            Some(description) => Reply {
                description,
                ..reply
            },
            None => reply,
        })
    }
}
