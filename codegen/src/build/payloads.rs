//! Bodies of requests and replies.

use super::{Builder, names};
use crate::diag::{Code, Finding};
use crate::model::{Accept, JsonBody, Payload, Scalar, TypeKind, TypeRef};
use crate::source::{Member, Node};

/// What a media type is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    Json,
    Xml,
    Multipart,
    Bytes,
}

fn media(name: &str) -> Option<Media> {
    let essence = name
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json" | "text/json" => Some(Media::Json),
        "application/xml" | "text/xml" => Some(Media::Xml),
        "multipart/form-data" => Some(Media::Multipart),
        "application/octet-stream" => Some(Media::Bytes),
        other if other.ends_with("+json") => Some(Media::Json),
        other if other.ends_with("+xml") => Some(Media::Xml),
        _ => None,
    }
}

impl<'a> Builder<'a> {
    /// Whether a schema, or its branch that is a string, is a UUID.
    fn is_uuid(&self, schema: Option<&'a Node>) -> bool {
        let Some(node) = schema.and_then(|schema| self.follow(schema)) else {
            return false;
        };
        let is_uuid = |node: &Node| node.get_str("format") == Some("uuid");
        let branches = node.get("oneOf").and_then(Node::as_array);
        is_uuid(node) || branches.unwrap_or_default().iter().any(is_uuid)
    }

    /// A request body, or a reference to one.
    pub(super) fn request(&mut self, node: &'a Node, place: &str) -> Option<Payload> {
        let component = node
            .reference()
            .and_then(crate::bundle::local)
            .map(|(_, name)| name);
        let body = self.follow(node)?;
        let owner = component.map_or_else(|| names::place(place, "request"), names::camel);
        let required = body
            .get("required")
            .and_then(Node::as_bool)
            .unwrap_or(false);
        if !required {
            let at = body.get("required").unwrap_or(body);
            let finding = Finding::new(
                Code::Unsupported,
                &at.origin,
                "a request body that may be left out is not supported",
            );
            self.push(finding.help("write `required: true`"));
        }
        self.payload(body, &owner, required, true)
    }

    /// The body of a reply; `None` where there is none.
    pub(super) fn response_body(&mut self, response: &'a Node, owner: &str) -> Option<Payload> {
        self.payload(response, owner, true, false)
    }

    fn payload(
        &mut self,
        body: &'a Node,
        owner: &str,
        required: bool,
        request: bool,
    ) -> Option<Payload> {
        let content = body.get("content")?;
        let members = content.as_object()?;
        if members.is_empty() && request {
            self.push(
                Finding::new(
                    Code::MediaType,
                    &content.origin,
                    "the body has no media type",
                )
                .help("give application/json, application/xml or multipart/form-data"),
            );
        }
        let mut made = Payload {
            ty: None,
            json: None,
            xml: None,
            multipart: false,
            required,
            origin: body.origin.clone(),
        };
        let mut first: Option<(&'a Node, &'a Member)> = None;
        for (name, member) in members.iter().filter(|(name, _)| !name.starts_with("x-")) {
            let Some(media) = media(name) else {
                let finding = Finding::new(
                    Code::MediaType,
                    &member.key,
                    format!("the media type `{name}` is not supported"),
                );
                let known = [
                    "application/json",
                    "application/xml",
                    "text/xml",
                    "multipart/form-data",
                    "application/octet-stream",
                ];
                let finding = finding.suggest(name, known);
                self.push(if finding.help.is_none() {
                    finding.help("use application/json, application/xml, multipart/form-data or application/octet-stream")
                } else {
                    finding
                });
                continue;
            };
            let schema = member.node.get("schema");
            if let (Some(schema), Some((known, known_member))) = (schema, first) {
                if !schema.same(known) {
                    let finding = Finding::new(
                        Code::MediaTypesDiffer,
                        &schema.origin,
                        "another media type of this body has another schema",
                    );
                    self.push(finding.note(&known_member.key, "the other one").help(
                        "refer to one component from all of them: one type serves every format",
                    ));
                    continue;
                }
            } else if let Some(schema) = schema {
                first = Some((schema, member));
                self.never_null(schema, "a body");
                made.ty = Some(self.type_of(schema, owner));
            }
            let ty = made.ty.clone();
            for key in ["x-bare-string", "x-xml-root"] {
                let wanted = if key == "x-bare-string" {
                    Media::Json
                } else {
                    Media::Xml
                };
                if let Some(extension) = member.node.as_object().and_then(|object| object.get(key))
                    && media != wanted
                {
                    let origin = extension.key.clone();
                    self.report(
                        Code::UnknownExtension,
                        &origin,
                        format!("`{key}` means nothing for `{name}`"),
                    );
                }
            }
            match media {
                Media::Json => {
                    let ty = made.ty.get_or_insert(TypeRef::Any).clone();
                    let bare_string = member
                        .node
                        .get("x-bare-string")
                        .and_then(Node::as_bool)
                        .unwrap_or(false);
                    if made.json.is_none() {
                        made.json = Some(JsonBody {
                            media_type: name.clone(),
                            bare_string,
                            uuid: bare_string && self.is_uuid(member.node.get("schema")),
                        });
                    }
                    self.claim(
                        Code::ExampleMismatch,
                        member.node.get("example"),
                        &ty,
                        false,
                        Accept::default(),
                    );
                    for (_, example) in member
                        .node
                        .get("examples")
                        .and_then(Node::as_object)
                        .into_iter()
                        .flatten()
                    {
                        let value = self
                            .follow(&example.node)
                            .and_then(|example| example.get("value"));
                        self.claim(Code::ExampleMismatch, value, &ty, false, Accept::default());
                    }
                }
                Media::Xml => {
                    let body = self.xml_body(name, member, schema);
                    if made.xml.is_none() {
                        made.xml = body;
                    }
                }
                Media::Multipart => {
                    self.multipart(name, member, ty.as_ref(), request, members.len(), &mut made);
                }
                Media::Bytes => {
                    if ty
                        .as_ref()
                        .is_some_and(|ty| *ty != TypeRef::Scalar(Scalar::Binary))
                    {
                        let at = schema.unwrap_or(&member.node);
                        let finding = Finding::new(
                            Code::BinaryPlace,
                            &at.origin,
                            "a body of bytes has another schema",
                        );
                        self.push(
                            finding.help(
                                "write `schema: {type: string, format: binary}`, or no schema",
                            ),
                        );
                    }
                    if members.len() > 1 {
                        let finding = Finding::new(
                            Code::MediaTypesDiffer,
                            &member.key,
                            "a body is either bytes or a value",
                        );
                        self.push(finding.help("leave one of them out"));
                    }
                    made.ty = None;
                }
            }
        }
        Some(made)
    }

    fn multipart(
        &mut self,
        name: &str,
        member: &'a Member,
        ty: Option<&TypeRef>,
        request: bool,
        count: usize,
        made: &mut Payload,
    ) {
        made.multipart = true;
        if !request {
            self.push(
                Finding::new(
                    Code::MediaType,
                    &member.key,
                    format!("a reply of the media type `{name}` is not supported"),
                )
                .help("replies are JSON or XML"),
            );
            return;
        }
        if count > 1 {
            let finding = Finding::new(
                Code::MediaTypesDiffer,
                &member.key,
                "a multipart body stands beside other media types",
            );
            self.push(finding.help("give them operations of their own"));
        }
        let schema = member.node.get("schema").unwrap_or(&member.node);
        let Some(object) = ty.and_then(|ty| self.object_of(ty)) else {
            if ty.is_some_and(|ty| *ty == TypeRef::Any) && schema.reference().is_some() {
                return;
            }
            let finding = Finding::new(
                Code::Multipart,
                &schema.origin,
                "a multipart body is not an object",
            );
            self.push(
                finding.help("give it a schema of `type: object`; its properties are the parts"),
            );
            return;
        };
        let mut wrong = Vec::new();
        for field in &object.fields {
            let item = match &field.ty {
                TypeRef::List(item) => item,
                other => other,
            };
            let travels = match item {
                TypeRef::Scalar(_) => true,
                TypeRef::Named(id) => self
                    .types
                    .get(id.0)
                    .is_some_and(|def| matches!(def.kind, TypeKind::Enum(_))),
                _ => false,
            };
            if !travels {
                wrong.push(
                    Finding::new(
                        Code::Multipart,
                        &field.origin,
                        format!("the part `{}` is no scalar", field.wire),
                    )
                    .help(
                        "a part is a scalar, bytes (`format: binary`), an enum, or a list of these",
                    ),
                );
            }
        }
        for finding in wrong {
            self.push(finding);
        }
    }
}
