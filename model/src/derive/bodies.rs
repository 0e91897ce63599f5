//! Bodies of requests and replies.

use std::rc::Rc;

use super::shape::{Items, Of, Shape};
use super::{Deriver, Side};
use crate::diag::{Code, Cost, Finding};
use crate::media::{self, Media};
use crate::model::{Accept, Codec, Content, RequestBody, Scalar, TypeRef};
use crate::normalized::{self, MediaType, SchemaId, Type};

/// What kind of value a body's schema makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is no schema.
    None,
    Bytes,
    /// A scalar or an enum.
    Text,
    Any,
    /// An object or a map.
    Object,
    /// A list or a union.
    Other,
}

impl Deriver<'_> {
    /// The body of a request; `None` where it is needed and cannot be sent.
    pub(super) fn request(
        &mut self,
        body: &normalized::RequestBody,
        what: &str,
    ) -> Option<Option<RequestBody>> {
        let place = format!("body of {what}");
        if body.content.is_empty() {
            let finding = Finding::new(Code::MediaType, &body.origin, "the body has no media type");
            self.omit(
                Cost::Part,
                place,
                finding.help("name at least one under `content`"),
            );
            return Some(None);
        }
        let mut contents = self.contents(&body.content, true, &place);
        // A range that says the same as a type beside it adds nothing to what can be sent.
        let concrete: Vec<(std::mem::Discriminant<Codec>, TypeRef)> = contents
            .iter()
            .filter(|content| !media::is_range(&content.media_type))
            .map(|content| (std::mem::discriminant(&content.codec), content.ty.clone()))
            .collect();
        contents.retain(|content| {
            let same = (std::mem::discriminant(&content.codec), content.ty.clone());
            !media::is_range(&content.media_type) || !concrete.contains(&same)
        });
        if contents.is_empty() {
            if body.required.value {
                let why = "no media type of its body can be sent";
                self.lose(Cost::Operation, what, (Code::MediaType, why), &body.origin);
                return None;
            }
            return Some(None);
        }
        self.unused(Content::sent(&contents), &contents, &place);
        Some(Some(RequestBody {
            doc: self.texts(None, body.description.as_ref(), false, &body.lavka),
            required: body.required.value,
            contents,
            origin: body.origin.clone(),
        }))
    }

    /// Bodies of other types than the one that is sent, or asked for: clients cannot have them. Streams have methods of their own,
    /// and XML says what JSON does.
    pub(super) fn unused(&mut self, chosen: Option<&Content>, contents: &[Content], place: &str) {
        let Some(chosen) = chosen else { return };
        for content in contents {
            let name = &content.media_type;
            let stream = matches!(content.codec, Codec::EventStream | Codec::JsonLines);
            let known = content.ty == chosen.ty || media::media(name) == Media::Xml;
            if known || stream || media::is_range(name) {
                continue;
            }
            let message = format!(
                "the {place} has another type in `{name}` than in `{}`, which clients use",
                chosen.media_type
            );
            let finding = Finding::new(Code::LeftOut, &content.origin, message);
            self.omit(
                Cost::Part,
                format!("media type `{name}` of the {place}"),
                finding,
            );
        }
    }

    /// Bodies by media type.
    pub(super) fn contents(
        &mut self,
        contents: &[MediaType],
        request: bool,
        place: &str,
    ) -> Vec<Content> {
        let mut made = Vec::new();
        for content in contents {
            let name = &content.name.value;
            if !media::well_formed(name) {
                let finding = Finding::new(
                    Code::MediaType,
                    &content.name.origin,
                    format!("`{name}` is not a media type"),
                );
                let finding = finding.suggest(name, ["application/json", "application/xml"]);
                // The only media type of a body with properties or items: they travel as JSON nearly everywhere.
                if request
                    && contents.len() == 1
                    && matches!(self.body_kind(content.schema), Kind::Object | Kind::Other)
                {
                    self.warn(Cost::Part, finding.help("the body is sent as JSON"));
                    let mut content = content.clone();
                    "application/json".clone_into(&mut content.name.value);
                    made.extend(self.content(&content, request, false, place));
                    continue;
                }
                if request {
                    let what = format!("media type `{name}` of the {place}");
                    self.omit(Cost::Part, what, finding);
                    continue;
                }
                self.warn(Cost::Nothing, finding);
            } else if let Some(meant) = media::misspelled(name) {
                let message =
                    format!("unknown media type `{name}`: the schema decides how it is read");
                let finding = Finding::new(Code::MediaType, &content.name.origin, message);
                let finding = finding.help(format!("did you mean `{meant}`?"));
                self.warn(Cost::Nothing, finding);
            }
            // What JSON carries as well need not be had as text.
            let schema = content.schema.map(|schema| self.bases.of(schema));
            let twin = contents.iter().any(|other| {
                media::media(&other.name) == Media::Json
                    && other.schema.map(|schema| self.bases.of(schema)) == schema
            });
            made.extend(self.content(content, request, twin, place));
        }
        self.drain();
        self.bytes_in_json(&mut made, place);
        self.xml_without_types(&mut made, place);
        made
    }

    fn content(
        &mut self,
        content: &MediaType,
        request: bool,
        twin: bool,
        place: &str,
    ) -> Option<Content> {
        let side = match request {
            true => Side::Request,
            false => Side::Response,
        };
        let name = &content.name.value;
        let what = format!("the {place} in `{name}`");
        let (codec, ty) = self.codec(content, request, twin, &what)?;
        let (ty, nullable) = match (ty, content.schema) {
            (Some(ty), _) => (ty, false),
            (None, _) if codec == Codec::Bytes => (TypeRef::Scalar(Scalar::Binary), false),
            (None, Some(schema)) => {
                let typed = self.type_of(schema, side);
                (typed.ty, typed.nullable)
            }
            (None, None) => (TypeRef::Any { open: true }, false),
        };
        let json = matches!(codec, Codec::Json { .. });
        if json {
            for example in &content.examples {
                let accept = Accept::default();
                self.example(Code::ExampleMismatch, example, &ty, nullable, accept);
            }
            if let Some(schema) = content.schema {
                self.field_examples(schema, &ty, nullable, Accept::default());
            }
        }
        Some(Content {
            media_type: if media::well_formed(name) {
                name.clone()
            } else {
                "*/*".to_owned()
            },
            codec,
            ty,
            nullable,
            examples: content.examples.clone(),
            origin: content.origin.clone(),
        })
    }

    /// How a body of this media type travels, and its type where that is not its schema's. `what` names it in findings.
    fn codec(
        &mut self,
        content: &MediaType,
        request: bool,
        twin: bool,
        what: &str,
    ) -> Option<(Codec, Option<TypeRef>)> {
        let name = &content.name.value;
        let kind = self.body_kind(content.schema);
        Some(match media::media(name) {
            Media::Json => self.json(content, kind),
            Media::Xml => self.xml(content, kind, request, twin, what)?,
            Media::Form if request && self.is_list(content.schema) => {
                let finding =
                    Finding::new(Code::Multipart, &content.origin, "a form is not an object");
                let finding = finding
                    .help("give it a schema of `type: object`; its properties are the fields");
                self.omit(Cost::Part, what.to_owned(), finding);
                return None;
            }
            Media::Form if request => match kind {
                Kind::Text | Kind::Bytes => (Codec::Text, None),
                _ => (Codec::Form(self.form_fields(content, false, what)), None),
            },
            Media::Form => self.plain_text(content, kind, twin, what)?,
            // Parts that no schema names are the caller's.
            Media::Multipart
                if kind != Kind::Object && media::essence(name) != "multipart/form-data" =>
            {
                self.bytes(content, kind, twin, what)?
            }
            Media::Multipart if request => match kind {
                kind if matches!(kind, Kind::Text | Kind::Bytes)
                    || self.is_list(content.schema) =>
                {
                    let message = "a multipart body is not an object: the caller names its parts";
                    let finding = Finding::new(Code::Multipart, &content.origin, message);
                    let finding = finding
                        .help("give it a schema of `type: object`; its properties are the parts");
                    if !self.less(twin, finding, what) {
                        return None;
                    }
                    let files = TypeRef::Map(Box::new(TypeRef::Scalar(Scalar::Binary)));
                    (Codec::Multipart(Vec::new()), Some(files))
                }
                _ => (
                    Codec::Multipart(self.form_fields(content, true, what)),
                    None,
                ),
            },
            Media::EventStream if !request => self.items(content, kind, Codec::EventStream),
            Media::JsonLines if !request => self.items(content, kind, Codec::JsonLines),
            Media::JsonLines if matches!(kind, Kind::Any | Kind::Object | Kind::Other) => {
                (Codec::JsonLines, Some(self.lines(content)))
            }
            Media::EventStream => self.plain_text(content, kind, twin, what)?,
            Media::Multipart | Media::JsonLines | Media::Bytes => {
                self.bytes(content, kind, twin, what)?
            }
            Media::Text => match kind {
                Kind::Bytes => (Codec::Bytes, None),
                Kind::Other if self.is_scalars(content.schema) => (Codec::Text, None),
                Kind::Object | Kind::Other if media::essence(name) == "text/plain" => {
                    (self.as_json(content), None)
                }
                _ => self.plain_text(content, kind, twin, what)?,
            },
            // Any content, of which the caller knows the media type.
            Media::Unknown
                if request && media::is_range(name) && self.is_string(content.schema) =>
            {
                self.bytes(content, kind, twin, what)?
            }
            Media::Unknown => match kind {
                Kind::None | Kind::Bytes => (Codec::Bytes, None),
                Kind::Text => self.plain_text(content, kind, twin, what)?,
                Kind::Other if self.is_scalars(content.schema) => (Codec::Text, None),
                _ => (self.as_json(content), None),
            },
        })
    }

    pub(super) fn body_kind(&mut self, schema: Option<SchemaId>) -> Kind {
        let Some(schema) = schema else {
            return Kind::None;
        };
        self.body_shape(schema)
            .map_or(Kind::Any, |shape| match &*shape {
                Shape::Scalar(Scalar::Binary) => Kind::Bytes,
                Shape::Scalar(_) | Shape::Enum(_) => Kind::Text,
                Shape::Any { .. } => Kind::Any,
                Shape::Struct | Shape::Map(_) | Shape::Like(..) => Kind::Object,
                Shape::Union(_) | Shape::List(_) => Kind::Other,
            })
    }

    /// What a body's schema makes, or the one that it only stands for.
    fn body_shape(&mut self, schema: SchemaId) -> Option<Rc<Shape>> {
        let mut id = self.bases.of(schema);
        for _ in 0..16 {
            let shape = self.shape(id);
            match &*shape {
                Shape::Like(target, super::Part::Whole) if *target != id => id = *target,
                _ => return Some(shape),
            }
        }
        None
    }

    /// Whether a schema makes a union of which every variant is a text, a number or a boolean.
    fn is_scalars(&mut self, schema: Option<SchemaId>) -> bool {
        let shape = schema.and_then(|schema| self.body_shape(schema));
        let Some(Shape::Union(variants)) = shape.as_deref() else {
            return false;
        };
        let other = [Type::Array, Type::Object, Type::Null];
        variants.iter().all(|variant| {
            variant.of != Of::Scalar(Scalar::Binary)
                && !other.into_iter().any(|other| variant.types.has(other))
        })
    }

    /// Whether a schema makes a scalar or an enum.
    pub(super) fn is_text(&mut self, schema: Option<SchemaId>) -> bool {
        self.body_kind(schema) == Kind::Text
    }

    /// Whether a schema makes an object or a map.
    pub(super) fn is_object(&mut self, schema: Option<SchemaId>) -> bool {
        self.body_kind(schema) == Kind::Object
    }

    fn as_json(&self, content: &MediaType) -> Codec {
        Codec::Json {
            bare_string: content.bare_string,
            uuid: self.is_uuid(content),
        }
    }

    /// Whether a body that may be an unquoted string is a UUID: its schema, or a branch of it.
    fn is_uuid(&self, content: &MediaType) -> bool {
        let Some(schema) = content.schema.filter(|_| content.bare_string) else {
            return false;
        };
        let is_uuid = |schema: &crate::normalized::Schema| {
            schema
                .format
                .as_ref()
                .is_some_and(|format| format.value == "uuid")
        };
        let schema = self.schema(schema);
        is_uuid(schema) || schema.branches().any(|branch| is_uuid(self.schema(branch)))
    }

    fn json(&mut self, content: &MediaType, kind: Kind) -> (Codec, Option<TypeRef>) {
        if kind != Kind::Bytes {
            return (self.as_json(content), None);
        }
        let finding = Finding::new(
            Code::BinaryPlace,
            &content.origin,
            format!(
                "a body of `{}` has the format `binary`: its bytes are not decoded",
                content.name.value
            ),
        );
        self.warn(
            Cost::Nothing,
            finding.help("use application/octet-stream, or leave the format out"),
        );
        (Codec::Bytes, None)
    }

    /// Reports that a body has less of a type than its schema: whether it is kept all the same.
    pub(super) fn less(&mut self, twin: bool, finding: Finding, what: &str) -> bool {
        if twin {
            self.omit(Cost::Part, what, finding);
        } else {
            self.omit(Cost::Schema, format!("type of {what}"), finding);
        }
        !twin
    }

    pub(super) fn is_list(&mut self, schema: Option<SchemaId>) -> bool {
        let Some(schema) = schema else { return false };
        let id = self.bases.of(schema);
        matches!(&*self.shape(id), Shape::List(_))
    }

    /// Text, where nothing reads the media type further.
    fn plain_text(
        &mut self,
        content: &MediaType,
        kind: Kind,
        twin: bool,
        what: &str,
    ) -> Option<(Codec, Option<TypeRef>)> {
        if kind == Kind::Text {
            return Some((Codec::Text, None));
        }
        self.unread(content, kind, twin, what, "text")?;
        Some((Codec::Text, Some(TypeRef::Scalar(Scalar::String))))
    }

    fn bytes(
        &mut self,
        content: &MediaType,
        kind: Kind,
        twin: bool,
        what: &str,
    ) -> Option<(Codec, Option<TypeRef>)> {
        self.unread(content, kind, twin, what, "bytes")?;
        Some((Codec::Bytes, None))
    }

    /// Reports that a body with a type of its own is supported as text or bytes only. `None` where JSON carries the same, with its type:
    /// nothing is lost.
    fn unread(
        &mut self,
        content: &MediaType,
        kind: Kind,
        twin: bool,
        what: &str,
        form: &str,
    ) -> Option<()> {
        if matches!(kind, Kind::Object | Kind::Other) {
            if twin {
                return None;
            }
            let name = &content.name.value;
            let message = format!("a body of `{name}` is supported as {form} only");
            let finding = Finding::new(Code::LessTyped, &content.origin, message);
            self.less(false, finding, what);
        }
        Some(())
    }

    /// A stream: the type of an item, where the schema is a list.
    fn items(&mut self, content: &MediaType, kind: Kind, codec: Codec) -> (Codec, Option<TypeRef>) {
        let item = match content.schema {
            None if codec == Codec::EventStream => Some(TypeRef::Scalar(Scalar::String)),
            _ if kind == Kind::Bytes => Some(TypeRef::Scalar(Scalar::String)),
            Some(schema) => self.listed(schema, Side::Response),
            None => None,
        };
        (codec, item)
    }

    /// The type of an item, where a schema is a list.
    fn listed(&mut self, schema: SchemaId, side: Side) -> Option<TypeRef> {
        match &*self.shape(self.bases.of(schema)) {
            Shape::List(Items::Of(item)) => Some(self.type_of(*item, side).whole()),
            _ => None,
        }
    }

    /// The list of what a request has one of on each line: the schema is that of an item, or of a list of items.
    fn lines(&mut self, content: &MediaType) -> TypeRef {
        let item = content
            .schema
            .map_or(TypeRef::Any { open: true }, |schema| {
                let item = self.listed(schema, Side::Request);
                item.unwrap_or_else(|| self.type_of(schema, Side::Request).whole())
            });
        TypeRef::List(Box::new(item))
    }

    /// One type cannot be bytes in a multipart body and text in JSON: the multipart body is kept.
    fn bytes_in_json(&mut self, contents: &mut Vec<Content>, place: &str) {
        let multipart: Vec<TypeRef> = contents
            .iter()
            .filter(|content| matches!(content.codec, Codec::Multipart(_)))
            .map(|content| content.ty.clone())
            .collect();
        let mut kept = Vec::new();
        for content in std::mem::take(contents) {
            let text = matches!(
                content.codec,
                Codec::Json { .. } | Codec::Xml(_) | Codec::Form(_)
            );
            let bytes = text && multipart.contains(&content.ty) && self.has_bytes(&content.ty);
            if bytes {
                let finding = Finding::new(
                    Code::BinaryPlace,
                    &content.origin,
                    format!("bytes cannot be sent in `{}`", content.media_type),
                );
                let what = format!("media type `{}` of the {place}", content.media_type);
                self.omit(Cost::Part, what, finding);
            } else {
                kept.push(content);
            }
        }
        *contents = kept;
    }

    fn has_bytes(&self, ty: &TypeRef) -> bool {
        let fields = self
            .object_of(ty)
            .into_iter()
            .flat_map(|object| &object.fields);
        fields
            .into_iter()
            .any(|field| crate::analyze::is_bytes(&field.ty))
    }
}
