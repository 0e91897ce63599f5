//! Forms and multipart bodies: how each property is written.

use super::shape::{Items, Of, Shape};
use super::{Deriver, Part};
use crate::diag::{Code, Cost, Finding};
use crate::media::{self, Media};
use crate::model::{FormField, FormFormat, Scalar};
use crate::normalized::{Encoding, Header, MediaType, ParameterValue, SchemaId, Style};

/// What a property is in a form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bytes,
    /// An object, a map, or any value.
    Json,
}

impl Deriver<'_> {
    /// The properties of a form, or of a multipart body.
    pub(super) fn form_fields(
        &mut self,
        content: &MediaType,
        multipart: bool,
        what: &str,
    ) -> Vec<FormField> {
        let mut properties = Vec::new();
        if let Some(schema) = content.schema {
            self.form_properties(schema, &mut properties, 0);
        }
        for (name, encoding) in &content.encoding {
            if !properties.iter().any(|(known, _)| known == name) {
                let finding = Finding::new(
                    Code::Encoding,
                    &encoding.origin,
                    format!("`encoding` names `{name}`, which is not a property of the body"),
                );
                let near = properties.iter().map(|(known, _)| known.as_str());
                self.warn(Cost::Nothing, finding.suggest(name, near));
            }
            for (header, declared) in &encoding.headers {
                if header.eq_ignore_ascii_case("content-type")
                    || !multipart
                    || self.only_value(declared).is_some()
                {
                    continue;
                }
                let message =
                    format!("the header `{header}` of the part `{name}` is not in the types");
                let finding = Finding::new(Code::Encoding, &encoding.origin, message)
                    .help("give it to the call with `Call::part_header`, or declare its only value with `const` or `enum`");
                self.omit(
                    Cost::Part,
                    format!("header `{header}` of the part `{name}` of {what}"),
                    finding,
                );
            }
        }
        properties
            .into_iter()
            .map(|(name, schema)| {
                let encoding = content.encoding.get(&name);
                self.form_field(name, schema, encoding, multipart)
            })
            .collect()
    }

    /// Properties of an object, or of every branch of a union of objects.
    fn form_properties(
        &mut self,
        schema: SchemaId,
        properties: &mut Vec<(String, SchemaId)>,
        depth: usize,
    ) {
        let id = self.bases.of(schema);
        let add = |this: &Self, id: SchemaId, properties: &mut Vec<(String, SchemaId)>| {
            for (name, property) in &this.schema(id).properties {
                if !properties.iter().any(|(known, _)| known == name) {
                    properties.push((name.clone(), property.schema));
                }
            }
        };
        add(self, id, properties);
        if depth > 16 {
            return;
        }
        match &*self.shape(id) {
            Shape::Like(target, _) => self.form_properties(*target, properties, depth + 1),
            Shape::Union(alternatives) => {
                for alternative in alternatives {
                    if let Of::Schema(branch, Part::Whole | Part::With(_)) = alternative.of {
                        self.form_properties(branch, properties, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn form_field(
        &mut self,
        wire: String,
        schema: SchemaId,
        encoding: Option<&Encoding>,
        multipart: bool,
    ) -> FormField {
        let (kind, list) = self.form_kind(schema, 0);
        let declared = encoding.and_then(|encoding| encoding.content_type.as_ref());
        // A list of types is what the server takes; which one it is only the caller knows.
        let content_type = declared
            .map(|name| name.value.trim().to_owned())
            .filter(|name| {
                media::well_formed(name)
                    && media::is_header_value(name)
                    && !name.contains(',')
                    && !media::is_range(name)
            });
        let style = encoding.and_then(|encoding| encoding.style.as_ref());
        let explode = encoding.and_then(|encoding| encoding.explode.as_ref());
        let by_style = style.is_some() || explode.is_some();
        let format = if by_style && (!multipart || declared.is_none()) {
            let style = style.map_or(Style::Form, |style| style.value);
            FormFormat::Style {
                style,
                explode: explode.map_or(style.explodes(), |explode| explode.value),
            }
        } else {
            match (&content_type, kind) {
                (Some(name), Kind::Text | Kind::Json) if media::media(name) == Media::Json => {
                    FormFormat::Json
                }
                (None, Kind::Json) if multipart && list => FormFormat::JsonItems,
                (_, Kind::Json) => FormFormat::Json,
                (_, Kind::Bytes) if multipart => FormFormat::Bytes,
                _ if multipart => FormFormat::Text,
                _ => FormFormat::Style {
                    style: Style::Form,
                    explode: true,
                },
            }
        };
        let content_type = match format {
            _ if !multipart => None,
            FormFormat::Json | FormFormat::JsonItems => {
                content_type.or_else(|| Some("application/json".to_owned()))
            }
            _ => content_type,
        };
        let headers = encoding.filter(|_| multipart).map(|encoding| {
            let declared = encoding.headers.iter();
            let content_type = |name: &String| name.eq_ignore_ascii_case("content-type");
            declared
                .filter(|(name, _)| !content_type(name))
                .filter_map(|(name, header)| Some((name.clone(), self.only_value(header)?)))
                .collect()
        });
        FormField {
            wire,
            format,
            content_type,
            headers: headers.unwrap_or_default(),
        }
    }

    /// The only value that a header can have, as text.
    fn only_value(&self, header: &Header) -> Option<String> {
        let ParameterValue::Schema { schema, .. } = &header.value else {
            return None;
        };
        let mut values = super::shape::listed(self.schema(self.bases.of(*schema)));
        let (only, None) = (values.next()?, values.next()) else {
            return None;
        };
        match only.to_json() {
            serde_json::Value::String(text) => Some(text),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => {
                Some(value.to_string())
            }
            _ => None,
        }
    }

    /// What a property is, and whether it is a list of these.
    fn form_kind(&mut self, schema: SchemaId, depth: usize) -> (Kind, bool) {
        let id = self.bases.of(schema);
        if depth > 16 {
            return (Kind::Json, false);
        }
        match &*self.shape(id) {
            Shape::Scalar(Scalar::Binary) => (Kind::Bytes, false),
            Shape::Scalar(_) | Shape::Enum(_) => (Kind::Text, false),
            Shape::List(Items::Of(item)) => match self.form_kind(*item, depth + 1) {
                (kind, false) => (kind, true),
                _ => (Kind::Json, true),
            },
            Shape::Like(target, Part::Whole) => self.form_kind(*target, depth + 1),
            Shape::Union(alternatives) => {
                let text = alternatives
                    .iter()
                    .all(|alternative| matches!(alternative.of, Of::Scalar(_) | Of::Enum(_)));
                (if text { Kind::Text } else { Kind::Json }, false)
            }
            _ => (Kind::Json, false),
        }
    }
}
