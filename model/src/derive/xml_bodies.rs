//! Bodies in XML.

use super::bodies::Kind;
use super::{Deriver, Side};
use crate::diag::{Code, Cost, Finding};
use crate::model::{Codec, Content, Scalar, TypeRef, XmlBody};
use crate::normalized::{Additional, MediaType, SchemaId, XmlName, XmlNode};

impl Deriver<'_> {
    pub(super) fn xml(
        &mut self,
        content: &MediaType,
        kind: Kind,
        request: bool,
        twin: bool,
        what: &str,
    ) -> Option<(Codec, Option<TypeRef>)> {
        let text = || Some((Codec::Text, Some(TypeRef::Scalar(Scalar::String))));
        match kind {
            Kind::Bytes => return Some((Codec::Bytes, None)),
            // The source of the document is all that can be had.
            Kind::None | Kind::Any => return text(),
            // Of a reply any root is read. A string can be the source of the document.
            Kind::Text if content.root.is_none() && (request || self.is_string(content.schema)) => {
                return text();
            }
            _ => {}
        }
        if request
            && !twin
            && content.root.is_none()
            && let Some((root, schema)) = self.only_element(content.schema)
        {
            let message = format!(
                "the root element of an XML body has no name: its only property `{}` is the root",
                root.local
            );
            self.warn(Cost::Nothing, unnamed(content, message));
            let ty = self.type_of(schema, Side::Request).ty;
            let root = Some(root);
            let body = XmlBody {
                root,
                item: None,
                inner: Vec::new(),
            };
            return Some((Codec::Xml(body), Some(ty)));
        }
        let item = content.item.clone();
        let item_missing = self.is_list(content.schema) && item.is_none();
        let root = content.root.clone();
        let message = match (item_missing, &root) {
            (true, _) => "an XML body cannot be typed: the items of its list have no name",
            (false, None) if request => "an XML body cannot be typed: its root element has no name",
            (false, None) => "the root element of an XML reply has no name: any is read",
            (false, Some(_)) => "",
        };
        if !message.is_empty() {
            let finding = unnamed(content, message);
            if request || item_missing {
                return self.less(twin, finding, what).then(text).flatten();
            }
            self.warn(Cost::Nothing, finding);
        }
        let item = item.filter(|_| self.is_list(content.schema));
        let inner = content.inner.clone();
        Some((Codec::Xml(XmlBody { root, item, inner }), None))
    }

    /// Whether a schema makes any text.
    pub(super) fn is_string(&mut self, schema: Option<SchemaId>) -> bool {
        schema.is_some_and(|schema| {
            let ty = self.type_of(schema, Side::Response).ty;
            matches!(ty, TypeRef::Scalar(Scalar::String))
        })
    }

    /// The element that an object has, where it has no more than one, and that is an object too.
    fn only_element(&mut self, schema: Option<SchemaId>) -> Option<(XmlName, SchemaId)> {
        let id = self.bases.of(schema?);
        let mut properties = self.schema(id).properties.values();
        let (only, None) = (properties.next()?, properties.next()) else {
            return None;
        };
        let (name, node, inner) = (only.xml.name.clone(), only.xml.node, only.schema);
        let closed = matches!(
            self.schema(id).additional,
            Additional::Unsaid | Additional::None(_)
        );
        let object = self.body_kind(Some(inner)) == Kind::Object;
        (closed && object && node == XmlNode::Element).then_some((name, inner))
    }

    /// An XML body whose type XML cannot carry is left out where JSON serves too; else it is text.
    pub(super) fn xml_without_types(&mut self, contents: &mut Vec<Content>, place: &str) {
        let other = contents
            .iter()
            .any(|content| matches!(content.codec, Codec::Json { .. }));
        let mut kept = Vec::new();
        for mut content in std::mem::take(contents) {
            let body = match &content.codec {
                Codec::Xml(body) => Some(body),
                _ => None,
            };
            let xml = body.is_some();
            let inner = body.map_or(0, |body| body.inner.len());
            let null = xml && (content.nullable || matches!(content.ty, TypeRef::Nullable(_)));
            // A root element is always there.
            if null && !other {
                content.nullable = false;
                if let TypeRef::Nullable(inner) = &content.ty {
                    content.ty = (**inner).clone();
                }
            }
            let why = match (xml, null && other) {
                (true, true) => Some(crate::analyze::xml::null_root()),
                (true, false) => crate::analyze::xml::not_carried(
                    &self.types,
                    (&content.ty, inner),
                    &mut self.carried,
                ),
                (false, _) => None,
            };
            let Some(why) = why else {
                kept.push(content);
                continue;
            };
            let finding = |consequence: &str| {
                // The body's own schema has no place of its own here.
                let known = why.origin.line() > 0;
                Finding::new(
                    why.code,
                    if known { &why.origin } else { &content.origin },
                    format!(
                        "XML cannot carry {} (`{}`): {consequence}",
                        why.what, why.name
                    ),
                )
                .help(why.help)
            };
            let what = format!("media type `{}` of the {place}", content.media_type);
            if other {
                self.omit(Cost::Part, what, finding("the XML body is left out"));
            } else {
                self.omit(
                    Cost::Schema,
                    format!("type of {what}"),
                    finding("the XML body is left as text"),
                );
                content.codec = Codec::Text;
                content.ty = TypeRef::Scalar(Scalar::String);
                kept.push(content);
            }
        }
        *contents = kept;
    }
}

fn unnamed(content: &MediaType, message: impl Into<String>) -> Finding {
    Finding::new(Code::XmlRoot, &content.origin, message)
        .help("give the schema an `xml.name`, or the media type an `x-xml-root`")
}
